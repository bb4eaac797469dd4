"""The body chart in templates, and its words."""

from collections.abc import Mapping, Sequence

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst

from programs import pain_words
from programs.models import PainKind
from programs.needle_drawing import Needle, draw_needles
from programs.pain import drawing
from programs.pain.compare import Difference
from programs.pain.drawing import Chart
from programs.pain.figures import drawn_as
from programs.pain.places import VIEWS, Mark

register = template.Library()


@register.simple_tag
def body_chart(
    marks: Sequence[Mark],
    figure: str,
    label: str = "",
    before: Sequence[Mark] = (),
    numbers: bool = True,
    leader: bool = False,
) -> SafeString:
    """Front and back. `before`: an earlier map, pale. `leader`: a line from the strongest mark to the end edge."""
    said = label or pain_words.map_in_words(marks)
    return _drawn(figure, said, VIEWS, marks=marks, before=before, numbers=numbers, leader=leader)


@register.simple_tag
def body_view(view: str, marks: Sequence[Mark], figure: str) -> SafeString:
    """One view, whose places can be tapped where script runs."""
    here = [mark for mark in marks if mark.view == view]
    names = {where: pain_words.sided(*where) for where in drawing.zones([view])}
    return _drawn(figure, pain_words.map_in_words(here), [view], marks=here, names=names)


def _drawn(
    figure: str,
    label: str,
    views: Sequence[str],
    *,
    marks: Sequence[Mark],
    names: Mapping[tuple[str, str, str], str] | None = None,
    before: Sequence[Mark] = (),
    numbers: bool = True,
    leader: bool = False,
) -> SafeString:
    chart = Chart(
        figure=figure,
        figure_url=static(f"vendor/body-{drawn_as(figure)}.svg"),
        letters=pain_words.letters(),
        label=label,
        views=views,
        marks=marks,
        names=names or {},
        before=before,
        numbers=numbers,
        leader=leader,
    )
    return mark_safe(drawing.draw(chart))  # noqa: S308  # words are escaped there; the rest are keys and numbers


@register.simple_tag
def needle_chart(view: str, needles: Sequence[Needle], figure: str) -> SafeString:
    """One view with numbered needles; the rows beside it say the same in words."""
    chart = Chart(
        figure=figure,
        figure_url=static(f"vendor/body-{drawn_as(figure)}.svg"),
        letters=pain_words.letters(),
        views=[view],
    )
    return mark_safe(draw_needles(chart, needles))  # noqa: S308  # keys and numbers


@register.filter
def on_front(needles: Sequence[Needle]) -> bool:
    return any(one.point.view == "front" for one in needles)


@register.simple_tag
def pain_key() -> list[tuple[SafeString, str]]:
    """The shape of each kind of pain, and its word."""
    shape = '<svg class="bodychart pain-shape" viewBox="-42 -42 84 84" aria-hidden="true"><g class="mark">{}</g></svg>'
    return [
        (format_html(shape, mark_safe(drawing.badge_shape(kind, drawing.BADGE))), capfirst(str(word)))  # noqa: S308  # ours
        for kind, word in PainKind.choices
    ]


@register.filter
def pain_place(mark: Mark) -> str:
    return pain_words.place_of(mark)


@register.filter
def pain_kind(mark: Mark) -> str:
    return capfirst(pain_words.kind_of(mark))


@register.filter
def difference(one: Difference) -> str:
    return pain_words.difference_of(one)
