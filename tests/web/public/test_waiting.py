"""Asking for an earlier slot, being offered one, answering, leaving: by forms alone (C-28)."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from creneau.appointments import service as appointments
from creneau.context import SYSTEM, Tenant
from creneau.database import tenant_transaction
from creneau.waiting import service as waiting
from creneau.waiting.schemas import WaitingRule

from tests.platform.cast import Town
from tests.platform.planning import nine, open_for, soon
from tests.platform.waiting.cast import (
    Worker,
    address_of,
    ask,
    book_as,
    cancel,
    fill,
    let_offers_run_out,
    offer_of,
    state_of,
)
from tests.web.public.citizen import newest_code, path_to, sign_in, words
from tests.web.stage import Visitor

AMINA = {"first_name": "Amina", "last_name": "Petit", "email": "amina@exemple.fr"}
WAITING_LINK = re.compile(r"/attente/[\w-]+")


@pytest.fixture
def worker(tenant: Tenant) -> Worker:
    return Worker(tenant)


def asking(town: Town) -> str:
    return f"/rdv/{town.motive}/attente"


async def join(visitor: Visitor, town: Town, place: str = "") -> str:
    """Walk from the form to the page that says that one is on the list; gives its address."""
    answer = await visitor.submit(asking(town), {**AMINA, "place": place})
    assert answer.headers["location"] == f"{asking(town)}/code", words(answer)
    code = {"code": await newest_code(AMINA["email"])}
    answer = await visitor.submit(f"{asking(town)}/code", code)
    assert answer.headers["location"] == f"{asking(town)}/termine", words(answer)
    return answer.headers["location"]


def link_in(worker: Worker, address: str = AMINA["email"]) -> str:
    found = WAITING_LINK.search(worker.letters_to(address)[-1].text)
    assert found is not None
    return found.group()


async def test_the_slots_page_leads_to_the_list_with_and_without_free_times(
    jeanne: Visitor, town: Town
) -> None:
    way = f'href="{asking(town)}?lieu={town.place}"'
    assert way in (await jeanne.get(path_to(town))).text
    await fill(town)
    full = await jeanne.get(path_to(town))
    assert way in full.text
    assert "Être prévenu plus tôt" in words(full)


async def test_a_motive_without_a_list_offers_none(jeanne: Visitor, town: Town) -> None:
    await waiting.set_rule(town.motive, WaitingRule(open=False), SYSTEM)
    assert "/attente" not in (await jeanne.get(path_to(town))).text
    for answer in (
        await jeanne.get(asking(town)),
        await jeanne.submit(asking(town), AMINA),
        await jeanne.get(f"{asking(town)}/code"),
    ):
        assert answer.status_code == 403


async def test_a_person_waits_is_offered_and_accepts(
    jeanne: Visitor, paul: Visitor, town: Town, worker: Worker
) -> None:
    booked = await fill(town)
    page = words(await jeanne.get(f"{asking(town)}?lieu={town.place}"))
    assert "Aucun horaire n’est libre pour le moment." in page
    done = words(await jeanne.get(await join(jeanne, town, str(town.place))))
    assert "Vous êtes sur la liste d’attente" in done
    assert AMINA["email"] in done
    await worker.work()
    assert "Vous êtes sur la liste d’attente" in worker.letters_to(AMINA["email"])[0].subject
    await cancel(booked[0])
    await worker.work()
    link = link_in(worker)
    # Another device, without a session: the link of the message is all that is needed.
    offered = await paul.get(link)
    assert "Un créneau s’est libéré pour vous" in words(offered)
    assert re.search(r"Il vous reste (\d+ heures?|\d+ h \d+|\d+ minutes?)", words(offered))
    assert await state_of((await waiting.by_link(link.rpartition("/")[2])).entry) == "offered"
    answer = await paul.submit(f"{link}/acceptation")
    assert answer.headers["location"] == link
    assert "Votre rendez-vous est confirmé" in words(await paul.get(link))
    again = await paul.submit(f"{link}/acceptation")
    assert again.headers["location"] == link
    listed = words(await jeanne.get("/mes-rendez-vous"))
    assert "Carte d’identité" in listed
    assert "En attente d’un créneau plus tôt" not in listed


async def test_opening_a_link_changes_nothing(paul: Visitor, town: Town, worker: Worker) -> None:
    booked = await fill(town)
    entry = await ask(town, "Amina")
    await cancel(booked[0])
    await worker.work()
    link = link_in(worker)
    before = await waiting.standing(entry.id)
    for path in ("", "/sortie", "/acceptation", "/refus"):
        assert (await paul.get(f"{link}{path}")).status_code in {200, 405}
    assert await waiting.standing(entry.id) == before
    strange = await paul.post(f"{link}/acceptation", headers={"origin": "http://evil.example"})
    assert strange.status_code == 403
    assert await waiting.standing(entry.id) == before


async def test_who_declines_keeps_their_place(paul: Visitor, town: Town, worker: Worker) -> None:
    booked = await fill(town)
    first, second = await ask(town, "Amina"), await ask(town, "Basile")
    await cancel(booked[0])
    await worker.work()
    link = link_in(worker)
    await paul.submit(f"{link}/refus")
    shown = words(await paul.get(link))
    assert "ce créneau est proposé à la personne suivante" in shown
    assert "Vous êtes sur la liste d’attente" in shown
    await worker.work()
    assert [await state_of(entry) for entry in (first, second)] == ["waiting", "offered"]


async def test_an_offer_whose_time_is_over_says_so(
    paul: Visitor, town: Town, worker: Worker
) -> None:
    booked = await fill(town)
    await ask(town, "Amina")
    await cancel(booked[0])
    await worker.work()
    link = link_in(worker)
    await let_offers_run_out()
    answer = await paul.submit(f"{link}/acceptation")
    assert answer.status_code == 410
    assert "Ce créneau ne vous est plus réservé." in words(answer)
    assert "Vous êtes sur la liste d’attente" in words(answer)


async def test_an_appointment_moves_to_the_accepted_time(
    paul: Visitor, town: Town, worker: Worker
) -> None:
    *others, _last = await fill(town, hours=(0, 30, 60, 90, 120))
    own = await book_as(town, "Amina", nine() + timedelta(minutes=150))
    await ask(town, "Amina")
    await cancel(others[0])
    await worker.work()
    link = link_in(worker)
    shown = words(await paul.get(link))
    assert "Remplace" in shown
    assert "votre rendez-vous est déplacé à ce nouvel horaire" in shown
    await paul.submit(f"{link}/acceptation")
    assert (await appointments.get(own.id)).starts_at == others[0].starts_at


async def test_instructions_are_accepted_with_the_offer(
    paul: Visitor, town: Town, worker: Worker
) -> None:
    booked = await fill(town)
    async with tenant_transaction() as tx:
        await tx.execute(
            "UPDATE motive SET instructions_before = 'Venez seul.' WHERE tenant_id = $1",
            tx.tenant_id,
        )
    entry = await ask(town, "Amina")
    await cancel(booked[0])
    await worker.work()
    link = link_in(worker)
    assert "Venez seul." in words(await paul.get(link))
    refused = await paul.submit(f"{link}/acceptation")
    assert refused.status_code == 422
    assert "Cochez la case" in words(refused)
    assert await state_of(entry) == "offered"
    await paul.submit(f"{link}/acceptation", {"accepted": "yes"})
    assert await state_of(entry) == "served"
    offer = await offer_of(entry)
    assert offer is not None
    assert (await appointments.get(offer.booking_id)).accepted_instructions == "Venez seul."


async def test_who_waits_in_a_line_that_was_closed_is_told_so(
    paul: Visitor, town: Town, worker: Worker
) -> None:
    await ask(town, "Amina")
    await worker.work()
    link = link_in(worker)
    assert "Nous vous écrirons dès qu’un créneau se libère" in words(await paul.get(link))
    await waiting.set_rule(town.motive, WaitingRule(open=False), SYSTEM)
    page = words(await paul.get(link))
    assert "est fermée pour le moment" in page
    assert "Vous gardez votre place." in page
    assert "Nous vous écrirons" not in page


async def test_one_leaves_by_the_link(paul: Visitor, town: Town, worker: Worker) -> None:
    entry = await ask(town, "Amina")
    await worker.work()
    link = link_in(worker)
    assert "Quitter la liste d’attente ?" in words(await paul.get(f"{link}/sortie"))
    assert (await paul.submit(f"{link}/sortie")).headers["location"] == link
    assert await state_of(entry) == "left"
    assert "Votre demande est close." in words(await paul.get(link))
    assert (await paul.get(f"{link}/sortie")).headers["location"] == link


async def test_one_answers_and_leaves_in_ones_own_list(
    jeanne: Visitor, paul: Visitor, town: Town, worker: Worker
) -> None:
    booked = await fill(town)
    entry, other = await ask(town, "Amina"), await ask(town, "Basile")
    own = f"/mes-rendez-vous/attente/{entry.id}"
    await cancel(booked[0])
    await worker.work()
    assert (await paul.get(own)).headers["location"] == "/mes-rendez-vous/connexion"
    await sign_in(jeanne, AMINA["email"])
    listed = await jeanne.get("/mes-rendez-vous")
    assert f'href="{own}"' in listed.text
    assert "Un créneau vous est réservé : répondez-nous" in words(listed)
    nobodys = f"/mes-rendez-vous/attente/{uuid4()}"
    for door in (f"/mes-rendez-vous/attente/{other.id}", nobodys):
        assert (await jeanne.get(door)).status_code == 404
        assert (await jeanne.submit(f"{door}/sortie")).status_code == 404
    await jeanne.submit(f"{own}/refus")
    assert await state_of(entry) == "waiting"
    await jeanne.submit(f"{own}/sortie")
    assert await state_of(entry) == "left"
    assert "En attente d’un créneau plus tôt" not in words(await jeanne.get("/mes-rendez-vous"))


async def test_who_is_signed_in_types_nothing(jeanne: Visitor, town: Town) -> None:
    await fill(town)
    await book_as_known(town)
    await sign_in(jeanne, AMINA["email"])
    page = await jeanne.get(f"{asking(town)}?lieu={town.place}")
    assert 'name="first_name"' not in page.text
    answer = await jeanne.submit(asking(town), {"place": str(town.place)})
    assert answer.headers["location"] == f"{asking(town)}/termine"


async def book_as_known(town: Town) -> None:
    await open_for(town, town.bob, soon(6))
    await book_as(town, "Amina", nine(6))


async def test_what_is_missing_is_said_beside_its_field(jeanne: Visitor, town: Town) -> None:
    answer = await jeanne.submit(asking(town), {"first_name": "Amina", "place": ""})
    assert answer.status_code == 422
    assert "Indiquez votre nom." in words(answer)
    assert "Indiquez votre adresse e-mail." in words(answer)
    assert 'value="Amina"' in answer.text
    wrong = await jeanne.submit(f"{asking(town)}/code", {"code": "1"})
    assert wrong.headers["location"] == asking(town)
    assert (await jeanne.get(f"{asking(town)}?lieu=nowhere")).status_code == 404


async def test_a_wrong_code_puts_nobody_on_the_list(jeanne: Visitor, town: Town) -> None:
    await jeanne.submit(asking(town), {**AMINA, "place": ""})
    code = await newest_code(AMINA["email"])
    answer = await jeanne.submit(
        f"{asking(town)}/code", {"code": f"{(int(code) + 1) % 1_000_000:06d}"}
    )
    assert answer.status_code == 422
    async with tenant_transaction() as tx:
        count = "SELECT count(*) FROM waiting_entry WHERE tenant_id = $1"
        assert await tx.value(count, tx.tenant_id) == 0
    again = await jeanne.submit(f"{asking(town)}/code/envoi")
    assert again.headers["location"] == f"{asking(town)}/code?renvoi=1"


async def test_messages_speak_the_language_of_their_reader(
    jeanne: Visitor, town: Town, worker: Worker
) -> None:
    booked = await fill(town)
    await jeanne.get(f"{asking(town)}?lang=en")
    await join(jeanne, town)
    await cancel(booked[0])
    await worker.work()
    # Which of the two leaves first, nobody promises.
    offered, joined = sorted(worker.letters_to(address_of("Amina")), key=lambda one: one.subject)
    assert joined.subject.startswith("You are on the waiting list")
    assert offered.subject.startswith("A time has become free")
    assert "We are holding this time for you until" in offered.text
    assert '<html lang="en">' in (offered.html or "")
