"""What templates need beside HTML: icons, drawings and form fields that look and read alike everywhere."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django import template
from django.forms import (
    BaseForm,
    BoundField,
    CheckboxInput,
    CheckboxSelectMultiple,
    NumberInput,
    PasswordInput,
    RadioSelect,
)
from django.templatetags.static import static
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from clinics import charts
from clinics.opaque import opaque

register = template.Library()
register.filter("opaque", opaque)

SPRITE = "vendor/sprite.svg"
FACTOR_STATES = {"supported", "possible", "resolved", "improving", "none"}


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """Always hidden from screen readers: the word beside it, or the button's label, says it."""
    shape = '<svg class="i {}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>'
    return format_html(shape, extra, static(SPRITE), name)


@register.simple_tag
def bob(state: str) -> SafeString:
    """A factor's state as a glyph; shape first, colour second. An unknown state would draw nothing at all."""
    shown = state if state in FACTOR_STATES else "none"
    shape = '<svg class="bob {0}" aria-hidden="true" focusable="false"><use href="{1}#bob-{0}"></use></svg>'
    return format_html(shape, shown, static(SPRITE))


@register.simple_tag
def gauge(
    now: float,
    line: float,
    reach: float,
    label: str = "",
    start: float | None = None,
    *,
    lower: bool = False,
    line_is_out: bool = False,
) -> SafeString:
    first = None if start is None else float(start)  # models hand over decimals, which do not mix with floats
    measure = charts.Measure(float(now), float(line), float(reach), first, lower, line_is_out)
    return mark_safe(charts.gauge(measure, label))  # noqa: S308  # charts escapes the label; the rest are numbers


@register.simple_tag
def spark(values: Sequence[float], low: float, high: float, label: str = "", line: float | None = None) -> SafeString:
    reference = None if line is None else float(line)
    points = [float(value) for value in values]
    return mark_safe(charts.spark(points, low, high, label, reference))  # noqa: S308  # as above


@register.simple_tag
def trend(values: Sequence[float], label: str = "", days: Sequence[date] = ()) -> SafeString:
    """`days`: when each value was given. The first and the last are printed below."""
    since = [(day - days[0]).days for day in days]
    ends = [date_format(day, "j M") for day in dict.fromkeys((days[0], days[-1]))] if days else []
    drawing = charts.trend([float(value) for value in values], since, ends, label)
    return mark_safe(drawing)  # noqa: S308  # as above


@register.simple_tag
def ring(done: int, total: int, label: str = "") -> SafeString:
    return mark_safe(charts.ring(done, total, label))  # noqa: S308  # as above


@register.simple_tag
def bar(share: float, label: str = "", state: str = "") -> SafeString:
    return mark_safe(charts.bar(float(share), label, state))  # noqa: S308  # as above


@register.simple_tag
def weeks(shares: Sequence[float | None], label: str = "") -> SafeString:
    return mark_safe(charts.weeks(shares, label))  # noqa: S308  # as above


@register.simple_tag
def links(paths: Sequence[tuple[float, float, str]], rows: int) -> SafeString:
    return mark_safe(charts.links(paths, rows))  # noqa: S308  # as above


@register.filter
def moves(detail: Mapping[str, Any]) -> list[str]:
    """What an audit event has with before and after: line, low: 9 → 8."""
    return [text for name, (was, now) in detail.get("changes", {}).items() for text in _moves(name, was, now)]


def _moves(name: str, was: Any, now: Any) -> Iterator[str]:
    if isinstance(was, dict) and isinstance(now, dict):
        for key in sorted({*was, *now}):
            if was.get(key) != now.get(key):
                yield f"{name}, {key}: {was.get(key, '–')} → {now.get(key, '–')}"
    else:
        yield f"{name}: {was} → {now}"


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, look: str = "", extra: str = "", **attrs: Any) -> dict[str, Any]:
    """One form field. `look`: checks (default), picks, faces, steps or scale (steps with zones), for radios and ticks.

    `label` and `hint` replace the form's texts ("" hides the hint), `when` says in which case a field is needed that
    is optional else; other names become attributes of the widget, with `_` for `-`, and False removes one.
    """
    label, hint = attrs.pop("label", bound.label), attrs.pop("hint", bound.help_text)
    kind, when = _kind(bound), attrs.pop("when", "")
    about = [f"{bound.auto_id}_{part}" for part, text in (("hint", hint), ("error", bound.errors)) if text]
    described = " ".join(about) or False
    # Where we give no description, Django would add its own, pointing at an element that is not printed here.
    bound.help_text = hint
    attributes = {name.replace("_", "-"): value for name, value in attrs.items()}
    attributes.setdefault("placeholder", False)  # a label stays in sight while one types, a placeholder does not
    attributes["aria-describedby"] = False if kind == "choices" else described
    if isinstance(bound.field.widget, NumberInput):
        # type=number silently empties what it cannot read, and a refused form must keep what was typed.
        bound.field.widget.input_type = "text"
        attributes.setdefault("inputmode", "decimal")
    if bound.errors and bound.name == next(name for name in bound.form.fields if name in bound.form.errors):
        bound.field.widget.attrs["autofocus"] = True  # where several forms have one, the browser takes the first
    if kind == "line":
        attributes["class"] = f"input {bound.field.widget.attrs.get('class', '')}".strip()
    return {
        "field": bound,
        "kind": kind,
        "label": label,
        "hint": hint,
        "when": when,
        "look": look or "checks",
        "extra": extra,
        "described": described,
        "widget": "" if kind == "choices" else bound.as_widget(attrs=attributes),
    }


def _kind(bound: BoundField) -> str:
    widget = bound.field.widget
    if isinstance(widget, (RadioSelect, CheckboxSelectMultiple)):
        return "choices"
    return "tick" if isinstance(widget, CheckboxInput) else "line"


@register.inclusion_tag("components/form_errors.html")
def form_errors(form: BaseForm) -> dict[str, Any]:
    """The summary above a refused form: how many fields need a look, and what is wrong with the whole.

    One or two fields are in sight anyway and say it themselves.
    """
    visible = form.visible_fields()
    fields = [bound for bound in visible if bound.errors] if len(visible) > 2 else []
    hidden = [error for bound in form.hidden_fields() for error in bound.errors]
    kept = not any(isinstance(bound.field.widget, PasswordInput) for bound in form)
    return {"fields": fields, "whole": [*form.non_field_errors(), *hidden], "kept": kept}
