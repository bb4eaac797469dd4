"""All that happened in one episode, newest first, a page at a time: one statement, however long care went on.

The database still looks through the dates of that episode.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import CharField, Count, F, IntegerField, Max, Q, QuerySet, Value
from django.db.models.functions import Cast, TruncDate
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from programs.models import Assessment, CarePlan, Episode, FactorDecision, PainMap, RedFlagScreen, Score, Session

PER_PAGE = 30
KINDS: Mapping[str, str | Promise] = {
    "session": _("Sessions"),
    "assessment": _("Assessments"),
    "score": _("Measures"),
    "pain": _("Pain maps"),
    "plan": _("Plan versions"),
    "decision": _("Factors"),
    "screen": _("Red flags"),
}
Rows = Any  # a QuerySet of dicts: annotated values have no name of their own
RANK = {kind: number for number, kind in enumerate(KINDS)}  # order within a day


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a page ends: the next one begins below it."""

    day: date
    rank: int
    pk: int

    def __str__(self) -> str:
        return f"{self.day.isoformat()}.{self.rank}.{self.pk}"

    @classmethod
    def read(cls, text: str) -> "Mark | None":
        """None for anything else than what a page has written."""
        day, _dot, rest = text.partition(".")
        rank, _dot, pk = rest.partition(".")
        if not (rank.isdecimal() and pk.isdecimal() and len(rank) < 3 and len(pk) < 19):
            return None
        try:
            return cls(date.fromisoformat(day), int(rank), int(pk))
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Event:
    """`ref` is a session's appointment, or the factor decided on; `word` and `detail` are said in the template."""

    day: date
    kind: str
    pk: int
    ref: int
    word: str
    detail: str


@dataclass(frozen=True, slots=True)
class Timeline:
    events: Sequence[Event]
    next: str  # the mark below which it goes on; empty at the end


def timeline_of(episode: Episode, zone: ZoneInfo, *, kind: str = "", below: Mark | None = None) -> Timeline:
    """One statement."""
    rows = [
        _below(found, RANK[name], below)
        for name, found in _sources(episode, zone).items()
        if kind in ("", name)
    ]  # fmt: skip
    page = list(rows[0].union(*rows[1:], all=True).order_by("-day", "-rank", "-row")[: PER_PAGE + 1])
    names = list(RANK)
    events = [Event(one["day"], names[one["rank"]], one["row"], one["ref"], one["word"], one["detail"]) for one in page]
    shown = events[:PER_PAGE]
    more = len(events) > PER_PAGE
    return Timeline(shown, str(Mark(shown[-1].day, RANK[shown[-1].kind], shown[-1].pk)) if more else "")


def _sources(episode: Episode, zone: ZoneInfo) -> dict[str, Rows]:
    mine = Q(episode=episode)
    scores = Score.objects.filter(mine).order_by().values("taken_on")
    return {
        "session": _rows(
            Session.objects.filter(mine), "session", TruncDate("appointment__starts_at", tzinfo=zone),
            ref=F("appointment_id"), word=Cast("signed_at", CharField()),
        ),
        "assessment": _rows(Assessment.objects.filter(mine).standing(), "assessment", F("done_on")),
        "score": scores.annotate(
            day=F("taken_on"), rank=_number(RANK["score"]), row=Max("pk"), ref=_number(0),
            word=Cast(Count("pk"), CharField()), detail=_text(""),
        ).values("day", "rank", "row", "ref", "word", "detail"),
        "pain": _rows(PainMap.objects.filter(mine), "pain", F("drawn_on"), word=F("source")),
        "plan": _rows(
            CarePlan.objects.filter(mine).signed(), "plan", TruncDate("signed_at", tzinfo=zone),
            word=Cast("version", CharField()), detail=F("reason"),
        ),
        "decision": _rows(
            FactorDecision.objects.filter(factor__episode=episode), "decision", TruncDate("decided_at", tzinfo=zone),
            ref=F("factor_id"), word=F("decision"), detail=F("factor__kind__name"),
        ),
        "screen": _rows(RedFlagScreen.objects.filter(mine), "screen", F("screened_on"), word=F("concern")),
    }  # fmt: skip


def _rows(found: QuerySet[Any, Any], kind: str, day: Any, **more: Any) -> Rows:
    given = {"ref": _number(0), "word": _text(""), "detail": _text(""), **more}
    rows = found.order_by().annotate(day=day, rank=_number(RANK[kind]), row=F("pk"), **given)
    return rows.values("day", "rank", "row", "ref", "word", "detail")


def _below(rows: Rows, rank: int, mark: Mark | None) -> Rows:
    """Within a day by rank, within a rank by row: all downwards."""
    if mark is None:
        return rows
    if rank > mark.rank:
        return rows.filter(day__lt=mark.day)
    if rank < mark.rank:
        return rows.filter(day__lte=mark.day)
    return rows.filter(Q(day__lt=mark.day) | Q(day=mark.day, row__lt=mark.pk))


def _number(value: int) -> Value:
    return Value(value, output_field=IntegerField())


def _text(value: str) -> Value:
    return Value(value, output_field=CharField())
