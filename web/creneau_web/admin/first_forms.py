"""The forms of the first steps: how to be reached, a place, the motives of the trade (T-02)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
from creneau.context import acting_for, current_tenant
from creneau.i18n import gettext as _
from creneau.i18n import ngettext
from creneau.motives import service as motives
from creneau.organisations import service as organisations
from creneau.organisations.schemas import Organisation, OrganisationDraft
from creneau.places import service as places
from creneau.places.schemas import PlaceDraft
from creneau.planning import service as planning
from creneau.planning.schemas import EditOrganisation
from creneau.refusals import ChangedMeanwhile, InvalidInput
from creneau.starters import service as starters
from creneau.starters.schemas import Added, Chosen, Proposal
from creneau_tenants import service as tenants
from litestar import Request, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect, Template

from creneau_web.access import permission
from creneau_web.admin import reach, saving
from creneau_web.admin.first_pages import chosen, onward, options, step_page, theirs
from creneau_web.admin.progress import HOME
from creneau_web.admin.template_choice import groups
from creneau_web.forms import form
from creneau_web.visit import visit

ORGANISATION: Final = f"{HOME}/organisation"
PLACE: Final = f"{HOME}/lieu"
TEMPLATE: Final = f"{HOME}/modele"
CONTACTS: Final = ("phone", "email", "address", "opening_hours")
PLACES: Final = ("name", "address", "access_information")
AnyRequest = Request[Any, Any, Any]


@get(ORGANISATION, opt=permission("organisation:update"))
async def organisation_page() -> Template:
    """Ask how the public reaches the organisation."""
    found = chosen(await theirs("organisation:update"))
    return await _contacts(found, {name: str(getattr(found, name)) for name in CONTACTS})


async def _contacts(
    found: Organisation,
    values: Mapping[str, str],
    errors: Mapping[str, str] | None = None,
    conflict: Sequence[saving.Difference] | None = None,
) -> Template:
    return await step_page(
        "organisation",
        "admin/first_organisation.html",
        errors,
        status=200 if conflict is None else 409,
        organisation=found,
        values=values,
        conflict=conflict,
    )


@post(ORGANISATION, opt=permission("organisation:update"))
async def save_organisation(request: AnyRequest) -> Template | Redirect:
    """Keep how the public reaches the organisation."""
    typed = await form(request)
    found = chosen(await theirs("organisation:update"), typed)
    values = {name: typed.text(name) for name in CONTACTS}
    kept = {name: getattr(found, name) for name in ("name", "website", "territory", "time_zone")}
    draft = OrganisationDraft(**kept, **values)
    try:
        change = EditOrganisation(found.id, draft, typed.text("version"))
        await planning.save(change, reach.actor())
    except InvalidInput as wrong:
        opened = msgspec.structs.replace(found, version=typed.text("version"))
        return await _contacts(opened, values, wrong.fields)
    except ChangedMeanwhile:
        now = await organisations.organisation(found.id)
        return await _contacts(now, values, conflict=saving.differences(draft, now, _labels()))
    return await onward("organisation", _("Vos coordonnées sont enregistrées."))


def _labels() -> dict[str, str]:
    return {
        "phone": _("Téléphone"),
        "email": _("E-mail"),
        "address": _("Adresse"),
        "opening_hours": _("Horaires d’ouverture"),
    }


@get(PLACE, opt=permission("place:update"))
async def place_page() -> Template:
    """Ask for the first place; the organisation's own address is proposed."""
    found = await theirs("place:update")
    there = await places.places()
    first = chosen(found)
    values = {"name": "" if there else first.name, "address": "" if there else first.address}
    return await _place(found, {**dict.fromkeys(PLACES, ""), **values})


async def _place(
    found: Sequence[Organisation],
    values: Mapping[str, str],
    errors: Mapping[str, str] | None = None,
) -> Template:
    return await step_page(
        "lieu",
        "admin/first_place.html",
        errors,
        organisations=options(found),
        places=await places.places(),
        values=values,
    )


@post(PLACE, opt=permission("place:update"))
async def save_place(request: AnyRequest) -> Template | Redirect:
    """Create a place."""
    typed = await form(request)
    found = await theirs("place:update")
    values = {name: typed.text(name) for name in PLACES}
    try:
        draft = PlaceDraft(
            organisation_id=chosen(found, typed).id,
            name=values["name"],
            address=values["address"],
            access_information=values["access_information"],
        )
        await places.create_place(draft, reach.actor())
    except InvalidInput as wrong:
        return await _place(found, values, wrong.fields)
    return await onward("lieu", _("Le lieu « %(name)s » est créé.", name=values["name"]))


# The motives bring their services along: whoever adds them may add both.
@get(TEMPLATE, opt=permission("service:update"))
async def template_page() -> Template:
    """Propose the services, motives, roles and words of the tenant's verticals."""
    return await _template(await theirs("motive:update"))


async def _template(
    found: Sequence[Organisation], errors: Mapping[str, str] | None = None
) -> Template:
    proposals = await starters.proposals(chosen(found).id)
    held = reach.rights()
    return await step_page(
        "modele",
        "admin/first_template.html",
        errors,
        organisations=options(found),
        groups=groups(proposals),
        may_add_roles=held.can("role:update"),
        public_text=_public_text(proposals) if held.can("tenant:update") else "",
    )


def _public_text(proposals: Sequence[Proposal]) -> str:
    here = visit().directory
    if here is None or here.branding.public_text:
        return ""
    return next((_(one.starter.public_text) for one in proposals if one.starter.public_text), "")


@post(TEMPLATE, opt=permission("service:update"))
async def save_template(request: AnyRequest) -> Template | Redirect:
    """Add what was ticked, and nothing else."""
    typed = await form(request)
    found = await theirs("motive:update")
    held = reach.rights()
    wanted = Chosen(
        organisation_id=chosen(found, typed).id,
        services=frozenset(typed.texts("services")),
        motives=frozenset(typed.texts("motives")),
        roles=frozenset(typed.texts("roles") if held.can("role:update") else ()),
    )
    added = await starters.add(wanted, reach.actor())
    if typed.text("public_text") and held.can("tenant:update"):
        await _write_public_text(wanted)
    if not added.motives and not await _has_motives():
        return await _template(found, {"motives": _("Cochez au moins un motif.")})
    return await onward("modele", _said(added))


async def _has_motives() -> bool:
    return bool(await motives.motives(bookable_by="everyone"))


async def _write_public_text(wanted: Chosen) -> None:
    here = visit().directory
    with acting_for(current_tenant.get()):
        text = _public_text(await starters.proposals(wanted.organisation_id))
    if here is not None and text:
        look = msgspec.structs.replace(here.branding, public_text=text)
        await tenants.set_branding(here.tenant.id, look, reach.actor())


def _said(added: Added) -> str:
    number = len(added.motives)
    if not number:
        return _("Ces motifs existaient déjà : rien n’a été ajouté.")
    return ngettext(
        "%(number)s motif est ajouté. Vous pourrez tout y changer.",
        "%(number)s motifs sont ajoutés. Vous pourrez tout y changer.",
        number,
    )


ROUTES: Final[tuple[HTTPRouteHandler, ...]] = (
    organisation_page,
    save_organisation,
    place_page,
    save_place,
    template_page,
    save_template,
)
