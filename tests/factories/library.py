"""The library's factors as the clinic in scope has them, without its tests and exercises."""

from dataclasses import asdict

from programs import catalogue
from programs.models import FactorKind


def factor_kinds() -> None:
    kinds = (FactorKind(**asdict(one), content_version="0.1.0") for one in catalogue.factors())
    FactorKind.objects.bulk_create(kinds, ignore_conflicts=True)
