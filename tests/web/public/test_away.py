"""By phone and at home: what is missing is asked for before, and the pages say where (S-06)."""

from typing import Any

import msgspec
import pytest
from creneau.appointments import service as appointments
from creneau.people import service as people

from tests.platform.cast import Town, new_motive
from tests.platform.planning import open_for, soon
from tests.web.public.citizen import JEANNE, hold_first, id_of, identify, link_of, words
from tests.web.stage import Visitor

HOME = "12 rue des Lilas\n99000 Exempleville"
NUMBER = "06 12 34 56 78"


async def open_motive(town: Town, kind: str) -> Town:
    changes: dict[str, Any] = {"name": "Autre motif", "location_type": kind}
    motive = await new_motive(town.organisation, town.registry, **changes)
    await open_for(town, town.bob, soon(), motive_ids=[motive])
    return msgspec.structs.replace(town, motive=motive)


@pytest.mark.feature("S-06")
async def test_a_visit_needs_an_address(jeanne: Visitor, town: Town) -> None:
    town = await open_motive(town, "home")
    booking = await hold_first(jeanne, town)
    refused = await jeanne.submit(booking, {**JEANNE, "address": "  "})
    assert refused.status_code == 422
    assert "Indiquez l’adresse à laquelle venir." in words(refused)
    assert JEANNE["last_name"] in refused.text
    await identify(jeanne, booking, {**JEANNE, "address": HOME})
    assert "12 rue des Lilas" in words(await jeanne.get(f"{booking}/confirmation"))
    await jeanne.submit(f"{booking}/confirmation")
    done = words(await jeanne.get(f"{booking}/termine"))
    assert "12 rue des Lilas, 99000 Exempleville" in done
    person = (await appointments.get(id_of(booking))).person_id
    assert person is not None
    assert (await people.person(person)).address == HOME


@pytest.mark.feature("S-06")
async def test_a_call_says_which_number_everywhere(jeanne: Visitor, town: Town) -> None:
    town = await open_motive(town, "phone")
    booking = await hold_first(jeanne, town)
    await identify(jeanne, booking, {**JEANNE, "phone": NUMBER})
    assert NUMBER in words(await jeanne.get(f"{booking}/confirmation"))
    await jeanne.submit(f"{booking}/confirmation")
    assert f"vous appellera au {NUMBER}" in words(await jeanne.get(f"{booking}/termine"))
    assert f"vous appellera au {NUMBER}" in words(await jeanne.get(await link_of(id_of(booking))))
    file = await jeanne.get(f"{booking}/rendez-vous.ics")
    assert "LOCATION:Par téléphone\\, au 06 12 34 56 78" in file.text


@pytest.mark.parametrize(
    ("kind", "field", "value"), [("phone", "phone", NUMBER), ("home", "address", HOME)]
)
async def test_who_is_signed_in_without_it_is_asked_once(
    jeanne: Visitor, town: Town, kind: str, field: str, value: str
) -> None:
    first = await hold_first(jeanne, town)
    await identify(jeanne, first)
    await jeanne.submit(f"{first}/confirmation")
    booking = await hold_first(jeanne, town := await open_motive(town, kind))
    assert (await jeanne.get(f"{booking}/suite")).headers["location"] == booking
    assert (await jeanne.submit(booking, {"who": "self"})).status_code == 422
    answer = await jeanne.submit(booking, {"who": "self", field: value})
    assert answer.headers["location"] == f"{booking}/confirmation"
    await jeanne.submit(f"{booking}/confirmation")
    again = await hold_first(jeanne, town)
    assert (await jeanne.get(f"{again}/suite")).headers["location"] == f"{again}/confirmation"


async def test_what_is_typed_as_an_address_is_shown_as_typed(jeanne: Visitor, town: Town) -> None:
    town = await open_motive(town, "home")
    booking = await hold_first(jeanne, town)
    await identify(jeanne, booking, {**JEANNE, "address": "<script>{{7*7}}</script>"})
    page = await jeanne.get(f"{booking}/confirmation")
    assert "<script>{{" not in page.text
    assert "{{7*7}}" in page.text


async def test_who_waits_for_a_call_is_asked_for_the_number_when_it_is_missing(
    jeanne: Visitor, town: Town
) -> None:
    first = await hold_first(jeanne, town)
    await identify(jeanne, first)
    await jeanne.submit(f"{first}/confirmation")
    town = await open_motive(town, "phone")
    asking = f"/rdv/{town.motive}/attente"
    assert 'name="phone"' in (await jeanne.get(asking)).text
    assert (await jeanne.submit(asking, {"place": ""})).status_code == 422
    answer = await jeanne.submit(asking, {"place": "", "phone": NUMBER})
    assert answer.headers["location"] == f"{asking}/termine"
    assert 'name="phone"' not in (await jeanne.get(asking)).text
