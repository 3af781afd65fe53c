"""The workspace is whole: members, packages and the one lock agree."""

import re
import tomllib
from pathlib import Path
from typing import Any

from tests.architecture.tree import ROOT, python_files

MEMBERS = sorted(
    path.parent
    for pattern in ("*/pyproject.toml", "plugins/*/pyproject.toml")
    for path in ROOT.glob(pattern)
    if path.parent.name != "TEMPLATE"  # an example to copy: it is installed from its wheel
)


def read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def bare_name(requirement: str) -> str:
    return re.split(r"[^A-Za-z0-9_.-]", requirement, maxsplit=1)[0].lower()


def required(project: dict[str, Any]) -> set[str]:
    return {bare_name(requirement) for requirement in project["project"].get("dependencies", [])}


def locked() -> dict[str, dict[str, Any]]:
    return {package["name"]: package for package in read(ROOT / "uv.lock")["package"]}


def out_of_step(required_names: set[str], package: dict[str, Any]) -> set[str]:
    """Return the names that a manifest and its entry in the lock do not share."""
    entries = package.get("metadata", {}).get("requires-dist", [])
    return required_names ^ {entry["name"] for entry in entries}


def test_platform_does_not_shadow_the_standard_library() -> None:
    assert not (ROOT / "platform" / "__init__.py").exists()


def test_every_test_folder_is_a_package() -> None:
    folders = {(ROOT / file.path).parent for file in python_files("tests")}
    assert [folder for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []


def test_the_workspace_lists_every_member() -> None:
    listed = read(ROOT / "pyproject.toml")["tool"]["uv"]["workspace"]["members"]
    assert sorted(listed) == sorted(member.relative_to(ROOT).as_posix() for member in MEMBERS)


def test_the_root_depends_on_every_member() -> None:
    root = read(ROOT / "pyproject.toml")
    names = {read(member / "pyproject.toml")["project"]["name"] for member in MEMBERS}
    assert required(root) == names
    assert set(root["tool"]["uv"]["sources"]) == names


def test_every_member_ships_its_types() -> None:
    missing = [member.name for member in MEMBERS if not list(member.glob("*/py.typed"))]
    assert missing == []


def test_every_plugin_registers_itself() -> None:
    for manifest in ROOT.glob("plugins/[a-z]*/pyproject.toml"):
        points = read(manifest)["project"]["entry-points"]["creneau"]
        assert points == {manifest.parent.name: f"creneau_{manifest.parent.name}.plugin"}


def test_there_is_one_lock_and_it_follows_the_manifests() -> None:
    assert list(ROOT.glob("*/uv.lock")) + list(ROOT.glob("plugins/*/uv.lock")) == []
    packages = locked()
    for folder in (ROOT, *MEMBERS):
        project = read(folder / "pyproject.toml")
        assert out_of_step(required(project), packages[project["project"]["name"]]) == set()


def test_the_check_of_the_lock_sees_a_forgotten_dependency() -> None:
    package = {"metadata": {"requires-dist": [{"name": "msgspec"}]}}
    assert out_of_step({"msgspec", "pluggy"}, package) == {"pluggy"}
    assert out_of_step(set(), package) == {"msgspec"}
