from programs.models.assessment import (
    MOST_TRIALS,
    Assessment,
    AssessmentDraft,
    Decision,
    Factor,
    NotTested,
    Result,
    ResultSide,
    Suggestion,
)
from programs.models.episode import SCREEN_DAYS, Concern, Episode, RedFlagScreen, Side
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
from programs.models.library import FactorKind, LibraryCopy, Test, TestKind
from programs.models.pain import BodyFigure, PainKind, PainMap, PainMark, PainSide, PainSource
from programs.models.plan import Answer, CarePlan, Goal, Intervention, InterventionKind
from programs.models.questionnaire import Questionnaire, Response
from programs.models.raised import RaisedFlag
from programs.models.score import Score
from programs.models.session import ManualTreatment, NeedlingSite, NeedlingTechnique, Session

__all__ = [
    "MOST_REPS",
    "MOST_SETS",
    "MOST_TRIALS",
    "SCREEN_DAYS",
    "Answer",
    "Assessment",
    "AssessmentDraft",
    "BodyFigure",
    "CarePlan",
    "Completion",
    "Concern",
    "Decision",
    "Episode",
    "Exercise",
    "ExerciseLog",
    "Factor",
    "FactorKind",
    "Goal",
    "HomeProgramme",
    "Intervention",
    "InterventionKind",
    "LibraryCopy",
    "ManualTreatment",
    "NeedlingSite",
    "NeedlingTechnique",
    "NotTested",
    "PainKind",
    "PainMap",
    "PainMark",
    "PainSide",
    "PainSource",
    "Prescription",
    "Questionnaire",
    "RaisedFlag",
    "RedFlagScreen",
    "ReminderSetting",
    "Response",
    "Result",
    "ResultSide",
    "Score",
    "Session",
    "Side",
    "Suggestion",
    "Test",
    "TestKind",
]
