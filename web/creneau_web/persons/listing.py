"""The base of persons: everybody, those whom one follows, and whoever is searched for (C-67)."""

from typing import Final
from urllib.parse import urlencode

from creneau.people import service as people
from creneau.people.finding.schemas import Found, FoundPage
from creneau.phones import readable_phone
from litestar import get
from litestar.params import FromQuery
from litestar.response import Template
from msgspec.structs import replace

from creneau_web import rendering
from creneau_web.access import permission
from creneau_web.backoffice.reach import signed_in_agent
from creneau_web.persons import facts
from creneau_web.persons.within import LIST, READ, UPDATE, may, within

PAGE: Final = 30
LAST_PAGE: Final = 10_000
MINE: Final = "moi"


@get(LIST, opt=permission(READ))
async def list_page(
    q: FromQuery[str] = "", suivi: FromQuery[str] = "", page: FromQuery[str] = ""
) -> Template:
    """List the persons whom the agent may see, or those found; a script asks while one types."""
    words, number = q.strip(), number_of(page)
    mine = suivi == MINE and not words
    found = await (_mine if mine else _found)(words, (number - 1) * PAGE)
    query = {"q": words} if words else {"suivi": MINE} if mine else {}
    return rendering.page(
        "persons/list.html",
        words=words,
        mine=mine,
        number_followed=await people.number_followed_by(signed_in_agent().id),
        found=replace(found, persons=tuple(map(_readable, await facts.listed(found.persons)))),
        previous_href=href(LIST, query, number - 1) if number > 1 else None,
        next_href=href(LIST, query, number + 1) if found.more else None,
        may_change=may(UPDATE),
    )


async def _found(words: str, skipped: int) -> FoundPage:
    return await people.search(words, within(), PAGE, skipped)


async def _mine(_words: str, skipped: int) -> FoundPage:
    found = await people.persons_followed_by(signed_in_agent().id, PAGE + 1, skipped)
    return FoundPage(persons=tuple(found[:PAGE]), more=len(found) > PAGE)


def _readable(one: Found) -> Found:
    return replace(one, phone=readable_phone(one.phone)) if one.phone else one


def number_of(typed: str) -> int:
    """Read the number of a page; what is none is the first."""
    return min(max(int(typed), 1), LAST_PAGE) if typed.isascii() and typed.isdecimal() else 1


def href(path: str, query: dict[str, str], number: int) -> str:
    """Give the address of a page of a list."""
    asked = query | ({"page": str(number)} if number > 1 else {})
    return f"{path}?{urlencode(asked)}" if asked else path
