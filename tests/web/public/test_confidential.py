"""What is confidential shows on no page of the person: whoever looks there would learn of it (S-08)."""

import re
from uuid import UUID

import msgspec
import pytest
from creneau.appointments import service as appointments
from creneau.appointments.schemas import ConfirmRequest
from creneau.confidentiality import service as confidentiality
from creneau.context import SYSTEM
from creneau.database import tenant_transaction
from creneau.people import service as people
from creneau.people.notes import service as notes
from creneau.people.schemas import RelativeDraft

from tests.platform.cast import Town, new_motive
from tests.platform.planning import nine, open_for, slots, soon, wish
from tests.web.public.citizen import book_first, id_of, link_of, sign_in, words
from tests.web.stage import Visitor

MINE = "/mes-rendez-vous"
FEED = re.compile(r"/calendrier/[\w.-]+/rendez-vous\.ics")


async def person_of(booking_id: UUID) -> UUID:
    found = (await appointments.get(booking_id)).person_id
    assert found is not None
    return found


@pytest.mark.feature("S-08")
@pytest.mark.parametrize("reading", ["the motive", "the person"])
async def test_what_is_confidential_is_on_no_page_feed_link_or_file_of_the_person(
    jeanne: Visitor, paul: Visitor, town: Town, reading: str
) -> None:
    path = await book_first(jeanne, town)
    booking_id, link = id_of(path), await link_of(id_of(path))
    await sign_in(paul)
    made = await paul.submit(f"{MINE}/agenda", {"name": "Téléphone"})
    found = FEED.search(made.text)
    assert found is not None
    feed = found[0]
    one = f"{MINE}/{booking_id}"
    ways = (
        *(one, f"{one}/annulation", f"{one}/deplacement", f"{one}/rendez-vous.ics"),
        *(f"{one}/confirmation.pdf", link, f"{link}/annulation", f"{link}/rendez-vous.ics"),
        *(f"{path}/rendez-vous.ics", f"{path}/confirmation.pdf"),
    )
    # The negative control: it is all there as long as it is not confidential.
    for way in ways:
        visitor = jeanne if way.startswith(path) else paul
        assert (await visitor.get(way)).status_code == 200, way
    assert f'href="{one}"' in (await paul.get(MINE)).text
    assert "BEGIN:VEVENT" in (await paul.get(feed)).text

    if reading == "the motive":
        async with tenant_transaction() as tx:
            await tx.execute(
                "UPDATE motive SET audience = 'agents', confidential = true WHERE tenant_id = $1",
                tx.tenant_id,
            )
    else:
        await confidentiality.begin(await person_of(booking_id), town.motive, SYSTEM)
    for way in ways:
        visitor = jeanne if way.startswith(path) else paul
        assert (await visitor.get(way)).status_code == 404, way
    for way in (f"{one}/annulation", f"{link}/annulation", f"{one}/deplacement/confirmation"):
        assert (await paul.submit(way, {"slot": "x"})).status_code == 404, way
    assert f'href="{one}"' not in (await paul.get(MINE)).text
    assert "BEGIN:VEVENT" not in (await paul.get(feed)).text
    # At the end of the path they are told to write it down, for nothing will remind them.
    done = words(await jeanne.get(f"{path}/termine"))
    assert "notez-le maintenant" in done
    assert "Nous vous envoyons un message" not in done
    # Whoever reads their mails could read this file too; what is in it is asked for in person.
    assert str(booking_id) not in (await paul.get(f"{MINE}/mes-donnees.json")).text


async def test_the_file_of_ones_data_tells_nothing_of_what_is_confidential(
    jeanne: Visitor, town: Town
) -> None:
    shown = id_of(await book_first(jeanne, town))
    person = await person_of(shown)
    secret = await new_motive(town.organisation, town.registry, name="Violences", audience="agents")
    await open_for(town, town.bob, soon(), motive_ids=[secret])
    first, *_others = await slots(town, soon(), motive_id=secret)
    request = wish(town, first.starts_at, motive_id=secret, source="agent")
    booked = await appointments.book(request, ConfirmRequest(person_id=person), SYSTEM)
    await notes.add(person, "Ne pas appeler chez elle.", SYSTEM)

    async def told() -> tuple[str, int]:
        data = (await jeanne.get(f"{MINE}/mes-donnees.json")).json()
        return msgspec.json.encode(data).decode(), len(data["history"])

    # The negative control: all of it is there while nothing is confidential.
    everything, events = await told()
    for trace in (str(booked.id), "Violences", "Ne pas appeler", str(shown)):
        assert trace in everything
    await confidentiality.begin(person, secret, SYSTEM)
    rest, fewer = await told()
    for trace in (str(booked.id), str(secret), "Violences", "Ne pas appeler"):
        assert trace not in rest
    assert str(shown) in rest
    assert 0 < fewer < events


async def test_a_relatives_appointment_hides_with_that_of_who_answers_for_them(
    jeanne: Visitor, town: Town
) -> None:
    path = await book_first(jeanne, town)
    mother = await person_of(id_of(path))
    leo = await people.add_relative(
        mother, RelativeDraft(first_name="Léo", last_name="Dupont"), SYSTEM
    )
    request = wish(town, nine(minute=60))
    booked = await appointments.book(request, ConfirmRequest(person_id=leo), SYSTEM)
    assert f"{MINE}/{booked.id}" in (await jeanne.get(MINE)).text
    await confidentiality.begin(leo, town.motive, SYSTEM)
    assert f"{MINE}/{booked.id}" not in (await jeanne.get(MINE)).text
    assert f"{MINE}/{id_of(path)}" in (await jeanne.get(MINE)).text
    await confidentiality.begin(mother, town.motive, SYSTEM)
    assert f"{MINE}/{id_of(path)}" not in (await jeanne.get(MINE)).text


async def test_the_page_that_does_not_erase_does_not_say_what_is_to_come(
    jeanne: Visitor, town: Town
) -> None:
    path = await book_first(jeanne, town)
    assert "Annulez-les d’abord" in words(await jeanne.submit(f"{MINE}/effacement"))
    await confidentiality.begin(await person_of(id_of(path)), town.motive, SYSTEM)
    refused = await jeanne.submit(f"{MINE}/effacement")
    assert refused.status_code == 409
    assert "rendez-vous sont encore" not in words(refused)
    assert "Contactez l’accueil" in words(refused)
