import asyncio
import gc
import io
import json
import logging
from collections.abc import Generator
from typing import Any

import pytest
import structlog
from creneau_infra import logs


@pytest.fixture(autouse=True)
def logging_as_before() -> Generator[None, None, None]:
    root = logging.getLogger()
    handlers, level, chosen = list(root.handlers), root.level, structlog.get_config()
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**chosen)


@pytest.fixture
def written() -> io.StringIO:
    stream = io.StringIO()
    logs.configure("info", "json", stream)
    return stream


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_is_one_json_object_with_time_and_level(written: io.StringIO) -> None:
    structlog.stdlib.get_logger("creneau").info("booked", seats=2)
    (line,) = lines(written)
    assert (line["event"], line["level"], line["seats"]) == ("booked", "info", 2)
    assert line["timestamp"].endswith("Z")


def test_the_standard_library_goes_the_same_way(written: io.StringIO) -> None:
    logging.getLogger("other").warning("mail to %s failed", "alice@example.org")
    (line,) = lines(written)
    assert line["event"] == "mail to [hidden] failed"
    assert line["logger"] == "other"


@pytest.mark.parametrize(
    "personal",
    [
        "alice@example.org",
        "Alice <alice.d'arc+rdv@mairie.example.fr>",
        "06 12 34 56 78",
        "0612345678",
        "+33 6 12 34 56 78",
        "+33612345678",
        "0692.12.34.56",
        "xfKJ3uXb9sW1qPz7LmNoRtUvYaBcDeFgHiJkLmNoPqR",
        "postgresql://creneau:word@db/creneau",
    ],
)
def test_personal_data_inside_a_text_is_hidden(personal: str, written: io.StringIO) -> None:
    structlog.stdlib.get_logger("creneau").info(f"seen {personal} today", note=[{"x": personal}])
    text = written.getvalue()
    assert "[hidden]" in text
    for part in ("alice", "12 34", "1234", "12.34", "xfKJ", ":word@"):
        assert part not in text


@pytest.mark.parametrize(
    "key", ["email", "Phone", "first_name", "last_name", "birth_date", "password", "payload"]
)
def test_what_a_personal_key_holds_is_hidden(key: str, written: io.StringIO) -> None:
    log = structlog.stdlib.get_logger("creneau")
    log.info("seen", **{key: "Zoé"})
    log.info("seen", person={"name": "Zoé"}, row={key: "Zoé"})
    assert "Zoé" not in written.getvalue()


@pytest.mark.parametrize(
    "harmless",
    [
        "01912d3e-7a0b-7cc2-9a55-001122334455",
        "2026-11-20T09:30:00.012345Z",
        "127.0.0.1:8000",
        "00:10:00",
        "test_a_function_whose_name_is_a_long_sentence_of_many_words",
        "/srv/creneau/platform/creneau/appointments/service.py:120",
        "1234567890123",
    ],
)
def test_what_operators_need_is_kept(harmless: str, written: io.StringIO) -> None:
    structlog.stdlib.get_logger("creneau").info("seen", what=harmless)
    assert lines(written)[0]["what"] == harmless


def fail(text: str) -> None:
    raise ValueError(text)


@pytest.mark.parametrize(
    "logger", [structlog.stdlib.get_logger("creneau"), logging.getLogger("other")]
)
def test_a_traceback_says_where_an_error_comes_from_and_not_what_it_says(
    written: io.StringIO, logger: logging.Logger
) -> None:
    who = "Zoé Dupont"
    row = "DETAIL:  Key (last_name)=(Dupont) already exists."
    try:
        try:
            fail(f"{who} waits\n{row}")
        except ValueError as error:
            raise LookupError(who) from error
    except LookupError as error:
        logger.exception("failed")
        logger.warning("failed", exc_info=error)
    for line in lines(written):
        assert line["exception"].endswith("LookupError")
        assert "ValueError\n" in line["exception"]
        assert "in fail" in line["exception"]
    assert len(lines(written)) == 2
    assert "Dupont" not in written.getvalue()


async def test_a_task_that_nobody_asked_about_does_not_say_what_its_error_says(
    written: io.StringIO,
) -> None:
    who = "Zoé Dupont"

    async def lost() -> None:
        fail(who)

    task = asyncio.get_running_loop().create_task(lost())
    await asyncio.wait([task])
    del task
    gc.collect()
    (line,) = lines(written)
    assert line["event"] == "Task exception was never retrieved"
    assert "Dupont" not in written.getvalue()


def test_a_new_line_cannot_forge_an_event() -> None:
    stream = io.StringIO()
    logs.configure("info", "console", stream)
    structlog.stdlib.get_logger("creneau").info("seen\n2026 [info] forged", who="x\r\ny\x1b[31m")
    logging.getLogger("other").warning("also\nforged")
    assert len(stream.getvalue().splitlines()) == 2
    assert r"seen\n2026" in stream.getvalue()
    assert r"\x1b" in stream.getvalue()


def test_a_traceback_on_the_console_is_marked_line_by_line() -> None:
    stream = io.StringIO()
    logs.configure("info", "console", stream)
    try:
        fail("one\n2026 [info] forged")
    except ValueError:
        structlog.stdlib.get_logger("creneau").exception("failed")
    assert all(line.startswith("    | ") for line in stream.getvalue().splitlines()[1:])


def test_the_request_is_named_on_every_line_inside_it(written: io.StringIO) -> None:
    log = structlog.stdlib.get_logger("creneau")
    with logs.request_bound("abc123"):
        log.info("inside")
    log.info("outside")
    inside, outside = lines(written)
    assert inside["request_id"] == "abc123"
    assert "request_id" not in outside


def test_the_access_lines_of_the_server_are_silent(written: io.StringIO) -> None:
    logging.getLogger("uvicorn.access").info('127.0.0.1 - "GET /?q=Dupont HTTP/1.1" 200')
    assert written.getvalue() == ""
