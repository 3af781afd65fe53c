"""The base of persons: everybody, those whom one follows, and whoever is searched for (C-67, C-68).

What is typed finds whoever is meant, the likeliest first. Without it the base is a list as any other:
sorted, filtered, cut into pages, exported, its searches kept.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from creneau.i18n import gettext as _
from creneau.i18n import ngettext, thousands
from creneau.organisations import service as organisations
from creneau.people import service as people
from creneau.people.listing import service as listing
from creneau.people.listing.schemas import Line, Sort, Wanted
from creneau.phones import readable_phone
from creneau_infra.sheets.cells import Cell
from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromQuery
from litestar.response import Redirect, Template
from msgspec.structs import replace

from creneau_web import lists, rendering
from creneau_web.access import permission
from creneau_web.backoffice import agendas
from creneau_web.backoffice.reach import signed_in_agent, visible_agents
from creneau_web.persons import facts
from creneau_web.persons.facts import Hidden, Listed
from creneau_web.persons.within import LIST, READ, UPDATE, may, within

PAGE: Final = 30
LAST_PAGE: Final = 10_000
FOLLOWED, HOUSE = "suivi", "organisation"
MINE, NOBODY = "moi", "personne"
SORTS: Final[dict[str, Sort]] = {"nom": "name", "birth_date": "birth", "creation": "created"}
BY_NAME: Final = "nom"
MOST_TAKEN: Final = 10_000
"""Persons of a typed search that leave as a file: of more it says too little."""

COUNTED: Final = 500
"""So many are counted of those who are found; of more it is enough to know that there are more."""


@get(LIST, opt=permission(READ))
async def list_page(q: FromQuery[str] = "", page: FromQuery[str] = "") -> Template | Redirect:
    """List the persons whom the agent may see, or those found; a script asks while one types."""
    words = q.strip()
    return await _search_page(words, number_of(page)) if words else await _listed_page()


async def _search_page(words: str, number: int) -> Template:
    found = await people.search(words, within(), PAGE, (number - 1) * PAGE)
    query = {"q": words}
    return rendering.page(
        "persons/list.html",
        words=words,
        near=found.near,
        persons=await _as_seen(found.persons),
        columns=[{"label": one.label} for one in _columns(()) if not one.only_exported][:-1],
        previous_href=href(LIST, query, number - 1) if number > 1 else None,
        next_href=href(LIST, query, number + 1) if found.more else None,
        export_href=f"{LIST}/export?{urlencode(query)}"
        if found.persons and lists.may_export()
        else "",
        **await _around(""),
    )


async def _listed_page() -> Template | Redirect:
    hidden = await facts.hidden_in_lists()
    asked = await _asked(hidden)
    wanted = _wanted(asked)
    total = await listing.counted(wanted)
    lines = await listing.listed(wanted, total, asked.page, lists.PAGE_SIZE)
    return await lists.list_page(
        "persons/list.html",
        lists.shown(await _as_seen(lines), total, _columns((), hidden), asked),
        words="",
        zone=agendas.zone(),
        count_said=_count_said(total),
        **await _around(asked.value(FOLLOWED)),
    )


async def _around(followed: str) -> dict[str, Any]:
    return {
        "mine": followed == MINE,
        "followed": followed,
        "number_followed": await people.number_followed_by(signed_in_agent().id),
        "may_change": may(UPDATE),
    }


async def _export() -> lists.Export:
    hidden = await _kept_back()
    words = lists.parameter("q").strip()
    columns = _columns([*hidden, *(["creation"] if words else [])])
    total, feed = await (_found(words) if words else _listed(hidden))
    return lists.export_of(
        columns,
        name="personnes",
        title=_("Fiches"),
        total=total,
        feed=feed,
    )


async def _kept_back() -> Hidden:
    """Name what never leaves with a list: neither shown, nor told by its order."""
    return {*await facts.ruled(), *await facts.hidden_in_lists()}


async def _listed(hidden: Hidden) -> tuple[int, lists.Feed]:
    wanted = _wanted(await _asked(hidden))
    return await listing.counted(wanted), lists.fed_by(listing.each, wanted, _readable)


async def _found(words: str) -> tuple[int, lists.Feed]:
    """Have those leave whom a typed search finds, the likeliest first, and some thousands at most."""
    first = await people.search(words, within(), COUNTED)

    async def feed(sink: lists.Sink) -> None:
        taken, page = 0, first
        while page.persons and taken < MOST_TAKEN:
            await sink([_readable(one) for one in page.persons])
            taken += len(page.persons)
            if not page.more:
                return
            page = await people.search(words, within(), lists.BATCH, taken)

    return MOST_TAKEN if first.more else len(first.persons), feed


async def _asked(hidden: Hidden) -> lists.Asked:
    sorts = SORTS.keys() - {*hidden}
    asked = lists.asked_for(await _filters(), sorts, default_sort=BY_NAME)
    return lists.turned_round(asked)


async def _filters() -> Sequence[lists.Filter]:
    own = signed_in_agent().id
    agents = [(str(one.id), one.display_name) for one in await visible_agents() if one.id != own]
    known = within().organisation_ids
    houses = [
        (str(one.id), one.name)
        for one in await organisations.organisations()
        if known is None or one.id in known
    ]
    options = [(MINE, _("Moi")), (NOBODY, _("Aucun référent")), *agents]
    return [
        lists.Filter(name=FOLLOWED, label=_("Référent"), options=options),
        *(
            [lists.Filter(name=HOUSE, label=_("Organisation"), options=houses)]
            if len(houses) > 1
            else []
        ),
        lists.Filter(name="du", label=_("Fiche créée depuis le"), kind="day"),
        lists.Filter(name="au", label=_("Fiche créée jusqu’au"), kind="day"),
    ]


def _wanted(asked: lists.Asked) -> Wanted:
    since, to = lists.period_of(asked, agendas.zone())
    followed = asked.value(FOLLOWED)
    own = signed_in_agent().id
    return Wanted(
        within=within(),
        referent_id=own if followed == MINE else lists.uuid_of(followed),
        unfollowed=followed == NOBODY,
        organisation_id=lists.uuid_of(asked.value(HOUSE)),
        since=since,
        to=to,
        sort=SORTS.get(asked.column, "name"),
        descending=asked.descending,
    )


def _columns(left_out: Collection[str], unsorted: Hidden = ()) -> Sequence[lists.Column[Line]]:
    def column(
        name: str, label: str, cell: Callable[[Line], Cell] | None, *, only_exported: bool = False
    ) -> lists.Column[Line]:
        return lists.Column(
            name=name,
            label=label,
            cell=cell,
            sortable=name in SORTS and name not in unsorted,
            only_exported=only_exported,
        )

    zone = agendas.zone()
    found = [
        column("nom", _("Nom"), lambda one: one.last_name),
        column("prenom", _("Prénom"), lambda one: one.first_name, only_exported=True),
        column("birth_name", _("Nom de naissance"), lambda one: one.birth_name, only_exported=True),
        column("birth_date", _("Naissance"), lambda one: one.birth_date),
        column("contact", _("Contact"), None),
        column("tel", _("Téléphone"), lambda one: one.phone, only_exported=True),
        column("email", _("Adresse e-mail"), lambda one: one.email, only_exported=True),
        column("proche", _("Proche de"), lambda one: one.responsible_name, only_exported=True),
        column("referents", _("Référents"), lambda one: ", ".join(one.referents)),
        column("creation", _("Fiche créée le"), lambda one: one.created_at.astimezone(zone).date()),
    ]
    return [one for one in found if one.name not in left_out]


def _count_said(total: int) -> str:
    return ngettext("%(num)s fiche", "%(num)s fiches", total, num=thousands(total))


async def _as_seen(found: Sequence[Listed]) -> list[Listed]:
    return [_readable(one) for one in await facts.listed(found)]


def _readable(one: Listed) -> Listed:
    return replace(one, phone=readable_phone(one.phone)) if one.phone else one


def number_of(typed: str) -> int:
    """Read the number of a page; what is none is the first."""
    return min(max(int(typed), 1), LAST_PAGE) if typed.isascii() and typed.isdecimal() else 1


def href(path: str, query: dict[str, str], number: int) -> str:
    """Give the address of a page of a list."""
    asked = query | ({"page": str(number)} if number > 1 else {})
    return f"{path}?{urlencode(asked)}" if asked else path


ROUTES: Final[tuple[HTTPRouteHandler, ...]] = (
    list_page,
    lists.export_route(LIST, READ, _export),
)
