from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinics.constraints import SameClinic, clinic_rules
from clinics.models import ClinicModel
from patients.models import Patient


class PatientLogin(ClinicModel):
    """The link between a login and a patient. A person treated in two clinics has two links and one login.

    Who is not in care any more keeps reading visits and messages; reminders and the home programme end, and staff may
    end the access.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="+", verbose_name=_("patient"))
    # As the clinic typed it. Whose account that is, and which address it has by now, is not the clinic's to see.
    email = models.EmailField(_("invited at"), editable=False)
    invited_at = models.DateTimeField(_("invited"), default=timezone.now, editable=False)

    own = models.Manager()  # see Membership.own

    class Meta(ClinicModel.Meta):
        verbose_name = _("portal login")
        verbose_name_plural = _("portal logins")
        default_manager_name = "objects"
        constraints = [
            *clinic_rules(patient_column="patient_id", user_column="user_id"),
            SameClinic("patient"),
            models.UniqueConstraint(fields=["user", "patient"], name="portal_patientlogin_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} -> {self.patient_id}"
