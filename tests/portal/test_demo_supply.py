"""What the demo clinics can offer, and when; and the one patient who cannot wait."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from clinics.models import Clinic, Credential, EquipmentPool, Holiday, Location, Service, WorkingHours
from clinics.queries.rota import rota
from clinics.tenancy import clinic_scope
from patients.models import LIVE, Appointment, WaitlistEntry
from patients.queries.free_times import is_outside_hours
from patients.services.known import known
from portal.demo import people
from portal.demo.build import build
from programs.models import RedFlagScreen
from programs.queries.emergency import signs_of

pytestmark = pytest.mark.django_db  # or the file, run alone, has no test database

NOW, TODAY = datetime(2021, 4, 7, 10, 20, tzinfo=UTC), date(2021, 4, 7)


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        build(NOW)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def harbour(built: None) -> Iterator[Clinic]:
    clinic = Clinic.objects.get(name="Harbour Lane Physiotherapy")
    with clinic_scope(clinic.pk):
        yield clinic


@pytest.fixture
def lindenhof(built: None) -> Iterator[Clinic]:
    clinic = Clinic.objects.get(name="Praxis am Lindenhof")
    with clinic_scope(clinic.pk):
        yield clinic


def test_functional_dry_needling_takes_45_minutes_a_credential_and_a_sharps_bin(harbour: Clinic) -> None:
    needling = Service.objects.get(key="needling")
    assert (needling.name, needling.minutes, needling.minutes_after) == ("Functional dry needling", 45, 10)
    assert (needling.credential, sorted(needling.room_features)) == ("needling", ["plinth", "private", "sharps"])


def test_credentials_end_on_days_counted_from_today(lindenhof: Clinic) -> None:
    found = Credential.objects.filter(kind="needling").values_list("therapist__name", "expires_on")
    assert {name: (day - TODAY).days for name, day in found} == {
        "Emi Satō-Brandt": 900,
        "Niamh Byrne": 400,
        "Ole Krüger": -5,
    }


def test_a_class_has_six_places_and_training_a_treadmill(harbour: Clinic) -> None:
    assert list(Service.objects.filter(capacity__gt=1).values_list("key", "capacity")) == [("group-class", 6)]
    assert Service.objects.get(key="gym-session").equipment == ["treadmill"]
    assert set(EquipmentPool.objects.values_list("kind", "units")) == {("treadmill", 1)}
    assert not Service.objects.filter(price=None).exists()
    assert not Service.objects.get(key="needling").is_online


def test_one_therapist_works_on_every_other_friday_and_a_holiday_is_ahead(harbour: Clinic) -> None:
    haile = WorkingHours.objects.get(every_weeks=2).therapist_id
    fridays = [TODAY + timedelta(days=2 + 7 * n) for n in range(4)]
    known, mill = rota(fridays[0], fridays[-1]), Location.objects.get(name="Old Mill Studio")
    assert [bool(known.spans(haile, mill.pk, mill.zone, [day])) for day in fridays] in [[1, 0] * 2, [0, 1] * 2]
    assert TODAY < Holiday.objects.get().day <= TODAY + timedelta(weeks=4)


def test_nobody_is_booked_outside_the_hours(harbour: Clinic) -> None:
    """Maya's visits are on the days that the worked example says."""
    rows = Appointment.objects.filter(status__in=LIVE).exclude(patient__email=people.MAYA)
    assert [one for one in rows.select_related("room__location") if is_outside_hours(one)] == []


def test_patients_know_of_every_visit_so_a_drag_that_is_taken_back_sends_nothing(harbour: Clinic) -> None:
    rows = list(Appointment.objects.select_related("room"))
    assert [one.told == known(one).as_json() and one.news_at is None for one in rows] == [True] * len(rows)


def test_three_wait_at_harbour_lane(harbour: Clinic) -> None:
    entries = list(WaitlistEntry.objects.waiting_on(TODAY).select_related("patient", "service"))
    assert [(one.service.key, one.priority) for one in entries] == [("needling", 2), ("follow-up", 1), ("follow-up", 0)]
    assert len({one.patient_id for one in entries}) == 3
    assert all(one.patient.email and one.created_at < NOW for one in entries)


def test_nobody_waits_at_the_lindenhof(lindenhof: Clinic) -> None:
    assert not WaitlistEntry.objects.exists()


def test_one_patients_emergency_is_not_handed_over_yet(harbour: Clinic) -> None:
    screen = RedFlagScreen.objects.standing().get()
    letter = [(sign.text.split(":")[0], bool(sign.why)) for sign in signs_of(screen)]
    assert ("Bladder", False) in letter
    assert sum(why for _text, why in letter) == 3
    assert (screen.hand_overs.count(), screen.recorded_at < NOW) == (0, True)
