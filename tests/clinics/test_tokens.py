import re

import pytest

from clinics.tokens import Named, TokenConverter, named_by, token_for

TOKEN = token_for("offer", clinic_id=3, row_id=12)


def test_a_token_names_what_it_was_made_for() -> None:
    assert named_by("offer", TOKEN) == Named(clinic_id=3, row_id=12)


def test_a_token_names_the_version_of_a_row_that_has_one() -> None:
    token = token_for("offer", clinic_id=3, row_id=12, version=4)
    assert named_by("offer", token) == Named(clinic_id=3, row_id=12, version=4)
    assert re.fullmatch(TokenConverter.regex, token)
    assert named_by("offer", token.replace("3-12-4.", "3-12-5.")) is None


def test_a_token_of_one_purpose_is_none_of_another() -> None:
    assert named_by("cancel", TOKEN) is None


def test_nobody_reaches_another_row_or_clinic_by_changing_it() -> None:
    signature = TOKEN.partition(".")[2]
    forged = [f"{name}.{signature}" for name in ("3-13", "4-12", "3-1", "31-2", "3-012")]
    assert [named_by("offer", token) for token in forged] == [None] * 5


@pytest.mark.parametrize("token", ["", ".", "3-12", f"{TOKEN}x", TOKEN[:-1], TOKEN.replace(".", ":"), "x" * 500])
def test_what_is_no_token_names_nothing(token: str) -> None:
    assert named_by("offer", token) is None


def test_an_address_takes_every_token_and_little_else() -> None:
    longest = token_for("offer", clinic_id=10**17, row_id=10**17)
    found = [bool(re.fullmatch(TokenConverter.regex, text)) for text in (TOKEN, longest, "3-12", f"{TOKEN}/x", "abc")]
    assert found == [True, True, False, False, False]
