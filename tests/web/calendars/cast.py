"""Programs that read calendars, and what they make of them."""

from base64 import b64encode
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
from creneau.appointments import service as appointments
from creneau.appointments.schemas import SessionDraft
from creneau.calendars import service as calendars
from creneau.calendars.schemas import AccessDraft, Detail, Owner
from creneau.context import SYSTEM, Actor, Tenant
from icalendar import Calendar

from tests.days import today
from tests.web.backoffice.cast import Office, at
from tests.web.stage import Clients, Visitor

EMAIL = "bea@exemple.fr"
D = "{DAV:}"
C = "{urn:ietf:params:xml:ns:caldav}"
SPACES = 'xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav" xmlns:cs="http://calendarserver.org/ns/"'


async def address_of(agent: UUID, detail: Detail = "motive", name: str = "Téléphone") -> str:
    draft = AccessDraft(name=name, detail=detail)
    secret = await calendars.make(Owner("agent", agent), draft, Actor("agent", agent))
    return f"/calendrier/{secret}/rendez-vous.ics"


async def password_of(agent: UUID, name: str = "Thunderbird", **values: Any) -> str:
    draft = AccessDraft(kind="password", name=name, **values)
    return await calendars.make(Owner("agent", agent), draft, Actor("agent", agent))


def events_in(content: bytes) -> dict[str, Any]:
    """Read a calendar as another program does: its events by UID."""
    calendar = Calendar.from_ical(content)
    assert isinstance(calendar, Calendar)
    return {str(event["UID"]): event for event in calendar.events}


class Subscriber:
    """A program that subscribes: it keeps what it read, and asks only for what is new."""

    def __init__(self, visitor: Visitor, address: str) -> None:
        self.events: dict[str, Any] = {}
        self._visitor = visitor
        self._address = address
        self._known: dict[str, str] = {}

    async def refresh(self) -> httpx.Response:
        answer = await self._visitor.get(self._address, headers=self._known)
        if answer.status_code == 200:
            self.events = events_in(answer.content)
            self._known = {"if-none-match": answer.headers["etag"]}
        return answer


def basic(email: str, password: str) -> dict[str, str]:
    return {"authorization": f"Basic {b64encode(f'{email}:{password}'.encode()).decode()}"}


class Program:
    """A CalDAV program that sends the very requests that it is told to."""

    def __init__(self, visitor: Visitor, headers: dict[str, str]) -> None:
        self._visitor = visitor
        self._headers = headers

    async def asks(self, method: str, path: str, body: str = "", **headers: str) -> httpx.Response:
        sent = {**self._headers, **headers}
        return await self._visitor.request(method, path, content=body, headers=sent)


async def beas_program(client: Clients, office: Office, **values: Any) -> Program:
    password = await password_of(office.bea, **values)
    return Program(client(office.tenant), basic(EMAIL, password))


def agenda_of(owner: UUID, shown: UUID | None = None) -> str:
    return f"/caldav/{owner}/agendas/{shown or owner}/"


def uid(booking: UUID, tenant: Tenant) -> str:
    return f"{booking}@{tenant.slug}"


async def session_at(office: Office, hour: int) -> UUID:
    start = at(today() + timedelta(days=3), hour)
    draft = SessionDraft(
        motive_id=office.motive,
        place_id=office.place,
        resource_ids=(office.bea,),
        starts_at=start,
        ends_at=start + timedelta(hours=2),
        title="Atelier",
        capacity=12,
    )
    return await appointments.create_session(draft, SYSTEM)
