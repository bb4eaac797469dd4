"""Empty the demo clinics."""

from django.db import connection

from clinics.logins import as_owner
from clinics.models import Clinic, User


def empty() -> None:
    """Everything that belongs to a clinic or a person. As the owner: signed sessions and audit events outlast DELETE.

    Ids go on counting, so that a browser signed in before never is somebody else afterwards.
    """
    tables = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in (Clinic, User))
    with as_owner(connection), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {tables} CASCADE")
