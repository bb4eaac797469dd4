"""Care plans: drafted as often as it takes, signed once. A change is a new version."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Value
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinics import audit
from clinics.constraints import broken_rule
from clinics.models import User
from programs.models import Answer, CarePlan, Episode, Factor, Goal, Intervention, PlannedDose
from programs.models.plan import usual_retests
from programs.queries.goal_values import goal_values
from programs.queries.plan_content import Content, canonical, content_of
from programs.queries.red_flag_gap import UNSCREENED, screen_gap
from programs.services import home
from programs.services.outlook import look_back

CHANGED = gettext_lazy("This draft was changed meanwhile. Look through it as it is now, then sign.")
GONE = gettext_lazy("That draft was changed, signed or discarded meanwhile. Here is the plan as it stands now.")
_REFUSALS: Mapping[str, str | Promise] = {
    "programs_careplan_signer": gettext_lazy("Only a therapist of this clinic signs a plan."),
    "programs_careplan_answers": gettext_lazy("Each intervention names a factor that it answers."),
    "programs_careplan_red_flags": gettext_lazy("A red-flag screen is needed now. Screen first, then sign."),
    "programs_careplan_unscreened": gettext_lazy("The red-flag screen is missing or too old: screen, or say why not."),
}


class Moved(ValueError):  # noqa: N818  # reads as what happened
    """The plan is not the one that the page began from: a draft was saved, discarded or signed meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """A measure that shall reach a target."""

    measure: str
    operator: str
    target: Decimal
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One intervention and the factors it answers. A re-test names the tests it repeats, what is done at home its dose.

    Without `weeks` it goes on as long as the plan.
    """

    kind: str
    what: str
    factors: Sequence[Factor] = ()
    frequency: str = ""
    weeks: int | None = None
    tests: Sequence[str] = ()
    dose: home.Dose | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What holds for the whole plan: how long, how often, and in which words. From version 2 on, `reason` says why."""

    starts_on: date
    weeks: int
    visits: int
    authorised_visits: int | None = None
    authorised_until: date | None = None
    summary: str = ""
    for_patient: str = ""
    modules: Sequence[str] = ()
    discharge: Sequence[str] = ()
    retest_weeks: Sequence[int] = tuple(usual_retests())
    template: str = ""
    left_out: Sequence[str] = ()
    reason: str = ""


@transaction.atomic
def make_plan(
    *, episode: Episode, terms: Terms, goals: Sequence[Aim], interventions: Sequence[Step], by: User,
    day: date | None = None, unscreened: str = "", at: datetime | None = None, seen: str | None = None,
) -> CarePlan:  # fmt: skip
    """Draft and sign in one, on `day`: else on the plan's first."""
    plan = draft_plan(episode=episode, terms=terms, goals=goals, interventions=interventions, by=by, seen=seen)
    return sign_plan(plan=plan, day=day or terms.starts_on, unscreened=unscreened, by=by, at=at)


@transaction.atomic
def draft_plan(
    *, episode: Episode, terms: Terms, goals: Sequence[Aim], interventions: Sequence[Step], by: User,
    seen: str | None = None,
) -> CarePlan:  # fmt: skip
    """The episode's next version, in place of the draft that was there. Nothing runs yet.

    `seen` is the version that the page began from (CarePlan.seen_as), "" for none; None where no page stands between.
    The episode's row is locked first, so that two people's drafts become one and the other, and never two. Raises
    Moved, and ValidationError where something is missing.
    """
    if not interventions:
        raise ValidationError(_("A plan needs at least one answer: tick what you will do."))
    episode = Episode.objects.select_for_update().get(pk=episode.pk)
    versions = CarePlan.objects.filter(episode=episode).order_by("-version")
    stands = versions.first()
    if seen not in (None, stands.seen_as if stands else ""):
        raise Moved
    versions.drafts().delete()
    last = versions.first()
    if last and not terms.reason.strip():
        raise ValidationError(_("Say why the plan changes."))
    plan = CarePlan.objects.create(
        patient_id=episode.patient_id, episode=episode, version=last.version + 1 if last else 1, made_by=by,
        **_plain(terms),
    )  # fmt: skip
    _add_goals(plan, goals)
    _add_interventions(plan, interventions)
    detail = {"version": plan.version, "steps": len(interventions)}
    if stands and stands.is_draft:
        detail["instead_of"] = stands.pk
    audit.record("plan", subject=plan, by=by, patient_id=plan.patient_id, detail=detail)
    return plan


def as_drafted(**given: Any) -> Content:
    """What `draft_plan` would make of it: written, read and taken back."""
    with transaction.atomic():
        content = content_of(draft_plan(**given))
        transaction.set_rollback(True)
    return content


@transaction.atomic
def sign_plan(*, plan: CarePlan, day: date, by: User, unscreened: str = "", at: datetime | None = None) -> CarePlan:
    """The draft is sealed as it is, and runs from its first day on. The version before ends, and with it what is done
    at home: the doses are all there is to do from then on, and without any there is nothing.

    `unscreened` is why it is signed without a red-flag screen that counts. ValidationError where there is neither, and
    where an emergency stands or a finding asks for a screen.
    """
    episode = Episode.objects.select_for_update().get(pk=plan.episode_id)
    found = CarePlan.objects.select_for_update().filter(pk=plan.pk).first()
    if found is None:
        raise ValidationError(CHANGED)
    plan = found
    if not plan.is_draft:
        raise ValidationError(_("This version is signed already."))
    if plan.starts_on < day:  # else days would be due at home that are over
        raise ValidationError(_("The first day of this draft is over. Change it, then sign."))
    # The database knows the day of the signature only from one end of the earth to the other.
    if not unscreened.strip() and screen_gap(episode, day) == UNSCREENED:
        raise ValidationError(str(_REFUSALS["programs_careplan_unscreened"]))
    _end_running(episode, plan.starts_on)
    plan.unscreened = unscreened.strip()
    _seal(plan, by, at or timezone.now())
    detail = {"version": plan.version, "hash": plan.content_hash, "unscreened": bool(plan.unscreened)}
    audit.record("sign", subject=plan, by=by, patient_id=plan.patient_id, detail=detail)
    doses = [home.dose_of(dose) for dose in _doses(plan)]
    if doses:
        home.start_programme(episode=episode, starts_on=plan.starts_on, weeks=plan.weeks, doses=doses, by=by)
    else:
        home.end_programme(episode=episode, before=plan.starts_on, by=by)
    look_back(episode=episode, day=day, by=by)
    return plan


@transaction.atomic
def discard_draft(*, plan: CarePlan, by: User) -> None:
    """ValidationError where it is no draft any more."""
    Episode.objects.select_for_update().get(pk=plan.episode_id)
    found = CarePlan.objects.drafts().filter(pk=plan.pk).first()
    if found is None:
        raise ValidationError(GONE)
    audit.record("discard", subject=found, by=by, patient_id=found.patient_id, detail={"version": found.version})
    found.delete()


def _seal(plan: CarePlan, by: User, at: datetime) -> None:
    plan.signed_at, plan.signed_by = at, by
    plan.content = canonical(content_of(plan))
    plan.content_hash = sha256(plan.content.encode()).hexdigest()
    try:
        with transaction.atomic():
            plan.save(update_fields=["signed_at", "signed_by", "unscreened", "content", "content_hash"])
    except IntegrityError as error:
        if (rule := broken_rule(error)) in _REFUSALS:
            raise ValidationError(str(_REFUSALS[rule])) from error
        raise


def _end_running(episode: Episode, day: date) -> None:
    CarePlan.objects.filter(episode=episode).current().update(ended_on=Greatest("starts_on", Value(day)))


def _plain(terms: Terms) -> dict[str, object]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(terms).items()}


def _add_goals(plan: CarePlan, goals: Sequence[Aim]) -> None:
    """What an earlier version measured from stays the start: it is care as a whole that is judged."""
    before = Goal.objects.filter(plan__episode=plan.episode, baseline__isnull=False).order_by("-plan__version")
    starts, values = {one.measure: one.baseline for one in before}, goal_values(plan.episode)
    Goal.objects.bulk_create(
        Goal(plan=plan, baseline=starts.get(aim.measure, values.of(aim.measure)), **asdict(aim)) for aim in goals
    )


def _add_interventions(plan: CarePlan, steps: Sequence[Step]) -> None:
    made = Intervention.objects.bulk_create(
        Intervention(
            plan=plan,
            kind=step.kind,
            what=step.what,
            frequency=step.frequency,
            weeks=step.weeks,
            tests=list(step.tests),
            position=position,
        )
        for position, step in enumerate(steps)
    )
    Answer.objects.bulk_create(
        Answer(intervention=intervention, factor=factor)
        for intervention, step in zip(made, steps, strict=True)
        for factor in step.factors
    )
    PlannedDose.objects.bulk_create(
        PlannedDose(intervention=intervention, **home.fields_of(step.dose))
        for intervention, step in zip(made, steps, strict=True)
        if step.dose
    )


def _doses(plan: CarePlan) -> list[PlannedDose]:
    found = PlannedDose.objects.filter(intervention__plan=plan).select_related("exercise")
    return list(found.order_by("intervention__position"))
