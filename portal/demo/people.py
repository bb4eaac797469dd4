"""Who works and who is treated in the demo clinics. Pure: names come from programs/content/names.json."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from clinics.models import CredentialKind
from clinics.permissions import Role
from patients.names import searchable
from programs import catalogue

MAYA = "maya.okafor@mail.example"
IN_BOTH = "amara.obi@mail.example"  # a patient of both clinics
TRAVELLER = "t_byrne"  # works in both clinics

# Beside the therapists of names.json. The key ends up nowhere: it is how this package speaks of a person.
OTHER_STAFF = {
    "harbour_lane": (
        ("Dana Ross", Role.FRONT_DESK),
        ("Kofi Larsen", Role.MANAGER),
        ("Orla Keane", Role.OWNER),
    ),
    "lindenhof": (
        ("Greta Lindner", Role.FRONT_DESK),
        ("Henrik Vogt", Role.MANAGER),
        ("Marta Seidel", Role.OWNER),
    ),
}
MAIL = {"harbour_lane": "harbour.example", "lindenhof": "lindenhof.example"}
PHONE = {"harbour_lane": "+353 1 555 {:04}", "lindenhof": "+49 30 5550 {:04}"}
# Key of a case of programs/content/cases.json -> who treats that person.
CASE_THERAPISTS = {
    "harbour_lane": {
        "maya_okafor": "t_byrne",
        "saoirse_ni_dhomhnaill": "t_byrne",
        "ngozi_lindqvist": "t_byrne",
        "hector_quintanilla": "t_ferreira",
        "tomasz_brzeczyszczykiewicz": "t_haile",
    },
    "lindenhof": {"gunther_adeyemi": "t_sato", "wanjiru_papadopoulou": "t_sato"},
}
# Names in them go to the clinic that no one-click account sees first: few machines have fonts for all of them.
RARE_SCRIPTS = {"Han", "Japanese", "Hangul", "Devanagari", "Tamil", "Amharic"}
ABOUT = (
    "works at a desk", "drives a delivery van", "teaches at a primary school", "works shifts in a hospital",
    "stands all day in a shop", "works in a kitchen", "student", "retired, gardens a lot", "looks after two toddlers",
    "works from home", "plays the cello", "builds kitchens",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Therapist:
    key: str
    name: str
    email: str
    clinic: str
    credentials: Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Colleague:
    name: str
    email: str
    role: Role


@dataclass(frozen=True, slots=True)
class Invented:
    """A patient. `case` names an entry of cases.json; `therapist` is whom they see."""

    given_name: str
    family_name: str
    email: str
    phone: str
    birth_date: date
    therapist: str
    about: str = ""
    sex: str = "unknown"
    case: dict[str, Any] = field(default_factory=dict)


def clinics() -> Sequence[dict[str, Any]]:
    found: Sequence[dict[str, Any]] = catalogue.content("names")["clinics"]
    return found


def therapists() -> list[Therapist]:
    known = set(CredentialKind.values)
    return [
        Therapist(
            key=one["key"],
            name=one["name"],
            email=_address(one["name"], MAIL[one["clinic"]]),
            clinic=one["clinic"],
            credentials=[held for held in one["credentials"] if held["type"] in known],
        )
        for one in catalogue.content("names")["therapists"]
    ]


def colleagues(clinic: str) -> list[Colleague]:
    return [Colleague(name, _address(name, MAIL[clinic]), role) for name, role in OTHER_STAFF[clinic]]


def patients(clinic: str, today: date, rng: Random) -> list[Invented]:
    """The cases of the clinic first, then half of the names each; the one known to both stands in both."""
    treating = [one.key for one in therapists() if one.clinic == clinic] * 4
    if clinic == "lindenhof":
        treating += [TRAVELLER] * 2  # one day a week
    found = [_from_case(key, clinic, therapist, today) for key, therapist in CASE_THERAPISTS[clinic].items()]
    for number, item in enumerate(catalogue.content("names")["items"]):
        home = "lindenhof" if number % 2 or item["script"] in RARE_SCRIPTS else "harbour_lane"
        name = (item["given"], item["family"])
        email = _address(item["display"], "mail.example", otherwise=item["key"])
        if home == clinic or email == IN_BOTH:
            found.append(_from_name(name, email, PHONE[clinic].format(200 + number), rng, treating, today))
    return found


def _from_case(key: str, clinic: str, therapist: str, today: date) -> Invented:
    number, case = next((n, one) for n, one in enumerate(catalogue.content("cases")["items"]) if one["key"] == key)
    who = case["patient"]
    given, _space, family = who["name"].partition(" ")
    return Invented(
        given_name=given,
        family_name=family,
        email=_address(who["name"], "mail.example"),
        phone=PHONE[clinic].format(101 + number),
        birth_date=_born(today, who["age"]),
        therapist=therapist,
        about=f"{who['work']}, likes {who['likes']}",
        sex=who["sex"],
        case=case,
    )


def _from_name(
    name: tuple[str, str], email: str, phone: str, rng: Random, treating: Sequence[str], today: date
) -> Invented:
    """The two clinics draw differently, so whoever is in both is born once, not twice."""
    days = Random(email).triangular(18 * 365, 84 * 365, 47 * 365)  # noqa: S311  # invented birthdays
    return Invented(
        given_name=name[0],
        family_name=name[1],
        email=email,
        phone=phone,
        birth_date=today - timedelta(days=round(days)),
        therapist=rng.choice(treating),
        about=rng.choice(ABOUT) if rng.random() < 0.6 else "",
    )


def _born(today: date, age: int) -> date:
    """Half a year after the birthday, so that nobody ages within the weeks that the demo shows."""
    birthday = today - timedelta(days=180)
    return birthday.replace(year=birthday.year - age, day=min(birthday.day, 28))


def _address(name: str, domain: str, otherwise: str = "") -> str:
    """Niamh Byrne -> niamh.byrne@...; a name in another script goes by `otherwise`."""
    words = searchable(name).replace("-", " ").split()
    local = ".".join("".join(letter for letter in word if letter.isascii() and letter.isalnum()) for word in words)
    return f"{local.strip('.') or otherwise}@{domain}"
