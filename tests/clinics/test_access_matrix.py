"""Who gets in where: every address of the product against everybody, from one table."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.db import transaction
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from clinics.models import User
from clinics.tenancy import clinic_scope
from portal.models import PatientLogin
from tests.architecture.urls import addresses
from tests.conftest import signed_in_client
from tests.factories import NINE, Cast
from tests.factories.everything import Rows, one_of_everything

STAFF = {"desk", "therapist", "manager", "owner"}
CLINICAL = {"therapist", "owner"}
ADMINS = {"manager", "owner"}
PATIENTS = {"patient", "other patient"}
SIGNED_IN = STAFF | PATIENTS
EVERYBODY = SIGNED_IN | {"anonymous"}

# name -> (who gets in, the rows its address names). The package's own sign-in pages decide for themselves.
Named = dict[str, Any]
TABLE: dict[str, tuple[set[str], Named]] = {
    "home": (EVERYBODY, {}),
    "healthz": (EVERYBODY, {}),
    "readyz": (EVERYBODY, {}),
    "day": (STAFF, {}),
    "day-on": (STAFF, {"on": NINE.date()}),
    "calendar": (STAFF, {}),
    "calendar-on": (STAFF, {"on": NINE.date()}),
    "calendar-day-data": (STAFF, {"on": NINE.date()}),
    "day-print": (STAFF, {"on": NINE.date()}),
    "appointment-new": (STAFF, {}),
    "find-time": (STAFF, {}),
    "series-new": (STAFF, {}),
    "series": (STAFF, {"pk": "patients.Series"}),
    "series-move": (STAFF, {"pk": "patients.Series"}),
    "series-cancel": (STAFF, {"pk": "patients.Series"}),
    "appointment": (STAFF, {"pk": "patients.Appointment"}),
    "appointment-drop": (STAFF, {"pk": "patients.Appointment"}),
    "appointment-quiet": (STAFF, {"pk": "patients.Appointment"}),
    "waiting-area": (STAFF, {}),
    "class-new": (STAFF, {}),
    "hold": (STAFF, {}),
    "hold-release": (STAFF, {}),
    "appointment-move": (STAFF, {"pk": "patients.Appointment"}),
    "appointment-cancel": (STAFF, {"pk": "patients.Appointment"}),
    "appointment-undo": (STAFF, {"pk": "patients.Appointment"}),
    "appointment-waive-fee": (STAFF, {"pk": "patients.Appointment"}),
    "appointment-status": (STAFF, {"pk": "patients.Appointment"}),
    "patient-flags": (CLINICAL, {"pk": "patients.Patient"}),
    "patient-flag-new": (CLINICAL, {"pk": "patients.Patient"}),
    "patient-flag-end": (CLINICAL, {"pk": "patients.Patient", "flag_pk": "patients.PatientFlag"}),
    "my-feed": (STAFF, {}),
    "my-feed-make": (STAFF, {}),
    "my-feed-revoke": (STAFF, {}),
    "waiting-list": (STAFF, {}),
    "waiting-list-edit": (STAFF, {"pk": "patients.WaitlistEntry"}),
    "waiting-list-leave": (STAFF, {"pk": "patients.WaitlistEntry"}),
    "waiting-list-offer": (STAFF, {"pk": "patients.WaitlistEntry"}),
    "offer-back": (STAFF, {"pk": "patients.Offer"}),
    "patients": (STAFF, {}),
    "patient-search": (STAFF, {}),
    "patient-new": (STAFF, {}),
    "patient": (STAFF, {"pk": "patients.Patient"}),
    "hours": (ADMINS, {}),
    "hours-of": (ADMINS, {"therapist_id": "clinics.WorkingHours"}),
    "hours-exception-new": (ADMINS, {"therapist_id": "clinics.WorkingHours"}),
    "hours-exception-end": (ADMINS, {"pk": "clinics.HoursException"}),
    "holidays": (ADMINS, {}),
    "holiday-end": (ADMINS, {"pk": "clinics.Holiday"}),
    "patient-edit": (STAFF, {"pk": "patients.Patient"}),
    "alerts": (CLINICAL, {}),
    "alert-resolve": (CLINICAL, {"pk": "programs.Alert"}),
    "chart": (CLINICAL, {"care": "patients.Patient"}),
    "episode-new": (CLINICAL, {"care": "patients.Patient"}),
    "timeline": (CLINICAL, {"care": "patients.Patient"}),
    "episode-end": (CLINICAL, {"care": "patients.Patient"}),
    "episode-again": (CLINICAL, {"care": "patients.Patient"}),
    "red-flags": (CLINICAL, {"care": "patients.Patient"}),
    "safety-net": (CLINICAL, {"care": "patients.Patient"}),
    "pain-map": (CLINICAL, {"care": "patients.Patient"}),
    "pain-compare": (CLINICAL, {"care": "patients.Patient"}),
    "assessments": (CLINICAL, {"care": "patients.Patient"}),
    "retest": (CLINICAL, {"care": "patients.Patient"}),
    "assessment-new": (CLINICAL, {"care": "patients.Patient"}),
    "assessment-draft": (CLINICAL, {"care": "patients.Patient"}),
    "assessment-discard": (CLINICAL, {"care": "patients.Patient"}),
    "library": (CLINICAL, {}),
    "measures": (CLINICAL, {"care": "patients.Patient"}),
    "measures-new": (CLINICAL, {"care": "patients.Patient"}),
    "questionnaires": (ADMINS, {}),
    "questionnaire-new": (ADMINS, {}),
    "questionnaire-retire": (ADMINS, {"pk": "programs.Questionnaire"}),
    "assessment-correct": (CLINICAL, {"assessment_id": "programs.Assessment"}),
    "factor-decide": (CLINICAL, {"factor_id": "programs.Factor"}),
    "plan": (CLINICAL, {"care": "patients.Patient"}),
    "plan-new": (CLINICAL, {"care": "patients.Patient"}),
    "plan-from-protocol": (CLINICAL, {"care": "patients.Patient"}),
    "plan-keep": (CLINICAL, {"care": "patients.Patient"}),
    "plan-sign": (CLINICAL, {"care": "patients.Patient"}),
    "plan-discard": (CLINICAL, {"care": "patients.Patient"}),
    "plan-patient": (CLINICAL, {"care": "patients.Patient"}),
    "plan-versions": (CLINICAL, {"care": "patients.Patient"}),
    "home-programme": (CLINICAL, {"care": "patients.Patient"}),
    "sessions": (CLINICAL, {"care": "patients.Patient"}),
    "session": (CLINICAL, {"appointment_id": "patients.Appointment"}),
    "session-sign": (CLINICAL, {"appointment_id": "patients.Appointment"}),
    "session-confirm": (CLINICAL, {"appointment_id": "patients.Appointment"}),
    "session-autosave": (CLINICAL, {"appointment_id": "patients.Appointment"}),
    "session-ask": (CLINICAL, {"appointment_id": "patients.Appointment"}),
    "session-consent": (CLINICAL, {"appointment_id": "patients.Appointment"}),
    "session-said": (CLINICAL, {"appointment_id": "patients.Appointment"}),
    "consents": (CLINICAL, {"care": "patients.Patient"}),
    "consent-sign": (CLINICAL, {"care": "patients.Patient", "kind": "dry_needling"}),
    "consent": (CLINICAL, {"pk": "programs.Consent"}),
    "consent-withdraw": (CLINICAL, {"pk": "programs.Consent"}),
    "session-cosign": (CLINICAL, {"appointment_id": "patients.Appointment"}),
    "contraindications": (CLINICAL, {"appointment_id": "patients.Appointment"}),
    "addendum": (CLINICAL, {"appointment_id": "patients.Appointment"}),
    "unsigned": (CLINICAL, {}),
    "lots": (CLINICAL, {}),
    "unsigned-report": (ADMINS, {}),
    "phrases": (CLINICAL, {}),
    "exercise-figure": (STAFF, {"key": "programs.Exercise"}),
    "portal-access": (STAFF, {"patient_id": "patients.Patient"}),
    "portal-invite": (STAFF, {"patient_id": "patients.Patient"}),
    "portal-end": (STAFF, {"patient_id": "patients.Patient"}),
    "portal-figure": (PATIENTS, {"key": "programs.Exercise"}),
    "portal-today": (PATIENTS, {}),
    "portal-exercise": ({"patient"}, {"pk": "programs.Prescription"}),
    "portal-log": ({"patient"}, {"pk": "programs.Prescription"}),
    "portal-progress": (PATIENTS, {}),
    "portal-plan": (PATIENTS, {}),
    "portal-visits": (PATIENTS, {}),
    "portal-messages": (PATIENTS, {}),
    "portal-messages-read": (PATIENTS, {}),
    "portal-settings": (PATIENTS, {}),
    "portal-agreements": (PATIENTS, {}),
    "portal-agreement": ({"patient"}, {"pk": "programs.Consent"}),
    "portal-agreement-end": ({"patient"}, {"pk": "programs.Consent"}),
    "portal-check-shell": (PATIENTS, {}),
    "portal-check-worker": (PATIENTS, {}),
    "api-portal-today": (PATIENTS, {}),
    "api-portal-logs": (PATIENTS, {}),
    "invitations": (SIGNED_IN, {}),
    "admin:index": (ADMINS, {}),
    "admin:jsi18n": (ADMINS, {}),
    "admin:password_change": (ADMINS, {}),
    "admin:password_change_done": (ADMINS, {}),
    "admin:app_list": (ADMINS, {"app_label": "clinics"}),
}
# Tested on their own: what they do depends on more than who asks.
ELSEWHERE = {
    "phrase-drop": "test_after_signing: a therapist's own only",
    "emergency": "test_emergencies: only where there is one",
    "session-override": "test_emergencies: only where one locks a visit",
    "referral-letter": "test_letters: only where there is something to refer for",
    "questionnaire-fill": "test_questionnaires: names a patient and a questionnaire",
    "portal-questions": "test_questionnaires: asks only who is in care",
    "portal-questionnaire": "test_questionnaires: asks only who is in care",
    "switch-clinic": "test_middleware",
    "waiting-list-new": "test_waiting_list_pages: names a patient",
    "offer-answer": "test_offer_page: whoever holds the link",
    "join": "test_staff",
    "portal-switch": "portal tests",
    "portal-check": "test_check: asks for care that goes on",
    "portal-check-sent": "test_check: only where something was sent",
    "portal-pain": "test_pain: asks for care that goes on",
    "portal-pain-compare": "test_pain",
    "feed": "test_feeds: whoever knows the secret",
    "visit-answer": "test_answers: whoever has the link",
    "class": "test_class_pages",
    "admin:login": "test_admin",
    "admin:logout": "test_admin",
    "admin:search": "test_admin: closed",
    "admin:autocomplete": "test_admin",
    "admin:view_on_site": "test_admin: closed",
    "admin:": "test_admin: unknown addresses",
}
for kind in admin.site._registry:
    model = f"admin:{kind._meta.app_label}_{kind._meta.model_name}"
    TABLE |= {f"{model}_changelist": (ADMINS, {}), f"{model}_add": (ADMINS, {})}
    TABLE |= {f"{model}_{page}": (ADMINS, {"object_id": kind._meta.label}) for page in ("change", "delete", "history")}
# Even an admin may only look at these; the page that would change them says so.
LOOK_ONLY = {"auditevent", "clinic", "message", "patientlogin", "test", "membership", "factorkind", "protocol"}
ADDED = {"membership", "factorkind"}  # and these are made here


def names_a_row(name: str) -> bool:
    return any("." in str(value) for value in TABLE[name][1].values())


def closed_to_all(name: str) -> bool:
    page = name.rsplit("_", 1)[-1]
    kind = name.rsplit(":", maxsplit=1)[-1].split("_")[1] if name.count("_") == 2 else ""
    return kind in LOOK_ONLY and (page == "delete" or (page == "add" and kind not in ADDED))


PERSON: dict[str, Callable[[Cast], User]] = {
    "desk": lambda cast: cast.desk,
    "therapist": lambda cast: cast.therapist,
    "manager": lambda cast: cast.manager,
    "owner": lambda cast: cast.owner,
    "patient": lambda cast: cast.login,
}


def test_no_address_is_missing_from_the_table() -> None:
    known = set(TABLE) | set(ELSEWHERE)
    found = {address.name for address in addresses() if not address.view.__module__.startswith("allauth.")}
    assert (found - known, known - found) == (set(), set())


def verdict(client: Client, url: str) -> str:
    with transaction.atomic():
        response = client.get(url)
        if response.status_code == 405:
            response = client.post(url)
        transaction.set_rollback(True)
    return of(response)


def of(response: Any) -> str:
    if response.status_code == 302 and "/accounts/login/?next=" in response["Location"]:
        return "sign in first"
    assert response.status_code < 500 or response.wsgi_request.path == "/readyz"
    return {403: "not yours to do", 404: "no such page"}.get(response.status_code, "in")


def url_of(name: str, rows: Rows) -> str:
    found = {key: rows.get(str(value), value) for key, value in TABLE[name][1].items()}
    return reverse(name, kwargs={key: address(value, key) for key, value in found.items()})


def address(value: Any, key: str) -> Any:
    """An exercise goes by its key, hours by whose they are, other rows by their number; what is no row is itself."""
    return getattr(value, key if key in {"key", "therapist_id"} else "pk") if isinstance(value, Model) else value


def expected(name: str, who: str, *, own_clinic: bool) -> str:
    allowed = TABLE[name][0]
    if who == "anonymous" and who not in allowed:
        return "sign in first"
    if who in allowed and not closed_to_all(name):
        return "in" if own_clinic or not names_a_row(name) else "no such page"
    if who in ADMINS and "membership_delete" in name and not own_clinic:
        return "no such page"  # whether it can be deleted depends on the row, which is not there
    return "no such page" if who in PATIENTS or not allowed & STAFF else "not yours to do"


@pytest.fixture
def everybody(north: Cast, south: Cast) -> dict[tuple[str, bool], Client]:
    """(who, in the north) -> their browser. The south has the same people, for whom the north does not exist."""
    pete = User.objects.create_user("pete@north.example", name="Pete North")
    with clinic_scope(north.clinic.pk):
        PatientLogin.objects.create(user=pete, patient=north.neighbour)
    found: dict[tuple[str, bool], Client] = {
        ("anonymous", True): Client(),
        ("other patient", True): signed_in_client(pete),
    }
    for who, person in PERSON.items():
        found |= {(who, True): signed_in_client(person(north)), (who, False): signed_in_client(person(south))}
    return found


def test_who_gets_in(north: Cast, everybody: dict[tuple[str, bool], Client]) -> None:
    """All in one go: a thousand requests, and the two clinics are made once."""
    rows = one_of_everything(north)
    found = {
        (name, who, own): verdict(client, url_of(name, rows))
        for name in TABLE
        for (who, own), client in everybody.items()
    }
    wanted = {(name, who, own): expected(name, who, own_clinic=own) for name, who, own in found}
    assert {key: found[key] for key in found if found[key] != wanted[key]} == {}


@pytest.mark.parametrize("pk", [999_999_999, 2**63, 0])
def test_unknown_and_impossible_ids_are_404(pk: int, north: Cast) -> None:
    owner, patient = signed_in_client(north.owner), signed_in_client(north.login)
    names = [name for name in TABLE if names_a_row(name) and not name.endswith("-figure") and not closed_to_all(name)]
    found = {
        name: verdict(
            patient if TABLE[name][0] <= PATIENTS else owner, reverse(name, kwargs=dict.fromkeys(TABLE[name][1], pk))
        )
        for name in names
    }
    assert {name: answer for name, answer in found.items() if answer != "no such page"} == {}
