"""How our own processes speak to each other: a length of four bytes, then a message."""

import asyncio
from typing import BinaryIO, Final, TypeVar

import msgspec

LENGTH: Final = 4
Message = TypeVar("Message")


def packed(message: msgspec.Struct) -> bytes:
    """Write a message with its length before it."""
    body = msgspec.msgpack.encode(message)
    return len(body).to_bytes(LENGTH) + body


def read(pipe: BinaryIO, kind: type[Message]) -> Message | None:
    """Read one message; None once the other side has gone."""
    head = pipe.read(LENGTH)
    if len(head) < LENGTH:
        return None
    return msgspec.msgpack.decode(pipe.read(int.from_bytes(head)), type=kind)


async def receive(stream: asyncio.StreamReader, kind: type[Message]) -> Message:
    """Read one message.

    Raises:
        asyncio.IncompleteReadError: The other side has gone.
    """
    size = int.from_bytes(await stream.readexactly(LENGTH))
    return msgspec.msgpack.decode(await stream.readexactly(size), type=kind)
