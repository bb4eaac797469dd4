"""Names as people have them, in short."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.names import initials


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Pia North", "P. N."),
        ("Anne-Marie van den Berg", "A. V. D. B."),
        ("  Éva\tÓ Briain ", "É. Ó. B."),
        ("E\u0301va Kiss", "É. K."),  # the accent as a letter of its own
        ("(Tom) O’Hara 3rd", "T. O. R."),
        ("王小明", "王."),
        ("ßen", "SS."),
        ("Prince", "P."),
        ("7 11", ""),
        ("", ""),
    ],
)
def test_the_first_letter_of_each_word(name: str, short: str) -> None:
    assert initials(name) == short


@given(st.lists(st.text(st.characters(categories=["Lu"]), min_size=2, max_size=9), max_size=5))
def test_no_more_than_a_letter_of_each_word_is_said(words: list[str]) -> None:
    assert len(initials(" ".join(words)).split()) == len(words)
