"""Choosing a slot holds it for this visitor; whoever comes second is told and helped (C-23)."""

import re

import pytest
from creneau.appointments import service as appointments

from tests.platform.cast import Town
from tests.web.public.citizen import (
    JEANNE,
    expire_holds,
    hold,
    hold_first,
    id_of,
    identify,
    path_to,
    slots_in,
    words,
)
from tests.web.stage import Visitor


async def test_a_held_slot_is_not_offered_to_others(
    jeanne: Visitor, paul: Visitor, town: Town
) -> None:
    booking = await hold_first(jeanne, town)
    page = words(await jeanne.get(booking))
    assert "Ce créneau vous est réservé jusqu’à" in page
    assert "Il vous reste 10 minutes." in page
    assert len(slots_in(await paul.get(path_to(town)))) == 5
    # Whoever holds it still finds it: going back does not look as if somebody had taken it.
    assert len(slots_in(await jeanne.get(path_to(town)))) == 6


async def test_choosing_the_same_slot_again_keeps_the_hold(jeanne: Visitor, town: Town) -> None:
    slot = slots_in(await jeanne.get(path_to(town)))[0]
    first = await hold(jeanne, path_to(town), slot)
    assert await hold(jeanne, path_to(town), slot) == first


async def test_choosing_another_slot_gives_the_first_one_back(
    jeanne: Visitor, paul: Visitor, town: Town
) -> None:
    first, second, *_others = slots_in(await jeanne.get(path_to(town)))
    await hold(jeanne, path_to(town), first)
    await hold(jeanne, path_to(town), second)
    offered = slots_in(await paul.get(path_to(town)))
    assert first in offered
    assert second not in offered


async def test_what_was_answered_follows_to_another_slot(jeanne: Visitor, town: Town) -> None:
    slots = slots_in(await jeanne.get(path_to(town)))
    await identify(jeanne, await hold(jeanne, path_to(town), slots[0]))
    booking = await hold(jeanne, path_to(town), slots[1])
    answer = await jeanne.get(f"{booking}/suite")
    assert answer.headers["location"] == f"{booking}/confirmation"
    assert "Jeanne Dupont" in words(await jeanne.get(f"{booking}/confirmation"))


async def test_a_slot_taken_between_page_and_click_leads_to_the_three_nearest(
    jeanne: Visitor, paul: Visitor, town: Town
) -> None:
    slots = slots_in(await jeanne.get(path_to(town)))
    await hold(paul, path_to(town), slots[2])
    answer = await jeanne.submit(f"{path_to(town)}/reservation", {"slot": slots[2]})
    assert answer.status_code == 409
    assert "Ce créneau vient d’être pris." in words(answer)
    assert "Voici les 3 plus proches encore libres" in words(answer)
    assert slots_in(answer)[:3] == [slots[0], slots[1], slots[3]]
    assert "Carte d’identité" in words(answer)
    assert "Place de la mairie" in words(answer)


async def test_a_slot_that_is_not_offered_is_refused_on_the_page_of_slots(
    jeanne: Visitor, town: Town
) -> None:
    slot = re.sub(r"T\d\d:", "T03:", slots_in(await jeanne.get(path_to(town)))[0])
    answer = await jeanne.submit(f"{path_to(town)}/reservation", {"slot": slot})
    assert answer.status_code == 409
    assert "n’est pas proposé à la réservation" in words(answer)
    assert len(slots_in(answer)) == 6


@pytest.mark.parametrize("slot", ["", "demain", "2026-11-24T08:30:00", "2026-11-24T08:30:00Z~x"])
async def test_what_is_no_slot_is_refused_on_the_page_of_slots(
    jeanne: Visitor, town: Town, slot: str
) -> None:
    answer = await jeanne.submit(f"{path_to(town)}/reservation", {"slot": slot})
    assert answer.status_code == 422
    assert "Choisissez un horaire." in words(answer)


async def test_a_form_from_elsewhere_holds_nothing(jeanne: Visitor, town: Town) -> None:
    slot = slots_in(await jeanne.get(path_to(town)))[0]
    answer = await jeanne.post(f"{path_to(town)}/reservation", data={"slot": slot})
    assert answer.status_code == 403
    assert slot in slots_in(await jeanne.get(path_to(town)))


async def test_reading_pages_opens_no_session(jeanne: Visitor, town: Town) -> None:
    for path in ("/", f"/rdv/{town.motive}", path_to(town), "/mes-rendez-vous"):
        await jeanne.get(path)
    assert "session" not in jeanne.cookies


async def test_a_hold_that_is_over_leads_back_and_what_was_typed_is_kept(
    jeanne: Visitor, town: Town
) -> None:
    slot = slots_in(await jeanne.get(path_to(town)))[0]
    booking = await hold(jeanne, path_to(town), slot)
    await identify(jeanne, booking)
    await expire_holds()
    for path in (booking, f"{booking}/confirmation", f"{booking}/suite"):
        answer = await jeanne.get(path)
        assert answer.status_code == 410
        assert f'href="{path_to(town)}"' in answer.text
        assert slots_in(answer) == [slot]
    again = await hold(jeanne, path_to(town), slot)
    answer = await jeanne.get(f"{again}/suite")
    assert answer.headers["location"] == f"{again}/confirmation"
    assert JEANNE["email"] in words(await jeanne.get(f"{again}/confirmation"))


async def test_a_hold_that_ends_before_the_last_click_is_told(jeanne: Visitor, town: Town) -> None:
    booking = await hold_first(jeanne, town)
    await identify(jeanne, booking)
    await expire_holds()
    answer = await jeanne.submit(f"{booking}/confirmation")
    assert answer.status_code == 410
    assert (await appointments.get(id_of(booking))).state != "planned"


async def test_somebody_elses_hold_is_not_found(jeanne: Visitor, paul: Visitor, town: Town) -> None:
    booking = await hold_first(jeanne, town)
    await hold_first(paul, town)
    for path in (booking, f"{booking}/code", f"{booking}/confirmation", f"{booking}/termine"):
        assert (await paul.get(path)).status_code == 404
    assert (await paul.submit(f"{booking}/confirmation")).status_code == 404
    assert (await paul.submit(booking, JEANNE)).status_code == 404
