"""All invitations within the agent's reach: who has answered, and who has not (S-11, C-68)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, get_args
from uuid import UUID

from creneau.i18n import gettext as _
from creneau.invitations.listing import service as listing
from creneau.invitations.listing.schemas import (
    InvitationLine,
    InvitationSort,
    InvitationsWanted,
)
from creneau.invitations.schemas import InvitationChannel, InvitationState
from creneau.organisations import service as organisations
from creneau.people import service as people
from creneau.refusals import NotFound
from creneau.roles.schemas import Reach
from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect, Template
from msgspec.structs import replace

from creneau_web import lists
from creneau_web.access import permission
from creneau_web.backoffice import agendas, reach
from creneau_web.invitations.showing import KINDS, channel_label, state_label
from creneau_web.persons.within import LIST as PERSONS
from creneau_web.persons.within import READ, within
from creneau_web.visit import visit

LIST: Final = f"{PERSONS}/invitations"
SORTS: Final[Mapping[str, InvitationSort]] = {
    "usager": "person",
    "motif": "what",
    "envoi": "made",
    "fin": "last_day",
    "etat": "state",
}
STATES: Final[tuple[InvitationState, ...]] = get_args(InvitationState)
CHANNELS: Final[tuple[InvitationChannel, ...]] = get_args(InvitationChannel)


@get(LIST, opt=permission(READ))
async def list_page() -> Template | Redirect:
    """List the invitations to what the agent may set appointments for."""
    asked = await _asked()
    wanted = _wanted(asked)
    total = await listing.counted(wanted)
    rows = await listing.listed(wanted, lists.PAGE_SIZE, asked.skipped(total))
    return await lists.list_page(
        "invitations/list.html",
        lists.shown([_local(one) for one in rows], total, _columns(), asked),
        kinds=KINDS,
        state_label=state_label,
        channel_label=channel_label,
    )


async def _export() -> lists.Export:
    wanted, columns = _wanted(await _asked()), _columns()
    return lists.export_of(
        columns,
        name="invitations",
        title=_("Invitations"),
        total=await listing.counted(wanted),
        feed=lists.fed_by(listing.each, wanted, _local),
    )


async def _asked() -> lists.Asked:
    services = [(str(one.id), one.name) for one in await organisations.services()]
    filters = [
        lists.words_filter(_("Nom")),
        lists.Filter(
            name="etat", label=_("État"), options=[(one, state_label(one)) for one in STATES]
        ),
        lists.Filter(name="service", label=_("Service"), options=services),
        lists.Filter(
            name="envoi",
            label=_("Comment"),
            options=[(one, channel_label(one)) for one in CHANNELS],
        ),
        *lists.period_filters(),
        await _person_filter(),
    ]
    return lists.turned_round(lists.asked_for(filters, SORTS, default_sort="-envoi"))


async def _person_filter() -> lists.Filter:
    asked = lists.uuid_of(lists.parameter("personne"))
    known = asked is not None and await people.is_known(asked, within())
    return lists.Filter(
        name="personne",
        label=_("Usager"),
        kind="fixed",
        options=await _named(asked) if asked and known else (),
    )


async def _named(person_id: UUID) -> list[tuple[str, str]]:
    try:
        found = await people.person(person_id)
        return [(str(person_id), f"{found.first_name} {found.last_name}")]
    except NotFound:
        return []


def _wanted(asked: lists.Asked) -> InvitationsWanted:
    since, to = lists.period_of(asked, agendas.zone())
    rights = visit().rights
    return InvitationsWanted(
        agent_id=reach.signed_in_agent().id,
        within=within(),
        reach=rights.reach(reach.READ) if rights else Reach(),
        words=asked.words,
        person_id=lists.uuid_of(asked.value("personne")),
        service_id=lists.uuid_of(asked.value("service")),
        state=asked.value("etat"),
        channel=asked.value("envoi"),
        since=since,
        to=to,
        sort=SORTS[asked.column],
        descending=asked.descending,
    )


def _local(one: InvitationLine) -> InvitationLine:
    zone = agendas.zone()
    return replace(
        one,
        made_at=one.made_at.astimezone(zone),
        reminded_at=one.reminded_at and one.reminded_at.astimezone(zone),
        booked_at=one.booked_at and one.booked_at.astimezone(zone),
    )


def _columns() -> Sequence[lists.Column[InvitationLine]]:
    def column(name: str, label: str, **more: Any) -> lists.Column[InvitationLine]:
        return lists.Column(name=name, label=label, sortable=name in SORTS, **more)

    return [
        column("usager", _("Usager"), cell=lambda one: f"{one.last_name} {one.first_name}"),
        column("motif", _("Pour quoi"), cell=lambda one: one.what),
        column("service", _("Service"), cell=lambda one: one.service_name, only_exported=True),
        column(
            "organisation",
            _("Organisation"),
            cell=lambda one: one.organisation_name,
            only_exported=True,
        ),
        column("envoi", _("Envoyée le"), cell=lambda one: one.made_at.replace(tzinfo=None)),
        column("par", _("Par"), cell=lambda one: one.made_by_name, only_exported=True),
        column(
            "comment", _("Comment"), cell=lambda one: channel_label(one.channel), only_exported=True
        ),
        column("fin", _("À utiliser jusqu’au"), cell=lambda one: one.last_day),
        column("etat", _("État"), cell=lambda one: state_label(one.state)),
        column(
            "relance",
            _("Relance"),
            cell=lambda one: one.reminded_at and one.reminded_at.replace(tzinfo=None),
            only_exported=True,
        ),
    ]


ROUTES: Final[tuple[HTTPRouteHandler, ...]] = (
    list_page,
    lists.export_route(LIST, READ, _export),
)
