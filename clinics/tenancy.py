"""Wall 1 and the switch of wall 3: no query on clinic data runs outside an explicit scope.

A scope is a context variable (read when SQL is compiled, so every ORM query is filtered or raises) and a
transaction-local setting (read by the row-level security policies, so every other statement is filtered too).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar, Token
from dataclasses import dataclass
from typing import Any, NoReturn, Self, TypeVar, cast

from django.db import connection, models, transaction
from django.db.models.expressions import Expression, F
from psycopg.pq import TransactionStatus

from clinics.constraints import RowSecurity
from clinics.roles import PLATFORM


class OutOfScope(RuntimeError):  # noqa: N818  # reads as what happened
    """Clinic data was touched with no scope, or with another clinic's or patient's scope, active."""


@dataclass(frozen=True, slots=True)
class Scope:
    clinic_id: int
    patient_id: int | None = None  # set in the portal: one patient's own rows only
    time_zone: str = "UTC"  # the clinic's: how a request prints instants that belong to no location


@dataclass(frozen=True, slots=True)
class AllClinics:
    reason: str


_active: ContextVar[Scope | AllClinics | None] = ContextVar("clinic_scope", default=None)
_in_request: ContextVar[bool] = ContextVar("in_request", default=False)


def current_scope() -> Scope:
    """The one clinic in scope."""
    active = _current()
    if isinstance(active, AllClinics):
        raise OutOfScope("all clinics are in scope: name the clinic with clinic_scope(...)")
    return active


def _current() -> Scope | AllClinics:
    if (active := _active.get()) is None:
        raise OutOfScope("enter clinic_scope(...) first")
    return active


@contextmanager
def clinic_scope(clinic_id: int, *, patient_id: int | None = None) -> Iterator[Scope]:
    """Everything inside sees one clinic, and with patient_id one patient. Opens a transaction where none is open."""
    scope = Scope(clinic_id, patient_id)
    with _enter(scope):
        yield scope


@contextmanager
def all_clinics(reason: str) -> Iterator[None]:
    """Platform jobs only. Needs a login that may switch to the platform role, which the web's may not."""
    if not reason.strip():
        raise ValueError("all_clinics needs a reason")
    if _in_request.get():
        raise OutOfScope("a web request never sees all clinics")
    with _enter(AllClinics(reason)):
        _record(reason)
        yield


def _record(reason: str) -> None:
    with connection.cursor() as cursor:  # below the models, so plain SQL: clinics.models.PlatformAccess
        cursor.execute("INSERT INTO clinics_platformaccess (reason, at) VALUES (%s, now())", [reason])


def sign_in_for_transaction(user_id: int) -> None:
    """Lets policies show a person's own memberships and portal links before a clinic is known. Ends by itself."""
    _set_local({"app.user_id": str(user_id)})


def enter_for_transaction(scope: Scope) -> Token[Scope | AllClinics | None]:
    """For the middleware, whose transaction ends with the request: the settings end with it, unset by nobody."""
    _set_local(_settings_of(scope))
    return _active.set(scope)


def leave(token: Token[Scope | AllClinics | None]) -> None:
    _active.reset(token)


@contextmanager
def web_request() -> Iterator[None]:
    token = _in_request.set(True)
    try:
        yield
    finally:
        _in_request.reset(token)


@contextmanager
def _enter(active: Scope | AllClinics) -> Iterator[None]:
    outer = _active.get()
    with _local_settings(_settings_of(active), before=_settings_of(outer)):
        token = _active.set(active)
        try:
            yield
        finally:
            _active.reset(token)  # before the commit: on_commit callbacks run unscoped and fail loudly


def _settings_of(active: Scope | AllClinics | None) -> dict[str, str]:
    if isinstance(active, AllClinics):
        return {"role": PLATFORM, "app.clinic_id": "", "app.patient_id": ""}
    if active is None:
        return {"role": "none", "app.clinic_id": "", "app.patient_id": ""}
    return {
        "role": "none",
        "app.clinic_id": str(active.clinic_id),
        "app.patient_id": "" if active.patient_id is None else str(active.patient_id),
    }


@contextmanager
def _local_settings(values: Mapping[str, str], *, before: Mapping[str, str]) -> Iterator[None]:
    """Transaction-local settings. A released savepoint keeps them, so the values before are put back by hand."""
    owns_transaction = not connection.in_atomic_block
    with transaction.atomic() if owns_transaction else nullcontext():
        _set_local(values)
        try:
            yield
        finally:
            if not owns_transaction and not _is_being_rolled_back():
                _set_local(before)


def _set_local(values: Mapping[str, str]) -> None:
    calls = ", ".join(["set_config(%s, %s, true)"] * len(values))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {calls}", [part for pair in values.items() for part in pair])


def _is_being_rolled_back() -> bool:
    """True in a failed transaction. Its rollback, to before the scope was entered, undoes the settings itself."""
    raw: Any = connection.connection
    return connection.needs_rollback or raw is None or raw.info.transaction_status != TransactionStatus.INTRANS


class InScope(Expression):
    """WHERE condition that reads the active scope when the SQL is compiled, and raises without one."""

    conditional = True
    output_field = models.BooleanField()

    def __init__(self, label: str, rules: RowSecurity) -> None:
        super().__init__()
        self.label = label
        self.rules = rules
        self.sources: list[Any] = [F("clinic_id")]
        if rules.patient_column:
            self.sources.append(F(rules.patient_column))

    def get_source_expressions(self) -> list[Any]:
        return self.sources

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        self.sources = list(exprs)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[int, ...]]:
        active = _current()
        if isinstance(active, AllClinics):
            return "TRUE", ()
        values = [active.clinic_id]
        if active.patient_id is not None:
            if not self.rules.shown_in_portal:
                raise OutOfScope(f"{self.label} is not shown in the portal")
            values.append(active.patient_id)
        return self._equal(compiler, values)

    def _equal(self, compiler: Any, values: list[int]) -> tuple[str, tuple[int, ...]]:
        pairs = list(zip(self.sources, values, strict=False))  # a table without patient has one column for two values
        conditions = " AND ".join(f"{compiler.compile(source)[0]} = %s" for source, _ in pairs)
        return f"({conditions})", tuple(value for _, value in pairs)


M = TypeVar("M", bound=models.Model)


class ClinicQuerySet(models.QuerySet[M]):
    def in_scope(self) -> Self:
        return self.filter(InScope(self.model._meta.label, RowSecurity.of(self.model)))

    def bulk_create(self, objs: Iterable[M], *args: Any, **kwargs: Any) -> list[M]:
        objs = list(objs)
        for obj in objs:
            check_scope(obj)
        return super().bulk_create(objs, *args, **kwargs)

    def raw(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise OutOfScope("raw SQL cannot be scoped by the ORM")


class ClinicManager(models.Manager[M]):
    """With a queryset of your own: ClinicManager.from_queryset(YourClinicQuerySet)()."""

    _queryset_class: type[ClinicQuerySet[M]] = ClinicQuerySet

    def get_queryset(self) -> ClinicQuerySet[M]:
        return cast("ClinicQuerySet[M]", super().get_queryset()).in_scope()


def check_scope(obj: Any) -> None:
    """Fill in the clinic in scope; refuse a row of another clinic or, in the portal, of another patient."""
    active = _current()
    if isinstance(active, AllClinics):
        return
    if obj.clinic_id is None:
        obj.clinic_id = active.clinic_id
    if obj.clinic_id != active.clinic_id:
        raise OutOfScope(f"{obj._meta.label} belongs to another clinic")
    if active.patient_id is not None:
        _check_patient(obj, active.patient_id)


def _check_patient(obj: Any, patient_id: int) -> None:
    rules = RowSecurity.of(type(obj))
    if not rules.portal_writes or getattr(obj, rules.patient_column) != patient_id:
        raise OutOfScope(f"{obj._meta.label} is not this patient's to change")
