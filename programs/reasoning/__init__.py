"""From results to findings, and from findings to suggested factors. Pure: no database, no clock.

Decisions are clinicians'. The engine shows what lies outside its line and what that speaks for.
"""

from programs.reasoning.course import Course, course_of
from programs.reasoning.factors import Suggested, suggest
from programs.reasoning.lines import Person, Reading, State, Taken, Verdict, applies, judge, limit_by_age

__all__ = [
    "Course",
    "Person",
    "Reading",
    "State",
    "Suggested",
    "Taken",
    "Verdict",
    "applies",
    "course_of",
    "judge",
    "limit_by_age",
    "suggest",
]
