"""Whoever reads a figure can look up where it comes from."""

import re
from pathlib import Path

from tests.architecture.source import ROOT, product

CITED = re.compile(r"\bS\d{1,3}\b")


def test_every_cited_source_is_in_the_list_and_no_other() -> None:
    listed = re.findall(r"^- \*\*(S\d+)\*\* ", (ROOT / "docs/clinical-sources.md").read_text(), re.MULTILINE)
    texts = [path.read_text() for path in Path(ROOT / "programs/content").glob("*.json")]
    texts += [found for source in product() for found in re.findall(r"\[S\d+[^\]]*\]", source.text)]
    assert sorted(set(CITED.findall(" ".join(texts)))) == sorted(listed)


def test_comments_name_documents_that_are_here() -> None:
    named = {name for source in product() for name in re.findall(r"docs/[\w/-]+\.md", source.text)}
    assert {name for name in named if not (ROOT / name).exists()} == set()
