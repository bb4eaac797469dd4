"""What a page says of a session, as the service takes it. Pure; fields as the models name them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    muscle: str
    side: str
    diameter_mm: Decimal
    length_mm: int
    technique: str
    needles_in: int
    needles_out: int = 0
    level: str = ""
    brand: str = ""
    lot: str = ""
    expires_on: date | None = None
    depth: str = ""
    depth_mm: int | None = None
    dwell_s: int | None = None
    with_current: bool = False
    twitch: str = ""
    referred: bool = False
    pain: int | None = None
    safety: str = ""
    response: str = ""
    view: str = ""
    x: int | None = None
    y: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Treatment:
    technique: str
    region: str
    minutes: int
    level: str = ""
    side: str = "none"
    grade: str = ""
    position: str = ""
    muscle: str = ""
    dose: Mapping[str, Any] = field(default_factory=dict)
    response: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Current:
    waveform: str
    frequency_hz: int
    felt: str
    minutes: int
    pulse_us: int | None = None
    current_ma: Decimal | None = None
    pairs: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """`version` is the one that the page began from, 0 for none; None where no page stands between.

    `page` names the page: what it kept by itself (`by_itself`) while one typed, of which it may not have heard, is no
    other window's. What comes late, after a button was pressed, is not kept.
    """

    version: int | None = None
    page: str = ""
    by_itself: bool = False
    subjective: str = ""
    note: str = ""
    sign_name: str = ""
    sign_before: str = ""
    sign_after: str = ""
    pain_before: int | None = None
    pain_after: int | None = None
    next_time: str = ""
    position: str = ""
    skin_prep: str = ""
    gloves: bool = False
    hands_clean: bool = False
    sharps_disposed: bool = False
    second_count_by_id: int | None = None
    early_why: str = ""
    aftercare: Sequence[str] = ()
    sites: Sequence[Site] = ()
    treatments: Sequence[Treatment] = ()
    current: Current | None = None


PARTS = ("version", "page", "by_itself", "sites", "treatments", "current")
OWN = tuple(one.name for one in fields(Draft) if one.name not in PARTS)


def own(draft: Draft) -> dict[str, Any]:
    """The session's own fields, by their names."""
    return {name: getattr(draft, name) for name in OWN} | {"aftercare": list(draft.aftercare)}


def values(part: Site | Treatment | Current) -> dict[str, Any]:
    return {one.name: getattr(part, one.name) for one in fields(part)}
