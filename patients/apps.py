from django.apps import AppConfig


class PatientsConfig(AppConfig):
    name = "patients"

    def ready(self) -> None:
        from clinics.services.messages import WRITERS  # noqa: PLC0415  # models are not loaded before
        from patients.services import notices  # noqa: PLC0415

        WRITERS[notices.RULE] = notices.write
