"""The core's own contributions, given through the same hooks as any plugin's.

It is the shortest example of a plugin there is: functions marked `hookimpl` that return records.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from creneau import administration
from creneau.appointments.contact import ContactRule
from creneau.appointments.limits import InstructionsRule, PersonLimitRule
from creneau.calendars.personal import CalendarData
from creneau.confidentiality.personal import ConfidentialData
from creneau.context import Tenant
from creneau.contributions import (
    AGENDA_REACH,
    BookingRule,
    NavItem,
    Permission,
    PersonalData,
    ResourceKind,
    SettingsPage,
    SmsGateway,
    Starter,
    Word,
)
from creneau.hookspecs import hookimpl
from creneau.invitations.personal import InvitationsData
from creneau.lists.schemas import EXPORT
from creneau.messages.preferences.personal import PreferencesData
from creneau.messages.receipts.personal import ReceiptsData
from creneau.people import administration as people_administration
from creneau.people.notes.personal import FileData
from creneau.questions.answering import AnswersData
from creneau.sms import administration as sms_administration
from creneau.sms import gateways
from creneau.starters.plain import STARTER
from creneau.waiting.personal import WaitingData


@hookimpl
def register_permissions() -> Sequence[Permission]:
    """The rights of the back office and of the administration, granted as C-04 says."""
    return (
        Permission(code="appointment:read", label="Voir les rendez-vous", grants=AGENDA_REACH),
        Permission(
            code="appointment:update", label="Modifier les rendez-vous", grants=AGENDA_REACH
        ),
        *people_administration.PERMISSIONS,
        Permission(
            code=EXPORT, label="Exporter les listes et les statistiques", grants=AGENDA_REACH
        ),
        *administration.PERMISSIONS,
        sms_administration.PERMISSION,
    )


@hookimpl
def register_translations() -> Path:
    """The English texts of the domain."""
    return Path(__file__).parent / "locale"


@hookimpl
def register_starter() -> Starter:
    """What any organisation can begin with."""
    return STARTER


@hookimpl
def resource_kinds(tenant: Tenant) -> Sequence[ResourceKind]:
    """Agents and rooms."""
    del tenant
    return (ResourceKind(code="agent", label="Agent"), ResourceKind(code="room", label="Salle"))


@hookimpl
def booking_rules(tenant: Tenant) -> Sequence[BookingRule]:
    """Accepted instructions, limits per motive, and where somebody is called or visited."""
    del tenant
    return (InstructionsRule(), PersonLimitRule(), ContactRule())


@hookimpl
def nav_items(tenant: Tenant) -> Sequence[NavItem]:
    """The day, the agendas, the persons, and when agents receive and are away."""
    del tenant
    read = "appointment:read"
    return (
        NavItem(label="Ma journée", href="/agents", icon="home", permission=read, order=5),
        NavItem(label="Agenda", href="/agenda", icon="calendar", permission=read, order=10),
        NavItem(
            label="Trouver un créneau",
            href="/creneaux",
            icon="search",
            permission="appointment:update",
            order=20,
        ),
        NavItem(
            label="Tous les RDV",
            href="/rendez-vous",
            icon="list",
            permission="appointment:read",
            order=30,
        ),
        NavItem(
            label="Statistiques",
            href="/statistiques",
            icon="chart",
            permission="appointment:read",
            order=60,
        ),
        NavItem(
            label="RDV collectifs",
            href="/rendez-vous-collectifs",
            icon="people",
            permission="appointment:read",
            order=45,
        ),
        NavItem(
            label="Plages d’ouverture",
            href="/plages",
            icon="clock",
            permission="appointment:update",
            order=50,
        ),
        NavItem(
            label="Absences",
            href="/absences",
            icon="dash",
            permission="appointment:update",
            order=55,
        ),
        people_administration.NAV_ITEM,
    )


@hookimpl
def settings_pages(tenant: Tenant) -> Sequence[SettingsPage]:
    """The pages of the core's own administration."""
    del tenant
    return (*administration.SETTINGS_PAGES, sms_administration.SETTINGS_PAGE)


@hookimpl
def sms_gateways(tenant: Tenant) -> Sequence[SmsGateway]:
    """Any service over HTTP; and the demo's phone, where there is one."""
    del tenant
    return gateways.built_in()


@hookimpl
def personal_data(tenant: Tenant) -> Sequence[PersonalData]:
    """What somebody waits for, answered, was written, and reads as a calendar (C-28, C-05, C-82, C-83)."""
    del tenant
    return (
        WaitingData(),
        AnswersData(),
        FileData(),
        ReceiptsData(),
        PreferencesData(),
        ConfidentialData(),
        CalendarData(),
        InvitationsData(),
    )


@hookimpl
def words(tenant: Tenant) -> Mapping[Word, str]:
    """What persons, agents, places and organisations are called where no vertical says otherwise."""
    del tenant
    return {
        "person": "usager",
        "persons": "usagers",
        "agent": "agent",
        "place": "lieu",
        "organisation": "organisation",
        "session": "séance collective",
        "sessions": "rendez-vous collectifs",
    }
