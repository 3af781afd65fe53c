"""Short names: read back however they are typed, and each tenant's own (C-46)."""

from uuid import UUID, uuid4

import pytest
from creneau.context import Tenant, acting_for
from creneau.refusals import NotFound
from creneau.sharing import service as sharing
from creneau.sharing.rules import LETTERS, ending_of, short_name
from hypothesis import given
from hypothesis import strategies as st

from tests.platform.cast import Town, strange_town


@given(st.uuids())
def test_a_short_name_holds_the_last_forty_bits(identifier: UUID) -> None:
    name = short_name(identifier)
    assert len(name) == 9
    assert set(name) <= {*LETTERS, "-"}
    assert ending_of(name) == str(identifier)[-10:]


def test_a_short_name_is_read_however_it_was_typed() -> None:
    name = short_name(UUID(int=0x00443214C74254B635CF))
    assert ending_of(name.upper()) == ending_of(name)
    assert ending_of(name.replace("-", " ")) == ending_of(name)
    assert ending_of(name.replace("-", "")) == ending_of(name)
    assert ending_of("oiL0-1111") == ending_of("0110-1111")


@pytest.mark.parametrize("typed", ["", "7k3m", "7k3m-9xqd-0", "7k3m-9xq!", "7k3m-9xqu", "é" * 8])
def test_what_is_no_short_name_stands_for_nothing(typed: str) -> None:
    assert ending_of(typed) is None


async def test_a_short_name_leads_to_each_kind_of_thing_and_to_nothing_else(town: Town) -> None:
    for kind, thing in (
        ("motive", town.motive),
        ("place", town.place),
        ("organisation", town.organisation),
        ("service", town.citizenship),
        ("agent", town.alice),
    ):
        found = await sharing.named(short_name(thing))
        assert (found.kind, found.id) == (kind, thing)
    for nothing in (short_name(uuid4()), "nothing"):
        with pytest.raises(NotFound):
            await sharing.named(nothing)


async def test_another_tenants_short_name_stands_for_nothing_here(
    tenant: Tenant, town: Town
) -> None:
    stranger = await strange_town()
    with pytest.raises(NotFound):
        await sharing.named(short_name(stranger.town.place))
    with acting_for(stranger.tenant), pytest.raises(NotFound):
        await sharing.named(short_name(town.place))
    del tenant
