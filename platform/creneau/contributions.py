"""What plugins hand to the core: frozen records whose own methods do the asynchronous work."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

import msgspec

from creneau import demonstration, form_fields
from creneau.afterwards import contributed as afterwards
from creneau.availability.schemas import Asking
from creneau.context import Tenant
from creneau.database import Transaction
from creneau.i18n import Locale
from creneau.motives.schemas import Motive, MotiveDraft
from creneau.people import sections
from creneau.sms.schemas import Sms
from creneau.starters import contributed as starters
from creneau.statistics import contributed

BuiltInRole = starters.BuiltInRole
DailyWork = afterwards.DailyWork
DemoFurnishing = demonstration.DemoFurnishing
DemoSpace = demonstration.DemoSpace
Field = form_fields.Field
FieldKind = form_fields.FieldKind
OrganisationKind = starters.OrganisationKind
Round = afterwards.Round
Starter = starters.Starter
StarterMotive = starters.StarterMotive
StarterRole = starters.StarterRole
StarterService = starters.StarterService
KeptFigures = contributed.KeptFigures
StatisticsAsked = contributed.StatisticsAsked
StatisticsChoice = contributed.StatisticsChoice
StatisticsSource = contributed.StatisticsSource
StatisticsTable = contributed.StatisticsTable
Work = afterwards.Work
PersonAction = sections.PersonAction
Fact = sections.Fact
PersonContext = sections.PersonContext
PersonFacts = sections.PersonFacts
PersonFields = sections.PersonFields
PersonSection = sections.PersonSection
Stage = Literal["hold", "confirm", "move"]
SettingsSection = Literal[
    "start", "organisation", "booking", "people", "look", "messages", "connections"
]
Page = Literal["backoffice.appointment", "public.confirmation", "public.manage"]
Scope = Literal["service", "organisation", "tenant"]
Word = Literal["person", "persons", "agent", "place", "organisation", "session", "sessions"]

AGENDA_REACH: Final[Mapping[BuiltInRole, Scope]] = {
    "administrator": "organisation",
    "secretary": "organisation",
    "agent": "service",
}
"""Whose agendas each built-in role reaches (C-04): for rights over what stands on an agenda."""

ORGANISATION_SETTINGS: Final[Mapping[BuiltInRole, Scope]] = {"administrator": "organisation"}
"""Settings of one organisation: for those who administer it (C-04)."""

TENANT_SETTINGS: Final[Mapping[BuiltInRole, Scope]] = {"administrator": "tenant"}
"""Settings of the whole tenant, whichever organisation the administrator belongs to."""


class PluginInfo(msgspec.Struct, frozen=True, kw_only=True):
    """How a vertical presents itself to a tenant; texts are French message ids.

    `adds`: what is there once it is on, and hidden once it is off. `needs`: what must be set up
    for that to work.
    """

    name: str
    label: str
    description: str
    adds: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


class Permission(msgspec.Struct, frozen=True, kw_only=True):
    """A right `resource:action` that a role holds in a scope: `service:appointment:read` (T-08).

    `grants` gives the built-in roles their scope, so that they are exactly C-04. `scopes` are
    those in which a tenant's own role can hold it, the widest last.
    """

    code: str
    label: str
    grants: Mapping[BuiltInRole, Scope]

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """Tell in which scopes the right means something: those over agendas reach services too."""
        widest = set(self.grants.values())
        if "tenant" in widest:
            return ("tenant",)
        return ("service", "organisation") if "service" in widest else ("organisation",)


class ResourceKind(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of thing whose time can be taken; `code` starts with the plugin's name and a dot."""

    code: str
    label: str


class ForOthers(msgspec.Struct, frozen=True, kw_only=True):
    """How a visitor says that they book for somebody else (D-07); texts are French message ids.

    `field` names the group's checkbox that says so. The identification step asks it first, as one
    question with two answers, of which `label` and `hint` are the second; whoever chooses it is
    asked the group's other fields. `acceptance` is what they tick where a motive has instructions.
    """

    field: str
    label: str
    acceptance: str
    hint: str = ""


class BookingFields(msgspec.Struct, frozen=True, kw_only=True):
    """Fields that a plugin adds to the identification step, and what becomes of their values.

    With `for_others`, they are asked of whoever books for somebody else, and of nobody else.
    """

    plugin: str
    legend: str
    fields: tuple[Field, ...]
    for_others: ForOthers | None = None

    def is_for_others(self, values: Mapping[str, str]) -> bool:
        """Tell whether a visitor has said that they book for somebody else."""
        return self.for_others is not None and bool(values.get(self.for_others.field))

    def check(self, values: Mapping[str, str]) -> Mapping[str, str]:
        """Return the sentence for each wrong field, in the current language; nothing if all is well."""
        raise NotImplementedError

    def proven_email(self, values: Mapping[str, str]) -> str | None:
        """Say whose address the e-mail code must prove; None: the person's own (C-42)."""
        del values
        return None

    def remembered(self, values: Mapping[str, str]) -> Mapping[str, str]:
        """Give what the browser keeps, sealed, to fill in when this visitor books again (D-07).

        It is asked once the booking is confirmed; nothing about the person booked for belongs here.
        """
        del values
        return {}

    async def booked_by(self, tx: Transaction, booking_ids: Sequence[UUID]) -> Mapping[UUID, str]:
        """Name who made some bookings for somebody else, as agents read it in the history (C-66)."""
        del tx, booking_ids
        return {}

    async def save(self, tx: Transaction, booking_id: UUID, values: Mapping[str, str]) -> None:
        """Keep checked values with a booking, in the transaction that confirms it."""
        raise NotImplementedError


class MotiveFields(msgspec.Struct, frozen=True, kw_only=True):
    """Fields that a plugin adds to the form of a motive (C-05).

    Their values are kept in the motive's `extra`: those of the field `choir_voice` as
    `choir.voice`, as text; a ticked box as `yes`, and nothing where nothing was typed.
    """

    plugin: str
    legend: str
    fields: tuple[Field, ...]

    def check(self, values: Mapping[str, str], draft: MotiveDraft) -> Mapping[str, str]:
        """Return the sentence for each wrong field, in the current language; nothing if all is well.

        It is asked whenever a motive is saved, also by programs, for which values may be missing.
        """
        raise NotImplementedError

    def values_in(self, extra: Mapping[str, Any]) -> dict[str, str]:
        """Read the fields' values out of a motive's `extra`; empty where nothing is kept."""
        return {field.name: str(extra.get(self._key(field), "")) for field in self.fields}

    def kept_in(self, extra: Mapping[str, Any], values: Mapping[str, str]) -> dict[str, Any]:
        """Give a motive's `extra` with these values; what others keep there stays."""
        own = {self._key(field): values.get(field.name, "") for field in self.fields}
        others = {key: value for key, value in extra.items() if key not in own}
        return {**others, **{key: value for key, value in own.items() if value}}

    def _key(self, field: Field) -> str:
        return f"{self.plugin}.{field.name.removeprefix(f'{self.plugin}_')}"


class MotiveNames(msgspec.Struct, frozen=True, kw_only=True):
    """A referential from which motives take their names (C-05); texts are French message ids.

    `missing_label` and `missing_href` lead to where one asks for a name that is not there.
    """

    missing_label: str = ""
    missing_href: str = ""

    async def names(self, tx: Transaction) -> Mapping[UUID, Sequence[str]] | None:
        """Give the names by service; None: names are free."""
        raise NotImplementedError


class BookingAttempt(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule judges; times are UTC. `values` are what the booking fields were given."""

    stage: Stage
    motive: Motive
    place_id: UUID
    starts_at: datetime
    ends_at: datetime
    booking_id: UUID | None = None
    resource_ids: Sequence[UUID] = ()
    person_id: UUID | None = None
    source: Literal["public", "others", "agent", "api"] = "public"
    instructions_accepted: bool = False
    values: Mapping[str, str] = {}


class BookingRule(msgspec.Struct, frozen=True):
    """A condition for holding, confirming or moving a booking (C-29)."""

    async def check(self, tx: Transaction, attempt: BookingAttempt) -> None:
        """Raise a `Refusal` with the plugin's own code, or return."""
        raise NotImplementedError


class Limited(msgspec.Struct, frozen=True, kw_only=True):
    """Whose time is offered; `note` says so above the times, in the current language.

    `resource_ids` None: everybody's. `note_href` leads to where what it stands on can be changed.
    """

    resource_ids: Sequence[UUID] | None = None
    note: str = ""
    note_href: str = ""


class SlotLimit(msgspec.Struct, frozen=True):
    """Whose time a motive offers to whom, where not everybody's to everybody (S-02, S-12).

    It binds the public and programs, when they search, hold and move; agents see everything.
    """

    def concerns(self, motive: Motive) -> bool:
        """Tell whether a motive is limited; asked for every search and hold, so without a statement."""
        raise NotImplementedError

    async def limited(self, tx: Transaction, motive: Motive, asking: Asking) -> Limited:
        """Say whose time is offered to who asks.

        Raise `PersonFirst` or `StepFirst` (`creneau.availability.errors`) where something must be
        known before, and `NothingOffered`, or a subclass, where nobody's time is; its detail `way`
        leads to where an answer can be changed.
        """
        raise NotImplementedError


class NavItem(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the back office's left rail; `permission` decides who sees it.

    `word`: the tenant's own word stands in place of the label.
    """

    label: str
    href: str
    icon: str
    permission: str
    order: int = 100
    word: Word | None = None


class SettingsPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the administration; texts are French message ids.

    `settings` names what is set there, for the search over all settings: pairs of a label and the
    id of the field on the page (empty: the page itself; `?champ=<id>`: the page is a list, and leads
    to that field of the one that is chosen there).
    """

    label: str
    href: str
    section: SettingsSection
    icon: str
    permission: str
    description: str = ""
    settings: tuple[tuple[str, str], ...] = ()
    order: int = 100


class PublicLink(msgspec.Struct, frozen=True, kw_only=True):
    """A way from the public's first page to a page of the plugin; texts are French message ids."""

    label: str
    href: str
    hint: str = ""
    icon: str = "pin"


class PageContext(msgspec.Struct, frozen=True, kw_only=True):
    """The page that asks for fragments, and what it is about."""

    page: Page
    tenant: Tenant
    booking_id: UUID


class Fragment(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of a page: a template of the plugin's own and the data that it shows."""

    template: str
    order: int = 100

    async def data(self, tx: Transaction) -> Mapping[str, object] | None:
        """Read what the template needs; None leaves the fragment out."""
        raise NotImplementedError


class Recipient(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody besides the person who gets a booking's messages."""

    email: str
    name: str
    locale: Locale
    role: str


class RecipientSource(msgspec.Struct, frozen=True):
    """Where further recipients of a booking's messages come from."""

    async def recipients(self, tx: Transaction, booking_id: UUID) -> Sequence[Recipient]:
        """List those who get a copy of each message about this booking."""
        raise NotImplementedError


class SmsGateway(msgspec.Struct, frozen=True, kw_only=True):
    """A way for SMS to leave, of which a tenant chooses one and fills its `fields` in (C-80).

    `code` starts with the plugin's name and a dot, the fields' names with the plugin's name. Values
    of `secrets` are kept sealed and never shown again.
    """

    code: str
    label: str
    description: str = ""
    fields: tuple[Field, ...] = ()
    secrets: frozenset[str] = frozenset()

    def beginning(self) -> Mapping[str, str]:
        """Give the values that the form begins with."""
        return {}

    def check(self, values: Mapping[str, str]) -> Mapping[str, str]:
        """Return the sentence for each wrong field, in the current language; nothing if all is well."""
        raise NotImplementedError

    async def send(self, sms: Sms, sender: str, values: Mapping[str, str]) -> str:
        """Hand one SMS over and give the gateway's id for it, empty if it has none.

        Raise `creneau.sms.errors.SmsRefused` if it will never be taken; after anything else it is
        tried again, with the same `reference`. No transaction is open.
        """
        raise NotImplementedError


class PersonalData(msgspec.Struct, frozen=True):
    """A plugin's part in what concerns a person's data: given out, erased (C-44), merged (C-67)."""

    async def export(self, tx: Transaction, person_id: UUID) -> Mapping[str, object]:
        """Give all that the plugin keeps about a person, ready for JSON."""
        raise NotImplementedError

    async def erase(self, tx: Transaction, person_id: UUID) -> None:
        """Remove or blank all that could identify the person."""
        raise NotImplementedError

    async def merge(self, tx: Transaction, kept_id: UUID, gone_id: UUID) -> None:
        """Bring what is kept about one file to another, which is of the same person.

        Nothing may lead to `gone_id` afterwards; where only one row can stay, that of `kept_id` does.
        What leads to the person by a booking alone needs nothing: the bookings are moved already.
        """
        del tx, kept_id, gone_id
