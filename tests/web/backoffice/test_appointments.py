"""The list of all appointments: what is asked for is what is shown, counted and taken away (C-68)."""

import csv
import io
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from creneau.appointments import service as appointments
from creneau.appointments.schemas import Booking, State
from creneau.context import SYSTEM, acting_for
from creneau.database import tenant_transaction
from creneau.lists import service as lists
from creneau.people.schemas import Identity
from creneau_infra.postgres.errors import DatabaseUnavailableError
from creneau_web.lists import exporting
from msgspec.structs import replace

from tests.days import today, tomorrow
from tests.web.backoffice.cast import ZOE, Office, at, book, furnish_office, sign_in
from tests.web.backoffice.conftest import SignedIn
from tests.web.stage import Clients, Visitor, new_tenant

LIST = "/rendez-vous"
ADAM = Identity(first_name="Adam", last_name="Abel")


@pytest.fixture
async def two(office: Office) -> tuple[Booking, Booking]:
    """Zoé came yesterday, nobody said so; Adam comes tomorrow."""
    yesterday, tomorrow = (today() + timedelta(days=days) for days in (-1, 1))
    return await book(office, at(yesterday, 9, 30)), await book(office, at(tomorrow, 10), ADAM)


async def shown(visitor: Visitor, **asked: str) -> str:
    answer = await visitor.get(LIST, params=asked)
    assert answer.status_code == 200, answer.text
    return answer.text


def order(page: str, *names: str) -> list[str]:
    return sorted(names, key=lambda name: page.index(f"<td>{name}</td>"))


async def exported(visitor: Visitor, wanted: str = "csv", **asked: str) -> list[dict[str, str]]:
    answer = await visitor.submit(f"{LIST}/export?{_query(asked)}", {"format": wanted})
    assert answer.status_code == 200, answer.text
    text = io.StringIO(answer.content.decode("utf-8-sig"), newline="")
    return list(csv.DictReader(text, delimiter=";"))


def _query(asked: Mapping[str, str]) -> str:
    return "&".join(f"{name}={value}" for name, value in asked.items())


async def test_an_agent_sees_all_appointments_within_reach_the_latest_first(
    two: tuple[Booking, Booking], signed_in: SignedIn
) -> None:
    page = await shown(await signed_in("Bea"))
    assert order(page, "Petit Zoé", "Abel Adam") == ["Abel Adam", "Petit Zoé"]
    assert "2 rendez-vous" in page
    assert f"/agents/rendez-vous/{two[0].id}" in page
    assert "Bea Martin" in page


async def test_statuses_are_counted_and_what_is_past_without_one_is_to_be_filled_in(
    two: tuple[Booking, Booking], signed_in: SignedIn
) -> None:
    bea = await signed_in("Bea")
    page = await shown(bea, statut="to_fill")
    assert "Petit Zoé" in page
    assert "Abel Adam" not in page
    assert 'À renseigner <span class="count">1</span>' in page
    assert 'À venir <span class="count">1</span>' in page
    assert 'Tous <span class="count">2</span>' in page
    await appointments.set_state(two[0].id, "seen", SYSTEM)
    page = await shown(bea, statut="to_fill")
    assert "Rien ne correspond à ces filtres." in page
    assert 'Vu <span class="count">1</span>' in page


async def test_each_filter_narrows_the_list(
    office: Office, two: tuple[Booking, Booking], signed_in: SignedIn
) -> None:
    bea = await signed_in("Bea")
    zoe = str(two[0].person_id)
    for asked, names in (
        ({"du": f"{tomorrow()}"}, ["Abel Adam"]),
        ({"au": today().isoformat()}, ["Petit Zoé"]),
        ({"du": f"{tomorrow()}", "au": f"{tomorrow()}"}, ["Abel Adam"]),
        ({"agent": str(office.bea)}, ["Abel Adam", "Petit Zoé"]),
        ({"agent": str(office.alice)}, []),
        ({"motif": str(office.motive)}, ["Abel Adam", "Petit Zoé"]),
        ({"lieu": str(office.place)}, ["Abel Adam", "Petit Zoé"]),
        ({"personne": zoe}, ["Petit Zoé"]),
        ({"personne": zoe, "statut": "upcoming"}, []),
        ({"origine": "agent"}, ["Abel Adam", "Petit Zoé"]),
        ({"origine": "public"}, []),
    ):
        page = await shown(bea, **asked)
        found = [name for name in ("Abel Adam", "Petit Zoé") if f"<td>{name}</td>" in page]
        assert found == names, asked


@pytest.mark.parametrize(
    "sort", ["debut", "statut", "usager", "motif", "service", "lieu", "agents", "pris"]
)
@pytest.mark.usefixtures("two")
async def test_each_column_sorts_both_ways(signed_in: SignedIn, sort: str) -> None:
    bea = await signed_in("Bea")
    up, down = [await exported(bea, tri=f"{way}{sort}") for way in ("", "-")]
    assert [row["Usager"] for row in up] == [row["Usager"] for row in reversed(down)]
    page = await shown(bea, tri=sort)
    assert order(page, "Petit Zoé", "Abel Adam") == [row["Usager"] for row in up]


@pytest.mark.usefixtures("two")
async def test_what_makes_no_sense_is_said_or_left_out_and_never_breaks(
    signed_in: SignedIn,
) -> None:
    bea = await signed_in("Bea")
    for asked, said in (
        ({"page": "999999999"}, "2 rendez-vous"),
        ({"page": "-1"}, "2 rendez-vous"),
        ({"page": "x"}, "2 rendez-vous"),
        ({"tri": "inconnu"}, "2 rendez-vous"),
        ({"tri": "'; DROP TABLE booking"}, "2 rendez-vous"),
        ({"statut": "held"}, "Le filtre « Statut » n’a pas été appliqué"),
        ({"agent": str(uuid4())}, "Le filtre « Agent » n’a pas été appliqué"),
        ({"motif": "x"}, "Le filtre « Motif » n’a pas été appliqué"),
        ({"personne": "{{7*7}}"}, "Le filtre « Usager » n’a pas été appliqué"),
        ({"du": "demain"}, "Écrivez la date comme 2026-11-29."),
        ({"du": "9999-12-31"}, "Écrivez la date comme 2026-11-29."),
        ({"du": "2026-12-01", "au": "2026-11-01"}, "La première date vient après la seconde"),
    ):
        assert said in await shown(bea, **asked), asked


async def test_an_agent_of_another_service_sees_none_of_it_and_a_secretary_all(
    two: tuple[Booking, Booking], signed_in: SignedIn
) -> None:
    for name, reached in (("Bob", False), ("Sam", True), ("Alice", True)):
        visitor = await signed_in(name)
        for page in (await shown(visitor), await shown(visitor, personne=str(two[0].person_id))):
            assert ("<td>Petit Zoé</td>" in page) is reached, name
        assert bool(await exported(visitor)) is reached, name
    assert (await shown(await signed_in("Bob"))).count("Aucun rendez-vous n’a encore été pris")


async def test_what_was_freed_stays_with_its_agent(
    two: tuple[Booking, Booking], signed_in: SignedIn
) -> None:
    await appointments.cancel(two[1].id, SYSTEM)
    bea = await signed_in("Bea")
    assert "<td>Abel Adam</td>" in await shown(bea, statut="cancelled")


async def test_a_stranger_and_another_tenant_see_nothing(
    client: Clients, two: tuple[Booking, Booking], office: Office
) -> None:
    stranger = client(office.tenant)
    assert (await stranger.get(LIST)).headers["location"].startswith("/agents/connexion")
    other = await new_tenant()
    with acting_for(other):
        await furnish_office(other)
        theirs = await sign_in(client(other), "Alice")
        page = await shown(theirs, personne=str(two[0].person_id))
        assert "Petit" not in page
        assert await exported(theirs) == []


async def test_an_export_holds_what_is_filtered_readable_and_harmless(
    office: Office, signed_in: SignedIn
) -> None:
    evil = replace(ZOE, last_name="=1+1", phone="+32470123456")
    await book(office, at(tomorrow(), 9), evil)
    bea = await signed_in("Bea")
    (row,) = await exported(bea, statut="upcoming")
    assert row["Usager"] == "'=1+1 Zoé"
    assert row["Téléphone"] == "+32 470 12 34 56"
    assert row["Date et heure"] == f"{tomorrow():%d/%m/%Y} 09:00"
    assert (row["Statut"], row["Pris par"]) == ("À venir", "Un agent")
    assert await exported(bea, statut="seen") == []


@pytest.mark.parametrize(
    ("wanted", "begins"),
    [("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK"), ("ods", b"PK"), ("pdf", b"%PDF")],
)
@pytest.mark.usefixtures("two")
async def test_a_list_leaves_in_each_format_and_the_history_says_so(
    signed_in: SignedIn, wanted: str, begins: bytes
) -> None:
    bea, alice = await signed_in("Bea"), await signed_in("Alice")
    answer = await bea.submit(f"{LIST}/export", {"format": wanted})
    assert answer.status_code == 200, answer.text
    assert answer.content.startswith(begins)
    named = f'attachment; filename="rendez-vous-{today().isoformat()}.{wanted}"'
    assert answer.headers["content-disposition"] == named
    assert answer.headers["cache-control"] == "no-store"
    told = (await alice.get("/administration/historique")).text
    assert f"Bea Martin a exporté la liste « Rendez-vous, {wanted.upper()}, 2 lignes »." in told


@pytest.mark.parametrize("wanted", ["csv", "xlsx", "ods"])
@pytest.mark.usefixtures("two")
async def test_a_long_list_leaves_while_it_is_written_and_is_the_same_file(
    signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch, wanted: str
) -> None:
    bea, alice = await signed_in("Bea"), await signed_in("Alice")
    ready = await bea.submit(f"{LIST}/export", {"format": wanted})
    monkeypatch.setattr(exporting, "LONG", 1)
    # The second one is refused unless the first has ended.
    for _ in range(2):
        long = await bea.submit(f"{LIST}/export", {"format": wanted})
        assert long.status_code == 200
        assert long.content == ready.content
        assert "content-length" not in long.headers
        assert long.headers["content-type"] == ready.headers["content-type"]
    told = (await alice.get("/administration/historique")).text
    assert told.count(f"a exporté la liste « Rendez-vous, {wanted.upper()}, 2 lignes »") == 3


@pytest.mark.usefixtures("two")
async def test_of_long_exports_there_are_so_many_at_once_and_the_next_is_told_to_wait(
    signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    bea = await signed_in("Bea")
    monkeypatch.setattr(exporting, "LONG_AT_ONCE", 0)
    assert len(await exported(bea)) == 2
    monkeypatch.setattr(exporting, "LONG", 1)
    answer = await bea.submit(f"{LIST}/export", {"format": "csv"})
    assert answer.status_code == 503
    assert "Un long export est déjà en préparation" in answer.text


@pytest.mark.usefixtures("two")
async def test_a_long_export_that_cannot_begin_keeps_nobody_from_the_next(
    signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    bea = await signed_in("Bea")
    monkeypatch.setattr(exporting, "LONG", 1)

    async def away(*_told: object) -> None:
        raise DatabaseUnavailableError

    with monkeypatch.context() as broken:
        broken.setattr(lists, "note_export", away)
        assert (await bea.submit(f"{LIST}/export", {"format": "csv"})).status_code == 503
    assert (await bea.submit(f"{LIST}/export", {"format": "csv"})).status_code == 200


@pytest.mark.usefixtures("two")
async def test_an_export_asks_for_a_format_and_for_the_right_to_take_lists_away(
    office: Office, signed_in: SignedIn
) -> None:
    bea = await signed_in("Bea")
    answer = await bea.submit(f"{LIST}/export", {"format": "exe"})
    assert answer.status_code == 422
    assert (await bea.get(f"{LIST}/export")).status_code in {404, 405}
    async with tenant_transaction() as tx:
        role = await tx.value(
            """
            INSERT INTO role (tenant_id, code, name, permissions)
            VALUES ($1, 'own_reader', 'Lecture', '{service:appointment:read}') RETURNING id
            """,
            tx.tenant_id,
        )
        await tx.execute(
            "UPDATE membership SET role_id = $3 WHERE tenant_id = $1 AND agent_id = $2",
            tx.tenant_id,
            office.bea,
            role,
        )
    assert (await bea.submit(f"{LIST}/export", {"format": "csv"})).status_code == 403
    page = await shown(bea, statut="to_fill")
    assert "Exporter" not in page
    assert 'name="booking"' not in page


async def filled(visitor: Visitor, status: str, *bookings: Booking) -> str:
    fields = {"status": status, "booking": [str(one.id) for one in bookings], "back": LIST}
    answer = await visitor.submit(f"{LIST}/statut", fields)
    assert answer.status_code == 303, answer.text
    return (await visitor.get(answer.headers["location"])).text


async def test_several_past_appointments_are_filled_in_at_once(
    two: tuple[Booking, Booking], office: Office, signed_in: SignedIn
) -> None:
    third = await book(office, at(today() - timedelta(days=1), 11), ADAM)
    bea = await signed_in("Bea")
    assert 'name="booking"' in await shown(bea, statut="to_fill")
    assert 'name="booking"' not in await shown(bea)
    page = await filled(bea, "seen", two[0], third)
    assert "2 rendez-vous renseignés : « Vu »." in page
    for booking in (two[0], third):
        assert await state_of(booking) == "seen"


async def test_what_is_to_come_out_of_reach_or_filled_in_already_is_left_as_it_is(
    two: tuple[Booking, Booking], signed_in: SignedIn
) -> None:
    bea, bob = await signed_in("Bea"), await signed_in("Bob")
    assert "1 rendez-vous n’a pas changé" in await filled(bob, "seen", two[0])
    assert "1 rendez-vous n’a pas changé" in await filled(bea, "no_show", two[1])
    assert [await state_of(one) for one in two] == ["planned", "planned"]
    await filled(bea, "no_show", two[0])
    assert "1 rendez-vous n’a pas changé" in await filled(bea, "seen", two[0])
    assert await state_of(two[0]) == "no_show"
    assert "Cochez d’abord les rendez-vous" in await filled(bea, "seen")
    answer = await bea.submit(f"{LIST}/statut", {"status": "cancelled", "booking": str(two[0].id)})
    assert answer.status_code == 422


async def state_of(booking: Booking) -> State:
    return (await appointments.get(booking.id)).state


async def test_a_long_list_is_cut_into_pages_that_hold_each_line_once(
    office: Office, signed_in: SignedIn
) -> None:
    for number in range(40 + 20):
        await book(office, _half_hour(number), replace(ADAM, last_name=f"N{number:02}"))
    bea = await signed_in("Bea")
    names = [f"N{number:02} Adam" for number in range(60)]
    first, second = await shown(bea), await shown(bea, page="2")
    assert "Page 1 sur 2" in first
    found = [[name for name in names if f"<td>{name}</td>" in page] for page in (first, second)]
    assert sorted(found[0] + found[1]) == names
    assert len(found[0]) == 50


def _half_hour(number: int) -> datetime:
    # Bea is open until half past eleven at night, an hour less where clocks go forward.
    day, half = divmod(number, 40)
    midnight = at(tomorrow() + timedelta(days=day), 0)
    return midnight.astimezone(UTC) + timedelta(minutes=30 * half)
