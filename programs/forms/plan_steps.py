"""What a plan does, card by card: interventions at visits, and exercises at home. What stood there before is kept."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from programs import catalogue
from programs.models import MOST_WEEKS, Exercise, Factor, Intervention, InterventionKind, PlannedDose
from programs.queries.cautions import CautionsOfKind
from programs.services.home import Dose, dose_of, usual_dose
from programs.services.plans import Step

WEEKDAYS = [
    (1, _("Mon")), (2, _("Tue")), (3, _("Wed")), (4, _("Thu")), (5, _("Fri")), (6, _("Sat")), (7, _("Sun")),
]  # fmt: skip
MOST_CARDS = 9  # of one kind
FIRST_CHOICE = ("half_kneel_glute", "lumbar_extension", "hip_hinge")  # the clinic's own three, shown unfolded


class StepForm(forms.Form):
    """One intervention of the plan and the factors it answers."""

    include = forms.BooleanField(label=_("Part of the plan"), required=False)
    what = forms.CharField(label=_("What"), max_length=160)
    frequency = forms.CharField(label=_("How often"), max_length=80, required=False)
    weeks = forms.IntegerField(
        label=_("For weeks"),
        min_value=1,
        max_value=MOST_WEEKS,
        required=False,
        help_text=_("Empty: as long as the plan."),
    )
    factors = forms.MultipleChoiceField(
        label=_("Answers"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Name at least one factor that this answers.")},
    )

    def __init__(
        self, *args: Any, kind: str, factors: Sequence[Factor], tests: Sequence[str] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.confirmed, self.tests = kind, factors, tests
        self.cautions: CautionsOfKind | None = None  # PlanForms fills it in
        self.is_spare = False  # folded away until somebody wants it
        self.fields["factors"].choices = [(one.key, one.name) for one in factors]  # type: ignore[attr-defined]  # a ChoiceField

    @property
    def title(self) -> str:
        """Numbered from the second of a kind on."""
        number = (self.prefix or "").removeprefix(self.kind)
        return f"{InterventionKind(self.kind).label} {number}".strip()

    def clean(self) -> dict[str, Any]:
        if not self.cleaned_data.get("include"):
            self.errors.clear()  # what is left out is nobody's business
        return self.cleaned_data

    def answered(self) -> list[Factor]:
        return [one for one in self.confirmed if one.key in self.cleaned_data["factors"]]

    def step(self) -> Step:
        given = self.cleaned_data
        return Step(
            kind=self.kind,
            what=given["what"],
            frequency=given["frequency"],
            weeks=given["weeks"],
            factors=self.answered(),
            tests=self.tests,
        )


class DoseForm(StepForm):
    """A home exercise: the library's dose, to be changed for this patient."""

    sets = forms.IntegerField(label=_("Sets"), min_value=1, max_value=10)
    reps = forms.IntegerField(label=_("Repetitions"), min_value=1, max_value=100)
    hold_seconds = forms.IntegerField(label=_("Hold, seconds"), min_value=1, max_value=300, required=False)
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Days"), choices=WEEKDAYS, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    why = forms.CharField(label=_("Why for this patient"), max_length=300, required=False)

    def __init__(self, *args: Any, exercise: Exercise, kept: PlannedDose | None = None, **kwargs: Any) -> None:
        """`kept` is the dose of the version before: what has no field here stays as it is there."""
        super().__init__(*args, kind=InterventionKind.EXERCISE, **kwargs)
        self.exercise, self.kept = exercise, kept
        # The exercise and its days say it, and it lasts as long as the plan.
        del self.fields["what"], self.fields["frequency"], self.fields["weeks"]

    @property
    def title(self) -> str:
        return self.exercise.name

    def step(self) -> Step:
        days = len(self.cleaned_data["weekdays"])
        frequency = _now("At home, %(days)s days a week") % {"days": days}
        return Step(
            kind=self.kind,
            what=self.exercise.name,
            frequency=frequency,
            factors=self.answered(),
            dose=self.dose(),
        )

    def dose(self) -> Dose:
        given = self.cleaned_data
        return replace(
            dose_of(self.kept) if self.kept else usual_dose(self.exercise),
            sets=given["sets"],
            reps=given["reps"],
            hold_seconds=given["hold_seconds"],
            weekdays=tuple(given["weekdays"]),
            why=given["why"],
        )


# kind -> what it usually answers, its words and how often. All of it can be changed in the form.
_OFFERED: Mapping[str, tuple[frozenset[str], Any, Any]] = {
    InterventionKind.NEEDLING: (
        frozenset({"hip_weak", "lumbar_weak"}), _("Gluteus medius, lumbar multifidus"), _("Once a week, 2 to 4 visits"),
    ),
    InterventionKind.MANUAL: (
        frozenset({"hip_tight", "ankle_df"}), _("Joint mobilisation and soft tissue"), _("As needed at visits"),
    ),
    InterventionKind.EDUCATION: (
        frozenset({"fear_avoidance"}), _("How pain works, and how to plan activity"), _("At the first visits"),
    ),
    InterventionKind.ASSESSMENT: (frozenset(), _("Repeat what was abnormal"), _("Weeks 3 and 6")),
}  # fmt: skip


def step_forms(
    data: Any, factors: Sequence[Factor], abnormal: Sequence[str], kept: Sequence[Intervention]
) -> list[StepForm]:
    """A card for each intervention that is kept, one for each kind that has none yet, and a spare one, folded away.

    The page sends back how many cards of a kind it showed: meanwhile the draft may have become another.
    """
    kinds = [InterventionKind.EXERCISE, *map(InterventionKind, _OFFERED)]
    return [form for kind in kinds for form in _cards(kind, data, factors, abnormal, kept)]


def _cards(
    kind: InterventionKind, data: Any, factors: Sequence[Factor], abnormal: Sequence[str], kept: Sequence[Intervention]
) -> Iterator[StepForm]:
    steps = [step for step in kept if step.kind == kind and not hasattr(step, "dose")]
    tests = abnormal if kind == InterventionKind.ASSESSMENT else ()
    for number in range(_shown(kind, data, len(steps))):
        step = steps[number] if number < len(steps) else None
        initial = _as_it_is(step) if step else _offer(kind, factors, is_first=not kept) if number == 0 else {}
        prefix = kind.value if number == 0 else f"{kind.value}{number + 1}"
        form = StepForm(data, prefix=prefix, kind=kind, factors=factors, tests=tests, initial=initial)
        form.is_spare = number >= max(1, len(steps)) and not form["include"].value()
        yield form


def _shown(kind: InterventionKind, data: Any, kept: int) -> int:
    """How many cards. Exercises at visits come from a protocol only, and one re-test repeats all there is."""
    least = kept if kind not in _OFFERED else max(1, kept) + (kind != InterventionKind.ASSESSMENT)
    sent = str(data.get(f"cards-{kind}", "")) if data else ""
    return min(MOST_CARDS, max(least, int(sent) if sent.isdecimal() and len(sent) < 3 else least))


def _as_it_is(step: Intervention) -> dict[str, Any]:
    return {
        "include": True,
        "what": step.what,
        "frequency": step.frequency,
        "weeks": step.weeks,
        "factors": [answer.factor.key for answer in step.answers.all()],
    }


def _offer(kind: InterventionKind, factors: Sequence[Factor], *, is_first: bool) -> dict[str, Any]:
    """Words to start from. Nothing is part of a first plan that nobody ticked, but its re-test."""
    usual, what, frequency = _OFFERED[kind]
    is_retest = kind == InterventionKind.ASSESSMENT
    answers = [one.key for one in factors if is_retest or one.key in usual]
    return {"include": is_retest and is_first, "what": what, "frequency": frequency, "factors": answers}


def dose_forms(
    data: Any, factors: Sequence[Factor], exercises: Sequence[Exercise], kept: Sequence[Intervention]
) -> list[DoseForm]:
    doses = {step.dose.exercise_id: step for step in kept if hasattr(step, "dose")}
    return [_dose_form(one, data, factors, doses.get(one.pk)) for one in exercises]


def _dose_form(exercise: Exercise, data: Any, factors: Sequence[Factor], step: Intervention | None) -> DoseForm:
    dose = step.dose if step else None
    answers = [one.key for one in factors if one.key in exercise.factors]
    shown = dose_of(dose) if dose else usual_dose(exercise, why=next(iter(_whys(exercise.key, answers)), ""))
    initial = {
        "include": step is not None,
        "factors": [answer.factor.key for answer in step.answers.all()] if step else answers,
        **{name: getattr(shown, name) for name in ("sets", "reps", "hold_seconds", "weekdays", "why")},
    }
    form = DoseForm(data, prefix=exercise.key, exercise=exercise, kept=dose, factors=factors, initial=initial)
    form.is_spare = exercise.key not in FIRST_CHOICE and not form["include"].value()
    return form


def _whys(exercise: str, factors: Iterable[str]) -> Iterable[str]:
    """The library's sentences speak of test findings, so they are for confirmed factors only."""
    known = catalogue.exercise(exercise).why_by_factor
    return (known[key] for key in factors if key in known)
