"""The booking inside a page of the tenant's own website (C-47).

A frame shows what is open and the free times. Nothing in it needs a cookie, which browsers keep from
frames of other sites: every time is a link that opens the booking in the whole window, where the
visitor confirms it and goes on. Only sites that the tenant has allowed may show it.
"""

import re
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from creneau.availability import limits
from creneau.motives import service as motives
from creneau.motives.schemas import Motive
from creneau.offering import service as offering
from creneau.organisations import service as organisations
from creneau.places import service as places
from creneau.refusals import NotFound
from creneau.sharing import service as sharing
from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from creneau_web import framing
from creneau_web.access import public
from creneau_web.framing import HOME
from creneau_web.public import offers, receivers
from creneau_web.public.addresses import page_of
from creneau_web.public.calendars import calendar_of
from creneau_web.public.choosing import slots_href, with_whom_query
from creneau_web.rendering import page
from creneau_web.static_files import FOLDER
from creneau_web.throttling import limit
from creneau_web.visit import visit

SCRIPT: Final = "/integration.js"
SHORT: Final = re.compile(r"/r/([\w-]{1,20})")
SHOWN: Final = re.compile(r"/(organisations|services|lieux|rdv|avec)/([0-9a-f-]{36})")


@get(HOME, opt=public())
async def embedded_home(shown: FromQuery[str] = "") -> Template | Redirect:
    """Show the motives of a page that can be shared, or all that are open."""
    kind, thing = await _page_named(shown)
    if kind == "rdv" and thing:
        return Redirect(f"{HOME}/rdv/{thing}")
    found = await _motives(kind, thing)
    with_whom = thing if kind == "avec" else None
    return await _framed(
        "public/embedded.html", houses=await _by_house(found), query=with_whom_query(with_whom)
    )


async def _by_house(found: Sequence[Motive]) -> list[tuple[str, list[Motive]]]:
    # Two organisations may call what they offer the same.
    kept = [
        (one.name, [motive for motive in found if motive.organisation_id == one.id])
        for one in await organisations.organisations()
    ]
    return [(name, offered) for name, offered in kept if offered]


async def _page_named(path: str) -> tuple[str, UUID | None]:
    short = SHORT.fullmatch(path)
    if short:
        await limit("short_address")
        path = page_of(await sharing.named(short[1]))
    found = SHOWN.match(path)
    if found is None:
        return "", None
    try:
        return found[1], UUID(found[2])
    except ValueError:
        raise NotFound from None


async def _motives(kind: str, thing: UUID | None) -> Sequence[Motive]:
    every = await motives.public_motives()
    if thing is None:
        return every
    if kind == "lieux":
        return await offers.motives_at(await places.place(thing))
    if kind == "avec":
        who = await offering.receiver(thing)
        offered = {offer.motive_id for offer in await offering.offers(who.id)}
        return [one for one in every if one.id in offered]
    name = "organisation_id" if kind == "organisations" else "service_id"
    return [one for one in every if getattr(one, name) == thing]


@get(f"{HOME}/rdv/{{motive_id:uuid}}", opt=public())
async def embedded_places(
    motive_id: FromPath[UUID], avec: FromQuery[str] = ""
) -> Template | Redirect:
    """Show the places that take a motive; one alone is taken at once."""
    motive = await offers.open_motive(motive_id)
    receiver = await receivers.wished(avec)
    agent_id = receiver.id if receiver else None
    if limits.is_limited(motive):
        # Who it is comes first, and that is asked in the whole window.
        return await _framed(
            "public/embedded_first.html",
            motive=motive,
            whole=f"/rdv/{motive.id}{with_whom_query(agent_id)}",
        )
    found = (
        await receivers.places_with(motive, agent_id)
        if agent_id
        else await motives.places_of_motive(motive.id)
    )
    if len(found) == 1:
        return Redirect(f"{HOME}{slots_href(motive.id, found[0].id, agent_id)}")
    return await _framed(
        "public/embedded_places.html",
        motive=motive,
        places=found,
        receiver=receiver,
        query=with_whom_query(agent_id),
    )


@get(f"{HOME}/rdv/{{motive_id:uuid}}/{{place_id:uuid}}", opt=public())
async def embedded_slots(
    motive_id: FromPath[UUID],
    place_id: FromPath[UUID],
    semaine: FromQuery[str] = "",
    avec: FromQuery[str] = "",
) -> Template | Redirect:
    """Show a week of free times, each a link to the booking in the whole window."""
    motive = await offers.open_motive(motive_id)
    if limits.is_limited(motive):
        return Redirect(f"{HOME}/rdv/{motive.id}")
    place = await offers.place_of(motive, place_id)
    receiver = await receivers.wished(avec)
    agent_id = receiver.id if receiver else None
    return await _framed(
        "public/embedded_slots.html",
        motive=motive,
        place=place,
        receiver=receiver,
        calendar=await calendar_of(motive, place, semaine, agent_id=agent_id),
        here=f"{HOME}{slots_href(motive.id, place.id)}",
        whole=slots_href(motive.id, place.id),
        query=with_whom_query(agent_id),
        zone_note=offers.zone_note(place),
    )


async def _framed(template: str, **context: Any) -> Template:
    await framing.note(visit())
    return page(template, layout="layouts/embedded.html", home=HOME, **context)


@get(SCRIPT, opt=public(), sync_to_thread=False)
def script() -> Response[str]:
    """Give the script that puts the frame in the place of a link on the tenant's website."""
    headers = {
        "cross-origin-resource-policy": "cross-origin",
        "cache-control": "public, max-age=600",
    }
    text = (FOLDER / "js" / "integration.js").read_text(encoding="utf-8")
    return Response(text, media_type="text/javascript; charset=utf-8", headers=headers)


ROUTES: Final[tuple[HTTPRouteHandler, ...]] = (
    embedded_home,
    embedded_places,
    embedded_slots,
    script,
)
