from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"

    def ready(self) -> None:
        from django.db.models import Exists, OuterRef  # noqa: PLC0415

        from patients.queries.readers import READS_INBOX  # noqa: PLC0415  # models are not loaded before
        from portal.models import PatientLogin  # noqa: PLC0415

        READS_INBOX.append(Exists(PatientLogin.objects.filter(patient=OuterRef("pk"))))
