"""The referential of motive names: kept, chosen from, asked for, answered (S-03)."""

import html
from typing import Any
from uuid import UUID, uuid4

import pytest
from creneau.agents.mailing import NOTE
from creneau.context import SYSTEM, Actor, Tenant
from creneau.database import tenant_transaction
from creneau.motives import service as motives
from creneau.motives.schemas import MotiveDraft
from creneau.organisations import service as organisations
from creneau.organisations.schemas import OrganisationDraft
from creneau.planning import service as planning
from creneau.planning.schemas import EditMotive
from creneau.refusals import InvalidInput
from creneau_social.naming import service as naming
from creneau_social.naming.errors import AlreadyDecided
from creneau_social.naming.routes import NAMES
from creneau_social.naming.schemas import RequestDraft
from creneau_social.naming.service import REQUESTS
from creneau_web.admin.motive_values import values_of

from tests.platform.cast import PASSWORD, Town, new_agent, new_motive
from tests.plugins.social.conftest import SignedIn
from tests.web.public.citizen import words
from tests.web.stage import Clients

HOUSING = "Demande de logement"
FORM = "/administration/motifs/nouveau"


def alice(house: Town) -> Actor:
    return Actor("agent", house.alice)


async def referential(house: Town, *names: str) -> None:
    for name in names:
        await naming.add_name(house.registry, name, alice(house))
    await naming.switch(on=True, actor=alice(house))


def draft(house: Town, name: str, **changes: Any) -> MotiveDraft:
    values: dict[str, Any] = {
        "organisation_id": house.organisation,
        "service_id": house.registry,
        "name": name,
        **changes,
    }
    return MotiveDraft(**values)


async def typed(house: Town, **changes: str) -> dict[str, str]:
    values = {**values_of(draft(house, HOUSING, colour="#0B6E69")), **changes}
    return {
        name: "yes" if value is True else str(value)
        for name, value in values.items()
        if value is not False
    }


async def asked(house: Town, name: str = HOUSING) -> UUID:
    request = RequestDraft(
        organisation_id=house.organisation, service_id=house.registry, name=name, reason="Besoin"
    )
    return await naming.ask(request, Actor("agent", house.bea))


async def notes() -> list[dict[str, Any]]:
    async with tenant_transaction() as tx:
        rows = await tx.rows(
            "SELECT payload FROM outbox WHERE tenant_id = $1 AND kind = $2 ORDER BY id",
            tx.tenant_id,
            NOTE,
        )
    return [row["payload"] for row in rows]


async def test_names_are_free_until_the_referential_is_on(house: Town) -> None:
    await naming.add_name(house.registry, HOUSING, alice(house))
    await motives.create_motive(draft(house, "Autre chose"), SYSTEM)
    await naming.switch(on=True, actor=alice(house))
    with pytest.raises(InvalidInput) as refused:
        await motives.create_motive(draft(house, "Encore autre chose"), SYSTEM)
    assert refused.value.fields == {"name": "Choisissez un nom dans la liste de ce service."}
    await motives.create_motive(draft(house, HOUSING), SYSTEM)


async def test_a_name_is_its_service_s_own(house: Town) -> None:
    await referential(house, HOUSING)
    with pytest.raises(InvalidInput):
        await motives.create_motive(draft(house, HOUSING, service_id=house.citizenship), SYSTEM)


async def test_a_motive_keeps_the_name_it_has_and_takes_another_only_from_the_list(
    house: Town,
) -> None:
    motive = await new_motive(house.organisation, house.registry, name="Ancien nom")
    await referential(house, HOUSING)

    async def save(**changes: Any) -> None:
        found = await motives.motive(motive)
        fields = {name: getattr(found, name) for name in MotiveDraft.__struct_fields__}
        change = EditMotive(motive, MotiveDraft(**{**fields, **changes}), found.version)
        await planning.save(change, alice(house))

    await save(description="Une ligne de plus")
    with pytest.raises(InvalidInput):
        await save(name="Nom libre")
    await save(name=HOUSING)
    with pytest.raises(InvalidInput):
        await save(name="Ancien nom")


async def test_the_same_name_is_listed_once_however_it_is_written(house: Town) -> None:
    await naming.add_name(house.registry, "Pesée", alice(house))
    for same in ("Pesée", "pesee", "  PESÉE "):
        with pytest.raises(InvalidInput):
            await naming.add_name(house.registry, same, alice(house))
    await naming.add_name(house.citizenship, "Pesée", alice(house))


async def test_it_begins_with_the_names_in_use(house: Town) -> None:
    await new_motive(house.organisation, house.registry, name=HOUSING)
    assert await naming.take_over_names(alice(house)) == 2
    assert await naming.take_over_names(alice(house)) == 0
    found = {(one.service_id, one.name): one.motives for one in await naming.names()}
    assert found == {(house.registry, HOUSING): 1, (house.citizenship, "Carte d’identité"): 1}


async def test_a_request_is_answered_once_and_who_asked_is_told(house: Town) -> None:
    request = await asked(house)
    with pytest.raises(InvalidInput):
        await asked(house)
    await naming.accept(request, "Bonne idée.", alice(house))
    assert [one.name for one in await naming.names()] == [HOUSING]
    with pytest.raises(AlreadyDecided):
        await naming.refuse(request, "Non", alice(house))
    (told,) = await notes()
    assert told["agent_id"] == str(house.bea)
    assert "Bonne idée." in told["paragraphs"]
    with pytest.raises(InvalidInput):
        await asked(house, HOUSING.upper())


async def test_a_refusal_needs_a_word(house: Town) -> None:
    request = await asked(house)
    with pytest.raises(InvalidInput):
        await naming.refuse(request, "  ", alice(house))
    assert (await naming.request(request)).state == "waiting"
    refused = await naming.refuse(request, "Prenez « Logement ».", alice(house))
    assert refused.name == HOUSING
    assert (await naming.request(request)).answer == "Prenez « Logement »."
    assert await naming.names() == []


@pytest.mark.parametrize("path", [NAMES, REQUESTS])
async def test_strangers_find_nothing_and_agents_may_not(
    house: Town, as_agent: SignedIn, client: Clients, departement: Tenant, path: str
) -> None:
    assert (await client(departement).get(path)).status_code == 303
    account = await new_agent(
        "Bruno", house.organisation, house.registry, "agent", password=PASSWORD
    )
    bob = await as_agent(account)
    assert (await bob.get(path)).status_code == 403
    assert (await bob.submit(path, {"name": "x"})).status_code == 403


@pytest.mark.feature("S-03")
async def test_an_administrator_keeps_it_and_a_motive_s_name_is_chosen_from_it(
    house: Town, as_agent: SignedIn
) -> None:
    dina = await as_agent(house.alice)
    assert "Les noms sont libres." in words(await dina.get(NAMES))
    refused = await dina.submit(NAMES, {"service_id": "", "name": HOUSING})
    assert refused.status_code == 422
    assert f'value="{HOUSING}"' in refused.text
    await dina.submit(NAMES, {"service_id": str(house.registry), "name": HOUSING})
    await dina.submit(f"{NAMES}/service", {"on": "yes"})
    page = await dina.get(FORM)
    assert f'<option value="{HOUSING}"' in page.text
    assert '<optgroup label="État civil">' in html.unescape(page.text)
    assert "Demander un nom qui manque" in words(page)
    wrong = await dina.submit(FORM, await typed(house, name="Nom libre"))
    assert "Choisissez un nom dans la liste de ce service." in words(wrong)
    made = await dina.submit(FORM, await typed(house))
    assert made.status_code == 303, words(made)
    (name,) = [one for one in await naming.names() if one.name == HOUSING]
    await dina.submit(f"{NAMES}/{name.id}/retrait")
    assert HOUSING in {one.name for one in await motives.motives()}
    assert HOUSING not in words(await dina.get(NAMES)).partition("retiré")[2]


@pytest.mark.feature("S-03")
async def test_an_organisation_asks_and_reads_the_answer(house: Town, as_agent: SignedIn) -> None:
    dina = await as_agent(house.alice)
    about = {
        "organisation_id": str(house.organisation),
        "service_id": str(house.registry),
        "name": HOUSING,
        "reason": "<script>{{7*7}}</script>",
    }
    missing = await dina.submit(REQUESTS, {**about, "name": ""})
    assert missing.status_code == 422
    assert "{{7*7}}" in missing.text
    await dina.submit(REQUESTS, about)
    page = await dina.get(REQUESTS)
    assert "En attente" in words(page)
    assert "<script>{{" not in page.text
    (request,) = await naming.requests()
    one = f"{REQUESTS}/{request.id}"
    silent = await dina.submit(one, {"decision": "refuse", "answer": ""})
    assert "Dites pourquoi" in words(silent)
    await dina.submit(one, {"decision": "accept", "answer": "D’accord."})
    page = words(await dina.get(REQUESTS))
    assert "Accepté" in page
    assert "D’accord." in page
    late = await dina.submit(one, {"decision": "refuse", "answer": "Trop tard."})
    assert late.status_code == 303
    assert "a déjà reçu une réponse" in words(await dina.get(REQUESTS))


@pytest.mark.parametrize("answer", ["", "D’accord."])
@pytest.mark.parametrize("decision", ["accept", "refuse", ""])
async def test_a_request_that_is_not_there_is_not_answered_whatever_the_form_says(
    house: Town, as_agent: SignedIn, decision: str, answer: str
) -> None:
    dina = await as_agent(house.alice)
    typed = {"decision": decision, "answer": answer}
    assert (await dina.submit(f"{REQUESTS}/{uuid4()}", typed)).status_code == 404


async def test_an_administrator_of_another_organisation_does_not_ask_in_its_name(
    house: Town, as_agent: SignedIn
) -> None:
    other = await organisations.create_organisation(OrganisationDraft(name="Annexe"), SYSTEM)
    carl = await new_agent("Carl", other, house.registry, "administrator", password=PASSWORD)
    asking = {
        "organisation_id": str(house.organisation),
        "service_id": str(house.registry),
        "name": HOUSING,
    }
    refused = await (await as_agent(carl)).submit(REQUESTS, asking)
    assert "Choisissez une organisation de la liste." in words(refused)
    assert await naming.requests() == []
