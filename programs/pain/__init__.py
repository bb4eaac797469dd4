"""Where it hurts: the places of the body, how a map of them is drawn, and what changed between two maps.

No Django and no clock in here.
"""
