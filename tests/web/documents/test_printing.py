"""What every document shares: its typeface, its length, and what is said where there is none."""

import asyncio
import sys
from collections.abc import AsyncGenerator
from datetime import timedelta

import pytest
from creneau.people.schemas import Identity
from creneau_infra.pdf.press import Press
from creneau_infra.pdf.schemas import Job, Limits, Setup
from creneau_web.documents import printing
from msgspec.structs import replace

from tests.days import today, tomorrow
from tests.infra.paper import pages_of, reader, text_of
from tests.infra.test_pdf import WITHOUT_LIBRARIES
from tests.web.admin.conftest import Entered
from tests.web.backoffice.cast import ZOE, Office, at, book
from tests.web.documents.test_office_papers import DAY, session
from tests.web.stage import Visitor

RARE = "Łukasz Šimůnek Ľudovít Čapek-Đorđević"


@pytest.fixture
async def bea(entered: Entered, office: Office) -> Visitor:
    del office
    return await entered("Bea")


@pytest.fixture
async def instead(monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[list[Press], None]:
    """Print with the press that a test puts here, and end it afterwards."""
    chosen: list[Press] = []
    monkeypatch.setattr(printing, "_press", lambda: chosen[0])
    yield chosen
    for press in chosen:
        await press.close()


async def test_documents_are_set_in_our_own_typeface(bea: Visitor) -> None:
    pdf = (await bea.get(DAY)).content
    fonts = reader(pdf).pages[0]["/Resources"]["/Font"].values()
    assert all("Atkinson" in font.get_object()["/BaseFont"] for font in fonts)


async def test_rare_letters_are_drawn_as_themselves(bea: Visitor, office: Office) -> None:
    who = Identity(first_name="Jan", last_name=RARE, phone="0601020304")
    await book(office, at(tomorrow(), 9), who)
    pdf = (await bea.get(f"{DAY}?jour={tomorrow()}")).content
    assert RARE.replace(" ", "") in text_of(pdf).replace(" ", "")


async def test_rare_letters_have_a_family_of_their_own() -> None:
    families = {(font.family, font.weight, font.style) for font in printing.faces()}
    assert len(families) == len(printing.faces()) == 6


async def test_three_hundred_names_have_the_head_of_the_table_on_each_page(
    bea: Visitor, office: Office
) -> None:
    booking = await session(office, [f"Nom{number:03}" for number in range(300)])
    answer = await bea.get(f"/agents/rendez-vous/{booking.id}/emargement.pdf")
    pages = pages_of(answer.content)
    said = " ".join(pages)
    assert len(pages) > 10
    assert all(f"Nom{number:03}" in said for number in range(300))
    assert all("Signature" in page for page in pages)
    assert [page.endswith(f"{number} / {len(pages)}") for number, page in enumerate(pages, 1)]


async def test_ten_at_once_each_get_their_own(bea: Visitor, office: Office) -> None:
    days = [today() + timedelta(days=number) for number in range(10)]
    del office
    answers = await asyncio.gather(*(bea.get(f"{DAY}?jour={day}") for day in days))
    assert [one.status_code for one in answers] == [200] * 10
    names = [one.headers["content-disposition"] for one in answers]
    assert names == [f'attachment; filename="agenda-{day}.pdf"' for day in days]


async def test_without_the_libraries_a_sentence_says_so(bea: Visitor, instead: list[Press]) -> None:
    instead.append(Press(Setup(), command=(sys.executable, "-c", WITHOUT_LIBRARIES)))
    answer = await bea.get(DAY)
    assert answer.status_code == 503
    assert "Les documents PDF ne sont pas disponibles sur ce serveur" in answer.text
    assert answer.headers["content-type"].startswith("text/html")


async def test_what_is_too_long_is_said_in_words(bea: Visitor, instead: list[Press]) -> None:
    instead.append(Press(Setup(limits=Limits(document=1000))))
    answer = await bea.get(DAY)
    assert answer.status_code == 422
    assert "Ce document est trop long" in answer.text


async def test_a_full_queue_is_said_in_words(bea: Visitor, instead: list[Press]) -> None:
    instead.append(Press(Setup(), printers=1, waiting=0))
    one = instead[0].printed(Job(html="<p>a"))
    _printed, answer = await asyncio.gather(one, bea.get(DAY))
    assert answer.status_code == 503
    assert "Beaucoup de documents sont demandés" in answer.text


async def test_names_of_the_worst_kind_neither_break_a_sheet_nor_run_on_it(
    bea: Visitor, office: Office
) -> None:
    nasty = replace(ZOE, first_name="=1+1 {{7*7}}", last_name="<script>" + "W" * 90)
    await book(office, at(tomorrow(), 9), nasty)
    said = text_of((await bea.get(f"{DAY}?jour={tomorrow()}")).content)
    assert "=1+1 {{7*7}}" in said
    assert "<script>" in said
    assert said.replace(" ", "").count("W") >= 90
