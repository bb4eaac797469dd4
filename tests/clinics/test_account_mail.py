"""Mails about accounts: the page answers alike for everybody, and the worker sends them once."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clinics.models import AccountMail, User
from clinics.services import account_mail
from tests.factories import Cast
from tests.factories.worker import as_worker
from tests.letters import latest

NOBODY = "nobody@nowhere.example"


@pytest.fixture
def dead_mail_server(settings: Any) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", 1


@pytest.fixture
def worker(transactional_db: None) -> Iterator[None]:
    with as_worker():
        yield


def put() -> int:
    now = timezone.now()
    soon = now + timedelta(minutes=1)
    mail = AccountMail.objects.create(address="ines@x.example", title="A code", body="x", due_at=now, expires_at=soon)
    return mail.pk


@pytest.fixture
def waiting(transactional_db: None) -> int:
    return put()


@pytest.mark.usefixtures("dead_mail_server")
def test_with_the_mail_server_gone_a_stranger_and_a_colleague_get_the_same_answer(north: Cast) -> None:
    answers = []
    for email in (NOBODY, north.desk.email):
        answer: Any = Client(raise_request_exception=False).post(reverse("account_reset_password"), {"email": email})
        answers.append((answer.status_code, answer.url))
    assert answers[0] == answers[1]
    assert latest().address == north.desk.email


def test_a_mail_is_asked_for_in_a_row_and_needs_no_broker(
    north: Cast, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    """A code in the broker would lie there in plain, and a broker that is gone would tell strangers apart."""
    with django_capture_on_commit_callbacks() as callbacks:
        Client().post(reverse("account_reset_password"), {"email": north.desk.email})
    assert (callbacks, mail.outbox, AccountMail.objects.count()) == ([], [], 1)
    assert latest().expires_at - latest().due_at == account_mail.CODE_LIVES


def test_news_without_a_code_stays_useful_for_longer(north: Cast, rf: Any) -> None:
    account_mail.put(address=north.desk.email, title="Changed", body="x", has_code=False)
    assert latest().expires_at - latest().due_at == account_mail.NEWS_LIVES


def test_it_is_sent_once_and_gone(waiting: int, worker: None) -> None:
    assert account_mail.hand_out() == [waiting]
    for _ in range(2):
        account_mail.deliver(mail_id=waiting)
    assert [(one.to, one.subject) for one in mail.outbox] == [(["ines@x.example"], "A code")]
    assert not AccountMail.objects.exists()


def test_it_is_handed_out_again_only_after_a_while(waiting: int, worker: None, monkeypatch: pytest.MonkeyPatch) -> None:
    now = timezone.now()
    assert [account_mail.hand_out(), account_mail.hand_out()] == [[waiting], []]
    monkeypatch.setattr(timezone, "now", lambda: now + account_mail.AGAIN * 2)
    assert account_mail.hand_out() == [waiting]


@pytest.mark.usefixtures("dead_mail_server")
def test_a_mail_server_that_is_gone_is_asked_again(
    waiting: int, worker: None, caplog: pytest.LogCaptureFixture
) -> None:
    account_mail.deliver(mail_id=waiting)
    assert AccountMail.objects.filter(pk=waiting).exists()
    assert caplog.messages == [f"account mail {waiting} is not sent yet: ConnectionRefusedError"]


def test_a_code_that_is_over_is_not_sent(waiting: int, worker: None, monkeypatch: pytest.MonkeyPatch) -> None:
    later = timezone.now() + timedelta(minutes=2)
    monkeypatch.setattr(timezone, "now", lambda: later)
    account_mail.deliver(mail_id=waiting)
    assert (mail.outbox, AccountMail.objects.exists()) == ([], False)


def test_a_changed_password_is_told_the_same_way(north: Cast) -> None:
    user = User.objects.get(pk=north.desk.pk)
    user.set_password("a walk along the harbour wall")
    user.save()
    client = Client()
    client.force_login(user)
    user.emailaddress_set.create(email=user.email, primary=True, verified=True)
    new = {"password1": "rain over the south pier", "password2": "rain over the south pier"}
    client.post(reverse("account_change_password"), {"oldpassword": "a walk along the harbour wall", **new})
    assert (latest().address, mail.outbox) == (north.desk.email, [])
