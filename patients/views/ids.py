"""Row ids that came as text, in a query or a form. Those in addresses are `<int:...>` already."""

from django.http import Http404

LONGEST_ID = 18  # digits of a bigint, one less than most: no row has more


def is_row_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= LONGEST_ID


def row_id(text: str) -> int:
    if not is_row_id(text):
        raise Http404
    return int(text)
