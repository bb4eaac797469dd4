"""`make bench [NAME=...] [SIZE=small|full]`: one line a figure, exit status 1 if one is short of its goal."""

import argparse
import operator
import sys
from collections.abc import Callable

from tests.bench.figures import BENCHES, Figure

COMPARE: dict[str, Callable[[float, float], bool]] = {"<=": operator.le, ">=": operator.ge}


def main() -> int:
    arguments = argparse.ArgumentParser(prog="make bench")
    arguments.add_argument("--name", choices=sorted(BENCHES))
    arguments.add_argument("--size", choices=["small", "full"], default="small")
    chosen = arguments.parse_args()
    names = [chosen.name] if chosen.name else sorted(BENCHES)
    figures = [figure for name in names for figure in BENCHES[name](full=chosen.size == "full")]
    return 1 if [figure for figure in figures if not _tell(figure)] else 0


def _tell(figure: Figure) -> bool:
    is_reached = COMPARE[figure.compare](figure.value, figure.goal)
    verdict = "ok" if is_reached else "short"
    line = f"{figure.name} {figure.value:g} {figure.unit} goal {figure.compare} {figure.goal:g}"
    sys.stdout.write(f"bench {line} {verdict}\n")
    return is_reached


if __name__ == "__main__":
    sys.exit(main())
