"""Every table is behind the walls, and knows only what lies below it."""

from typing import Any

import pytest
from django.apps import apps
from django.db.models import ForeignKey, Model

from clinics.checks import clinic_models
from clinics.constraints import RowSecurity, SameClinic
from clinics.models import ClinicModel, User
from clinics.roles import OWNER, PLATFORM, RUNTIME, WEB
from tests.architecture.source import ORDER, excused
from tests.database import sql

OURS: list[type[Model]] = [model for model in apps.get_models() if model._meta.app_label in ORDER]
CLINIC_MODELS = {model._meta.label: model for model in clinic_models()}
WITHOUT_CLINIC = {
    "clinics.Clinic": "the tenant itself; its name is public",
    "clinics.User": "a person belongs to no clinic; memberships and portal links do",
    "clinics.AccountMail": "about a person's account, until it is sent",
    "clinics.PlatformAccess": "written while all clinics are in scope",
}
# Keys to people that need no membership in the clinic, each with its reason. All other keys to User name a therapist.
ANY_PERSON = {
    "clinics.Membership.user": "the membership itself",
    "clinics.AuditEvent.by": "history outlives the membership, and patients act too",
    "portal.PatientLogin.user": "a patient's login is not staff",
    "programs.Questionnaire.attested_by": "their word for the licence outlives the membership",
    "programs.Score.entered_by": "who did it stays in the record after leaving",
    "programs.Response.entered_by": "who did it stays in the record after leaving",
    "patients.Cancellation.cancelled_by": "who did it stays in the record after leaving",
    "programs.Alert.raised_by": "patients raise some, and the clock too",
    "programs.Alert.resolved_by": "who did it stays in the record after leaving; a trigger asks for a clinician",
    "programs.Assessment.assessor": "who did it stays in the record after leaving",
    "programs.CareEnding.ended_by": "as above",
    "programs.CarePlan.made_by": "as above",
    "programs.CarePlan.signed_by": "as above; the trigger asks for the membership when they sign",
    "programs.Consent.withdrawn_by": "patients take back too",
    "programs.Factor.decided_by": "as above",
    "programs.FactorDecision.decided_by": "as above",
    "programs.PatientCheck.sent_by": "patients send it",
    "programs.PainMap.drawn_by": "patients draw too",
    "programs.RedFlagScreen.screened_by": "as above; a trigger asks for a clinician of the clinic",
    "programs.SafetyNetAdvice.given_by": "as above",
    "programs.HandOver.handed_by": "as above",
    "programs.LockOverride.made_by": "as above",
    "programs.ScreenConfirmation.confirmed_by": "as above",
    "programs.Session.signed_by": "equal to the therapist by a check constraint",
}


def keys(model: type[Model]) -> list[ForeignKey[Any, Any]]:
    return [field for field in model._meta.local_fields if isinstance(field, ForeignKey)]


def test_every_model_of_ours_belongs_to_a_clinic_or_says_why_not() -> None:
    outside = {model._meta.label for model in OURS if not issubclass(model, ClinicModel)}
    assert excused(outside, WITHOUT_CLINIC) == (set(), set())


def test_keys_point_to_the_same_or_a_lower_app() -> None:
    """import-linter cannot see a key that is written as text."""
    upwards = {
        f"{model._meta.label}.{key.name} -> {key.related_model._meta.label}"
        for model in OURS
        for key in keys(model)
        if ORDER[key.related_model._meta.app_label] > ORDER[model._meta.app_label]
    }
    assert upwards == set()


def test_every_key_between_clinic_tables_has_its_composite_twin() -> None:
    bare = {
        f"{model._meta.label}.{key.name}"
        for model in CLINIC_MODELS.values()
        for key in keys(model)
        if issubclass(key.related_model, ClinicModel) and key.name not in kept_in_clinic(model)
    }
    assert bare == set()


def test_every_key_to_a_person_asks_for_membership_or_says_why_not() -> None:
    bare = {
        f"{model._meta.label}.{key.name}"
        for model in CLINIC_MODELS.values()
        for key in keys(model)
        if key.related_model is User and key.name not in kept_in_clinic(model)
    }
    assert excused(bare, ANY_PERSON) == (set(), set())


def kept_in_clinic(model: type[Model]) -> set[str]:
    return {rule.field for rule in model._meta.constraints if isinstance(rule, SameClinic)}


@pytest.mark.parametrize("label", CLINIC_MODELS)
def test_row_security_is_on_and_forced_with_all_its_policies(label: str, db: None) -> None:
    table = CLINIC_MODELS[label]._meta.db_table
    forced = sql("SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = %s::regclass", table)
    assert forced == [(True, True)]
    rows = sql("SELECT policyname, roles::text[], permissive FROM pg_policies WHERE tablename = %s", table)
    found = {name: (set(roles), permissive) for name, roles, permissive in rows}
    assert set(found) == set(RowSecurity.of(CLINIC_MODELS[label]).policies())
    assert found["clinic"] == (set(RUNTIME), "PERMISSIVE")
    assert found["platform"] == ({PLATFORM}, "PERMISSIVE")
    assert found["owner"] == ({OWNER}, "PERMISSIVE")
    portal = [permissive for name, (_, permissive) in found.items() if name.startswith("portal")]
    assert portal
    assert set(portal) == {"RESTRICTIVE"}


@pytest.mark.parametrize("label", CLINIC_MODELS)
def test_composite_keys_are_in_the_database(label: str, db: None) -> None:
    model = CLINIC_MODELS[label]
    for rule in model._meta.constraints:
        if not isinstance(rule, SameClinic):
            continue
        ((definition,),) = sql(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND conname = %s",
            model._meta.db_table,
            rule.name,
        )
        column = model._meta.get_field(rule.field).column  # type: ignore[union-attr]  # not a relation back
        patient = ", patient_id" if rule.patient else ""
        assert definition.startswith(f"FOREIGN KEY (clinic_id, {column}{patient}) REFERENCES ")


def test_no_table_or_view_has_a_clinic_without_a_model(db: None) -> None:
    tables = sql(
        "SELECT relname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid"
        " WHERE relkind IN ('r', 'p', 'v', 'm') AND attname = 'clinic_id' AND relnamespace = 'public'::regnamespace"
    )
    assert {name for (name,) in tables} == {model._meta.db_table for model in CLINIC_MODELS.values()}


DEFINERS = {
    "exercises_rest": "tells a patient one word about their own care; what clinicians noted they do not see",
    "programs_careending_goals_rule": "looks at the commit, when the scope has been left: at its own goals only",
    "programs_careplan_does_something_rule": "as above: at its own plan only",
    "programs_intervention_not_the_last_rule": "as above",
    "search_patients": "LIKE cannot use an index under a policy; it repeats the walls itself",
    "therapists_busy_elsewhere": "tells when a therapist of this clinic is busy in another, nothing else",
}


def test_functions_with_their_owners_rights_have_a_reason_and_no_way_in(db: None) -> None:
    """Each is a hole in the walls or has been looked at: a fixed search path, and nobody else may call it."""
    found = sql(
        "SELECT proname, proconfig::text[], has_function_privilege('public', oid, 'EXECUTE')"
        " FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace"
    )
    assert excused({name for name, _, _ in found}, DEFINERS) == (set(), set())
    assert {(tuple(config), public) for _, config, public in found} == {(("search_path=pg_catalog, public",), False)}


def test_there_are_no_views(db: None) -> None:
    """A view runs with its owner's rights unless told otherwise."""
    views = sql("SELECT relname FROM pg_class WHERE relkind IN ('v', 'm') AND relnamespace = 'public'::regnamespace")
    assert views == []


def test_the_tests_run_as_the_runtime_login(db: None) -> None:
    assert sql(
        "SELECT session_user, current_user, rolsuper, rolbypassrls, rolcreatedb FROM pg_roles"
        " WHERE rolname = current_user"
    ) == [(WEB, WEB, False, False, False)]
    assert sql("SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole") == [(0,)]


def test_constraint_names_are_unique() -> None:
    """Services translate a constraint's name into words, so a name says one thing."""
    names = [rule.name for model in OURS for rule in model._meta.constraints]
    assert sorted(names) == sorted(set(names))
