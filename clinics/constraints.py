"""Walls 2 and 3 as constraints in Meta: makemigrations writes them, so a reviewer sees every change to them."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError
from django.db.backends.ddl_references import Statement, Table
from django.db.models import BaseConstraint, CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from clinics.roles import OWNER, PLATFORM, RUNTIME
from clinics.timekeeping import FIRST_DAY, LAST_DAY

FIRST_TO_HAVE_A_DAY = "Pacific/Kiritimati"  # a day that has not begun here has begun nowhere
LAST_TO_HAVE_A_DAY = "Etc/GMT+12"  # a day that is over here is over everywhere
PER_MODEL = "%(app_label)s_%(class)s"  # filled in by Django for each model


class SchemaRule(BaseConstraint):
    """A constraint that is DDL of its own after CREATE TABLE, and has nothing to check in Python."""

    def statement(self, model: Any, schema_editor: Any) -> Statement:
        raise NotImplementedError

    def constraint_sql(self, model: Any, schema_editor: Any) -> str:
        """Inside CREATE TABLE: nothing; the statement runs at the end of the migration, when its targets exist."""
        schema_editor.deferred_sql.append(self.statement(model, schema_editor))
        return ""

    def create_sql(self, model: Any, schema_editor: Any) -> str:
        # Deferred here too: operations of one migration are not ordered by what a composite key needs.
        # Not None: for a table with a db_default Django itself appends the returned value to deferred_sql.
        return self.constraint_sql(model, schema_editor)

    def validate(self, model: Any, instance: Any, exclude: Any = None, using: str = "default") -> None:
        return None

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.deconstruct() == other.deconstruct()

    def __hash__(self) -> int:
        return hash(self.name)


class SameClinic(SchemaRule):
    """A real composite foreign key: (clinic_id, field) -> target (clinic_id, target_column).

    A plain foreign key accepts another clinic's row, since referential checks bypass row-level security.
    `to` is for a field whose own target has no clinic: a therapist is a user, who must be a member of the clinic.
    `patient=True` adds the patient to the key, so a session cannot hang on another patient's episode; the target
    needs `patient_key()`.
    """

    def __init__(
        self, field: str, *, name: str = "", to: str = "", to_column: str = "id", patient: bool = False
    ) -> None:
        self.field, self.to, self.to_column, self.patient = field, to, to_column, patient
        super().__init__(name=name or f"{PER_MODEL}_{field}_same_clinic")

    def statement(self, model: Any, schema_editor: Any) -> Statement:
        key = model._meta.get_field(self.field)
        target = model._meta.apps.get_model(self.to) if self.to else key.related_model
        quote = schema_editor.quote_name
        return Statement(
            "ALTER TABLE %(table)s ADD CONSTRAINT %(name)s FOREIGN KEY (clinic_id, %(column)s%(patient)s) "
            "REFERENCES %(target)s (clinic_id, %(to_column)s%(patient)s) DEFERRABLE INITIALLY IMMEDIATE",
            table=Table(model._meta.db_table, quote),
            name=quote(self.name),
            column=quote(key.column),
            target=Table(target._meta.db_table, quote),
            to_column=quote(self.to_column),
            patient=", patient_id" if self.patient else "",
        )

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        quote = schema_editor.quote_name
        return f"ALTER TABLE {quote(model._meta.db_table)} DROP CONSTRAINT {quote(self.name)}"

    def deconstruct(self) -> Any:
        path, _, kwargs = super().deconstruct()
        if self.to:
            kwargs.update(to=self.to, to_column=self.to_column)
        if self.patient:
            kwargs["patient"] = True
        return path, (self.field,), kwargs


class RowSecurity(SchemaRule):
    """Row-level security of one clinic table.

    patient_column: the portal sees its own patient's rows only, and with portal_writes it may change them too; with
    portal_when, SQL about the row, only those for which that holds.
    portal_reads: no patient in the table, and the portal may read it (services, rooms).
    Neither: the portal does not see the table. user_column: people see their own rows before a clinic is known.
    """

    def __init__(
        self,
        *,
        name: str = "",
        patient_column: str = "",
        portal_writes: bool = False,
        portal_when: str = "",
        portal_reads: bool = False,
        user_column: str = "",
    ) -> None:
        self.patient_column, self.portal_writes, self.portal_when = patient_column, portal_writes, portal_when
        self.portal_reads, self.user_column = portal_reads, user_column
        super().__init__(name=name or f"{PER_MODEL}_row_security")

    @classmethod
    def of(cls, model: Any) -> "RowSecurity":
        for constraint in model._meta.constraints:
            if isinstance(constraint, cls):
                return constraint
        raise ImproperlyConfigured(f"{model._meta.label}: Meta.constraints lacks *clinic_rules()")

    @property
    def shown_in_portal(self) -> bool:
        return bool(self.patient_column) or self.portal_reads

    def policies(self) -> dict[str, str]:
        """Policy name -> what follows CREATE POLICY name ON table."""
        runtime = ", ".join(RUNTIME)
        found = {
            "clinic": f"TO {runtime} USING (clinic_id = {_setting('app.clinic_id')})",
            "platform": f"TO {PLATFORM} USING (true)",
            "owner": f"TO {OWNER} USING (true)",  # FORCE binds the owner: data migrations would see no rows
        }
        if self.user_column:
            found["login"] = f"FOR SELECT TO {runtime} USING ({self.user_column} = {_setting('app.user_id')})"
        return {**found, **self._portal_policies(runtime)}

    def _portal_policies(self, runtime: str) -> dict[str, str]:
        patient = _setting("app.patient_id")
        # Inside the sub-select: of `(SELECT ...) IS NULL` the planner believes that it holds for one row in 200, and
        # then reads a day of a million appointments patient by patient.
        no_patient = "(SELECT nullif(current_setting('app.patient_id', true), '') IS NULL)"
        mine = f"{self.patient_column} = {patient}" + (f" AND {self.portal_when}" if self.portal_when else "")
        own = f"{no_patient} OR {mine}" if self.patient_column else no_patient
        if self.portal_writes or not self.shown_in_portal:
            return {"portal": f"AS RESTRICTIVE TO {runtime} USING ({own})"}
        found = {
            "portal_insert": f"AS RESTRICTIVE FOR INSERT TO {runtime} WITH CHECK ({no_patient})",
            "portal_update": f"AS RESTRICTIVE FOR UPDATE TO {runtime} USING ({no_patient})",
            "portal_delete": f"AS RESTRICTIVE FOR DELETE TO {runtime} USING ({no_patient})",
        }
        if self.patient_column:
            found["portal_select"] = f"AS RESTRICTIVE FOR SELECT TO {runtime} USING ({own})"
        return found

    def statement(self, model: Any, schema_editor: Any) -> Statement:
        lines = [
            "ALTER TABLE %(table)s ENABLE ROW LEVEL SECURITY",
            "ALTER TABLE %(table)s FORCE ROW LEVEL SECURITY",
        ]
        lines += [f"CREATE POLICY {name} ON %(table)s {rule}" for name, rule in self.policies().items()]
        return self._script(lines, model, schema_editor)

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        lines = [f"DROP POLICY {name} ON %(table)s" for name in self.policies()]
        lines += [
            "ALTER TABLE %(table)s NO FORCE ROW LEVEL SECURITY",
            "ALTER TABLE %(table)s DISABLE ROW LEVEL SECURITY",
        ]
        return str(self._script(lines, model, schema_editor))

    def _script(self, lines: list[str], model: Any, schema_editor: Any) -> Statement:
        return Statement(";\n".join(lines), table=Table(model._meta.db_table, schema_editor.quote_name))

    def deconstruct(self) -> Any:
        path, args, kwargs = super().deconstruct()
        options = {
            "patient_column": self.patient_column,
            "portal_writes": self.portal_writes,
            "portal_when": self.portal_when,
            "portal_reads": self.portal_reads,
            "user_column": self.user_column,
        }
        kwargs.update({name: value for name, value in options.items() if value})
        return path, args, kwargs


class AppendOnly(SchemaRule):
    """Rows are added, never changed: no privilege for the runtime roles, and a trigger that stops the owner too."""

    def __init__(self, *, name: str = "") -> None:
        super().__init__(name=name or f"{PER_MODEL}_append_only")

    def statement(self, model: Any, schema_editor: Any) -> Statement:
        roles = ", ".join((*RUNTIME, PLATFORM))
        function = (
            "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$BEGIN RAISE EXCEPTION 'rows of this table are never changed' USING ERRCODE = '42501'; END$$"
        )
        trigger = "BEFORE UPDATE OR DELETE ON %(table)s FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        lines = [
            function,
            f"REVOKE UPDATE, DELETE ON %(table)s FROM {roles}",
            f"CREATE TRIGGER append_only {trigger}",
        ]
        return Statement(";\n".join(lines), table=Table(model._meta.db_table, schema_editor.quote_name))

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        table = schema_editor.quote_name(model._meta.db_table)
        roles = ", ".join((*RUNTIME, PLATFORM))
        return f"DROP TRIGGER append_only ON {table};\nGRANT UPDATE, DELETE ON {table} TO {roles}"


class Trigger(SchemaRule):
    """A rule of one row that a CHECK cannot say, since it looks at another table or at the row before.

    `body` is PL/pgSQL between BEGIN and END. It refuses with `refuse(name, text)`, which raises 23514 under the
    rule's name; services translate that name into words. It runs as the caller, inside the same walls.
    """

    def __init__(self, *, name: str, when: str, body: str, on: str = "") -> None:
        """`on`: a model of a lower app whose rows it watches instead, such as "clinics.Membership"."""
        self.when, self.body, self.on = when, body, on
        super().__init__(name=name)

    def statement(self, model: Any, schema_editor: Any) -> Statement:
        return Statement(
            "CREATE FUNCTION %(function)s() RETURNS trigger LANGUAGE plpgsql AS $rule$BEGIN\n%(body)s\nEND$rule$;\n"
            "CREATE TRIGGER %(name)s %(when)s ON %(table)s FOR EACH ROW EXECUTE FUNCTION %(function)s()",
            table=Table(self._watched(model)._meta.db_table, schema_editor.quote_name),
            function=f"{self.name}_rule",
            name=self.name,
            when=self.when,
            body=self.body.strip(),
        )

    def _watched(self, model: Any) -> Any:
        return model._meta.apps.get_model(self.on) if self.on else model

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        table = schema_editor.quote_name(self._watched(model)._meta.db_table)
        return f"DROP TRIGGER {self.name} ON {table};\nDROP FUNCTION {self.name}_rule()"

    def deconstruct(self) -> Any:
        path, args, kwargs = super().deconstruct()
        on = {"on": self.on} if self.on else {}
        return path, args, {**kwargs, **on, "when": self.when, "body": self.body}


class LateTrigger(Trigger):
    """Looks once the transaction is whole, as a constraint trigger: `when` is AFTER something.

    The scope has been left by then, so it runs with its owner's rights: `body` may look only at what belongs to the
    row, by its id.
    """

    def statement(self, model: Any, schema_editor: Any) -> Statement:
        return Statement(
            "CREATE FUNCTION %(function)s() RETURNS trigger LANGUAGE plpgsql"
            " SECURITY DEFINER SET search_path = pg_catalog, public AS $rule$BEGIN\n%(body)s\nEND$rule$;\n"
            "REVOKE ALL ON FUNCTION %(function)s() FROM PUBLIC;\n"
            "CREATE CONSTRAINT TRIGGER %(name)s %(when)s ON %(table)s DEFERRABLE INITIALLY DEFERRED"
            " FOR EACH ROW EXECUTE FUNCTION %(function)s()",
            table=Table(self._watched(model)._meta.db_table, schema_editor.quote_name),
            function=f"{self.name}_rule",
            name=self.name,
            when=self.when,
            body=self.body.strip(),
        )


def broken_rule(error: IntegrityError) -> str:
    """The name of the constraint or trigger that refused the row; "" where the database names none."""
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""


def refuse(name: str, text: str) -> str:
    """PL/pgSQL that refuses the row as if a CHECK constraint of this name had."""
    return f"RAISE EXCEPTION '{text}' USING ERRCODE = 'check_violation', CONSTRAINT = '{name}';"


def one_of(field: str, values: Iterable[Any]) -> CheckConstraint:
    """Code branches on these values, so no other one is stored, whoever writes."""
    return CheckConstraint(condition=Q(**{f"{field}__in": list(values)}), name=f"{PER_MODEL}_{field}")


def known_days(*fields: str) -> CheckConstraint:
    """One can reckon with these days: weeks after them and zones around them are in the calendar too."""
    within = Q(**{f"{field}__range": (FIRST_DAY, LAST_DAY) for field in fields})
    return CheckConstraint(
        condition=within,
        name=f"{PER_MODEL}_known_days",
        violation_error_message=_("A day between 1900 and 2199, please."),
    )


def known_instant(field: str, first: date, last: date) -> CheckConstraint:
    """The same of an instant: its day is one of these, whatever the zone."""
    day = timedelta(days=1)
    start, end = (datetime.combine(one, time.min, UTC) for one in (first + day, last))
    return CheckConstraint(
        condition=Q(**{f"{field}__gte": start, f"{field}__lt": end}),
        name=f"{PER_MODEL}_known_days",
        violation_error_message=_("That day is out of reach."),
    )


def _setting(name: str) -> str:
    # A sub-select runs once a statement, not once a row. nullif: after a commit the setting reads '', not NULL.
    return f"(SELECT nullif(current_setting('{name}', true), '')::bigint)"


def clinic_rules(
    *,
    patient_column: str = "",
    portal_writes: bool = False,
    portal_when: str = "",
    portal_reads: bool = False,
    user_column: str = "",
) -> list[BaseConstraint]:
    """What every ClinicModel has in Meta.constraints: row-level security, and the key composite foreign keys need."""
    return [
        RowSecurity(
            patient_column=patient_column,
            portal_writes=portal_writes,
            portal_when=portal_when,
            portal_reads=portal_reads,
            user_column=user_column,
        ),
        UniqueConstraint(fields=["clinic", "id"], name=f"{PER_MODEL}_clinic_id"),
    ]


def patient_key() -> BaseConstraint:
    """What a table needs so that `SameClinic(..., patient=True)` can point at it."""
    return UniqueConstraint(fields=["clinic", "id", "patient"], name=f"{PER_MODEL}_patient_key")
