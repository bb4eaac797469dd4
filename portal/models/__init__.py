from portal.models.login import PatientLogin

__all__ = ["PatientLogin"]
