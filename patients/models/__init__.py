from patients.models.appointment import Appointment
from patients.models.cancellation import Cancellation, CancelReason, Exemption
from patients.models.feed import CalendarFeed
from patients.models.flag import Allergen, FlagKind, PatientFlag
from patients.models.patient import Patient, Sex
from patients.models.series import Series
from patients.models.status import HERE, KEPT, LIVE, NEXT, OCCUPYING, Status
from patients.models.waiting_list import FreedTime, Offer, OfferState, WaitlistEntry, WaitStatus

__all__ = [
    "HERE",
    "KEPT",
    "LIVE",
    "NEXT",
    "OCCUPYING",
    "Allergen",
    "Appointment",
    "CalendarFeed",
    "CancelReason",
    "Cancellation",
    "Exemption",
    "FlagKind",
    "FreedTime",
    "Offer",
    "OfferState",
    "Patient",
    "PatientFlag",
    "Series",
    "Sex",
    "Status",
    "WaitStatus",
    "WaitlistEntry",
]
