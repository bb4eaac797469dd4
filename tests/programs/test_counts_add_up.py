import pytest

from programs.models import NeedlingSite
from programs.queries.needles import needles_add_up, needles_still_in


@pytest.mark.parametrize(
    ("counts", "adds_up", "still_in"),
    [
        ([(2, 2), (1, 1)], True, 0),
        ([(2, 1)], True, 1),
        ([(2, 3)], False, 0),  # more out than in is a slip, not an empty skin
        ([(0, 0)], False, 0),  # no number, or one that cannot be read
        ([(2, 2), (1, 2)], False, 0),
    ],
)
def test_only_sites_counted_in_and_out_add_up(counts: list[tuple[int, int]], adds_up: bool, still_in: int) -> None:
    sites = [NeedlingSite(needles_in=went_in, needles_out=came_out) for went_in, came_out in counts]
    assert (needles_add_up(sites), needles_still_in(sites)) == (adds_up, still_in)
