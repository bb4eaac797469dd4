"""The picture of the states in docs/scheduling.md is the one that the database keeps."""

import re

from patients.models import NEXT
from tests.architecture.source import ROOT


def test_the_picture_shows_every_step_and_no_other() -> None:
    text = (ROOT / "docs" / "scheduling.md").read_text()
    drawn = set(re.findall(r"^    (\w+) --> (\w+)$", text, re.MULTILINE))
    assert drawn == {(before, after.value) for before, allowed in NEXT.items() for after in allowed}
