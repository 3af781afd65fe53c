"""R-7: no route tells anybody anything of another tenant, not even that something exists."""

import re
from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from creneau.database import tenant_transaction
from creneau_infra import clock
from creneau_web import app as assembling
from creneau_web.access import Access
from creneau_web.app import Application, handlers_of, mounted_in
from litestar import Litestar, asgi, get
from structlog.testing import capture_logs

from tests.gates.intruders import House, Ids, Intruder, furnish, intruders_at, unknown_ids
from tests.web.stage import Clients, client

__all__ = ["client"]

WAY_OUT = "deconnexion"
SHARES = 6
"""Every intruder tries every door: in so many tests, each with time enough on a busy machine."""

PARAMETER = re.compile(r"{(\w+):(\w+)}")
REFUSALS = {401, 403, 404}
SIGN_IN_PAGES = ("/agents/connexion", "/mes-rendez-vous/connexion")
CANARY = "Zanzibarine"
# Files of the product itself, the same for everybody.
NOBODYS = {"/static/{file_path:path}"}
# Everybody's messages, for whoever tries the demo; pages of the product itself; and which names of
# spaces are free, for whoever signs up.
MEANT_TO_TELL = ("/_mailbox", "/_ui", "/inscription/adresse")
# An agenda's address that was drawn by lot for whoever asked, and its picture.
MADE_FOR_WHO_ASKED = re.compile(
    r"/calendrier/[\w-]{43}/rendez-vous\.ics|(?<=class=\"qr-code\" src=\")data:image/svg\+xml[^\"]+"
)
Door = tuple[str, str]


def doors(application: Litestar) -> list[Door]:
    """List every method and path pattern, but those of files; the way out comes last."""
    found = [
        (method, route.path)
        for route, handler in handlers_of(application)
        for method in sorted(handler.http_methods)
        if route.path not in NOBODYS
    ]
    # What answers whole addresses by itself names its doors.
    found += [
        door for route in mounted_in(application) for door in route.route_handler.opt["doors"]
    ]
    return sorted(found, key=lambda door: door[1].endswith(WAY_OUT))


def path_of(pattern: str, ids: Ids) -> str:
    return PARAMETER.sub(lambda found: quote(ids[found[1]]), pattern)


def values_of(ids: Ids) -> dict[str, Any]:
    """Name the ids as queries, forms and JSON bodies do, with what else such requests need."""
    tomorrow = clock.now() + timedelta(days=1)
    # In one order, whoever's ids they are: some pages repeat what they were asked.
    known = dict(sorted(ids.items()))
    named: dict[str, Any] = {
        # Not a `name`: whatever a form makes of it would be made, and differ by its own new id.
        **{name.removesuffix("_id"): known[name] for name in known if name != "name_id"},
        **known,
        "places": ids["place_id"],
        "hold": ids["booking_id"],
        "hold_id": ids["booking_id"],
        "resource_id": ids["agent_id"],
        "start": tomorrow.isoformat(),
        "starts_at": tomorrow.isoformat(),
        "from": clock.now().isoformat(),
        "to": (clock.now() + timedelta(days=7)).isoformat(),
        "slot": f"{tomorrow.isoformat()}|{ids['place_id']}",
        "person": {"first_name": "Bob", "last_name": "Durand", "email": "bob@example.fr"},
    }
    return named


def told(answer: httpx.Response, *known: Ids) -> tuple[int, str, str]:
    """Give all that an answer tells, with the ids that were asked for taken out."""
    text = f"{answer.headers.get('location', '')}\n{answer.text}"
    for ids in known:
        for value in ids.values():
            text = text.replace(value, "ID").replace(quote(value), "ID")
    text = re.sub(r'name="csrf_token" value="\w+"', "", text)
    text = re.sub(MADE_FOR_WHO_ASKED, "SECRET", text)
    text = re.sub(r"\d{4}-\d\d-\d\dT[\d:.%A-F+]+", "MOMENT", text)
    return answer.status_code, answer.headers.get("content-type", ""), text


def is_refusal(answer: httpx.Response) -> bool:
    location = answer.headers.get("location", "")
    return answer.status_code in REFUSALS or (
        answer.status_code == 303 and location.partition("?")[0] in SIGN_IN_PAGES
    )


async def compared(
    intruder: Intruder, door: Door, foreign: Ids, unknown: Ids, always: bool
) -> list[str]:
    method, pattern = door
    if not pattern.startswith(intruder.below):
        return []
    if pattern.endswith(WAY_OUT):
        # It has no id: whoever goes out once more must learn the same.
        await intruder.tries(method, pattern, values_of(foreign))
    one = await intruder.tries(method, path_of(pattern, foreign), values_of(foreign))
    other = await intruder.tries(method, path_of(pattern, unknown), values_of(unknown))
    where = f"{intruder.name}: {method} {pattern}"
    found: list[str] = []
    if told(one, foreign, unknown) != told(other, foreign, unknown):
        found.append(f"{where} tells {one.status_code} from {other.status_code}")
    if CANARY in one.text or CANARY in str(one.headers):
        found.append(f"{where} sings")
    if one.status_code >= 500:
        found.append(f"{where} breaks down")
    if always and not is_refusal(one):
        found.append(f"{where} answers {one.status_code} {one.headers.get('location', '')}")
    return found


@pytest.fixture(scope="module")
async def houses(app: Application) -> tuple[House, House]:
    del app
    return await furnish("Bastingage"), await furnish(CANARY)


@pytest.fixture
async def intruders(
    app: Application, houses: tuple[House, House]
) -> AsyncGenerator[list[Intruder], None]:
    gathered = await intruders_at(app, *houses)
    yield gathered
    for intruder in gathered:
        await intruder.visitor.aclose()


@pytest.mark.feature("R-7")
@pytest.mark.parametrize("share", range(SHARES))
async def test_another_tenants_ids_are_as_good_as_unknown(
    app: Application, houses: tuple[House, House], intruders: list[Intruder], share: int
) -> None:
    house, other = houses
    found: list[str] = []
    with capture_logs() as lines:
        for door in doors(app.tenant_app)[share::SHARES]:
            has_ids = PARAMETER.search(door[1]) is not None
            for intruder in intruders:
                found += await compared(intruder, door, other.ids, unknown_ids(), has_ids)
    assert found == [], "\n".join(found)
    assert CANARY not in str(lines)
    assert CANARY not in await outbox_of(house)


@pytest.mark.feature("R-7")
async def test_half_known_ids_open_nothing(
    app: Application, houses: tuple[House, House], intruders: list[Intruder]
) -> None:
    house, other = houses
    found: list[str] = []
    for door in doors(app.tenant_app):
        names = [name for name, _kind in PARAMETER.findall(door[1])]
        for name in names if len(names) > 1 else ():
            foreign = {**house.ids, name: other.ids[name]}
            unknown = {**house.ids, name: unknown_ids()[name]}
            for intruder in intruders:
                found += await compared(intruder, door, foreign, unknown, True)
    assert found == [], "\n".join(found)


@pytest.mark.feature("R-7")
async def test_a_colleague_without_the_right_is_told_so_for_any_id(
    app: Application, houses: tuple[House, House], intruders: list[Intruder]
) -> None:
    house, _other = houses
    colleague, program = (
        next(one for one in intruders if one.name == name)
        for name in ("colleague without rights", "program without scopes")
    )
    found: list[str] = []
    for door in doors(app.tenant_app):
        kind = access_of(app, door).kind
        if kind in {"permission", "api"}:
            intruder = program if kind == "api" else colleague
            found += await compared(intruder, door, house.ids, unknown_ids(), True)
            told_so = await intruder.tries(door[0], path_of(door[1], house.ids), {})
            found += [] if told_so.status_code == 403 else [f"{door}: {told_so.status_code}"]
    assert found == [], "\n".join(found)


@pytest.mark.feature("R-7")
async def test_the_platforms_own_address_tells_nothing_of_any_tenant(
    app: Application, houses: tuple[House, House], client: Clients
) -> None:
    _house, other = houses
    known = {**other.ids, "slug": other.tenant.slug}
    unknown = {**unknown_ids(), "slug": "nobody-at-all"}
    intruder = Intruder("anonymous", client("localhost"))
    found: list[str] = []
    for door in doors(app.platform_app):
        if not door[1].startswith(MEANT_TO_TELL):
            found += await compared(intruder, door, known, unknown, False)
    assert found == [], "\n".join(found)


async def test_the_gate_sees_a_door_that_stands_open(
    app: Application, houses: tuple[House, House], intruders: list[Intruder]
) -> None:
    house, _other = houses
    door = ("GET", "/rdv/{motive_id:uuid}/{place_id:uuid}")
    found = await compared(intruders[0], door, house.ids, unknown_ids(), True)
    assert any("tells" in line for line in found)
    assert any("answers 200" in line for line in found)
    del app


def access_of(application: Application, door: Door) -> Access:
    mounted = [
        route.route_handler.opt["access"]
        for route in mounted_in(application.tenant_app)
        if door in route.route_handler.opt["doors"]
    ]
    return next(
        (
            handler.opt["access"]
            for route, handler in handlers_of(application.tenant_app)
            if route.path == door[1] and door[0] in handler.http_methods
        ),
        *mounted,
    )


async def outbox_of(house: House) -> str:
    async with tenant_transaction(house.tenant.id) as tx:
        return str(await tx.rows("SELECT payload::text FROM outbox"))


def test_a_route_that_does_not_say_who_may_call_it_stops_the_start() -> None:
    @get("/forgotten", sync_to_thread=False)
    def forgotten() -> None:
        """A route whose author forgot the question."""

    with pytest.raises(ValueError, match="/forgotten"):
        assembling.assembled([forgotten])


def test_what_answers_whole_addresses_says_who_may_call_it() -> None:
    @asgi("/forgotten", is_mount=True, copy_scope=True)
    async def forgotten(scope: Any, receive: Any, send: Any) -> None:
        """A mount whose author forgot the question."""

    with pytest.raises(ValueError, match="/forgotten"):
        assembling.assembled([forgotten])


def test_every_id_in_an_address_is_one_that_the_gate_knows(app: Application) -> None:
    known = unknown_ids()
    unclassified = [
        f"{method} {path}"
        for method, path in doors(app.tenant_app)
        for name, _kind in PARAMETER.findall(path)
        if name not in known
    ]
    assert unclassified == []
