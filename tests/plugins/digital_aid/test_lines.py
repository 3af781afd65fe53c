"""The lines of the open feed: written once, kept, and written anew where they hold no more (D-09)."""

import asyncio
from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

import pytest
from creneau.afterwards.service import go_round
from creneau.context import SYSTEM, current_tenant
from creneau.database import Transaction, tenant_transaction
from creneau.organisations import service as organisations
from creneau.organisations.schemas import OrganisationDraft
from creneau.places import service as places
from creneau.places.schemas import PlaceDraft
from creneau.planning import service as planning
from creneau.planning.schemas import ArchivePlace, EditOrganisation
from creneau_digital_aid.feed import queries, rules, service
from creneau_digital_aid.feed.schemas import Form
from creneau_digital_aid.places import keeping
from msgspec.structs import fields, replace

from tests.plugins.digital_aid.network import Network, fill_in, new_place, open_up
from tests.web.stage import Visitor

Draft = TypeVar("Draft", PlaceDraft, OrganisationDraft)
JSON, CSV = "/digital-aid/lieux.json", "/digital-aid/lieux.csv"


@pytest.fixture(autouse=True)
def anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have each answer computed anew: what is tried here is what it is made of."""
    monkeypatch.setattr(keeping, "LIFETIME", -1)


def draft(shape: type[Draft], saved: object) -> Draft:
    """Give what was saved as it would be typed again."""
    return shape(**{field.name: getattr(saved, field.name) for field in fields(shape)})


async def kept() -> list[Mapping[str, Any]]:
    async with tenant_transaction() as tx:
        sql = (
            "SELECT id, form, text, made_of FROM digital_aid.line WHERE tenant_id = $1 ORDER BY id"
        )
        return [dict(row) for row in await tx.rows(sql, tx.tenant_id)]


async def names(visitor: Visitor) -> list[str]:
    return [row["nom"] for row in (await visitor.get(JSON)).json()]


async def test_a_line_is_written_once_and_read_from_then_on(
    visitor: Visitor, network: Network
) -> None:
    await fill_in(network)
    assert await names(visitor) == ["Médiathèque"]
    first = await kept()
    async with tenant_transaction() as tx:
        sql = """
            UPDATE digital_aid.line
            SET text = convert_to(replace(convert_from(text, 'UTF8'), 'Médiathèque', 'Lu'), 'UTF8')
            WHERE tenant_id = $1
        """
        await tx.execute(sql, tx.tenant_id)
    await open_up(network)
    (row,) = (await visitor.get(JSON)).json()
    assert row["nom"] == "Lu"
    assert "prise_rdv" in row
    assert [one["made_of"] for one in await kept()] == [one["made_of"] for one in first]


async def test_whatever_a_line_says_has_it_written_anew_when_it_changes(
    visitor: Visitor, network: Network
) -> None:
    await fill_in(network)
    await names(visitor)
    place = await places.place(network.place)
    await places.update_place(
        network.place,
        replace(draft(PlaceDraft, place), name="Tiers-lieu", phone="03 26 09 08 07"),
        place.version,
        SYSTEM,
    )
    structure = await organisations.organisation(network.organisation)
    changed = replace(
        draft(OrganisationDraft, structure), name="Réseau", opening_hours="Mardi : 9 h – 12 h"
    )
    await planning.save(EditOrganisation(structure.id, changed, structure.version), SYSTEM)
    await fill_in(network, fees="Payant")
    (row,) = (await visitor.get(JSON)).json()
    told = {name: row[name] for name in ("nom", "telephone", "structure_parente", "horaires")}
    assert told == {
        "nom": "Tiers-lieu",
        "telephone": "+33326090807",
        "structure_parente": "Réseau",
        "horaires": "Tu 09:00-12:00",
    }
    assert row["frais_a_charge"] == "Payant"
    assert "Tiers-lieu" in (await visitor.get(CSV)).text


async def test_another_way_of_writing_has_all_lines_written_anew(
    visitor: Visitor, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill_in(network)
    await names(visitor)
    (before,) = await kept()
    monkeypatch.setattr(rules, "WRITING", "another")
    assert await names(visitor) == ["Médiathèque"]
    (after,) = await kept()
    assert after["id"] == before["id"]
    assert after["made_of"] != before["made_of"]


async def test_a_place_out_of_use_is_left_out_and_comes_back(
    visitor: Visitor, network: Network
) -> None:
    await fill_in(network)
    other = await new_place(network.organisation, "Annexe")
    assert await names(visitor) == ["Médiathèque", "Annexe"]
    await planning.save(ArchivePlace(other), SYSTEM)
    assert await names(visitor) == ["Médiathèque"]
    await places.restore_place(other, SYSTEM)
    assert await names(visitor) == ["Médiathèque", "Annexe"]


async def test_lines_are_ready_before_anybody_asks(visitor: Visitor, network: Network) -> None:
    await fill_in(network)
    await service.keep_up()
    ready = await kept()
    assert {one["form"] for one in ready} == set(service.FORMS)
    for path in (JSON, CSV):
        assert "Médiathèque" in (await visitor.get(path)).text
    assert await kept() == ready


async def test_a_worker_that_goes_round_writes_what_changed_since_and_looks_at_nothing_else(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill_in(network)
    looked: list[str] = []
    old = queries.old

    async def watched(tx: Transaction, form: Form, writing: str) -> list[UUID]:
        looked.append(form)
        return await old(tx, form, writing)

    monkeypatch.setattr(queries, "old", watched)
    monkeypatch.setattr(service, "AT_ONCE", 2)
    await go_round(current_tenant.get())
    first = await kept()
    assert len(first) == 2
    await go_round(current_tenant.get())
    await open_up(network)
    await go_round(current_tenant.get())
    assert looked == list(service.FORMS)
    for number in range(5):
        await new_place(network.organisation, f"Annexe {number}")
    await go_round(current_tenant.get())
    assert looked == [*service.FORMS, *service.FORMS]
    now = await kept()
    assert len(now) == 12
    assert [one for one in now if one in first] == first


async def test_several_may_write_the_same_lines_at_once(network: Network) -> None:
    await fill_in(network)
    for number in range(20):
        await new_place(network.organisation, f"Lieu {number:02}")
    await asyncio.gather(*(service.keep_up() for _ in range(4)))
    assert len(await kept()) == 2 * 21
    assert (await service.feed("json")).plain.count(b'"nom"') == 21
