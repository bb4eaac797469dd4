from typing import Any

from django import forms

LONGEST_ADDRESS = 254  # RFC 5321, and the columns that keep one


class AddressField(forms.EmailField):
    """In small letters, since that is how accounts keep it. Django's own field takes longer ones than any column."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=LONGEST_ADDRESS, **kwargs)

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).lower()  # before its length is looked at: a letter may become two
