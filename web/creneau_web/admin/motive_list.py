"""The list of motives, sorted and filtered (C-05)."""

from collections.abc import Sequence

import msgspec
from creneau.i18n import gettext as _
from creneau.motives import service as motives
from creneau.motives.schemas import MotiveListed
from litestar import get
from litestar.response import Redirect, Template

from creneau_web.access import permission
from creneau_web.admin import listing, reach
from creneau_web.admin.motive_form import LIST, UPDATE
from creneau_web.admin.motive_words import audiences, seats_in_words
from creneau_web.admin.spans import in_words
from creneau_web.rendering import page


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
    field = listing.field_asked()
    theirs = {one.id: one.name for one in await reach.organisations_for(UPDATE)}
    rows = [
        _row(found, field) for found in await motives.listed() if found.organisation_id in theirs
    ]
    in_use = [row for row in rows if row.state != "archived"]
    if field and len(in_use) == 1:
        return Redirect(in_use[0].href)
    several = len(theirs) > 1
    return page(
        "admin/motives.html",
        several=several,
        field=field,
        listing=listing.arranged(
            rows,
            _columns(several=several),
            text_of=lambda row: f"{row.motive.name} {row.motive.category}",
            choices=_choices(rows, several=several),
        ),
    )


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


def _columns(*, several: bool) -> list[listing.Column[Row]]:
    columns = [
        listing.Column[Row](name="nom", label=_("Nom"), key=lambda row: row.motive.name),
        listing.Column[Row](
            name="service", label=_("Service"), key=lambda row: row.motive.service_name
        ),
        listing.Column[Row](
            name="categorie", label=_("Catégorie"), key=lambda row: row.motive.category or None
        ),
        listing.Column[Row](
            name="duree", label=_("Durée"), key=lambda row: row.motive.duration_minutes
        ),
        listing.Column[Row](name="public", label=_("Qui peut réserver"), key=lambda row: row.who),
        listing.Column[Row](name="etat", label=_("État")),
    ]
    if several:
        columns.insert(
            1,
            listing.Column[Row](
                name="organisation",
                label=_("Organisation"),
                key=lambda row: row.motive.organisation_name,
            ),
        )
    return columns


def _choices(rows: Sequence[Row], *, several: bool) -> list[listing.Choice[Row]]:
    def distinct(pairs: dict[str, str]) -> list[tuple[str, str]]:
        return sorted(pairs.items(), key=lambda pair: listing.folded(pair[1]))

    found = [row.motive for row in rows]
    choices = [
        listing.Choice[Row](
            name="service",
            label=_("Service"),
            options=distinct({str(one.service_id): one.service_name for one in found}),
            value_of=lambda row: str(row.motive.service_id),
        ),
        listing.Choice[Row](
            name="categorie",
            label=_("Catégorie"),
            options=distinct({one.category: one.category for one in found if one.category}),
            value_of=lambda row: row.motive.category,
        ),
        listing.Choice[Row](
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
            listing.Choice[Row](
                name="organisation",
                label=_("Organisation"),
                options=distinct(names),
                value_of=lambda row: str(row.motive.organisation_id),
            ),
        )
    return choices
