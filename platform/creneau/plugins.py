"""The plugins that are installed, and those that a tenant has switched on.

Callers use the typed methods here and never pluggy's relay. Answers come in a fixed order: the
core's own first, then the plugins by name.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.metadata import entry_points
from itertools import chain
from pathlib import Path
from typing import Any, Self, TypeVar

import pluggy

from creneau import builtin, hookspecs
from creneau.context import Tenant, current_tenant
from creneau.contributions import (
    BookingFields,
    BookingRule,
    DailyWork,
    DemoFurnishing,
    Fragment,
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
from creneau.statistics.contributed import KeptFigures, StatisticsSource

CORE = "core"
Named = TypeVar("Named")


class Plugins:
    """All plugins that are installed.

    Raises:
        pluggy.PluginValidationError: A plugin implements a hook that does not exist, asks for an
            argument that the hook does not have, or wants to change the order of the answers.
    """

    def __init__(self, modules: Mapping[str, object]) -> None:
        """Register the core's own contributions and the plugins, by the names of their entry points."""
        self._manager = pluggy.PluginManager(hookspecs.PROJECT)
        self._manager.add_hookspecs(hookspecs)
        self.names = tuple(sorted(modules))
        # pluggy asks the last registered first: registering backwards gives the order of names.
        for name in reversed(self.names):
            self._manager.register(modules[name], name)
        self._manager.register(builtin, CORE)
        self._manager.check_pending()
        for name in self.names:
            _refuse_other_order(self._manager, name)

    @classmethod
    def discover(cls) -> Self:
        """Load every distribution with an entry point in the group `creneau`."""
        return cls({point.name: point.load() for point in entry_points(group=hookspecs.PROJECT)})

    def for_tenant(self, tenant: Tenant) -> "ActivePlugins":
        """Narrow to what a tenant has switched on."""
        off = [name for name in self.names if name not in tenant.plugins]
        return ActivePlugins(self._manager, tenant, [self.module(name) for name in off])

    def is_on(self, name: str, tenant: Tenant) -> bool:
        """Tell whether what a plugin does is done for a tenant; the core's own always is."""
        return name == CORE or name in tenant.plugins

    def module(self, name: str) -> object:
        """Give what a plugin registered: the module that its entry point names."""
        return self._manager.get_plugin(name)

    def infos(self) -> Mapping[str, PluginInfo]:
        """Give each plugin's presentation by name."""
        return dict(self._each("register_plugin"))

    def permissions(self) -> Sequence[Permission]:
        """List every declared right, the core's first."""
        return list(chain.from_iterable(found for _, found in self._each("register_permissions")))

    def migrations(self) -> Sequence[str]:
        """List the Piccolo apps of the plugins, in the order in which they migrate."""
        return [app for _, app in self._each("register_migrations")]

    def translations(self) -> Sequence[Path]:
        """List the folders with the English catalogues, the core's first."""
        return [folder for _, folder in self._each("register_translations")]

    def templates(self) -> Mapping[str, Path]:
        """Give each plugin's folder of templates by name."""
        return dict(self._each("register_templates"))

    def routers(self) -> Mapping[str, Sequence[Any]]:
        """Give each plugin's route handlers by name."""
        return dict(self._each("register_routers"))

    def starters(self) -> Mapping[str, Starter]:
        """Give what a new tenant can begin with, by the plugin's name; the core's first."""
        return dict(self._each("register_starter"))

    def history(self) -> Mapping[str, str]:
        """Give the sentences of the plugins' own actions, by action."""
        found = (answer.items() for _, answer in self._each("register_history"))
        return dict(chain.from_iterable(found))

    def phrases(self) -> Mapping[str, Mapping[Locale, Mapping[str, str]]]:
        """Give each plugin's own way of saying the core's texts, by name."""
        return dict(self._each("register_phrases"))

    def work(self) -> Sequence[tuple[str, Work]]:
        """List what is done after a commit, each with its plugin's name."""
        return [
            (name, _own(name, work, work.kind))
            for name, found in self._each("register_work")
            for work in found
        ]

    def daily_work(self) -> Sequence[tuple[str, DailyWork]]:
        """List what is done once a day, each with its plugin's name; the core's first."""
        return [
            (name, _own(name, work, work.code))
            for name, found in self._each("register_daily_work")
            for work in found
        ]

    def rounds(self) -> Sequence[tuple[str, Round]]:
        """List what is looked after all the time, each with its plugin's name; the core's first."""
        return [
            (name, _own(name, work, work.code))
            for name, found in self._each("register_rounds")
            for work in found
        ]

    def kept_figures(self) -> Sequence[KeptFigures]:
        """List what keeps figures by person, of every installed plugin."""
        # What a plugin keeps has to be true when it is switched on again.
        return [
            _own(name, figures, figures.code)
            for name, found in self._each("register_kept_figures")
            for figures in found
        ]

    def sealed_columns(self) -> Sequence[tuple[str, str]]:
        """List the plugins' columns with sealed values, each with its table."""
        return list(
            chain.from_iterable(found for _, found in self._each("register_sealed_columns"))
        )

    def _each(self, hook: str) -> Iterable[tuple[str, Any]]:
        for implementation in reversed(getattr(self._manager.hook, hook).get_hookimpls()):
            yield implementation.plugin_name, implementation.function()


def _own(name: str, contributed: Named, code: str) -> Named:
    """Refuse what is called as if it were somebody else's."""
    if name != CORE and not code.startswith(f"{name}."):
        raise pluggy.PluginValidationError(
            None, f"{name}: {code} does not begin with the plugin's name and a dot"
        )
    return contributed


def _refuse_other_order(manager: pluggy.PluginManager, name: str) -> None:
    for caller in manager.get_hookcallers(manager.get_plugin(name)) or ():
        for found in caller.get_hookimpls():
            if found.plugin_name == name and (
                found.tryfirst or found.trylast or found.wrapper or found.hookwrapper
            ):
                raise pluggy.PluginValidationError(
                    found.plugin, f"{name}: {caller.name} may not choose its place in the order"
                )


class ActivePlugins:
    """What one tenant's plugins answer; the methods are the hooks of `hookspecs`."""

    def __init__(
        self, manager: pluggy.PluginManager, tenant: Tenant, off: Sequence[object]
    ) -> None:
        """Keep whom to ask, and for whom."""
        self._manager = manager
        self._tenant = tenant
        self._off = off

    def booking_rules(self) -> Sequence[BookingRule]:
        """List the conditions for holding, confirming and moving."""
        return self._all("booking_rules", tenant=self._tenant)

    def slot_limits(self) -> Sequence[SlotLimit]:
        """List the limits of whose time is offered to whom."""
        return self._all("slot_limits", tenant=self._tenant)

    def resource_kinds(self) -> Sequence[ResourceKind]:
        """List the kinds of resources that the tenant can set up."""
        return self._all("resource_kinds", tenant=self._tenant)

    def booking_fields(self) -> Sequence[BookingFields]:
        """List the groups of fields added to the identification step."""
        return self._all("booking_fields", tenant=self._tenant)

    def motive_fields(self) -> Sequence[MotiveFields]:
        """List the groups of fields added to the form of a motive."""
        return self._all("motive_fields", tenant=self._tenant)

    def motive_names(self) -> Sequence[MotiveNames]:
        """List the referentials from which motives take their names."""
        return self._all("motive_names", tenant=self._tenant)

    def nav_items(self) -> Sequence[NavItem]:
        """List the entries of the left rail, in their order."""
        return sorted(self._all("nav_items", tenant=self._tenant), key=lambda item: item.order)

    def settings_pages(self) -> Sequence[SettingsPage]:
        """List the pages of the administration, in their order."""
        return sorted(
            self._all("settings_pages", tenant=self._tenant), key=lambda found: found.order
        )

    def public_links(self) -> Sequence[PublicLink]:
        """List the ways from the public's first page to pages of plugins."""
        return self._all("public_links", tenant=self._tenant)

    def page_fragments(self, context: PageContext) -> Sequence[Fragment]:
        """List the pieces added to a page, in their order."""
        return sorted(self._all("page_fragments", context=context), key=lambda part: part.order)

    def person_sections(self) -> Sequence[PersonSection]:
        """List the parts added to a person's file, in their order."""
        return sorted(
            self._all("person_sections", tenant=self._tenant), key=lambda part: part.order
        )

    def person_fields(self) -> Sequence[PersonFields]:
        """List the groups of fields added to the form of a person's file."""
        return self._all("person_fields", tenant=self._tenant)

    def person_facts(self) -> Sequence[PersonFacts]:
        """List who says which of the core's own facts about persons are shown."""
        return self._all("person_facts", tenant=self._tenant)

    def message_recipients(self) -> Sequence[RecipientSource]:
        """List where further recipients of messages come from."""
        return self._all("message_recipients", tenant=self._tenant)

    def sms_gateways(self) -> Sequence[SmsGateway]:
        """List the gateways that the tenant can choose from."""
        return self._all("sms_gateways", tenant=self._tenant)

    def personal_data(self) -> Sequence[PersonalData]:
        """List the parts in access and erasure requests, of every installed plugin."""
        # Switching off hides and never deletes (T-03): what a plugin kept while it was on is
        # still a person's own, to be handed out and erased.
        return list(chain.from_iterable(self._manager.hook.personal_data(tenant=self._tenant)))

    def statistics_tables(self) -> Sequence[StatisticsSource]:
        """List where further tables of the statistics come from."""
        return self._all("statistics_tables", tenant=self._tenant)

    def demo_furnishings(self) -> Sequence[DemoFurnishing]:
        """List what fills the tenant where it is one of the demo's."""
        return self._all("demo_furnishings", tenant=self._tenant)

    def words(self) -> Mapping[Word, str]:
        """Give the tenant's words; where two plugins replace one word, the first by name wins."""
        core, *plugins = self._ask("words", tenant=self._tenant)
        return {**core, **dict(chain.from_iterable(answer.items() for answer in reversed(plugins)))}

    def _ask(self, hook: str, **arguments: object) -> list[Any]:
        return self._manager.subset_hook_caller(hook, self._off)(**arguments)

    def _all(self, hook: str, **arguments: object) -> list[Any]:
        return list(chain.from_iterable(self._ask(hook, **arguments)))


@cache
def installed() -> Plugins:
    """Load the installed plugins once for the process."""
    return Plugins.discover()


def active() -> ActivePlugins:
    """Give the plugins of the tenant for whom the work is done."""
    return installed().for_tenant(current_tenant.get())
