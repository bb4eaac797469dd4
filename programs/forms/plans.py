"""A care plan on one page: goals, what is done at visits, and what the patient does at home."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib.postgres.forms import SimpleArrayField
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from programs import catalogue
from programs.forms.plan_steps import StepForm, dose_forms, step_forms
from programs.goals import TARGETS, Target, bounds_of
from programs.models import (
    MOST_VISITS,
    MOST_WEEKS,
    CarePlan,
    Episode,
    Exercise,
    Factor,
    Intervention,
    InterventionKind,
    Suggestion,
)
from programs.models.plan import usual_retests
from programs.outcomes import is_reached
from programs.queries.cautions import Cautions
from programs.queries.goal_values import GoalValues
from programs.queries.red_flag_gap import UNSCREENED
from programs.services.plans import CHANGED, Aim, Terms

MOST_GOALS, FIRST_GOALS = 6, 3
MOST_LINE = 200  # letters of a criterion for the end of care
FURTHEST = timedelta(days=730)


def unscreened_field(*, required: bool) -> forms.CharField:
    return forms.CharField(
        label=_("Why you sign without a current red-flag screen"), max_length=240, required=required,
        help_text=_("It stays with this version. Treatment at visits waits for a screen all the same."),
        error_messages={"required": _("Screen first, or say why the plan cannot wait for it.")},
    )  # fmt: skip


class DraftForm(forms.Form):
    """What is done with a draft as it is."""

    seen = forms.IntegerField()  # the draft on the page: one that is changed is another row

    def __init__(self, *args: Any, draft: CarePlan | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.draft = draft

    def clean(self) -> None:
        if self.draft is None or self.cleaned_data.pop("seen", None) != self.draft.pk:
            self.errors.pop("seen", None)
            raise ValidationError(CHANGED)


class SignForm(DraftForm):
    """Without a screen that counts the signature says why."""

    unscreened = unscreened_field(required=True)

    def __init__(self, *args: Any, is_screened: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_screened:
            del self.fields["unscreened"]


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
    unscreened = unscreened_field(required=False)  # asked for where it is signed
    leave = forms.BooleanField(label=_("Leave it without an answer for now"), required=False)

    def __init__(
        self, *args: Any, today: date, is_first: bool, is_screened: bool, before: CarePlan | None = None, **kwargs: Any
    ) -> None:
        """`before` is the draft, or the last version that was signed: what it says is a start."""
        super().__init__(*args, **kwargs)
        if is_screened:
            del self.fields["unscreened"]
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
        self._check_days(given)
        if given.get("visits") and given.get("weeks") and given["visits"] > 7 * given["weeks"]:
            self.add_error("visits", _("That is more than one visit a day."))
        if given.get("unscreened") == "" and "draft" not in self.data:
            self.add_error("unscreened", _("Screen first, or say why the plan cannot wait for it."))
        return given

    def _check_days(self, given: dict[str, Any]) -> None:
        starts, until = given.get("starts_on"), given.get("authorised_until")
        if starts and until and until < starts:
            self.add_error("authorised_until", _("The plan has not started by then."))
        if given.get("weeks") and any(week > given["weeks"] for week in given.get("retest_weeks") or ()):
            self.add_error("retest_weeks", _("The plan is over by then: it takes %(weeks)s weeks.") % given)

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

    def __init__(self, *args: Any, values: GoalValues, kept: Mapping[str, str], **kwargs: Any) -> None:
        """`values` is where everything stands now, `kept` the version before: measure -> operator."""
        super().__init__(*args, **kwargs)
        self.values, self.kept = values, kept
        options = [(key, self._with_now(key, target)) for key, target in TARGETS.items()]
        self.fields["measure"].choices = [("", _("Choose")), *options]  # type: ignore[attr-defined]  # a ChoiceField

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        bounds = bounds_of(given["measure"]) if given.get("measure") else None
        if bounds and given.get("target") is not None and not bounds[0] <= given["target"] <= bounds[1]:
            low, high = (f"{end.normalize():f}" for end in bounds)
            self.add_error("target", _("From %(low)s to %(high)s, please.") % {"low": low, "high": high})
        elif given.get("measure") and given.get("target") is not None and given["measure"] not in self.kept:
            self._check_way(given["measure"], given["target"])
        return given

    def _check_way(self, measure: str, target: Decimal) -> None:
        """A goal lies before us. What an earlier version aimed at may be reached by now."""
        now = self.values.of(measure)
        if now is not None and is_reached(TARGETS[measure].operator, now, target):
            self.add_error("target", _("That is so already: it is %(now)s now.") % {"now": f"{now.normalize():f}"})

    def _with_now(self, measure: str, target: Target) -> str:
        now = self.values.of(measure)
        said = {"name": target.name, "now": "" if now is None else f"{now.normalize():f} {target.unit}".strip()}
        return str(target.name) if now is None else _now("%(name)s (now %(now)s)") % said

    def aim(self, starts_on: date) -> Aim:
        given = self.cleaned_data
        measure = given["measure"]
        return Aim(
            measure=measure,
            operator=self.kept.get(measure, TARGETS[measure].operator),
            target=given["target"],
            due_on=starts_on + timedelta(weeks=given["due_week"]),
        )


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


GoalFormSet = formset_factory(GoalForm, formset=BaseGoals, extra=MOST_GOALS, max_num=MOST_GOALS, validate_max=True)


@dataclass(frozen=True, slots=True)
class Basis:
    """What a new plan is made from: the confirmed factors, the tests that were abnormal, the exercises at hand."""

    factors: Sequence[Factor]
    abnormal: Sequence[str]
    exercises: Sequence[Exercise]
    cautions: Cautions
    values: GoalValues
    gap: str  # what the red flags say to a signature: see queries.red_flag_gap
    kept: Sequence[Intervention] = ()  # of the draft, or of the last version that was signed, with doses and answers


@dataclass(frozen=True, slots=True)
class Folded:
    """What of several forms the page shows, and what it keeps folded away until somebody wants one more."""

    in_sight: Sequence[forms.Form]
    spare: Sequence[forms.Form]


class PlanForms:
    """All forms of the page as one."""

    def __init__(self, data: Any = None, *, basis: Basis, today: date, before: CarePlan | None) -> None:
        self.data, self.factors = data or {}, basis.factors
        self.seen = before.seen_as if before else ""
        self.is_behind = data is not None and data.get("seen", "") != self.seen
        is_first = before is None or (before.version == 1 and before.is_draft)
        self.template = before.template if before and before.is_draft else ""  # a draft stays one of its protocol
        screened = basis.gap != UNSCREENED
        self.plan = PlanForm(data, today=today, is_first=is_first, is_screened=screened, before=before)
        self.goals: BaseFormSet[GoalForm] = GoalFormSet(
            data,
            prefix="goals",
            initial=_goals_of(before) if data is None else None,  # else what stays as it was would count for nothing
            form_kwargs={"values": basis.values, "kept": _operators(before)},
        )
        self.steps = step_forms(data, basis.factors, basis.abnormal, basis.kept)
        for step in self.steps:
            step.cautions = basis.cautions.of(step.kind)
        self.doses = dose_forms(data, basis.factors, basis.exercises, basis.kept)

    def cards(self) -> list[tuple[str, int]]:
        """How many there are of each kind: the page sends it back."""
        return list(Counter(form.kind for form in self.steps).items())

    @property
    def at_visits(self) -> Folded:
        return _folded(self.steps)

    @property
    def at_home(self) -> Folded:
        return _folded(self.doses)

    @property
    def aimed(self) -> Folded:
        """Used rows first, and always as many as a first plan begins with."""
        used = [form for form in self.goals if form.initial or form["measure"].value() or form.errors]
        free = [form for form in self.goals if form not in used]
        more = max(0, FIRST_GOALS - len(used))
        return Folded([*used, *free[:more]], free[more:])

    def _all(self) -> Iterable[forms.Form]:
        return [self.plan, *self.goals, *self.steps, *self.doses]

    def is_valid(self) -> bool:
        if not all([self.goals.is_valid(), *(form.is_valid() for form in self._all())]):
            return False
        if not self.included():
            self.plan.add_error(None, _("A plan needs at least one answer: tick what you will do."))
        elif self.unanswered() and "draft" not in self.data and not self.plan.cleaned_data["leave"]:
            self.plan.add_error("leave", _("Tick what answers it, or say that it waits."))
        return not self.plan.errors

    def unanswered(self) -> list[str]:
        """Confirmed factors that nothing treats; a re-test only looks."""
        treats = [form for form in self.included() if form.kind != InterventionKind.ASSESSMENT]
        answered = {key for form in treats for key in form.cleaned_data["factors"]}
        return [one.name for one in self.factors if one.key not in answered and one.suggestion != Suggestion.RESOLVED]

    def included(self) -> list[StepForm]:
        return [form for form in [*self.doses, *self.steps] if form.cleaned_data["include"]]

    @property
    def unscreened(self) -> str:
        return str(self.plan.cleaned_data.get("unscreened", ""))

    def aims(self) -> list[Aim]:
        starts = self.plan.cleaned_data["starts_on"]
        return [form.aim(starts) for form in self.goals if form.cleaned_data.get("measure")]

    def values(self, *, episode: Episode) -> dict[str, Any]:
        """Everything that programs.services.plans.draft_plan wants to know but who makes it."""
        terms = {name: value for name, value in self.plan.cleaned_data.items() if name not in {"unscreened", "leave"}}
        return {
            "episode": episode,
            "terms": Terms(**terms, template=self.template),
            "goals": self.aims(),
            "interventions": [form.step() for form in self.included()],
            "seen": self.seen,
        }


def _folded(cards: Sequence[StepForm]) -> Folded:
    return Folded([form for form in cards if not form.is_spare], [form for form in cards if form.is_spare])


def _operators(plan: CarePlan | None) -> dict[str, str]:
    return {goal.measure: goal.operator for goal in plan.goals.all()} if plan else {}


def _goals_of(plan: CarePlan | None) -> list[dict[str, Any]]:
    if plan is None:
        return []
    return [
        {
            "measure": goal.measure,
            "target": f"{goal.target.normalize():f}",  # 10, not 1E+1
            "due_week": max(1, (goal.due_on - plan.starts_on).days // 7),
        }
        for goal in plan.goals.order_by("due_on", "pk")
    ]
