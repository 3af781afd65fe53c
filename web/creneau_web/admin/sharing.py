"""What stands on walls and windows: a poster and a code for each page that can be shared (C-46)."""

from typing import Final
from uuid import UUID

import msgspec
from creneau.agents.managing import service as managing
from creneau.i18n import LOCALES, Locale
from creneau.motives import service as motives
from creneau.offering import service as offering
from creneau.organisations import service as organisations
from creneau.organisations.schemas import Organisation
from creneau.places import service as places
from creneau.refusals import NotFound
from creneau.sharing.schemas import Shared, SharedKind
from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery

from creneau_web import qr_codes
from creneau_web.access import permission
from creneau_web.admin import reach
from creneau_web.documents import printing
from creneau_web.public.addresses import page_of, short_address, typed_address

PLACES: Final = "/administration/lieux/{place_id:uuid}"
MOTIVES: Final = "/administration/motifs/{motive_id:uuid}"
ORGANISATIONS: Final = "/administration/organisations/{organisation_id:uuid}"
SERVICES: Final = "/administration/services/{service_id:uuid}"
AGENTS: Final = "/administration/agents/{agent_id:uuid}"
MOST_HOURS: Final = 7
SVG: Final = "image/svg+xml"


class Sharing(msgspec.Struct, frozen=True, kw_only=True):
    """What a page of settings shows of sharing; `base` begins the addresses of poster and code.

    `link` is the whole short address, to copy; `address` the same as people type it.
    """

    base: str
    link: str
    address: str
    public_href: str


class Poster(msgspec.Struct, frozen=True, kw_only=True):
    """What a poster says besides its code."""

    shared: Shared
    name: str
    organisation: Organisation | None = None
    phone: str = ""


def sharing_of(kind: SharedKind, thing_id: UUID, base: str) -> Sharing:
    """Give what a page of settings shows of sharing."""
    shared = Shared(kind=kind, id=thing_id)
    return Sharing(
        base=base,
        link=short_address(shared),
        address=typed_address(shared),
        public_href=page_of(shared),
    )


async def sharing_of_agent(agent_id: UUID, base: str) -> Sharing | None:
    """Give what is shown of sharing an agent's page; None for whom the public cannot book."""
    try:
        await offering.receiver(agent_id)
    except NotFound:
        return None
    return sharing_of("agent", agent_id, base)


async def _place(place_id: UUID) -> Poster:
    found = await places.place(place_id)
    await reach.require_in("place:update", found.organisation_id)
    _require(found.archived_at is None)
    return Poster(
        shared=Shared(kind="place", id=found.id),
        name=found.name,
        organisation=await organisations.organisation(found.organisation_id),
        phone=found.phone,
    )


async def _motive(motive_id: UUID) -> Poster:
    found = await motives.motive(motive_id)
    await reach.require_in("motive:update", found.organisation_id)
    _require(found.audience == "everyone" and found.archived_at is None)
    return Poster(
        shared=Shared(kind="motive", id=found.id),
        name=found.name,
        organisation=await organisations.organisation(found.organisation_id),
    )


async def _organisation(organisation_id: UUID) -> Poster:
    found = await organisations.organisation(organisation_id)
    await reach.require_in("organisation:update", found.id)
    _require(found.archived_at is None)
    shared = Shared(kind="organisation", id=found.id)
    return Poster(shared=shared, name=found.name, organisation=found)


async def _service(service_id: UUID) -> Poster:
    found = await organisations.service(service_id)
    return Poster(shared=Shared(kind="service", id=found.id), name=found.name)


async def _agent(agent_id: UUID) -> Poster:
    await managing.colleague(reach.agent().id, agent_id)
    return await poster_of_agent(agent_id)


async def poster_of_agent(agent_id: UUID) -> Poster:
    """Give the poster of an agent whom the public can book.

    Raises:
        NotFound: The public cannot book this agent.
    """
    found = await offering.receiver(agent_id)
    own = [await organisations.organisation(one) for one in found.organisation_ids]
    return Poster(
        shared=Shared(kind="agent", id=found.id),
        name=found.display_name,
        organisation=next((one for one in own if one.archived_at is None), None),
    )


def _require(shown: bool) -> None:  # noqa: FBT001 - a condition, as `assert` has
    if not shown:
        raise NotFound


async def printed(poster: Poster, asked: str) -> Response[bytes]:
    """Print a poster in the language that is asked for, or the reader's."""
    own = poster.organisation
    return await printing.answer(
        "poster.html",
        "affiche",
        locale=_language(asked),
        name=poster.name,
        where=own.name if own else "",
        address=typed_address(poster.shared),
        code_picture=qr_codes.inside(short_address(poster.shared)),
        phone=poster.phone or (own.phone if own else ""),
        hours=own.opening_hours.splitlines()[:MOST_HOURS] if own else (),
    )


def _language(asked: str) -> Locale | None:
    return next((one for one in LOCALES if one == asked), None)


def drawn(poster: Poster) -> Response[bytes]:
    """Draw the code of a poster alone."""
    return Response(
        qr_codes.drawn(short_address(poster.shared)),
        media_type=SVG,
        headers={
            "content-disposition": 'inline; filename="code.svg"',
            "cache-control": "no-store",
        },
    )


@get(f"{PLACES}/affiche.pdf", opt=permission("place:update"))
async def place_poster(place_id: FromPath[UUID], langue: FromQuery[str] = "") -> Response[bytes]:
    """Print the poster of a place."""
    return await printed(await _place(place_id), langue)


@get(f"{PLACES}/code.svg", opt=permission("place:update"))
async def place_code(place_id: FromPath[UUID]) -> Response[bytes]:
    """Draw the code of a place."""
    return drawn(await _place(place_id))


@get(f"{MOTIVES}/affiche.pdf", opt=permission("motive:update"))
async def motive_poster(motive_id: FromPath[UUID], langue: FromQuery[str] = "") -> Response[bytes]:
    """Print the poster of a motive that everyone may book."""
    return await printed(await _motive(motive_id), langue)


@get(f"{MOTIVES}/code.svg", opt=permission("motive:update"))
async def motive_code(motive_id: FromPath[UUID]) -> Response[bytes]:
    """Draw the code of a motive that everyone may book."""
    return drawn(await _motive(motive_id))


@get(f"{ORGANISATIONS}/affiche.pdf", opt=permission("organisation:update"))
async def organisation_poster(
    organisation_id: FromPath[UUID], langue: FromQuery[str] = ""
) -> Response[bytes]:
    """Print the poster of an organisation."""
    return await printed(await _organisation(organisation_id), langue)


@get(f"{ORGANISATIONS}/code.svg", opt=permission("organisation:update"))
async def organisation_code(organisation_id: FromPath[UUID]) -> Response[bytes]:
    """Draw the code of an organisation."""
    return drawn(await _organisation(organisation_id))


@get(f"{SERVICES}/affiche.pdf", opt=permission("service:update"))
async def service_poster(
    service_id: FromPath[UUID], langue: FromQuery[str] = ""
) -> Response[bytes]:
    """Print the poster of a service."""
    return await printed(await _service(service_id), langue)


@get(f"{SERVICES}/code.svg", opt=permission("service:update"))
async def service_code(service_id: FromPath[UUID]) -> Response[bytes]:
    """Draw the code of a service."""
    return drawn(await _service(service_id))


@get(f"{AGENTS}/affiche.pdf", opt=permission("agent:update"))
async def agent_poster(agent_id: FromPath[UUID], langue: FromQuery[str] = "") -> Response[bytes]:
    """Print the poster of an agent whom everyone can book."""
    return await printed(await _agent(agent_id), langue)


@get(f"{AGENTS}/code.svg", opt=permission("agent:update"))
async def agent_code(agent_id: FromPath[UUID]) -> Response[bytes]:
    """Draw the code of an agent whom everyone can book."""
    return drawn(await _agent(agent_id))


ROUTES: Final[tuple[HTTPRouteHandler, ...]] = (
    place_poster,
    place_code,
    motive_poster,
    motive_code,
    organisation_poster,
    organisation_code,
    service_poster,
    service_code,
    agent_poster,
    agent_code,
)
