"""The asset build: what it takes from npm, what it writes, and that it rests when nothing changed."""

import json
import re
import shutil
from pathlib import Path

import pytest
from creneau_web import assets

SHEET = assets.ROOT / "creneau_web" / "static" / "vendor" / "creneau.css"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A web folder of its own, with the packages that the set-up already fetched."""
    assets.build()
    shutil.copyfile(assets.ROOT / "package-lock.json", tmp_path / "package-lock.json")
    shutil.copytree(
        assets.ROOT / "creneau_web" / "static" / "css", tmp_path / "creneau_web/static/css"
    )
    (tmp_path / "node_modules").symlink_to(assets.ROOT / "node_modules")
    return tmp_path


def test_a_second_build_finds_nothing_to_do(checkout: Path) -> None:
    assert assets.build(checkout) is True
    assert assets.build(checkout) is False


def test_an_edited_style_sheet_is_bundled_again(checkout: Path) -> None:
    assets.build(checkout)
    with (checkout / "creneau_web/static/css/print.css").open("a") as sheet:
        sheet.write(".written-just-now { color: inherit; }\n")
    assert assets.build(checkout) is True
    bundle = (checkout / "creneau_web/static/vendor/creneau.css").read_text()
    assert ".written-just-now" in bundle


def test_without_npm_the_operator_is_told_what_to_do(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (checkout / "node_modules").unlink()
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("sys.executable", str(checkout / "python"))
    with pytest.raises(assets.AssetsError, match="uv sync"):
        assets.build(checkout)


def test_every_style_sheet_of_the_folder_is_bundled() -> None:
    folder = assets.ROOT / "creneau_web" / "static" / "css"
    assert {path.stem for path in folder.glob("*.css")} == set(assets.STYLES)


def test_the_bundle_asks_nothing_of_other_sites() -> None:
    assets.build()
    addresses = re.findall(r"url\(\"?([^\")]+)", SHEET.read_text())
    fonts = [address for address in addresses if not address.startswith("data:")]
    assert fonts
    assert all((SHEET.parent / address).is_file() for address in fonts)


def test_the_lock_file_names_no_registry() -> None:
    lock = json.loads((assets.ROOT / "package-lock.json").read_text())
    packages = [value for name, value in lock["packages"].items() if name]
    assert packages
    assert all("resolved" not in package and "integrity" in package for package in packages)


def test_what_is_copied_keeps_its_licence() -> None:
    assets.build()
    assert {path.name for path in SHEET.parent.glob("LICENSE-*")} == {
        "LICENSE-atkinson-hyperlegible.txt",
        "LICENSE-bootstrap.txt",
        "LICENSE-htmx.txt",
        "LICENSE-leaflet.txt",
    }
