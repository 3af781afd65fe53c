"""A traceback is written in one place, which leaves out what the error says about people."""

import re

from tests.architecture.tree import MEMBERS, File, python_files

THE_PLACE = {"infra/creneau_infra/logs.py", "infra/creneau_infra/tracebacks.py"}
# Each writes a traceback by itself, or sends log lines past the one door.
BYPASSES = re.compile(
    r"\bimport traceback\b|\bfrom traceback\b|\bformat_exc_info\b|\bExceptionRenderer\b"
    r"|\bdict_tracebacks\b|\bbasicConfig\b|\bstructlog\.configure\b|\bStreamHandler\b"
    r"|\bPrintLogger|\brich_traceback\b"
)


def bypasses(text: str) -> list[str]:
    return BYPASSES.findall(text)


def test_nothing_writes_a_traceback_but_the_one_place() -> None:
    files = [file for file in python_files(*MEMBERS) if file.path not in THE_PLACE]
    assert {file.path: bypasses(file.text()) for file in files if bypasses(file.text())} == {}


def test_the_place_renders_tracebacks_without_what_errors_say() -> None:
    text = File("infra/creneau_infra/logs.py").text()
    assert "ExceptionRenderer(_traced)" in text
    assert "format_exc_info" not in text


def test_the_check_sees_each_way_past_the_one_place() -> None:
    for line in (
        "import traceback",
        "from traceback import format_exc",
        "structlog.processors.format_exc_info,",
        "logging.basicConfig(level=1)",
        "handler = logging.StreamHandler()",
    ):
        assert bypasses(line), line
    assert not bypasses("from creneau_infra.tracebacks import traced")
    assert not bypasses('log.exception("failed")')
