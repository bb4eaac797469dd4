"""Who writes to a complaint's red flags, one after the other."""

from datetime import datetime

from django.db import connection
from django.utils import timezone


def take_turn(episode_id: int) -> datetime:
    """The time once nobody else writes a finding, a patient's answers or a screen there.

    A screen answers whatever is stamped before it. Without the turn it would also answer what was stamped before it
    and committed after it, which nobody who screened could see.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"red flags:{episode_id}"])
    return timezone.now()
