"""The eight visits of the worked example, their signed sessions, and the next visit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from patients.models import Appointment
from portal.demo.calendar import Kind, Visit, at
from portal.demo.people import MAYA, TRAVELLER
from programs.consents import NEEDLING as NEEDLING_CONSENT
from programs.consents import digest, exact_text, expires
from programs.contraindications import NEEDLING, NO, asked_for
from programs.models import (
    Aftercare,
    Consent,
    ConsentSaid,
    ContraindicationCheck,
    Episode,
    ManualTreatment,
    NeedlingSite,
    NeedlingTechnique,
    Position,
    RedFlagScreen,
    ScreenConfirmation,
    Session,
    SkinPrep,
    Twitch,
)
from programs.queries.consents import facts_for, template_of

TEN = time(10)
NEXT_VISIT_DAY = 56  # two weeks after the last one: it is still to come
TECHNIQUES = {"static_in_situ": NeedlingTechnique.STATIC, "pistoning": NeedlingTechnique.PISTONING}


@dataclass(frozen=True, slots=True)
class Told:
    """What stands in the session of one visit."""

    service: str
    note: str
    before: int
    after: int
    needled: bool = False
    treatments: Sequence[Mapping[str, Any]] = ()


SOFT_TISSUE = {"technique": "myofascial_hold", "region": "low_back", "side": "right", "minutes": 10}
MOBILISATION = {
    "technique": "lumbar_pa_central", "region": "low_back", "level": "L4/5", "grade": "II-III", "minutes": 23,
}  # fmt: skip
TOLD = (
    Told(
        "initial",
        "Examination. Learning talks 1 and 2. All three home exercises taught: half-kneeling glute activation, lumbar "
        "extension, hip hinge. Leaflet on when to call given.",
        5, 5,
    ),
    Told(
        "needling",
        "Consent to needling, signed. Prone, skin cleaned with alcohol. Hip hinge retrained. A mild bruise at the "
        "right hip; aftercare explained.",
        5, 3, needled=True, treatments=(SOFT_TISSUE,),
    ),
    Told("follow-up", "Exercises and balance. Learning talk 5. The bruise at the right hip is gone.", 4, 4),
    Told("needling", "The same two muscles. Exercises and hinge retraining.", 4, 3, needled=True),
    Told(
        "re-assessment",
        "Re-test of week 3. Flare after gardening: what to do next time. Mobilisation 3 x 60 s. Lumbar extension made "
        "easier for now: half the height.",
        5, 4, treatments=(MOBILISATION,),
    ),
    Told("follow-up", "Half-kneeling and hinge progressed: longer holds, deeper hinge.", 3, 3),
    Told("follow-up", "Hinge with 8 kg, ten clean repeats. Plan for running and walking in turns.", 3, 2),
    Told(
        "re-assessment",
        "Re-test of week 6: all six goals reached. How to go on alone, what to do in a flare. Exercises stay; one more "
        "visit to see how it holds.",
        2, 2,
    ),
)  # fmt: skip


# What stands once for all needles of a visit.
RECORD: Mapping[str, Any] = {
    "position": Position.PRONE, "skin_prep": SkinPrep.ALCOHOL, "gloves": True, "hands_clean": True,
    "sharps_disposed": True, "aftercare": [Aftercare.NEEDLING],
    "sign_name": "Bending forward, fingertips to floor", "sign_before": "18 cm", "sign_after": "11 cm",
}  # fmt: skip


def agreed_visits(case: Mapping[str, Any], day0: date, zone: tzinfo, kinds: Mapping[str, Kind]) -> list[Visit]:
    """Maya's eight visits and the one to come, all with Niamh in Ash at ten."""
    days = [(visit["day"], told.service) for visit, told in zip(case["visits"], TOLD, strict=True)]
    found = []
    for number, service in [*days, (NEXT_VISIT_DAY, "follow-up")]:
        starts = at(day0 + timedelta(days=number), TEN, zone)
        ends = starts + kinds[service].length
        found.append(Visit(MAYA, TRAVELLER, "harbour_lane/room_ash", service, starts, ends, is_agreed=True))
    return found


def write(*, episode: Episode, case: Mapping[str, Any], visits: Sequence[Appointment]) -> None:
    """Written with their parts first and signed afterwards, an hour after each visit: the triggers judge signatures."""
    _confirm(episode, visits)
    _agree(episode, [visit for visit, told in zip(visits, TOLD, strict=True) if told.needled])
    for visit, told in zip(visits, TOLD, strict=True):
        session = Session.objects.create(
            patient_id=episode.patient_id,
            episode=episode,
            appointment=visit,
            therapist=visit.therapist,
            note=told.note,
            pain_before=told.before,
            pain_after=told.after,
            **(RECORD if told.needled else {}),
        )
        if told.needled:
            _ask(visit)
            NeedlingSite.objects.bulk_create(_site(session, one, case) for one in case["needling"][0]["sites"])
        ManualTreatment.objects.bulk_create(ManualTreatment(session=session, **one) for one in told.treatments)
        session.signed_at, session.signed_by = visit.ends_at + timedelta(hours=1), visit.therapist
        session.save(update_fields=["signed_at", "signed_by"])
    Appointment.objects.filter(pk__in=[visit.pk for visit in visits]).update(is_documented=True)


def _confirm(episode: Episode, visits: Sequence[Appointment]) -> None:
    """At the visits between two screens: no change since."""
    counting = [(RedFlagScreen.objects.for_visit(episode, visit.local_start.date()), visit) for visit in visits]
    ScreenConfirmation.objects.bulk_create(
        ScreenConfirmation(screen=screen, appointment=visit, confirmed_by=visit.therapist, confirmed_at=visit.starts_at)
        for screen, visit in counting
        if screen and screen.screened_on < visit.local_start.date()
    )


def _agree(episode: Episode, needled: Sequence[Appointment]) -> None:
    """On the tablet at the first needling visit, and said again at each later one."""
    first, *later = needled
    template = template_of(NEEDLING_CONSENT)
    facts = facts_for(episode, first.therapist, regions=["low_back", "hip"], with_neck=False)
    day = first.local_start.date()
    consent = Consent.objects.create(
        patient_id=episode.patient_id, episode=episode, kind=NEEDLING_CONSENT, exact_text=exact_text(template, facts),
        sha256=digest(exact_text(template, facts)), regions=["hip", "low_back"], signer=episode.patient.name,
        how="typed", place="tablet", taken_by=first.therapist, signed_at=first.starts_at + timedelta(minutes=3),
        signed_on=day, expires_on=expires(day, template.months),
    )  # fmt: skip
    ConsentSaid.objects.bulk_create(
        ConsentSaid(consent=consent, appointment=visit, said_at=visit.starts_at, heard_by=visit.therapist)
        for visit in later
    )


def _ask(visit: Appointment) -> None:
    """Before the needles: no to everything."""
    ContraindicationCheck.objects.create(
        appointment=visit, asked=[NEEDLING], answers={one.key: NO for one in asked_for([NEEDLING])},
        asked_at=visit.starts_at + timedelta(minutes=5), asked_by=visit.therapist,
    )  # fmt: skip


def _site(session: Session, source: Mapping[str, Any], case: Mapping[str, Any]) -> NeedlingSite:
    return NeedlingSite(
        session=session,
        muscle=source["muscle"],
        level=source.get("level", ""),
        side=source["side"],
        diameter_mm=Decimal(str(source["diameter_mm"])),
        length_mm=source["length_mm"],
        technique=TECHNIQUES[source["technique"]],
        needles_in=source["needles_in"],
        needles_out=source["needles_out"],
        lot=case["needling"][0]["lot"],
        expires_on=session.appointment.local_start.date() + timedelta(days=900),
        twitch=source.get("twitch", Twitch.NONE),
        dwell_s=source.get("dwell_s"),
    )
