"""What a plugin adds to a person's file: sections, fields and buttons, for whom it is meant (C-67)."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from types import ModuleType
from uuid import UUID

import pytest
from creneau import plugins as house
from creneau.context import Tenant, acting_for
from creneau.contributions import (
    BuiltInRole,
    Field,
    Permission,
    PersonAction,
    PersonContext,
    PersonFields,
    PersonSection,
    Scope,
)
from creneau.database import Transaction
from creneau.plugins import Plugins
from creneau.roles import service as roles
from creneau_tenants import service as tenants
from creneau_web.app import Application
from creneau_web.rendering import environment
from jinja2 import ChoiceLoader, DictLoader

from tests.plugins.cast import made_up, presented
from tests.web.backoffice.cast import Office, furnish_office, sign_in
from tests.web.public.citizen import words
from tests.web.stage import Clients, new_tenant

KEPT: dict[UUID, str] = {}
READ: list[PersonContext] = []


class Voice(PersonSection, frozen=True, kw_only=True):
    """How somebody sings."""

    async def data(self, tx: Transaction, context: PersonContext) -> Mapping[str, object] | None:
        """Say it where it is known."""
        assert tx.tenant_id
        voice = KEPT.get(context.person_id)
        return {"voice": voice} if voice else None

    async def actions(self, tx: Transaction, context: PersonContext) -> Sequence[PersonAction]:
        """Lead to the choir."""
        assert tx.tenant_id
        href = f"/agents/choir/{context.person_id}"
        return (PersonAction(label="Inviter à chanter", href=href),)


class VoiceFields(PersonFields, frozen=True, kw_only=True):
    """The voice, in the form."""

    async def values(self, tx: Transaction, context: PersonContext) -> Mapping[str, str]:
        """Give it, and note who read it."""
        assert tx.tenant_id
        READ.append(context)
        return {"choir_voice": KEPT.get(context.person_id, "")}

    def check(self, values: Mapping[str, str]) -> Mapping[str, str]:
        """Refuse what nobody sings."""
        wrong = values["choir_voice"] not in {"", "alto"}
        return {"choir_voice": "Choisissez une voix."} if wrong else {}

    async def save(self, tx: Transaction, person_id: UUID, values: Mapping[str, str]) -> None:
        """Keep it."""
        assert tx.tenant_id
        KEPT[person_id] = values["choir_voice"]


def register_permissions() -> Sequence[Permission]:
    only: Mapping[BuiltInRole, Scope] = {"administrator": "organisation"}
    return (Permission(code="voice:read", label="Lire les voix", grants=only),)


def person_sections(tenant: Tenant) -> Sequence[PersonSection]:
    del tenant
    return (Voice(template="choir/voice.html", permission="voice:read"),)


def person_fields(tenant: Tenant) -> Sequence[PersonFields]:
    del tenant
    field = Field(name="choir_voice", label="Voix")
    return (
        VoiceFields(plugin="choir", legend="La chorale", fields=(field,), permission="voice:read"),
    )


def choir() -> ModuleType:
    return made_up(
        "choir", presented("choir"), register_permissions, person_sections, person_fields
    )


@pytest.fixture
def choir_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    modules = Plugins({"choir": choir()})
    for asking in (house, tenants, roles):
        monkeypatch.setattr(asking, "installed", lambda: modules)
    loader = environment().loader
    own = DictLoader({"choir/voice.html": "<p>Chante : {{ voice }}</p>"})
    monkeypatch.setattr(environment(), "loader", ChoiceLoader([own, *([loader] if loader else [])]))
    KEPT.clear()
    READ.clear()


@pytest.fixture
async def office(app: Application, choir_installed: None) -> AsyncGenerator[Office, None]:
    del app, choir_installed
    made = await new_tenant(frozenset({"choir"}))
    with acting_for(made):
        yield await furnish_office(made)


ZOE = {"first_name": "Zoé", "last_name": "Petit", "locale": "fr"}


async def test_fields_are_shown_checked_kept_and_their_reading_is_noted(
    office: Office, client: Clients
) -> None:
    alice = await sign_in(client(office.tenant), "Alice")
    assert "La chorale" in words(await alice.get("/personnes/nouvelle"))
    wrong = await alice.submit("/personnes/nouvelle", {**ZOE, "choir_voice": "<b>"})
    assert wrong.status_code == 422
    assert "Choisissez une voix." in wrong.text
    assert 'value="&lt;b&gt;"' in wrong.text
    made = await alice.submit("/personnes/nouvelle", {**ZOE, "choir_voice": "alto"})
    way = made.headers["location"]
    assert "Chante : alto" in (await alice.get(way)).text
    assert "Inviter à chanter" in (await alice.get(way)).text
    assert 'value="alto"' in (await alice.get(f"{way}/modification")).text
    assert {context.agent_id for context in READ} == {office.alice}


async def test_who_lacks_the_right_neither_sees_nor_sends_them(
    office: Office, client: Clients
) -> None:
    bea = await sign_in(client(office.tenant), "Bea")
    made = await bea.submit("/personnes/nouvelle", {**ZOE, "choir_voice": "alto"})
    assert KEPT == {}
    person = UUID(made.headers["location"].rpartition("/")[2])
    KEPT[person] = "alto"
    assert "Chante" not in (await bea.get(f"/personnes/{person}")).text
    assert "chanter" not in (await bea.get(f"/personnes/{person}")).text
    assert "La chorale" not in (await bea.get(f"/personnes/{person}/modification")).text
    assert READ == []


async def test_where_the_plugin_is_off_nothing_of_it_is_there(
    office: Office, client: Clients
) -> None:
    await tenants.switch_plugin(office.tenant.id, "choir", False)
    alice = await sign_in(client(office.tenant), "Alice")
    assert "La chorale" not in (await alice.get("/personnes/nouvelle")).text
