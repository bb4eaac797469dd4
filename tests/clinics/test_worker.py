"""all_clinics as the worker's login, which is the only one that may switch to the platform role."""

from collections.abc import Iterator

import pytest
from celery import Celery
from django.db import ProgrammingError

from clinics.models import PlatformAccess
from clinics.roles import PLATFORM, WORKER
from clinics.tasks import ClinicTask
from clinics.tenancy import OutOfScope, all_clinics, clinic_scope, current_scope
from patients.models import Patient
from tests.database import sql
from tests.factories import Cast, make_cast
from tests.factories.worker import as_worker

app = Celery("probe", set_as_current=False)
app.conf.update(task_always_eager=True, task_eager_propagates=True)
seen: list[set[str]] = []


@app.task(base=ClinicTask)
def collect(*, clinic_id: int) -> None:
    assert current_scope().clinic_id == clinic_id
    seen.append(set(Patient.objects.values_list("given_name", flat=True)))


@pytest.fixture(autouse=True)
def _nothing_seen() -> None:
    seen.clear()


@pytest.fixture
def worker(transactional_db: None) -> Iterator[None]:
    with as_worker():
        yield


def current_role() -> str:
    return str(sql("SELECT current_user")[0][0])


def test_the_worker_sees_all_clinics_inside_only(worker: None) -> None:
    north, south = make_cast("north", zone="Europe/Dublin"), make_cast("south", zone="America/New_York")
    with all_clinics("reminder sweep"):
        assert current_role() == PLATFORM
        assert Patient.objects.count() == 4
        with pytest.raises(OutOfScope):
            current_scope()
        with clinic_scope(south.clinic.pk):  # a job that works through the clinics one by one
            assert current_role() == WORKER
            assert Patient.objects.count() == 2
        assert Patient.objects.count() == 4
    assert current_role() == WORKER
    with clinic_scope(north.clinic.pk):
        assert Patient.objects.count() == 2


def test_each_time_leaves_a_record_with_its_reason(worker: None) -> None:
    for reason in ("reminder sweep", "dispatch"):
        with all_clinics(reason):
            pass
    assert list(PlatformAccess.objects.order_by("pk").values_list("reason", flat=True)) == [
        "reminder sweep",
        "dispatch",
    ]
    with pytest.raises(ProgrammingError, match="permission denied"):
        PlatformAccess.objects.all().delete()


def test_outside_a_transaction_the_role_ends_with_the_commit(worker: None) -> None:
    with pytest.raises(ZeroDivisionError), all_clinics("sweep"):
        raise ZeroDivisionError
    assert current_role() == WORKER


@pytest.mark.django_db(transaction=True)
def test_the_web_login_may_not() -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), all_clinics("sweep"):
        pass
    with as_worker():
        assert not PlatformAccess.objects.exists()


def test_a_task_runs_in_its_clinic(north: Cast, south: Cast) -> None:
    collect.delay(clinic_id=south.clinic.pk)
    assert seen == [{"Paul", "Petra"}]


def test_a_task_needs_a_clinic(north: Cast) -> None:
    with pytest.raises(TypeError):
        collect.delay()
