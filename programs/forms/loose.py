"""Reading a field that has not been judged: what it says, or nothing."""

from typing import TypeVar

from django import forms
from django.core.exceptions import ValidationError

T = TypeVar("T")


def read(form: forms.Form, name: str, kind: type[T]) -> T | None:
    try:
        found = form.fields[name].clean(form[name].value())
    except ValidationError:
        return None
    return found if isinstance(found, kind) else None
