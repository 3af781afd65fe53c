"""Whose eyes an agent looks through: their own, or for half an hour a colleague's (T-08)."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from creneau.agents import service as agents
from creneau.agents.seeing import service as seeing
from creneau.i18n import gettext as _
from creneau.roles.service import rights_of
from creneau_infra.clock import now
from litestar.connection import ASGIConnection

from creneau_web import flashes
from creneau_web.auth import service, sessions
from creneau_web.auth.schemas import Session
from creneau_web.visit import Visit

KEPT: Final = "seeing"
Connection = ASGIConnection[Any, Any, Any, Any]


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """A visit that runs in a session; `until` is UTC."""

    id: UUID
    agent_id: UUID
    until: datetime


def look_of(session: Session | None) -> Look | None:
    """Give the visit that a session is kept for, also one that has run out."""
    kept = session.data.get(KEPT) if session else None
    return msgspec.convert(kept, Look, strict=False) if kept else None


async def runs(connection: Connection) -> bool:
    """Tell whether whoever asks sees the back office as a colleague at this moment."""
    look = look_of(await sessions.current(connection))
    return look is not None and look.until > now()


async def through(here: Visit, session: Session) -> None:
    """Look through a colleague's eyes as long as the visit lasts, and both may still."""
    look = look_of(session)
    if look is None or here.agent is None:
        return
    if look.until <= now() or not await seeing.still_sees(here.agent.id, look.agent_id):
        await _over(here, session, look)
        return
    here.viewer, here.viewing_until = here.agent, look.until
    here.agent = await agents.agent(look.agent_id)
    here.rights = await rights_of(look.agent_id)


async def _over(here: Visit, session: Session, look: Look) -> None:
    if here.agent is not None:
        await seeing.end(look.id, here.agent.id)
    data = {name: value for name, value in session.data.items() if name != KEPT}
    await service.remember(session, data)
    here.session = msgspec.structs.replace(session, data=data)
    flashes.add("info", _("La visite est terminée : vous voyez à nouveau votre propre espace."))


async def begin(connection: Connection, viewer_id: UUID, seen_id: UUID) -> None:
    """Begin to see the back office as a colleague does; raises as `seeing.begin`."""
    begun = await seeing.begin(viewer_id, seen_id)
    look = Look(id=begun.id, agent_id=seen_id, until=begun.ends_at)
    await sessions.update_data(connection, {KEPT: msgspec.to_builtins(look)})


async def end(connection: Connection, viewer_id: UUID) -> None:
    """Come back to one's own eyes; nothing happens if the visit is over."""
    look = look_of(await sessions.current(connection))
    if look is not None:
        await seeing.end(look.id, viewer_id)
        await sessions.update_data(connection, {KEPT: None})
