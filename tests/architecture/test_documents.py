"""What the documents say of the code, where a machine can compare the two."""

import gzip
import re
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

DOCUMENTS = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
OURS = re.compile(r"`((?:config|clinics|patients|programs|portal|tests|docs)/[\w./-]+)`")
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_files_that_are_named_are_there(document: Path) -> None:
    text = document.read_text()
    gone = {name for name in OURS.findall(text) if not (ROOT / name).exists()}
    gone |= {name for name in LINK.findall(text) if not (document.parent / name).exists()}
    assert gone == set()


def test_the_stylesheet_is_as_small_as_we_say() -> None:
    """ADR 2: about 20 KB, compressed."""
    size = len(gzip.compress((ROOT / "clinics/static/vendor/plumbline.css").read_bytes()))
    assert 15_000 < size < 25_000


def test_the_readme_names_what_production_must_be_told() -> None:
    text = (ROOT / "README.md").read_text()
    needed = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "ALLOWED_HOSTS", "BASE_URL", "TRUSTED_PROXY_COUNT")
    assert [name for name in needed if f"`{name}" not in text] == []
