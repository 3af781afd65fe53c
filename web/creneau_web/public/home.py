"""The first page of a tenant, and the stable addresses to share (C-40, C-46)."""

from typing import Any
from uuid import UUID

from creneau.i18n import gettext
from creneau.organisations import service as organisations
from creneau.places import service as places
from creneau.plugins import active
from creneau.refusals import NotFound
from creneau_tenants.looks import service as looks
from litestar import get
from litestar.params import FromPath
from litestar.response import Template

from creneau_web.access import public
from creneau_web.public import offers
from creneau_web.rendering import page


@get("/", opt=public())
async def home() -> Template:
    """Show what can be booked, organisation by organisation, and whom to call for the rest."""
    found = await offers.organisation_offers()
    return page(
        "public/home.html",
        open=[offer for offer in found if offer.services],
        closed=[offer.organisation for offer in found if not offer.services],
        links=[
            {"href": link.href, "label": gettext(link.label), "hint": gettext(link.hint)}
            for link in active().public_links()
        ],
    )


@get("/organisations/{organisation_id:uuid}", opt=public())
async def organisation_page(organisation_id: FromPath[UUID]) -> Template:
    """Show one organisation: what it opens online, its phone, hours and address."""
    organisation = await organisations.organisation(organisation_id)
    found = await offers.organisation_offers()
    offer = next((offer for offer in found if offer.organisation.id == organisation.id), None)
    if offer is None:
        raise NotFound
    return page("public/organisation.html", offer=offer, organisation=organisation)


@get("/services/{service_id:uuid}", opt=public())
async def service_page(service_id: FromPath[UUID]) -> Template:
    """Show one service: what each organisation opens online for it."""
    services = {service.id: service for service in await organisations.services()}
    if service_id not in services:
        raise NotFound
    found = await offers.organisation_offers()
    return page(
        "public/service.html",
        service=services[service_id],
        open=[only for offer in found if (only := _only(offer, service_id)).services],
        organisations=[offer.organisation for offer in found],
    )


def _only(offer: offers.OrganisationOffer, service_id: UUID) -> offers.OrganisationOffer:
    kept = [group for group in offer.services if group.service.id == service_id]
    return offers.OrganisationOffer(offer.organisation, kept)


@get("/lieux/{place_id:uuid}", opt=public())
async def place_page(place_id: FromPath[UUID]) -> Template:
    """Show one place: the way in, and what can be booked there."""
    place = await places.place(place_id)
    if place.archived_at is not None:
        raise NotFound
    return page(
        "public/place_page.html",
        place=place,
        organisation=await organisations.organisation(place.organisation_id),
        motives=await offers.motives_at(place),
    )


@get("/aide", opt=public())
async def help_page() -> Template:
    """Say how to book, to change, to cancel, and whom to ask."""
    return page("public/help.html", **await _contacts())


@get("/accessibilite", opt=public())
async def accessibility_page() -> Template:
    """Say what was built in for accessibility, what was checked and what was not."""
    return page("public/accessibility.html", stated=await looks.statement(), **await _contacts())


@get("/mentions-legales", opt=public())
async def legal_page() -> Template:
    """Say who is responsible, and what becomes of personal data."""
    return page("public/legal.html")


async def _contacts() -> dict[str, Any]:
    found = await organisations.organisations()
    return {"organisations": [one for one in found if one.archived_at is None]}
