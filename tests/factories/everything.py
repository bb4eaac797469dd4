"""One row in every clinic table, so that each of them has something that could leak."""

import uuid
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from clinics.models import (
    AuditEvent,
    Channel,
    ClinicModel,
    Credential,
    EmergencyContact,
    EquipmentPool,
    Holiday,
    HoursException,
    Membership,
    Message,
    WorkingHours,
)
from clinics.tenancy import clinic_scope
from patients.models import (
    Appointment,
    CalendarFeed,
    Cancellation,
    FreedTime,
    Offer,
    PatientFlag,
    Series,
    WaitlistEntry,
)
from portal.models import PatientLogin
from programs import catalogue
from programs.consents import digest
from programs.contraindications import asked_for
from programs.models import (
    Addendum,
    Alert,
    Answer,
    Assessment,
    AssessmentDraft,
    CareEnding,
    CarePlan,
    Consent,
    ConsentSaid,
    ConsentText,
    ContraindicationCheck,
    Episode,
    Exercise,
    ExerciseLog,
    Factor,
    FactorDecision,
    FactorKind,
    Goal,
    GoalOutcome,
    HandOver,
    HomeProgramme,
    Intervention,
    LockOverride,
    ManualTreatment,
    NeedlingSite,
    PainMap,
    PainMark,
    PatientCheck,
    PlannedDose,
    Prescription,
    Protocol,
    Questionnaire,
    QuickPhrase,
    RaisedFlag,
    RedFlagScreen,
    ReminderSetting,
    Response,
    Result,
    SafetyNetAdvice,
    Score,
    ScreenConfirmation,
    Session,
    Stimulation,
    Test,
)
from tests.factories.cast import NINE, Cast, appointment_at
from tests.factories.library import factor_kinds

DAY = date(2021, 3, 1)
AHEAD = date(2099, 1, 5)  # on any clock: what is over cannot be ended
Rows = dict[str, Any]  # "programs.Episode" -> the row


def one_of_everything(cast: Cast) -> Rows:
    """The cast's own rows are in it too, so `rows["patients.Patient"]` is pia or paul."""
    with clinic_scope(cast.clinic.pk):
        episode = Episode.objects.create(patient=cast.patient, complaint="Low back", started_on=DAY)
        appointment = appointment_at(cast)
        made: list[ClinicModel] = [cast.location, cast.room, cast.needling, cast.patient, episode, appointment]
        made += [
            *_clinic(cast),
            *_scheduled(cast, appointment),
            *_found(cast, episode),
            *_signed(cast),
            *_treated(cast, episode, appointment),
            *_home(cast, episode),
            *_planned(cast, episode),
            *_ended(cast),
        ]
        rows = {row._meta.label: row for row in made}
        return {**rows, **_of_the_cast(cast)}


def _of_the_cast(cast: Cast) -> Rows:
    kinds = (Credential, WorkingHours, PatientLogin)
    desk = Membership.objects.get(user=cast.desk)
    found = {kind._meta.label: kind.objects.first() for kind in kinds}
    return {"clinics.Clinic": cast.clinic, desk._meta.label: desk, **found}


def _clinic(cast: Cast) -> list[ClinicModel]:
    subject = {"patient_id": cast.patient.pk, "rule": "exercise_reminder", "subject_id": 1}
    instants = {"due_at": NINE, "expires_at": NINE + timedelta(hours=3)}
    return [
        Message.objects.create(channel=Channel.PORTAL, local_date=DAY, title="Today", body="…", **subject, **instants),
        AuditEvent.objects.create(by=cast.desk, action="book", subject="x", patient_id=cast.patient.pk),
        EquipmentPool.objects.create(location=cast.location, kind="treadmill", units=1),
        Holiday.objects.create(day=AHEAD, name="Founders' day"),
        EmergencyContact.objects.create(name="Emergency department", phone="+353 1 555 0900"),
        HoursException.objects.create(therapist=cast.therapist, kind="off", first_day=AHEAD, last_day=AHEAD),
    ]


def _scheduled(cast: Cast, appointment: Appointment) -> list[ClinicModel]:
    wish = {"patient": cast.patient, "service": cast.needling}
    entry = WaitlistEntry.objects.create(valid_until=DAY, created_at=NINE, **wish)
    freed = FreedTime.objects.create(
        therapist=cast.therapist, room=cast.room, starts_at=NINE, ends_at=NINE + timedelta(hours=1), freed_at=NINE
    )
    about = {"therapist": cast.therapist, "starts_at": NINE, "offered_at": NINE, "expires_at": NINE}
    return [
        entry,
        freed,
        Offer.objects.create(freed=freed, entry=entry, appointment=appointment, **about),
        Series.objects.create(
            therapist=cast.therapist, weekdays=[2, 5], wall_time=time(9), starts_on=DAY, weeks=6, **wish
        ),
        Cancellation.objects.create(appointment=appointment, reason="ill", cancelled_at=NINE, cancelled_by=cast.desk),
        PatientFlag.objects.create(patient=cast.patient, kind="no_allergies", noted_on=DAY, noted_by=cast.therapist),
        CalendarFeed.objects.create(therapist=cast.therapist, secret_hash=f"{cast.clinic.pk}", created_at=NINE),
    ]


def _found(cast: Cast, episode: Episode) -> list[ClinicModel]:
    test = Test.objects.create(key="KTW", name="Knee to wall", kind="movement")
    assessment = Assessment.objects.create(patient=cast.patient, episode=episode, done_on=DAY, assessor=cast.therapist)
    factor_kinds()
    factor = Factor.objects.create(episode=episode, key="ankle_df", suggestion="supported")
    protocol = Protocol.objects.create(key="usual", name="Usual", body={})
    return [
        test, assessment, factor, protocol, FactorKind.objects.get(key="ankle_df"),
        FactorDecision.objects.create(
            factor=factor, decision="open", suggestion="supported", decided_by=cast.therapist, decided_at=NINE
        ),
        RaisedFlag.objects.create(
            episode=episode, assessment=assessment, question="r07_rule", level="concern_high", found_on=DAY
        ),
        AssessmentDraft.objects.create(
            patient=cast.patient, episode=episode, data={"tests": "KTW"}, editor=uuid.uuid4(), saved_by=cast.therapist,
            saved_at=NINE,
        ),
        Alert.objects.create(patient=cast.patient, episode=episode, kind="no_change", due_at=NINE),
        Result.objects.create(assessment=assessment, test=test, side="left", value=6),
        *_drawn(cast, episode),
        RedFlagScreen.objects.create(
            episode=episode, concern="clear", screened_on=DAY, screened_by=cast.therapist
        ),
        SafetyNetAdvice.objects.create(
            episode=episode, given_on=DAY, given_by=cast.therapist, language="English", format="paper", said="All."
        ),
        *_asked(cast, episode),
    ]  # fmt: skip


def _asked(cast: Cast, episode: Episode) -> list[ClinicModel]:
    about = {"patient": cast.patient, "episode": episode}
    form = Questionnaire.objects.create(title="Made up", items=[], licence="Our own", attested_by=cast.manager)
    return [
        form,
        Response.objects.create(questionnaire=form, answers={}, filled_on=DAY, **about),
        Score.objects.create(measure="pain", value=4, taken_on=DAY, **about),
    ]


def _drawn(cast: Cast, episode: Episode) -> list[ClinicModel]:
    drawn = PainMap.objects.create(
        patient=cast.patient, episode=episode, drawn_on=DAY, source="patient", drawn_by=cast.login, figure="female"
    )
    mark = PainMark.objects.create(
        patient=cast.patient, map=drawn, view="back", region="low_back", side="right", kind="ache", intensity=5
    )
    check = PatientCheck.objects.create(
        patient=cast.patient, episode=episode, client_id=uuid.uuid4(), positive=["r04_fever"], level="concern_high",
        found_on=DAY, sent_by=cast.login,
    )  # fmt: skip
    return [drawn, mark, check]


def _planned(cast: Cast, episode: Episode) -> list[ClinicModel]:
    factor, exercise = Factor.objects.get(episode=episode), Exercise.objects.get()
    plan = CarePlan.objects.create(patient=cast.patient, episode=episode, starts_on=DAY, made_by=cast.therapist)
    intervention = Intervention.objects.create(plan=plan, kind="manual", what="Mobilise the ankle")
    return [
        plan, intervention,
        Goal.objects.create(plan=plan, measure="pain", operator="<=", target=2, due_on=DAY),
        Answer.objects.create(intervention=intervention, factor=factor),
        PlannedDose.objects.create(intervention=intervention, exercise=exercise, sets=2, reps=8, weekdays=[1]),
    ]  # fmt: skip


def _ended(cast: Cast) -> list[ClinicModel]:
    knee = Episode.objects.create(patient=cast.patient, complaint="Knee", started_on=DAY)
    ending = CareEnding.objects.create(episode=knee, ended_on=DAY, reason="enough", ended_by=cast.therapist)
    outcome = GoalOutcome.objects.create(ending=ending, measure="pain", operator="<=", target=2, outcome="unknown")
    Episode.objects.filter(pk=knee.pk).update(closed_on=DAY, end_reason="enough")
    return [ending, outcome]


def _signed(cast: Cast) -> list[ClinicModel]:
    """Of a complaint that is over: what is added to a session needs one that is signed."""
    foot = Episode.objects.create(patient=cast.patient, complaint="Foot", started_on=DAY)
    RedFlagScreen.objects.create(episode=foot, concern="clear", screened_on=DAY, screened_by=cast.therapist)
    visit = appointment_at(cast, NINE - timedelta(hours=2), status="completed")
    session = Session.objects.create(
        patient=cast.patient, episode=foot, appointment=visit, therapist=cast.therapist, note="Examined."
    )
    Session.objects.update(signed_at=NINE, signed_by=cast.therapist)
    added = Addendum.objects.create(session=session, text="Left, not right.", reason="Slip", written_by=cast.therapist)
    Episode.objects.filter(pk=foot.pk).update(closed_on=DAY, end_reason="enough")
    return [added]


def _treated(cast: Cast, episode: Episode, appointment: Appointment) -> list[ClinicModel]:
    session = Session.objects.create(
        patient=cast.patient, episode=episode, appointment=appointment, therapist=cast.therapist
    )
    screen = RedFlagScreen.objects.get(episode=episode)
    neck = Episode.objects.create(patient=cast.patient, complaint="Neck", started_on=DAY)
    bad = RedFlagScreen.objects.create(episode=neck, concern="emergency", screened_on=DAY, screened_by=cast.therapist)
    Episode.objects.filter(pk=neck.pk).update(closed_on=DAY, end_reason="referred")
    handed = {"screen": bad, "handed_by": cast.therapist, "how": "phone"}
    return [
        session,
        ScreenConfirmation.objects.create(
            screen=screen, appointment=appointment, confirmed_by=cast.therapist, confirmed_at=NINE
        ),
        HandOver.objects.create(handed_at=NINE, to_whom="Emergency department", patient_advised="Go now", **handed),
        LockOverride.objects.create(
            screen=bad, appointment=appointment, reason="Breathing only", clinician=cast.therapist,
            made_by=cast.colleague,
        ),
        NeedlingSite.objects.create(
            session=session, muscle="gluteus_medius", side="left", diameter_mm="0.30", length_mm=50,
            technique="static", needles_in=1, needles_out=1,
        ),
        Stimulation.objects.create(
            session=session, waveform="biphasic", frequency_hz=3, felt="motor", minutes=10
        ),
        ManualTreatment.objects.create(session=session, technique="massage", region="ankle", minutes=5),
        ContraindicationCheck.objects.create(
            appointment=session.appointment, asked=["stretch"], asked_by=session.therapist,
            answers={one.key: "no" for one in asked_for(["stretch"])},
        ),
        ConsentText.objects.create(
            kind="dry_needling", version=2, title="Our own words", made_by=session.therapist, sections=[]
        ),
        *_agreed(cast, session.appointment),
        QuickPhrase.objects.create(therapist=session.therapist, text="Keep moving."),
    ]  # fmt: skip


def _agreed(cast: Cast, appointment: Appointment) -> list[ClinicModel]:
    consent = Consent.objects.create(
        patient=cast.patient, kind="general_treatment", exact_text="I agree.", sha256=digest("I agree."), how="typed",
        signer="Pia North", place="tablet", taken_by=cast.therapist, signed_on=DAY, signed_at=NINE,
        expires_on=DAY + timedelta(days=365),
    )  # fmt: skip
    said = ConsentSaid.objects.create(consent=consent, appointment=appointment, heard_by=cast.therapist)
    return [consent, said]


def _home(cast: Cast, episode: Episode) -> list[ClinicModel]:
    pose = dict(catalogue.exercise("hip_hinge").pose)
    exercise = Exercise.objects.create(key="hip_hinge", name="Hip hinge", purpose="To bend well", pose=pose)
    programme = HomeProgramme.objects.create(
        patient=cast.patient, episode=episode, starts_on=DAY, ends_on=DAY + timedelta(weeks=6)
    )
    prescription = Prescription.objects.create(
        patient=cast.patient, programme=programme, exercise=exercise, sets=2, reps=8, weekdays=[1, 3, 5]
    )
    return [
        exercise, programme, prescription,
        ReminderSetting.objects.create(patient=cast.patient, local_time=time(17, 30)),
        ExerciseLog.objects.create(
            patient=cast.patient, prescription=prescription, client_id=uuid.uuid4(), due_on=DAY,
            done_at=datetime(2021, 3, 1, 18, tzinfo=UTC), sets_done=2, reps_done=8, pain=2, effort=4,
        ),
    ]  # fmt: skip
