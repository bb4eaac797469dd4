"""Each gate of needles, current and hands: the page says why, the service refuses, and so does the database."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clinics.models import Credential, CredentialKind, Membership
from clinics.tenancy import clinic_scope
from patients.models import Appointment, Status
from programs.models import Concern, Consent, Session
from programs.services.sessions import save_session, sign
from programs.session_draft import Current, Draft, Site, Treatment
from tests.factories import NINE, Cast, appointment_at
from tests.programs.needles import IN_DATE, RECORD, agreed, asked
from tests.programs.pages import words
from tests.programs.test_episodes import TODAY, opened
from tests.programs.test_sessions import GLUTEUS, screened, shut, sign_by_hand

pytestmark = pytest.mark.usefixtures("monday_morning")
TRAPEZIUS = replace(GLUTEUS, muscle="trapezius_middle", length_mm=30, safety="Over the rib, muscle lifted.")
UPPER_LUMBAR = replace(GLUTEUS, muscle="lumbar_multifidus", level="L1", length_mm=40)
CURRENT = Current(waveform="biphasic", frequency_hz=3, felt="motor", minutes=10)
THRUST = Treatment(technique="lumbar_thrust", region="low_back", level="L4", minutes=5)
NECK = Treatment(technique="cervical_thrust", region="neck_shoulder", level="C4", minutes=5)
TRACTION = Treatment(technique="lumbar_traction", region="low_back", minutes=10)


@dataclass(frozen=True)
class Case:
    """`draft` is what the note says besides; `before` what is the case. `says` stands on the page."""

    gate: str
    rule: str
    says: str
    draft: dict[str, Any] = field(default_factory=dict)
    before: Callable[[Cast, Appointment], object] = lambda cast, visit: asked(visit, cast.therapist)


def no_question(cast: Cast, visit: Appointment) -> None:
    agreed(visit, cast.therapist)


def no_consent(cast: Cast, visit: Appointment) -> None:
    asked(visit, cast.therapist, consent=False)


def consent(**changes: Any) -> Callable[[Cast, Appointment], object]:
    """Another one than the usual."""

    def before(cast: Cast, visit: Appointment) -> None:
        asked(visit, cast.therapist, consent=False)
        agreed(visit, cast.therapist, **changes)

    return before


def taken_back(cast: Cast, visit: Appointment) -> None:
    asked(visit, cast.therapist)
    Consent.objects.update(withdrawn_at=timezone.now(), withdrawn_by=cast.therapist)


def of_other_care(cast: Cast, visit: Appointment) -> None:
    consent(episode=opened(cast, complaint="Knee"))(cast, visit)


def no_thrust_consent(cast: Cast, visit: Appointment) -> None:
    certified(cast, visit, consent=False)


def not_for_the_neck(cast: Cast, visit: Appointment) -> None:
    certified(cast, visit, "cervical_thrust", consent=False)
    agreed(visit, cast.therapist, "thrust_manipulation", with_neck=False)


def supervised(cast: Cast, visit: Appointment) -> None:
    asked(visit, cast.therapist)
    Membership.objects.filter(user=cast.therapist).update(supervised=True)


def expired(cast: Cast, visit: Appointment) -> None:
    asked(visit, cast.therapist)
    Credential.objects.update(expires_on=TODAY - timedelta(days=1))


def needled_yesterday(cast: Cast, visit: Appointment) -> None:
    asked(visit, cast.therapist)
    earlier = appointment_at(cast, NINE - timedelta(hours=24), status=Status.IN_SESSION)
    episode = cast.patient.episodes.get()
    save_session(appointment=earlier, episode=episode, draft=Draft(sites=[GLUTEUS], **RECORD), by=cast.therapist)


def for_thrust(cast: Cast, visit: Appointment) -> None:
    asked(visit, cast.therapist, "thrust", consent=False)
    agreed(visit, cast.therapist, "thrust_manipulation")


def certified(cast: Cast, visit: Appointment, *what: str, consent: bool = True) -> None:
    asked(visit, cast.therapist, "thrust", *what, consent=False)
    if consent:
        agreed(visit, cast.therapist, "thrust_manipulation")
    span = {"issued_on": date(2020, 1, 1), "expires_on": TODAY}  # valid on its last day still
    Credential.objects.create(therapist=cast.therapist, kind=CredentialKind.THRUST, **span)


def some_concern(cast: Cast, visit: Appointment) -> None:
    certified(cast, visit)
    screened(cast.patient.episodes.get(), cast, Concern.LOW)


def trained(*regions: str) -> Callable[[Cast, Appointment], object]:
    return lambda cast, visit: (asked(visit, cast.therapist), Credential.objects.update(regions=regions))


def said_yes(*keys: str, **more: Any) -> Callable[[Cast, Appointment], object]:
    return lambda cast, visit: asked(visit, cast.therapist, yes=keys, **more)


def with_current(**more: Any) -> dict[str, Any]:
    return {"sites": [replace(GLUTEUS, with_current=True)], "current": CURRENT, **more}


CASES = {
    "no consent": Case("consent", "no consent to needling", "It is signed once for this care", before=no_consent),
    "taken back": Case("consent", "no consent to needling", "It is signed once for this care", before=taken_back),
    "run out": Case("consent", "no consent to needling", "It is signed once for this care",
                    before=consent(expires_on=TODAY - timedelta(days=1), signed_on=date(2020, 2, 29))),
    "of other care": Case("consent", "no consent to needling", "It is signed once for this care", before=of_other_care),
    "another region": Case("consent", "does not name that region", "Site 1 lies at the hip",
                           before=consent(regions=["low_back"])),
    "not said again": Case("consent_said", "not said again", "Ask before the first needle", before=consent(said=False)),
    "no thrust consent": Case("thrust_consent", "no consent to thrust", "signed before the first one",
                              {"sites": [], "treatments": [THRUST]}, no_thrust_consent),
    "not for the neck": Case("thrust_consent", "does not name the neck", "It has to name the neck.",
                             {"sites": [], "treatments": [NECK]}, not_for_the_neck),
    "unasked": Case("contraindications", "not asked at this visit", "Not asked at this visit yet: needling.",
                    before=no_question),
    "unasked traction": Case("contraindications", "not asked at this visit", "Not asked at this visit yet: traction.",
                             {"sites": [], "treatments": [TRACTION]}),
    "answer": Case("contraindicated", "rules it out", "Do not needle. Use gentle methods and exercise.",
                   before=said_yes("bleeding_disorder_severe")),
    "current": Case(
        "contraindicated", "rules it out", "No electrical stimulation anywhere on this patient.", with_current(),
        lambda cast, visit: asked(
            visit, cast.therapist, "needling", "estim", yes=["pacemaker"], reasoning={"pacemaker": "Away from it."}
        ),
    ),
    "spared": Case("spared", "stay free", "Site 1 lies at the hip, which was to stay free today.",
                   before=said_yes("open_skin", spared=["right:hip"])),
    "credential": Case("credential", "no valid needling credential", "ask a clinic admin to enter the credential",
                       before=expired),
    "region": Case("credential", "does not cover that region", "your credential does not name: chest wall.",
                   {"sites": [TRAPEZIUS]}),
    "off by default": Case("credential", "does not cover that region", "abdomen and flank and Psoas major",
                           {"sites": [replace(GLUTEUS, muscle="psoas_major", safety="Lifted.")]}),
    "safety": Case("safety", "kept safe", "Site 1 (upper lumbar spine): note the direction",
                   {"sites": [UPPER_LUMBAR]}, trained("upper_lumbar")),
    "needles": Case("needles", "differ", "1 needle still in", {"sites": [replace(GLUTEUS, needles_out=1)]}),
    "no lot": Case("complete", "in date", "lot of site 1", {"sites": [replace(GLUTEUS, lot="")]}),
    "no date": Case("complete", "in date", "use-by date of site 1", {"sites": [replace(GLUTEUS, expires_on=None)]}),
    "old lot": Case("complete", "in date", "another lot for site 1: out of date",
                    {"sites": [replace(GLUTEUS, expires_on=TODAY - timedelta(days=1))]}),
    "position": Case("complete", "are told", "Missing: position.", {"position": ""}),
    "skin": Case("complete", "are told", "Missing: skin preparation.", {"skin_prep": ""}),
    "hands": Case("complete", "are told", "Missing: hands cleaned.", {"hands_clean": False}),
    "sharps": Case("complete", "are told", "Missing: sharps disposed of.", {"sharps_disposed": False}),
    "aftercare": Case("complete", "not explained", "Missing: aftercare explained.", {"aftercare": []}),
    "current without sites": Case("current", "belong together", "Mark which sites carried it.", {"current": CURRENT},
                                  lambda cast, visit: asked(visit, cast.therapist, "needling", "estim")),
    "sites without current": Case("current", "belong together", "note waveform and minutes",
                                  {"sites": [replace(GLUTEUS, with_current=True)]}),
    "48 hours": Case("spacing", "within 48 hours", "Gluteus medius was needled less than 48 hours before.",
                     before=needled_yesterday),
    "supervised": Case("delegated", "under supervision", "let a colleague treat", before=supervised),
    "thrust credential": Case("thrust", "no valid thrust credential", "Take the thrust out of this note",
                              {"sites": [], "treatments": [THRUST]}, for_thrust),
    "thrust with concern": Case("thrust_flags", "that are clear", "choose a gentler technique",
                                {"sites": [], "treatments": [THRUST]}, some_concern),
    "neck": Case("contraindications", "not asked at this visit", "thrust at the neck",
                 {"sites": [], "treatments": [NECK]}, certified),
}  # fmt: skip


def drafted(cast: Cast, case: Case) -> Session:
    """Inside the scope: all in order but for what the case is about."""
    episode = opened(cast, started_on=date(2020, 12, 1))
    screened(episode, cast)
    visit = appointment_at(cast, status=Status.IN_SESSION)
    case.before(cast, visit)
    draft = Draft(**{"note": "Treated.", "sites": [GLUTEUS], **RECORD, **case.draft})
    return save_session(appointment=visit, episode=episode, draft=draft, by=cast.therapist)


@pytest.mark.parametrize("name", CASES)
def test_the_page_says_why(name: str, therapist: Client, north: Cast) -> None:
    case = CASES[name]
    with clinic_scope(north.clinic.pk):
        session = drafted(north, case)
    answer = therapist.get(reverse("session", args=[session.appointment_id]))
    assert [gate.key for gate in answer.context["gates"] if not gate.open] == [case.gate]
    assert case.says in words(answer)


@pytest.mark.parametrize("name", CASES)
def test_the_service_refuses(name: str, in_north: Cast) -> None:
    session = drafted(in_north, CASES[name])
    assert shut(sign(session=session, by=in_north.therapist)) == [CASES[name].gate]


@pytest.mark.parametrize("name", CASES)
def test_the_database_refuses_who_goes_round_it(name: str, in_north: Cast) -> None:
    session = drafted(in_north, CASES[name])
    Appointment.objects.update(status=Status.COMPLETED)
    with pytest.raises(IntegrityError, match=CASES[name].rule):
        sign_by_hand(session, in_north.therapist)


GOES = {
    "plain": Case("", "", "", {}),
    "consent of the very day": Case("", "", "", {}, consent(signed_on=TODAY, signed_at=NINE, said=False)),
    "last day of the consent": Case("", "", "", {}, consent(expires_on=TODAY)),
    "with reasons": Case("", "", "", {}, said_yes("anticoagulants", reasoning={"anticoagulants": "Shallow, pressed."})),
    "last day of the lot": Case("", "", "", {"sites": [replace(GLUTEUS, expires_on=TODAY)]}),
    "last day of the credential": Case(
        "", "", "", {},
        lambda cast, visit: (asked(visit, cast.therapist), Credential.objects.update(expires_on=TODAY)),
    ),
    "so soon, with a reason": Case("", "", "", {"early_why": "Agreed with the patient."}, needled_yesterday),
    "chest wall with training": Case(
        "", "", "", {"sites": [TRAPEZIUS]},
        trained("thorax"),
    ),
    "current": Case("", "", "", with_current(), lambda cast, visit: asked(visit, cast.therapist, "needling", "estim")),
    "another side": Case("", "", "", {"sites": [replace(GLUTEUS, side="left")]},
                         said_yes("open_skin", spared=["right:hip"])),
    "thrust": Case("", "", "", {"sites": [], "treatments": [THRUST]}, certified),
    "neck thrust, asked today": Case(
        "", "", "", {"sites": [], "treatments": [NECK]}, lambda cast, visit: certified(cast, visit, "cervical_thrust")
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", GOES)
def test_what_is_in_order_is_signed(name: str, in_north: Cast) -> None:
    assert isinstance(sign(session=drafted(in_north, GOES[name]), by=in_north.therapist), Session)


@pytest.mark.parametrize(
    ("site", "rule"),
    [
        (replace(UPPER_LUMBAR, length_mm=50), "the needle is longer"),
        (replace(UPPER_LUMBAR, level=""), "needs a level"),
        (replace(GLUTEUS, muscle="imaginary"), "no such muscle"),
        (replace(GLUTEUS, needles_in=0), "programs_needlingsite_counts"),
        (replace(GLUTEUS, needles_in=400), "programs_needlingsite_counts"),
        (replace(GLUTEUS, needles_out=3), "programs_needlingsite_counts"),
        (replace(GLUTEUS, depth_mm=61), "programs_needlingsite_figures"),
        (replace(GLUTEUS, diameter_mm=Decimal("0.9")), "programs_needlingsite_size"),
        (replace(GLUTEUS, view="back", x=1001, y=5), "programs_needlingsite_point"),
        (replace(GLUTEUS, expires_on=date(1066, 1, 1)), "programs_needlingsite_known_days"),
    ],
)  # fmt: skip
def test_a_site_that_cannot_be_is_not_even_a_draft(site: Site, rule: str, in_north: Cast) -> None:
    with pytest.raises(IntegrityError, match=rule):
        drafted(in_north, Case("", "", "", {"sites": [site]}))


def test_region_and_classes_are_the_catalogues_own(in_north: Cast) -> None:
    session = drafted(in_north, Case("", "", "", {"sites": [UPPER_LUMBAR, replace(GLUTEUS, lot=" demo-lot-01 ")]}))
    assert list(session.needling_sites.values_list("region", "classes", "lot")) == [
        ("low_back", ["upper_lumbar"], "DEMO-LOT-01"),
        ("hip", ["standard"], "DEMO-LOT-01"),
    ]


def test_what_is_in_date_is_so_for_years() -> None:
    assert IN_DATE > TODAY
