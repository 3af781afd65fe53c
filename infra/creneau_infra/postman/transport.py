import asyncio

import msgspec

from creneau_infra import outgoing
from creneau_infra.mail.building import address, enveloped
from creneau_infra.mail.errors import UncertainError
from creneau_infra.mail.schemas import Message
from creneau_infra.mail.servers import MailServer, operators_server
from creneau_infra.mail.transports import SECONDS_FOR_A_MESSAGE
from creneau_infra.postman.client import Postman
from creneau_infra.postman.outcomes import require_accepted
from creneau_infra.postman.schemas import Errand


class PostmanTransport:
    """A mail server that the postman speaks with, so that no worker's end cuts a conversation off."""

    def __init__(self, postman: Postman, server: MailServer | str, sender: str) -> None:
        """Keep the server, or its address, and the platform's sender for messages that name none."""
        self._postman = postman
        self._server = operators_server(server) if isinstance(server, str) else server
        self._sender = sender

    async def send(self, message: Message) -> None:
        """Have one message handed over; one that a server has acknowledged leaves no more.

        Raises:
            MailRefusedError: The server refuses it for good.
            DeferredError: The server asks to come back with it.
            ServerAwayError: The server takes no message at the moment.
            UncertainError: The server went away before its last word, or has not said it in time; the
                postman waits on.
            PostmanAwayError: There is no postman, or he was lost over it.
        """
        errand = Errand(
            server=self._callable(),
            our_name=address(self._sender).domain,
            envelope=enveloped(message, self._sender),
        )
        try:
            async with asyncio.timeout(SECONDS_FOR_A_MESSAGE):
                told = await self._postman.carry(errand)
        except TimeoutError as error:
            raise UncertainError("too slow") from error
        require_accepted(told)

    def _callable(self) -> MailServer:
        # What the operator has opened stands in our settings, which the postman does not read.
        opened = outgoing.is_opened(self._server.host, self._server.port)
        return msgspec.structs.replace(
            self._server, may_be_private=self._server.may_be_private or opened
        )

    async def close(self) -> None:
        """Do nothing: connections are the postman's."""
