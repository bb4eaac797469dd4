"""Two clinics of the same shape: whatever one shows, the other must not.

north: nora (front desk), theo (therapist, may needle), tara (therapist, may not), mara (manager), olga (owner);
patients pia, who has a portal login, and pete. south: sam, tess, tim, moses, oscar; paul and petra.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

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
from portal.models import PatientLogin

NINE = datetime(2021, 3, 1, 9, tzinfo=UTC)  # a Monday, 09:00 in Dublin; long past, so visits may have taken place
NAMES = {
    "north": ("Nora", "Theo", "Tara", "Mara", "Olga", "Pia", "Pete"),
    "south": ("Sam", "Tess", "Tim", "Moses", "Oscar", "Paul", "Petra"),
}


@dataclass(frozen=True, slots=True)
class Cast:
    clinic: Clinic
    location: Location
    desk: User
    therapist: User  # holds a needling credential
    colleague: User  # a therapist without one
    manager: User
    owner: User
    room: Room  # with a sharps bin
    plain_room: Room
    needling: Service
    follow_up: Service
    patient: Patient
    neighbour: Patient  # another patient of the same clinic
    login: User  # the patient's


def make_cast(tag: str, *, zone: str) -> Cast:
    clinic = Clinic.objects.create(name=f"{tag.title()} Clinic", time_zone=zone, phone="+353 1 555 0100")
    names = NAMES[tag]
    people = [
        User.objects.create_user(f"{name.lower()}@{tag}.example", name=f"{name} {tag.title()}") for name in names[:6]
    ]
    desk, therapist, colleague, manager, owner, login = people
    with clinic_scope(clinic.pk):
        roles = (Role.FRONT_DESK, Role.THERAPIST, Role.THERAPIST, Role.MANAGER, Role.OWNER)
        for user, role in zip(people, roles, strict=False):
            Membership.objects.create(user=user, role=role, treats=role == Role.THERAPIST)
        location = Location.objects.create(name=f"{tag.title()} House", time_zone=zone)
        room, plain_room = _rooms(location)
        needling, follow_up = _services()
        _let_them_work(location, therapist, colleague)
        patient, neighbour = (_patient(name, tag, zone) for name in names[5:])
        PatientLogin.objects.create(user=login, patient=patient, email=patient.email)
    return Cast(
        clinic, location, desk, therapist, colleague, manager, owner, room, plain_room, needling, follow_up,
        patient, neighbour, login,
    )  # fmt: skip


def _rooms(location: Location) -> tuple[Room, Room]:
    return (
        Room.objects.create(location=location, name="Ash", features=[Feature.SHARPS, Feature.PLINTH, Feature.PRIVATE]),
        Room.objects.create(location=location, name="Birch", features=[Feature.PLINTH, Feature.PRIVATE]),
    )


def _services() -> tuple[Service, Service]:
    return (
        Service.objects.create(
            key="needling", name="Functional dry needling", minutes=45, minutes_after=10,
            credential=CredentialKind.NEEDLING, room_features=[Feature.SHARPS, Feature.PLINTH],
        ),
        Service.objects.create(key="follow-up", name="Follow-up visit", minutes=30, minutes_after=5),
    )  # fmt: skip


def _let_them_work(location: Location, therapist: User, colleague: User) -> None:
    Credential.objects.create(
        therapist=therapist, kind=CredentialKind.NEEDLING, regions=["standard"],
        issued_on=date(2020, 1, 1), expires_on=date(2099, 12, 31),
    )  # fmt: skip
    WorkingHours.objects.bulk_create(
        WorkingHours(therapist=person, location=location, weekday=weekday, starts=time(8), ends=time(18))
        for person in (therapist, colleague)
        for weekday in range(1, 6)
    )


def _patient(name: str, tag: str, zone: str) -> Patient:
    return Patient.objects.create(
        given_name=name, family_name=tag.title(), birth_date=date(1984, 5, 17), sex="female",
        email=f"{name.lower()}@patients.example", time_zone=zone,
    )  # fmt: skip


def appointment_at(cast: Cast, start: datetime = NINE, **changes: object) -> Appointment:
    """Inside the clinic's scope: one needling appointment, saved past the service on purpose."""
    service = changes.get("service", cast.needling)
    assert isinstance(service, Service)
    values: dict[str, object] = {
        "patient": cast.patient, "therapist": cast.therapist, "room": cast.room, "service": service,
        "starts_at": start, "ends_at": start + timedelta(minutes=45), "minutes_after": service.minutes_after,
    }  # fmt: skip
    made: Appointment = Appointment.every.create(**{**values, **changes})
    return made
