"""Doubles: suspected, side by side, made one (C-67)."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import msgspec
from creneau.i18n import gettext as _
from creneau.people import service as people
from creneau.people.merging import service as merging
from creneau.people.merging.errors import (
    AreRelatives,
    FilesChanged,
    RelativesOfRelative,
    SameFile,
)
from creneau.people.merging.schemas import FIELDS, Carried, Merging, Side
from creneau.people.rules import version_of
from creneau.people.schemas import Person
from creneau.refusals import InvalidInput, NotFound, Refusal
from litestar import Request, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from creneau_web import flashes, rendering
from creneau_web.access import permission
from creneau_web.admin import stale
from creneau_web.backoffice.reach import actor
from creneau_web.forms import Form, form
from creneau_web.persons import facts
from creneau_web.persons.choosing import told
from creneau_web.persons.listing import href, number_of
from creneau_web.persons.values import labels, values_of
from creneau_web.persons.within import (
    LIST,
    UPDATE,
    href_of,
    person_or_way,
    person_within,
    within,
)

DOUBLES: Final = f"{LIST}/doublons"
SEARCH: Final = LIST + "/{person_id:uuid}/fusion"
BOTH: Final = SEARCH + "/{other_person_id:uuid}"
MOST: Final = 10
AnyRequest = Request[Any, Any, Any]


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A field of both files; `side` is the one that is chosen. Where both say the same, none is."""

    name: str
    label: str
    kept: str
    gone: str
    side: Side
    same: bool


@get(DOUBLES, opt=permission(UPDATE))
async def doubles_page(page: FromQuery[str] = "") -> Template:
    """List the files that may be of one person, and why."""
    number = number_of(page)
    found = await merging.doubles(within(UPDATE), merging.PAGE, (number - 1) * merging.PAGE)
    return rendering.page(
        "persons/doubles.html",
        pairs=[
            {
                "first": one.first,
                "second": one.second,
                "told": (told(one.first), told(one.second)),
                "reasons": [_reason(reason) for reason in one.reasons],
                "href": f"{href_of(one.first.id)}/fusion/{one.second.id}",
            }
            for one in found.pairs
        ],
        previous_href=href(DOUBLES, {}, number - 1) if number > 1 else None,
        next_href=href(DOUBLES, {}, number + 1) if found.more else None,
    )


@post(f"{BOTH}/distinction", opt=permission(UPDATE))
async def tell_apart(person_id: FromPath[UUID], other_person_id: FromPath[UUID]) -> Redirect:
    """Say that two files are of two persons."""
    await person_within(person_id, UPDATE)
    await person_within(other_person_id, UPDATE)
    await merging.tell_apart(person_id, other_person_id, actor())
    flashes.add("success", _("C’est noté : ces deux fiches ne sont plus signalées."))
    return Redirect(DOUBLES, status_code=303)


@get(SEARCH, opt=permission(UPDATE))
async def search_page(
    person_id: FromPath[UUID], q: FromQuery[str] = "", avec: FromQuery[str] = ""
) -> Template | Redirect:
    """Look for the other file of the same person."""
    found = await person_or_way(person_id, UPDATE)
    if isinstance(found, Redirect):
        return found
    if avec:
        return Redirect(f"{href_of(person_id)}/fusion/{await _other(avec)}", status_code=303)
    words = q.strip() or f"{found.first_name} {found.last_name}"
    others = await people.search(words, within(UPDATE), MOST)
    return rendering.page(
        "persons/merge_search.html",
        person=found,
        words=words,
        options=[
            (str(one.id), one.name, told(one))
            for one in await facts.listed(others.persons)
            if one.id != person_id
        ],
    )


async def _other(typed: str) -> UUID:
    try:
        return (await person_within(UUID(typed), UPDATE)).id
    except ValueError as error:
        raise NotFound from error


@get(BOTH, opt=permission(UPDATE))
async def compare_page(
    person_id: FromPath[UUID], other_person_id: FromPath[UUID]
) -> Template | Redirect:
    """Show two files side by side, and what the one that stays will say."""
    kept = await person_or_way(person_id, UPDATE)
    gone = await person_or_way(other_person_id, UPDATE)
    if isinstance(kept, Redirect) or isinstance(gone, Redirect):
        return kept if isinstance(kept, Redirect) else Redirect(href_of(person_id))
    return await _compared(kept, gone, {})


@post(BOTH, opt=permission(UPDATE))
async def merge(
    request: AnyRequest, person_id: FromPath[UUID], other_person_id: FromPath[UUID]
) -> Template | Redirect:
    """Make two files one."""
    kept = await person_or_way(person_id, UPDATE)
    gone = await person_or_way(other_person_id, UPDATE)
    if isinstance(kept, Redirect) or isinstance(gone, Redirect):
        return _merged_already(kept if isinstance(kept, Redirect) else gone)
    typed = await form(request)
    sides = _sides(typed) | _unseen(kept, gone, await facts.hidden_of(person_id))
    # A row that had nothing to choose from, and has now, begins as in a page that is opened anew.
    chosen: dict[str, Side] = {name: side for name, side in sides.items() if typed.text(name)}
    try:
        await merging.merge(
            Merging(
                kept_id=person_id,
                gone_id=other_person_id,
                sides=sides,
                kept_version=typed.text("kept_version"),
                gone_version=typed.text("gone_version"),
            ),
            actor(),
        )
    except FilesChanged as refused:
        return await _compared(kept, gone, chosen, refused, typed)
    except (AreRelatives, RelativesOfRelative, SameFile, InvalidInput) as refused:
        return await _compared(kept, gone, sides, refused)
    flashes.add("success", _("Les deux fiches n’en font plus qu’une. L’ancienne adresse mène ici."))
    return Redirect(href_of(person_id), status_code=303)


def _merged_already(way: Person | Redirect) -> Redirect:
    flashes.add("info", _("Une de ces fiches a déjà été fusionnée : voici celle qui est restée."))
    return Redirect(way.url if isinstance(way, Redirect) else href_of(way.id), status_code=303)


def _sides(typed: Form) -> dict[str, Side]:
    return {name: "gone" if typed.text(name) == "gone" else "kept" for name in FIELDS}


def _unseen(kept: Person, gone: Person, hidden: facts.Hidden) -> dict[str, Side]:
    """Choose for whoever does not see some facts: what only one file knows is not lost."""
    here, there = values_of(kept), values_of(gone)
    return {name: "gone" if there[name] and not here[name] else "kept" for name in hidden}


async def _compared(
    kept: Person,
    gone: Person,
    sides: dict[str, Side],
    refused: Refusal | None = None,
    typed: Form | None = None,
) -> Template:
    """Show two files side by side; `typed` is a form that was made from what they were before."""
    (mine, other), hidden = await facts.read([kept, gone])
    here, there = values_of(mine), values_of(other)
    rows = [
        _row(name, label, here, there, sides)
        for name, label in _labels().items()
        if name not in hidden
    ]
    facts_shown = _facts(rows)
    return rendering.page(
        "persons/merge.html",
        status=refused.status if refused else 200,
        kept=kept,
        gone=gone,
        rows=rows,
        shown=stale.kept(facts_shown),
        changes=stale.changes(typed, facts_shown) if typed else None,
        versions=(version_of(kept), version_of(gone)),
        carried=await _carried(gone),
        stays=await _carried(kept),
        refused=_sentence(refused) if refused else "",
    )


def _sentence(refused: Refusal) -> str:
    if isinstance(refused, InvalidInput):
        return " ".join(refused.fields.values())
    return str(refused)


def _facts(rows: Sequence[Row]) -> stale.Facts:
    here, there = _("fiche gardée"), _("autre fiche")
    kept = {f"{row.label} ({here})": row.kept for row in rows if row.kept}
    return {**kept, **{f"{row.label} ({there})": row.gone for row in rows if row.gone}}


def _row(
    name: str, label: str, here: dict[str, str], there: dict[str, str], sides: dict[str, Side]
) -> Row:
    mine, others = _said(name, here[name]), _said(name, there[name])
    # What only one of them knows is not lost unless somebody wants it so.
    usual: Side = "gone" if others and not mine else "kept"
    return Row(
        name=name,
        label=label,
        kept=mine,
        gone=others,
        side=sides.get(name, usual),
        same=mine == others,
    )


def _said(name: str, value: str) -> str:
    return {"fr": _("Français"), "en": _("Anglais")}[value] if name == "locale" else value


def _labels() -> dict[str, str]:
    named = labels()
    return {name: named[name] for name in FIELDS}


async def _carried(one: Person) -> Carried:
    return await merging.carried_by(one.id)


def _reason(reason: str) -> str:
    return {
        "birth": _("Même nom, même date de naissance"),
        "email": _("Même e-mail, nom proche"),
        "phone": _("Même téléphone"),
    }[reason]


ROUTES = (doubles_page, tell_apart, search_page, compare_page, merge)
