"""SameClinic and RowSecurity through the migration machinery: added later, changed, removed, undone."""

from typing import Any

import pytest
from django.db import connection, migrations, models
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.state import ModelState, ProjectState
from django.db.migrations.writer import MigrationWriter

from clinics.checks import every_clinic_model_has_its_walls
from clinics.constraints import RowSecurity, SameClinic
from clinics.logins import as_owner
from programs.models import PainMark

pytestmark = pytest.mark.django_db(transaction=True)

PK = ("id", models.BigAutoField(primary_key=True))
CLINIC = ("clinic_id", models.BigIntegerField())


def parent(*constraints: models.BaseConstraint) -> ModelState:
    return ModelState("probe", "Parent", [PK, CLINIC], {"constraints": list(constraints)})


def child(*constraints: models.BaseConstraint) -> ModelState:
    key = models.ForeignKey("probe.Parent", on_delete=models.CASCADE)
    note = models.CharField(max_length=9, db_default="x")  # makes Django take another path through create_model
    return ModelState(
        "probe",
        "Child",
        [PK, CLINIC, ("parent", key), ("note", note)],
        {"constraints": list(constraints)},
    )


def unique() -> models.UniqueConstraint:
    return models.UniqueConstraint(fields=["clinic_id", "id"], name="probe_parent_clinic_id")


def same() -> SameClinic:
    return SameClinic("parent", name="probe_child_parent_same_clinic")


def rls(**options: object) -> RowSecurity:
    return RowSecurity(name="probe_child_row_security", **options)  # type: ignore[arg-type]  # ours


def state(*models_: ModelState) -> ProjectState:
    project = ProjectState()
    for model in models_:
        project.add_model(model)
    return project


def detect(before: ProjectState, after: ProjectState) -> list[migrations.operations.base.Operation]:
    # Cloned: the autodetector empties the states. Private: changes() would ask whether to begin an app.
    detector: Any = MigrationAutodetector(before.clone(), after.clone())
    changes = detector._detect_changes()
    return [operation for one in changes.get("probe", []) for operation in one.operations]


def apply(
    before: ProjectState, operations: list[migrations.operations.base.Operation], *, undo: bool = False
) -> ProjectState:
    migration: Any = migrations.Migration("m", "probe")
    migration.operations, migration.atomic = operations, True
    with as_owner(connection), connection.schema_editor(atomic=True) as editor:
        after: ProjectState = (migration.unapply if undo else migration.apply)(before.clone(), editor)
        return after


def catalog() -> set[str]:
    query = """
        SELECT conname FROM pg_constraint WHERE conrelid = to_regclass('probe_child') AND conname LIKE '%%same_clinic'
        UNION SELECT 'policy ' || policyname FROM pg_policies WHERE tablename = 'probe_child'
        UNION SELECT 'forced' FROM pg_class WHERE oid = to_regclass('probe_child') AND relforcerowsecurity
    """
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {row[0] for row in cursor.fetchall()}


WALLS = {
    "probe_child_parent_same_clinic",
    "policy clinic",
    "policy platform",
    "policy owner",
    "policy portal",
    "forced",
}
EMPTY = ProjectState()


def test_created_with_the_table_and_undone() -> None:
    after = state(parent(unique()), child(rls(), same()))
    operations = detect(EMPTY, after)
    apply(EMPTY, operations)
    assert catalog() == WALLS
    apply(EMPTY, operations, undo=True)
    assert catalog() == set()


def test_added_to_existing_tables_changed_and_removed() -> None:
    bare, walled = state(parent(), child()), state(parent(unique()), child(rls(), same()))
    read = state(parent(unique()), child(rls(portal_reads=True), same()))
    create = detect(EMPTY, bare)
    apply(EMPTY, create)
    apply(bare, detect(bare, walled))  # Child sorts before Parent, so the key is added before the unique it needs
    assert catalog() == WALLS
    apply(walled, detect(walled, read))
    assert catalog() >= {"policy portal_insert"}
    assert "policy portal" not in catalog()
    apply(read, detect(read, bare))
    assert catalog() == set()
    apply(EMPTY, create, undo=True)


def test_nothing_is_detected_twice_and_the_writer_can_write_it() -> None:
    same_state = [state(parent(unique()), child(rls(patient_column="parent_id"), same())) for _ in range(2)]
    assert detect(*same_state) == []
    migration: Any = migrations.Migration("0001_initial", "probe")
    migration.operations = detect(EMPTY, same_state[0])
    text = MigrationWriter(migration).as_string()
    assert "clinics.constraints.SameClinic('parent', name='probe_child_parent_same_clinic')" in text
    assert "patient_column='parent_id'" in text


def test_the_system_check_names_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert every_clinic_model_has_its_walls() == []
    monkeypatch.setattr(PainMark._meta, "constraints", [])
    assert {error.msg for error in every_clinic_model_has_its_walls()} == {
        "Meta.constraints lacks *clinic_rules()",
        "Meta.constraints lacks SameClinic('map')",
        "Meta.constraints lacks SameClinic('patient')",
    }
