"""The questions that the core asks its plugins.

Two kinds, told apart by name: `register_*` once at start; nouns per request, answered at once
with records whose own methods do the asynchronous work. A hook exists because a plugin needed the
core to ask.

An implementation is a function with `hookimpl` above it, in the module that the plugin's entry
point names. The order of the answers is the façade's promise (`creneau.plugins`): an
implementation that asks to be first, last or around the others is refused at start.
"""

# pyright: reportReturnType=false
# A specification is asked for its signature only; pluggy never runs it.

from collections.abc import Mapping, Sequence
from pathlib import Path

import pluggy

from creneau.context import Tenant
from creneau.contributions import (
    BookingFields,
    BookingRule,
    DailyWork,
    DemoFurnishing,
    Fragment,
    KeptFigures,
    MotiveFields,
    MotiveNames,
    NavItem,
    PageContext,
    Permission,
    PersonalData,
    PersonFacts,
    PersonFields,
    PersonSection,
    PluginInfo,
    PublicLink,
    RecipientSource,
    ResourceKind,
    Round,
    SettingsPage,
    SlotLimit,
    SmsGateway,
    Starter,
    Word,
    Work,
)
from creneau.i18n import Locale
from creneau.statistics.contributed import StatisticsSource

PROJECT = "creneau"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def register_plugin() -> PluginInfo:
    """Say the plugin's name, label and description, as a tenant sees them (T-03)."""


@hookspec
def register_permissions() -> Sequence[Permission]:
    """Declare the rights that the plugin's routes ask for (T-08)."""


@hookspec
def register_migrations() -> str:
    """Name the dotted module of the plugin's Piccolo app, whose migrations run after the core's."""


@hookspec
def register_translations() -> Path:
    """Name the folder that holds `en/*.po`; French is the source language (T-15)."""


@hookspec
def register_templates() -> Path:
    """Name the plugin's folder of templates; they are found as `<plugin>/<file>`."""


@hookspec
def register_routers() -> Sequence[object]:
    """Give the plugin's Litestar route handlers; they answer 404 where the plugin is off (T-03)."""


@hookspec
def register_work() -> Sequence[Work]:
    """Give what does the plugin's own kinds of work after a commit, in a worker (C-80)."""


@hookspec
def register_daily_work() -> Sequence[DailyWork]:
    """Give what is done once a day for each tenant, in a worker (T-11)."""


@hookspec
def register_rounds() -> Sequence[Round]:
    """Give what every worker looks after three times a minute for each tenant."""


@hookspec
def register_kept_figures() -> Sequence[KeptFigures]:
    """Give what keeps the plugin's figures by person, as appointments change (C-69)."""


@hookspec
def register_starter() -> Starter:
    """Give what a new tenant can begin with: services, motives, roles, texts (T-02)."""


@hookspec
def resource_kinds(tenant: Tenant) -> Sequence[ResourceKind]:
    """Add kinds of resources, whose time openings offer and appointments take.

    Args:
        tenant: the tenant that sets its resources up.
    """


@hookspec
def booking_rules(tenant: Tenant) -> Sequence[BookingRule]:
    """Add conditions for holding, confirming and moving (C-29).

    Args:
        tenant: the tenant whose booking is judged.
    """


@hookspec
def slot_limits(tenant: Tenant) -> Sequence[SlotLimit]:
    """Limit whose time a motive offers to whom (C-20).

    Args:
        tenant: the tenant whose slots are searched or held.
    """


@hookspec
def booking_fields(tenant: Tenant) -> Sequence[BookingFields]:
    """Add fields to the identification step of the public path (C-41).

    Args:
        tenant: the tenant whose page is shown.
    """


@hookspec
def motive_fields(tenant: Tenant) -> Sequence[MotiveFields]:
    """Add fields to the form of a motive (C-05).

    Args:
        tenant: the tenant whose motives are set up.
    """


@hookspec
def motive_names(tenant: Tenant) -> Sequence[MotiveNames]:
    """Say which names motives may have (C-05).

    Args:
        tenant: the tenant whose motives are set up.
    """


@hookspec
def register_sealed_columns() -> Sequence[tuple[str, str]]:
    """Name the columns with sealed values, for whoever changes the key: table and column (T-06)."""


@hookspec
def register_history() -> Mapping[str, str]:
    """Give the sentences of the plugin's own actions in the history, by action (C-66)."""


@hookspec
def register_phrases() -> Mapping[Locale, Mapping[str, str]]:
    """Say the core's texts in the vertical's words, where it is a tenant's only one (D-10)."""


@hookspec
def nav_items(tenant: Tenant) -> Sequence[NavItem]:
    """Add entries to the back office's left rail.

    Args:
        tenant: the tenant whose back office is shown.
    """


@hookspec
def settings_pages(tenant: Tenant) -> Sequence[SettingsPage]:
    """Add pages to the administration, found from its first page and by its search.

    Args:
        tenant: the tenant whose administration is shown.
    """


@hookspec
def public_links(tenant: Tenant) -> Sequence[PublicLink]:
    """Add ways from the public's first page to pages of the plugin.

    Args:
        tenant: the tenant whose first page is shown.
    """


@hookspec
def page_fragments(context: PageContext) -> Sequence[Fragment]:
    """Add pieces to a page of the core.

    Args:
        context: the page, the tenant, and the booking that the page is about.
    """


@hookspec
def person_sections(tenant: Tenant) -> Sequence[PersonSection]:
    """Add parts and actions to a person's file (C-67).

    Args:
        tenant: the tenant whose file is shown.
    """


@hookspec
def person_fields(tenant: Tenant) -> Sequence[PersonFields]:
    """Add fields to the form of a person's file (S-09).

    Args:
        tenant: the tenant whose form is shown.
    """


@hookspec
def person_facts(tenant: Tenant) -> Sequence[PersonFacts]:
    """Say which of the core's own facts about persons are shown, and to whom (S-09).

    Args:
        tenant: the tenant whose files are shown.
    """


@hookspec
def message_recipients(tenant: Tenant) -> Sequence[RecipientSource]:
    """Add recipients to the messages about a booking (C-80).

    Args:
        tenant: the tenant whose booking it is.
    """


@hookspec
def sms_gateways(tenant: Tenant) -> Sequence[SmsGateway]:
    """Add gateways by which SMS leave, for a tenant to choose from (C-80).

    Args:
        tenant: the tenant that chooses, or whose SMS leaves.
    """


@hookspec
def personal_data(tenant: Tenant) -> Sequence[PersonalData]:
    """Take part in what concerns a person's data (C-44, C-67), also where the plugin is off.

    Args:
        tenant: the tenant that answers the request.
    """


@hookspec
def statistics_tables(tenant: Tenant) -> Sequence[StatisticsSource]:
    """Add tables with their charts to the statistics (C-69).

    Args:
        tenant: the tenant whose statistics are shown.
    """


@hookspec
def words(tenant: Tenant) -> Mapping[Word, str]:
    """Replace the core's words by the vertical's (D-10); values are French message ids.

    Args:
        tenant: the tenant whose pages are shown.
    """


@hookspec
def demo_furnishings(tenant: Tenant) -> Sequence[DemoFurnishing]:
    """Fill the demo tenant with data of the vertical's own.

    Args:
        tenant: the demo tenant that is filled.
    """
