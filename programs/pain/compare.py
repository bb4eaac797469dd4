"""What changed between two maps, place by place. Gone and new are words of their own, not a change of a number."""

from collections.abc import Sequence
from dataclasses import dataclass

from programs.change import Change, Ruler, change
from programs.pain.places import PLACES, SIDES, Mark

# Pain of 0 to 10: two points are beyond the error, and matter [S62].
PAIN = Ruler("lower", mdc=2, mcid=2)


@dataclass(frozen=True, slots=True)
class Difference:
    """One kind of pain at one place. `before` or `now` is missing where it was not marked."""

    mark: Mark
    before: int | None
    now: int | None

    @property
    def state(self) -> str:
        """new, gone, or a word of the change engine."""
        if self.before is None:
            return "new"
        if self.now is None:
            return "gone"
        return str(change(self.before, self.now, PAIN))

    @property
    def steps(self) -> int:
        """How much less it is; below 0: more."""
        return (self.before or 0) - (self.now or 0)

    @property
    def is_better(self) -> bool:
        return self.state in {"gone", Change.IMPROVED, Change.MEANINGFUL}


def differences(before: Sequence[Mark], now: Sequence[Mark]) -> list[Difference]:
    """From head to foot, right before left. Levels belong to how a place was noted, and do not make it another one."""
    then, today = ({(*one.where, one.kind): one for one in marks} for marks in (before, now))
    found = [
        Difference(
            mark=today.get(key) or then[key],
            before=then[key].intensity if key in then else None,
            now=today[key].intensity if key in today else None,
        )
        for key in {**then, **today}
    ]
    order = {key: n for n, key in enumerate(PLACES)}
    return sorted(found, key=lambda one: (order[one.mark.place.key], SIDES.index(one.mark.side), one.mark.kind))
