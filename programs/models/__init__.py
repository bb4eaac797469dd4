from programs.models.addendum import Addendum, QuickPhrase
from programs.models.alert import Alert, AlertKind
from programs.models.assessment import (
    MOST_TRIALS,
    Assessment,
    AssessmentDraft,
    NotTested,
    Result,
    ResultSide,
)
from programs.models.check import OLDEST, PatientCheck
from programs.models.consent import Consent, ConsentKind, ConsentSaid, ConsentText, GivenBy, Place, Signature
from programs.models.contraindication import SPARED, ContraindicationCheck
from programs.models.emergency import HandedOver, HandOver, LockOverride
from programs.models.ending import CareEnding, GoalOutcome
from programs.models.episode import EndReason, Episode, Side
from programs.models.factor import Decision, Factor, FactorDecision, Suggestion
from programs.models.home import (
    MOST_REPS,
    MOST_SETS,
    Completion,
    Exercise,
    ExerciseLog,
    HomeProgramme,
    Prescription,
    ReminderSetting,
)
from programs.models.library import FactorKind, LibraryCopy, Protocol, Test, TestKind
from programs.models.manual import ManualTreatment
from programs.models.needling import Depth, Felt, NeedlingSite, NeedlingTechnique, Stimulation, Twitch, Waveform
from programs.models.pain import BodyFigure, PainKind, PainMap, PainMark, PainSide, PainSource
from programs.models.plan import MOST_VISITS, MOST_WEEKS, CarePlan
from programs.models.plan_parts import Answer, Goal, Intervention, InterventionKind, PlannedDose
from programs.models.questionnaire import Questionnaire, Response
from programs.models.raised import RaisedFlag
from programs.models.score import Score
from programs.models.screen import (
    SCREEN_DAYS,
    AdviceFormat,
    Concern,
    RedFlagScreen,
    SafetyNetAdvice,
    ScreenConfirmation,
)
from programs.models.session import Aftercare, Position, Session, SkinPrep
from programs.models.signing_rules import HELD_TECHNIQUES

__all__ = [
    "HELD_TECHNIQUES",
    "MOST_REPS",
    "MOST_SETS",
    "MOST_TRIALS",
    "MOST_VISITS",
    "MOST_WEEKS",
    "OLDEST",
    "SCREEN_DAYS",
    "SPARED",
    "Addendum",
    "AdviceFormat",
    "Aftercare",
    "Alert",
    "AlertKind",
    "Answer",
    "Assessment",
    "AssessmentDraft",
    "BodyFigure",
    "CareEnding",
    "CarePlan",
    "Completion",
    "Concern",
    "Consent",
    "ConsentKind",
    "ConsentSaid",
    "ConsentText",
    "ContraindicationCheck",
    "Decision",
    "Depth",
    "EndReason",
    "Episode",
    "Exercise",
    "ExerciseLog",
    "Factor",
    "FactorDecision",
    "FactorKind",
    "Felt",
    "GivenBy",
    "Goal",
    "GoalOutcome",
    "HandOver",
    "HandedOver",
    "HomeProgramme",
    "Intervention",
    "InterventionKind",
    "LibraryCopy",
    "LockOverride",
    "ManualTreatment",
    "NeedlingSite",
    "NeedlingTechnique",
    "NotTested",
    "PainKind",
    "PainMap",
    "PainMark",
    "PainSide",
    "PainSource",
    "PatientCheck",
    "Place",
    "PlannedDose",
    "Position",
    "Prescription",
    "Protocol",
    "Questionnaire",
    "QuickPhrase",
    "RaisedFlag",
    "RedFlagScreen",
    "ReminderSetting",
    "Response",
    "Result",
    "ResultSide",
    "SafetyNetAdvice",
    "Score",
    "ScreenConfirmation",
    "Session",
    "Side",
    "Signature",
    "SkinPrep",
    "Stimulation",
    "Suggestion",
    "Test",
    "TestKind",
    "Twitch",
    "Waveform",
]
