"""Which question of a file counts as which item of a scoring. Pure.

A questionnaire that the registry does not know may come with the clinic's own scoring, the same rules as data:

{"scales": [{"key": "made_up", "name": "Made up", "items": ["1", "2"], "rule": "sum", "low": 0, "high": 4}]}
Items are linkIds. `max_missing`, `reverse`, `thresholds`, `bands` ({"low", "label"}) and `better` may stand beside.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from programs.instruments.fhir import Item, is_number
from programs.instruments.reading import Refused, parsed
from programs.instruments.registry import Instrument, scale_from
from programs.instruments.scoring import Rule, Scale

WIDEST = 99_999  # the column of a score has five digits before the point
BETTER = {"lower", "higher"}
KEY = re.compile(r"[a-z][a-z0-9_]{1,38}")
FIELDS = {"key", "name", "items", "rule", "low", "high", "max_missing", "reverse", "thresholds", "bands", "better"}


def read_scales(data: bytes, items: Sequence[Item], taken: Collection[str]) -> list[Scale]:
    """`taken` are keys that mean something else. Raises Refused with the place."""
    brought = parsed(data)
    found = brought.get("scales") if isinstance(brought, dict) else None
    if not isinstance(found, list) or not found:
        raise Refused("scales", "not_a_list")
    known = {item.link_id: item for item in items if item.asks}
    scales = [_scale(raw, f"scales[{number}]", known) for number, raw in enumerate(found)]
    keys = [scale.key for scale in scales]
    for number, key in enumerate(keys):
        if key in taken or key in keys[:number]:
            raise Refused(f"scales[{number}].key", "twice")
    return scales


def numbered(items: Sequence[Item], instrument: Instrument) -> dict[str, str]:
    """linkId -> item of a known instrument. The file's first question is its item 1. Raises Refused."""
    asked = {str(place): item for place, item in enumerate((one for one in items if one.asks), start=1)}
    for scale in instrument.scales:
        for number in scale.items:
            if number not in asked:
                raise Refused("item", "too_few")
            if unfit(scale, asked[number]):
                raise Refused(asked[number].path, "no_number")
    return {asked[number].link_id: number for number in instrument.items}


def unfit(scale: Scale, item: Item) -> bool:
    """Whether an answer to the item could be no number of the scale."""
    if item.kind == "boolean":
        return scale.low > 0 or scale.high < 1
    weights = [option.weight for option in item.options] if item.kind == "choice" else []
    return not item.counts or any(one is None or not scale.low <= one <= scale.high for one in weights)


def _scale(raw: Any, place: str, known: Mapping[str, Item]) -> Scale:
    if not isinstance(raw, dict) or not raw.keys() <= FIELDS:
        raise Refused(place, "unknown_field")
    if not isinstance(raw.get("key"), str) or not KEY.fullmatch(raw["key"]):
        raise Refused(f"{place}.key", "no_value")
    links = raw.get("items")
    if not isinstance(links, list) or not links or not all(isinstance(one, str) for one in links):
        raise Refused(f"{place}.items", "not_a_list")
    for number, link in enumerate(links):
        if link not in known or link in links[:number]:
            raise Refused(f"{place}.items[{number}]", "unknown_question")
    _check_rule(raw, place)
    _check_items(raw, place)
    scale = _made(raw, place)
    for number, link in enumerate(links):
        if unfit(scale, known[link]):
            raise Refused(f"{place}.items[{number}]", "no_number")
    _check_bands(scale, place)
    return scale


def _check_rule(raw: Mapping[str, Any], place: str) -> None:
    low, high = raw.get("low"), raw.get("high")
    if raw.get("rule") not in list(Rule):
        raise Refused(f"{place}.rule", "unknown_rule")
    if not (is_number(low) and is_number(high) and low < high):
        raise Refused(f"{place}.low", "no_range")
    if not isinstance(raw.get("name", ""), str):
        raise Refused(f"{place}.name", "not_text")
    if raw.get("better", "lower") not in list(BETTER):
        raise Refused(f"{place}.better", "no_value")


def _check_items(raw: Mapping[str, Any], place: str) -> None:
    """What is said of single items is about those that the scale counts."""
    missing = raw.get("max_missing", 0)
    if isinstance(missing, bool) or not isinstance(missing, int) or not 0 <= missing < len(raw["items"]):
        raise Refused(f"{place}.max_missing", "outside")
    reverse, thresholds = raw.get("reverse", []), raw.get("thresholds", {})
    if not isinstance(reverse, list) or not all(one in raw["items"] for one in reverse):
        raise Refused(f"{place}.reverse", "unknown_question")
    if not isinstance(thresholds, dict) or not thresholds.keys() <= {*raw["items"]}:
        raise Refused(f"{place}.thresholds", "unknown_question")
    for link, foot in thresholds.items():
        if not (is_number(foot) and raw["low"] <= foot <= raw["high"]):
            raise Refused(f"{place}.thresholds.{link}", "outside")


def _made(raw: Mapping[str, Any], place: str) -> Scale:
    for number, band in enumerate(_bands(raw, place)):
        here = f"{place}.bands[{number}]"
        if not isinstance(band, dict) or band.keys() != {"low", "label"} or not is_number(band["low"]):
            raise Refused(here, "unclear_scale")
        if not isinstance(band["label"], str) or not band["label"].strip():
            raise Refused(f"{here}.label", "not_text")
    try:
        return scale_from({"name": raw["key"], **raw})
    except ValueError:
        raise Refused(place, "unclear_scale") from None


def _bands(raw: Mapping[str, Any], place: str) -> list[Any]:
    found = raw.get("bands", [])
    if not isinstance(found, list):
        raise Refused(f"{place}.bands", "not_a_list")
    return found


def _check_bands(scale: Scale, place: str) -> None:
    low, high = scale.range
    if max(abs(low), abs(high)) > WIDEST:
        raise Refused(f"{place}.high", "too_great")
    feet = [band.low for band in scale.bands]
    for number, foot in enumerate(feet):
        if not low <= foot <= high:
            raise Refused(f"{place}.bands[{number}].low", "outside")
        if number and foot <= feet[number - 1]:
            raise Refused(f"{place}.bands[{number}].low", "not_rising")
