"""The needles of a page as numbers and as points."""

from collections.abc import Sequence
from typing import Any

from programs.models import NeedlingSite
from programs.needle_drawing import Needle
from programs.needle_points import Point, is_on_the_figure, point_of


def needles_still_in(sites: Sequence[NeedlingSite]) -> int:
    return sum(max(site.needles_in - site.needles_out, 0) for site in sites)


def needles_add_up(sites: Sequence[NeedlingSite]) -> bool:
    """Every site has a count, and no more came out of it than went in. What cannot be read counts as 0."""
    return all(site.needles_in >= 1 and site.needles_out <= site.needles_in for site in sites)


def needle_count(sites: Sequence[NeedlingSite]) -> dict[str, Any]:
    """What the running count shows. Needles and distinct muscles are two numbers."""
    return {
        "left": needles_still_in(sites),
        "adds_up": needles_add_up(sites),
        "pips": [number < site.needles_out for site in sites for number in range(site.needles_in)],
        "total": sum(site.needles_in for site in sites),
        "muscles": len({one.muscle for one in sites if one.muscle}),
    }


def placed(sites: Sequence[NeedlingSite]) -> list[Needle]:
    """Numbered as the rows. Where nobody placed a site by hand, where its muscle is."""
    found = []
    for number, site in enumerate(sites, 1):
        if point := _point(site):
            found.append(Needle(number, point, site.needles_out < site.needles_in or site.needles_in < 1))
    return found


def _point(site: NeedlingSite) -> Point | None:
    if site.view and site.x is not None and site.y is not None and is_on_the_figure(site.view, site.x, site.y):
        return Point(site.view, site.x, site.y)
    return point_of(site.muscle, site.level, site.side)
