"""One transaction and one scope around a request."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinics.access import SESSION_KEY
from clinics.models import Membership, User
from clinics.tenancy import OutOfScope, clinic_scope
from patients.models import Patient
from tests import probes
from tests.conftest import signed_in_client
from tests.factories import Cast, make_cast

pytestmark = pytest.mark.urls("tests.probes")
SESSION_AND_USER = 2
SCOPE = 3
TRANSACTION = 2  # SAVEPOINT and RELEASE in a test; BEGIN and COMMIT outside


def names(client: Client, path: str = "/probe/names/") -> list[str]:
    found: list[str] = client.get(path).json()["names"]
    return found


def test_staff_see_their_clinic(desk: Client, south: Cast) -> None:
    assert names(desk) == ["Pete", "Pia"]
    assert names(signed_in_client(south.desk)) == ["Paul", "Petra"]


def test_patients_see_themselves(patient: Client, south: Cast) -> None:
    assert names(patient, "/portal/probe/names/") == ["Pia"]


@pytest.mark.parametrize(("who", "path"), [("login", "/probe/"), ("desk", "/portal/probe/"), (None, "/probe/")])
def test_no_membership_or_link_means_no_scope(who: str | None, path: str, north: Cast) -> None:
    client = signed_in_client(getattr(north, who)) if who else Client()
    with pytest.raises(OutOfScope):
        client.get(f"{path}names/")


def choose(client: Client, cast: Cast) -> None:
    session = client.session
    session[SESSION_KEY] = cast.clinic.pk
    session.save()


def in_both(north: Cast, south: Cast) -> tuple[Client, str]:
    """Nora works in both clinics and has a form of north's open: the client checks its token, as a browser's would."""
    with clinic_scope(south.clinic.pk):
        Membership.objects.create(user=north.desk, role="front_desk")
    client = Client(enforce_csrf_checks=True)
    client.force_login(north.desk)
    form = client.get(reverse("patient-new")).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form)
    assert token is not None
    return client, token[1]


PATIENT = {"given_name": "Ada", "family_name": "Byron", "birth_date": "1984-05-17"}


def test_a_form_opened_in_one_clinic_is_not_saved_in_another(north: Cast, south: Cast) -> None:
    client, token = in_both(north, south)
    client.post(reverse("switch-clinic"), {"clinic": south.clinic.pk, "csrfmiddlewaretoken": token})
    assert client.post(reverse("patient-new"), {**PATIENT, "csrfmiddlewaretoken": token}).status_code == 403
    with clinic_scope(south.clinic.pk):
        assert not Patient.objects.filter(given_name="Ada").exists()


def test_a_form_of_a_clinic_that_one_has_left_is_not_saved_in_another(north: Cast, south: Cast) -> None:
    client, token = in_both(north, south)
    with clinic_scope(north.clinic.pk):
        Membership.objects.filter(user=north.desk).update(is_active=False)
    assert client.post(reverse("patient-new"), {**PATIENT, "csrfmiddlewaretoken": token}).status_code == 403
    assert client.get(reverse("patient-new")).status_code == 200  # the other clinic's, from now on
    with clinic_scope(south.clinic.pk):
        assert not Patient.objects.filter(given_name="Ada").exists()


def test_pages_for_signed_in_people_are_not_kept_by_the_browser(desk: Client) -> None:
    assert desk.get(reverse("patients"))["Cache-Control"] == "no-store"


def test_the_session_chooses_among_active_memberships_only(desk: Client, north: Cast, south: Cast) -> None:
    choose(desk, south)
    assert names(desk) == ["Pete", "Pia"]  # not a member there
    with clinic_scope(south.clinic.pk):
        membership = Membership.objects.create(user=north.desk, role="front_desk")
    choose(desk, south)
    assert names(desk) == ["Paul", "Petra"]
    with clinic_scope(south.clinic.pk):
        Membership.objects.filter(pk=membership.pk).update(is_active=False)
    assert names(desk) == ["Pete", "Pia"]


def test_switching_goes_to_a_clinic_of_ones_own_or_nowhere(desk: Client, north: Cast, south: Cast) -> None:
    switch = {"clinic": south.clinic.pk}
    assert desk.post(reverse("switch-clinic"), switch).status_code == 404
    with clinic_scope(south.clinic.pk):
        Membership.objects.create(user=north.desk, role="front_desk")
    assert desk.post(reverse("switch-clinic"), switch).status_code == 302
    assert names(desk) == ["Paul", "Petra"]
    assert desk.post(reverse("switch-clinic"), {"clinic": "' OR 1=1"}).status_code == 404


def test_who_may_not_sign_in_any_more_is_nobody(desk: Client, north: Cast) -> None:
    User.objects.filter(pk=north.desk.pk).update(is_active=False)
    with pytest.raises(OutOfScope):
        desk.get("/probe/names/")


def test_a_view_that_does_not_say_who_may_enter_is_refused(desk: Client) -> None:
    assert desk.get("/probe/unstamped/").status_code == 403
    assert Client().get("/probe/unstamped/").status_code == 403


def test_a_template_rendered_after_the_view_is_in_scope(desk: Client) -> None:
    assert desk.get("/probe/late/").content.split() == [b"Pia", b"Pete"]


def test_a_streamed_body_is_not(desk: Client) -> None:
    response: Any = desk.get("/probe/stream/")
    with pytest.raises(OutOfScope):
        b"".join(response.streaming_content)


def test_all_clinics_is_closed(desk: Client) -> None:
    assert desk.get("/probe/sweep/").content == b"closed"


def test_a_planted_query_without_a_scope_raises(db: None) -> None:
    with pytest.raises(OutOfScope):
        Client().get("/probe/names/")


@pytest.mark.parametrize(("path", "who"), [("/probe/nothing/", "desk"), ("/portal/probe/nothing/", "login")])
def test_the_scope_costs_at_most_three_statements(path: str, who: str, north: Cast) -> None:
    """The user's setting, the membership or portal link, the clinic's setting."""
    client = signed_in_client(getattr(north, who))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(path).content == b"in a transaction"
    scope = [
        q["sql"] for q in queries if "set_config" in q["sql"] or "membership" in q["sql"] or "patientlogin" in q["sql"]
    ]
    assert len(scope) <= 3
    assert len(queries) == len(scope) + SESSION_AND_USER + TRANSACTION


@pytest.mark.django_db(transaction=True)
def test_nobody_costs_nothing(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert Client().get("/probe/nothing/").content == b"no transaction"


@pytest.fixture
def real(transactional_db: None) -> Cast:
    """A cast whose requests really commit."""
    probes.committed.clear()
    return make_cast("north", zone="Europe/Dublin")


def given_names(cast: Cast) -> set[str]:
    with clinic_scope(cast.clinic.pk):
        return set(Patient.objects.values_list("given_name", flat=True))


@pytest.mark.parametrize(
    ("path", "status", "kept"),
    [
        ("write/save/", 200, True),
        ("write/fail/", 500, False),
        ("write/missing/", 404, False),
        ("write/unavailable/", 503, False),
        ("late/?boom=1", 500, False),
    ],
)
def test_an_error_undoes_the_writes_and_the_callbacks(path: str, status: int, kept: bool, real: Cast) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(real.desk)
    assert client.get(f"/probe/{path}").status_code == status
    assert bool({"written", "written while rendering"} & given_names(real)) is kept
    assert probes.committed == (["after commit"] if kept else [])
