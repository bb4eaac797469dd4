"""From results to findings, and from findings to suggested factors. Pure: no database, no clock.

Decisions are clinicians'. The engine shows what lies outside its line and what that speaks for.
"""

from programs.reasoning.factors import Suggested, suggest
from programs.reasoning.lines import Person, Reading, State, Taken, Verdict, judge

__all__ = ["Person", "Reading", "State", "Suggested", "Taken", "Verdict", "judge", "suggest"]
