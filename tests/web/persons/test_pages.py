"""An agent finds, makes, changes and puts together persons' files (C-67, S-01, S-07)."""

import re
from typing import Any
from uuid import UUID

import pytest
from creneau.context import SYSTEM, Tenant, acting_for
from creneau.database import tenant_transaction
from creneau.organisations import service as organisations
from creneau.organisations.schemas import OrganisationDraft
from creneau.people import service as people
from creneau.people.files import service as files
from creneau.people.schemas import PersonDraft
from creneau_web.app import Application
from msgspec.structs import replace

from tests.days import today, tomorrow
from tests.platform.cast import PASSWORD, new_agent
from tests.web.admin.filling import again
from tests.web.backoffice.cast import Office, at, book, furnish_office, sign_in
from tests.web.backoffice.conftest import SignedIn
from tests.web.backoffice.test_meanwhile import hidden_of
from tests.web.public.citizen import words
from tests.web.stage import Clients, Visitor, new_tenant

ZOE = {"first_name": "Zoé", "last_name": "Petit", "locale": "fr"}


async def person(office: Office, **values: Any) -> UUID:
    draft = replace(PersonDraft(first_name="Zoé", last_name="Petit"), **values)
    return await files.create(draft, [office.organisation], SYSTEM)


async def elsewhere(office: Office, client: Clients) -> Visitor:
    """Sign in who administers another organisation of the tenant."""
    other = await organisations.create_organisation(OrganisationDraft(name="Annexe"), SYSTEM)
    service = await organisations.create_service("Logement", False, SYSTEM)
    await new_agent("Chloe", other, service, "administrator", password=PASSWORD)
    return await sign_in(client(office.tenant), "Chloe")


def made_by(answer: Any) -> str:
    return answer.headers["location"]


async def test_strangers_other_tenants_and_other_organisations_open_no_file(
    office: Office, client: Clients, other_tenant: Tenant
) -> None:
    zoe = await person(office)
    ways = ("", "/modification", "/rendez-vous", "/fusion", "/effacement")
    for way in ways:
        answer = await client(office.tenant).get(f"/personnes/{zoe}{way}")
        assert "/agents/connexion" in answer.headers["location"]
    chloe = await elsewhere(office, client)
    with acting_for(other_tenant):
        await furnish_office(other_tenant)
        stranger = await sign_in(client(other_tenant), "Alice")
    for way in ways:
        assert (await chloe.get(f"/personnes/{zoe}{way}")).status_code == 403
        assert (await stranger.get(f"/personnes/{zoe}{way}")).status_code == 404
    assert (await chloe.submit(f"/personnes/{zoe}/notes", {"text": "x"})).status_code == 403
    assert (await stranger.submit(f"/personnes/{zoe}/effacement")).status_code == 404
    assert "Petit" not in (await chloe.get("/personnes?q=petit")).text


async def test_a_file_is_made_with_two_names_and_found_in_the_list(
    office: Office, signed_in: SignedIn
) -> None:
    bea = await signed_in("Bea")
    empty = await bea.get("/personnes")
    assert "Aucune fiche pour l’instant" in empty.text
    assert 'href="/personnes"' in empty.text
    made = await bea.submit("/personnes/nouvelle", ZOE)
    assert made.status_code == 303
    shown = await bea.get(made_by(made))
    assert "La fiche de Zoé Petit est créée." in shown.text
    bob = await signed_in("Bob")
    assert "Petit Zoé" in words(await bob.get("/personnes?q=zoe"))
    assert office.organisation


async def test_what_is_missing_is_said_and_what_was_typed_stays(signed_in: SignedIn) -> None:
    bea = await signed_in("Bea")
    wrong = {**ZOE, "last_name": "", "phone": "12", "birth_date": "99/99/1999", "email": "zoe"}
    answer = await bea.submit("/personnes/nouvelle", wrong)
    assert answer.status_code == 422
    assert 'value="99/99/1999"' in answer.text
    assert 'value="Zoé"' in answer.text
    answer = await bea.submit("/personnes/nouvelle", {**wrong, "birth_date": "24/11/1984"})
    for said in ("Écrivez le nom.", "06 12 34 56 78", "nom@exemple.fr"):
        assert said in answer.text


async def test_who_may_exist_already_is_shown_and_never_in_the_way(
    office: Office, signed_in: SignedIn
) -> None:
    zoe = await person(office, phone="0601020304")
    bea = await signed_in("Bea")
    typed = {**ZOE, "birth_date": "3/2/1991"}
    part = await bea.get("/personnes/nouvelle/ressemblances", params=typed)
    assert str(zoe) in part.text
    asked = await bea.submit("/personnes/nouvelle", typed)
    assert asked.status_code == 409
    assert "existe peut-être déjà" in asked.text
    assert 'value="3/2/1991"' in asked.text
    made = await bea.submit("/personnes/nouvelle", {**typed, "seen": str(zoe)})
    assert made.status_code == 303
    assert str(zoe) not in made_by(made)


async def test_a_file_made_for_an_appointment_is_chosen_there(signed_in: SignedIn) -> None:
    bea = await signed_in("Bea")
    way = "/rendez-vous/nouveau?debut=2027-01-01&personne=x"
    made = await bea.submit("/personnes/nouvelle", {**ZOE, "suite": way})
    assert re.fullmatch(
        r"/rendez-vous/nouveau\?debut=2027-01-01&personne=[0-9a-f-]{36}", made_by(made)
    )
    for foreign in ("//evil.example/rendez-vous/", "https://evil.example", "/agents/compte"):
        made = await bea.submit(
            "/personnes/nouvelle", {**ZOE, "first_name": foreign[-9:], "suite": foreign}
        )
        assert made_by(made).startswith("/personnes/")


async def test_who_saves_second_sees_what_the_first_one_saved(
    office: Office, signed_in: SignedIn
) -> None:
    zoe = await person(office)
    bea, bob = await signed_in("Bea"), await signed_in("Bob")
    form = await bea.get(f"/personnes/{zoe}/modification")
    found = re.search(r'name="version" value="(\w+)"', form.text)
    assert found
    seen = {**ZOE, "version": found[1]}
    first = await bea.submit(f"/personnes/{zoe}/modification", {**seen, "phone": "0601020304"})
    assert first.status_code == 303
    second = await bob.submit(f"/personnes/{zoe}/modification", {**seen, "address": "Ici"})
    assert second.status_code == 409
    assert "Téléphone : 06 01 02 03 04" in words(second)
    assert "Ici" in second.text
    assert (await people.person(zoe)).address == ""


async def test_referents_are_added_and_removed_and_everybody_who_sees_the_file_sees_them(
    office: Office, signed_in: SignedIn
) -> None:
    zoe = await person(office)
    bea = await signed_in("Bea")
    await bea.submit(f"/personnes/{zoe}/referents", {"agent": str(office.bob)})
    for name in ("Alice", "Bea", "Bob", "Sam"):
        visitor = await signed_in(name)
        assert "Bob Martin depuis le" in words(await visitor.get(f"/personnes/{zoe}"))
    bob = await signed_in("Bob")
    assert "Petit Zoé" in words(await bob.get("/personnes?suivi=moi"))
    assert "référent de personne" in words(await bea.get("/personnes?suivi=moi"))
    refused = await bea.submit(f"/personnes/{zoe}/referents", {"agent": str(zoe)})
    assert refused.status_code == 303
    await bea.submit(f"/personnes/{zoe}/referents/{office.bob}/retrait")
    assert "Personne ne suit cette personne." in words(await bea.get(f"/personnes/{zoe}"))


async def test_a_relative_is_added_on_the_file_of_who_answers_for_them(
    office: Office, signed_in: SignedIn
) -> None:
    zoe = await person(office, address="1 rue Neuve")
    bea = await signed_in("Bea")
    form = await bea.get(f"/personnes/nouvelle?responsable={zoe}")
    assert "1 rue Neuve" in form.text
    child = {**ZOE, "first_name": "Léo", "responsible_id": str(zoe)}
    made = await bea.submit("/personnes/nouvelle", child)
    assert made_by(made) == f"/personnes/{zoe}"
    assert "Léo Petit" in words(await bea.get(made_by(made)))
    (leo,) = await people.relatives(zoe)
    shown = words(await bea.get(f"/personnes/{leo.id}"))
    assert "Proche de Zoé Petit" in shown
    assert "Ils vont à Zoé Petit." in shown
    assert "proche de Zoé Petit" in words(await bea.get("/personnes?q=leo"))
    assert (await bea.get(f"/personnes/nouvelle?responsable={leo.id}")).status_code == 404


async def test_appointments_on_the_file_are_those_of_agendas_within_reach(
    office: Office, signed_in: SignedIn
) -> None:
    booking = await book(office, at(tomorrow(), 10))
    way = f"/personnes/{booking.person_id}"
    for name, seen in (("Bea", True), ("Alice", True), ("Sam", True), ("Bob", False)):
        visitor = await signed_in(name)
        for page in (way, f"{way}/rendez-vous", f"{way}/rendez-vous?statut=upcoming"):
            assert (str(booking.id) in (await visitor.get(page)).text) is seen, (name, page)
    bea = await signed_in("Bea")
    assert "1 À venir" in words(await bea.get(way))
    assert str(booking.id) not in (await bea.get(f"{way}/rendez-vous?statut=seen")).text
    assert (await bea.get(f"{way}/rendez-vous?statut=x&page=99")).status_code == 200


async def test_notes_are_written_changed_and_deleted_on_the_file(
    office: Office, signed_in: SignedIn
) -> None:
    zoe = await person(office)
    bea, bob = await signed_in("Bea"), await signed_in("Bob")
    await bea.submit(f"/personnes/{zoe}/notes", {"text": "Préfère <b>le matin</b> {{7*7}}"})
    shown = await bob.get(f"/personnes/{zoe}")
    assert "Préfère &lt;b&gt;le matin&lt;/b&gt; {{7*7}}" in shown.text
    found = re.search(rf"/personnes/{zoe}/notes/([0-9a-f-]{{36}})\"", shown.text)
    assert found
    note = f"/personnes/{zoe}/notes/{found[1]}"
    assert f"{note}/suppression" not in shown.text
    assert (await bob.submit(f"{note}/suppression")).status_code == 403
    form = await bob.get(note)
    seen = re.search(r'name="seen" value="([0-9a-f-]+)"', form.text)
    assert seen
    changed = await bob.submit(note, {"text": "Le soir", "seen": seen[1]})
    assert changed.status_code == 303
    again = await bea.submit(note, {"text": "La nuit", "seen": seen[1]})
    assert again.status_code == 409
    assert "La nuit" in again.text
    assert "Le soir" in again.text
    empty = await bea.submit(f"/personnes/{zoe}/notes", {"text": " "})
    assert empty.status_code == 422
    assert (await bea.get(f"{note}/suppression")).status_code == 200
    assert (await bea.submit(f"{note}/suppression")).status_code == 303
    assert "Aucune note." in words(await bea.get(f"/personnes/{zoe}"))


async def test_doubles_are_compared_and_made_one_and_the_old_address_leads_on(
    office: Office, signed_in: SignedIn
) -> None:
    booking = await book(office, at(today(), 22))
    kept, gone = await person(office, phone="0601020304"), booking.person_id
    assert gone is not None
    bea = await signed_in("Bea")
    assert "Même téléphone" in words(await bea.get("/personnes/doublons"))
    found = await bea.get(f"/personnes/{kept}/fusion", params={"q": "petit"})
    assert str(gone) in found.text
    chosen = await bea.get(f"/personnes/{kept}/fusion", params={"avec": str(gone)})
    assert made_by(chosen) == f"/personnes/{kept}/fusion/{gone}"
    form = await bea.get(made_by(chosen))
    versions = dict(re.findall(r'name="(\w+_version)" value="(\w+)"', form.text))
    stale = await bea.submit(made_by(chosen), {**versions, "gone_version": "x"})
    assert stale.status_code == 409
    merged = await bea.submit(made_by(chosen), {**versions, "email": "gone"})
    assert made_by(merged) == f"/personnes/{kept}"
    assert (await people.person(kept)).email == "zoe@example.org"
    assert str(booking.id) in (await bea.get(f"/personnes/{kept}")).text
    assert made_by(await bea.get(f"/personnes/{gone}")) == f"/personnes/{kept}"
    await bea.get(f"/personnes/{kept}")
    again = await bea.submit(made_by(chosen), {**versions, "email": "gone"})
    assert made_by(again) == f"/personnes/{kept}"
    assert "a déjà été fusionnée" in words(await bea.get(f"/personnes/{kept}"))
    assert "Aucun doublon en vue." in words(await bea.get("/personnes/doublons"))


async def test_who_saves_a_file_that_was_merged_meanwhile_is_led_to_the_one_that_stays(
    office: Office, signed_in: SignedIn
) -> None:
    kept, gone = await person(office), await person(office, first_name="Zoë")
    bea, alice = await signed_in("Bea"), await signed_in("Alice")
    way, both = f"/personnes/{gone}/modification", f"/personnes/{kept}/fusion/{gone}"
    opened = (await bea.get(way)).text
    question = (await alice.get(both)).text
    await again(bea, way, opened, {"phone": "0601020304"})
    late = await alice.submit(both, hidden_of(question))
    assert late.status_code == 409
    assert "Téléphone (autre fiche) : rien, maintenant 06 01 02 03 04" in words(late)
    # What only the other file knows is not lost by who only looks.
    assert re.search(r'name="phone" value="gone" checked', late.text)
    opened = (await bea.get(way)).text
    assert (await alice.submit(both, hidden_of(late.text))).status_code == 303
    saved = await again(bea, way, opened, {"address": "1 rue du Lac"})
    assert made_by(saved) == f"/personnes/{kept}"
    assert "Rien n’a été enregistré" in words(await bea.get(f"/personnes/{kept}"))
    assert (await people.person(kept)).address == ""


async def test_two_persons_who_look_alike_are_told_apart(
    office: Office, signed_in: SignedIn
) -> None:
    one, other = await person(office, phone="0601020304"), await person(office, phone="0601020304")
    bea = await signed_in("Bea")
    await bea.submit(f"/personnes/{one}/fusion/{other}/distinction")
    assert "Aucun doublon en vue." in words(await bea.get("/personnes/doublons"))


async def test_only_an_administrator_erases_and_not_with_an_appointment_to_come(
    office: Office, signed_in: SignedIn
) -> None:
    booking = await book(office, at(tomorrow(), 10))
    way = f"/personnes/{booking.person_id}/effacement"
    bea, alice = await signed_in("Bea"), await signed_in("Alice")
    assert (await bea.get(way)).status_code == 403
    assert (await bea.submit(way)).status_code == 403
    assert "Ce qui est effacé ne revient pas" in (await alice.get(way)).text
    refused = await alice.submit(way)
    assert refused.status_code == 409
    assert "encore à venir" in refused.text
    async with tenant_transaction(office.tenant.id) as tx:
        await tx.execute("UPDATE booking SET state = 'cancelled'")
    assert made_by(await alice.submit(way)) == "/personnes"
    assert (await alice.get(f"/personnes/{booking.person_id}")).status_code == 404
    assert "Petit" not in (await alice.get("/personnes")).text


@pytest.mark.parametrize(("plugin", "said"), [("", "Usagers"), ("digital_aid", "Apprenants")])
async def test_the_menu_and_the_list_speak_the_verticals_words(
    app: Application, client: Clients, plugin: str, said: str
) -> None:
    del app
    tenant = await new_tenant(frozenset({plugin} - {""}))
    with acting_for(tenant):
        await furnish_office(tenant)
        alice = await sign_in(client(tenant), "Alice")
    shown = await alice.get("/personnes")
    assert f"<h1>{said}</h1>" in shown.text
    assert re.search(rf'href="/personnes"[^>]*aria-current="page">.*?{said}', shown.text, re.DOTALL)
