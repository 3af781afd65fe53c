"""Sessions and e-mail codes: revocable rows that hold digests, never secrets."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from creneau.context import Actor
from creneau.database import tenant_transaction
from creneau.history.queries import record
from creneau.i18n import current_locale
from creneau.messages.receipts.schemas import NewReceipt
from creneau.messages.receipts.service import post
from creneau.messages.schemas import CodeMail
from creneau.refusals import NotFound
from creneau_infra.clock import now
from creneau_infra.tokens import code_digest, digest, new_code, new_token, same

from creneau_web.auth import queries
from creneau_web.auth.errors import CodeExpired, CodeWrong
from creneau_web.auth.schemas import Code, Opening, OpenSession, Session

ENDED_IS_KEPT: Final = timedelta(days=1)
AGENT_LIFETIME = timedelta(hours=12)
VISITOR_LIFETIME = timedelta(hours=24)
CODE_MINUTES = 15
TOUCHED_EVERY = timedelta(minutes=5)
TRIES_PER_CODE = 5


async def open_session(
    agent_id: UUID | None = None, who: Opening | None = None
) -> tuple[Session, str]:
    """Open a session and give it with its secret, which only the visitor keeps.

    Without more, it is that of an agent who has proven all that can be asked, or of a visitor.
    """
    who = who or Opening(agent_id=agent_id)
    secret = new_token()
    moment = now()
    expires_at = moment + (AGENT_LIFETIME if who.agent_id else VISITOR_LIFETIME)
    async with tenant_transaction() as tx:
        session = await queries.add_session(tx, digest(secret), moment, expires_at, who)
    return session, secret


async def find_session(secret: str) -> Session | None:
    """Find a living session by its secret; an unknown one is never adopted."""
    moment = now()
    async with tenant_transaction() as tx:
        session = await queries.session_of(tx, digest(secret), moment)
        if session is not None and moment - session.seen_at > TOUCHED_EVERY:
            await queries.touch(tx, session.id, moment)
    return session


async def look_at(secret: str) -> Session | None:
    """Find a living session as `find_session` does, without its living longer for that."""
    async with tenant_transaction() as tx:
        return await queries.session_of(tx, digest(secret), now())


async def remember(session: Session, data: Mapping[str, Any]) -> None:
    """Keep data with a session."""
    async with tenant_transaction() as tx:
        await queries.set_data(tx, session.id, data)


async def rotate(
    session_id: UUID, *, email: str | None = None, person_id: UUID | None = None
) -> tuple[Session, str] | None:
    """Give a session another secret, with what it has newly proven; None if it has ended."""
    secret = new_token()
    async with tenant_transaction() as tx:
        rotated = await queries.rotate(tx, session_id, digest(secret), email, person_id)
    return (rotated, secret) if rotated else None


async def end_session(session: Session) -> None:
    """End a session for good."""
    async with tenant_transaction() as tx:
        await queries.revoke(tx, session.id, now())


async def open_sessions(agent_id: UUID) -> list[OpenSession]:
    """List the living sessions of an agent, the last one in use first (C-70)."""
    async with tenant_transaction() as tx:
        return await queries.open_sessions(tx, agent_id, now())


async def end_own(agent_id: UUID, session_id: UUID) -> None:
    """End one of an agent's own sessions, wherever it was opened (C-70).

    Raises:
        NotFound: It is not theirs, or over.
    """
    async with tenant_transaction() as tx:
        if not await queries.revoke_own(tx, agent_id, session_id, now()):
            raise NotFound
        await record(tx, Actor("agent", agent_id), "agent.session_ended", "agent", agent_id)


async def end_others(agent_id: UUID, kept: UUID) -> int:
    """End every session of an agent but the present one, and tell how many there were."""
    async with tenant_transaction() as tx:
        ended = await queries.revoke_others(tx, agent_id, kept, now())
        if ended:
            actor, details = Actor("agent", agent_id), {"sessions": ended}
            await record(tx, actor, "agent.other_sessions_ended", "agent", agent_id, details)
    return ended


async def forget_old_sessions(tenant_id: UUID) -> int:
    """Delete a tenant's sessions that ended more than a day ago, and tell how many."""
    async with tenant_transaction(tenant_id) as tx:
        return await queries.forget_sessions(tx, now() - ENDED_IS_KEPT)


async def write_code(session: Session, email: str, secret_key: str) -> None:
    """Make a code for an address and have it mailed; the outbox carries it until it is sent."""
    code = new_code()
    moment = now()
    async with tenant_transaction() as tx:
        kept = code_digest(code, _salt(session, email), secret_key)
        code_id = await queries.add_code(
            tx,
            session.id,
            email=email,
            digest=kept,
            now=moment,
            expires_at=moment + timedelta(minutes=CODE_MINUTES),
        )
        mail = CodeMail(email=email, code=code, locale=current_locale.get(), minutes=CODE_MINUTES)
        receipt = NewReceipt(about="code", occasion="code", address=email)
        await post(tx, "mail.email_code", mail, receipt, key=f"email_code:{code_id}", lane="prompt")


async def accept_code(session: Session, email: str, typed: str, secret_key: str) -> None:
    """Use up the code that was mailed to an address in this session.

    Raises:
        CodeExpired: There is no code left to try.
        CodeWrong: It is another code.
    """
    kept = code_digest("".join(typed.split()), _salt(session, email), secret_key)
    # A refused try must still count: nothing is raised before the transaction is over.
    async with tenant_transaction() as tx:
        code = await queries.try_code(tx, session.id, email, now())
        refusal = _refusal(code, kept)
        if code is not None and refusal is not CodeWrong:
            await queries.use_code(tx, code.id, now())
    if refusal is not None:
        raise refusal


def _refusal(code: Code | None, typed: bytes) -> type[CodeExpired | CodeWrong] | None:
    if code is None or code.attempts > TRIES_PER_CODE:
        return CodeExpired
    return None if same(typed, code.digest) else CodeWrong


def _salt(session: Session, email: str) -> bytes:
    return session.id.bytes + email.encode()
