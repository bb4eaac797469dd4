"""`make bench [NAME=...] [SIZE=small|full] [REBUILD=1]`: a line a figure, exit status 1 if one is short of its goal."""

import argparse
import operator
import sys
from collections.abc import Callable

from tests.bench import booking, calendar_draw, chart, content, day_view, reasoning, scope, search
from tests.bench.data import SIZES
from tests.bench.database import provide
from tests.bench.measure import Bench, Figure

COMPARE: dict[str, Callable[[float, float], bool]] = {"<=": operator.le, ">=": operator.ge, "<": operator.lt}
BENCHES: dict[str, Bench] = {
    "content": content.figures,
    "scope": scope.figures,
    "search": search.figures,
    "booking": booking.figures,
    "day_view": day_view.figures,
    "chart": chart.figures,
    "calendar_draw": calendar_draw.figures,
}

PURE: dict[str, Callable[[], list[Figure]]] = {"reasoning": reasoning.figures}  # no database


def main() -> int:
    arguments = argparse.ArgumentParser(prog="make bench")
    arguments.add_argument("--name", choices=[*BENCHES, *PURE])
    arguments.add_argument("--size", choices=SIZES, default="small")
    arguments.add_argument("--rebuild", action="store_true", help="load the rows anew")
    chosen = arguments.parse_args()
    names = [chosen.name] if chosen.name else [*PURE, *BENCHES]
    reached = [_tell(figure) for name in names if name in PURE for figure in PURE[name]()]
    if measured := [name for name in names if name in BENCHES]:
        size = SIZES[chosen.size]
        clinic = provide(size, rebuild=chosen.rebuild)
        reached += [_tell(figure) for name in measured for figure in BENCHES[name](clinic, size)]
    return 0 if all(reached) else 1


def _tell(figure: Figure) -> bool:
    is_reached = COMPARE[figure.compare](figure.value, figure.goal)
    verdict = "ok" if is_reached else "short"
    line = f"{figure.name} {figure.value:.10g} {figure.unit} goal {figure.compare} {figure.goal:.10g}"
    sys.stdout.write(f"bench {line} {verdict}\n")
    sys.stdout.flush()
    return is_reached


if __name__ == "__main__":
    sys.exit(main())
