"""Rules of one column that several models have."""

from collections.abc import Iterable
from typing import Any

from django.db.models import CheckConstraint, Q

from clinics.constraints import PER_MODEL


def one_of(field: str, values: Iterable[Any]) -> CheckConstraint:
    """Code branches on these values, so no other one is stored, whoever writes."""
    return CheckConstraint(condition=Q(**{f"{field}__in": list(values)}), name=f"{PER_MODEL}_{field}")
