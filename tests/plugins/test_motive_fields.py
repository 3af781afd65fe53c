"""A plugin's fields in the form of a motive: shown, checked, kept, and left alone when it is off."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from types import ModuleType
from typing import Any

import pytest
from creneau import plugins as house
from creneau.agents import service as agents
from creneau.agents.schemas import AgentDraft
from creneau.context import SYSTEM, Tenant, acting_for
from creneau.contributions import Field, MotiveFields
from creneau.i18n import gettext as _
from creneau.motives import service as motives
from creneau.motives.schemas import MotiveDraft
from creneau.plugins import Plugins
from creneau.refusals import InvalidInput
from creneau.testing import declarations
from creneau.testing.factories import Town, new_town
from creneau_tenants import service as tenants
from creneau_web.admin.motive_values import values_of
from creneau_web.app import Application
from creneau_web.auth import service as auth
from creneau_web.auth.sessions import COOKIE
from msgspec.structs import replace

from tests.platform.cast import PASSWORD
from tests.plugins.cast import made_up, presented, tenant_with
from tests.web.public.citizen import words
from tests.web.stage import Clients, Visitor, new_tenant

VOICES = (("low", "Grave"), ("high", "Aiguë"))


class VoiceFields(MotiveFields, frozen=True, kw_only=True):
    """Which voice a rehearsal is for, and how many songs are sung."""

    def check(self, values: Mapping[str, str], draft: MotiveDraft) -> Mapping[str, str]:
        """Refuse more songs than there is time for."""
        songs = values["choir_songs"] or "0"
        if not songs.isdigit() or int(songs) * 10 > draft.duration_minutes:
            return {"choir_songs": _("Choisissez une des valeurs proposées.")}
        return {}


def motive_fields(tenant: Tenant) -> Sequence[MotiveFields]:
    del tenant
    voice = Field(name="choir_voice", label="Voix", kind="select", options=VOICES, required=True)
    songs = Field(name="choir_songs", label="Chants", hint="Dix minutes chacun.")
    loud = Field(name="choir_loud", label="Avec micro", kind="checkbox")
    return (VoiceFields(plugin="choir", legend="La chorale", fields=(voice, songs, loud)),)


def choir() -> ModuleType:
    return made_up("choir", presented("choir"), motive_fields)


@pytest.fixture
def choir_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the choir as the only plugin that is installed."""
    modules = Plugins({"choir": choir()})
    for asking in (house, tenants):
        monkeypatch.setattr(asking, "installed", lambda: modules)


@pytest.fixture
async def singing(app: Application, choir_installed: None) -> AsyncGenerator[Tenant, None]:
    """Give a tenant that switched the choir on."""
    del app, choir_installed
    made = await new_tenant(frozenset({"choir"}))
    with acting_for(made):
        yield made


@pytest.fixture
async def hall(singing: Tenant) -> Town:
    """Found a town where the choir sings."""
    del singing
    return await new_town()


async def administrator(client: Clients, tenant: Tenant, town: Town) -> Visitor:
    draft = AgentDraft(
        email="dina@exemple.fr",
        first_name="Dina",
        last_name="Martin",
        password=PASSWORD,
        memberships=((town.organisation_id, "administrator"),),
        service_ids=(town.service_id,),
    )
    _session, secret = await auth.open_session(await agents.create_agent(draft, SYSTEM))
    visitor = client(tenant)
    visitor.cookies.set(COOKIE, secret, domain=str(visitor.base_url.host))
    return visitor


async def typed(town: Town, **changes: str) -> dict[str, str]:
    motive = await motives.motive(town.motive_id)
    values: dict[str, Any] = {**values_of(motive), "version": motive.version, **changes}
    return {
        name: "yes" if value is True else str(value)
        for name, value in values.items()
        if value is not False
    }


async def test_an_administrator_fills_them_in_and_the_plugin_reads_them(
    client: Clients, singing: Tenant, hall: Town
) -> None:
    dina = await administrator(client, singing, hall)
    way = f"/administration/motifs/{hall.motive_id}"
    page = words(await dina.get(way))
    for said in ("La chorale", "Voix", "Aiguë", "Dix minutes chacun.", "Avec micro"):
        assert said in page, said
    fields = {"choir_voice": "high", "choir_songs": "3", "choir_loud": "yes"}
    answer = await dina.submit(way, await typed(hall, **fields))
    assert answer.status_code == 303, words(answer)
    kept = (await motives.motive(hall.motive_id)).extra
    assert kept == {"choir.voice": "high", "choir.songs": "3", "choir.loud": "yes"}
    again = await typed(hall)
    assert {name: again[name] for name in fields} == fields


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"choir_voice": "", "choir_songs": "1"}, "choir_voice"),
        ({"choir_voice": "soprano", "choir_songs": "1"}, "choir_voice"),
        ({"choir_voice": "low", "choir_songs": "9"}, "choir_songs"),
        ({"choir_voice": "low", "choir_songs": "x" * 300}, "choir_songs"),
    ],
)
async def test_what_a_plugin_cannot_use_is_said_at_its_field(
    client: Clients, singing: Tenant, hall: Town, wrong: dict[str, str], field: str
) -> None:
    dina = await administrator(client, singing, hall)
    way = f"/administration/motifs/{hall.motive_id}"
    answer = await dina.submit(way, await typed(hall, **wrong))
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert (await motives.motive(hall.motive_id)).extra == {}


async def test_programs_are_held_to_the_plugin_s_own_check(hall: Town) -> None:
    draft = MotiveDraft(
        organisation_id=hall.organisation_id,
        service_id=hall.service_id,
        name="Répétition",
        extra={"choir.songs": "9"},
    )
    with pytest.raises(InvalidInput) as refused:
        await motives.create_motive(draft, SYSTEM)
    assert set(refused.value.fields) == {"choir_songs"}


async def test_switched_off_its_fields_are_gone_and_its_values_stay(
    client: Clients, singing: Tenant, hall: Town
) -> None:
    dina = await administrator(client, singing, hall)
    way = f"/administration/motifs/{hall.motive_id}"
    await dina.submit(way, await typed(hall, choir_voice="low"))
    await tenants.switch_plugin(singing.id, "choir", on=False)
    assert "La chorale" not in words(await dina.get(way))
    with acting_for(replace(singing, plugins=frozenset())):
        fields = await typed(hall, description="Le jeudi.")
    assert (await dina.submit(way, fields)).status_code == 303
    kept = await motives.motive(hall.motive_id)
    assert (kept.description, kept.extra) == ("Le jeudi.", {"choir.voice": "low"})


def test_the_contract_sees_fields_that_could_be_anothers() -> None:
    class Strays(MotiveFields, frozen=True, kw_only=True):
        def check(self, values: Mapping[str, str], draft: MotiveDraft) -> Mapping[str, str]:
            del draft
            return {"lost": "Perdu.", **({} if values["voice"] else {"voice": "Choisissez."})}

    def motive_fields(tenant: Tenant) -> Sequence[MotiveFields]:
        del tenant
        field = Field(name="voice", label="Voix", needed_with="nothing")
        return (Strays(plugin="other", legend="Ailleurs", fields=(field, field)),)

    module = made_up("choir", motive_fields)
    found = "\n".join(declarations.field_faults("choir", module, tenant_with("choir")))
    assert "voice: a field's name starts with choir_" in found
    assert "voice: is there twice" in found
    assert "'Ailleurs': says that it is of 'other'" in found
    assert "voice: is needed with nothing, which is no checkbox here" in found
    assert "lost: no such field" in found
    assert "voice: a motive that nobody filled in is refused" in found


def test_the_example_keeps_the_contract() -> None:
    assert [*declarations.field_faults("choir", choir(), tenant_with("choir"))] == []
