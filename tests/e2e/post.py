"""The letters that a person gets: the worker delivers them, the mailbox keeps them."""

import asyncio
import re
from collections.abc import Generator
from contextlib import contextmanager
from email.message import EmailMessage

import pytest
from creneau_infra.mail.mailbox import Mailbox
from creneau_infra.mail.schemas import Letter
from creneau_infra.mail.transports import mailbox_of
from creneau_web.app import Application

CODE = re.compile(r"\b\d{6}\b")
SECONDS = 60
COME = asyncio.Condition()
"""Rung whenever something has come, be it a letter or an SMS."""


@contextmanager
def ringing() -> Generator[None, None, None]:
    """Ring for as long as the block lasts: the worker that brings letters is in this process."""
    keep = Mailbox.keep

    async def keep_and_ring(box: Mailbox, message: EmailMessage) -> str:
        kept = await keep(box, message)
        async with COME:
            COME.notify_all()
        return kept

    with pytest.MonkeyPatch.context() as package:
        package.setattr(Mailbox, "keep", keep_and_ring)
        yield


async def letters_to(server: Application, address: str) -> list[Letter]:
    """List a person's letters, the newest first."""
    box: Mailbox = mailbox_of(server.settings.data_dir)
    return [letter for letter in await box.letters() if address in letter.to]


async def letter_after(server: Application, address: str, known: int) -> Letter:
    """Wait for the letter that follows the `known` ones, as somebody waits for the post."""
    async with asyncio.timeout(SECONDS), COME:
        while len(found := await letters_to(server, address)) <= known:
            await COME.wait()
    return found[0]


def code_in(letter: Letter) -> str:
    """Read the code in a letter."""
    found = CODE.search(letter.text)
    assert found is not None, letter.text
    return found.group()


def links_in(letter: Letter) -> list[str]:
    """List the addresses of a letter that lead to its booking."""
    return re.findall(r"https?://\S+/lien/[\w-]+", letter.text)
