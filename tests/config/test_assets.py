"""The assets step: what pages link is there, each third-party file with its licence, and a second run is idle."""

import re
from pathlib import Path

import pytest

from config import assets


@pytest.fixture
def vendor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(assets, "VENDOR", tmp_path / "vendor")
    assets.build()
    return tmp_path / "vendor"


def test_each_third_party_file_has_its_licence_beside_it(vendor: Path) -> None:
    taken = [path for path in vendor.rglob("*") if path.suffix in {".js", ".woff2"} or path.name.startswith("body-")]
    assert [
        path.name for path in taken if not list(path.parent.glob(f"{re.split(r'[.-]', path.name)[0]}*LICENSE"))
    ] == []


def test_nothing_is_written_twice(vendor: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in vendor.rglob("*")}
    assets.build()
    assert {path: path.stat().st_mtime_ns for path in vendor.rglob("*")} == before


def test_each_icon_is_one_symbol(vendor: Path) -> None:
    ids = re.findall(r'<symbol id="([\w-]+)"', (vendor / "sprite.svg").read_text())
    assert sorted(ids) == sorted([*assets.ICONS, *assets.GLYPHS])


def test_the_stylesheet_stands_alone(vendor: Path) -> None:
    text = (vendor / "plumbline.css").read_text()
    files = {path.name for path in assets.CSS.rglob("*.css")} - {"plumbline.css", "admin.css"}
    joined = re.findall(r'@import url\("(?:.*/)?([^"/]+)"', (assets.CSS / "plumbline.css").read_text())
    assert ("@import" in text, sorted(joined)) == (False, sorted(files))


def test_a_missing_package_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "MODULES", assets.BASE_DIR / "nowhere")
    monkeypatch.setattr(assets, "VENDOR", tmp_path)
    with pytest.raises(SystemExit) as refused:
        assets.build()
    assert str(refused.value) == "nowhere/htmx.org/dist/htmx.min.js is missing: run `make setup`, which installs it."
