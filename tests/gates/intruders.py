"""Who tries the doors of gate R-7, with whose keys, and what they may learn: nothing."""

import secrets
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from io import BytesIO
from itertools import count
from typing import Any, Final
from uuid import UUID, uuid4

import httpx
from creneau.agents import service as agents
from creneau.agents.links import service as links
from creneau.agents.schemas import AgentDraft
from creneau.appointments import service as appointments
from creneau.appointments.schemas import Booking, ConfirmRequest, HoldRequest
from creneau.calendars import service as calendars
from creneau.calendars.schemas import AccessDraft, BusyDraft, Owner
from creneau.context import SYSTEM, VISITOR, Tenant, acting_for
from creneau.database import tenant_transaction
from creneau.imports import service as imports
from creneau.messages.jobs import BOOKING_MAIL
from creneau.messages.receipts import service as receipts
from creneau.messages.receipts.schemas import NewReceipt
from creneau.messages.schemas import BookingMail
from creneau.people.schemas import Identity
from creneau.planning import service as planning
from creneau.planning.drafts import AbsenceDraft, ClosureDraft, OpeningDraft
from creneau.questions import service as questions
from creneau.questions.schemas import QuestionDraft
from creneau.roles import service as roles
from creneau.roles.schemas import RoleDraft
from creneau.sharing.rules import short_name
from creneau.testing.factories import Town, first_slot, new_booking, new_town
from creneau.tokens import service as tokens
from creneau.tokens.queries import add_token
from creneau.waiting import service as waiting
from creneau.waiting.schemas import WaitingRequest
from creneau.webhooks import service as webhooks
from creneau.webhooks.schemas import EndpointDraft
from creneau_infra import clock
from creneau_infra.tokens import digest, new_token
from creneau_tenants.looks import service as looks
from creneau_tenants.mailing import queries as mailing_queries
from creneau_tenants.mailing import service as mailing
from creneau_tenants.mailing.schemas import Confirmation
from creneau_tenants.sign_on import service as sign_on
from creneau_tenants.sign_on.schemas import ProviderSettings
from creneau_web import flashes
from creneau_web.app import Application
from creneau_web.auth import service as auth
from creneau_web.auth.sessions import COOKIE
from PIL import Image

from tests.gates.persons import UNKNOWN_OF_PERSONS, ids_of_persons
from tests.gates.verticals import UNKNOWN, far, ids_of_verticals
from tests.web.stage import Visitor, new_address, new_tenant

NO_RIGHTS: Final = "nothing"
PASSWORD: Final = "une longue phrase de passe"
SCOPES: Final = (
    *("bookings:read", "bookings:write"),
    *("motives:read", "places:read", "slots:read"),
)
Ids = Mapping[str, str]


@dataclass(frozen=True)
class House:
    """A tenant with something in it, and the keys to all that: its ids by what routes call them."""

    tenant: Tenant
    town: Town
    ids: Ids
    calendar_program: str
    """The address and the password of a program that reads an agent's agenda."""


async def furnish(canary: str) -> House:
    """Make a tenant with a booked appointment, a held one, a link, and `canary` in every name."""
    tenant = await new_tenant()
    zoe = ConfirmRequest(
        identity=Identity(first_name=canary, last_name=f"{canary}-Petit", phone="+33601020304"),
        instructions_accepted=True,
    )
    with acting_for(tenant):
        town = await new_town()
        booking = await new_booking(town, zoe)
        await _hold(town)
        wanted = WaitingRequest(motive_id=town.motive_id, person_id=booking.person_id)
        waits = await waiting.ask(wanted, VISITOR)
        closure_id = await planning.create_closure(_closure(canary, town), SYSTEM)
        planned_day = far().date() + timedelta(days=next(_houses))
        opening_id, absence_id = await _planned(canary, town, planned_day)
        question = QuestionDraft(label=f"Pourquoi {canary} ?")
        question_id = await questions.ask(town.motive_id, question, SYSTEM)
        async with tenant_transaction() as tx:
            token = await appointments.link_for(tx, booking.id)
            waiting_token = await waiting.link_for(tx, waits.id)
            told = BookingMail(
                occasion="confirmed", booking_id=booking.id, sequence=0, reader="person"
            )
            message_id = await receipts.post(
                tx, BOOKING_MAIL, told, _receipt(booking, canary), key="told"
            )
            for table in ("motive", "place", "organisation", "service"):
                await tx.execute(f"UPDATE {table} SET name = name || ' {canary}'")
            await tx.execute(
                "INSERT INTO role (tenant_id, code, name) VALUES ($1, $2, $2)", tenant.id, NO_RIGHTS
            )
        logo = await _logo(len(canary))
        role = await roles.create_role(RoleDraft(name=f"Rôle {canary}"), SYSTEM)
        await tokens.create_token(tenant, SCOPES[:1], f"Jeton {canary}", 30)
        token_id = (await tokens.tokens())[0].id
        sent = f"Nom\n{canary}\n".encode()
        provider_id = await sign_on.add(_provider(canary), "a secret", SYSTEM)
        session, _secret = await auth.open_session(town.alice_id)
        async with tenant_transaction() as tx:
            asked_at = clock.now()
            invited = await links.link_for(tx, town.alice_id, "invitation", asked_at)
            reset = await links.link_for(tx, town.alice_id, "password", asked_at)
        owner = Owner("agent", town.alice_id)
        calendar = await calendars.make(owner, AccessDraft(name=canary), SYSTEM)
        access_id = (await calendars.accesses_of(owner))[0].id
        calendar_program = await _calendar_program(town)
        elsewhere = BusyDraft(name=canary, address="https://agenda.example/a.ics")
        source_id = await calendars.add_source(town.alice_id, elsewhere, SYSTEM)
        sender_token = await _sender_token(canary)
        import_id = await imports.send("places", f"{canary}.csv", sent, town.alice_id)
        webhook_id, delivery_id = await _webhook(canary)
        of_persons = await ids_of_persons(canary, town, booking.person_id)
        of_verticals = await ids_of_verticals(canary, town)
    ids = {
        "booking_id": str(booking.id),
        "message_id": str(message_id),
        "motive_id": str(town.motive_id),
        "place_id": str(town.place_id),
        "organisation_id": str(town.organisation_id),
        "service_id": str(town.service_id),
        "closure_id": str(closure_id),
        "opening_id": str(opening_id),
        "absence_id": str(absence_id),
        "day": planned_day.isoformat(),
        "question_id": str(question_id),
        "person_id": str(booking.person_id),
        "agent_id": str(town.alice_id),
        "waiting_id": str(waits.id),
        "token": token,
        "waiting_token": waiting_token,
        "session_id": str(session.id),
        "sender_token": sender_token,
        "invitation_token": invited,
        "reset_token": reset,
        "domain": f"{tenant.slug}.localhost",
        # Modules are the same for everybody: no house has one of its own.
        "plugin_name": "nobodys",
        "short_name": short_name(town.place_id),
        "logo_digest": logo,
        "role_id": str(role),
        "token_id": str(token_id),
        "import_id": str(import_id),
        "provider_id": str(provider_id),
        "webhook_id": str(webhook_id),
        "delivery_id": str(delivery_id),
        **of_verticals,
        **of_persons,
        # Kinds of files are the same for everybody, as modules are.
        "import_kind": "nobodys",
        "message_name": "nobodys",
        "message_locale": "nobodys",
        "calendar_secret": calendar,
        "access_id": str(access_id),
        "source_id": str(source_id),
    }
    return House(tenant, town, ids, calendar_program)


async def _calendar_program(town: Town) -> str:
    draft = AgentDraft(
        email=f"{uuid4().hex[:12]}@example.fr",
        first_name="Bea",
        last_name="Durand",
        password=PASSWORD,
        service_ids=(town.service_id,),
        memberships=((town.organisation_id, "agent"),),
    )
    owner = Owner("agent", await agents.create_agent(draft, SYSTEM))
    access = AccessDraft(kind="password", name="Thunderbird", colleagues=True)
    return f"{draft.email}:{await calendars.make(owner, access, SYSTEM)}"


def _receipt(booking: Booking, canary: str) -> NewReceipt:
    return NewReceipt(
        about="booking",
        occasion="confirmed",
        address=f"{canary}@example.org",
        reader_name=canary,
        booking_id=booking.id,
        person_id=booking.person_id,
    )


async def _webhook(canary: str) -> tuple[UUID, UUID]:
    async def outside(_host: str, _port: int) -> list[str]:
        return ["9.9.9.9"]

    told = EndpointDraft(
        address=f"https://{canary.lower()}.example/hook",
        description=canary,
        events=("booking.created",),
    )
    made, _secret = await webhooks.create(told, SYSTEM, outside)
    return made, await webhooks.send_test(made, SYSTEM)


def _provider(canary: str) -> ProviderSettings:
    return ProviderSettings(
        label=f"Annuaire {canary}", issuer="https://annuaire.example", client_id=canary
    )


async def _sender_token(canary: str) -> str:
    address = f"rdv@{canary.lower()}.example"
    await mailing.choose_address(address, SYSTEM, seen=None)
    secret = new_token()
    wanted = Confirmation(address=address, asked_at=clock.now())
    async with tenant_transaction() as tx:
        await mailing_queries.insert_confirmation(tx, digest(secret), wanted)
    return secret


async def _logo(side: int) -> str:
    drawn = BytesIO()
    Image.new("RGB", (side, side)).save(drawn, "PNG")
    await looks.put_logo(drawn.getvalue())
    await looks.publish_draft(SYSTEM)
    return (await looks.published()).branding.logo


def _closure(canary: str, town: Town) -> ClosureDraft:
    starts_at = far()
    return ClosureDraft(
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        label=canary,
        organisation_id=town.organisation_id,
    )


_houses = count(1)


async def _planned(canary: str, town: Town, day: date) -> tuple[UUID, UUID]:
    rule = "FREQ=DAILY;COUNT=1"
    opening = OpeningDraft(
        resource_id=town.alice_id,
        place_id=town.place_id,
        motive_ids=(town.motive_id,),
        title=canary,
        first_day=day,
        start_time=time(9),
        end_time=time(12),
        recurrence=rule,
    )
    absence = AbsenceDraft(
        resource_id=town.alice_id,
        title=canary,
        first_day=day,
        start_time=time(20),
        last_day=day,
        end_time=time(21),
        time_zone="Europe/Paris",
        recurrence=rule,
    )
    return (
        await planning.create_opening(opening, SYSTEM),
        await planning.create_absence(absence, SYSTEM),
    )


async def _hold(town: Town) -> UUID:
    slot = await first_slot(town)
    wanted = HoldRequest(
        motive_id=town.motive_id,
        starts_at=slot.starts_at,
        place_id=slot.place_id,
        owner=uuid4().bytes,
    )
    return (await appointments.hold(wanted, VISITOR)).id


def unknown_ids() -> Ids:
    """Give ids that nobody has, under every name."""
    names = ("booking_id", "motive_id", "place_id", "organisation_id", "service_id", "closure_id")
    names = (*names, "person_id", "agent_id", "waiting_id", "role_id", "token_id", "import_id")
    names = (*names, "question_id", "provider_id", "session_id", "message_id", "access_id")
    names = (*names, "webhook_id", "delivery_id", "source_id", "opening_id", "absence_id")
    others = {name: str(uuid4()) for name in (*names, *UNKNOWN, *UNKNOWN_OF_PERSONS)}
    links_to = ("sender_token", "token", "waiting_token", "calendar_secret", "invited_token")
    links_to = (*links_to, "invitation_token", "reset_token")
    secret = {name: secrets.token_urlsafe(32) for name in links_to}
    settings = {
        "day": far().date().isoformat(),
        "domain": "unknown.localhost",
        "import_kind": "none",
        "message_name": "none",
        "message_locale": "none",
        "plugin_name": "none",
        "short_name": "0000-0000",
        "logo_digest": "0" * 32,
    }
    return {**others, **secret, **settings}


@dataclass(frozen=True)
class Intruder:
    """Somebody at a tenant's address, with a session or a token or neither."""

    name: str
    visitor: Visitor
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    below: str = ""
    """Where a key means anything; elsewhere who holds it is anonymous."""

    async def tries(self, method: str, path: str, values: Mapping[str, Any]) -> httpx.Response:
        """Call a route with all the ids there are, wherever a route may look for them."""
        headers = {**self.headers, "origin": self.visitor.origin}
        # What the answer before wanted to be shown next is not this answer's.
        if flashes.COOKIE in self.visitor.cookies:
            self.visitor.cookies.delete(flashes.COOKIE)
        if method == "GET":
            return await self.visitor.get(path, params=values, headers=headers)
        if path.startswith("/api/"):
            return await self.visitor.request(method, path, json=dict(values), headers=headers)
        data = {"csrf_token": self.visitor.form_token(), **values}
        return await self.visitor.request(method, path, data=data, headers=headers)


async def intruders_at(app: Application, house: House, other: House) -> list[Intruder]:
    """Gather those who try the doors of `house`; the stranger has keys of `other` only."""

    def visitor() -> Visitor:
        return Visitor(app, f"{house.tenant.slug}.{app.settings.base_domain}", new_address())

    def program(name: str, token: str) -> Intruder:
        return Intruder(name, visitor(), {"authorization": f"Bearer {token}"})

    def calendar_program(name: str, owner: House) -> Intruder:
        key = b64encode(owner.calendar_program.encode()).decode()
        return Intruder(name, visitor(), {"authorization": f"Basic {key}", "depth": "1"}, "/caldav")

    signed_in = {
        "stranger": await _session(other, "administrator"),
        "colleague without rights": await _session(house, NO_RIGHTS),
        "administrator": await _session(house, "administrator"),
    }
    return [
        Intruder("anonymous", visitor()),
        *[_with_session(Intruder(name, visitor()), secret) for name, secret in signed_in.items()],
        program("program of another tenant", await _token(other, SCOPES)),
        program("program without scopes", await _token(house, ("nothing:read",))),
        program("program", await _token(house, SCOPES)),
        calendar_program("calendar program of another tenant", other),
        calendar_program("calendar program", house),
    ]


def _with_session(intruder: Intruder, secret: str) -> Intruder:
    intruder.visitor.cookies.set(COOKIE, secret, domain=str(intruder.visitor.base_url.host))
    return intruder


async def _session(house: House, role: str) -> str:
    with acting_for(house.tenant):
        draft = AgentDraft(
            email=f"{uuid4().hex[:12]}@example.fr",
            first_name="Bob",
            last_name="Durand",
            password=PASSWORD,
            service_ids=(house.town.service_id,),
            memberships=((house.town.organisation_id, role),),
        )
        _, secret = await auth.open_session(await agents.create_agent(draft, SYSTEM))
    return secret


async def _token(house: House, scopes: tuple[str, ...]) -> str:
    # Past the check of scopes: a token that opens nothing is one of the keys to try.
    secret = new_token()
    async with tenant_transaction(house.tenant.id) as tx:
        tomorrow = clock.now() + timedelta(days=1)
        await add_token(tx, digest(secret), "", scopes, tomorrow)
    return secret
