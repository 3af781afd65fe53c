"""Documents are printed apart: tagged, with nothing fetched, and nothing taken without limit."""

import asyncio
import io
import os
import re
import resource
import signal
import socket
import sys
from base64 import b64encode
from collections.abc import AsyncGenerator, Generator
from pathlib import Path

import pytest
from creneau_infra.pdf import confinement
from creneau_infra.pdf.errors import (
    PdfBrokenError,
    PdfBusyError,
    PdfTooLargeError,
    PdfUnavailableError,
)
from creneau_infra.pdf.press import Press
from creneau_infra.pdf.schemas import MEBIBYTE, Job, Limits, Setup
from creneau_infra.processes import lives_in
from PIL import Image
from weasyprint import HTML
from weasyprint.urls import URLFetcher

from tests.infra.paper import figures_of, picture_of, reader, structure_of, text_of

LETTER = (
    "<html lang=fr><head><title>Confirmation</title></head><body><h1>Bonjour</h1>"
    "<p>Rendez-vous de %s</p><table><thead><tr><th>Heure</th></tr></thead>"
    "<tbody><tr><td>9 h 30</td></tr></tbody></table></body></html>"
)
SMALL = LETTER % "Zoé"
ENDLESS = "<html lang=fr><title>Liste</title>" + "<p>a</p>" * 60_000
WITHOUT_LIBRARIES = (
    "import sys; sys.modules['weasyprint'] = None; from creneau_infra.pdf import printer;"
    " sys.exit(printer.main())"
)


@pytest.fixture(scope="module")
async def press() -> AsyncGenerator[Press, None]:
    made = Press(Setup())
    yield made
    await made.close()


def limited(limits: Limits) -> Press:
    return Press(Setup(limits=limits), printers=1)


async def test_a_document_is_tagged_and_says_its_title_and_language(press: Press) -> None:
    pdf = await press.printed(Job(html=SMALL))
    root = reader(pdf).root_object
    assert root["/Lang"] == "fr"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader(pdf).metadata.title == "Confirmation"
    assert {"/Document", "/H1", "/P", "/Table", "/TH", "/TD"} <= set(structure_of(pdf))
    assert b"pdfuaid:part" in root["/Metadata"].get_data()


async def test_what_was_typed_is_text_and_comes_back_as_it_was(press: Press) -> None:
    pdf = await press.printed(Job(html=LETTER % "{{7*7}} &lt;script&gt; Zoé"))
    assert "{{7*7}} <script> Zoé" in text_of(pdf)


async def test_the_pictures_that_a_document_carries_are_on_it(press: Press) -> None:
    drawn = io.BytesIO()
    Image.new("L", (64, 64), 0).save(drawn, "PNG")
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><path d="M0 0h64v64H0z"/></svg>'
    for kind, content in (("png", drawn.getvalue()), ("svg+xml", svg)):
        image = f'<img src="data:image/{kind};base64,{b64encode(content).decode()}" alt="Un carré">'
        pdf = await press.printed(Job(html=SMALL.replace("<h1>", f"{image}<h1>")))
        assert figures_of(pdf) == ["Un carré"]
        assert dark_parts(picture_of(pdf)) > 0.005


def dark_parts(picture: Image.Image) -> float:
    return sum(picture.histogram()[:40]) / (picture.width * picture.height)


class Listener:
    """A server on loopback that notes whether anybody comes."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.settimeout(0.2)
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def was_called(self) -> bool:
        try:
            visitor, _address = self._socket.accept()
        except TimeoutError:
            return False
        visitor.close()
        return True

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def listener() -> Generator[Listener, None, None]:
    opened = Listener()
    yield opened
    opened.close()


def reaching_for(address: str) -> dict[str, str]:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
        f'<image width="9" height="9" xlink:href="{address}"/></svg>'
    )
    packed = f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"
    ways = {
        "image": f'<img src="{address}" alt="x">',
        "style sheet": f'<link rel="stylesheet" href="{address}">',
        "import": f'<style>@import url("{address}");</style>',
        "background": f'<style>body{{background:url("{address}")}}</style>',
        "typeface": f'<style>@font-face{{font-family:X;src:url("{address}")}}p{{font-family:X}}</style>',
        "attachment": f'<link rel="attachment" href="{address}">',
        "object": f'<object data="{address}"></object>',
        "picture in a drawing": f'<img src="{packed}" alt="x">',
        "base": f'<base href="{address}/"><img src="a.png" alt="x">',
    }
    return {way: SMALL.replace("<head>", f"<head>{html}") for way, html in ways.items()}


@pytest.mark.parametrize("way", list(reaching_for("")))
async def test_nobody_is_called_whatever_a_document_asks_for(
    press: Press, listener: Listener, way: str
) -> None:
    pdf = await press.printed(Job(html=reaching_for(listener.url)[way]))
    assert "Bonjour" in text_of(pdf)
    assert not listener.was_called()


@pytest.mark.parametrize("way", list(reaching_for("")))
async def test_no_file_is_read_whatever_a_document_asks_for(press: Press, way: str) -> None:
    pdf = await press.printed(Job(html=reaching_for("file:///etc/passwd")[way]))
    assert list(reader(pdf).attachments) == []
    assert b"root:" not in pdf


async def test_a_style_sheet_reaches_for_nothing_either(press: Press, listener: Listener) -> None:
    sheet = f'@import url("{listener.url}/a.css"); p {{ background: url("{listener.url}/b.png") }}'
    await press.printed(Job(html=SMALL, sheets=(sheet,)))
    assert not listener.was_called()


@pytest.mark.parametrize("way", ["image", "style sheet", "import", "attachment"])
def test_without_the_guard_the_same_documents_do_call(listener: Listener, way: str) -> None:
    HTML(string=reaching_for(listener.url)[way], url_fetcher=URLFetcher(timeout=1)).write_pdf()
    assert listener.was_called()


def test_without_the_guard_a_file_is_read() -> None:
    pdf = HTML(string=reaching_for("file:///etc/passwd")["attachment"]).write_pdf()
    assert pdf is not None
    assert any(b"root:" in kept for files in reader(pdf).attachments.values() for kept in files)


def test_the_net_below_the_guard_refuses_sockets_programs_and_files() -> None:
    refuse = confinement.guard(confinement.readable_folders())
    for event, argument in (
        ("socket.connect", None),
        ("subprocess.Popen", "ls"),
        ("urllib.Request", "http://127.0.0.1"),
        ("open", "/etc/passwd"),
        ("open", f"{sys.prefix}/../../../../../../etc/passwd"),
    ):
        with pytest.raises(PermissionError):
            refuse(event, (argument,))
    refuse("open", (confinement.__file__,))
    refuse("urllib.Request", ("data:text/plain,a",))


async def test_what_takes_too_long_is_ended_and_the_next_document_is_printed() -> None:
    press = limited(Limits(seconds=3.0))
    with pytest.raises(PdfTooLargeError, match="time"):
        await press.printed(Job(html=ENDLESS))
    assert await press.printed(Job(html=SMALL))
    await press.close()


async def test_what_takes_too_much_of_the_processor_is_ended() -> None:
    press = limited(Limits(cpu_seconds=1))
    with pytest.raises(PdfTooLargeError, match="time"):
        await press.printed(Job(html=ENDLESS))
    await press.close()


async def test_what_takes_too_much_memory_is_ended(press: Press) -> None:
    await press.printed(Job(html=SMALL))
    little = limited(Limits(memory=address_space_of(press.printers[0]) + 60 * MEBIBYTE))
    with pytest.raises(PdfTooLargeError, match="memory"):
        await little.printed(Job(html="—" * 7_900_000))
    assert await little.printed(Job(html=SMALL))
    await little.close()


def address_space_of(process: int) -> int:
    pages = int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[0])
    return pages * resource.getpagesize()


async def test_a_document_may_not_grow_without_end() -> None:
    press = limited(Limits(document=4096))
    with pytest.raises(PdfTooLargeError, match="size"):
        await press.printed(Job(html=SMALL))
    with pytest.raises(PdfTooLargeError, match="size"):
        await press.printed(Job(html="a" * 8_000_001))
    await press.close()


async def test_ten_at_once_are_printed_two_by_two(press: Press) -> None:
    names = [f"Zoé-{number}" for number in range(10)]
    pdfs = await asyncio.gather(*(press.printed(Job(html=LETTER % name)) for name in names))
    texts = [text_of(pdf) for pdf in pdfs]
    assert all(name in text for name, text in zip(names, texts, strict=True))
    assert len(press.printers) == 2


async def test_a_queue_that_is_full_says_so_at_once() -> None:
    press = Press(Setup(), printers=1, waiting=1)
    asked = [asyncio.ensure_future(press.printed(Job(html=SMALL))) for _ in range(4)]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(one) for one in answers] == [bytes, bytes, PdfBusyError, PdfBusyError]
    await press.close()


async def test_nobody_waits_for_ever() -> None:
    press = Press(Setup(), printers=1, patience=0.05)
    asked = [asyncio.ensure_future(press.printed(Job(html=SMALL))) for _ in range(2)]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(one) for one in answers] == [bytes, PdfBusyError]
    await press.close()


async def test_a_printer_that_is_killed_is_replaced() -> None:
    press = Press(Setup(), printers=1)
    await press.printed(Job(html=SMALL))
    os.kill(press.printers[0], signal.SIGKILL)
    with pytest.raises(PdfBrokenError):
        await press.printed(Job(html=SMALL))
    assert await press.printed(Job(html=SMALL))
    await press.close()


async def test_whoever_stops_waiting_leaves_no_answer_for_the_next_one() -> None:
    press = Press(Setup(), printers=1)
    await press.printed(Job(html=SMALL))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await press.printed(Job(html=ENDLESS))
    pdf = await press.printed(Job(html=LETTER % "Léa"))
    assert "Léa" in text_of(pdf)
    await press.close()


async def test_without_the_libraries_it_is_said_in_so_many_words() -> None:
    press = Press(Setup(), command=(sys.executable, "-c", WITHOUT_LIBRARIES))
    for _ in range(2):
        with pytest.raises(PdfUnavailableError, match="libraries"):
            await press.printed(Job(html=SMALL))
    await press.close()


async def test_a_printer_that_does_not_start_is_no_crash(tmp_path: Path) -> None:
    for command in (("/bin/false",), (str(tmp_path / "missing"),)):
        press = Press(Setup(), command=command)
        with pytest.raises(PdfUnavailableError):
            await press.printed(Job(html=SMALL))
        await press.close()


async def test_printers_know_no_secret_of_ours_and_leave_nothing_behind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CRENEAU_SECRET_KEY", "a secret of thirty-two characters")
    press = Press(Setup(), printers=1)
    await press.printed(Job(html=SMALL))
    (printer,) = press.printers
    environment = environment_of(printer)
    assert b"CRENEAU" not in environment
    scratch = scratch_in(environment)
    assert scratch.is_dir()
    await press.close()
    assert not scratch.exists()
    assert not lives_in(printer, Path("/"))


def environment_of(process: int) -> bytes:
    return Path(f"/proc/{process}/environ").read_bytes()


def scratch_in(environment: bytes) -> Path:
    found = re.search(rb"TMPDIR=([^\0]+)", environment)
    assert found is not None
    return Path(found[1].decode())
