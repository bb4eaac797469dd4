"""What must be true before the product runs. `manage.py check`, migrate and the tests refuse otherwise; so does a
production process at boot (config/boot.py)."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections
from django.db.models import ForeignKey, Model

from clinics.constraints import RowSecurity, SameClinic
from clinics.models import ClinicModel
from clinics.roles import OWNER
from clinics.tenancy import ClinicManager


def clinic_models() -> list[type[ClinicModel]]:
    return [m for m in apps.get_models() if issubclass(m, ClinicModel) and not m._meta.proxy]


@register
def every_clinic_model_has_its_walls(**kwargs: Any) -> list[CheckMessage]:
    return [Error(text, obj=model, id="clinics.E001") for model in clinic_models() for text in _missing(model)]


def _missing(model: type[ClinicModel]) -> Iterator[str]:
    rules = model._meta.constraints
    if not any(isinstance(rule, RowSecurity) for rule in rules):
        yield "Meta.constraints lacks *clinic_rules()"
    if not isinstance(model._default_manager, ClinicManager) or not isinstance(model._base_manager, ClinicManager):
        yield "the default and the base manager must be a ClinicManager (Meta(ClinicModel.Meta))"
    kept = {rule.field for rule in rules if isinstance(rule, SameClinic)}
    for name in sorted(_clinic_keys(model) - kept):
        yield f"Meta.constraints lacks SameClinic({name!r})"
    for field in model._meta.local_many_to_many:
        if field.remote_field.through._meta.auto_created:  # type: ignore[union-attr]  # a many-to-many field has both
            yield f"{field.name} needs a through model with a clinic"


def _clinic_keys(model: type[Model]) -> set[str]:
    keys = (field for field in model._meta.local_fields if isinstance(field, ForeignKey))
    return {field.name for field in keys if issubclass(field.related_model, ClinicModel)}


@register
def production_has_no_open_doors(**kwargs: Any) -> list[CheckMessage]:
    if not settings.PRODUCTION:
        return []
    open_doors = {"DEBUG": settings.DEBUG, "PLUMBLINE_DEMO": settings.DEMO}
    return [
        Error(f"{name} is on in production. Unset it.", id="clinics.E002")
        for name, is_on in open_doors.items()
        if is_on
    ]


@register(Tags.database)
def the_runtime_login_is_bound_by_the_walls(
    databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    return [
        Error(f"the database login “{role}” may pass row-level security; use plumbline_web", id="clinics.E003")
        for alias in databases or []
        for role in unbound(alias)
    ]


# A role and everything it may become. The owner's policy shows it every row: migrations need that.
UNBOUND = """
SELECT login.rolname FROM pg_roles AS login WHERE login.rolname = coalesce(%s, session_user) AND EXISTS (
    SELECT FROM pg_roles AS power WHERE pg_has_role(login.oid, power.oid, 'MEMBER') AND (
        power.rolsuper OR power.rolbypassrls OR power.rolname = %s
        OR power.oid IN (SELECT relowner FROM pg_class WHERE relname = ANY(%s) AND pg_table_is_visible(oid))
    )
)
"""


def unbound(alias: str, login: str | None = None) -> list[str]:
    """The login, by default the connection's own, where it is or may become somebody whom the walls do not hold."""
    tables = [model._meta.db_table for model in apps.get_models()]
    with connections[alias].cursor() as cursor:
        cursor.execute(UNBOUND, [login, OWNER, tables])
        return [row[0] for row in cursor.fetchall()]
