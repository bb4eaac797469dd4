"""Whoever reads a figure can look up where it comes from."""

import re
from pathlib import Path

from programs import catalogue
from tests.architecture.source import ROOT, product

CITED = re.compile(r"\bS\d{1,3}\b")


def test_every_cited_source_is_in_the_list_and_no_other() -> None:
    listed = re.findall(r"^- \*\*(S\d+)\*\* ", (ROOT / "docs/clinical-sources.md").read_text(), re.MULTILINE)
    files = [path for path in Path(ROOT / "programs/content").glob("*.json") if path.name != "sources.json"]
    texts = [path.read_text() for path in files]
    texts += [found for source in product() for found in re.findall(r"\[S\d+[^\]]*\]", source.text)]
    assert sorted(set(CITED.findall(" ".join(texts)))) == sorted(listed) == sorted(catalogue.sources())


def test_a_source_is_a_title_and_an_address() -> None:
    for source in catalogue.sources().values():
        assert source.title
        assert source.url.startswith("http")
        assert source.year is None or 1980 < source.year < 2100


def test_comments_name_documents_that_are_here() -> None:
    named = {name for source in product() for name in re.findall(r"docs/[\w/-]+\.md", source.text)}
    assert {name for name in named if not (ROOT / name).exists()} == set()
