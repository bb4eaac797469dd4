from datetime import date

import pytest

from patients.birth_dates import birth_date, split

TODAY = date(2027, 3, 1)


@pytest.mark.parametrize(
    ("text", "born"),
    [
        ("17/05/1984", date(1984, 5, 17)),
        ("17.5.84", date(1984, 5, 17)),
        ("17-05-1984", date(1984, 5, 17)),
        ("1984-05-17", date(1984, 5, 17)),
        ("1984-5-17", date(1984, 5, 17)),
        ("05/17/1984", date(1984, 5, 17)),  # only the month can be 5
        ("3/4/26", date(2026, 4, 3)),
        ("3/4/27", date(2027, 4, 3)),
        ("3/4/28", date(1928, 4, 3)),
    ],
)
def test_the_ways_people_write_a_birth_date(text: str, born: date) -> None:
    assert birth_date(text, TODAY) == born


@pytest.mark.parametrize("text", ["", "maya", "1984", "31/02/1984", "17/13/1984", "17/5", "0/0/00", "1984-17-05x"])
def test_what_is_no_date_is_none(text: str) -> None:
    assert birth_date(text, TODAY) is None


def test_a_name_and_a_date_in_one_box() -> None:
    assert split("okafor 17.5.84 maya", TODAY) == ("okafor maya", date(1984, 5, 17))
    assert split("maya", TODAY) == ("maya", None)
