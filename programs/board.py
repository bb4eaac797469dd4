"""Where the cards of the reasoning board stand, and the lines between them. Pure.

The board is a grid of ROWS equal rows whatever the height of its texts, so the middle of a card is known here: its top
and half of its span. Beyond what fits, the pages that list everything are named instead.
"""

from collections.abc import Sequence
from dataclasses import dataclass

ROWS = 18
OPEN_SPAN, SPAN = 8, 2
MOST_FACTORS = 6
MOST_ANSWERS = 7  # beside the adherence, which takes ADHERENCE_SPAN
ADHERENCE_SPAN = 3
PAIN_SPAN = 8  # the drawing; its leader leaves at half its height


@dataclass(frozen=True, slots=True)
class Place:
    """In rows from the top, 0 to ROWS."""

    top: int
    span: int

    @property
    def row(self) -> int:
        return self.top + 1

    @property
    def middle(self) -> float:
        return self.top + self.span / 2


@dataclass(frozen=True, slots=True)
class Link:
    """A line across a gutter. `slot` is the factor whose chain it belongs to, from 1; `on` lights it."""

    start: float
    end: float
    slot: int
    on: bool

    @property
    def drawn(self) -> tuple[float, float, str]:
        """As clinics.charts.links takes it: from, to, and the classes that pointing and opening light."""
        return self.start, self.end, f"k{self.slot} on" if self.on else f"k{self.slot}"


def factor_places(count: int, opened: int) -> list[Place]:
    """One below the other; the opened one, by its index, has room for its evidence."""
    return _stacked([OPEN_SPAN if index == opened else SPAN for index in range(min(count, MOST_FACTORS))])


def answer_places(count: int) -> list[Place]:
    return _stacked([SPAN] * min(count, MOST_ANSWERS))


def pain_links(factors: Sequence[Place], opened: int) -> list[Link]:
    """From the drawing's leader to every factor; the lit one last, so that it lies on top."""
    start = Place(0, PAIN_SPAN).middle
    found = [Link(start, place.middle, slot + 1, slot == opened) for slot, place in enumerate(factors)]
    return sorted(found, key=lambda link: link.on)


def answer_links(
    factors: Sequence[Place], answers: Sequence[Place], answered: Sequence[Sequence[int]], opened: int
) -> list[Link]:
    """`answered`: for each answer the indexes of the factors that it is for."""
    found = [
        Link(factors[index].middle, place.middle, index + 1, index == opened)
        for place, indexes in zip(answers, answered, strict=True)
        for index in indexes
    ]
    return sorted(found, key=lambda link: link.on)


def _stacked(spans: Sequence[int]) -> list[Place]:
    return [Place(sum(spans[:index]), span) for index, span in enumerate(spans)]
