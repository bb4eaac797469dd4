"""A protocol becomes a draft in one step, and a plan that worked becomes a protocol."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.crypto import get_random_string
from django.utils.text import slugify
from django.utils.translation import gettext as _

from clinics import audit
from clinics.constraints import broken_rule
from clinics.models import User
from programs.models import CarePlan, Episode, Exercise, Factor, InterventionKind, Protocol, Side
from programs.models.plan import usual_retests
from programs.protocol_library import body_of_plan
from programs.protocols import Filled, FilledStep, fill
from programs.queries.cautions import cautions_of
from programs.queries.goal_values import goal_values
from programs.queries.plan_page import confirmed_factors, current_plan
from programs.services.home import Dose
from programs.services.plans import Aim, Step, Terms, draft_plan
from programs.words import left_out

KEY = 40  # letters


@transaction.atomic
def draft_from_protocol(
    *, episode: Episode, protocol: Protocol, tests: Sequence[str], day: date, by: User, seen: str | None = None
) -> CarePlan:
    """In place of the draft that was there. `tests` are those that the re-test repeats. The draft names what was left
    out, and why, until somebody has looked through it and saved it.

    ValidationError where none of its answers is for a factor that is confirmed here. `seen`: see draft_plan.
    """
    factors = {one.key: one for one in confirmed_factors(episode)}
    exercises = {one.key: one for one in Exercise.objects.filter(is_active=True)}
    at_hand = {key: one.factors for key, one in exercises.items()}
    held = cautions_of(episode, day).held
    filled = fill(protocol.body, confirmed=factors, value_of=goal_values(episode).of, at_hand=at_hand, held=held)
    if not (filled.steps or filled.home):
        raise ValidationError(_("None of its answers is for a factor that is confirmed here."))
    terms = replace(_terms(protocol, day, current_plan(episode)), left_out=tuple(left_out(filled.left_out)))
    return draft_plan(
        episode=episode, terms=terms, goals=_aims(filled, day),
        interventions=[
            *_steps(filled, factors), *_at_home(filled, factors, exercises),
            _retest(factors, tests, protocol.body["retest_weeks"]),
        ],
        by=by, seen=seen,
    )  # fmt: skip


@transaction.atomic
def keep_as_protocol(*, plan: CarePlan, name: str, for_whom: str, by: User) -> Protocol:
    """Of a signed plan. ValidationError where a protocol in use has that name."""
    key = f"{slugify(name)[: KEY - 9]}-{get_random_string(8).lower()}"
    try:
        with transaction.atomic():
            row = Protocol.objects.create(key=key, name=name, for_whom=for_whom, body=body_of_plan(plan.signed_content))
    except IntegrityError as error:
        if broken_rule(error) != "programs_protocol_name":
            raise
        raise ValidationError(_("Another protocol in use has that name.")) from error
    audit.record("create", subject=row, by=by, patient_id=plan.patient_id, detail={"plan": plan.pk})
    return row


def _terms(protocol: Protocol, day: date, running: CarePlan | None) -> Terms:
    """What the patient said and what the payer allows is no protocol's: it stays."""
    names = ("weeks", "visits", "for_patient")
    lists = ("modules", "discharge", "retest_weeks")
    given: dict[str, Any] = {name: protocol.body[name] for name in names}
    given |= {name: tuple(protocol.body[name]) for name in lists}
    if running:
        given |= {name: getattr(running, name) for name in ("summary", "authorised_visits", "authorised_until")}
    reason = _("From the protocol %(name)s") % {"name": protocol.name}
    return Terms(starts_on=day, template=protocol.key, reason=reason, **given)


def _aims(filled: Filled, day: date) -> list[Aim]:
    return [
        Aim(measure=one.measure, operator=one.operator, target=one.target, due_on=day + timedelta(weeks=one.week))
        for one in filled.goals
    ]


def _steps(filled: Filled, factors: Mapping[str, Factor]) -> list[Step]:
    return [
        Step(
            kind=one.raw["kind"], what=one.raw["what"], frequency=one.raw["frequency"], weeks=one.raw["weeks"],
            factors=_named(one, factors),
        )
        for one in filled.steps
    ]  # fmt: skip


def _at_home(filled: Filled, factors: Mapping[str, Factor], exercises: Mapping[str, Exercise]) -> list[Step]:
    return [
        Step(
            kind=InterventionKind.EXERCISE, what=exercises[one.raw["exercise"]].name, factors=_named(one, factors),
            frequency=_("At home, %(days)s days a week") % {"days": len(one.raw["weekdays"])},
            dose=_dose(one.raw, exercises[one.raw["exercise"]]),
        )
        for one in filled.home
    ]  # fmt: skip


def _dose(raw: Mapping[str, Any], exercise: Exercise) -> Dose:
    names = ("sets", "reps", "hold_seconds", "tempo", "rest_seconds", "pain_limit", "effort_target", "why")
    side = Side.BOTH if exercise.sided else Side.NONE
    given: dict[str, Any] = {name: raw[name] for name in names}
    return Dose(exercise=exercise, side=side, weekdays=tuple(raw["weekdays"]), **given)


def _retest(factors: Mapping[str, Factor], tests: Sequence[str], weeks: Sequence[int]) -> Step:
    """It is what proves the plan right or wrong, so every plan has it."""
    return Step(
        kind=InterventionKind.ASSESSMENT, what=_("Repeat what was abnormal"),
        frequency=_in_weeks(weeks or usual_retests()), factors=list(factors.values()), tests=tests,
    )  # fmt: skip


def _in_weeks(weeks: Sequence[int]) -> str:
    *first, last = map(str, weeks)
    if not first:
        return _("Week %(week)s") % {"week": last}
    return _("Weeks %(weeks)s and %(last)s") % {"weeks": ", ".join(first), "last": last}


def _named(one: FilledStep, factors: Mapping[str, Factor]) -> list[Factor]:
    return [factors[key] for key in one.factors]
