"""The open feed of the national map: its schema, its freshness, its size (D-09)."""

import csv
import io
from uuid import UUID

import pytest
from creneau.context import SYSTEM, Tenant
from creneau.database import tenant_transaction
from creneau.planning import service as planning
from creneau.planning.schemas import Delete, SeriesRef
from creneau_digital_aid.places.hours import osm_hours
from creneau_digital_aid.places.rules import postal_address
from creneau_infra import clock
from creneau_tenants.schemas import TenantState
from creneau_web import throttling
from msgspec.structs import replace

from tests.platform.cast import new_motive
from tests.plugins.digital_aid.national_schema import FIELDS, faults
from tests.plugins.digital_aid.network import SIRET, Network, fill_in, new_place, open_up
from tests.web.stage import Clients, Visitor, new_tenant

JSON, CSV = "/digital-aid/lieux.json", "/digital-aid/lieux.csv"


@pytest.mark.feature("D-09")
async def test_a_whole_place_fits_the_national_schema(visitor: Visitor, network: Network) -> None:
    await fill_in(network)
    await open_up(network)
    (row,) = (await visitor.get(JSON)).json()
    assert faults(row) == []
    assert {name: row[name] for name in row if name not in {"id", "date_maj", "prise_rdv"}} == {
        "pivot": SIRET,
        "nom": "Médiathèque",
        "commune": "Reims",
        "code_postal": "51100",
        "code_insee": "51454",
        "adresse": "2 rue de l’Étape",
        "complement_adresse": "Au premier étage",
        "latitude": 49.2577,
        "longitude": 4.0319,
        "telephone": "+33326010203",
        "courriels": "contact@numerique.example",
        "site_web": "https://numerique.example",
        "horaires": "Mo-Fr 09:00-12:00,14:00-17:30; Sa 09:00-12:00",
        "presentation_resume": "Un conseiller vous aide, gratuitement.",
        "itinerance": "Fixe",
        "structure_parente": "Espace numérique",
        "services": "Aide aux démarches administratives|Maîtrise des outils numériques du quotidien",
        "frais_a_charge": "Gratuit",
        "dispositif_programmes_nationaux": "Conseillers numériques",
        "modalites_acces": "Se présenter|Téléphoner|Contacter par mail|Prendre un RDV en ligne",
        "modalites_accompagnement": "Accompagnement individuel",
    }
    assert row["date_maj"] == clock.now().date().isoformat()
    answer = await visitor.get(CSV)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    written = list(csv.DictReader(io.StringIO(answer.text)))
    assert tuple(written[0]) == FIELDS
    assert faults(written[0]) == []
    assert {name: value for name, value in written[0].items() if value} == {
        name: str(value) for name, value in row.items()
    }


def test_the_check_of_the_schema_sees_what_it_would_refuse() -> None:
    whole = {
        "id": "1", "pivot": SIRET, "nom": "A", "commune": "B", "code_postal": "51100",
        "adresse": "C", "date_maj": "2026-11-29",
    }  # fmt: skip
    assert faults(whole) == []
    for name, wrong in {
        "pivot": "1",
        "code_postal": "5110",
        "telephone": "03 26 01 02 03",
        "services": "Tricot",
        "modalites_acces": "Prendre un RDV en ligne;Téléphoner",
        "adresse": "",
        "inconnu": "x",
    }.items():
        assert len(faults({**whole, name: wrong})) == 1, name


async def test_the_booking_link_is_there_exactly_while_both_conditions_hold(
    visitor: Visitor, network: Network, advisers: Tenant
) -> None:
    await fill_in(network)
    assert "prise_rdv" not in (await visitor.get(JSON)).json()[0]
    opening = await open_up(network)
    (row,) = (await visitor.get(JSON)).json()
    assert row["prise_rdv"] == f"{advisers.public_url}/lieux/{network.place}"
    led = await visitor.get(f"/lieux/{network.place}")
    assert "Ma messagerie" in led.text
    await planning.save(Delete(SeriesRef("opening", opening)), SYSTEM)
    (row,) = (await visitor.get(JSON)).json()
    assert "prise_rdv" not in row
    assert "Prendre un RDV en ligne" not in row["modalites_acces"]


async def test_a_change_is_told_by_the_mark_and_nothing_is_sent_twice(
    visitor: Visitor, network: Network
) -> None:
    await fill_in(network)
    for path in (JSON, CSV):
        first = await visitor.get(path)
        mark = first.headers["etag"]
        again = await visitor.get(path, headers={"if-none-match": f'"other", W/{mark}'})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == mark
    await open_up(network)
    for path in (JSON, CSV):
        fresh = await visitor.get(path, headers={"if-none-match": mark})
        assert fresh.status_code == 200
        # Nobody keeps an answer for longer than the minute that is promised.
        assert fresh.headers["cache-control"] == "public, max-age=30"


async def test_it_is_sent_compressed_to_whoever_takes_it_so(
    visitor: Visitor, network: Network
) -> None:
    await fill_in(network)
    for path in (JSON, CSV):
        packed = await visitor.get(path, headers={"accept-encoding": "gzip"})
        plain = await visitor.get(path, headers={"accept-encoding": "identity"})
        assert packed.headers["content-encoding"] == "gzip"
        assert "content-encoding" not in plain.headers
        assert packed.content == plain.content
        assert packed.headers["vary"] == plain.headers["vary"] == "accept-encoding"
        assert packed.headers["etag"] != plain.headers["etag"]


async def test_a_sheet_that_is_saved_shows_at_once_though_answers_are_kept(
    visitor: Visitor, network: Network
) -> None:
    await fill_in(network)
    first = (await visitor.get(JSON)).json()
    assert (await visitor.get(JSON)).json() == first
    await fill_in(network, summary="Fermé en août.")
    assert (await visitor.get(JSON)).json()[0]["presentation_resume"] == "Fermé en août."


async def test_any_site_may_read_it_and_it_tells_of_no_person(
    visitor: Visitor, network: Network
) -> None:
    await fill_in(network)
    await open_up(network)
    for path in (JSON, CSV):
        answer = await visitor.get(path, headers={"origin": "https://carte.example"})
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
        assert "set-cookie" not in answer.headers
        assert "@exemple.fr" not in answer.text
        assert "Julie" not in answer.text


@pytest.mark.parametrize("state", ["onboarding", "suspended"])
async def test_a_space_that_is_not_open_says_so_as_the_data_that_was_asked_for(
    client: Clients, state: TenantState
) -> None:
    closed = await new_tenant(frozenset({"digital_aid"}), state=state)
    visitor = client(closed)
    as_json, as_csv = await visitor.get(JSON), await visitor.get(CSV)
    assert as_json.headers["content-type"] == "application/problem+json"
    code = {"onboarding": "tenant_in_preparation", "suspended": "tenant_suspended"}[state]
    assert (as_json.status_code, as_json.json()["code"]) == (503, code)
    assert as_csv.headers["content-type"] == "text/plain; charset=utf-8"
    assert (as_csv.status_code, as_csv.text) == (503, f"{as_json.json()['detail']}\n")
    for answer in (as_json, as_csv):
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
        assert answer.headers["cache-control"] == "no-store"
    # Somebody who follows a link to it reads a page.
    page = await visitor.get(CSV, headers={"accept": "text/html,*/*;q=0.8"})
    assert (page.status_code, page.headers["content-type"]) == (503, "text/html; charset=utf-8")
    assert "access-control-allow-origin" not in page.headers


async def test_whoever_floods_it_is_told_when_to_come_back_and_nobody_else_is_held_up(
    client: Clients, advisers: Tenant, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill_in(network)
    few = replace(throttling.LIMITS["open_data"][0], capacity=3)
    monkeypatch.setitem(throttling.LIMITS, "open_data", (few,))
    loud = client(advisers, address="198.19.7.7")
    answers = [await loud.get(path) for path in (JSON, CSV, JSON, JSON)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    refused = answers[-1]
    assert refused.json()["code"] == "too_many_requests"
    assert 0 < int(refused.headers["retry-after"]) <= 200
    assert refused.headers["access-control-allow-origin"] == "*"
    assert refused.headers["access-control-expose-headers"] == "retry-after"
    assert (await client(advisers).get(JSON)).status_code == 200


async def test_what_the_schema_needs_and_nobody_filled_in_leaves_a_place_out(
    visitor: Visitor, network: Network
) -> None:
    assert (await visitor.get(JSON)).json() == []
    await fill_in(network)
    await new_place(network.organisation, "Sans adresse", address="Près du pont")
    assert [row["nom"] for row in (await visitor.get(JSON)).json()] == ["Médiathèque"]


async def test_a_workshop_and_a_call_are_said_as_such(visitor: Visitor, network: Network) -> None:
    await fill_in(network)
    call = await new_motive(
        network.organisation, network.service, name="Au téléphone", location_type="phone"
    )
    await open_up(network, motive_ids=[network.motive, call])
    (row,) = (await visitor.get(JSON)).json()
    assert row["modalites_accompagnement"] == "Accompagnement individuel|À distance"


async def test_a_name_that_begins_like_a_formula_is_harmless_in_a_spreadsheet(
    visitor: Visitor, network: Network
) -> None:
    await fill_in(network)
    await new_place(network.organisation, "=1+1")
    text = (await visitor.get(CSV)).text
    assert ",'=1+1," in text
    assert ",+33326010203," in text


async def test_five_thousand_places_are_all_there_each_with_its_link(
    visitor: Visitor, network: Network
) -> None:
    await fill_in(network)
    await open_up(network)
    await many_places(network.organisation, network.julie, network.motive, 5000)
    rows = (await visitor.get(JSON)).json()
    assert len({row["id"] for row in rows}) == 5001
    assert all("prise_rdv" in row for row in rows)
    assert len((await visitor.get(CSV)).text.splitlines()) == 5002


async def many_places(organisation: UUID, agent: UUID, motive: UUID, count: int) -> None:
    """Add many places with an opening each, past the services, which would take long."""
    async with tenant_transaction() as tx:
        await tx.execute(
            """
            WITH made AS (
                INSERT INTO place (tenant_id, organisation_id, name, address)
                SELECT $1, $2, 'Lieu ' || n, n || ' rue de la Paix' || chr(10) || '51100 Reims'
                FROM generate_series(1, $5) n RETURNING id
            ), opened AS (
                INSERT INTO opening (tenant_id, resource_id, place_id, first_day, start_time, end_time)
                SELECT $1, $3, id, current_date + 3, '09:00', '12:00' FROM made
                RETURNING id, place_id
            ), carried AS (
                INSERT INTO opening_motive (tenant_id, opening_id, motive_id)
                SELECT $1, id, $4 FROM opened
            )
            INSERT INTO opening_occurrence
                (tenant_id, opening_id, resource_id, place_id, starts_at, ends_at)
            SELECT $1, id, $3, place_id, now() + interval '3 days', now() + interval '75 hours'
            FROM opened
            """,
            tx.tenant_id,
            organisation,
            agent,
            motive,
            count,
        )


@pytest.mark.parametrize(
    ("written", "osm"),
    [
        ("Lundi au vendredi : 8 h 30 – 17 h", "Mo-Fr 08:30-17:00"),
        ("Mardi et jeudi : 9h-12h et 14h-18h30", "Tu,Th 09:00-12:00,14:00-18:30"),
        ("Le samedi : de 9 h à 12 h", "Sa 09:00-12:00"),
        ("Lundi : 9 h – 12 h\nMardi : sur rendez-vous", ""),
        ("Tous les jours", ""),
        ("Lundi : 17 h – 9 h", ""),
        ("Vendredi au lundi : 9 h – 12 h", ""),
        ("Mardi et vendredi : Saint-Aubin", ""),
        ("", ""),
    ],
)
def test_hours_are_written_for_machines_where_they_are_understood(written: str, osm: str) -> None:
    assert osm_hours(written) == osm


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("5 rue du Lavoir\n51100 Reims", ("5 rue du Lavoir", "51100", "Reims", "51454")),
        ("5 rue du Lavoir, 51100 Reims", ("5 rue du Lavoir", "51100", "Reims", "51454")),
        ("12345 chemin Long\n51100 REIMS", ("12345 chemin Long", "51100", "REIMS", "51454")),
        ("Place du Marché\n03996 Saint-Aubin", ("Place du Marché", "03996", "Saint-Aubin", "")),
    ],
)
def test_an_address_is_read_in_its_parts(written: str, parts: tuple[str, ...]) -> None:
    found = postal_address(written)
    assert found is not None
    assert (found.street, found.postcode, found.town, found.insee) == parts
