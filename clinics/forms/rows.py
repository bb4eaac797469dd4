"""Rows of a form that buttons add and drop: what was typed comes back with one row more or less, unjudged."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.http import QueryDict

Row = dict[str, Any]


def posted(data: QueryDict, prefix: str, form: type[forms.Form], most: int, more: Iterable[str] = ()) -> list[Row]:
    """`more`: names of fields that only some rows of the form have."""
    names = [*form.base_fields, *more]
    rows = range(whole(data.get(f"{prefix}-TOTAL_FORMS", ""), most))
    return [{name: data.get(f"{prefix}-{row}-{name}", "") for name in names} for row in rows]


def row_of(which: str, rows: Sequence[object]) -> int | None:
    """The number at the end of a button's value, such as `site-3`; None where there is no such row."""
    number = which.rpartition("-")[2]
    row = whole(number, len(rows)) if number.isdecimal() else len(rows)
    return row if row < len(rows) else None


def drop(rows: list[Row], which: str) -> None:
    row = row_of(which, rows)
    if row is not None:
        del rows[row]


def whole(typed: str, most: int) -> int:
    """0 for what is no number. Python refuses to read thousands of digits, so they are not even tried."""
    if not typed.isdecimal():
        return 0
    return min(int(typed), most) if len(typed) < 10 else most
