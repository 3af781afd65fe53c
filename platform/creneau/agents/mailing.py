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
