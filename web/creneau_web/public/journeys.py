"""What a visitor's session remembers of the path, so that nothing is typed twice (C-41)."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

import msgspec
from creneau.context import VISITOR, Actor
from litestar import Request

from creneau_web.auth import sessions
from creneau_web.auth.schemas import Session

AnyRequest = Request[Any, Any, Any]
KEY = "public"
REMEMBERED = 8


class TypedIdentity(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody typed about themselves, checked."""

    first_name: str
    last_name: str
    email: str
    phone: str = ""
    address: str = ""


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A booking on its way: what was chosen and answered so far; times are UTC.

    `session_id` names the group session, if it is one; `agent_id` with whom, where that was asked
    for. For whom it is: `person_id` when somebody
    signed in books, else `identity`; `proven_by` is whose address a code must prove.
    `invitation_id`: it is booked with an invitation, for `person_id` (S-11).
    """

    motive_id: UUID
    place_id: UUID
    appointment_id: UUID
    starts_at: datetime
    session_id: UUID | None = None
    agent_id: UUID | None = None
    person_id: UUID | None = None
    identity: TypedIdentity | None = None
    proven_by: str = ""
    invitation_id: UUID | None = None
    values: dict[str, str] = {}
    answered: bool = False
    accepted: bool = False
    confirmed: bool = False


class Memory(msgspec.Struct, frozen=True, kw_only=True):
    """All that the session keeps for the public pages; `identity` is what was typed last.

    `for_other`: it is somebody else's than the visitor's. `answers`: what plugins asked before the slots. `after_sign_in`: where signing in leads.
    `invitation_id`: the invitation that the visitor came with.
    """

    identity: TypedIdentity | None = None
    for_other: bool = False
    drafts: dict[str, Draft] = {}
    answers: dict[str, str] = {}
    sign_in_email: str = ""
    after_sign_in: str = ""
    invitation_id: UUID | None = None


class Journey:
    """A visitor's session with its memory of the path."""

    def __init__(self, request: AnyRequest, session: Session) -> None:
        self.request = request
        self.session = session
        self.memory = msgspec.convert(session.data.get(KEY) or {}, Memory)

    @classmethod
    async def begin(cls, request: AnyRequest) -> Self:
        """Take the visitor's session, or make one."""
        return cls(request, await sessions.ensure(request))

    @classmethod
    async def current(cls, request: AnyRequest) -> Self | None:
        """Take the visitor's session where there is one: reading a page makes none."""
        session = await sessions.current(request)
        return None if session is None else cls(request, session)

    @property
    def owner(self) -> bytes:
        """The digest under which this visitor's holds are kept (C-23)."""
        return self.session.digest

    @property
    def actor(self) -> Actor:
        """Who acts: the person signed in, or a visitor."""
        person_id = self.session.person_id
        return VISITOR if person_id is None else Actor("person", person_id)

    def draft(self, booking_id: UUID) -> Draft | None:
        """Find what is known of a booking on its way."""
        return self.memory.drafts.get(str(booking_id))

    def held_for(self, motive_id: UUID) -> dict[UUID, Draft]:
        """Find this visitor's unconfirmed holds for a motive."""
        return {
            UUID(key): draft
            for key, draft in self.memory.drafts.items()
            if draft.motive_id == motive_id and not draft.confirmed
        }

    async def keep_draft(self, booking_id: UUID, draft: Draft) -> None:
        """Remember a booking on its way; only the latest few are kept."""
        drafts = {**self.memory.drafts, str(booking_id): draft}
        await self.remember(drafts=dict(list(drafts.items())[-REMEMBERED:]))

    async def remember(self, **changes: object) -> None:
        """Change the memory and write it to the session."""
        self.memory = msgspec.structs.replace(self.memory, **changes)
        kept = {KEY: msgspec.to_builtins(self.memory)}
        self.session = await sessions.update_data(self.request, kept)
