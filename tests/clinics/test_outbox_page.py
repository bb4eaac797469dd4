import pytest
from django.http import HttpRequest
from django.test import RequestFactory
from django.utils import timezone

from clinics import audit
from clinics.models import AuditEvent, Channel, Message
from clinics.tenancy import clinic_scope
from clinics.views.outbox import outbox
from tests.factories import Cast


@pytest.fixture
def request_of_nora(north: Cast, rf: RequestFactory) -> HttpRequest:
    request = rf.get("/outbox/")
    request.user, request.resolver_match = north.desk, None
    return request


def test_the_outbox_page_is_a_read_of_patient_data(north: Cast, request_of_nora: HttpRequest) -> None:
    """Called as a view: the address exists in demo mode only."""
    now, text = timezone.now(), f"{'A long letter. ' * 9}\nCancel it: https://clinic.example/a/xyz/"
    with clinic_scope(north.clinic.pk), audit.reads_of(request_of_nora):
        Message.objects.create(
            patient_id=north.patient.pk, channel=Channel.PORTAL, rule="test", subject_id=1, local_date=now.date(),
            title="x", body=text, due_at=now, expires_at=now,
        )  # fmt: skip
        page = outbox(request_of_nora)  # type: ignore[arg-type]  # as the middleware leaves it
    assert '<a href="https://clinic.example/a/xyz/" rel="nofollow">' in page.content.decode()
    with clinic_scope(north.clinic.pk):
        assert list(AuditEvent.objects.filter(action="read").values_list("subject_ids", flat=True)) == [
            [north.patient.pk]
        ]
