"""A drawn signature, drawn again from its points."""

from collections.abc import Sequence

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def signature(strokes: Sequence[Sequence[Sequence[int]]], signer: str) -> SafeString:
    """Thousandths of a field three times as wide as high."""
    lines = format_html_join(
        "", '<polyline points="{}"/>', ((" ".join(f"{3 * x},{y}" for x, y in stroke),) for stroke in strokes)
    )
    return format_html('<svg class="signed" viewBox="0 0 3000 1000" role="img" aria-label="{}">{}</svg>', signer, lines)
