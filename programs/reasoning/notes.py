"""What is worth knowing beside a verdict and counts for nothing: differences without a line, ratios, other readings."""

from collections.abc import Mapping, Sequence

from programs.reasoning.readings import Line, Said, Taken, Verdict
from programs.reasoning.rules import difference, pair_of, values_of

# Numerator, denominator, and the ratio that is usually quoted. Its own source's means break it: information only. [S26]
RATIOS = (("M19", "M18", "side_to_extensor"), ("M20", "M18", "flexor_to_extensor"))
HYPERMOBILE = 91  # mean of both straight leg raises: one of four items of a published stabilisation rule [S35]


def notes_of(taken: Taken, line: Line, unit: str) -> tuple[Said, ...]:
    """`shows` names what is looked at beside the line."""
    pair = pair_of(taken)
    match line["shows"]:
        case "difference" if pair and pair[0] != pair[1]:
            return (Said("difference", {"value": difference(pair), "unit": unit}),)
        case "leg_raise":
            return _leg_raise(taken, line, pair)
        case "groin":
            sides = [one.side for one in taken.readings if one.parts.get("location") == "groin"]
            return tuple(Said("groin", {"side": side}) for side in sides)
        case _:
            return ()


def _leg_raise(taken: Taken, line: Line, pair: tuple[float, float] | None) -> tuple[Said, ...]:
    """From 70 to 80 degrees sources differ on what is tight."""
    near = [
        Said("near_line", {"side": side, "value": value, "unit": "deg"})
        for side, value in values_of(taken).items()
        if line["low"] <= value < line["usual"]
    ]
    if pair and sum(pair) / 2 > HYPERMOBILE:
        near.append(Said("hypermobile", {"value": sum(pair) / 2, "limit": HYPERMOBILE, "unit": "deg"}))
    return tuple(near)


def across(takens: Mapping[str, Taken], verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Adds the ratios of two tests to the first of them."""
    found = {
        above: _ratios(takens[above], takens[below], code)
        for above, below, code in RATIOS
        if above in takens and below in takens
    }
    return [one._replace(notes=one.notes + found[one.test]) if one.test in found else one for one in verdicts]


def _ratios(above: Taken, below: Taken, code: str) -> tuple[Said, ...]:
    held = max(values_of(below).values(), default=0)
    if not held:
        return ()
    values = values_of(above)
    return tuple([Said(code, {"side": side, "value": round(value / held, 2)}) for side, value in values.items()])
