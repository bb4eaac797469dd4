"""A day of 12 therapists and 180 appointments."""

from datetime import date

from django.test import Client

from clinics.tenancy import clinic_scope
from patients.models import Appointment
from tests.bench import data
from tests.bench.database import Clinic
from tests.bench.measure import Figure, statements


def signed_in(clinic: Clinic) -> Client:
    client = Client()
    client.force_login(clinic.desk)
    client.get("/day/")  # settles the session's clinic
    return client


def split(found: list[str]) -> tuple[list[str], list[str]]:
    """What a request asked until its scope stood, and what its page asked then.

    Of the first part the transaction, the session and the person belong to the sign-in; all else is the scope's.
    """
    stands = next(place for place, sql in enumerate(found) if "set_config('role'" in sql) + 1
    sign_in = ("BEGIN", 'SELECT "django_session"', 'SELECT "clinics_user"')
    return (
        [sql for sql in found[:stands] if not sql.startswith(sign_in)],
        [sql for sql in found[stands:] if sql != "COMMIT"],
    )


PAGES = {"board": "/day/{}/", "calendar": "/calendar/{}/", "data": "/calendar/{}/data/"}


def figures(clinic: Clinic, size: data.Size) -> list[Figure]:
    client = signed_in(clinic)
    quiet, full = data.quiet_day(clinic.monday), data.full_day(clinic.monday)
    found = [Figure("day_view_appointments", _rows(clinic, full), "rows", ">=", 180)]
    for name, path in PAGES.items():
        few, many = (_asked(client, path.format(day)) for day in (quiet, full))
        found += [
            Figure(f"day_view_{name}_statements", many, "statements", "<=", 10),
            Figure(f"day_view_{name}_growth", many - few, "statements", "<=", 0),
        ]
    body = client.get(PAGES["data"].format(full)).content
    return [*found, Figure("day_view_json", round(len(body) / 1024, 1), "KB", "<=", 40)]


def _asked(client: Client, path: str) -> int:
    with statements() as found:
        answer = client.get(path)
    assert answer.status_code == 200, path
    return len(split(found)[1])


def _rows(clinic: Clinic, day: date) -> int:
    with clinic_scope(clinic.pk):
        found: int = Appointment.objects.filter(starts_at__date=day).count()
        return found
