"""Plugins of others: built as wheels outside the workspace, installed beside it, and switched on (T-17).

The example in `plugins/TEMPLATE` is built and runs its own tests, in which the whole contract stands,
against the application as it is; and so is a second plugin, made of it as the guide says.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT

TEMPLATE = ROOT / "plugins" / "TEMPLATE"
BUILT = shutil.ignore_patterns("dist", "build", "__pycache__", ".*")
UV = next(
    path for path in (shutil.which("uv"), str(ROOT / ".uv" / "bin" / "uv")) if path is not None
)


def run(*command: str, cwd: Path, **environ: str) -> str:
    done = subprocess.run(  # noqa: S603 - our own programs
        command,
        cwd=cwd,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )
    assert done.returncode == 0, f"{done.stdout[-6000:]}\n{done.stderr[-3000:]}"
    return done.stdout


def copied(folder: Path, name: str) -> Path:
    """Copy the template and rename it throughout, as the guide says."""
    made = folder / name
    shutil.copytree(TEMPLATE, made, ignore=BUILT)
    for path in sorted(made.rglob("*"), reverse=True):
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            path.write_text(renamed(text, name), encoding="utf-8")
        path.rename(path.with_name(path.name.replace("choir", name)))
    return made


def renamed(text: str, name: str) -> str:
    changed = re.sub("choir", name, text).replace("Choir", name.capitalize())
    return changed.replace("voice:read", f"{name}_voice:read")


@pytest.mark.feature("T-17")
@pytest.mark.timeout(600)
def test_two_plugins_of_others_install_from_wheels_keep_the_contract_and_work(
    tmp_path: Path,
) -> None:
    site = tmp_path / "site"
    sources = [copied(tmp_path, "choir"), copied(tmp_path, "orchestra")]
    for source in sources:
        run(UV, "build", "--wheel", "--quiet", "--out-dir", str(tmp_path / "wheels"), cwd=source)
    wheels = sorted(str(path) for path in (tmp_path / "wheels").glob("*.whl"))
    assert len(wheels) == 2
    run(UV, "pip", "install", "--quiet", "--no-deps", "--target", str(site), *wheels, cwd=tmp_path)
    for source in sources:
        # Only what the wheel holds is there: the source itself is out of reach.
        shutil.rmtree(source / f"creneau_{source.name}")
        said = run(sys.executable, "-m", "pytest", "-q", "tests", cwd=source, PYTHONPATH=str(site))
        assert re.search(r"\b1[1-9] passed", said), said


def test_each_file_that_its_readme_sends_to_is_there() -> None:
    readme = (TEMPLATE / "README.md").read_text(encoding="utf-8")
    named = re.findall(r"\| `([\w./*-]+)` \|", readme)
    assert len(named) >= 11
    assert [path for path in named if not list(TEMPLATE.glob(path))] == []


def test_the_template_is_no_member_of_the_workspace() -> None:
    assert (
        "TEMPLATE"
        not in (ROOT / "pyproject.toml")
        .read_text(encoding="utf-8")
        .partition("[tool.uv.sources]")[0]
        .partition("members")[2]
        .splitlines()[0]
    )
    for manifest in ("pyproject.toml", "uv.lock"):
        assert "choir" not in (ROOT / manifest).read_text(encoding="utf-8")
