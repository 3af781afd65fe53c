"""The tree says nothing of one machine: it must work on every other."""

import re

from tests.architecture.tree import all_files

# Written in pieces, or this file would be the first to be found.
PATHS = ("/ro" + "ot/", "/wo" + "rk/", "/ho" + "me/", "/Us" + "ers/")
HOSTS = (
    "pypi" + ".org",
    "python" + "hosted.org",
    "npm" + "js.org",
    "npm" + "js.com",
    "yarn" + "pkg.com",
)
# Before a path there may be a quote or a blank, not another folder: docs/work/ is no machine's.
PATTERN = re.compile(
    r"(?<![\w.})/])(" + "|".join(PATHS) + ")|(" + "|".join(map(re.escape, HOSTS)) + ")"
)


def mentions(text: str) -> list[str]:
    """Return "line: what" for every path of a machine and every package registry."""
    return [
        f"{number}: {found.group()}"
        for number, line in enumerate(text.splitlines(), start=1)
        for found in PATTERN.finditer(line)
    ]


def test_nothing_names_a_machine_or_a_registry() -> None:
    found = [
        f"{file.path}:{mention}"
        for file in all_files()
        if file.path != "uv.lock"
        for mention in mentions(file.text())
    ]
    assert found == []


def test_the_check_of_mentions_sees_paths_and_hosts() -> None:
    assert mentions(f'home = "{PATHS[0]}data"') == [f"1: {PATHS[0]}"]
    assert mentions(f"resolved: https://registry.{HOSTS[2]}/x") == [f"1: {HOSTS[2]}"]
    assert mentions("docs/work/plan.md") == []
