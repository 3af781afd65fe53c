"""Whether a plugin declares itself as the contract asks: names, hooks, rights, routes, fields."""

import difflib
import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from types import ModuleType
from typing import Any, Final, cast, get_args
from uuid import UUID

from creneau import builtin, hookspecs
from creneau.context import Tenant
from creneau.contributions import (
    BookingFields,
    Fragment,
    MotiveFields,
    NavItem,
    Page,
    PageContext,
    Permission,
    PersonFields,
    PersonSection,
    SmsGateway,
    Starter,
)
from creneau.motives.rules import checked_motive
from creneau.motives.schemas import MotiveDraft
from creneau.refusals import InvalidInput
from creneau.starters.rules import motive_draft

MARK: Final = f"{hookspecs.PROJECT}_impl"
CODE: Final = re.compile(r"[a-z][a-z_]*:[a-z][a-z_]*")
ALIKE: Final = 0.8
NOBODY: Final = UUID(int=0)
_SOME_MOTIVE: Final = MotiveDraft(organisation_id=NOBODY, service_id=NOBODY, name="Essai")

HOOKS: Final = frozenset(
    name for name, value in vars(hookspecs).items() if hasattr(value, f"{hookspecs.PROJECT}_spec")
)


def answers(module: ModuleType, hook: str, **arguments: object) -> list[Any]:
    """Ask one plugin's own implementation of a hook that answers with a sequence."""
    implementation = cast("Callable[..., Sequence[Any]] | None", getattr(module, hook, None))
    return list(implementation(**arguments)) if implementation else []


def fragments(module: ModuleType, tenant: Tenant) -> list[Fragment]:
    """Ask a plugin for its pieces of every page."""
    contexts = (PageContext(page=page, tenant=tenant, booking_id=NOBODY) for page in get_args(Page))
    return list(chain.from_iterable(answers(module, "page_fragments", context=c) for c in contexts))


def hook_faults(name: str, module: ModuleType) -> Iterator[str]:
    """Name each function that would be a hook and is none, and a plugin that does not say its name."""
    for function_name, function in inspect.getmembers(module, inspect.isfunction):
        if function.__module__ != module.__name__:
            continue
        marked = hasattr(function, MARK)
        if marked and function_name not in HOOKS:
            yield f"{function_name}: no hook has this name"
        if not marked and _means_a_hook(function_name):
            yield f"{function_name}: reads like a hook, but hookimpl does not stand above it"
    yield from _presentation_faults(name, module)


def _means_a_hook(function_name: str) -> bool:
    return bool(difflib.get_close_matches(function_name, HOOKS, n=1, cutoff=ALIKE))


def _presentation_faults(name: str, module: ModuleType) -> Iterator[str]:
    if not hasattr(module, "register_plugin"):
        yield "register_plugin: a tenant could not read what the plugin is"
        return
    info = module.register_plugin()
    if info.name != name:
        yield f"register_plugin: says {info.name!r}, the entry point {name!r}"
    if not (info.label and info.description):
        yield "register_plugin: label or description is empty"


def right_faults(module: ModuleType, tenant: Tenant) -> Iterator[str]:
    """Name each right that is misnamed or taken, or asked for and declared by nobody (T-08)."""
    own: list[Permission] = answers(module, "register_permissions")
    core = {right.code for right in builtin.register_permissions()}
    for right in own:
        if not CODE.fullmatch(right.code):
            yield f"{right.code}: a right reads resource:action"
        if right.code in core:
            yield f"{right.code}: is the core's"
    known = core | {right.code for right in own}
    items: list[NavItem] = answers(module, "nav_items", tenant=tenant)
    for item in items:
        if item.permission not in known:
            yield f"{item.href}: asks for {item.permission}, which nobody declares"


def route_faults(name: str, module: ModuleType) -> Iterator[str]:
    """Name each route that does not say who may call it, or lies outside the plugin's own paths."""
    known = {
        right.code
        for right in (*builtin.register_permissions(), *answers(module, "register_permissions"))
    }
    for handler in answers(module, "register_routers"):
        for path in handler.paths:
            if name.replace("_", "-") not in path.split("/"):
                yield f"{path}: lies outside the plugin's own paths"
        access = handler.opt.get("access")
        if access is None:
            yield f"{sorted(handler.paths)}: does not say who may call it"
        elif access.kind == "permission" and access.right not in known:
            yield f"{sorted(handler.paths)}: asks for {access.right}, which nobody declares"


def field_faults(name: str, module: ModuleType, tenant: Tenant) -> Iterator[str]:
    """Name each field that could be taken for another's, or be refused without its sentence."""
    groups: list[BookingFields] = answers(module, "booking_fields", tenant=tenant)
    of_motives: list[MotiveFields] = answers(module, "motive_fields", tenant=tenant)
    for form in (groups, of_motives):
        yield from _form_faults(name, form)
    of_persons: list[PersonFields] = answers(module, "person_fields", tenant=tenant)
    yield from _form_faults(name, of_persons)
    for group in of_persons:
        yield from _strays(group, group.check(dict.fromkeys(_kinds(group), "x")))
    yield from _gateway_faults(name, answers(module, "sms_gateways", tenant=tenant))
    for group in groups:
        yield from _strays(group, group.check(dict.fromkeys(_kinds(group), "x")))
    for group in of_motives:
        yield from _strays(group, group.check(dict.fromkeys(_kinds(group), "x"), _SOME_MOTIVE))
        yield from (
            f"{field.name}: a motive that nobody filled in is refused"
            for field in group.fields
            if field.name in group.check(dict.fromkeys(_kinds(group), ""), _SOME_MOTIVE)
        )


def _form_faults(
    name: str,
    groups: Sequence[BookingFields] | Sequence[MotiveFields] | Sequence[PersonFields],
) -> Iterator[str]:
    names = [field.name for group in groups for field in group.fields]
    for field_name in names:
        if not field_name.startswith(f"{name}_"):
            yield f"{field_name}: a field's name starts with {name}_"
    yield from (f"{twice}: is there twice" for twice in {n for n in names if names.count(n) > 1})
    for group in groups:
        if group.plugin != name:
            yield f"{group.legend!r}: says that it is of {group.plugin!r}"
        kinds = _kinds(group)
        for field in group.fields:
            if field.needed_with and kinds.get(field.needed_with) != "checkbox":
                yield f"{field.name}: is needed with {field.needed_with}, which is no checkbox here"


def _gateway_faults(name: str, gateways: Sequence[SmsGateway]) -> Iterator[str]:
    for gateway in gateways:
        names = {field.name for field in gateway.fields}
        if not gateway.code.startswith(f"{name}."):
            yield f"{gateway.code}: a gateway's code starts with {name}."
        for field in sorted(names):
            if not field.startswith(f"{name}_"):
                yield f"{field}: a field's name starts with {name}_"
        wrong = gateway.check(dict.fromkeys(names, ""))
        for stray in sorted((gateway.secrets | wrong.keys()) - names):
            yield f"{stray}: no such field"


def _kinds(group: BookingFields | MotiveFields | PersonFields) -> dict[str, str]:
    return {field.name: field.kind for field in group.fields}


def _strays(
    group: BookingFields | MotiveFields | PersonFields, wrong: Mapping[str, str]
) -> Iterator[str]:
    yield from (f"{stray}: no such field" for stray in wrong.keys() - _kinds(group))


def starter_faults(module: ModuleType) -> Iterator[str]:
    """Name each part of a starter that could not be created, or stands there twice."""
    if not hasattr(module, "register_starter"):
        return
    starter: Starter = module.register_starter()
    services = [service.name for service in starter.services]
    names = [motive.name for motive in starter.motives]
    yield from (f"{twice}: is there twice" for twice in {n for n in names if names.count(n) > 1})
    for motive in starter.motives:
        if motive.service not in services:
            yield f"{motive.name}: {motive.service} is no service of the starter"
        try:
            checked_motive(motive_draft(motive, NOBODY, NOBODY))
        except InvalidInput as refused:
            yield f"{motive.name}: {dict(refused.fields)}"


def template_faults(name: str, module: ModuleType, tenant: Tenant) -> Iterator[str]:
    """Name each fragment whose template is not in the plugin's own folder."""
    folder = _template_folder(module)
    sections: list[PersonSection] = answers(module, "person_sections", tenant=tenant)
    for fragment in (*fragments(module, tenant), *sections):
        owner, _, file = fragment.template.partition("/")
        if owner != name or folder is None or not (folder / file).is_file():
            yield f"{fragment.template}: not found"


def _template_folder(module: ModuleType) -> Path | None:
    return module.register_templates() if hasattr(module, "register_templates") else None


def undocumented(hooks: Iterable[str] = HOOKS) -> list[str]:
    """Name each hook that does not say what it asks."""
    return sorted(hook for hook in hooks if not inspect.getdoc(getattr(hookspecs, hook)))
