"""Where the shapes of a built figure lie: the box around every point that a path goes through or bends towards."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

ARGUMENTS = {"m": 2, "l": 2, "h": 1, "v": 1, "c": 6, "s": 4, "q": 4, "t": 2, "a": 7, "z": 0}
TOKEN = re.compile(r"[a-zA-Z]|-?(?:\d+\.?\d*|\.\d+)(?:e-?\d+)?")
SVG = "{http://www.w3.org/2000/svg}"


@dataclass(frozen=True, slots=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float

    @property
    def middle(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def holds(self, x: float, y: float) -> bool:
        return self.left <= x <= self.right and self.top <= y <= self.bottom


def boxes(figure: Path) -> dict[str, Box]:
    """Id of a shape or a group of shapes -> the box around it."""
    root = ET.parse(figure).getroot()
    found = {}
    for element in root.iter():
        if name := element.get("id"):
            paths = [one.get("d", "") for one in element.iter(f"{SVG}path")]
            found[name] = around([point for path in paths for point in points(path)])
    return found


def around(found: list[tuple[float, float]]) -> Box:
    across, down = [x for x, _ in found], [y for _, y in found]
    return Box(min(across), min(down), max(across), max(down))


def points(path: str) -> Iterator[tuple[float, float]]:
    """The end of each step. Bends go a little beyond, by less than what tells left from right."""
    x = y = start_x = start_y = 0.0
    for command, given in steps(path):
        own, base_x, base_y = command.lower(), x, y
        if command.isupper():
            base_x = base_y = 0.0
        if own == "z":
            x, y = start_x, start_y
        elif own == "h":
            x = base_x + given[0]
        elif own == "v":
            y = base_y + given[0]
        else:
            x, y = base_x + given[-2], base_y + given[-1]
        if own == "m":
            start_x, start_y = x, y
        yield x, y


def steps(path: str) -> Iterator[tuple[str, tuple[float, ...]]]:
    """Each command with its figures; figures that follow without a command repeat it."""
    command, held = "", list[str]()
    for token in [*split_arcs(path), "end"]:
        if not token[0].isalpha():
            held.append(token)
            continue
        if command:
            yield from repeated(command, held)
        command, held = token, []


def repeated(command: str, held: list[str]) -> Iterator[tuple[str, tuple[float, ...]]]:
    size = ARGUMENTS[command.lower()]
    if not size:
        yield command, ()
        return
    after = {"m": "l", "M": "L"}.get(command, command)
    assert len(held) % size == 0
    for n in range(0, len(held), size):
        yield (after if n else command), tuple(float(one) for one in held[n : n + size])


def split_arcs(path: str) -> Iterator[str]:
    """An arc's two flags may be written without a space: a1.02 1.02 0 01-1.56-.77."""
    place, in_arc = 0, -1
    while found := TOKEN.search(path, place):
        token, place = found[0], found.end()
        if token.isalpha():
            in_arc = 0 if token in "aA" else -1
        elif in_arc >= 0:
            if in_arc % 7 in {3, 4}:
                token, place = token[0], found.start() + 1
            in_arc += 1
        yield token
