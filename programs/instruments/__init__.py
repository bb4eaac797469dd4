"""Questionnaires that belong to others: how answers become a number, and how a clinic's own licensed copy is read.

What ships are numbers: which items count, by which rule, in which range. The questions themselves never do; a clinic
that may use them brings them in as a FHIR Questionnaire.
"""
