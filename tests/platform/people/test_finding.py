"""A person is found by whatever somebody knows of them, however they write it (C-67)."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from creneau.context import SYSTEM, Tenant, acting_for
from creneau.database import tenant_transaction
from creneau.people import service
from creneau.people.finding.rules import plain, terms_of
from creneau.people.finding.schemas import EVERYBODY, Within
from creneau.people.queries import insert_persons
from creneau.people.schemas import NewPerson

from tests.platform.cast import Stranger, Town

HELENE: dict[str, Any] = {
    "first_name": "Hélène",
    "last_name": "Lefèvre-Noël",
    "email": "h.noel@exemple.fr",
    "phone": "+33612345678",
    "birth_date": date(1984, 11, 24),
}
WRITINGS = (
    "Hélène Lefèvre-Noël",
    "lefevre noel helene",
    "NOËL Hélène",
    "helene",
    "noe",
    "lefe hel",
    "lefevrenoel",
    "Mme Lefèvre",
    "h.noel@exemple.fr",
    "H.NOEL@exemple",
    "h.noel",
    "06 12 34 56 78",
    "0612345678",
    "06.12.34",
    "+33 6 12 34 56 78",
    "+33 (0)6 12 34 56 78",
    "0033612345678",
    "34 56 78",
    "5678",
    "24/11/1984",
    "24-11-84",
    "24.11.1984",
    "24 11 1984",
    "24111984",
    "1984-11-24",
    "24 novembre 1984",
    "24 nov. 84",
    "24 November 1984",
    "né le 24/11",
    "1984",
    "noel 24/11/1984",
    "Hélene Lefebvre",
    "Elene Noel",
    "helenne",
    "lefever",
    "noël hélèn",
    "lefèvre 0612345678",
    "h.noel@exempel.fr",
)
OTHERS = (
    {"first_name": "Jean", "last_name": "Martin", "email": "jean@exemple.fr"},
    {"first_name": "Paul", "last_name": "Durand", "phone": "+33698765432"},
    {"first_name": "Zoé", "last_name": "Petit", "birth_date": date(1991, 2, 3)},
)


async def add(*persons: dict[str, Any]) -> None:
    async with tenant_transaction() as tx:
        await insert_persons(tx, [NewPerson(**one) for one in persons], SYSTEM)


async def names(words: str, within: Within = EVERYBODY, limit: int = 20) -> list[str]:
    found = await service.search(words, within, limit)
    return [one.name for one in found.persons]


async def id_of(words: str) -> UUID:
    return (await service.search(words, EVERYBODY)).persons[0].id


async def test_one_person_is_found_by_every_usual_writing_and_nobody_else(tenant: Tenant) -> None:
    del tenant
    await add(HELENE, *OTHERS)
    found = {words: await names(words) for words in WRITINGS}
    assert {words: who for words, who in found.items() if who != ["Hélène Lefèvre-Noël"]} == {}


async def test_whoever_is_somebody_else_is_not_found(tenant: Tenant) -> None:
    del tenant
    await add(HELENE, *OTHERS)
    for words in ("Marie", "helene martin", "0612345679", "25/11/1984", "h.noel@ailleurs.fr", "%"):
        assert "Hélène Lefèvre-Noël" not in await names(words), words


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Philippe", "filippe"),
        ("Mathieu", "matthieu"),
        ("Thierry", "tiery"),
        ("Guillaume", "guilome"),
        ("Mohammed", "mouhamed"),
        ("Christophe", "kristof"),
        ("Dupont", "dupond"),
        ("Legoff", "le goff"),
        ("Jean-Pierre", "jeanpierre"),
        ("Łukasz", "lukasz"),
        ("Øyvind", "oyvind"),
        ("N’Diaye", "ndiaye"),
        ("Алексей", "алексей"),
    ],
)
async def test_a_slip_or_another_spelling_still_finds(
    tenant: Tenant, name: str, typed: str
) -> None:
    del tenant
    await add({"first_name": "Ana", "last_name": name}, *OTHERS)
    assert await names(typed) == [f"Ana {name}"]


@pytest.mark.parametrize("typed", ["0692 12 34 56", "+262 692 12 34 56", "692123456", "34 56"])
async def test_an_overseas_number_is_found_as_it_is_written_there(
    tenant: Tenant, typed: str
) -> None:
    del tenant
    await add({"first_name": "Ana", "last_name": "Hoarau", "phone": "+262692123456"}, *OTHERS)
    assert await names(typed) == ["Ana Hoarau"]


async def test_who_is_written_so_comes_before_who_only_begins_so(tenant: Tenant) -> None:
    del tenant
    pairs = (("Anne", "Martinez"), ("Zoé", "Martin"), ("Martin", "Abel"), ("Alain", "Martin"))
    await add(*({"first_name": first, "last_name": last} for first, last in pairs))
    assert await names("martin") == ["Alain Martin", "Zoé Martin", "Anne Martinez", "Martin Abel"]


async def test_two_names_find_whoever_is_called_exactly_so_first(tenant: Tenant) -> None:
    del tenant
    called = (
        ("Marie-Anne", "Dupont"),
        ("Anne", "Dupont Marie"),
        ("Marie", "Dupontel"),
        ("Marie", "Dupont"),
        ("Jeanne", "Dupont"),
    )
    await add(*({"first_name": first, "last_name": last} for first, last in called))
    for typed in ("marie dupont", "Dupont Marie", "DUPONT, Marie"):
        found = await names(typed)
        assert found[0] in {"Marie Dupont", "Anne Dupont Marie"}, typed
        assert sorted(found) == sorted(f"{first} {last}" for first, last in called[:4]), typed
    assert await names("marie dupont", limit=1) == ["Marie Dupont"]


async def test_a_name_at_birth_is_one_of_the_names(tenant: Tenant) -> None:
    await add({"first_name": "Ana", "last_name": "Petit"}, *OTHERS)
    async with tenant_transaction(tenant.id) as tx:
        await tx.execute("UPDATE person SET birth_name = 'Le Goff' WHERE first_name = 'Ana'")
    for typed in (
        "ana goff",
        "petit goff",
        "le goff ana petit",
        "goff petit",
        "le goff",
        "anna gof",
    ):
        assert await names(typed) == ["Ana Petit"], typed


async def test_one_of_two_names_may_be_the_beginning_of_an_address(tenant: Tenant) -> None:
    del tenant
    await add({"first_name": "Ana", "last_name": "Petit", "email": "kiki@exemple.fr"}, *OTHERS)
    assert await names("petit kiki") == ["Ana Petit"]
    assert await names("kiki durand") == []


async def test_pages_of_one_search_hold_each_person_once(tenant: Tenant) -> None:
    del tenant
    await add(*({"first_name": "Marie", "last_name": f"Dupont {n}"} for n in "abcdefg"))
    for typed in ("marie dupont", "marie dupond", "marie", "mrie dupont"):
        found: list[str] = []
        for skipped in (0, 3, 6, 9):
            page = await service.search(typed, EVERYBODY, 3, skipped)
            found += [one.name for one in page.persons]
            assert page.more is (skipped < 6), (typed, skipped)
        assert found == [f"Marie Dupont {n}" for n in "abcdefg"], typed


async def test_nothing_typed_lists_everybody_by_last_name_page_by_page(tenant: Tenant) -> None:
    del tenant
    await add(HELENE, *OTHERS)
    first = await service.search("", EVERYBODY, limit=3)
    assert [one.last_name for one in first.persons] == ["Durand", "Lefèvre-Noël", "Martin"]
    assert first.more
    rest = await service.search("  ", EVERYBODY, limit=3, skipped=3)
    assert [one.last_name for one in rest.persons] == ["Petit"]
    assert not rest.more


async def test_what_is_typed_is_only_looked_for(tenant: Tenant) -> None:
    del tenant
    await add(HELENE)
    for words in (
        "'; DROP TABLE person;--",
        "{{7*7}}",
        "a\x00b",
        "%",
        "\U0010ffff",
        "()",
        "+",
        "9" * 500,
        "-",
        "@",
    ):
        assert await names(words) == [], words


async def test_a_file_that_was_changed_or_erased_is_found_by_what_it_says_now(
    tenant: Tenant,
) -> None:
    await add(HELENE)
    helene = await id_of("helene")
    async with tenant_transaction(tenant.id) as tx:
        await tx.execute("UPDATE person SET last_name = 'Petit', birth_name = 'Le Goff'")
    assert await names("lefevre") == []
    assert await names("petit") == await names("goff") == ["Hélène Petit"]
    await service.erase(helene, SYSTEM)
    async with tenant_transaction(tenant.id) as tx:
        assert await tx.value("SELECT count(*) FROM person_word") == 0
    assert await names("petit") == []


async def test_another_tenants_persons_are_never_found(tenant: Tenant, stranger: Stranger) -> None:
    del tenant
    with acting_for(stranger.tenant):
        await add(HELENE)
    assert await names("helene") == []


async def test_only_those_known_to_ones_organisations_are_found(tenant: Tenant, town: Town) -> None:
    await add(HELENE, *OTHERS)
    helene = await id_of("helene")
    async with tenant_transaction(tenant.id) as tx:
        await tx.execute(
            "UPDATE person_organisation SET organisation_id = $1 WHERE person_id = $2",
            town.organisation,
            helene,
        )
    here = Within(organisation_ids=frozenset({town.organisation}))
    elsewhere = Within(organisation_ids=frozenset())
    assert await names("helene", here) == ["Hélène Lefèvre-Noël"]
    assert await names("helene", elsewhere) == []
    assert await names("martin", elsewhere) == ["Jean Martin"]
    assert await service.is_known(helene, here)
    assert not await service.is_known(helene, elsewhere)


async def test_python_and_the_database_write_names_in_one_way(tenant: Tenant) -> None:
    codes = (
        *range(0x20, 0x180),
        0x1A0,
        0x1AF,
        *range(0x218, 0x21C),
        *range(0x386, 0x3CF),
        *range(0x400, 0x460),
        *range(0x1EA0, 0x1EFA),
    )
    letters = [*filter(str.isalpha, map(chr, codes)), "-", "’", "'", " ", ".", "\u2010"]
    async with tenant_transaction(tenant.id) as tx:
        rows = await tx.rows(
            "SELECT said, plain_words(said) AS word FROM unnest($1::text[]) AS said",
            [f"a{letter}b" for letter in letters],
        )
    assert {row["said"]: row["word"] for row in rows if row["word"] != plain(row["said"])} == {}


def test_at_most_so_many_things_are_looked_for() -> None:
    assert len(terms_of("un deux trois quatre cinq six sept huit")) == 6
