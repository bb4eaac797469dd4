"""What to mind about this patient in what a plan does at visits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from patients.models import PatientFlag
from patients.models.flag import FlagKind
from programs.models import Concern, Episode, RedFlagScreen
from programs.precautions import BRINGS, Caution, cautions


@dataclass(frozen=True, slots=True)
class Cautions:
    """`flags` by the plan's kind of intervention. With high concern all of these kinds wait."""

    flags: Mapping[str, Sequence[Caution]]
    high_concern: bool

    def of(self, kind: str) -> "CautionsOfKind":
        return CautionsOfKind(self.flags.get(kind, ()), self.high_concern and kind in BRINGS)

    @property
    def held(self) -> list[str]:
        """The kinds that nothing but a clinician's own decision puts into a plan."""
        return [kind for kind in BRINGS if self.of(kind)]


@dataclass(frozen=True, slots=True)
class CautionsOfKind:
    flags: Sequence[Caution]
    waits: bool

    def __bool__(self) -> bool:
        return bool(self.flags) or self.waits

    @property
    def lines(self) -> list[tuple[str, Caution]]:
        return [(str(FlagKind(one.flag).label), one) for one in self.flags]


def cautions_of(episode: Episode, day: date) -> Cautions:
    """Two statements."""
    flags = set(PatientFlag.objects.filter(patient=episode.patient_id).current(day).values_list("kind", flat=True))
    screen = RedFlagScreen.objects.counting_on(episode, day)
    return Cautions(
        flags={kind: cautions(kind, flags) for kind in BRINGS},
        high_concern=screen is not None and screen.level == Concern.HIGH,
    )
