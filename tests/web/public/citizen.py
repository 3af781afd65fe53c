"""A citizen who walks the public path by its forms, as a browser without JavaScript does."""

import html
import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import httpx
import msgspec
from creneau.appointments import service as appointments
from creneau.database import tenant_transaction

from tests.platform.cast import Town, new_motive
from tests.platform.planning import open_for, soon
from tests.web.stage import Visitor

JEANNE = {"first_name": "Jeanne", "last_name": "Dupont", "email": "jeanne@exemple.fr", "phone": ""}
SLOT = re.compile(r'name="slot" value="([^"]+)"')


def path_to(town: Town, motive: UUID | None = None) -> str:
    return f"/rdv/{motive or town.motive}/{town.place}"


def slots_in(answer: httpx.Response) -> list[str]:
    """List the slots whose buttons a page has, each once, in the order of the page."""
    return list(dict.fromkeys(SLOT.findall(answer.text)))


def words(answer: httpx.Response) -> str:
    """Give the words of a page, without its tags."""
    text = re.sub(r"<[^>]+>", " ", answer.text)
    return " ".join(html.unescape(text).split())


async def newest_code(email: str) -> str:
    """Read the code of the newest mail to an address where the mails wait to be sent."""
    async with tenant_transaction() as tx:
        return await tx.value(
            """
            SELECT payload ->> 'code' FROM outbox
            WHERE tenant_id = $1 AND kind = 'mail.email_code' AND payload ->> 'email' = $2
            ORDER BY id DESC LIMIT 1
            """,
            tx.tenant_id,
            email,
        )


async def codes_sent() -> int:
    async with tenant_transaction() as tx:
        return await tx.value(
            "SELECT count(*) FROM outbox WHERE tenant_id = $1 AND kind = 'mail.email_code'",
            tx.tenant_id,
        )


async def hold_first(visitor: Visitor, town: Town, motive: UUID | None = None) -> str:
    """Choose the first free time, and give the address of the held booking."""
    path = path_to(town, motive)
    return await hold(visitor, path, slots_in(await visitor.get(path))[0])


async def hold(visitor: Visitor, path: str, slot: str) -> str:
    answer = await visitor.submit(f"{path}/reservation", {"slot": slot})
    assert answer.status_code == 303, words(answer)
    return answer.headers["location"].removesuffix("/suite")


async def identify(
    visitor: Visitor, booking: str, identity: Mapping[str, str] = JEANNE
) -> httpx.Response:
    """Give one's name and type the code that comes."""
    answer = await visitor.submit(booking, identity)
    assert answer.headers["location"] == f"{booking}/code", words(answer)
    return await visitor.submit(f"{booking}/code", {"code": await newest_code(identity["email"])})


async def book_first(visitor: Visitor, town: Town) -> str:
    """Walk the whole path for a motive without instructions, and give the booking's address."""
    booking = await hold_first(visitor, town)
    await identify(visitor, booking)
    answer = await visitor.submit(f"{booking}/confirmation")
    assert answer.headers["location"] == f"{booking}/termine", words(answer)
    return booking


def id_of(booking: str) -> UUID:
    return UUID(booking.rpartition("/")[2])


async def expire_holds() -> None:
    """Let the time of every hold of the tenant run out."""
    async with tenant_transaction() as tx:
        for table in ("booking", "allocation"):
            await tx.execute(
                f"UPDATE {table} SET held_until = now() - interval '1 second' "
                "WHERE tenant_id = $1 AND held_until IS NOT NULL",
                tx.tenant_id,
            )


async def link_of(booking: UUID) -> str:
    """Give the address of the link that a message about a booking carries."""
    async with tenant_transaction() as tx:
        return f"/lien/{await appointments.link_for(tx, booking)}"


async def sign_in(visitor: Visitor, email: str = JEANNE["email"]) -> httpx.Response:
    """Open one's own appointments by the code that comes by mail."""
    await visitor.submit("/mes-rendez-vous/connexion", {"email": email})
    return await visitor.submit("/mes-rendez-vous/code", {"code": await newest_code(email)})


async def motive_in(town: Town, **changes: Any) -> Town:
    """Open another motive at once, and give the town with it as its own."""
    motive = await new_motive(town.organisation, town.registry, name="Autre motif", **changes)
    await open_for(town, town.bob, soon(), motive_ids=[motive])
    return msgspec.structs.replace(town, motive=motive)
