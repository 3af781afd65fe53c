"""Letters to agents about their account and what they look after: each has a receipt (C-82)."""

from typing import Any
from uuid import UUID

import msgspec
from creneau_infra.outbox.rules import Lane

from creneau.agents.schemas import Agent
from creneau.database import Transaction
from creneau.i18n import Locale
from creneau.messages.receipts.schemas import NewReceipt
from creneau.messages.receipts.service import post
from creneau.messages.schemas import Reader

PREFIX = "mail."
OF_ACCOUNT = "agent_"
NOTE = "mail.agent_note"


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """A short letter to an agent about what they asked for or look after, in their language.

    `path` is that of a page of the tenant, which `link_label` names. It holds no personal data.
    """

    agent_id: UUID
    subject: str
    paragraphs: tuple[str, ...]
    link_label: str
    path: str


async def note(tx: Transaction, letter: Note, *, key: str) -> None:
    """Have a note sent after the commit; the same key again adds nothing."""
    await write_to(tx, letter.agent_id, NOTE, letter, key=key)


async def write_to(  # noqa: PLR0913 - what the letter and its receipt say
    tx: Transaction,
    agent_id: UUID | None,
    kind: str,
    payload: msgspec.Struct | dict[str, Any],
    *,
    key: str,
    lane: Lane = "message",
) -> None:
    """Have a letter sent after the commit; the same key again adds nothing.

    Its address is the agent's when it leaves. `agent_id` None: who it is for is looked up then.
    """
    receipt = NewReceipt(
        about="agent",
        occasion=kind.removeprefix(PREFIX).removeprefix(OF_ACCOUNT),
        address="",
        reader="agent",
        agent_id=agent_id,
    )
    await post(tx, kind, payload, receipt, key=key, lane=lane)


def reader_of(agent: Agent, otherwise: Locale | None = None) -> Reader:
    """Give an agent as a reader, in `otherwise` where they chose no language."""
    return Reader(
        key="agent",
        name=agent.display_name,
        email=agent.email,
        locale=agent.locale or otherwise,
        agent_id=agent.id,
    )
