"""A worker of one mail, in a process of its own: `python -m tests.infra.sender <way> <folder> <port> <id>`.

It is there to be killed; `postman` and `direct` are the ways.
"""

import asyncio
import sys
from functools import partial
from pathlib import Path

from creneau_infra.mail.acknowledged import Acknowledged, folder_of, once
from creneau_infra.mail.schemas import Message
from creneau_infra.mail.transports import SmtpTransport
from creneau_infra.postman.client import Postman
from creneau_infra.postman.transport import PostmanTransport

SENDER = "Créneau <ne-pas-repondre@example.org>"


def mail(message_id: str | None) -> Message:
    """Write a mail with what nobody may find anywhere afterwards."""
    return Message(
        to="zoe@example.org",
        subject="Bonjour Zoé",
        text="Votre rendez-vous, le 4 mai.",
        message_id=message_id,
    )


async def main(way: str, folder: Path, port: str, message_id: str) -> None:
    """Send it, once."""
    found = partial(PostmanTransport, Postman(folder)) if way == "postman" else SmtpTransport
    transport = found(f"smtp://127.0.0.1:{port}?starttls=never", SENDER)
    await once(transport.send, Acknowledged(folder_of(folder)))(mail(message_id))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3], sys.argv[4]))
