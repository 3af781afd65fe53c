"""What plugins add to a person's file and to its form."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec
from creneau.contributions import PersonAction, PersonContext, PersonFields
from creneau.i18n import current_locale
from creneau.people import service as people
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
    values: dict[str, str]


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
    found = [
        fields for fields in active().person_fields() if await _may(fields.permission, person_id)
    ]
    kept = await service.values_of(found, _context(person_id)) if person_id else [{} for _ in found]
    return [
        Group(
            fields=fields, values={one.name: str(values.get(one.name, "")) for one in fields.fields}
        )
        for fields, values in zip(found, kept, strict=True)
    ]


def typed_into(groups: Sequence[Group], typed: Form) -> list[Group]:
    """Give the same fields with what was typed into them."""
    return [
        Group(
            fields=group.fields,
            values={one.name: typed.text(one.name) for one in group.fields.fields},
        )
        for group in groups
    ]


def written(groups: Sequence[Group]) -> list[tuple[PersonFields, dict[str, str]]]:
    """Give the fields and their values as they are saved."""
    return [(group.fields, group.values) for group in groups]


async def _may(code: str, person_id: UUID | None) -> bool:
    if not code:
        return True
    reached: Within = within(code)
    if reached.organisation_ids == frozenset():
        return False
    return person_id is None or await people.is_known(person_id, reached)


def _context(person_id: UUID) -> PersonContext:
    return PersonContext(person_id=person_id, agent_id=signed_in_agent().id)
