"""What the pages of the pain map show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from programs.models import Episode, PainMap, PainMark
from programs.models.pain import figure_for
from programs.pain.compare import Difference, differences
from programs.pain.places import BACK, Mark

IN_ROW, IN_LIST = 6, 100


@dataclass(frozen=True, slots=True)
class DrawingPage:
    """Today's map as it stands, and the one before it, from which it may start."""

    today: PainMap | None
    before: PainMap | None
    figure: str

    @property
    def marks(self) -> list[Mark]:
        return self.today.shown if self.today else []

    @property
    def rows(self) -> list[PainMark]:
        """The same marks as rows, which can be taken away."""
        return sorted(self.today.marks.all(), key=lambda row: self.marks.index(row.mark)) if self.today else []

    @property
    def can_copy(self) -> bool:
        return not self.marks and self.before is not None and bool(self.before.shown)

    @property
    def first_view(self) -> str:
        """Where the strongest mark is; else the back, where most of it is."""
        marks = self.marks or (self.before.shown if self.before else [])
        return marks[0].view if marks else BACK


def drawing_page(episode: Episode, day: date, source: str) -> DrawingPage:
    own = PainMap.objects.filter(episode=episode, drawn_on=day, source=source).prefetch_related("marks").first()
    latest = PainMap.objects.of(episode).but(own).prefetch_related("marks").first()
    return DrawingPage(own, latest, figure_for(episode.patient.sex, own or latest))


@dataclass(frozen=True, slots=True)
class Comparison:
    before: PainMap
    now: PainMap
    history: Sequence[PainMap]  # newest first
    recent: Sequence[PainMap]  # oldest first, as one reads

    @property
    def pair(self) -> tuple[PainMap, PainMap]:
        return self.before, self.now

    @property
    def chosen(self) -> list[tuple[str, PainMap, str]]:
        """For the form: field, map, label."""
        return [("before", self.before, _("Then")), ("now", self.now, _("Now"))]

    @property
    def differences(self) -> list[Difference]:
        return differences(self.before.shown, self.now.shown)


def comparison_of(episode: Episode, before: int | None, now: int | None) -> Comparison | None:
    """The first map against the latest, or two that were chosen. None where there is nothing to compare yet.

    Raises PainMap.DoesNotExist for a map of somebody else.
    """
    maps = PainMap.objects.of(episode)
    history = list(maps[:IN_LIST])
    first = maps.last()
    if first is None or len(history) < 2:
        return None
    if first not in history:
        history.append(first)
    pair = maps.filter(pk__in=[before or first.pk, now or history[0].pk]).prefetch_related("marks")
    chosen = {one.pk: one for one in pair}
    if not {before, now} - {None} <= set(chosen):
        raise PainMap.DoesNotExist
    recent = list(maps.prefetch_related("marks")[:IN_ROW])[::-1]
    return Comparison(chosen[before or first.pk], chosen[now or history[0].pk], history, recent)


def latest_and_first(episode: Episode) -> tuple[PainMap | None, PainMap | None]:
    """What hurts, and what hurt at the start of care: no start where there is one map only."""
    maps = PainMap.objects.of(episode).prefetch_related("marks")
    latest = maps.first()
    first = maps.but(latest).last()
    return latest, first
