"""A prescriber who books again is known, and one who never stops is held back (D-07)."""

import re
from datetime import time

import httpx
import msgspec
import pytest
from creneau.appointments import service as appointments
from creneau.context import SYSTEM, Tenant, acting_for
from creneau.database import tenant_transaction
from creneau.messages.service import readers, subject_of
from creneau.people import service as people
from creneau_web.public.remembered import COOKIE

from tests.plugins.digital_aid.cast import PAULA
from tests.plugins.digital_aid.conftest import Inside
from tests.plugins.digital_aid.network import Network, new_network, open_up
from tests.plugins.digital_aid.test_workshops import rows_of
from tests.web.public.citizen import id_of, link_of, newest_code, slots_in, words
from tests.web.stage import Clients, Visitor, new_tenant

ADDRESS = "paula.roche@exemple.fr"
HOUSE = "203.0.113.77"
SENTENCE = "Beaucoup de rendez-vous viennent d’être pris d’ici pour d’autres personnes."


def learner(name: str) -> dict[str, str]:
    return {"first_name": name, "last_name": "Petit", "email": "", "phone": ""}


async def hold(visitor: Visitor, network: Network, slot: str) -> str:
    path = f"/rdv/{network.motive}/{network.place}/reservation"
    answer = await visitor.submit(path, {"slot": slot})
    assert answer.status_code == 303, words(answer)
    return answer.headers["location"].removesuffix("/suite")


async def free_slots(visitor: Visitor, network: Network) -> list[str]:
    return slots_in(await visitor.get(f"/rdv/{network.motive}/{network.place}"))


async def prescribe(visitor: Visitor, booking: str, name: str = "Zoé") -> httpx.Response:
    """Book for somebody as Paula, who proves her address once in a session."""
    answer = await visitor.submit(booking, {**learner(name), **PAULA})
    if answer.headers["location"].endswith("/code"):
        await visitor.submit(f"{booking}/code", {"code": await newest_code(ADDRESS)})
    return await visitor.submit(f"{booking}/confirmation")


def value_of(name: str, page: httpx.Response) -> str:
    found = re.search(rf'<input[^>]*\bname="{name}"\s*([^>]*)>', page.text)
    assert found is not None, name
    value = re.search(r'value="([^"]*)"', found[0])
    return value[1] if value else ""


@pytest.mark.feature("D-07")
async def test_a_prescriber_books_both_are_told_the_adviser_sees_who_and_the_next_time_is_filled_in(
    visitor: Visitor, client: Clients, advisers: Tenant, inside: Inside, network: Network
) -> None:
    await open_up(network)
    slots = await free_slots(visitor, network)
    booking = await hold(visitor, network, slots[0])
    done = await prescribe(visitor, booking)
    assert done.headers["location"] == f"{booking}/termine", words(done)
    subject = await subject_of(id_of(booking))
    assert subject is not None
    told = [reader.email for reader in await readers(subject, "confirmed") if not reader.is_agent]
    assert ADDRESS in told
    julie = await inside("Julie")
    seen = words(await julie.get(f"/agents/rendez-vous/{id_of(booking)}"))
    assert "En ligne, par Paula Roche (Mission locale)" in seen
    assert "Paula Roche (Mission locale) a choisi cet horaire." in seen
    assert "Paula Roche (Mission locale) a confirmé le rendez-vous." in seen
    # The browser was closed: the session is gone, what it keeps is not.
    later = client(advisers)
    later.cookies.set(COOKIE, visitor.cookies[COOKIE], domain=later.cookie_domain)
    second = await hold(later, network, slots[1])
    page = await later.get(second)
    assert value_of("digital_aid_name", page) == "Paula Roche"
    assert value_of("digital_aid_structure", page) == "Mission locale"
    assert value_of("digital_aid_email", page) == "Paula.Roche@exemple.fr"
    assert value_of("digital_aid_phone", page) == "01 23 45 67 89"
    assert value_of("first_name", page) == ""
    assert value_of("digital_aid_prescribing", page) == "yes"


async def test_whoever_has_the_link_may_be_the_prescriber_and_the_history_says_so(
    visitor: Visitor, client: Clients, advisers: Tenant, inside: Inside, network: Network
) -> None:
    await open_up(network)
    first, second, third, *_ = await free_slots(visitor, network)
    booking = await hold(visitor, network, first)
    await prescribe(visitor, booking)
    own = await hold(visitor, network, second)
    await prescribe_oneself(visitor, own)
    for made in (booking, own):
        link = await link_of(id_of(made))
        moved = await client(advisers).submit(f"{link}/deplacement/confirmation", {"slot": third})
        assert moved.headers["location"] == link
        await appointments.cancel(id_of(made), SYSTEM)
    julie = await inside("Julie")
    seen = words(await julie.get(f"/agents/rendez-vous/{id_of(booking)}"))
    assert "L’apprenant, ou qui a réservé pour lui, a déplacé le rendez-vous" in seen
    assert "Paula Roche (Mission locale) a confirmé le rendez-vous." in seen
    alone = words(await julie.get(f"/agents/rendez-vous/{id_of(own)}"))
    assert "ou qui a réservé pour lui" not in alone
    told = words(await (await inside("Alice")).get("/administration/historique"))
    assert "L’apprenant, ou qui a réservé pour lui, a déplacé" in told


async def prescribe_oneself(visitor: Visitor, booking: str) -> None:
    """Book for oneself, as somebody whom no prescriber knows."""
    zoe = {"first_name": "Zoé", "last_name": "Petit", "email": "zoe@exemple.fr", "phone": ""}
    await visitor.submit(booking, zoe)
    await visitor.submit(f"{booking}/code", {"code": await newest_code("zoe@exemple.fr")})
    assert (await visitor.submit(f"{booking}/confirmation")).status_code == 303


async def test_what_is_booked_for_somebody_else_is_counted_as_such_wherever_it_is_told(
    visitor: Visitor, inside: Inside, network: Network
) -> None:
    await open_up(network)
    first, second, *_ = await free_slots(visitor, network)
    booking, own = await hold(visitor, network, first), await hold(visitor, network, second)
    await prescribe_oneself(visitor, own)
    booking = await hold(visitor, network, first)
    await prescribe(visitor, booking)
    known = [(await appointments.get(id_of(one))).source for one in (booking, own)]
    assert known == ["others", "public"]
    julie = await inside("Julie")
    listed = words(await julie.get("/rendez-vous?origine=others"))
    assert "1 rendez-vous" in listed
    assert "Quelqu’un d’autre, pour l’apprenant" in listed
    counted = await julie.get("/statistiques")
    weeks = rows_of(counted, "Rendez-vous pris, par qui").values()
    assert [sum(numbers) for numbers in zip(*weeks, strict=True)] == [0, 1, 1, 0]
    file = await julie.submit(
        "/statistiques/export?table=crees", {"format": "csv", "table": "crees"}
    )
    assert "Quelqu’un d’autre, pour l’apprenant" in file.text
    person = (await appointments.get(id_of(booking))).person_id
    assert person is not None
    given = await people.export(person)
    assert b'"source":"others"' in msgspec.json.encode(given)
    assert "Somebody else, for the person" in words(
        await julie.get("/rendez-vous?origine=others&lang=en")
    )


async def test_the_history_of_the_space_names_the_prescriber_until_the_learner_is_erased(
    visitor: Visitor, inside: Inside, network: Network
) -> None:
    await open_up(network)
    slots = await free_slots(visitor, network)
    booking = await hold(visitor, network, slots[0])
    await prescribe(visitor, booking)
    alice = await inside("Alice")
    told = words(await alice.get("/administration/historique"))
    assert "Paula Roche (Mission locale) a confirmé un rendez-vous" in told
    assert "Zoé Petit a confirmé" not in told
    person = (await appointments.get(id_of(booking))).person_id
    assert person is not None
    await appointments.cancel(id_of(booking), SYSTEM)
    await people.erase(person, SYSTEM)
    told = words(await alice.get("/administration/historique"))
    assert "Paula Roche" not in told
    assert "Une personne, en ligne, a confirmé un rendez-vous" in told


async def test_a_learner_who_books_alone_is_named_as_who_booked(
    visitor: Visitor, inside: Inside, network: Network
) -> None:
    await open_up(network)
    booking = await hold(visitor, network, (await free_slots(visitor, network))[0])
    zoe = {"first_name": "Zoé", "last_name": "Petit", "email": "zoe@exemple.fr", "phone": ""}
    await visitor.submit(booking, zoe)
    await visitor.submit(f"{booking}/code", {"code": await newest_code("zoe@exemple.fr")})
    await visitor.submit(f"{booking}/confirmation")
    seen = words(await (await inside("Julie")).get(f"/agents/rendez-vous/{id_of(booking)}"))
    assert "En ligne, par Zoé Petit" in seen


async def test_the_address_of_a_prescriber_never_becomes_that_of_a_learner(
    visitor: Visitor, network: Network
) -> None:
    await open_up(network)
    slots = await free_slots(visitor, network)
    await prescribe(visitor, await hold(visitor, network, slots[0]))
    booking = await hold(visitor, network, slots[1])
    page = await visitor.get(booking)
    assert value_of("digital_aid_email", page) == "Paula.Roche@exemple.fr"
    assert value_of("email", page) == ""
    own = {**learner("Ana"), "email": "Paula.ROCHE@exemple.fr", **PAULA}
    refused = await visitor.submit(booking, own)
    assert refused.status_code == 422
    assert "C’est votre adresse, pas celle de la personne qui viendra." in words(refused)
    assert value_of("first_name", refused) == "Ana"
    assert (await prescribe(visitor, booking, "Ana")).headers["location"] == f"{booking}/termine"
    # Who books for others is not signed in as one of them.
    mine = await visitor.get("/mes-rendez-vous")
    assert "/connexion" in mine.headers["location"]


async def test_the_summary_shows_who_books_and_nothing_of_them_where_a_learner_books(
    visitor: Visitor, network: Network
) -> None:
    await open_up(network)
    slots = await free_slots(visitor, network)
    booking = await hold(visitor, network, slots[0])
    await visitor.submit(booking, {**learner("Zoé"), **PAULA, "digital_aid_name": "<b>{{7*7}}"})
    await visitor.submit(f"{booking}/code", {"code": await newest_code(ADDRESS)})
    page = await visitor.get(f"{booking}/confirmation")
    assert "Votre structure" in words(page)
    assert "&lt;b&gt;{{7*7}}" in page.text
    own = {**learner("Paula"), **PAULA, "email": ADDRESS, "digital_aid_prescribing": ""}
    await visitor.submit(booking, own)
    page = await visitor.get(f"{booking}/confirmation")
    assert "Paula" in words(page)
    assert "Votre structure" not in words(page)


async def test_what_the_browser_keeps_is_sealed_and_names_no_learner(
    visitor: Visitor, network: Network
) -> None:
    await open_up(network)
    booking = await hold(visitor, network, (await free_slots(visitor, network))[0])
    answer = await prescribe(visitor, booking)
    (sent,) = [one for one in answer.headers.get_list("set-cookie") if one.startswith(COOKIE)]
    assert "HttpOnly" in sent
    assert "SameSite=Lax" in sent
    for word in ("Paula", "Petit", "exemple"):
        assert word not in sent


async def test_a_cookie_of_elsewhere_or_changed_fills_nothing_in(
    visitor: Visitor, client: Clients, advisers: Tenant, network: Network
) -> None:
    await open_up(network)
    booking = await hold(visitor, network, (await free_slots(visitor, network))[0])
    await prescribe(visitor, booking)
    sealed = visitor.cookies[COOKIE]
    elsewhere = await new_tenant(frozenset({"digital_aid"}))
    with acting_for(elsewhere):
        theirs = await new_network()
        await open_up(theirs)
    for tenant, town, value in (
        (elsewhere, theirs, sealed),
        (advisers, network, sealed[:-6] + "AAAAA="),
        (advisers, network, "nothing"),
    ):
        stranger = client(tenant)
        stranger.cookies.set(COOKIE, value, domain=stranger.cookie_domain)
        with acting_for(tenant):
            held = await hold(stranger, town, (await free_slots(stranger, town))[2])
        assert "Pour qui prenez-vous" in words(await stranger.get(held))
        assert value_of("digital_aid_name", await stranger.get(f"{held}?pour=autre")) == ""


async def test_whoever_comes_next_to_the_same_computer_can_erase_it(
    visitor: Visitor, network: Network
) -> None:
    await open_up(network)
    slots = await free_slots(visitor, network)
    await prescribe(visitor, await hold(visitor, network, slots[0]))
    booking = await hold(visitor, network, slots[1])
    assert "Effacer ces informations" in words(await visitor.get(booking))
    assert (await visitor.submit(f"{booking}/oubli")).headers["location"] == booking
    page = await visitor.get(booking)
    assert "Paula" not in page.text
    assert "Effacer ces informations" not in words(page)


async def test_a_learner_who_books_alone_leaves_nothing_behind(
    visitor: Visitor, network: Network
) -> None:
    await open_up(network)
    booking = await hold(visitor, network, (await free_slots(visitor, network))[0])
    zoe = {"first_name": "Zoé", "last_name": "Petit", "email": "zoe@exemple.fr", "phone": ""}
    await visitor.submit(booking, zoe)
    await visitor.submit(f"{booking}/code", {"code": await newest_code("zoe@exemple.fr")})
    assert (await visitor.submit(f"{booking}/confirmation")).status_code == 303
    assert COOKIE not in visitor.cookies


@pytest.mark.feature("D-07")
async def test_two_hundred_bookings_from_one_address_are_held_back_with_a_page_that_says_so(
    client: Clients, advisers: Tenant
) -> None:
    network = await new_network(duration_minutes=3)
    await open_up(network, start_time=time(8), end_time=time(20))
    slots = await free_slots(client(advisers), network)
    assert len(slots) >= 200
    confirmed, refused = 0, None
    paula = client(advisers, address=HOUSE)
    for number, slot in enumerate(slots[:200]):
        if number and number % 25 == 0:
            # A session holds only so many; whoever floods makes new ones.
            paula = client(advisers, address=HOUSE)
        answer = await prescribe(paula, await hold(paula, network, slot), "Zoé")
        if answer.status_code == 303:
            confirmed += 1
        else:
            refused = answer
            break
    assert refused is not None
    assert refused.status_code == 429
    assert 0 < int(refused.headers["retry-after"]) <= 60 * 60
    assert SENTENCE in words(refused)
    assert "Confirmer" in words(refused)
    assert 20 <= confirmed <= 60
    async with tenant_transaction() as tx:
        kept = await tx.value(
            "SELECT count(*) FROM digital_aid.prescription WHERE tenant_id = $1", tx.tenant_id
        )
    assert kept == confirmed
    # Somebody at another address is not held up.
    other = client(advisers)
    booking = await hold(other, network, slots[-1])
    answer = await other.submit(
        booking, {**learner("Ana"), **PAULA, "digital_aid_email": "lea@exemple.fr"}
    )
    await other.submit(f"{booking}/code", {"code": await newest_code("lea@exemple.fr")})
    assert (await other.submit(f"{booking}/confirmation")).status_code == 303
