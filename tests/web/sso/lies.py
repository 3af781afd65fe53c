"""Walking to the lying provider and back."""

from typing import Any
from uuid import UUID

import httpx
from creneau.database import tenant_transaction

from tests.web.sso.cast import House, role_of
from tests.web.sso.liar import Liar
from tests.web.sso.real import asked_of
from tests.web.stage import Visitor


async def set_up(house: House, liar: Liar, **changes: Any) -> UUID:
    values: dict[str, Any] = {"userinfo": "none", **house.creating(await role_of(house))}
    return await house.provider(liar.issuer, **{**values, **changes})


async def begin(
    house: House, liar: Liar, provider_id: UUID, audience: str = "agents"
) -> tuple[Visitor, dict[str, str]]:
    visitor = house.visitor()
    start = await visitor.get(f"/{audience}/connexion/{provider_id}")
    assert start.status_code == 303, start.text
    asked = asked_of(start.headers["location"])
    liar.nonce = asked["nonce"]
    return visitor, asked


async def finish(
    house: House, visitor: Visitor, asked: dict[str, str], **changes: str
) -> httpx.Response:
    answer = {"code": "a-code", "state": asked["state"], **changes}
    async with house.at_platform() as platform:
        handed = await platform.get(asked["redirect_uri"], params=answer)
    if handed.status_code != 303:
        return handed
    return await visitor.get(handed.headers["location"])


async def nobody_came_in(house: House, visitor: Visitor) -> None:
    assert (await visitor.get("/agents")).status_code == 303
    async with tenant_transaction(house.tenant.id) as tx:
        linked = await tx.value("SELECT count(*) FROM external_identity")
        kept = await tx.value(
            "SELECT count(*) FROM sign_on_flow WHERE used_at IS NOT NULL AND answer IS NOT NULL"
        )
        alices = await tx.value("SELECT count(*) FROM agent WHERE email = 'new@exemple.fr'")
    assert (linked, kept, alices) == (0, 0, 0)
