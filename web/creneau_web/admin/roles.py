"""Roles and their rights: the matrix of all of them, and the form of those of one's own (T-08)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import msgspec
from creneau.contributions import Permission
from creneau.i18n import gettext as _
from creneau.plugins import installed
from creneau.refusals import ChangedMeanwhile, InvalidInput
from creneau.roles import service as roles
from creneau.roles.errors import RoleHeld
from creneau.roles.rules import display_name, given_by
from creneau.roles.schemas import Role, RoleDraft, Scope
from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from creneau_web import flashes, lists
from creneau_web.access import permission
from creneau_web.admin import reach, saving, stale
from creneau_web.forms import Form, form
from creneau_web.rendering import page

HOME: Final = "/administration/roles"
RIGHT: Final = "role:update"
AnyRequest = Request[Any, Any, Any]


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """A role as the matrix shows it; `href` leads to its form if it is the tenant's own."""

    name: str
    href: str | None
    holders: int


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A right, and how far it reaches in each role; an empty text: not at all."""

    label: str
    cells: Sequence[str]


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A right as the form asks for it; `chosen` is the option's value."""

    id: str
    label: str
    options: Sequence[tuple[str, str]]
    chosen: str


@get(HOME, opt=permission(RIGHT))
async def matrix_page() -> Template:
    """Show every right in every role."""
    found = await roles.roles()
    counts = {role.id: len(await roles.holders(role.id)) for role in found}
    declared = installed().permissions()
    reaches = [dict(given_by(role, declared)) for role in found]
    return page(
        "admin/roles.html",
        columns=[
            Column(
                name=display_name(role),
                href=None if role.built_in else f"{HOME}/{role.id}",
                holders=counts[role.id],
            )
            for role in found
        ],
        lines=[
            Line(label=_(right.label), cells=[_reach(reach.get(right.code)) for reach in reaches])
            for right in declared
        ],
    )


@get(f"{HOME}/nouveau", opt=permission(RIGHT))
async def new_page() -> Template:
    """Show the empty form."""
    return _form(RoleDraft(name=""))


@post(f"{HOME}/nouveau", opt=permission(RIGHT), status_code=200)
async def create(request: AnyRequest) -> Template | Redirect:
    """Create a role."""
    reach.require_everywhere(RIGHT)
    draft = _draft(await form(request))
    try:
        await _refuse_known_name(draft.name)
        await roles.create_role(draft, reach.actor())
    except InvalidInput as refused:
        return _form(draft, wrong=refused.fields)
    said = _("Le rôle « %(name)s » est créé. Donnez-le depuis la page des agents.", name=draft.name)
    flashes.add("success", said)
    return Redirect(HOME, status_code=303)


@get(HOME + "/{role_id:uuid}", opt=permission(RIGHT))
async def edit_page(role_id: FromPath[UUID]) -> Template:
    """Show a role's form, and who holds it."""
    found = await roles.role(role_id)
    return await _edit_form(found, RoleDraft(name=found.name, permissions=found.permissions))


@post(HOME + "/{role_id:uuid}", opt=permission(RIGHT), status_code=200)
async def save(request: AnyRequest, role_id: FromPath[UUID]) -> Template | Redirect:
    """Change a role for all who hold it."""
    reach.require_everywhere(RIGHT)
    typed = await form(request)
    draft = _draft(typed)
    rights, actor = reach.rights(), reach.actor()
    try:
        await _refuse_known_name(draft.name, but=role_id)
        before = await roles.update_role(role_id, draft, typed.text("version"), rights, actor)
    except InvalidInput as refused:
        version = typed.text("version")
        opened = msgspec.structs.replace(await roles.role(role_id), version=version)
        return await _edit_form(opened, draft, wrong=refused.fields, status=422)
    except ChangedMeanwhile as conflict:
        now = msgspec.convert(conflict.saved, Role)
        return await _edit_form(now, draft, conflict=_differences(draft, now), status=409)
    flashes.add("success", saving.said_what_changed(before, draft, _labels()))
    return Redirect(HOME, status_code=303)


@get(HOME + "/{role_id:uuid}/suppression", opt=permission(RIGHT))
async def removal_page(role_id: FromPath[UUID]) -> Template:
    """Say who holds a role before it is deleted."""
    return await _removal(await roles.role(role_id))


@post(HOME + "/{role_id:uuid}/suppression", opt=permission(RIGHT), status_code=303)
async def remove(request: AnyRequest, role_id: FromPath[UUID]) -> Template | Redirect:
    """Delete a role that nobody holds, or say what stands in the way by now."""
    reach.require_everywhere(RIGHT)
    found = await roles.role(role_id)
    typed = await form(request)
    try:
        await roles.delete_role(role_id, reach.actor(), version=typed.text("version"))
    except RoleHeld:
        return await _removal(found, status=409)
    except ChangedMeanwhile:
        now = await roles.role(role_id)
        return await _removal(now, stale.changes(typed, _facts(now)), status=409)
    flashes.add("success", _("Le rôle « %(name)s » est supprimé.", name=found.name))
    return Redirect(HOME, status_code=303)


async def _removal(
    found: Role, changes: Sequence[stale.Change] | None = None, *, status: int = 200
) -> Template:
    return page(
        "admin/role_removal.html",
        status=status,
        role=found,
        holders=await roles.holders(found.id),
        changes=changes,
        carried={"version": found.version, stale.FIELD: stale.kept(_facts(found))},
    )


async def _refuse_known_name(name: str, but: UUID | None = None) -> None:
    # The built-in roles have no name of their own: each language shows another.
    shown = {lists.folded(display_name(one)) for one in await roles.roles() if one.id != but}
    if name and lists.folded(name) in shown:
        raise InvalidInput({"name": _("Un rôle porte déjà ce nom.")})


def _reach(scope: Scope | None) -> str:
    return {
        None: "",
        "service": _("Ses services"),
        "organisation": _("Son organisation"),
        "tenant": _("Tout l’espace"),
    }[scope]


def _draft(typed: Form) -> RoleDraft:
    chosen = tuple(value for value in typed.texts("permissions") if value)
    return RoleDraft(name=typed.text("name"), permissions=chosen)


def _form(
    draft: RoleDraft,
    *,
    wrong: Mapping[str, str] | None = None,
    status: int | None = None,
    **more: Any,
) -> Template:
    context: dict[str, Any] = {"role": None, "holders": (), "conflict": None, "last": None}
    return page(
        "admin/role.html",
        status=status or (422 if wrong else 200),
        draft=draft,
        agendas=_questions(draft, agendas=True),
        settings=_questions(draft, agendas=False),
        wrong=wrong or {},
        labels=_labels(),
        **{**context, **more},
    )


async def _edit_form(found: Role, draft: RoleDraft, **more: Any) -> Template:
    return _form(
        draft,
        role=found,
        holders=await roles.holders(found.id),
        last=await saving.last_change("role", found.id),
        **more,
    )


def _questions(draft: RoleDraft, *, agendas: bool) -> list[Question]:
    wanted = [
        right for right in installed().permissions() if ("service" in right.scopes) is agendas
    ]
    return [_question(right, draft.permissions) for right in wanted]


def _question(right: Permission, chosen: Iterable[str]) -> Question:
    options = [(f"{scope}:{right.code}", _reach(scope)) for scope in right.scopes]
    values = {value for value, _label in options}
    return Question(
        id=f"right-{right.code.replace(':', '-')}",
        label=_(right.label),
        options=[("", _("Non")), *options],
        chosen=next((value for value in chosen if value in values), ""),
    )


def _labels() -> dict[str, str]:
    return {"name": _("Nom du rôle"), "permissions": _("Droits")}


def _differences(draft: RoleDraft, now: Role) -> list[saving.Difference]:
    found: list[saving.Difference] = []
    if draft.name != now.name:
        found.append(saving.Difference(label=_labels()["name"], saved=now.name))
    if set(draft.permissions) != set(now.permissions):
        said = _rights_in_words(now) or _("aucun")
        found.append(saving.Difference(label=_labels()["permissions"], saved=said))
    return found


def _facts(role: Role) -> stale.Facts:
    return {_labels()["name"]: role.name, _labels()["permissions"]: _rights_in_words(role)}


def _rights_in_words(role: Role) -> str:
    declared = installed().permissions()
    labels = {right.code: _(right.label) for right in declared}
    return ", ".join(
        f"{labels[code]} ({_reach(scope)})" for code, scope in given_by(role, declared)
    )


ROUTES = (matrix_page, new_page, create, edit_page, save, removal_page, remove)
