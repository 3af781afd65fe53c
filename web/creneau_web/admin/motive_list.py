"""The list of motives, sorted and filtered (C-05)."""

from collections.abc import Sequence
from typing import Final

import msgspec
from creneau.i18n import gettext as _
from creneau.motives import service as motives
from creneau.motives.schemas import MotiveListed
from creneau.organisations.schemas import Organisation
from litestar import get
from litestar.response import Redirect, Template

from creneau_web import lists
from creneau_web.access import permission
from creneau_web.admin import reach
from creneau_web.admin.motive_form import LIST, UPDATE
from creneau_web.admin.motive_words import audiences, seats_in_words
from creneau_web.admin.spans import in_words


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A motive in the list."""

    href: str
    motive: MotiveListed
    length: str
    who: str
    seats: str
    state: str
    problem: str


@get(LIST, opt=permission(UPDATE))
async def list_page() -> Template | Redirect:
    """List the motives of the organisations where the agent may change them."""
    field = lists.field_asked()
    theirs = await reach.organisations_for(UPDATE)
    rows = await _rows(theirs, field)
    in_use = [row for row in rows if row.state != "archived"]
    if field and len(in_use) == 1:
        return Redirect(in_use[0].href)
    several = len(theirs) > 1
    return await lists.list_page(
        "admin/motives.html", _arranged(rows, several=several), several=several, field=field
    )


async def _rows(theirs: Sequence[Organisation], field: str) -> list[Row]:
    own = {one.id for one in theirs}
    return [_row(found, field) for found in await motives.listed() if found.organisation_id in own]


def _arranged(rows: Sequence[Row], *, several: bool) -> lists.Listing[Row]:
    return lists.arranged(
        rows,
        _columns(several=several),
        words_label=_("Nom ou catégorie"),
        text_of=lambda row: f"{row.motive.name} {row.motive.category}",
        choices=_choices(rows, several=several),
    )


async def _export() -> lists.Export:
    theirs = await reach.organisations_for(UPDATE)
    found = _arranged(await _rows(theirs, ""), several=len(theirs) > 1)
    return lists.exported("motifs", _("Motifs"), found)


def _row(found: MotiveListed, field: str) -> Row:
    return Row(
        href=f"{LIST}/{found.id}{field}",
        motive=found,
        length=in_words(found.duration_minutes),
        who=audiences()[found.audience],
        seats=seats_in_words(found.capacity),
        state="archived" if found.archived_at else "in_use",
        problem=_problem(found),
    )


def _problem(found: MotiveListed) -> str:
    """Say why nobody can book a motive that is open to everybody (D-02)."""
    waits = found.audience == "everyone" and found.capacity == 1 and not found.archived_at
    return _("Aucune plage d’ouverture ne le porte.") if waits and not found.openings else ""


def _columns(*, several: bool) -> list[lists.Column[Row]]:
    columns = [
        lists.Column[Row](name="nom", label=_("Nom"), key=lambda row: row.motive.name),
        lists.Column[Row](
            name="service", label=_("Service"), key=lambda row: row.motive.service_name
        ),
        lists.Column[Row](
            name="categorie", label=_("Catégorie"), key=lambda row: row.motive.category or None
        ),
        lists.Column[Row](
            name="duree", label=_("Durée"), key=lambda row: row.motive.duration_minutes
        ),
        lists.Column[Row](name="public", label=_("Qui peut réserver"), key=lambda row: row.who),
        lists.Column[Row](
            name="etat",
            label=_("État"),
            cell=lambda row: _("Archivé") if row.state == "archived" else _("En service"),
        ),
    ]
    if several:
        columns.insert(
            1,
            lists.Column[Row](
                name="organisation",
                label=_("Organisation"),
                key=lambda row: row.motive.organisation_name,
            ),
        )
    return columns


def _choices(rows: Sequence[Row], *, several: bool) -> list[lists.Choice[Row]]:
    def distinct(pairs: dict[str, str]) -> list[tuple[str, str]]:
        return sorted(pairs.items(), key=lambda pair: lists.folded(pair[1]))

    found = [row.motive for row in rows]
    choices = [
        lists.Choice[Row](
            name="service",
            label=_("Service"),
            options=distinct({str(one.service_id): one.service_name for one in found}),
            value_of=lambda row: str(row.motive.service_id),
        ),
        lists.Choice[Row](
            name="categorie",
            label=_("Catégorie"),
            options=distinct({one.category: one.category for one in found if one.category}),
            value_of=lambda row: row.motive.category,
        ),
        lists.Choice[Row](
            name="etat",
            label=_("État"),
            options=[
                ("in_use", _("En service")),
                ("archived", _("Archivés")),
                ("all", _("Tous")),
            ],
            value_of=lambda row: (row.state, "all"),
            default="in_use",
        ),
    ]
    if several:
        names = {str(one.organisation_id): one.organisation_name for one in found}
        choices.insert(
            0,
            lists.Choice[Row](
                name="organisation",
                label=_("Organisation"),
                options=distinct(names),
                value_of=lambda row: str(row.motive.organisation_id),
            ),
        )
    return choices


export: Final = lists.export_route(LIST, UPDATE, _export)
