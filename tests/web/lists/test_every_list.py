"""Every list sorts, filters, pages, leaves as a file in each format and keeps searches (C-68).

What is a list is found, not listed: tables that stand on no list, and lists that nobody fills here, fail.
"""

import csv
import html
import io
import re
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
import pytest
from creneau.context import acting_for
from creneau.database import tenant_transaction
from creneau_web.app import Application, handlers_of
from creneau_web.lists import PAGE_SIZE

from tests.web.admin.conftest import Entered
from tests.web.backoffice.cast import Office
from tests.web.lists import filling, filling_settings
from tests.web.lists.filling import MORE, Filled, Parameters
from tests.web.lists.no_lists import FIGURES
from tests.web.stage import Clients, Visitor

FORMATS = {"pdf": b"%PDF", "xlsx": b"PK", "ods": b"PK", "csv": b"\xef\xbb\xbf"}
SAVED = "/listes/recherches"
ADMINISTRATION = "/administration"
Heads = dict[str, str]


def lower(text: str) -> str:
    return text.lower()


def moment(text: str) -> tuple[str, ...]:
    """Give what a moment as files write it is sorted by."""
    day, _space, time = text.partition(" ")
    return (*reversed(day.split("/")), time)


class List(msgspec.Struct, frozen=True, kw_only=True):
    """A list with how it is filled: `most` rows, of which the filters leave one.

    `who` reads it; `base` is asked each time; `key` gives what `column` is sorted by.
    """

    path: str
    fill: Callable[[Office], Awaitable[Filled]]
    column: str
    most: int = MORE
    who: str = "Bea"
    base: Parameters = {}
    key: Callable[[str], Any] = lower


def of_settings(path: str, fill: Callable[[Office], Awaitable[Filled]], **more: Any) -> List:
    told: dict[str, Any] = {
        "path": f"{ADMINISTRATION}{path}",
        "column": "Nom",
        "who": "Alice",
        **more,
    }
    return List(fill=fill, **told)


LISTS = (
    List(path="/rendez-vous", fill=filling.appointments, column="Usager"),
    List(path="/personnes", fill=filling.persons, column="Nom"),
    List(path="/personnes/invitations", fill=filling.invitations, column="Usager"),
    List(path="/rendez-vous-collectifs", fill=filling.group_sessions, column="Séance"),
    # The office opens a week of Bea's by itself.
    List(path="/plages", fill=filling.openings, column="Plage d’ouverture", most=MORE + 1),
    List(path="/absences", fill=filling.absences, column="Absence"),
    List(path="/agents/social/suivis", fill=filling.silent, column="Usager"),
    List(
        path="/agents/social/usagers/{person_id:uuid}/lectures",
        fill=filling.readings,
        column="Qui",
        who="Alice",
    ),
    List(path="/agents/digital-aid/prescripteurs", fill=filling.prescribed, column="Prescripteur"),
    List(
        path="/agents/digital-aid/reservation-en-ligne",
        fill=filling_settings.motives,
        column="Motif",
        most=MORE + 1,
    ),
    # What the office has by itself comes on top of what is filled in.
    of_settings("/agents", filling_settings.agents, most=MORE + 4),
    of_settings("/organisations", filling_settings.organisations, most=MORE + 1),
    of_settings("/services", filling_settings.services, most=MORE + 3),
    of_settings("/lieux", filling_settings.places, most=MORE + 1),
    of_settings("/motifs", filling_settings.motives, most=MORE + 1),
    of_settings("/fermetures", filling_settings.closures, column="Fermeture"),
    of_settings("/jetons", filling_settings.tokens),
    of_settings("/webhooks", filling_settings.webhooks, column="Adresse"),
    of_settings(
        "/webhooks/{webhook_id:uuid}", filling_settings.deliveries, column="Essais", key=int
    ),
    of_settings(
        "/historique",
        filling_settings.history,
        column="Quand",
        base={"sujet": "webhook"},
        key=moment,
    ),
    of_settings("/imports", filling_settings.imports, column="Fichier"),
    of_settings("/connexion", filling_settings.providers),
    of_settings("/conservation/fiches", filling_settings.leaving_files, column="Fiche"),
    of_settings(
        "/conservation/rendez-vous", filling_settings.leaving_appointments, column="Usager"
    ),
    of_settings("/social/secteurs", filling_settings.sectors),
    of_settings("/social/secteurs/{sector_id:uuid}", filling_settings.zones, column="Rue"),
    of_settings("/social/noms-de-motifs", filling_settings.motive_names),
    of_settings("/social/demandes-de-noms", filling_settings.name_requests),
    of_settings(
        "/digital-aid/cartographie",
        filling_settings.organisations,
        column="Structure",
        most=MORE + 1,
    ),
    of_settings(
        "/digital-aid/reservation-en-ligne",
        filling_settings.motives,
        column="Motif",
        most=MORE + 1,
    ),
)


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who reads a list that was filled."""

    one: List
    filled: Filled
    visitor: Visitor

    @property
    def path(self) -> str:
        return self.filled.path or self.one.path

    async def page(self, asked: Parameters) -> str:
        answer = await self.visitor.get(self.path, params={**self.one.base, **asked})
        assert answer.status_code == 200, answer.text
        return answer.text

    async def file(self, asked: Parameters) -> list[dict[str, str]]:
        query = urlencode({**self.one.base, **asked})
        answer = await self.visitor.submit(f"{self.path}/export?{query}", {"format": "csv"})
        assert answer.status_code == 200, answer.text
        text = io.StringIO(answer.content.decode("utf-8-sig"), newline="")
        return list(csv.DictReader(text, delimiter=";"))


def rows(page: str) -> list[str]:
    body = re.search(r"<tbody>(.*?)</tbody>", page, re.DOTALL)
    return re.findall(r"<tr>.*?</tr>", body[1], re.DOTALL) if body else []


def sorts(page: str) -> Heads:
    """Give the headings that sort, with what they ask for."""
    found = re.findall(r'class="table-sort" href="[^"]*[?;]tri=-?([\w-]+)[^"]*">([^<]+)<', page)
    return {html.unescape(label): name for name, label in found}


@pytest.mark.feature("C-68")
async def test_a_list_pages_sorts_filters_leaves_and_keeps_searches(
    one: List, entered: Entered, office: Office
) -> None:
    with acting_for(office.tenant):
        filled = await one.fill(office)
    reading = Reading(one=one, filled=filled, visitor=await entered(one.who))
    await pages_hold_all_rows_once(reading)
    await headings_sort_both_ways_the_page_and_the_file(reading)
    await filters_narrow_the_page_and_the_file(reading)
    await it_leaves_in_each_format(reading)
    await searches_are_kept(reading, await service_of(office, office.bea))


async def pages_hold_all_rows_once(reading: Reading) -> None:
    first, second = [
        rows(await reading.page({"page": number, "tout": "oui"})) for number in ("1", "2")
    ]
    assert len(first) == PAGE_SIZE
    assert len({*first, *second}) == reading.one.most


async def headings_sort_both_ways_the_page_and_the_file(reading: Reading) -> None:
    one = reading.one
    heads = sorts(await reading.page({"tout": "oui"}))
    assert one.column in heads
    for label, name in heads.items():
        up, down = [await reading.file({"tri": f"{way}{name}"}) for way in ("", "-")]
        assert len(up) == one.most, label
        if label not in up[0]:
            # What a plugin rules over is read on the page, and leaves with no list.
            continue
        there = [row[label] for row in up if row[label]]
        assert there == [row[label] for row in reversed(down) if row[label]], label
    named = [row[one.column] for row in await reading.file({"tri": heads[one.column]})]
    assert [one.key(text) for text in named] == sorted(map(one.key, named))
    assert named != [*reversed(named)]
    # Nobody has to find the headings: on a phone the same is chosen from a list.
    assert f'<option value="-{heads[one.column]}"' in await reading.page({"tout": "oui"})


async def filters_narrow_the_page_and_the_file(reading: Reading) -> None:
    narrowed = reading.filled.asked
    assert len(rows(await reading.page(narrowed))) == 1
    assert len(await reading.file(narrowed)) == 1
    assert len(await reading.file({})) == reading.one.most


async def it_leaves_in_each_format(reading: Reading) -> None:
    path = f"{reading.path}/export?{urlencode(reading.one.base)}"
    for wanted, begins in FORMATS.items():
        answer = await reading.visitor.submit(path, {"format": wanted})
        assert answer.status_code == 200, answer.text
        assert answer.content.startswith(begins)
        assert f".{wanted}" in answer.headers["content-disposition"]
    assert (await reading.visitor.submit(path, {"format": "exe"})).status_code == 422
    assert 'value="ods"' in await reading.page({"tout": "oui"})


async def searches_are_kept(reading: Reading, service_id: str) -> None:
    demand = {**reading.one.base, **reading.filled.asked}
    assert f'href="{SAVED}/nouvelle?' in await reading.page(reading.filled.asked)
    fields = {"liste": reading.path, "demande": urlencode(demand)}
    for name, owner in (("Les miens", "moi"), ("Les nôtres", service_id)):
        typed = {**fields, "name": name, "service_id": owner}
        answer = await reading.visitor.submit(f"{SAVED}/nouvelle", typed)
        kept = await reading.visitor.get(answer.headers["location"])
        assert len(rows(kept.text)) == 1, name
        assert re.search(rf'aria-current="page">{name}', kept.text), name


async def test_a_service_s_search_is_its_agents_alone(entered: Entered, office: Office) -> None:
    with acting_for(office.tenant):
        await filling.openings(office)
    bea = await entered("Bea")
    fields = {"liste": "/plages", "demande": "filtre=x"}
    for name, owner in (("Les miens", "moi"), ("Les nôtres", await service_of(office, office.bea))):
        await bea.submit(f"{SAVED}/nouvelle", {**fields, "name": name, "service_id": owner})
    colleague = (await (await entered("Alice")).get("/plages")).text
    assert "Les nôtres (Citoyenneté)" in colleague
    assert "Les miens" not in colleague
    assert "Les nôtres" not in (await (await entered("Bob")).get("/plages")).text


async def service_of(office: Office, agent: UUID) -> str:
    with acting_for(office.tenant):
        async with tenant_transaction() as tx:
            return str(
                await tx.value(
                    "SELECT service_id FROM agent_service WHERE tenant_id = $1 AND agent_id = $2",
                    tx.tenant_id,
                    agent,
                )
            )


async def test_no_list_is_left_out(app: Application) -> None:
    ends = "/export"
    registered = {
        route.path.removesuffix(ends)
        for route, handler in handlers_of(app.tenant_app)
        if route.path.endswith(ends) and "POST" in handler.http_methods
    }
    assert registered - FIGURES.keys() == {one.path for one in LISTS}


async def test_strangers_and_colleagues_without_the_right_take_no_list_away(
    one: List, client: Clients, entered: Entered, office: Office
) -> None:
    path = re.sub(r"\{\w+:uuid\}", str(office.organisation), one.path)
    bea = await entered("Bea")
    for way in ("", "/export"):
        stranger = client(office.tenant)
        ask = stranger.submit(path + way, {"format": "csv"}) if way else stranger.get(path)
        assert (await ask).headers["location"].startswith("/agents/connexion"), way
        if one.who != "Bea":
            answer = await (bea.submit(path + way, {"format": "csv"}) if way else bea.get(path))
            assert answer.status_code == 403, way


@pytest.fixture(params=LISTS, ids=lambda one: one.path)
def one(request: pytest.FixtureRequest) -> List:
    return request.param
