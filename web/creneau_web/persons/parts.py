"""What plugins add to a person's file and to its form."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec
from creneau.contributions import Field, PersonAction, PersonContext, PersonFields
from creneau.i18n import current_locale
from creneau.i18n import gettext as _
from creneau.people import service as people
from creneau.people.files.schemas import Typed
from creneau.people.finding.schemas import Within
from creneau.plugins import active
from markupsafe import Markup

from creneau_web.backoffice.reach import signed_in_agent
from creneau_web.forms import Form
from creneau_web.persons import service
from creneau_web.persons.within import within
from creneau_web.rendering import environment


class Added(msgspec.Struct, frozen=True, kw_only=True):
    """What plugins add to a file: sections, drawn, and buttons."""

    sections: Sequence[Markup] = ()
    actions: Sequence[PersonAction] = ()


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """A plugin's fields in the form, with what stands in them."""

    fields: PersonFields
    used: Sequence[Field]
    values: dict[str, str]
    seen: str = ""

    @property
    def seen_name(self) -> str:
        """Name the field that carries what stood there when the form was opened."""
        return f"seen-{self.fields.plugin}"


async def added_to(person_id: UUID) -> Added:
    """Read and draw what plugins add to a person's file, for the agent who asks."""
    context = _context(person_id)
    kept = [part for part in active().person_sections() if await _may(part.permission, person_id)]
    told = await service.told_by(kept, context)
    return Added(
        sections=[_drawn(template, data) for template, data in told.sections],
        actions=told.actions,
    )


def _drawn(template: str, data: Mapping[str, object]) -> Markup:
    drawn = environment().get_template(template).render({"locale": current_locale.get(), **data})
    return Markup(drawn)  # noqa: S704 - drawn with autoescape


async def groups_of(person_id: UUID | None) -> list[Group]:
    """Give the plugins' fields that the agent may fill in, with what is kept; empty for a new file."""
    found = await service.kept_in(await _allowed(person_id), person_id and _context(person_id))
    return [
        Group(
            fields=fields,
            used=kept.used,
            values={one.name: str(kept.values.get(one.name, "")) for one in kept.used},
            seen=kept.seen,
        )
        for fields, kept in found
    ]


async def typed_groups(person_id: UUID | None, typed: Form) -> list[Group]:
    """Give the same fields with what was typed into them; nothing that is kept is read."""
    found = await service.kept_in(await _allowed(person_id), None)
    return [
        Group(
            fields=fields,
            used=kept.used,
            values={one.name: typed.text(one.name) for one in kept.used},
            seen=typed.text(f"seen-{fields.plugin}"),
        )
        for fields, kept in found
    ]


async def _allowed(person_id: UUID | None) -> list[PersonFields]:
    return [one for one in active().person_fields() if await _may(one.permission, person_id)]


def written(groups: Sequence[Group]) -> list[Typed]:
    """Give the fields and their values as they are saved."""
    return [Typed(fields=one.fields, values=one.values, seen=one.seen) for one in groups]


def labels(groups: Sequence[Group]) -> dict[str, str]:
    """Name the plugins' fields in the current language."""
    return {field.name: _(field.label) for one in groups for field in one.used}


def in_words(groups: Sequence[Group], values: Mapping[str, str]) -> dict[str, str]:
    """Write values as the form shows them: what was chosen by its label."""
    options = {field.name: dict(field.options) for one in groups for field in one.used}
    found = {name: values.get(name, "") for name in options}
    return {
        name: _(options[name][value]) if value in options[name] else value
        for name, value in found.items()
    }


async def _may(code: str, person_id: UUID | None) -> bool:
    if not code:
        return True
    reached: Within = within(code)
    if reached.organisation_ids == frozenset():
        return False
    return person_id is None or await people.is_known(person_id, reached)


def _context(person_id: UUID) -> PersonContext:
    return PersonContext(person_id=person_id, agent_id=signed_in_agent().id)
