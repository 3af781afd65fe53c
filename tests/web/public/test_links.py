"""The link of a message: good for one appointment, and opening it changes nothing (C-45)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from creneau.appointments import service as appointments
from creneau.context import SYSTEM, Tenant, acting_for
from creneau.database import tenant_transaction

from tests.platform.cast import Town, furnish, new_motive
from tests.platform.planning import book, open_for, slots, soon
from tests.web.public.citizen import hold, link_of, path_to, slots_in, words
from tests.web.stage import Clients, Visitor, new_tenant

WARNING = "Les délais sont longs."


async def booked(town: Town, **changes: object) -> str:
    """Book the first time of a motive of its own, and give the address of its link."""
    motive = await new_motive(
        town.organisation,
        town.registry,
        name="Avec lien",
        cancellation_warning=WARNING,
        **changes,
    )
    await open_for(town, town.bob, soon(), motive_ids=[motive])
    first, *_others = await slots(town, soon(), motive_id=motive)
    return await link_of((await book(town, first.starts_at, motive_id=motive)).id)


async def state_of(link: str) -> str:
    return (await appointments.by_link(link.removeprefix("/lien/"))).state


async def test_opening_any_page_of_a_link_changes_nothing(paul: Visitor, town: Town) -> None:
    link = await booked(town)
    before = await appointments.by_link(link.removeprefix("/lien/"))
    move = await paul.get(f"{link}/deplacement")
    for path in (
        link,
        f"{link}/annulation",
        f"{link}/deplacement",
        f"{link}/deplacement/confirmation?slot={slots_in(move)[0]}",
        f"{link}/rendez-vous.ics",
    ):
        assert (await paul.get(path)).status_code == 200
    assert await appointments.by_link(link.removeprefix("/lien/")) == before


async def test_cancelling_shows_the_warning_and_is_confirmed_by_a_form(
    paul: Visitor, town: Town
) -> None:
    link = await booked(town)
    assert WARNING in words(await paul.get(f"{link}/annulation"))
    answer = await paul.submit(f"{link}/annulation")
    assert answer.headers["location"] == link
    page = words(await paul.get(link))
    assert "Votre rendez-vous est annulé." in page
    assert "Ce rendez-vous est annulé" in page
    assert await state_of(link) == "excused"
    assert "STATUS:CANCELLED" in (await paul.get(f"{link}/rendez-vous.ics")).text
    assert (await paul.submit(f"{link}/annulation")).headers["location"] == link


async def test_moving_keeps_the_old_time_until_it_is_confirmed(paul: Visitor, town: Town) -> None:
    link = await booked(town)
    before = await appointments.by_link(link.removeprefix("/lien/"))
    choice = slots_in(await paul.get(f"{link}/deplacement"))
    own = f"{before.starts_at:%Y-%m-%dT%H:%M:%SZ}"
    assert own not in choice
    answer = await paul.submit(f"{link}/deplacement", {"slot": choice[1]})
    assert await appointments.by_link(link.removeprefix("/lien/")) == before
    confirmation = await paul.get(answer.headers["location"])
    assert "Ancien horaire" in words(confirmation)
    answer = await paul.submit(f"{link}/deplacement/confirmation", {"slot": choice[1]})
    assert answer.headers["location"] == link
    assert "Votre rendez-vous est déplacé." in words(await paul.get(link))
    moved = await appointments.by_link(link.removeprefix("/lien/"))
    assert f"{moved.starts_at:%Y-%m-%dT%H:%M:%SZ}" == choice[1]


async def test_a_new_time_that_is_taken_meanwhile_leads_to_the_nearest(
    jeanne: Visitor, paul: Visitor, town: Town
) -> None:
    link = await booked(town)
    choice = slots_in(await paul.get(f"{link}/deplacement"))
    motive = (await appointments.by_link(link.removeprefix("/lien/"))).motive_id
    await hold(jeanne, path_to(town, motive), choice[1])
    answer = await paul.submit(f"{link}/deplacement/confirmation", {"slot": choice[1]})
    assert answer.status_code == 409
    assert "Ce créneau vient d’être pris." in words(answer)
    assert "Votre rendez-vous actuel est gardé" in words(answer)
    assert choice[1] not in slots_in(answer)
    assert await state_of(link) == "planned"


@pytest.mark.parametrize("notice", [None, 60 * 24 * 30])
async def test_what_can_no_longer_be_changed_online_says_so(
    paul: Visitor, town: Town, notice: int | None
) -> None:
    link = await booked(town, cancel_notice_minutes=notice, move_notice_minutes=notice)
    page = await paul.get(link)
    assert "contactez l’accueil" in words(page)
    assert f"{link}/annulation" not in page.text
    for way in ("annulation", "deplacement", "deplacement/confirmation"):
        assert (await paul.get(f"{link}/{way}")).status_code == 302
    answer = await paul.submit(f"{link}/annulation")
    assert answer.status_code == 409
    assert "Ce rendez-vous ne peut plus être annulé en ligne." in words(answer)
    assert await state_of(link) == "planned"


async def test_what_the_service_gave_up_is_chosen_anew_whatever_the_notice(
    paul: Visitor, town: Town
) -> None:
    month = 60 * 24 * 30
    link = await booked(town, cancel_notice_minutes=month, move_notice_minutes=month)
    booking = await appointments.by_link(link.removeprefix("/lien/"))
    assert (await paul.get(f"{link}/deplacement")).status_code == 302
    await appointments.reschedule(booking.id, SYSTEM, notify=True)
    page = await paul.get(link)
    assert "Ce rendez-vous est à replanifier" in words(page)
    assert f"{link}/annulation" in page.text
    assert "STATUS:CANCELLED" in (await paul.get(f"{link}/rendez-vous.ics")).text
    for gone in (f"{link}/rendez-vous.ics", f"{link}/confirmation.pdf", "contactez l’accueil"):
        assert gone not in page.text
    choice = slots_in(await paul.get(f"{link}/deplacement"))
    answer = await paul.submit(f"{link}/deplacement/confirmation", {"slot": choice[1]})
    assert answer.headers["location"] == link
    moved = await appointments.by_link(link.removeprefix("/lien/"))
    assert (moved.state, f"{moved.starts_at:%Y-%m-%dT%H:%M:%SZ}") == ("planned", choice[1])
    assert "STATUS:CONFIRMED" in (await paul.get(f"{link}/rendez-vous.ics")).text
    assert (await paul.get(f"{link}/deplacement")).status_code == 302


async def test_what_the_service_gave_up_stays_to_be_settled_once_its_time_is_over(
    paul: Visitor, town: Town
) -> None:
    link = await booked(town)
    booking = await appointments.by_link(link.removeprefix("/lien/"))
    await appointments.reschedule(booking.id, SYSTEM, notify=True)
    async with tenant_transaction() as tx:
        past = "starts_at - interval '4 days', ends_at = ends_at - interval '4 days'"
        sql = f"UPDATE appointment SET starts_at = {past} WHERE tenant_id = $1 AND id = $2"
        await tx.execute(sql, tx.tenant_id, booking.appointment_id)
    assert "Choisir une autre date" in words(await paul.get(link))
    choice = slots_in(await paul.get(f"{link}/deplacement"))
    await paul.submit(f"{link}/deplacement/confirmation", {"slot": choice[0]})
    assert await state_of(link) == "planned"


async def test_what_the_service_gave_up_and_nobody_moves_online_says_whom_to_contact(
    paul: Visitor, town: Town
) -> None:
    link = await booked(town, cancel_notice_minutes=None, move_notice_minutes=None)
    booking = await appointments.by_link(link.removeprefix("/lien/"))
    await appointments.reschedule(booking.id, SYSTEM, notify=True)
    page = await paul.get(link)
    assert "Contactez l’accueil pour en convenir d’un autre" in words(page)
    assert f"{link}/deplacement" not in page.text
    assert f"{link}/annulation" not in page.text


async def test_a_link_of_another_tenant_is_not_found(client: Clients, town: Town) -> None:
    link = await booked(town)
    elsewhere = await new_tenant()
    with acting_for(elsewhere):
        await furnish()
    stranger = client(elsewhere)
    unknown = await stranger.get(f"/lien/{uuid4()}")
    assert unknown.status_code == 404
    for path in (link, f"{link}/annulation", f"{link}/deplacement", f"{link}/rendez-vous.ics"):
        answer = await stranger.get(path)
        assert answer.status_code == 404
        assert words(answer) == words(unknown)
    assert (await stranger.submit(f"{link}/annulation")).status_code == 404
    assert await state_of(link) == "planned"


async def test_a_link_that_is_too_old_says_where_appointments_are_found(
    paul: Visitor, tenant: Tenant, town: Town
) -> None:
    link = await booked(town)
    async with tenant_transaction() as tx:
        sql = "UPDATE booking_link SET expires_at = now() - $2::interval WHERE tenant_id = $1"
        await tx.execute(sql, tenant.id, timedelta(seconds=1))
    answer = await paul.get(link)
    assert answer.status_code == 410
    assert 'href="/mes-rendez-vous"' in answer.text


@pytest.mark.parametrize("way", ["annulation", "deplacement", "deplacement/confirmation"])
async def test_a_form_from_elsewhere_changes_nothing(paul: Visitor, town: Town, way: str) -> None:
    link = await booked(town)
    assert (await paul.post(f"{link}/{way}", data={"slot": "x"})).status_code == 403
    assert await state_of(link) == "planned"


@pytest.mark.parametrize("slot", ["", "x", "2026-11-24T08:30:00Z~x"])
async def test_what_is_no_time_leads_back_to_the_times(
    paul: Visitor, town: Town, slot: str
) -> None:
    link = await booked(town)
    assert (await paul.submit(f"{link}/deplacement", {"slot": slot})).status_code == 422
    for answer in (
        await paul.get(f"{link}/deplacement/confirmation", params={"slot": slot}),
        await paul.submit(f"{link}/deplacement/confirmation", {"slot": slot}),
    ):
        assert answer.headers["location"] == f"{link}/deplacement"
