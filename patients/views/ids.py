"""Row ids that came as text, in a query or a form. Those in addresses are `<int:...>` already."""

from django.http import Http404

from patients.forms.fields import is_row_id


def row_id(text: str) -> int:
    if not is_row_id(text):
        raise Http404
    return int(text)
