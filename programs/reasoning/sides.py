"""One side of a test against its line. A test is judged as a whole; a page that shows its sides says it of each."""

from enum import StrEnum

from programs.reasoning.readings import State, Verdict


class SideState(StrEnum):
    OUTSIDE = "outside"
    TOGETHER = "together"  # by itself it is inside: what is outside is both sides together
    INSIDE = "inside"
    JUDGED_ABNORMAL = "judged_abnormal"  # no line says so, a clinician does
    JUDGED_NORMAL = "judged_normal"
    NO_LINE = "no_line"  # none for this person, and nobody judged this value
    NOT_COUNTED = "not_counted"


def side_state(side: str, verdict: Verdict, *, judged: bool | None, has_line: bool) -> SideState:
    """`judged` is the clinician's word about this side's value, `has_line` whether the line speaks about the person."""
    named = {said.facts.get("side", "none") for said in verdict.because if said.code != "judged"}
    if verdict.state == State.NOT_COUNTED:
        return SideState.NOT_COUNTED
    if side in named and verdict.state == State.ABNORMAL:
        return SideState.OUTSIDE
    if judged is not None and (judged or not has_line):
        return SideState.JUDGED_ABNORMAL if judged else SideState.JUDGED_NORMAL
    if not has_line or verdict.state == State.NO_REFERENCE:
        return SideState.NO_LINE
    return SideState.TOGETHER if verdict.state == State.ABNORMAL and named == {"none"} else SideState.INSIDE
