"""Both demo clinics, from an empty database to today's day view. Deterministic for one day and hour."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from django.db import transaction

from clinics import audit
from clinics.models import Clinic, CredentialKind, Feature, User
from clinics.tenancy import clinic_scope
from clinics.timekeeping import local_day
from patients.models import Appointment, Patient
from patients.names import searchable
from patients.services.notices import mark
from portal.demo import (
    answers,
    calendar,
    cases,
    charts,
    emergency,
    flags,
    people,
    practice,
    waiting,
    worked_example,
    worked_sessions,
)
from portal.demo.calendar import Caseload, Day, Kind, Planner, Taken, Visit
from portal.demo.people import Invented
from portal.demo.practice import Practice
from portal.models import PatientLogin
from programs.services import alert_sweep
from programs.services.catalogue import install_catalogue

NEWCOMERS = 0.3  # share of patients whose first visit falls into the weeks shown


@dataclass(frozen=True, slots=True)
class Built:
    """What is in a clinic so far. Patients by e-mail."""

    key: str
    practice: Practice
    invented: Sequence[Invented]
    patients: Mapping[str, Patient]
    today: date

    def case(self, key: str) -> Mapping[str, Any]:
        return next(one.case for one in self.invented if one.case and one.case["key"] == key)


@transaction.atomic
def build(now: datetime) -> None:
    """All or nothing. Expects that there is no clinic yet."""
    users, taken = practice.make_users(), Taken()
    for source in people.clinics():
        clinic = Clinic.objects.create(
            name=source["name"],
            time_zone=source["zone"],
            phone=source["phone"],
            emergency_number=source["emergency_number"],
            late_fee=25,
            is_demo=True,
        )
        with clinic_scope(clinic.pk):
            _build(source, clinic, users, taken, now)


def _build(source: Mapping[str, Any], clinic: Clinic, users: Mapping[str, User], taken: Taken, now: datetime) -> None:
    key, today = source["key"], local_day(now, clinic.zone)
    rng = Random(f"plumbline {key}")  # noqa: S311  # the same clinic every time
    ready = practice.open_practice(source, users, clinic, today)
    install_catalogue(by=ready.owner)
    invented = people.patients(key, today, rng)
    built = Built(key, ready, invented, _patients(invented, clinic), today)
    _logins(built, users)
    appointments = _appointments(built, taken, now, rng)
    _charts(built, appointments, rng)
    if key == "harbour_lane":
        plain = [built.patients[one.email] for one in invented if not one.case and one.email != people.IN_BOTH]
        waiting.put_on_list(plain, ready.services, ready.therapists, now=now, today=today)
        _emergency(built, appointments, now)
        answers.are_fine(built.patients[people.MAYA], users[people.MAYA], now)
    alert_sweep.raise_what_is_due(clinic_id=clinic.pk, now=now)
    audit.record("build_demo", subject=clinic, by=ready.owner)


def _patients(invented: Sequence[Invented], clinic: Clinic) -> dict[str, Patient]:
    made = Patient.objects.bulk_create(
        Patient(
            given_name=one.given_name,
            family_name=one.family_name,
            search_name=searchable(f"{one.given_name} {one.family_name}"),  # bulk_create does not pass through save
            birth_date=one.birth_date,
            sex=one.sex,
            email=one.email,
            phone=one.phone,
            about=one.about,
            time_zone=clinic.time_zone,
        )
        for one in invented
    )
    return {patient.email: patient for patient in made}


def _logins(built: Built, users: Mapping[str, User]) -> None:
    for email in (people.MAYA, people.IN_BOTH):
        if email in built.patients:
            PatientLogin.objects.create(user=users[email], patient=built.patients[email], email=email)


def _appointments(built: Built, taken: Taken, now: datetime, rng: Random) -> list[Appointment]:
    """In the order of time."""
    zone = built.practice.clinic.zone
    planner = Planner(kinds(built.practice), _caseload(built, rng), built.today, rng, taken)
    if people.MAYA in built.patients:
        first = calendar.first_day(built.today)
        for visit in worked_sessions.agreed_visits(built.case("maya_okafor"), first, zone, planner.kinds):
            planner.add(visit)
    visits = calendar.with_status(planner.fill(list(_days(built))), now, rng)
    made: list[Appointment] = Appointment.objects.bulk_create(_appointment(built, one) for one in visits)
    return made


def kinds(ready: Practice) -> dict[str, Kind]:
    return {
        key: Kind(
            key=key,
            length=timedelta(minutes=one.minutes),
            before=timedelta(minutes=one.minutes_before),
            after=timedelta(minutes=one.minutes_after),
            features=one.room_features,
            needs_credential=bool(one.credential),
        )
        for key, one in ready.services.items()
    }


def _caseload(built: Built, rng: Random) -> Caseload:
    """Maya's visits are agreed; all others take what comes."""
    days = list(calendar.weekdays(calendar.first_day(built.today), calendar.last_day(built.today)))
    regulars: dict[str, list[str]] = {key: [] for key in built.practice.therapists}
    newcomers: dict[date, list[tuple[str, str]]] = {day: [] for day in days}
    for one in built.invented:
        if one.email == people.MAYA:
            continue
        if not one.case and rng.random() < NEWCOMERS:
            newcomers[rng.choice(days)].append((one.therapist, one.email))
        else:
            regulars[one.therapist].append(one.email)
    return Caseload(regulars, newcomers)


def _days(built: Built) -> Iterator[Day]:
    zone, held = built.practice.clinic.zone, {one.key: one.credentials for one in people.therapists()}
    for day in calendar.weekdays(calendar.first_day(built.today), calendar.last_day(built.today)):
        for shift in built.practice.shifts:
            if not shift.holds_on(day):
                continue
            away = [one for one in built.practice.absences if one.takes(shift.therapist, day)]
            lunch = calendar.at(day, shift.lunch, zone)
            yield Day(
                therapist=shift.therapist,
                starts=calendar.at(day, shift.starts, zone),
                ends=calendar.at(day, min([shift.ends, *(one.starts or shift.starts for one in away)]), zone),
                lunch=(lunch, lunch + calendar.LUNCH),
                date=day,
                rooms=_rooms(built, shift.location),
                may_needle=_may_needle(held[shift.therapist], built.today, day),
            )


def _rooms(built: Built, location: str) -> dict[str, list[str]]:
    """The plainest first, so that the rooms with sharps bins stay free for needling."""
    place = built.practice.locations[location].pk
    found = {
        f"{built.key}/{key}": room.features for key, room in built.practice.rooms.items() if room.location_id == place
    }
    return dict(sorted(found.items(), key=lambda item: (Feature.SHARPS in item[1], item[0])))


def _may_needle(held: Sequence[Mapping[str, Any]], today: date, day: date) -> bool:
    """Until the last day on which the credential counts; the database asks again."""
    return any(
        one["type"] == CredentialKind.NEEDLING and day <= today + timedelta(days=one["expires_in_days"]) for one in held
    )


def _appointment(built: Built, visit: Visit) -> Appointment:
    service = built.practice.services[visit.service]
    row = Appointment(
        patient=built.patients[visit.patient],
        therapist=built.practice.therapists[visit.therapist],
        room=built.practice.rooms[visit.room.partition("/")[2]],
        service=service,
        status=visit.status,
        starts_at=visit.starts,
        ends_at=visit.ends,
        arrived_at=visit.arrived,
        minutes_before=service.minutes_before,
        minutes_after=service.minutes_after,
    )
    mark(row, notify=False)
    return row


def _charts(built: Built, appointments: Sequence[Appointment], rng: Random) -> None:
    seen = charts.visits_by_patient(appointments)
    flags.note_flags(seen, built.today)
    plain = [built.patients[one.email] for one in built.invented if not one.case]
    charts.open_charts([one for one in plain if one.pk in seen], seen, rng)
    for one in built.invented:
        visits = seen.get(built.patients[one.email].pk, [])
        if one.case and visits:
            _case(built, one, visits)


def _emergency(built: Built, appointments: Sequence[Appointment], now: datetime) -> None:
    """Of the therapist whom the demo signs in, so that both wait on their day: one found, one told by the patient."""
    seen = charts.visits_by_patient(appointments)
    theirs = [
        built.patients[one.email].pk
        for one in built.invented
        if one.therapist == people.TRAVELLER and not one.case and one.email != people.IN_BOTH
    ]
    visits = emergency.candidate([seen[pk] for pk in theirs if pk in seen], now)
    if visits:
        emergency.tell(visits)
    told = answers.candidate([seen[pk] for pk in theirs if pk in seen and seen[pk] != visits], now)
    if told:
        answers.ask_for_help(told, now)


def _case(built: Built, one: Invented, visits: Sequence[Appointment]) -> None:
    patient, day = built.patients[one.email], visits[0].local_start.date()
    if one.email == people.MAYA:
        worked_example.tell(patient=patient, case=one.case, visits=visits, day0=day, today=built.today)
        return
    episode = cases.open_chart(patient=patient, case=one.case, visit=visits[0])
    again = [visit for visit in visits if visit.local_start.date() > day + charts.SCREEN_AGAIN]
    if again:
        cases.screen(episode, one.case["red_flags"], again[-1])
