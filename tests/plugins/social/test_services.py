"""A département begins with the services of the source, and makes them its own (S-05)."""

import msgspec
import pytest
from creneau.context import SYSTEM, Tenant
from creneau.organisations import service as organisations
from creneau.starters import service as starters
from creneau.starters.rules import key_of
from creneau.starters.schemas import Chosen
from creneau.testing.factories import Town


@pytest.mark.feature("S-05")
async def test_the_services_of_the_source_are_created_from_the_template_and_editable(
    acting: Tenant, town: Town
) -> None:
    assert "social" in acting.plugins
    proposed = next(
        one for one in await starters.proposals(town.organisation_id) if one.plugin == "social"
    )
    keys = frozenset(key_of("social", number) for number in range(len(proposed.starter.services)))
    chosen = Chosen(organisation_id=town.organisation_id, services=keys)
    added = await starters.add(chosen, SYSTEM)
    assert list(added.services) == ["PMI", "Service social", "Secrétariat"]
    assert list((await starters.add(chosen, SYSTEM)).services) == []
    found = {one.name: one for one in await organisations.services()}
    assert found["Secrétariat"].secretariat
    assert not found["PMI"].secretariat
    renamed = msgspec.structs.replace(found["PMI"], name="PMI et santé de l’enfant")
    await organisations.update_service(renamed, SYSTEM)
    names = [one.name for one in await organisations.services()]
    assert "PMI et santé de l’enfant" in names
    assert "PMI" not in names
