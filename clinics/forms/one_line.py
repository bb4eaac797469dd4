"""A field of one line holds one line, as browsers have it. Set once for every form, the admin's included."""

import re
from typing import Any

from django import forms

# Line breaks and what else steers a terminal or a mail. A null character is refused by Django itself.
_CONTROLS = re.compile(r"[\x01-\x1f\x7f-\x9f\u2028\u2029]+")


def keep_to_one_line() -> None:
    """Django keeps this on its class; called once, when the app is ready. A textarea is no such input."""
    forms.widgets.Input.value_from_datadict = _in_one_line  # type: ignore[assignment, method-assign]  # on purpose


def _in_one_line(widget: forms.Widget, data: Any, files: Any, name: str) -> Any:
    given = forms.Widget.value_from_datadict(widget, data, files, name)
    return _CONTROLS.sub(" ", given) if isinstance(given, str) else given
