"""From the link or the letter to the appointment, for the person and for whoever else opens it (S-11)."""

from datetime import timedelta
from uuid import UUID

import pytest
from creneau.appointments import service as appointments
from creneau.confidentiality import service as confidentiality
from creneau.context import SYSTEM, VISITOR, Actor, Tenant
from creneau.invitations import service as invitations
from creneau.people import service as people
from creneau_infra import clock

from tests.days import today
from tests.web.invitations.cast import Invited, a_file, begin, book, hold, link
from tests.web.public.citizen import JEANNE, identify, words
from tests.web.stage import Clients


async def test_who_is_invited_books_without_a_code_and_the_link_then_shows_the_appointment(
    invited: Invited, client: Clients
) -> None:
    amina = await a_file(invited.office)
    way = await link(invited, amina, message="Apportez vos papiers.")
    visitor = client(invited.office.tenant)
    landing = words(await visitor.get(way))
    assert "Bilan" in landing
    assert "Amina D." in landing
    booking = await book(visitor, invited, way)
    done = words(await visitor.get(f"{booking}/termine"))
    assert "Votre rendez-vous est confirmé" in done
    made = await appointments.get(UUID(booking.rpartition("/")[2]))
    assert made.person_id == amina
    again = await client(invited.office.tenant).get(way)
    assert again.headers["location"] == f"{way}/rendez-vous"
    shown = words(await client(invited.office.tenant).get(again.headers["location"]))
    assert "Votre rendez-vous" in shown
    refused = await client(invited.office.tenant).submit(way, {"motive": str(invited.motive)})
    assert "déjà pris avec cette invitation" in words(refused)


@pytest.mark.parametrize("by_phone", [False, True])
async def test_whoever_opens_the_letter_reads_a_first_name_and_nothing_else_of_the_person(
    invited: Invited, client: Clients, by_phone: bool
) -> None:
    amina = await a_file(invited.office, address="3 rue des Lilas\n35000 Rennes")
    motive = invited.by_phone if by_phone else invited.motive
    way = await link(invited, amina, motive_id=motive)
    visitor = client(invited.office.tenant)
    pages = [await visitor.get(way)]
    await begin(visitor, way, motive)
    pages += [await visitor.get("/invitation"), await visitor.get(f"/rdv/{motive}")]
    booking = await hold(visitor, invited, motive)
    await visitor.get(f"{booking}/suite")
    pages += [await visitor.get(booking), await visitor.get(f"{booking}/confirmation")]
    await visitor.submit(f"{booking}/confirmation")
    pages += [await visitor.get(f"{booking}/{end}") for end in ("termine", "rendez-vous.ics")]
    for end in ("", "/annulation", "/deplacement", "/rendez-vous.ics"):
        pages.append(await visitor.get(f"{way}/rendez-vous{end}"))
    for page in pages:
        assert page.status_code in {200, 302, 303}, page.url
        for secret in ("Diallo", "amina@exemple.fr", "06 12", "+336", "Lilas"):
            assert secret not in words(page), (secret, page.url)
    # Nor is anybody signed in: the person's other appointments stay closed.
    own = await visitor.get("/mes-rendez-vous")
    assert own.headers["location"].startswith("/mes-rendez-vous/connexion")


async def test_a_missing_number_is_asked_for_and_kept_and_a_known_one_is_not_replaced(
    invited: Invited, client: Clients
) -> None:
    unknown = await a_file(invited.office, phone="", email="")
    visitor = client(invited.office.tenant)
    way = await link(invited, unknown, motive_id=invited.by_phone)
    await begin(visitor, way, invited.by_phone)
    booking = await hold(visitor, invited, invited.by_phone)
    assert (await visitor.get(f"{booking}/suite")).headers["location"] == booking
    wrong = await visitor.submit(booking, {"phone": "12"})
    assert (wrong.status_code, "12" in wrong.text) == (422, True)
    await visitor.submit(booking, {"phone": "06 99 88 77 66"})
    await visitor.submit(f"{booking}/confirmation")
    assert (await people.person(unknown)).phone == "+33699887766"
    known = await a_file(invited.office, email="other@exemple.fr")
    other = client(invited.office.tenant)
    await begin(other, await link(invited, known, motive_id=invited.by_phone), invited.by_phone)
    booking = await hold(other, invited, invited.by_phone)
    await other.submit(booking, {"phone": "06 99 88 77 66"})
    assert (await people.person(known)).phone == "+33612345678"


async def test_what_is_for_invited_people_opens_to_nobody_else(
    invited: Invited, client: Clients
) -> None:
    path = f"/rdv/{invited.motive}"
    way = await link(invited, await a_file(invited.office), motive_id=invited.by_phone)
    other_motive = client(invited.office.tenant)
    await begin(other_motive, way, invited.by_phone)
    for visitor in (client(invited.office.tenant), other_motive):
        for address in (path, f"{path}/{invited.office.place}"):
            assert (await visitor.get(address)).status_code == 404
        held = await visitor.submit(f"{path}/{invited.office.place}/reservation", {"slot": "x"})
        assert held.status_code == 404
    wrong = await other_motive.submit(way, {"motive": str(invited.motive)})
    assert wrong.status_code == 404
    assert "Bilan" not in words(await client(invited.office.tenant).get("/"))


async def test_a_category_lets_the_person_choose_among_its_motives(
    invited: Invited, client: Clients
) -> None:
    way = await link(invited, await a_file(invited.office), motive_id=None, category="Suivi")
    visitor = client(invited.office.tenant)
    landing = words(await visitor.get(way))
    assert "Bilan par téléphone" in landing
    await begin(visitor, way, invited.by_phone)
    assert (await visitor.get(f"/rdv/{invited.motive}")).status_code in {200, 302}


async def test_expired_withdrawn_and_unknown_links_say_what_to_do(
    invited: Invited, client: Clients, other_tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    amina = await a_file(invited.office)
    way = await link(invited, amina)
    visitor = client(invited.office.tenant)
    assert (await visitor.get(f"{way}x")).status_code == 404
    assert (await client(other_tenant).get(way)).status_code == 404
    await begin(visitor, way, invited.motive)
    (made,) = await invitations.invitations_of(amina)
    await invitations.revoke(made.id, Actor("agent", invited.office.alice))
    gone = await client(invited.office.tenant).get(way)
    assert (gone.status_code, "annulée par le service" in words(gone)) == (410, True)
    # Who had begun is told, and is a visitor like any other afterwards.
    assert "annulée par le service" in words(await visitor.get(f"/rdv/{invited.motive}"))
    assert (await visitor.get(f"/rdv/{invited.motive}")).status_code == 404
    short = await link(invited, amina, last_day=today())
    later = clock.now() + timedelta(days=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    over = await client(invited.office.tenant).get(short)
    assert (over.status_code, "n’est plus valable" in words(over)) == (410, True)


async def test_the_code_of_a_letter_is_typed_as_it_comes(invited: Invited, client: Clients) -> None:
    amina = await a_file(invited.office)
    await link(invited, amina)
    (made,) = await invitations.invitations_of(amina)
    code = await invitations.letter_code(made.id, Actor("agent", invited.office.alice))
    visitor = client(invited.office.tenant)
    assert "Code de votre lettre" in words(await visitor.get("/invitation"))
    wrong = await visitor.submit("/invitation", {"code": "<script>7k3m</script>"})
    assert wrong.status_code == 404
    assert "<script>7k3m" not in wrong.text
    typed = await visitor.submit("/invitation", {"code": code.upper().replace("-", " ")})
    assert "Amina D." in words(await visitor.get(typed.headers["location"]))


async def test_looking_ahead_is_not_reading_and_reading_is_noted_once(
    invited: Invited, client: Clients
) -> None:
    amina = await a_file(invited.office)
    way = await link(invited, amina)
    visitor = client(invited.office.tenant)
    await visitor.get(way, headers={"sec-purpose": "prefetch"})
    assert (await invitations.invitations_of(amina))[0].opened_at is None
    await visitor.get(way)
    first = (await invitations.invitations_of(amina))[0].opened_at
    await visitor.get(way)
    assert (await invitations.invitations_of(amina))[0].opened_at == first is not None


async def test_a_browser_can_leave_an_invitation_and_book_as_anybody(
    invited: Invited, client: Clients
) -> None:
    way = await link(invited, await a_file(invited.office), motive_id=invited.office.motive)
    visitor = client(invited.office.tenant)
    await begin(visitor, way, invited.office.motive)
    assert "Sur invitation, pour Amina D." in words(
        await visitor.get(f"/rdv/{invited.office.motive}/{invited.office.place}")
    )
    await visitor.submit("/invitation/sortie")
    booking = await hold(visitor, invited, invited.office.motive)
    await identify(visitor, booking)
    answer = await visitor.submit(f"{booking}/confirmation")
    assert answer.headers["location"] == f"{booking}/termine"
    made = await appointments.get(UUID(booking.rpartition("/")[2]))
    assert made.person_id is not None
    assert (await people.person(made.person_id)).last_name == JEANNE["last_name"]


async def test_a_cancelled_appointment_leaves_the_link_good_and_says_so(
    invited: Invited, client: Clients
) -> None:
    way = await link(invited, await a_file(invited.office))
    visitor = client(invited.office.tenant)
    await book(visitor, invited, way)
    await visitor.submit(f"{way}/rendez-vous/annulation")
    landing = words(await visitor.get(way))
    assert "Votre rendez-vous précédent est annulé" in landing
    await book(client(invited.office.tenant), invited, way)


async def test_of_a_confidential_appointment_the_letter_says_nothing(
    invited: Invited, client: Clients
) -> None:
    amina = await a_file(invited.office)
    way = await link(invited, amina)
    await confidentiality.begin(amina, invited.motive, SYSTEM)
    visitor = client(invited.office.tenant)
    booking = await book(visitor, invited, way)
    assert "Rien ne vous est envoyé" in words(await visitor.get(f"{booking}/termine"))
    found = await client(invited.office.tenant).get(way)
    assert (found.status_code, "Cette invitation a déjà servi" in words(found)) == (410, True)
    for end in ("", "/annulation", "/rendez-vous.ics", "/confirmation.pdf"):
        assert (await visitor.get(f"{way}/rendez-vous{end}")).status_code == 404


async def test_an_erased_person_s_link_leads_nowhere(invited: Invited, client: Clients) -> None:
    amina = await a_file(invited.office)
    way = await link(invited, amina)
    visitor = client(invited.office.tenant)
    await begin(visitor, way, invited.motive)
    await people.erase(amina, VISITOR)
    assert (await visitor.get(way)).status_code == 404
    assert (await visitor.get(f"/rdv/{invited.motive}")).status_code == 404
    assert (await visitor.get("/invitation")).status_code == 200
