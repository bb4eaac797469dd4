"""From results to findings, and from findings to suggested factors. Pure: no database, no clock.

Decisions are clinicians'. The engine shows what lies outside its line and what that speaks for. It says so in codes;
programs.sentences has the words.
"""

from programs.reasoning.course import Course, course_of, since_outside
from programs.reasoning.factors import Evidence, FactorRule, Suggested, suggest
from programs.reasoning.lines import applies, judge, judge_all
from programs.reasoning.nerves import (
    NERVE_TESTS,
    Alarm,
    NerveFindings,
    nerve_findings,
    progressive_deficit,
    radiculopathy_suspected,
)
from programs.reasoning.readings import Person, Rated, Reading, Said, Signs, State, Taken, Verdict
from programs.reasoning.rules import LOWER_IS_BETTER, OPEN, REACHING, limit_by_age
from programs.reasoning.sides import SideState, side_state

__all__ = [
    "LOWER_IS_BETTER",
    "NERVE_TESTS",
    "OPEN",
    "REACHING",
    "Alarm",
    "Course",
    "Evidence",
    "FactorRule",
    "NerveFindings",
    "Person",
    "Rated",
    "Reading",
    "Said",
    "SideState",
    "Signs",
    "State",
    "Suggested",
    "Taken",
    "Verdict",
    "applies",
    "course_of",
    "judge",
    "judge_all",
    "limit_by_age",
    "nerve_findings",
    "progressive_deficit",
    "radiculopathy_suspected",
    "side_state",
    "since_outside",
    "suggest",
]
