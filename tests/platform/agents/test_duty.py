"""Who must have a second factor (T-07)."""

from creneau.agents.second_factor.duty import is_required
from creneau.roles.service import rights_of

from tests.platform.cast import Town


async def test_who_administers_must_have_one_and_who_keeps_an_agenda_need_not(town: Town) -> None:
    assert is_required(await rights_of(town.alice))
    for name in ("bob", "bea", "sam"):
        assert not is_required(await rights_of(getattr(town, name))), name
