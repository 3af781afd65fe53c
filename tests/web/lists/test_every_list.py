"""Every list of the agents sorts, filters, pages, leaves as a file and keeps searches (C-68)."""

import csv
import html
import io
import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import time, timedelta
from urllib.parse import urlencode
from uuid import UUID

import msgspec
import pytest
from creneau.appointments.schemas import Booking, SessionDraft
from creneau.appointments.sessions import service as sessions
from creneau.context import SYSTEM, acting_for
from creneau.database import tenant_transaction
from creneau.people import service as people
from creneau.people.files import service as files
from creneau.people.schemas import Identity, PersonDraft
from creneau.planning import service as planning
from creneau.planning.drafts import AbsenceDraft, OpeningDraft
from creneau_web.app import Application, handlers_of
from creneau_web.lists import PAGE_SIZE

from tests.platform.cast import new_motive
from tests.web.admin.conftest import Entered
from tests.web.backoffice.cast import Office, at, book, today
from tests.web.stage import Clients, Visitor

MORE = PAGE_SIZE + 2
FORMATS = {"pdf": b"%PDF", "xlsx": b"PK", "ods": b"PK", "csv": b"\xef\xbb\xbf"}
SAVED = "/listes/recherches"
# Tables of figures: they are taken away as lists are, and are none.
FIGURES = {"/statistiques", "/statistiques/prochains-creneaux"}


class List(msgspec.Struct, frozen=True, kw_only=True):
    """A list with how it is filled: `most` rows, of which `few` pass the filters."""

    path: str
    fill: Callable[[Office], Awaitable[Mapping[str, str]]]
    column: str
    most: int = MORE
    few: int = 1


def names() -> list[str]:
    letters = "abcdefghijklmnopqrstuvwxyz"
    return [f"{letters[n // 26]}{letters[n % 26]}ron".capitalize() for n in range(MORE)]


async def appointments(office: Office) -> Mapping[str, str]:
    booked: list[Booking] = []
    for number, name in enumerate(names()):
        starts = at(today() + timedelta(days=1 + number // 40), 3 + number % 40 // 2)
        who = Identity(first_name="Zoé", last_name=name)
        booked.append(await book(office, starts + timedelta(minutes=30 * (number % 2)), who))
    return {"personne": str(booked[-1].person_id)}


async def persons(office: Office) -> Mapping[str, str]:
    made: list[UUID] = []
    for name in names():
        draft = PersonDraft(first_name="Zoé", last_name=name)
        made.append(await files.create(draft, [office.organisation], SYSTEM))
    await people.add_referent(made[7], office.bea, SYSTEM)
    return {"suivi": "moi"}


async def group_sessions(office: Office) -> Mapping[str, str]:
    async with tenant_transaction() as tx:
        service = await tx.value(
            "SELECT service_id FROM motive WHERE tenant_id = $1 AND id = $2",
            tx.tenant_id,
            office.motive,
        )
    group, other = [
        await new_motive(office.organisation, service, name=name, capacity=5)
        for name in ("Atelier", "Réunion")
    ]
    for number, name in enumerate(names()):
        starts = at(today() + timedelta(days=10 + number), 9)
        draft = SessionDraft(
            motive_id=other if number == 1 else group,
            place_id=office.place,
            resource_ids=[office.bea],
            starts_at=starts,
            ends_at=starts + timedelta(hours=1),
            title=name,
            capacity=5,
        )
        await sessions.create(draft, SYSTEM)
    return {"motif": str(other)}


async def openings(office: Office) -> Mapping[str, str]:
    for number, name in enumerate(names()):
        draft = OpeningDraft(
            resource_id=office.bea,
            place_id=office.place,
            motive_ids=(office.motive,),
            title=name,
            first_day=today() + timedelta(days=20 + number),
            start_time=time(9),
            end_time=time(10),
            recurrence=None,
        )
        await planning.create_opening(draft, SYSTEM)
    return {"filtre": names()[5]}


async def absences(office: Office) -> Mapping[str, str]:
    for number, name in enumerate(names()):
        day = today() + timedelta(days=20 + number)
        draft = AbsenceDraft(
            resource_id=office.bea,
            first_day=day,
            start_time=time(9),
            last_day=day,
            end_time=time(10),
            time_zone="Europe/Paris",
            title=name,
        )
        await planning.create_absence(draft, SYSTEM)
    return {"filtre": names()[5]}


LISTS = (
    List(path="/rendez-vous", fill=appointments, column="Usager"),
    List(path="/personnes", fill=persons, column="Nom"),
    List(path="/rendez-vous-collectifs", fill=group_sessions, column="Séance"),
    # The office opens a week of Bea's by itself.
    List(path="/plages", fill=openings, column="Plage d’ouverture", most=MORE + 1),
    List(path="/absences", fill=absences, column="Absence"),
)
Heads = dict[str, str]


async def shown(visitor: Visitor, path: str, asked: Mapping[str, str]) -> str:
    answer = await visitor.get(path, params=dict(asked))
    assert answer.status_code == 200, answer.text
    return answer.text


def rows(page: str) -> list[str]:
    body = re.search(r"<tbody>(.*?)</tbody>", page, re.DOTALL)
    return re.findall(r"<tr>.*?</tr>", body[1], re.DOTALL) if body else []


def sorts(page: str) -> Heads:
    """Give the headings that sort, with what they ask for."""
    found = re.findall(r'class="table-sort" href="[^"]*[?;]tri=-?([\w-]+)[^"]*">([^<]+)<', page)
    return {html.unescape(label): name for name, label in found}


async def taken(visitor: Visitor, path: str, asked: Mapping[str, str]) -> list[dict[str, str]]:
    answer = await visitor.submit(f"{path}/export?{urlencode(asked)}", {"format": "csv"})
    assert answer.status_code == 200, answer.text
    text = io.StringIO(answer.content.decode("utf-8-sig"), newline="")
    return list(csv.DictReader(text, delimiter=";"))


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


async def test_pages_hold_all_rows_once(one: List, bea: Visitor, filled: Mapping[str, str]) -> None:
    del filled
    first, second = [
        rows(await shown(bea, one.path, {"page": page, "tout": "oui"})) for page in ("1", "2")
    ]
    assert len(first) == PAGE_SIZE
    assert len({*first, *second}) == one.most


async def test_headings_sort_both_ways_the_page_and_the_file(
    one: List, bea: Visitor, filled: Mapping[str, str]
) -> None:
    del filled
    heads = sorts(await shown(bea, one.path, {"tout": "oui"}))
    assert one.column in heads
    for label, name in heads.items():
        up, down = [await taken(bea, one.path, {"tri": f"{way}{name}"}) for way in ("", "-")]
        assert len(up) == one.most, label
        assert [row[label] for row in up] == [row[label] for row in reversed(down)], label
    named = [row[one.column] for row in await taken(bea, one.path, {"tri": heads[one.column]})]
    assert named == sorted(named, key=str.lower)
    assert named != [*reversed(named)]
    page = rows(await shown(bea, one.path, {"tri": f"-{heads[one.column]}"}))
    assert named[-1] in page[0]


async def test_filters_narrow_the_page_and_the_file(
    one: List, bea: Visitor, filled: Mapping[str, str]
) -> None:
    assert len(rows(await shown(bea, one.path, filled))) == one.few
    assert len(await taken(bea, one.path, filled)) == one.few
    assert len(await taken(bea, one.path, {})) == one.most


@pytest.mark.parametrize("wanted", FORMATS)
async def test_lists_leave_in_each_format(
    one: List, wanted: str, bea: Visitor, filled: Mapping[str, str]
) -> None:
    del filled
    answer = await bea.submit(f"{one.path}/export", {"format": wanted})
    assert answer.status_code == 200, answer.text
    assert answer.content.startswith(FORMATS[wanted])
    assert f".{wanted}" in answer.headers["content-disposition"]
    nothing = await bea.submit(f"{one.path}/export", {"format": "exe"})
    assert nothing.status_code == 422


async def test_searches_are_kept_for_oneself_and_for_the_service(
    one: List, bea: Visitor, entered: Entered, office: Office, filled: Mapping[str, str]
) -> None:
    asked = html.unescape(await shown(bea, one.path, filled))
    keep = re.search(rf'href="({SAVED}/nouvelle\?[^"]+)"', asked)
    assert keep is not None
    demand = re.search(r"demande=([^&]+)", keep[1])
    assert demand is not None
    fields = {"liste": one.path, "demande": urlencode(filled)}
    for name, owner in (("Les miens", "moi"), ("Les nôtres", await service_of(office, office.bea))):
        typed = {**fields, "name": name, "service_id": owner}
        answer = await bea.submit(keep[1].partition("?")[0], typed)
        kept = await bea.get(answer.headers["location"])
        assert len(rows(kept.text)) == one.few, name
        assert re.search(rf'aria-current="page">{name}', kept.text), name
    colleague = (await (await entered("Alice")).get(one.path)).text
    assert "Les nôtres (Citoyenneté)" in colleague
    assert "Les miens" not in colleague
    assert "Les nôtres" not in (await (await entered("Bob")).get(one.path)).text


async def test_no_list_is_left_out(app: Application) -> None:
    ends = "/export"
    registered = {
        route.path.removesuffix(ends)
        for route, handler in handlers_of(app.tenant_app)
        if route.path.endswith(ends) and "POST" in handler.http_methods
    }
    own = {path for path in registered if not path.startswith("/administration")}
    assert own - FIGURES == {one.path for one in LISTS}


async def test_strangers_take_no_list_away(one: List, client: Clients, office: Office) -> None:
    for way in ("", "/export"):
        stranger = client(office.tenant)
        answer = await (
            stranger.submit(one.path + way, {"format": "csv"}) if way else stranger.get(one.path)
        )
        assert answer.headers["location"].startswith("/agents/connexion"), way


@pytest.fixture(params=LISTS, ids=lambda one: one.path)
def one(request: pytest.FixtureRequest) -> List:
    return request.param


@pytest.fixture
async def filled(one: List, office: Office) -> Mapping[str, str]:
    """Fill a list, and give what finds one row of it."""
    with acting_for(office.tenant):
        return await one.fill(office)


@pytest.fixture
async def bea(entered: Entered) -> Visitor:
    return await entered("Bea")
