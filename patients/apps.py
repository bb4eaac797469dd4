from django.apps import AppConfig


class PatientsConfig(AppConfig):
    name = "patients"

    def ready(self) -> None:
        from clinics.services.messages import STILL_WANTED, WRITERS  # noqa: PLC0415  # models are not loaded before
        from patients.services import notices, offer_letters, visit_reminders  # noqa: PLC0415

        WRITERS[notices.RULE] = notices.write
        WRITERS[visit_reminders.RULE] = visit_reminders.write
        STILL_WANTED[offer_letters.RULE] = offer_letters.still_open
