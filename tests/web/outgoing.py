"""A way out for mails that keeps what is sent."""

from creneau_infra.mail.schemas import Message


class Outgoing:
    """A way out that keeps what is sent."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    async def send(self, message: Message) -> None:
        self.messages.append(message)

    async def close(self) -> None:
        """Keep nothing open."""
