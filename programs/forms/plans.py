"""A care plan on one page: goals, what is done at visits, and what the patient does at home."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib.postgres.forms import SimpleArrayField
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from programs import catalogue
from programs.goals import TARGETS
from programs.models import MOST_VISITS, MOST_WEEKS, CarePlan, Episode, Exercise, Factor, InterventionKind, Side
from programs.models.plan import usual_retests
from programs.services.home import Dose
from programs.services.plans import Aim, Step, Terms

WEEKDAYS = [
    (1, _("Mon")), (2, _("Tue")), (3, _("Wed")), (4, _("Thu")), (5, _("Fri")), (6, _("Sat")), (7, _("Sun")),
]  # fmt: skip
SPREAD: Mapping[int, Sequence[int]] = {
    1: (1,),
    2: (2, 5),
    3: (1, 3, 5),
    4: (1, 2, 4, 5),
    5: (1, 2, 3, 4, 5),
    6: (1, 2, 3, 4, 5, 6),
    7: (1, 2, 3, 4, 5, 6, 7),
}
FIRST_CHOICE = ("half_kneel_glute", "lumbar_extension", "hip_hinge")
MOST_GOALS = 6
MOST_LINE = 200  # letters of a criterion for the end of care
FURTHEST = timedelta(days=730)


class PlanForm(forms.Form):
    starts_on = forms.DateField(label=_("Starts on"), widget=forms.DateInput(attrs={"type": "date"}))
    weeks = forms.IntegerField(label=_("Weeks"), min_value=1, max_value=MOST_WEEKS, initial=6)
    visits = forms.IntegerField(label=_("Planned visits"), min_value=1, max_value=MOST_VISITS, initial=8)
    authorised_visits = forms.IntegerField(
        label=_("Authorised visits"), min_value=1, max_value=MOST_VISITS, required=False,
        help_text=_("What the payer allows. Empty: all that is planned."),
    )  # fmt: skip
    authorised_until = forms.DateField(
        label=_("Authorised until"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    retest_weeks = SimpleArrayField(
        forms.IntegerField(min_value=1, max_value=MOST_WEEKS), label=_("Re-test in weeks"), initial=usual_retests,
        required=False, max_length=8, help_text=_("Such as 3, 6."),
    )  # fmt: skip
    for_patient = forms.CharField(
        label=_("What we think is going on"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The patient reads this first: plain and kind, no Latin."),
    )  # fmt: skip
    summary = forms.CharField(
        label=_("In the patient's words"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What they want to do again, and what we agreed."),
    )  # fmt: skip
    modules = forms.MultipleChoiceField(
        label=_("Pain education"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=lambda: [(one.key, one.title) for one in catalogue.modules()],
    )  # fmt: skip
    discharge = forms.CharField(
        label=_("Care ends when"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One a line."),
    )  # fmt: skip
    reason = forms.CharField(label=_("Why the plan changes"), max_length=240)

    def __init__(self, *args: Any, today: date, is_first: bool, before: CarePlan | None = None, **kwargs: Any) -> None:
        """`before` is the draft or the version that runs: what it says is a start."""
        super().__init__(*args, **kwargs)
        self.today = self.fields["starts_on"].initial = today
        if is_first:
            del self.fields["reason"]
        if before:
            self.initial.update(_initial(before, today))

    def clean_discharge(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["discharge"].splitlines() if line.strip()]
        if any(len(line) > MOST_LINE for line in lines):
            raise ValidationError(_("At most 200 letters a line, please."))
        return lines

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("authorised_until") and not given.get("authorised_visits"):
            self.add_error("authorised_visits", _("How many visits are authorised until then?"))
        return given

    def clean_starts_on(self) -> date:
        starts_on: date = self.cleaned_data["starts_on"]
        if starts_on < self.today:  # else days would be due at home that are over
            raise ValidationError(_("A plan starts today or later."))
        if starts_on > self.today + FURTHEST:
            raise ValidationError(_("A day within the next two years, please."))
        return starts_on


def _initial(plan: CarePlan, today: date) -> dict[str, Any]:
    """The day moves on to today; why an earlier version changed is said already."""
    names = (
        "weeks", "visits", "authorised_visits", "authorised_until", "retest_weeks", "for_patient", "summary", "modules",
    )  # fmt: skip
    return {
        **{name: getattr(plan, name) for name in names},
        "starts_on": max(plan.starts_on, today),
        "discharge": "\n".join(plan.discharge),
        "reason": plan.reason if plan.is_draft else "",
    }


class GoalForm(forms.Form):
    """A row left as it is counts for nothing: the formset permits it."""

    measure = forms.ChoiceField(label=_("Measure"))
    target = forms.DecimalField(label=_("Target"), max_digits=7, decimal_places=2)
    due_week = forms.IntegerField(label=_("Reached by week"), min_value=1, max_value=52, initial=6)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        options = [(key, measure.name) for key, measure in TARGETS.items()]
        self.fields["measure"].choices = [("", _("Choose")), *options]  # type: ignore[attr-defined]  # a ChoiceField


class BaseGoals(BaseFormSet[GoalForm]):
    default_error_messages = {
        "missing_management_form": _("The goals did not arrive whole. Please look through them and send them again."),
        "too_many_forms": _("%(num)d goals at most, please."),
    }

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        """Rows of the version before can be emptied too."""
        return {**super().get_form_kwargs(index), "empty_permitted": True}

    def clean(self) -> None:
        chosen = [form.cleaned_data["measure"] for form in self if form.cleaned_data.get("measure")]
        if len(chosen) > len(set(chosen)):
            raise ValidationError(_("Each measure once, please."))


GoalFormSet = formset_factory(GoalForm, formset=BaseGoals, extra=3, max_num=MOST_GOALS, validate_max=True)


class StepForm(forms.Form):
    """One intervention of the plan and the factors it answers."""

    include = forms.BooleanField(label=_("Part of the plan"), required=False)
    what = forms.CharField(label=_("What"), max_length=160)
    frequency = forms.CharField(label=_("How often"), max_length=80, required=False)
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
        self.fields["factors"].choices = [(one.key, one.name) for one in factors]  # type: ignore[attr-defined]  # a ChoiceField

    @property
    def title(self) -> str:
        return str(InterventionKind(self.kind).label)

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

    def __init__(self, *args: Any, exercise: Exercise, **kwargs: Any) -> None:
        super().__init__(*args, kind=InterventionKind.EXERCISE, **kwargs)
        self.exercise = exercise
        del self.fields["what"], self.fields["frequency"]  # the exercise and its days say it

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
        given, usual = self.cleaned_data, self.exercise.dose
        return Dose(
            exercise=self.exercise,
            side=Side.BOTH if self.exercise.sided else Side.NONE,
            sets=given["sets"],
            reps=given["reps"],
            hold_seconds=given["hold_seconds"],
            tempo=usual.get("tempo") or "",
            rest_seconds=usual.get("rest_s"),
            weekdays=tuple(given["weekdays"]),
            pain_limit=usual.get("pain_limit_nrs") or 4,
            effort_target=usual.get("effort_rpe10") or 4,
            why=given["why"],
        )


@dataclass(frozen=True, slots=True)
class Basis:
    """What a new plan is made from: the confirmed factors, the tests that were abnormal, the exercises at hand."""

    factors: Sequence[Factor]
    abnormal: Sequence[str]
    exercises: Sequence[Exercise]


class PlanForms:
    """All forms of the page as one."""

    def __init__(self, data: Any = None, *, basis: Basis, today: date, before: CarePlan | None) -> None:
        is_first = before is None or (before.version == 1 and before.is_draft)
        self.plan = PlanForm(data, today=today, is_first=is_first, before=before)
        self.goals: BaseFormSet[GoalForm] = GoalFormSet(
            data,
            prefix="goals",
            initial=_goals_of(before) if data is None else None,  # else what stays as it was would count for nothing
        )
        self.steps = [_step_form(kind, data, basis) for kind in _OFFERED]
        self.doses = [_dose_form(exercise, data, basis.factors) for exercise in basis.exercises]

    def _all(self) -> Iterable[forms.Form]:
        return [self.plan, *self.goals, *self.steps, *self.doses]

    def is_valid(self) -> bool:
        if not all([self.goals.is_valid(), *(form.is_valid() for form in self._all())]):
            return False
        if not self.included():
            self.plan.add_error(None, _("A plan needs at least one answer: tick what you will do."))
            return False
        return True

    def included(self) -> list[StepForm]:
        return [form for form in [*self.doses, *self.steps] if form.cleaned_data["include"]]

    def aims(self) -> list[Aim]:
        starts = self.plan.cleaned_data["starts_on"]
        return [
            Aim(
                measure=goal["measure"],
                operator=TARGETS[goal["measure"]].operator,
                target=goal["target"],
                due_on=starts + timedelta(weeks=goal["due_week"]),
            )
            for goal in (form.cleaned_data for form in self.goals)
            if goal.get("measure")
        ]

    def values(self, *, episode: Episode) -> dict[str, Any]:
        """Everything that programs.services.plans.make_plan wants to know but who makes it."""
        return {
            "episode": episode,
            "terms": Terms(**self.plan.cleaned_data),
            "goals": self.aims(),
            "interventions": [form.step() for form in self.included()],
        }


def _goals_of(plan: CarePlan | None) -> list[dict[str, Any]]:
    if plan is None:
        return []
    return [
        {
            "measure": goal.measure,
            "target": goal.target.normalize(),
            "due_week": max(1, (goal.due_on - plan.starts_on).days // 7),
        }
        for goal in plan.goals.order_by("due_on", "pk")
    ]


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


def _step_form(kind: str, data: Any, basis: Basis) -> StepForm:
    usual, what, frequency = _OFFERED[kind]
    is_retest = kind == InterventionKind.ASSESSMENT
    answers = [one.key for one in basis.factors if is_retest or one.key in usual]
    initial = {"include": bool(answers), "what": what, "frequency": frequency, "factors": answers}
    tests = basis.abnormal if is_retest else ()
    return StepForm(data, prefix=kind, kind=kind, factors=basis.factors, tests=tests, initial=initial)


def _dose_form(exercise: Exercise, data: Any, factors: Sequence[Factor]) -> DoseForm:
    answers = [one.key for one in factors if one.key in exercise.factors]
    usual = exercise.dose
    initial = {
        "include": bool(answers),
        "factors": answers,
        "sets": usual.get("sets") or 2,
        "reps": usual.get("reps") or 10,
        "hold_seconds": usual.get("hold_s"),
        "weekdays": SPREAD[usual.get("days_per_week") or 5],
        "why": next(iter(_whys(exercise.key, answers)), ""),
    }
    return DoseForm(data, prefix=exercise.key, exercise=exercise, factors=factors, initial=initial)


def _whys(exercise: str, factors: Iterable[str]) -> Iterable[str]:
    """The library's sentences speak of test findings, so they are for confirmed factors only."""
    known = catalogue.exercise(exercise).why_by_factor
    return (known[key] for key in factors if key in known)
