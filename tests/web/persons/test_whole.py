"""The base of persons from the first file to the last, as an agent goes through it."""

import re
from uuid import UUID

import pytest
from creneau.appointments import service as appointments
from creneau.appointments.schemas import ConfirmRequest, HoldRequest, State
from creneau.context import Actor
from creneau.messages.service import subject_of, tellings
from creneau.people import service as people

from tests.days import today
from tests.web.backoffice.cast import Office, at, book
from tests.web.backoffice.conftest import SignedIn
from tests.web.public.citizen import words
from tests.web.stage import Visitor

HELENE = {
    "first_name": "Hélène",
    "last_name": "Lefèvre-Noël",
    "birth_date": "24/11/1984",
    "email": "helene@exemple.fr",
    "phone": "06 12 34 56 78",
    "locale": "fr",
}
WRITINGS = (
    *("lefevre", "noel helene", "helenne lefebvre", "helene@exemple.fr"),
    *("+33 6 12 34 56 78", "0612345678", "24/11/1984", "24 novembre 1984"),
)


async def made(visitor: Visitor, **values: str) -> UUID:
    answer = await visitor.submit("/personnes/nouvelle", values)
    assert answer.status_code == 303, words(answer)
    return UUID(answer.headers["location"].rpartition("/")[2])


async def came(office: Office, person: UUID, hour: int, minute: int, state: State) -> None:
    starts_at = at(today(), hour, minute)
    hold = HoldRequest(
        motive_id=office.motive,
        starts_at=starts_at,
        place_id=office.place,
        resource_id=office.bea,
        owner=b"bea",
        source="agent",
    )
    bea = Actor("agent", office.bea)
    request = ConfirmRequest(person_id=person, instructions_accepted=True)
    booking = await appointments.book(hold, request, bea)
    await appointments.set_state(booking.id, state, bea)


@pytest.mark.feature("C-67")
async def test_an_agent_finds_follows_notes_counts_and_puts_together(
    office: Office, signed_in: SignedIn
) -> None:
    bea = await signed_in("Bea")
    # Two names are enough; who looks alike is named.
    short = await made(bea, first_name="Hélène", last_name="Noël", locale="fr")
    helene = await made(bea, **HELENE)
    for typed in WRITINGS:
        found = (await bea.get("/personnes", params={"q": typed})).text
        assert str(helene) in found, typed
    # Relatives and referents, on the file.
    child = {"first_name": "Léo", "last_name": "Noël", "locale": "fr"}
    await bea.submit("/personnes/nouvelle", {**child, "responsible_id": str(helene)})
    await bea.submit(f"/personnes/{helene}/referents", {"agent": str(office.bob)})
    await bea.submit(f"/personnes/{helene}/notes", {"text": "Préfère le matin"})
    shown = words(await bea.get(f"/personnes/{helene}"))
    for said in ("Léo Noël", "Bob Martin depuis le", "Préfère le matin"):
        assert said in shown, said
    assert (
        f'href="/rendez-vous/nouveau?personne={helene}"'
        in (await bea.get(f"/personnes/{helene}")).text
    )
    assert (await bea.get(f"/rendez-vous/nouveau?personne={helene}")).status_code == 200
    # Appointments, each with its status, and all of them.
    await came(office, short, 0, 0, "seen")
    await came(office, short, 0, 30, "no_show")
    await came(office, short, 23, 0, "planned")
    shown = words(await bea.get(f"/personnes/{short}"))
    for said in ("1 Vu", "1 Absent non excusé", "Voir tous les rendez-vous"):
        assert said in shown, said
    everything = await bea.get(f"/personnes/{short}/rendez-vous")
    assert len(re.findall(r'href="/agents/rendez-vous/[0-9a-f-]{36}"', everything.text)) == 3
    # The two files become one, which has it all.
    form = await bea.get(f"/personnes/{helene}/fusion/{short}")
    versions = dict(re.findall(r'name="(\w+_version)" value="(\w+)"', form.text))
    await bea.submit(f"/personnes/{helene}/fusion/{short}", versions)
    shown = words(await bea.get(f"/personnes/{helene}"))
    for said in ("1 Vu", "1 Absent non excusé", "Léo Noël", "Bob Martin", "Préfère le matin"):
        assert said in shown, said
    moved = await bea.get(f"/personnes/{short}")
    assert moved.headers["location"] == f"/personnes/{helene}"


@pytest.mark.feature("S-01")
async def test_everyone_who_may_see_a_file_sees_its_referents(
    office: Office, signed_in: SignedIn
) -> None:
    booking = await book(office, at(today(), 22))
    way = f"/personnes/{booking.person_id}"
    sam = await signed_in("Sam")
    for agent in (office.bea, office.bob):
        await sam.submit(f"{way}/referents", {"agent": str(agent)})
    for name in ("Alice", "Bea", "Bob", "Sam"):
        shown = words(await (await signed_in(name)).get(way))
        assert "Bea Martin depuis le" in shown
        assert "Bob Martin depuis le" in shown
    await sam.submit(f"{way}/referents/{office.bea}/retrait")
    assert "Bea Martin depuis le" not in words(await sam.get(way))
    # In the list, and where somebody is chosen for an appointment, too.
    assert "Bob Martin" in words(await sam.get("/personnes?q=petit"))
    assert "Bob Martin" in words(await sam.get("/personnes/recherche?q=petit"))


@pytest.mark.feature("S-07")
async def test_a_relative_has_a_file_and_appointments_and_the_responsible_person_the_messages(
    office: Office, signed_in: SignedIn
) -> None:
    bea = await signed_in("Bea")
    helene = await made(bea, **HELENE)
    assert "Ajouter un proche" in words(await bea.get(f"/personnes/{helene}"))
    child = {"first_name": "Léo", "last_name": "Noël", "phone": "06 98 76 54 32", "locale": "fr"}
    await bea.submit("/personnes/nouvelle", {**child, "responsible_id": str(helene)})
    (leo,) = await people.relatives(helene)
    assert "Noël Léo" in words(await bea.get("/personnes?q=leo"))
    hold = HoldRequest(
        motive_id=office.motive,
        starts_at=at(today(), 22),
        place_id=office.place,
        resource_id=office.bea,
        owner=b"bea",
        source="agent",
    )
    request = ConfirmRequest(person_id=leo.id, instructions_accepted=True)
    booking = await appointments.book(hold, request, Actor("agent", office.bea))
    assert str(booking.id) in (await bea.get(f"/personnes/{leo.id}")).text
    assert str(booking.id) not in (await bea.get(f"/personnes/{helene}/rendez-vous")).text
    subject = await subject_of(booking.id)
    assert subject is not None
    assert subject.person_name == "Léo Noël"
    for occasion in ("confirmed", "moved", "reminder", "cancelled"):
        told = [one for one in await tellings(subject, occasion) if one.reader.agent_id is None]
        assert {one.address for one in told} == {"helene@exemple.fr"}, occasion
