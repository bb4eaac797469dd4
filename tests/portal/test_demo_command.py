from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import CommandError, call_command
from django.http import HttpRequest
from django.test import RequestFactory

from clinics.models import Clinic, User
from config.demo import ACCOUNTS
from config.navigation import places
from portal.demo import practice
from tests.factories import Cast

HERE, ELSEWHERE = "127.0.0.1", "203.0.113.9"


def demo(*arguments: str) -> str:
    said = StringIO()
    call_command("demo", *arguments, stdout=said)
    return said.getvalue()


def clinic_ids() -> list[int]:
    return list(Clinic.objects.order_by("pk").values_list("pk", flat=True))


@pytest.mark.parametrize("arguments", [[], ["--reset"]])
def test_it_refuses_a_database_with_a_real_clinic(north: Cast, arguments: list[str]) -> None:
    with pytest.raises(CommandError, match="holds a clinic that is not a demo clinic"):
        demo(*arguments)
    assert clinic_ids() == [north.clinic.pk]


def test_it_refuses_a_database_with_people_of_no_clinic(db: None) -> None:
    User.objects.create_user("ann@clinic.example", name="Ann")
    with pytest.raises(CommandError, match="people who are in no demo clinic"):
        demo()


def test_it_refuses_production(db: None, settings: Any) -> None:
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="Demo data is for development"):
        demo()


@pytest.mark.django_db(transaction=True)
def test_it_builds_once_and_anew_on_request() -> None:
    assert demo() == "The demo clinics are ready.\n"
    first = clinic_ids()
    assert demo().startswith("The demo clinics are here already.")
    assert clinic_ids() == first
    assert demo("--reset") == "The demo clinics are ready.\n"
    second = clinic_ids()
    assert (len(second), set(first) & set(second)) == (2, set())


def test_passwords_open_nothing_outside_demo_mode(db: None, settings: Any) -> None:
    settings.DEMO = False
    assert {user.has_usable_password() for user in practice.make_users().values()} == {False}


def test_in_demo_mode_there_is_one_password_for_all(db: None, settings: Any) -> None:
    settings.DEMO = True
    assert all(user.check_password(practice.PASSWORD) for user in practice.make_users().values())


def test_the_accounts_of_the_sign_in_page_are_people_of_the_demo(db: None) -> None:
    users = practice.make_users()
    assert [users[one.email].name for one in ACCOUNTS] == [one.name for one in ACCOUNTS]


def test_accounts_are_printed_without_a_database() -> None:
    printed = [line.split()[0] for line in demo("--accounts").splitlines()]
    assert {one.email for one in ACCOUNTS} - set(printed) == set()
    assert len(printed) == 14


@pytest.fixture
def in_demo_mode(settings: Any) -> None:
    settings.DEMO = True


@pytest.mark.parametrize(("address", "shown"), [(HERE, {"demo_accounts": ACCOUNTS}), (ELSEWHERE, {})])
def test_the_sign_in_page_offers_them_on_a_loopback_address(
    in_demo_mode: None, address: str, shown: dict[str, object]
) -> None:
    assert places(visit_from(address)) == shown


def test_the_sign_in_page_offers_nobody_outside_demo_mode(settings: Any) -> None:
    settings.DEMO = False
    assert places(visit_from(HERE)) == {}


def visit_from(address: str) -> HttpRequest:
    request = RequestFactory().get("/accounts/login/", REMOTE_ADDR=address)
    request.user, request.resolver_match = AnonymousUser(), None
    return request
