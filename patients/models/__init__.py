from patients.models.appointment import LIVE, NEXT, Appointment, Status
from patients.models.measure import Score
from patients.models.patient import Patient, Sex

__all__ = ["LIVE", "NEXT", "Appointment", "Patient", "Score", "Sex", "Status"]
