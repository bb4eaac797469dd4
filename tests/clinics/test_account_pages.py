"""The pages around signing in, walked through as a person would."""

import re

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client

from clinics.models import User
from tests.factories import Cast
from tests.letters import code_in_mail, latest

PASSWORD = "a walk along the harbour wall"
PLAIN_PAGES = ["login", "signup", "inactive", "password/reset"]
OWN_PAGES = ["logout", "email", "reauthenticate"]


@pytest.fixture
def nora(north: Cast) -> User:
    User.objects.filter(pk=north.desk.pk).update(password=make_password(PASSWORD))
    north.desk.refresh_from_db()
    return north.desk


def heading(html: str) -> str:
    (found,) = re.findall(r"<h1>\s*(.*?)\s*</h1>", html, re.DOTALL)
    return str(found)


@pytest.mark.django_db
@pytest.mark.parametrize("page", PLAIN_PAGES)
def test_a_stranger_finds_our_own_pages(client: Client, page: str) -> None:
    answer = client.get(f"/accounts/{page}/")
    assert answer.status_code == 200
    assert answer.content.decode().count('class="brand"') == 1


@pytest.mark.parametrize("page", OWN_PAGES)
def test_a_signed_in_person_finds_our_own_pages(client: Client, nora: User, page: str) -> None:
    client.force_login(nora)
    answer = client.get(f"/accounts/{page}/")
    assert answer.status_code == 200
    assert answer.content.decode().count('class="brand"') == 1


@pytest.mark.django_db
def test_nobody_signs_up_alone(client: Client) -> None:
    assert heading(client.get("/accounts/signup/").content.decode()) == "Accounts come by invitation"


def test_a_refused_sign_in_keeps_the_address_and_says_nothing_about_accounts(client: Client, nora: User) -> None:
    def said(email: str) -> list[str]:
        page = client.post("/accounts/login/", {"login": email, "password": "not this one"}).content.decode()
        assert f'value="{email}"' in page
        return re.findall(r'role="alert">.*?<b>(.*?)</b>', page, re.DOTALL)

    assert said(nora.email) == said("nobody@nowhere.example")


def test_a_forgotten_password_is_replaced_with_a_code(client: Client, nora: User) -> None:
    asked = client.post("/accounts/password/reset/", {"email": nora.email}, follow=True)
    assert heading(asked.content.decode()) == "Type the code we sent"
    typed = client.post("/accounts/password/reset/confirm/", {"code": code_in_mail()}, follow=True)
    assert heading(typed.content.decode()) == "Choose a new password"
    new = {"password1": "rain over the south pier", "password2": "rain over the south pier"}
    done = client.post("/accounts/password/reset/complete/", new, follow=True)
    assert done.status_code == 200
    nora.refresh_from_db()
    assert nora.check_password("rain over the south pier")


def test_a_wrong_code_is_named_under_its_field(client: Client, nora: User) -> None:
    client.post("/accounts/password/reset/", {"email": nora.email})
    page = client.post("/accounts/password/reset/confirm/", {"code": "nonsense"}).content.decode()
    told = re.findall(r'id="id_code_error".*?</svg>(.*?)</span>', page, re.DOTALL)
    assert told == ["That code is not right, or no longer good."]


def test_an_address_longer_than_any_is_refused(client: Client, nora: User) -> None:
    client.force_login(nora)
    long = f"{'a' * 58}@{'.'.join(['b' * 62] * 3)}.example"
    answer = client.post("/accounts/email/", {"email": long, "action_add": "1"})
    assert (answer.status_code, "254 characters at most" in answer.content.decode()) == (422, True)


def test_mail_speaks_our_words(client: Client, nora: User) -> None:
    client.post("/accounts/password/reset/", {"email": nora.email})
    lines = latest().body.strip().splitlines()
    assert (lines[0], lines[-1]) == ("Hello,", "Plumbline, for your clinic")


def test_a_wrong_pair_is_refused_with_422_and_keeps_the_address(north: Cast, client: Client) -> None:
    answer = client.post("/accounts/login/", {"login": north.desk.email, "password": "not this one"})
    assert answer.status_code == 422
    assert north.desk.email in answer.content.decode()
