"""A demo clinic before its first patient: rooms, services, staff, hours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, time, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password

from clinics.availability import Hours
from clinics.models import (
    Clinic,
    Colour,
    Content,
    Credential,
    EmergencyContact,
    EquipmentKind,
    EquipmentPool,
    ExceptionKind,
    Feature,
    Holiday,
    HoursException,
    Location,
    Membership,
    Room,
    Service,
    User,
    WorkingHours,
)
from clinics.permissions import Role
from portal.demo import people
from portal.demo.calendar import first_day
from portal.demo.people import Therapist
from programs import catalogue

PASSWORD = "plumbline-demo"  # noqa: S105  # of every demo account, in demo mode only
FEATURES = {
    "private_room": Feature.PRIVATE,
    "plinth": Feature.PLINTH,
    "sharps_bin": Feature.SHARPS,
    "gym_lane": Feature.GYM,
}
ROOM_FLAGS = {
    "private": Feature.PRIVATE,
    "plinth": Feature.PLINTH,
    "sharps": Feature.SHARPS,
    "gym_lane": Feature.GYM,
}
# Left out: what is added to another visit, or needs video. Prices are invented, in the clinic's currency.
OFFERED: dict[str, dict[str, Any]] = {
    "initial": {"contains": [Content.ASSESSMENT, Content.EDUCATION], "colour": Colour.CHALK, "price": 95},
    "follow_up": {"contains": [Content.MANUAL, Content.EXERCISE], "colour": Colour.TEAL, "price": 55},
    "follow_up_long": {"contains": [Content.MANUAL, Content.EXERCISE], "colour": Colour.TEAL, "price": 75},
    "needling_session": {"contains": [Content.NEEDLING], "colour": Colour.PLUM, "price": 80},
    "re_assessment": {"contains": [Content.ASSESSMENT], "colour": Colour.SLATE, "price": 75},
    "gym_session": {
        "contains": [Content.EXERCISE], "colour": Colour.MOSS, "price": 45, "equipment": [EquipmentKind.TREADMILL]
    },
    "education_talk": {"contains": [Content.EDUCATION], "colour": Colour.SLATE, "price": 50},
    "group_class": {"contains": [Content.EXERCISE], "colour": Colour.BRASS, "price": 18, "capacity": 6},
}  # fmt: skip
ONLINE = {"new", "returning"}  # who may book it alone, in the words of the content
EMERGENCY_CONTACTS = {
    "harbour_lane": (
        ("Emergency department, Harbour Hospital", "+353 1 555 0901"),
        ("Spinal on-call", "+353 1 555 0902"),
    ),
    "lindenhof": (("Notaufnahme, Klinik am Lindenhof", "+49 30 5550 0901"),),
}
HOLIDAYS = {"harbour_lane": "Harbour festival", "lindenhof": "Training day"}
NEEDLING, NEEDLING_NAME = "needling", "Functional dry needling"


@dataclass(frozen=True, slots=True)
class Shift:
    """One weekly stretch, by the keys of this package."""

    therapist: str
    location: str
    weekday: int
    starts: time
    ends: time
    lunch: time = time(12)  # an hour, not all at once
    since: date | None = None  # of alternate weeks, the first

    def holds_on(self, day: date) -> bool:
        return Hours(self.weekday, self.starts, self.ends, UTC, self.since, None, self.every_weeks).hold_on(day)

    @property
    def every_weeks(self) -> int:
        return 1 if self.since is None else 2


@dataclass(frozen=True, slots=True)
class Absence:
    """Days off, or an afternoon; `note` is read by the team."""

    therapist: str
    first: date
    last: date
    note: str
    starts: time | None = None
    ends: time | None = None

    def takes(self, therapist: str, day: date) -> bool:
        return self.therapist == therapist and self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Practice:
    clinic: Clinic
    locations: Mapping[str, Location]
    rooms: Mapping[str, Room]
    services: Mapping[str, Service]
    therapists: Mapping[str, User]
    shifts: Sequence[Shift]
    absences: Sequence[Absence]
    owner: User


def away_day(today: date) -> int:
    """The weekday on which the traveller works in the other clinic: never today, so today both have full columns."""
    return 3 if today.isoweekday() == 5 else 5


def shifts(clinic: str, today: date) -> list[Shift]:
    """Two rooms for three therapists at the Lindenhof: whoever comes late finds one free.

    Ms Haile works every other time on the weekday on which the traveller is away.
    """
    away, week = away_day(today), range(1, 6)
    since = first_day(today)
    day, early, late = (time(8), time(17)), (time(8), time(12, 30)), (time(12, 30), time(19))
    if clinic == "harbour_lane":
        return [
            *(Shift(people.TRAVELLER, "quay", n, *day) for n in week if n != away),
            *(Shift("t_haile", "mill", n, time(9), time(18), time(13), since if n == away else None) for n in week),
            *(Shift("t_ferreira", "quay", n, *day, time(12, 30)) for n in week),
        ]
    return [
        Shift(people.TRAVELLER, "linden", away, time(9), time(16)),
        *(Shift("t_sato", "linden", n, time(8), time(16)) for n in week if n != away),
        *(Shift("t_krueger", "linden", n, *late, time(15)) for n in week),
        *(Shift("t_demir", "linden", n, *early, early[1]) for n in week),
    ]


def absences(clinic: str, today: date) -> list[Absence]:
    """An afternoon next week; whole days only where nobody is booked yet."""
    monday = today - timedelta(days=today.weekday())
    course, leave = monday + timedelta(days=8), monday + timedelta(days=21)
    if clinic == "harbour_lane":
        return [
            Absence("t_ferreira", course, course, "Course", time(13, 30), time(17)),
            Absence("t_haile", leave, leave + timedelta(days=2), "Family leave"),
        ]
    return [
        Absence("t_krueger", course, course, "Course", time(15), time(19)),
        Absence("t_sato", leave, leave + timedelta(days=1), "Leave"),
    ]


def open_practice(source: Mapping[str, Any], users: Mapping[str, User], clinic: Clinic, today: date) -> Practice:
    """Inside the clinic's scope. `users` are the people of both clinics by e-mail."""
    key = source["key"]
    staff = {one.key: users[one.email] for one in people.therapists() if works_in(one, key)}
    owner = _memberships(key, users, staff)
    locations = {
        one["key"]: Location.objects.create(name=one["name"], time_zone=clinic.time_zone) for one in source["locations"]
    }
    rota, away = shifts(key, today), absences(key, today)
    practice = Practice(clinic, locations, _rooms(source, locations), _services(), staff, rota, away, owner)
    _credentials(key, staff, today)
    _hours(practice)
    Holiday.objects.create(day=today - timedelta(days=today.weekday()) + timedelta(days=24), name=HOLIDAYS[key])
    EmergencyContact.objects.bulk_create(
        EmergencyContact(name=name, phone=phone, note="Day and night", position=number)
        for number, (name, phone) in enumerate(EMERGENCY_CONTACTS[key], 1)
    )
    EquipmentPool.objects.bulk_create(
        EquipmentPool(location=location, kind=EquipmentKind.TREADMILL, units=1) for location in locations.values()
    )
    return practice


def _hours(practice: Practice) -> None:
    WorkingHours.objects.bulk_create(
        WorkingHours(
            therapist=practice.therapists[one.therapist],
            location=practice.locations[one.location],
            weekday=one.weekday,
            starts=one.starts,
            ends=one.ends,
            valid_from=one.since,
            every_weeks=one.every_weeks,
        )
        for one in practice.shifts
    )
    HoursException.objects.bulk_create(
        HoursException(
            therapist=practice.therapists[one.therapist],
            kind=ExceptionKind.OFF,
            first_day=one.first,
            last_day=one.last,
            starts=one.starts,
            ends=one.ends,
            note=one.note,
        )
        for one in practice.absences
    )


def works_in(therapist: Therapist, clinic: str) -> bool:
    return therapist.clinic == clinic or therapist.key == people.TRAVELLER


def make_users() -> dict[str, User]:
    """Everybody who signs in, by e-mail: all staff, Maya, and the patient of both clinics."""
    names = {one.email: one.name for one in people.therapists()}
    for clinic in people.MAIL:
        names |= {one.email: one.name for one in people.colleagues(clinic)}
    names |= {people.MAYA: "Maya Okafor", people.IN_BOTH: "Amara Obi"}
    password = make_password(PASSWORD if settings.DEMO else None)  # hashed once: hashing is slow on purpose
    made = User.objects.bulk_create(User(email=email, name=name, password=password) for email, name in names.items())
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in made
    )
    return {user.email: user for user in made}


def accounts() -> list[tuple[str, str]]:
    """E-mail and what the person does, in the order of the clinics."""
    found = []
    for source in people.clinics():
        staff = [(one.email, "therapist") for one in people.therapists() if one.clinic == source["key"]]
        staff += [(one.email, one.role.replace("_", " ")) for one in people.colleagues(source["key"])]
        found += [(email, f"{role}, {source['name']}") for email, role in staff]
    return [*found, (people.MAYA, "patient"), (people.IN_BOTH, "patient of both clinics")]


def _memberships(clinic: str, users: Mapping[str, User], staff: Mapping[str, User]) -> User:
    for user in staff.values():
        Membership.objects.create(user=user, role=Role.THERAPIST, treats=True)
    others = people.colleagues(clinic)
    for one in others:
        Membership.objects.create(user=users[one.email], role=one.role)
    return next(users[one.email] for one in others if one.role == Role.OWNER)


def _rooms(source: Mapping[str, Any], locations: Mapping[str, Location]) -> dict[str, Room]:
    known = {one["key"]: one for one in catalogue.content("names")["rooms"]}
    return {
        key: Room.objects.create(
            location=locations[place["key"]],
            name=known[key]["name"],
            features=[feature for flag, feature in ROOM_FLAGS.items() if known[key][flag]],
        )
        for place in source["locations"]
        for key in place["rooms"]
    }


def _services() -> dict[str, Service]:
    groups = {one["key"]: one["entries"] for one in catalogue.content("templates")["items"]}
    offered = [one for one in groups["services"] if one["key"] in OFFERED]
    made = [_service(one) for one in offered]
    return {service.key: service for service in made}


def _service(source: Mapping[str, Any]) -> Service:
    is_needling = source["key"] == "needling_session"
    return Service.objects.create(
        key=NEEDLING if is_needling else source["key"].replace("_", "-"),
        name=NEEDLING_NAME if is_needling else source["name"],
        minutes=source["minutes"],
        minutes_before=source["buffer_before"],
        minutes_after=source["buffer_after"],
        credential=next(iter(source["clinician_needs"]), ""),
        room_features=[FEATURES[need] for need in source["needs"] if need in FEATURES],
        is_online=source["self_bookable"] in ONLINE,
        **OFFERED[source["key"]],
    )


def _credentials(clinic: str, staff: Mapping[str, User], today: date) -> None:
    """The clinic of names.json has seen them; the traveller's also the other one. Dates run from today."""
    Credential.objects.bulk_create(
        Credential(
            therapist=staff[one.key],
            kind=held["type"],
            regions=held["regions"],
            hours=held["hours"],
            issued_on=today - timedelta(days=2 * 365),
            expires_on=today + timedelta(days=held["expires_in_days"]),
        )
        for one in people.therapists()
        if works_in(one, clinic)
        for held in one.credentials
    )
