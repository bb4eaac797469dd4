from patients.models.appointment import HERE, LIVE, NEXT, Appointment, Status
from patients.models.measure import Score
from patients.models.patient import Patient, Sex

__all__ = ["HERE", "LIVE", "NEXT", "Appointment", "Patient", "Score", "Sex", "Status"]
