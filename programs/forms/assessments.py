"""An assessment as it is typed: right and left side by side, and what each test wants to know besides."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from programs.forms.entry_fields import JUDGED, MARKS, Measured, NumberField, fields_of, sides_of
from programs.limits import looks_like_inches
from programs.models import Decision, Factor, Result, Test, TestKind
from programs.reasoning import Person
from programs.services.assessments import Entry
from programs.services.factors import needs_reason
from programs.shapes import IMPRESSION, Shape, instability, shape_of, skin

Previous = Mapping[tuple[str, str], Result]
SURE = "sure"
MOST_TYPED = 300  # letters of one field


class AssessmentForm(forms.Form):
    """Nothing entered and no reason means: not asked about, and nothing is stored.

    Fields are named KEY-side for the value, KEY-side-part for what belongs to it, KEY-tick-…, KEY-judged, KEY-skip and
    KEY-note for the test; KEY-…-sure repeats an unusual value that is meant.
    """

    def __init__(self, *args: Any, tests: Sequence[Test], previous: Previous, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tests, self.previous, self.person = tests, previous, person
        self.may_be_empty = False  # what was written into the wrong chart is taken back whole
        self.shapes = {test.key: shape_of(test.key, test.line, test.possible) for test in tests}
        for test in tests:
            self.fields |= dict(fields_of(test, self.shapes[test.key]))
        self.asked: dict[str, str] = {}  # field -> why its value is asked about, meant or not

    def typed(self) -> dict[str, str]:
        """What is on the page, as text by the fields' names: what a draft keeps."""
        names = [*self.fields, *(f"{name}-sure" for name in self.fields)]
        found = {name: _plain(str(self.data.get(name) or "")) for name in names}
        return {name: text for name, text in found.items() if text}

    def is_sure(self, name: str) -> bool:
        """The tick repeats the value: another value is asked about anew."""
        return bool(self.data.get(f"{name}-sure", "").strip() == self.data.get(name, "").strip())

    def hints(self, test: Test) -> list[str]:
        """Plausible, and just what the value before would be in inches."""
        found = []
        for side in sides_of(test):
            value, was = self.cleaned_data.get(f"{test.key}-{side}"), self.previous.get((test.key, side))
            if isinstance(value, Measured) and was:
                inches = looks_like_inches(value.value, test.unit, was.value)
                if inches:
                    said = {"inches": f"{inches.value.normalize():f}", "cm": f"{inches.right:f}"}
                    found.append(_now("Inches? %(inches)s in would be %(cm)s cm.") % said)
        return found

    def trials(self, test: Test) -> list[str]:
        """What counts of several, where several were typed: R 20, the best of 3."""
        words = {"best": _now("the best"), "mean": _now("the mean"), "first": _now("the first")}
        found = []
        for side in sides_of(test):
            value = self.cleaned_data.get(f"{test.key}-{side}")
            if isinstance(value, Measured) and value.trials:
                said = {"value": f"{value.value:f}", "what": words[self.shapes[test.key].trials]}
                text = _now("%(value)s, %(what)s of %(many)s") % {**said, "many": len(value.trials)}
                found.append(f"{MARKS.get(side, '')} {text}".strip())
        return found

    def errors_of(self, test: Test) -> dict[str, list[str]]:
        """By field, without what is only asked about."""
        found = {name: errors.as_data() for name, errors in self.errors.items() if name.startswith(f"{test.key}-")}
        return {
            name: [text for error in errors if error.code != SURE for text in error.messages]
            for name, errors in found.items()
        }

    def clean(self) -> dict[str, Any]:
        for test in self.tests:
            self._check(test)
        for name, value in list(self.cleaned_data.items()):
            field = self.fields[name]
            if isinstance(field, NumberField) and (asked := field.unusual(value)):
                self.asked[name] = " ".join(text for error in asked for text in error.messages)
                if not self.is_sure(name):
                    self.add_error(name, ValidationError(self.asked[name], code=SURE))
        if not self.errors and not self.may_be_empty and not self.entries():
            raise ValidationError(_("Nothing is entered yet."))
        return self.cleaned_data

    def _check(self, test: Test) -> None:
        given, shape = self.cleaned_data, self.shapes[test.key]
        entered = [self._is_entered(test, shape, f"{test.key}-{side}") for side in sides_of(test)]
        if given.get(f"{test.key}-skip") and all(entered):
            self.add_error(f"{test.key}-skip", _("Either a value or a reason why it was not tested, please."))
        for side in sides_of(test):
            self._check_flags(shape, f"{test.key}-{side}")
        if any(entered) or given.get(f"{test.key}-skip"):
            return
        for name in [f"{test.key}-judged", f"{test.key}-note", *(f"{test.key}-{side}-pain" for side in sides_of(test))]:
            if given.get(name) and not self.errors_of(test):
                self.add_error(name, _("A value as well, please, or why there is none."))

    def _check_flags(self, shape: Shape, name: str) -> None:
        """What is ticked and what is typed are one and the same count, or sign."""
        given, ticked = self.cleaned_data, self._ticked(shape, name)
        typed = given.get(name)
        if not ticked or not typed:
            return
        if isinstance(typed, Measured) and typed.value != len(ticked):
            text = _("%(typed)s is entered and %(ticked)s are ticked.")
            said = {"typed": f"{typed.value:f}", "ticked": len(ticked)}
            self.add_error(name, ValidationError(text, params=said))
        elif typed == "-":
            self.add_error(name, _("Something is ticked, so it is +."))

    def _ticked(self, shape: Shape, name: str) -> list[str]:
        return [part.key for part in shape.flags if self.cleaned_data.get(f"{name}-{part.key}")]

    def _is_entered(self, test: Test, shape: Shape, name: str) -> bool:
        given = self.cleaned_data
        if test.key == IMPRESSION:
            return bool(given.get(f"{test.key}-judged"))
        if shape.is_empty:
            return bool(given.get(f"{test.key}-note"))
        names = [name, f"{name}-grade", *(f"{name}-{part.key}" for part in shape.parts)]
        return any(given.get(one) not in (None, "", False) for one in names)

    def entries(self) -> list[Entry]:
        """Of what is right so far: a side with an error says nothing."""
        return [entry for test in self.tests for entry in self._entries_of(test)]

    def _entries_of(self, test: Test) -> Iterator[Entry]:
        given, shape = self.cleaned_data, self.shapes[test.key]
        shared = {
            "conditions": {tick["key"]: given.get(f"{test.key}-tick-{tick['key']}", False) for tick in shape.ticks},
            "note": given.get(f"{test.key}-note", ""),
        }
        wrong = self.errors.keys()
        for side in sides_of(test):
            name = f"{test.key}-{side}"
            if any(one == name or one.startswith(f"{name}-") for one in wrong):
                continue
            pain = given.get(f"{name}-pain")
            shared["pain"] = int(pain.value) if pain else None
            if self._is_entered(test, shape, name):
                judged = JUDGED[given.get(f"{test.key}-judged", "")]
                yield Entry(test=test, side=side, judged_abnormal=judged, **self._found(test, shape, name), **shared)
            elif skipped := given.get(f"{test.key}-skip"):
                yield Entry(test=test, side=side, not_tested=skipped, **shared)

    def _found(self, test: Test, shape: Shape, name: str) -> dict[str, Any]:
        given = self.cleaned_data
        typed = given.get(name)
        measured = typed if isinstance(typed, Measured) else None
        word = "" if measured else str(typed or "")
        parts, ticked = self._parts(shape, name), self._ticked(shape, name)
        value = measured.value if measured else None
        if ticked and shape.number:
            value = Decimal(len(ticked))
        elif ticked:
            word = "+"
        match test.line.get("rule"):
            case "instability":
                word = instability(parts)
            case "dermatomes":
                word = skin(parts, test.line["roots"])
        if test.key == IMPRESSION:
            word = "+" if given[f"{test.key}-judged"] == "abnormal" else "-"
        word = given.get(f"{name}-grade", "") or word
        return {"value": value, "word": word, "parts": parts, "trials": measured.trials if measured else ()}

    def _parts(self, shape: Shape, name: str) -> dict[str, float | str]:
        """A tick that is missing among others means that this part was fine; with none at all it says nothing."""
        found: dict[str, float | str] = {}
        for part in shape.values:
            value = self.cleaned_data.get(f"{name}-{part.key}")
            if value not in (None, ""):
                found[part.key] = float(value.value) if isinstance(value, Measured) else value
        ticked = self._ticked(shape, name)
        if ticked:
            found |= {part.key: part.bad if part.key in ticked else part.good for part in shape.flags}
        return found


class AddTestForm(forms.Form):
    """One more test on the page. What was typed stays."""

    add = forms.ChoiceField(label=_("Add a test"), required=False)

    def __init__(self, *args: Any, tests: Sequence[Test], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = [
            (
                str(kind.label).capitalize(),
                [(test.key, f"{test.name} ({test.key})") for test in tests if test.kind == kind],
            )
            for kind in TestKind
        ]
        options = [("", _now("Choose a test")), *((name, found) for name, found in groups if found)]
        self.fields["add"].choices = options  # type: ignore[attr-defined]  # a ChoiceField


def _plain(text: str) -> str:
    """A draft keeps what is wrong too, but nothing that no field could hold and no database takes."""
    return "".join(letter for letter in text if letter.isprintable())[:MOST_TYPED].strip()


class CorrectionForm(forms.Form):
    """Beside the sitting as it should have been written."""

    reason = forms.CharField(
        label=_("Why is it put right?"), max_length=240,
        error_messages={"required": _("Please say why: what was written first stays in the record.")},
    )  # fmt: skip


class DecisionForm(forms.Form):
    """Confirm or reject what the findings suggest."""

    decision = forms.ChoiceField(choices=Decision.choices, widget=forms.HiddenInput)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)  # Factor.seen_as
    reason = forms.CharField(label=_("Reason"), max_length=240, required=False)

    def __init__(self, *args: Any, factor: Factor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.factor = factor

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        asked = needs_reason(suggestion=self.factor.suggestion, decision=given.get("decision", Decision.OPEN))
        if asked and not given.get("reason", "").strip():
            self.ask_why()
        return given

    def refuse_unseen(self) -> None:
        """What was typed stays; the page shows what it would be said of now."""
        self.add_error(None, _("The findings or the decision have changed since you opened the page: see them below."))

    def ask_why(self) -> None:
        self.add_error("reason", _("Please say why: the suggestion and your word both stay in the record."))
