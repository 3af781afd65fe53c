"""Making and changing a person's file (C-67, S-07)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import UUID

import msgspec
from creneau.i18n import gettext as _
from creneau.organisations import service as organisations
from creneau.people.errors import FileChanged
from creneau.people.files import service as files
from creneau.people.finding.schemas import Found
from creneau.people.rules import draft_of, version_of
from creneau.people.schemas import Person, PersonDraft
from creneau.refusals import InvalidInput, NotFound
from creneau.validation import one_line
from litestar import Request, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from creneau_web import flashes
from creneau_web.access import permission
from creneau_web.admin import saving
from creneau_web.backoffice.reach import actor
from creneau_web.forms import Form, form
from creneau_web.persons import facts, parts
from creneau_web.persons.values import (
    FIELDS,
    draft_from,
    keeping,
    labels,
    lenient,
    shown,
    typed_values,
    values_of,
)
from creneau_web.persons.within import (
    LIST,
    READ,
    UPDATE,
    href_of,
    person_or_way,
    person_within,
    within,
)
from creneau_web.rendering import page

NEW: Final = f"{LIST}/nouvelle"
ONE: Final = LIST + "/{person_id:uuid}"
# Where a new file is chosen at once, with the field that takes it.
GOES_ON: Final = "/rendez-vous/"
LONGEST_WAY: Final = 500
AnyRequest = Request[Any, Any, Any]


@get(NEW, opt=permission(UPDATE))
async def new_page(responsable: FromQuery[str] = "", suite: FromQuery[str] = "") -> Template:
    """Show the empty form; for a relative, with what is the same in a household."""
    responsible = await _responsible(responsable)
    values = dict.fromkeys(FIELDS, "") | {"locale": "fr"}
    if responsible is not None:
        (seen,), _hidden = await facts.read([responsible])
        same = {"last_name": seen.last_name, "address": seen.address}
        values |= same | {"locale": seen.locale}
    return await _new_form(values, await parts.groups_of(None), responsible, way=_way(suite))


@post(NEW, opt=permission(UPDATE))
async def create(request: AnyRequest) -> Template | Redirect:
    """Make a file, unless one that looks alike was not shown yet: then show it first."""
    typed = await form(request)
    responsible = await _responsible(typed.text("responsible_id"))
    groups = await parts.typed_groups(None, typed)
    again: dict[str, Any] = {
        "way": _way(typed.text("suite")),
        "chosen": typed.text("organisation_id"),
    }
    alike = await facts.listed(await files.perhaps_the_same(lenient(typed), within()))
    if {str(one.id) for one in alike} - set(typed.texts("seen")):
        return await _new_form(
            typed_values(typed), groups, responsible, alike=alike, status=409, **again
        )
    try:
        made = await files.create(
            draft_from(typed),
            [] if responsible else await _known_by(typed.text("organisation_id")),
            actor(),
            responsible_id=responsible.id if responsible else None,
            written=parts.written(groups),
        )
    except InvalidInput as wrong:
        return await _new_form(
            typed_values(typed), groups, responsible, errors=wrong.fields, status=422, **again
        )
    flashes.add("success", _said_made(draft_from(typed), responsible))
    return Redirect(_onwards(again["way"], made, responsible), status_code=303)


@get(f"{NEW}/ressemblances", opt=permission(UPDATE))
async def alike_part(request: AnyRequest) -> Template:
    """Show, while somebody types, whose file it may be already."""
    typed = Form({key: [value] for key, value in parse_qsl(request.url.query)})
    found = await files.perhaps_the_same(lenient(typed), within())
    return page("persons/alike.html", alike=await facts.listed(found))


@get(f"{ONE}/modification", opt=permission(UPDATE))
async def edit_page(person_id: FromPath[UUID]) -> Template | Redirect:
    """Show a file's form."""
    found = await person_or_way(person_id, UPDATE)
    if isinstance(found, Redirect):
        return found
    (seen,), _hidden = await facts.read([found])
    return await _edit_form(found, values_of(seen), await parts.groups_of(person_id))


@post(f"{ONE}/modification", opt=permission(UPDATE))
async def save(request: AnyRequest, person_id: FromPath[UUID]) -> Template | Redirect:
    """Save a file: whoever saves second is shown what the first one saved."""
    found = await person_or_way(person_id, UPDATE)
    if isinstance(found, Redirect):
        return _merged_meanwhile(found)
    typed = await form(request)
    groups = await parts.typed_groups(person_id, typed)
    hidden = await facts.hidden_of(person_id)
    values = typed_values(typed)
    try:
        draft = keeping(draft_from(typed, hidden), found, hidden)
        before = await files.update(
            person_id, draft, typed.text("version"), actor(), parts.written(groups)
        )
    except InvalidInput as wrong:
        kept = typed.text("version")
        return await _edit_form(found, values, groups, errors=wrong.fields, status=422, kept=kept)
    except FileChanged as conflict:
        return await _conflicting(person_id, values, groups, hidden, conflict)
    after = await person_within(person_id, UPDATE)
    said = saving.said_what_changed(draft_of(before), draft_of(after), labels())
    flashes.add("success", said if not groups else _("La fiche est enregistrée."))
    return Redirect(href_of(person_id), status_code=303)


def _merged_meanwhile(way: Redirect) -> Redirect:
    said = _(
        "Rien n’a été enregistré : quelqu’un a fusionné la fiche que vous modifiiez avec celle-ci. "
        "Reportez ici ce qui manque."
    )
    flashes.add("warning", said)
    return Redirect(way.url, status_code=303)


async def _conflicting(
    person_id: UUID,
    values: Mapping[str, str],
    groups: Sequence[parts.Group],
    hidden: facts.Hidden,
    conflict: FileChanged,
) -> Template:
    """Show what somebody else saved meanwhile beside what was typed, as far as one may see it."""
    now = shown(msgspec.convert(conflict.saved, PersonDraft))
    named = {name: label for name, label in labels().items() if name not in hidden}
    typed = {name: value for one in groups for name, value in one.values.items()}
    others = saving.differences(values, now, named) + saving.differences(
        parts.in_words(groups, typed),
        parts.in_words(groups, conflict.added),
        parts.labels(groups),
    )
    fresh = {one.seen_name: one.seen for one in await parts.groups_of(person_id)}
    again = [msgspec.structs.replace(one, seen=fresh.get(one.seen_name, "")) for one in groups]
    found = await person_within(person_id, UPDATE)
    return await _edit_form(found, values, again, conflict=others, status=409)


async def _responsible(typed: str) -> Person | None:
    if not typed:
        return None
    try:
        found = await person_within(UUID(typed), UPDATE)
    except ValueError as error:
        raise NotFound from error
    if found.responsible_id is not None:
        raise NotFound
    return found


async def _organisations() -> list[tuple[str, str]]:
    reached = within(UPDATE).organisation_ids
    return [
        (str(one.id), one.name)
        for one in await organisations.organisations()
        if reached is None or one.id in reached
    ]


async def _known_by(typed: str) -> Sequence[UUID]:
    theirs = [value for value, _name in await _organisations()]
    if len(theirs) == 1:
        return [UUID(theirs[0])]
    if typed not in theirs:
        raise InvalidInput({"organisation_id": _("Choisissez une organisation de la liste.")})
    return [UUID(typed)]


def _way(typed: str) -> str:
    """Give the address that somebody came from to make a file for an appointment; else nothing."""
    parts_of_it = urlsplit(typed)
    plain = not (parts_of_it.scheme or parts_of_it.netloc or "\\" in typed)
    return typed if plain and typed.startswith(GOES_ON) and len(typed) <= LONGEST_WAY else ""


def _onwards(way: str, made: UUID, responsible: Person | None) -> str:
    if not way:
        return href_of(responsible.id if responsible else made)
    before = urlsplit(way)
    query = [pair for pair in parse_qsl(before.query) if pair[0] != "personne"]
    return f"{before.path}?{urlencode([*query, ('personne', str(made))])}"


def _said_made(draft: PersonDraft, responsible: Person | None) -> str:
    name = one_line(f"{draft.first_name} {draft.last_name}")
    if responsible is None:
        return _("La fiche de %(name)s est créée.", name=name)
    return _(
        "%(name)s est ajouté aux proches de %(responsible)s.",
        name=name,
        responsible=f"{responsible.first_name} {responsible.last_name}",
    )


async def _new_form(
    values: Mapping[str, str],
    groups: Sequence[parts.Group],
    responsible: Person | None,
    *,
    alike: Sequence[Found] = (),
    **more: Any,
) -> Template:
    known_by = [] if responsible else await _organisations()
    more["hidden"] = await facts.hidden_of(None)
    return _form(
        values,
        groups,
        responsible=responsible,
        alike=alike,
        organisations=known_by if len(known_by) > 1 else [],
        **more,
    )


async def _edit_form(
    found: Person, values: Mapping[str, str], groups: Sequence[parts.Group], **more: Any
) -> Template:
    responsible = await person_within(found.responsible_id, READ) if found.responsible_id else None
    version = more.pop("kept", "") or version_of(found)
    more["hidden"] = await facts.hidden_of(found.id)
    return _form(values, groups, person=found, responsible=responsible, version=version, **more)


def _form(
    values: Mapping[str, str], groups: Sequence[parts.Group], *, status: int = 200, **more: Any
) -> Template:
    context: dict[str, Any] = {
        "person": None,
        "hidden": (),
        "responsible": None,
        "version": "",
        "alike": (),
        "organisations": (),
        "chosen": "",
        "way": "",
        "errors": {},
        "conflict": None,
    }
    return page(
        "persons/form.html", status=status, values=values, groups=groups, **{**context, **more}
    )


ROUTES = (new_page, create, alike_part, edit_page, save)
