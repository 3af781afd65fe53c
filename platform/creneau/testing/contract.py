"""The contract that every plugin keeps, as a class of tests to inherit from.

    class TestBilling(PluginContract):
        name = "billing"

A plugin with tables about persons or bookings also overrides `leave_traces`. The tests take the
fixtures of `creneau.testing.fixtures`, and one of the author's own, `status_of`: see
`creneau.testing.switching.StatusOf`.
"""

from collections.abc import Iterable
from itertools import chain
from pathlib import Path
from types import ModuleType
from typing import ClassVar, cast
from uuid import UUID

from creneau import builtin
from creneau.context import Tenant
from creneau.database import Transaction, tenant_transaction
from creneau.people.merging.queries import carry_over
from creneau.plugins import Plugins
from creneau.testing import declarations, isolation, privacy, schema, switching, texts
from creneau.testing.catalogues import all_faults, entries_of
from creneau.testing.factories import Town, new_booking
from creneau.testing.switching import StatusOf


def no(faults: Iterable[str]) -> None:
    """Raise AssertionError with all the faults, a line each."""
    found = list(faults)
    if found:
        raise AssertionError("\n".join(found))


class PluginContract:
    """What is asked of one plugin, named as its entry point."""

    name: ClassVar[str]

    async def leave_traces(self, tx: Transaction, booking_id: UUID) -> None:
        """Write a row about a booking into each table that leads to a booking or a person."""

    def module(self, plugins: Plugins) -> ModuleType:
        """Give the module that the entry point names."""
        return cast("ModuleType", plugins.module(self.name))

    def test_its_hooks_are_known_marked_and_documented(self, plugins: Plugins) -> None:
        """A function that reads like a hook is one; each hook says what it asks."""
        no(declarations.hook_faults(self.name, self.module(plugins)))
        no(declarations.undocumented())

    def test_its_rights_are_declared(self, plugins: Plugins, tenant: Tenant) -> None:
        """What its entries and routes ask for can be granted."""
        no(declarations.right_faults(self.module(plugins), tenant))

    def test_its_routes_say_who_may_call_them(self, plugins: Plugins) -> None:
        """Each route is classified, under the plugin's own path."""
        no(declarations.route_faults(self.name, self.module(plugins)))

    def test_its_fields_are_its_own(self, plugins: Plugins, tenant: Tenant) -> None:
        """No other plugin's field can have the same name."""
        no(declarations.field_faults(self.name, self.module(plugins), tenant))

    def test_a_tenant_can_begin_with_what_it_proposes(
        self, plugins: Plugins, acting: Tenant
    ) -> None:
        """Each motive that it proposes can be created, in one of its own services (T-02)."""
        del acting
        no(declarations.starter_faults(self.module(plugins)))

    def test_its_templates_are_there(self, plugins: Plugins, tenant: Tenant) -> None:
        """Each fragment's template is in the plugin's folder, and says nothing outside `_()`."""
        no(declarations.template_faults(self.name, self.module(plugins), tenant))

    def test_every_text_is_in_english_too(self, plugins: Plugins, tenant: Tenant) -> None:
        """The catalogue is complete and has nothing that nobody says (T-15)."""
        no(translation_faults(self.module(plugins), tenant))

    async def test_its_tables_keep_tenants_apart(self, plugins: Plugins, acting: Tenant) -> None:
        """The tenant is in every key, and row-level security is forced (R-6)."""
        del acting
        async with tenant_transaction() as tx:
            no(await isolation.mixed_tenants(tx, self.name))
            no(await schema.schema_faults(tx, self.name, self.module(plugins)))

    async def test_a_person_gets_and_erases_all_that_it_keeps(
        self, plugins: Plugins, acting: Tenant, town: Town
    ) -> None:
        """Export and erasure reach each of its tables about persons or bookings (C-44)."""
        booking = await new_booking(town)
        if booking.person_id is None:
            raise AssertionError("the booking has no person")
        parts = declarations.answers(self.module(plugins), "personal_data", tenant=acting)
        async with tenant_transaction() as tx:
            await self.leave_traces(tx, booking.id)
            no(await privacy.unforgotten(tx, self.name, booking.person_id, parts))

    async def test_two_files_of_one_person_can_be_merged(
        self, plugins: Plugins, acting: Tenant, town: Town
    ) -> None:
        """What it keeps about a file leads to the one that stays, also where both have some (C-67)."""
        kept, gone = await new_booking(town), await new_booking(town)
        if kept.person_id is None or gone.person_id is None:
            raise AssertionError("a booking has no person")
        parts = declarations.answers(self.module(plugins), "personal_data", tenant=acting)
        async with tenant_transaction() as tx:
            for booking in (kept, gone):
                await self.leave_traces(tx, booking.id)
            await carry_over(tx, kept.person_id, gone.person_id)
            for part in parts:
                await part.merge(tx, kept.person_id, gone.person_id)
            no(await privacy.left_behind(tx, self.name, gone.person_id))

    async def test_switched_off_it_is_gone(
        self, plugins: Plugins, tenant: Tenant, status_of: StatusOf
    ) -> None:
        """Nothing of it is asked, and its routes answer 404, for that tenant only (T-03)."""
        module = self.module(plugins)
        no(switching.leftovers(plugins, self.name, module, tenant))
        no(await switching.open_doors(status_of, module, switching.without(tenant, self.name)))
        no(await switching.closed_doors(status_of, module, tenant))


def translation_faults(module: ModuleType, tenant: Tenant) -> list[str]:
    """Hold a plugin's texts against its own catalogue and the core's."""
    package = Path(module.__file__ or "").parent
    said = texts.texts_of(package) + said_by_hooks(module, tenant)
    strays = (
        f"{path.name}: {stray!r} is said outside _()"
        for path in sorted(package.rglob("*.html"))
        for stray in texts.stray_texts(path.read_text(encoding="utf-8"))
    )
    own = module.register_translations() if hasattr(module, "register_translations") else package
    core = entries_of(builtin.register_translations())
    return [*all_faults(said, entries_of(own), core, texts.constants(package)), *strays]


def said_by_hooks(module: ModuleType, tenant: Tenant) -> list[texts.Text]:
    """Find the texts in what a plugin, or the core, contributes."""
    presented = [module.register_plugin()] if hasattr(module, "register_plugin") else []
    words = [module.words(tenant=tenant)] if hasattr(module, "words") else []
    starter = [module.register_starter()] if hasattr(module, "register_starter") else []
    contributions = chain(
        presented,
        words,
        starter,
        declarations.answers(module, "register_permissions"),
        declarations.answers(module, "booking_fields", tenant=tenant),
        declarations.answers(module, "motive_fields", tenant=tenant),
        declarations.answers(module, "person_fields", tenant=tenant),
        declarations.answers(module, "nav_items", tenant=tenant),
        declarations.answers(module, "settings_pages", tenant=tenant),
        declarations.answers(module, "public_links", tenant=tenant),
        declarations.answers(module, "sms_gateways", tenant=tenant),
        declarations.answers(module, "statistics_tables", tenant=tenant),
    )
    return texts.contributed(contributions, module.__name__)
