"""Whether a patient's exercises rest, as far as patients may know: what clinicians noted stays with them."""

from django.db.models import F, Func, TextField

from patients.models import Patient


def exercises_rest(patient_id: int) -> str:
    """How urgent the cause is: emergency, concern_high, or nothing. One statement."""
    word = Func(F("pk"), function="exercises_rest", output_field=TextField())
    found: str = Patient.objects.filter(pk=patient_id).values_list(word, flat=True).get()
    return found
