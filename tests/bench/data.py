"""The rows: 20 clinics in 5 zones, 200 therapists, 60 rooms, and as many appointments as the size says.

Appointments lie in slots of 40 minutes on weekdays, so that none can overlap: in one slot every room has another
therapist and another patient. Who visits a second clinic does so on Saturdays. Rows are written day by day through
all clinics, as a database would grow.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Model

from clinics.models import (
    Clinic,
    Credential,
    CredentialKind,
    Feature,
    Location,
    Membership,
    Room,
    Service,
    User,
    WorkingHours,
)
from clinics.permissions import Role
from clinics.tenancy import clinic_scope
from patients.models import Appointment, Patient

ZONES = ("Europe/Dublin", "Europe/Berlin", "America/New_York", "Australia/Sydney", "Asia/Kolkata")
CLINICS, SLOTS = 20, 15
WEEKS_TO_COME = 8


@dataclass(frozen=True, slots=True)
class Size:
    name: str
    weeks_past: int
    patients: int  # of one clinic
    appointments: int  # at least


SIZES = {
    "small": Size("small", weeks_past=0, patients=500, appointments=30_000),
    "full": Size("full", weeks_past=376, patients=5000, appointments=1_500_000),
}


@dataclass(frozen=True, slots=True)
class Team:
    clinic: Clinic
    zone: str
    therapists: Sequence[User]
    rooms: Sequence[Room]
    services: Sequence[Service]  # of each room


def therapists_of(number: int) -> int:
    """The first clinic is the one that is measured: 12 therapists and 12 rooms, 180 appointments on a full day."""
    return 12 if number == 0 else 10 if number < 18 else 9


def rooms_of(number: int) -> int:
    return 12 if number == 0 else 3 if number < 11 else 2


def make_teams() -> list[Team]:
    teams = [_team(number) for number in range(CLINICS)]
    for number, team in enumerate(teams):
        with clinic_scope(team.clinic.pk):
            _therapist(_guest_of(teams, number), Location.objects.get(), weekdays=(6,))
    return teams


def _guest_of(teams: Sequence[Team], number: int) -> User:
    """The first therapist of the next clinic in the same zone."""
    each = CLINICS // len(ZONES)
    return teams[number // each * each + (number + 1) % each].therapists[0]


def _team(number: int) -> Team:
    zone = ZONES[number * len(ZONES) // CLINICS]
    clinic = Clinic.objects.create(name=f"Clinic {number}", time_zone=zone)
    with clinic_scope(clinic.pk):
        location = Location.objects.create(name=f"House {number}", time_zone=zone)
        desk = User.objects.create_user(f"desk{number}@bench.example", name=f"Desk {number}")
        Membership.objects.create(user=desk, role=Role.FRONT_DESK)
        people = [
            User.objects.create_user(f"t{number}-{n}@bench.example", name=f"Therapist {number}-{n}")
            for n in range(therapists_of(number))
        ]
        for person in people:
            _therapist(person, location, weekdays=(1, 2, 3, 4, 5))
        needling, follow_up = _services()
        rooms = [_room(location, n) for n in range(rooms_of(number))]
        return Team(clinic, zone, people, rooms, [needling if one.features else follow_up for one in rooms])


def _therapist(person: User, location: Location, *, weekdays: Sequence[int]) -> None:
    Membership.objects.create(user=person, role=Role.THERAPIST, treats=True)
    Credential.objects.create(
        therapist=person, kind=CredentialKind.NEEDLING, regions=["standard"],
        issued_on=date(2010, 1, 1), expires_on=date(2099, 12, 31),
    )  # fmt: skip
    WorkingHours.objects.bulk_create(
        WorkingHours(therapist=person, location=location, weekday=weekday, starts=time(8), ends=time(18))
        for weekday in weekdays
    )


def _services() -> tuple[Service, Service]:
    needling = Service.objects.create(
        key="needling", name="Functional dry needling", minutes=30, minutes_after=10,
        credential=CredentialKind.NEEDLING, room_features=[Feature.SHARPS],
    )  # fmt: skip
    return needling, Service.objects.create(key="follow-up", name="Follow-up visit", minutes=30, minutes_after=5)


def _room(location: Location, number: int) -> Room:
    """Two of three rooms have a sharps bin: in the first clinic 8, one for each of the clients at once."""
    features = [Feature.SHARPS.value] if number % 3 < 2 else []
    return Room.objects.create(location=location, name=f"Room {number}", features=features)


def fill(teams: Sequence[Team], size: Size, *, monday: date) -> None:
    """Patients and appointments, as the owner: set-based, past the triggers, whose rules the rows keep."""
    with transaction.atomic(), connection.cursor() as cursor:
        into, others, values = insert(Patient, PATIENT)
        cursor.execute(PATIENTS.format(insert=into, others=others), {**values, "patients": size.patients})
        cursor.execute(ROOMS)
        for number, team in enumerate(teams):
            cursor.executemany(ROOM, list(_room_rows(team, _guest_of(teams, number), is_first=number == 0)))
        into, others, values = insert(Appointment, APPOINTMENT)
        cursor.execute(
            APPOINTMENTS.format(insert=into, others=others),
            {
                **values,
                "last_day": monday + timedelta(weeks=WEEKS_TO_COME, days=-1),
                "days": (size.weeks_past + WEEKS_TO_COME) * 7,
                "slots": SLOTS,
                "patients": size.patients,
                "full_day": full_day(monday),
                "quiet_day": quiet_day(monday),
            },
        )


def _room_rows(team: Team, guest: User, *, is_first: bool) -> Iterator[list[Any]]:
    people = [one.pk for one in team.therapists]
    for place, (room, service) in enumerate(zip(team.rooms, team.services, strict=True)):
        numbers = [room.pk, team.clinic.pk, place, len(team.rooms), service.pk, service.minutes_after]
        yield [*numbers, team.zone, people, guest.pk, is_first]


def defaults(model: type[Model], given: Sequence[str]) -> dict[str, Any]:
    """What the model itself would write into every other column that may not be empty."""
    return {
        str(field.column): field.get_default()
        for field in model._meta.local_concrete_fields
        if not (field.null or field.generated or field.primary_key or field.column in given)
    }


def insert(model: type[Model], given: str) -> tuple[str, str, dict[str, Any]]:
    """INSERT INTO (the given columns, then the others), placeholders of the others, and their values."""
    others = defaults(model, given.split(", "))
    columns = ", ".join([given, *others])
    return f"INSERT INTO {model._meta.db_table} ({columns})", "".join(f", %({name})s" for name in others), others


def full_day(monday: date) -> date:
    """Every slot of the first clinic is taken."""
    return monday + timedelta(days=1)


def quiet_day(monday: date) -> date:
    """One appointment for each of its rooms."""
    return monday + timedelta(days=2)


PATIENT = "clinic_id, given_name, family_name, search_name, birth_date, email, time_zone"
PATIENTS = """
{insert}
SELECT clinic.id, given, family, lower(given || ' ' || family), date '1940-01-01' + n %% 25000,
    'p' || n || '@patients.example', clinic.time_zone{others}
FROM clinics_clinic AS clinic, generate_series(1, %(patients)s) AS n,
LATERAL (SELECT
    (ARRAY['Ann', 'Bartholomew', 'Chidi', 'Dana', 'Eoghan', 'Frederika', 'Giulia', 'Hugo'])[1 + n %% 8] AS given,
    (ARRAY['Abernathy', 'Berg', 'Castellanos', 'Dunne', 'Farrelly', 'Li'])[1 + n %% 6] || ' ' || n AS family
) AS person
ORDER BY clinic.id, n
"""
ROOMS = """
CREATE TEMPORARY TABLE bench_room (
    id bigint, clinic_id bigint, place int, rooms int, service_id bigint, minutes_after int, zone text,
    therapists bigint[], guest bigint, is_first boolean
) ON COMMIT DROP
"""
ROOM = "INSERT INTO bench_room VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
APPOINTMENT = "clinic_id, patient_id, therapist_id, room_id, service_id, status, starts_at, ends_at, minutes_after"
# Days count backwards from the last one, so that both sizes have the same days to come.
APPOINTMENTS = """
{insert}
SELECT room.clinic_id,
    first_patient.id + ((number * %(slots)s + slot) * room.rooms + room.place) %% %(patients)s,
    CASE WHEN extract(isodow FROM day) = 6 THEN room.guest
        ELSE room.therapists[1 + (room.place + slot + number) %% cardinality(room.therapists)] END,
    room.id, room.service_id,
    CASE WHEN chance = 0 AND NOT (room.is_first AND day = %(full_day)s) THEN 'cancelled'
        WHEN starts_at < now() THEN 'completed' ELSE 'booked' END,
    starts_at, starts_at + interval '30 minutes', room.minutes_after{others}
FROM generate_series(1, %(days)s) AS number
CROSS JOIN bench_room AS room
CROSS JOIN generate_series(0, %(slots)s - 1) AS slot
CROSS JOIN LATERAL (SELECT %(last_day)s::date - number + 1 AS day) AS calendar
CROSS JOIN LATERAL (
    SELECT (day + time '08:00' + slot * interval '40 minutes') AT TIME ZONE room.zone AS starts_at,
        hashint8(number::bigint * 1000003 + slot * 1009 + room.id) & 127 AS chance
) AS moment
JOIN (SELECT clinic_id, min(id) AS id FROM patients_patient GROUP BY clinic_id) AS first_patient
    ON first_patient.clinic_id = room.clinic_id
WHERE (extract(isodow FROM day) <= 5 OR (extract(isodow FROM day) = 6 AND room.place = 0 AND slot < 5))
  AND CASE WHEN room.is_first AND day = %(full_day)s THEN true
        WHEN room.is_first AND day = %(quiet_day)s THEN slot = 0
        ELSE chance < 109 END
ORDER BY day, slot, hashint8(room.id)
"""
