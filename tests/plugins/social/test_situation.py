"""What social services know of a person: chosen, seen by right, sealed, and each reading noted (S-09)."""

import re
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from asyncpg.exceptions import InsufficientPrivilegeError
from creneau.context import SYSTEM, Actor, Tenant
from creneau.database import tenant_transaction
from creneau.organisations import service as organisations
from creneau.organisations.schemas import OrganisationDraft
from creneau.people import service as people
from creneau.people.files import service as files
from creneau.people.merging import service as merging
from creneau.people.merging.schemas import Merging
from creneau.people.rules import version_of
from creneau.people.schemas import PersonDraft
from creneau_infra import sealing
from creneau_infra.settings import Settings
from creneau_social.situation import rules, service
from creneau_social.situation.routes import FIELDS
from creneau_social.situation.schemas import UNCHANGED, ReadingsWanted
from creneau_tenants.secrets.service import rotate_all

from tests.platform.cast import PASSWORD, Town, new_agent
from tests.platform.planning import book, nine, open_for, soon
from tests.plugins.social.conftest import SignedIn
from tests.web.public.citizen import sign_in, words
from tests.web.stage import Clients

ALL = tuple(rules.LABELS)
ZOE = PersonDraft(
    first_name="Zoé",
    last_name="Petit",
    birth_name="Lagarde",
    birth_date=date(1984, 11, 24),
    address="3 rue des Tilleuls",
)
TOLD = {
    "social_family": "divorced",
    "social_children": "03",
    "social_housing": "hosted",
    "social_fund": "caf",
    "social_case": "AS-2026/17",
}
IN_WORDS = ("Divorce", "3", "Hébergement chez un tiers", "CAF", "AS-2026/17")
BORN = "24/11/1984"
SEEN = re.compile(r'name="(version|seen-social)" value="([^"]*)"')


@pytest.fixture
async def zoe(house: Town) -> UUID:
    async with tenant_transaction() as tx:
        await tx.execute("UPDATE agent SET state = 'active' WHERE tenant_id = $1", tx.tenant_id)
    return await files.create(ZOE, [house.organisation], SYSTEM)


async def use(house: Town, *names: str) -> None:
    found = await service.setting()
    await service.choose(names, found.version, Actor("agent", house.alice))


async def form_of(visitor: Any, person: UUID) -> dict[str, str]:
    """Open the form of a file, and give what it carries with what stands in the core's fields."""
    page = await visitor.get(f"/personnes/{person}/modification")
    return {
        "first_name": "Zoé",
        "last_name": "Petit",
        "birth_name": "Lagarde",
        "birth_date": BORN,
        "address": ZOE.address,
        "locale": "fr",
        **dict(SEEN.findall(page.text)),
    }


async def read_by(person: UUID) -> dict[str, set[str]]:
    found = await service.readings(ReadingsWanted(person_id=person), 100)
    return {
        name: {f for one in found if one.name == name for f in one.fields}
        for name in {one.name for one in found}
    }


@pytest.mark.feature("S-09")
async def test_a_territory_chooses_agents_with_the_right_write_and_read_and_each_reading_is_noted(
    house: Town, zoe: UUID, as_agent: SignedIn
) -> None:
    alice, bob = await as_agent(house.alice), await as_agent(house.bob)
    secretary = await as_agent(
        await new_agent("Eve", house.organisation, house.reception, "secretary", password=PASSWORD)
    )
    # Before the territory says so nobody is asked for anything besides what the core knows.
    assert "Situation sociale" not in words(await bob.get(f"/personnes/{zoe}/modification"))
    page = await alice.get(FIELDS)
    assert all(f'name="{name}"' in page.text for name in ALL)
    chosen = await alice.submit(FIELDS, {**dict.fromkeys(ALL, "yes"), "version": UNCHANGED})
    assert chosen.status_code == 303
    assert (await service.setting()).fields == frozenset(ALL)

    # Written by whoever holds the right; what a secretary sends is not taken.
    saved = await bob.submit(f"/personnes/{zoe}/modification", {**await form_of(bob, zoe), **TOLD})
    assert saved.status_code == 303, words(saved)
    other = {**await form_of(secretary, zoe), **TOLD, "social_case": "X"}
    assert (await secretary.submit(f"/personnes/{zoe}/modification", other)).status_code == 303
    told = words(await bob.get(f"/personnes/{zoe}"))
    assert all(value in told for value in IN_WORDS)
    hidden = words(await secretary.get(f"/personnes/{zoe}"))
    assert "24 novembre 1984" in hidden
    assert not any(value in hidden for value in (*IN_WORDS[:1], *IN_WORDS[2:]))
    assert "Situation sociale" not in words(await secretary.get(f"/personnes/{zoe}/modification"))

    # Sealed at rest; the history says that it changed, and not to what.
    async with tenant_transaction() as tx:
        sealed = bytes(await tx.value("SELECT told FROM social.situation"))
        rows = str(await tx.rows("SELECT * FROM history"))
    assert b"divorced" not in sealed
    assert "divorced" not in rows
    assert "AS-2026" not in rows

    # Who read what: shown to administrators, on the file and entire; to nobody else.
    noted = await read_by(zoe)
    assert noted["Bob Martin"] == set(ALL)
    assert noted["Eve Martin"] == {"birth_date", "birth_name", "address"}
    file = words(await alice.get(f"/personnes/{zoe}"))
    assert "Qui a lu ces informations" in file
    assert "Bob Martin" in file
    assert "Qui a lu" not in words(await bob.get(f"/personnes/{zoe}"))
    entire = words(await alice.get(f"/agents/social/usagers/{zoe}/lectures"))
    assert "numéro de dossier" in entire
    assert (await bob.get(f"/agents/social/usagers/{zoe}/lectures")).status_code == 403


async def test_what_a_territory_does_without_is_shown_nowhere_and_lost_nowhere(
    house: Town, zoe: UUID, as_agent: SignedIn
) -> None:
    await open_for(house, house.bob, soon())
    booking = await book(house, nine())
    assert booking.person_id is not None
    draft = PersonDraft(
        first_name="Jeanne", last_name="Dupont", email="jeanne@exemple.fr",
        birth_date=date(1984, 11, 24), birth_name="Lagarde", address="3 rue des Tilleuls",
    )  # fmt: skip
    jeanne = await people.person(booking.person_id)
    await files.update(jeanne.id, draft, version_of(jeanne), SYSTEM)
    alice = await as_agent(house.alice)
    pages = (
        f"/personnes/{zoe}",
        f"/personnes/{zoe}/modification",
        "/personnes?q=petit",
        "/personnes/recherche?q=petit",
        f"/agents/rendez-vous/{booking.id}",
        f"/personnes/{zoe}/fusion/{jeanne.id}",
    )
    secrets = ("1984", "Lagarde", "Tilleuls")
    alike = words(
        await alice.get("/personnes/nouvelle/ressemblances?first_name=Zoé&last_name=Petit")
    )
    assert BORN in alike
    for path in pages:
        # What is proposed while one types tells namesakes apart only, and she has none.
        proposed = path.startswith("/personnes/recherche")
        assert ("1984" in (await alice.get(path)).text) is not proposed, path
    await use(house)
    for path in pages:
        shown = (await alice.get(path)).text
        assert not [one for one in secrets if one in shown], path
    alike = words(
        await alice.get("/personnes/nouvelle/ressemblances?first_name=Zoé&last_name=Petit")
    )
    assert "Zoé Petit" in alike
    assert BORN not in alike
    # Saved without them, they stay; a file that is made has none.
    typed = await form_of(alice, zoe)
    for name in ("birth_name", "birth_date", "address"):
        typed[name] = "01/01/2001" if name == "birth_date" else "autre"
    assert (await alice.submit(f"/personnes/{zoe}/modification", typed)).status_code == 303
    kept = await people.person(zoe)
    assert (kept.birth_name, kept.birth_date, kept.address) == (
        ZOE.birth_name,
        ZOE.birth_date,
        ZOE.address,
    )
    await use(house, "birth_date")
    assert "24 novembre 1984" in (await alice.get(f"/personnes/{zoe}")).text
    assert "Tilleuls" not in (await alice.get(f"/personnes/{zoe}")).text


async def test_the_person_is_not_asked_for_what_the_territory_does_without(
    house: Town, client: Clients, departement: Tenant
) -> None:
    await open_for(house, house.bob, soon())
    booking = await book(house, nine())
    assert booking.person_id is not None
    jeanne = client(departement)
    await sign_in(jeanne)
    details = "/mes-rendez-vous/mes-informations"
    assert 'name="birth_date"' in (await jeanne.get(details)).text
    typed = {
        "first_name": "Jeanne",
        "last_name": "Dupont",
        "phone": "",
        "birth_date": "1984-11-24",
        "address": "3 rue des Tilleuls",
    }
    await jeanne.submit(details, typed)
    await use(house, "birth_name")
    shown = (await jeanne.get(details)).text
    assert 'name="birth_date"' not in shown
    assert "Tilleuls" not in shown
    await jeanne.submit(details, {**typed, "birth_date": "", "address": ""})
    kept = await people.person(booking.person_id)
    assert (kept.birth_date, kept.address) == (ZOE.birth_date, ZOE.address)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("social_family", "{{7*7}}", "Choisissez dans la liste."),
        ("social_housing", "<script>", "Choisissez dans la liste."),
        ("social_fund", "CAF", "Choisissez dans la liste."),
        ("social_children", "-1", "Écrivez un nombre entre 0 et 30."),
        ("social_children", "²", "Écrivez un nombre entre 0 et 30."),
        ("social_children", "31", "Écrivez un nombre entre 0 et 30."),
        ("social_case", "=1+1", "Écrivez un numéro de 40 caractères au plus"),
        ("social_case", "A\r\nBcc: x", "Écrivez un numéro de 40 caractères au plus"),
        ("social_case", "1" * 41, "Écrivez un numéro de 40 caractères au plus"),
    ],
)
async def test_what_cannot_be_kept_is_said_and_stays_typed(
    house: Town, zoe: UUID, as_agent: SignedIn, name: str, value: str, sentence: str
) -> None:
    await use(house, *ALL)
    bob = await as_agent(house.bob)
    typed = {**await form_of(bob, zoe), **TOLD, name: value}
    refused = await bob.submit(f"/personnes/{zoe}/modification", typed)
    assert refused.status_code == 422
    assert sentence in words(refused)
    async with tenant_transaction() as tx:
        assert await service.situation_in(tx, zoe) == {}


async def test_of_two_agents_the_second_is_shown_what_the_first_wrote(
    house: Town, zoe: UUID, as_agent: SignedIn
) -> None:
    await use(house, *ALL)
    bob, bea = await as_agent(house.bob), await as_agent(house.bea)
    first, second = await form_of(bob, zoe), await form_of(bea, zoe)
    way = f"/personnes/{zoe}/modification"
    assert (await bob.submit(way, {**first, **TOLD})).status_code == 303
    late = {**second, **TOLD, "social_family": "married", "social_case": "B-2"}
    conflict = await bea.submit(way, late)
    assert conflict.status_code == 409
    assert "Situation familiale : Divorce" in words(conflict)
    assert "Numéro de dossier : AS-2026/17" in words(conflict)
    assert 'value="B-2"' in conflict.text
    again = {**late, **dict(SEEN.findall(conflict.text))}
    assert (await bea.submit(way, again)).status_code == 303
    async with tenant_transaction() as tx:
        kept = await service.situation_in(tx, zoe)
    assert (kept["social_family"], kept["social_case"]) == ("married", "B-2")


async def test_of_two_administrators_the_second_is_shown_what_the_first_chose(
    house: Town, as_agent: SignedIn
) -> None:
    alice = await as_agent(house.alice)
    await use(house, "birth_date")
    late = await alice.submit(FIELDS, {"address": "yes", "version": UNCHANGED})
    assert late.status_code == 409
    assert "Date de naissance : oui" in words(late)
    assert "Adresse : non" in words(late)
    assert (await service.setting()).fields == {"birth_date"}
    version = dict(SEEN.findall(late.text))["version"]
    assert (await alice.submit(FIELDS, {"address": "yes", "version": version})).status_code == 303
    assert (await service.setting()).fields == {"address"}


async def test_what_is_hidden_is_kept_and_comes_back(
    house: Town, zoe: UUID, as_agent: SignedIn
) -> None:
    await use(house, *ALL)
    bob = await as_agent(house.bob)
    way = f"/personnes/{zoe}/modification"
    await bob.submit(way, {**await form_of(bob, zoe), **TOLD})
    await use(house, "social_family")
    shown = await bob.get(way)
    assert 'name="social_case"' not in shown.text
    typed = {**await form_of(bob, zoe), "social_family": "widowed", "social_case": "Z"}
    assert (await bob.submit(way, typed)).status_code == 303
    async with tenant_transaction() as tx:
        kept = await service.situation_in(tx, zoe)
    assert (kept["social_family"], kept["social_case"]) == ("widowed", "AS-2026/17")


async def test_another_organisation_reads_nothing_and_leaves_no_trace(
    zoe: UUID, as_agent: SignedIn
) -> None:
    other = await organisations.create_organisation(OrganisationDraft(name="Annexe"), SYSTEM)
    desk = await organisations.create_service("Logement", False, SYSTEM)
    chloe = await as_agent(
        await new_agent("Chloe", other, desk, "administrator", password=PASSWORD)
    )
    for way in ("", "/modification"):
        assert (await chloe.get(f"/personnes/{zoe}{way}")).status_code == 403
    assert (await chloe.get(f"/agents/social/usagers/{zoe}/lectures")).status_code == 403
    assert await service.readings(ReadingsWanted(person_id=zoe), 10) == []


async def test_readings_are_only_added_to_and_once_in_ten_minutes(
    house: Town, zoe: UUID, as_agent: SignedIn
) -> None:
    bob = await as_agent(house.bob)
    for _again in range(3):
        await bob.get(f"/personnes/{zoe}")
    async with tenant_transaction() as tx:
        assert await tx.value("SELECT count(*) FROM social.reading") == 1
    with pytest.raises(InsufficientPrivilegeError):
        async with tenant_transaction() as tx:
            await tx.execute("UPDATE social.reading SET fields = '{x}'")


async def test_a_person_gets_it_all_and_erasing_or_merging_leaves_nothing_behind(
    house: Town, zoe: UUID, as_agent: SignedIn
) -> None:
    await use(house, *ALL)
    bob = await as_agent(house.bob)
    way = f"/personnes/{zoe}/modification"
    await bob.submit(way, {**await form_of(bob, zoe), **TOLD})
    await bob.get(f"/personnes/{zoe}")
    copy = await people.export(zoe)
    told = {one["field"]: one["told"] for one in copy["social_situation"]}
    assert (told["Numéro de dossier"], told["Situation familiale"]) == ("AS-2026/17", "Divorce")
    assert copy["social_readings"]
    assert "Bob" not in str(copy["social_readings"])
    double = await files.create(ZOE, [house.organisation], SYSTEM)
    async with tenant_transaction() as tx:
        await service.keep_in(tx, double, {"social_family": "married"})
    kept, gone = await people.person(double), await people.person(zoe)
    asked = Merging(
        kept_id=double, gone_id=zoe, sides={}, kept_version=version_of(kept),
        gone_version=version_of(gone),
    )  # fmt: skip
    await merging.merge(asked, SYSTEM)
    async with tenant_transaction() as tx:
        told = await service.situation_in(tx, double)
        assert await service.situation_in(tx, zoe) == {}
    assert (told["social_family"], told["social_case"]) == ("married", "AS-2026/17")
    assert await read_by(double)
    await people.erase(double, SYSTEM)
    async with tenant_transaction() as tx:
        assert await service.situation_in(tx, double) == {}
        assert await tx.value("SELECT count(*) FROM social.reading") == 0


async def test_another_key_seals_it_anew_and_a_lost_one_is_said(
    house: Town, zoe: UUID, as_agent: SignedIn, settings: Settings
) -> None:
    await use(house, *ALL)
    bob = await as_agent(house.bob)
    async with tenant_transaction() as tx:
        await service.keep_in(tx, zoe, TOLD)
    newer = "une autre phrase tout aussi longue et imprévisible"
    try:
        sealing.configure(Settings(encryption_keys=(newer,)))
        shown = await bob.get(f"/personnes/{zoe}")
        assert shown.status_code == 200
        assert "la clé qui les protège manque" in words(shown)
        assert (await bob.get(f"/personnes/{zoe}/modification")).status_code == 503
        sealing.configure(Settings(encryption_keys=(newer, *settings.encryption_keys)))
        assert await rotate_all() > 0
        sealing.configure(Settings(encryption_keys=(newer,)))
        assert "Divorce" in words(await bob.get(f"/personnes/{zoe}"))
        sealing.configure(Settings(encryption_keys=(*settings.encryption_keys, newer)))
        await rotate_all()
    finally:
        sealing.configure(settings)


async def test_what_is_read_file_by_file_never_leaves_with_the_list(
    house: Town, zoe: UUID, as_agent: SignedIn
) -> None:
    del zoe
    alice = await as_agent(house.alice)
    left = await alice.submit("/personnes/export", {"format": "csv"})
    assert left.status_code == 200, left.text
    head, row = left.content.decode("utf-8-sig").splitlines()
    assert "Petit" in row
    assert "Naissance" not in head
    assert "Nom de naissance" not in head
    assert "1984" not in row
    assert "Lagarde" not in row
