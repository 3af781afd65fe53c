"""The session of a request: read when asked for, opened when something must be remembered."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec
from litestar.connection import ASGIConnection

from creneau_web import cookies, csrf
from creneau_web.auth import service
from creneau_web.auth.devices import device_of
from creneau_web.auth.schemas import Method, Opening, Session
from creneau_web.visit import Visit, visit

COOKIE = "session"
Connection = ASGIConnection[Any, Any, Any, Any]


async def current(_request: Connection) -> Session | None:
    """Give the request's session, or None; a cookie that names no living session counts as none."""
    here = visit()
    if not here.session_known:
        secret = cookies.get(here, COOKIE)
        here.session = await service.find_session(secret) if secret else None
        here.session_known = True
        if secret and here.session is None:
            cookies.drop(here, COOKIE)
    return here.session


async def ensure(request: Connection) -> Session:
    """Give the request's session, opening one if there is none."""
    return await current(request) or _keep(visit(), *await service.open_session())


async def update_data(request: Connection, values: Mapping[str, Any]) -> Session:
    """Remember values in the session beside those it has; None as a value forgets it."""
    session = await ensure(request)
    merged = {**session.data, **values}
    data = {name: value for name, value in merged.items() if value is not None}
    await service.remember(session, data)
    here = visit()
    here.session = msgspec.structs.replace(session, data=data)
    return here.session


async def sign_in_agent(request: Connection, agent_id: UUID, method: Method) -> Session:
    """Open an agent's session under a new id; what the visitor had before is left behind."""
    device = device_of(request.headers.get("user-agent", ""))
    return await begin(request, Opening(agent_id=agent_id, method=method, device=device))


async def begin(request: Connection, who: Opening) -> Session:
    """Open a session under a new id in the place of the one that the visitor had."""
    before = await current(request)
    if before is not None:
        await service.end_session(before)
    session = _keep(visit(), *await service.open_session(who=who))
    csrf.renew(visit())
    return session


async def sign_in_person(request: Connection, person_id: UUID) -> Session:
    """Note who the visitor is, under a new id; what the session holds stays with it."""
    session = await ensure(request)
    return await _replace(await service.rotate(session.id, person_id=person_id))


async def prove_email(session: Session, email: str) -> Session:
    """Note that a code has proven an address, under a new id; what the session holds stays."""
    return await _replace(await service.rotate(session.id, email=email))


async def rejoin(session_id: UUID) -> Session | None:
    """Take a session that this visitor's own form has just opened or renewed, under a new id."""
    rotated = await service.rotate(session_id)
    return _keep(visit(), *rotated) if rotated else None


async def _replace(rotated: tuple[Session, str] | None) -> Session:
    # A session that ended meanwhile proves nothing: the visitor goes on as a stranger.
    return _keep(visit(), *(rotated or await service.open_session()))


async def sign_out(request: Connection) -> None:
    """End the session, here and on the server."""
    session = await current(request)
    here = visit()
    if session is not None:
        await service.end_session(session)
    here.session = None
    here.agent = None
    cookies.drop(here, COOKIE)
    csrf.renew(here)


def _keep(here: Visit, session: Session, secret: str) -> Session:
    cookies.put(here, COOKIE, secret)
    here.session = session
    here.session_known = True
    return session
