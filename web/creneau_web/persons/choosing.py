"""Persons proposed while one types: in whatever form needs one, and in the top bar (C-62, C-67)."""

import re
from typing import Final
from uuid import UUID

import msgspec
from creneau.i18n import gettext as _
from creneau.people import service as people
from creneau.people.finding.schemas import Found
from creneau.phones import readable_phone
from litestar import get
from litestar.params import FromQuery
from litestar.response import Template

from creneau_web.access import permission
from creneau_web.persons import facts
from creneau_web.persons.within import READ, within
from creneau_web.rendering import page

MOST: Final = 8
FIELD: Final = re.compile(r"[a-z][a-z_]{0,30}")


class Suggestion(msgspec.Struct, frozen=True, kw_only=True):
    """A person as the top bar proposes them."""

    id: UUID
    name: str
    told: str


@get("/personnes/recherche", opt=permission(READ))
async def choices(q: FromQuery[str] = "", champ: FromQuery[str] = "personne") -> Template:
    """Offer the persons whom `q` finds as choices of a form's field, called `champ`."""
    found = await people.search(q, within(), MOST) if q.strip() else None
    shown = await facts.told_apart(found.persons) if found else []
    return page(
        "persons/choices.html",
        found=found,
        options=[(str(one.id), one.name, told(one)) for one in shown],
        field=champ if FIELD.fullmatch(champ) else "personne",
    )


@get("/personnes/suggestions", opt=permission(READ))
async def suggestions(q: FromQuery[str] = "") -> Template:
    """Offer the files of the persons whom `q` finds, for the search of the top bar."""
    words = q.strip()
    found = await people.search(words, within(), MOST) if words else None
    shown = await facts.told_apart(found.persons) if found else []
    return page(
        "persons/suggestions.html",
        words=words,
        near=found is not None and found.near,
        more=found is not None and found.more,
        options=[Suggestion(id=one.id, name=one.name, told=told(one)) for one in shown],
    )


def told(one: Found) -> str:
    """Tell a person from others of the same name: birth, contact, who answers, who follows."""
    said = (
        one.birth_date and _("naissance : %(day)s", day=f"{one.birth_date:%d/%m/%Y}"),
        one.phone and readable_phone(one.phone),
        one.email,
        one.responsible_name and _("proche de %(name)s", name=one.responsible_name),
        one.referents and _("suivi : %(names)s", names=", ".join(one.referents)),
    )
    return " · ".join(str(part) for part in said if part)
