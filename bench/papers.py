"""How long documents take: one after the other, and ten at once."""

import asyncio
import time
from datetime import datetime
from statistics import median
from types import SimpleNamespace
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from creneau.context import Tenant, acting_for
from creneau_infra.pdf.press import Press
from creneau_infra.pdf.schemas import Job, Setup
from creneau_web import qr_codes
from creneau_web.documents import printing
from creneau_web.documents.letterheads import Letterhead
from creneau_web.rendering import environment
from reporting import measured, table

ROUNDS = 10
AT = datetime(2026, 12, 1, 9, 30, tzinfo=ZoneInfo("Europe/Paris"))
TENANT = Tenant(
    id=UUID(int=1),
    slug="bench",
    name="Ville de mesure",
    locale="fr",
    time_zone="Europe/Paris",
    public_url="https://bench.example",
)
HEAD = Letterhead(name=TENANT.name, logo="", footer="", phone="", colours=":root{--brand:#0B6E69}")


class Papers(msgspec.Struct, frozen=True):
    """Milliseconds: the first document with the start of its printer, then the median of others."""

    first_ms: int
    poster_ms: int
    sheet_of_20_ms: int
    sheet_of_300_ms: int
    ten_posters_at_once_ms: int


async def run(results: dict[str, Any]) -> None:
    """Print what the templates of the product make of sample data."""
    press = Press(Setup(fonts=printing.faces()))
    poster, twenty, many = _poster(), _sheet(20), _sheet(300)
    found = Papers(
        first_ms=await _took(press, poster),
        poster_ms=await _usual(press, poster),
        sheet_of_20_ms=await _usual(press, twenty),
        sheet_of_300_ms=await _took(press, many),
        ten_posters_at_once_ms=await _took(press, *[poster] * 10),
    )
    await press.close()
    results["papers"] = measured(found)
    rows = [(name, value) for name, value in msgspec.to_builtins(found).items()]
    table("Documents", ("", "milliseconds"), rows)


async def _usual(press: Press, job: Job) -> int:
    return round(median([await _took(press, job) for _ in range(ROUNDS)]))


async def _took(press: Press, *jobs: Job) -> int:
    started = time.perf_counter()
    await asyncio.gather(*(press.printed(job) for job in jobs))
    return round((time.perf_counter() - started) * 1000)


def _job(template: str, **context: object) -> Job:
    with acting_for(TENANT):
        drawn = environment().get_template(f"documents/{template}")
        html = drawn.render({**context, "head": HEAD, "locale": "fr"})
    return Job(html=html, sheets=(printing.SHEET.read_text(encoding="utf-8"), HEAD.colours))


def _poster() -> Job:
    address = "bench.example/r/7k3m-9xqd"
    return _job(
        "poster.html",
        name="Carte d’identité",
        where="Mairie principale",
        address=address,
        code_picture=qr_codes.inside(f"https://{address}"),
        phone="01 23 45 67 89",
        hours=("Lundi : 8 h 30 – 17 h",),
    )


def _sheet(number: int) -> Job:
    person = SimpleNamespace(last_name="Ben Abdallah El Fassi", first_name="Mohammed")
    return _job(
        "attendance.html",
        booking=SimpleNamespace(
            title="Refaire son CV", motive_name="Atelier", resource_labels=("Bea Martin",)
        ),
        organisation=SimpleNamespace(name="Mairie principale"),
        place=SimpleNamespace(name="Mairie principale"),
        starts_at=AT,
        ends_at=AT,
        seated=[person] * number,
        free_lines=4,
    )
