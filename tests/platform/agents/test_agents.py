from uuid import uuid4

import pytest
from creneau.agents import passwords, service
from creneau.agents.schemas import AgentDraft
from creneau.context import SYSTEM, acting_for
from creneau.refusals import InvalidInput, NotFound

from tests.platform.cast import PASSWORD, Stranger, Town, new_agent


async def test_an_agent_is_a_resource_with_the_same_id_and_a_label(town: Town) -> None:
    assert await service.labels([town.alice, town.bob, uuid4()]) == {
        town.alice: "Alice Martin",
        town.bob: "Bob Martin",
    }


async def test_an_agent_without_a_password_stays_invited(town: Town) -> None:
    assert (await service.agent(town.alice)).state == "active"
    assert (await service.agent(town.bob)).state == "invited"


@pytest.mark.usefixtures("tenant")
async def test_each_field_that_cannot_be_used_gets_a_sentence() -> None:
    draft = AgentDraft(email="alice", first_name="", last_name="Martin\r\nBcc: x", password="court")
    with pytest.raises(InvalidInput) as refused:
        await service.create_agent(draft, SYSTEM)
    assert refused.value.fields.keys() == {
        "email",
        "first_name",
        "password",
        "service_ids",
        "memberships",
    }


async def test_a_service_an_organisation_and_a_role_must_be_the_tenants_own(
    town: Town, stranger: Stranger
) -> None:
    with pytest.raises(InvalidInput) as refused:
        await new_agent("Zelda", stranger.town.organisation, stranger.town.registry, "agent")
    assert refused.value.fields.keys() == {"service_ids", "memberships"}
    with pytest.raises(InvalidInput) as refused:
        await new_agent("Zelda", town.organisation, town.registry, "emperor")
    assert refused.value.fields.keys() == {"memberships"}
    assert len(await service.agents()) == 4


async def test_an_address_belongs_to_one_agent_of_a_tenant(town: Town, stranger: Stranger) -> None:
    with pytest.raises(InvalidInput) as refused:
        await new_agent(
            "Alice", town.organisation, town.registry, "agent", email="ALICE@exemple.fr"
        )
    assert refused.value.fields == {"email": "Un agent a déjà cette adresse e-mail."}
    assert len(await service.agents()) == 4
    assert stranger.charlie != town.alice


async def test_a_stranger_sees_no_agent(town: Town, stranger: Stranger) -> None:
    with acting_for(stranger.tenant):
        with pytest.raises(NotFound):
            await service.agent(town.alice)
        assert await service.labels([town.alice]) == {}
        assert town.alice not in {found.id for found in await service.agents()}


@pytest.mark.usefixtures("passwords_as_served", "town")
async def test_a_password_is_kept_as_argon2id_only() -> None:
    kept = passwords.hashed(PASSWORD)
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.hashed(PASSWORD) != kept
    assert PASSWORD not in kept


async def test_alice_signs_in_with_her_own_password_only(town: Town) -> None:
    signed_in = await service.authenticate(" Alice@Exemple.fr", PASSWORD)
    assert signed_in is not None
    assert signed_in.id == town.alice
    assert await service.authenticate("alice@exemple.fr", f"{PASSWORD} ") is None
    assert await service.authenticate("alice@exemple.fr", "") is None


async def test_an_accent_typed_in_two_parts_is_the_same_password(town: Town) -> None:
    await new_agent(
        "Zoé",
        town.organisation,
        town.registry,
        "agent",
        email="zoe@exemple.fr",
        password="été comme hiver, toujours",
    )
    assert await service.authenticate("zoe@exemple.fr", "e\u0301te\u0301 comme hiver, toujours")


async def test_nobody_signs_in_at_another_tenant(town: Town, stranger: Stranger) -> None:
    await new_agent(
        "Dana", town.organisation, town.registry, "agent", password="un autre mot de passe"
    )
    with acting_for(stranger.tenant):
        assert await service.authenticate("dana@exemple.fr", "un autre mot de passe") is None


@pytest.mark.usefixtures("town")
async def test_an_invited_agent_has_no_password_that_fits() -> None:
    assert await service.authenticate("bob@exemple.fr", "") is None
    assert await service.authenticate("bob@exemple.fr", PASSWORD) is None


@pytest.mark.parametrize("email", ["alice@exemple.fr", "bob@exemple.fr", "nobody@exemple.fr"])
@pytest.mark.usefixtures("passwords_as_served", "town")
async def test_known_and_unknown_addresses_cost_the_same_work(
    monkeypatch: pytest.MonkeyPatch, email: str
) -> None:
    work: list[str] = []
    verify = passwords.HASHER.__class__.verify

    def counted(hasher: object, kept: str, password: str) -> bool:
        work.append(kept.rpartition("$")[0].rpartition("$")[0])
        return verify(hasher, kept, password)  # type: ignore[arg-type] - the hasher itself

    monkeypatch.setattr(passwords.HASHER.__class__, "verify", counted)
    assert await service.authenticate(email, "ce n’est pas le bon") is None
    assert work == ["$argon2id$v=19$m=19456,t=2,p=1"]


@pytest.mark.usefixtures("passwords_as_served")
async def test_a_hash_of_older_parameters_is_renewed_at_sign_in(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    weaker = passwords.HASHER.__class__(time_cost=1, memory_cost=8192, parallelism=1)
    with monkeypatch.context() as before:
        before.setattr(passwords, "HASHER", weaker)
        await new_agent("Old", town.organisation, town.registry, "agent", password=PASSWORD)
    hashed: list[str] = []
    monkeypatch.setattr(passwords, "hashed", lambda text: hashed.append(text) or weaker.hash(text))
    assert await service.authenticate("old@exemple.fr", PASSWORD) is not None
    assert hashed == [PASSWORD]
