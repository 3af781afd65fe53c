from collections.abc import Sequence
from datetime import timedelta

import pytest
from creneau.context import SYSTEM, Tenant, acting_for
from creneau.database import tenant_transaction
from creneau.history.queries import of_subject
from creneau.refusals import InvalidInput, NotFound
from creneau.tokens import service as tokens
from creneau.tokens.rules import SCOPES
from creneau_infra import clock

from tests.platform.cast import Stranger


async def test_a_token_opens_its_own_tenant_only(tenant: Tenant, stranger: Stranger) -> None:
    secret = await tokens.create_token(tenant, ["slots:read"], "agenda", 30)
    found = await tokens.authenticate(secret)
    assert found is not None
    assert found.scopes == {"slots:read"}
    with acting_for(stranger.tenant):
        assert await tokens.authenticate(secret) is None


@pytest.mark.feature("T-13")
async def test_only_a_digest_is_kept(tenant: Tenant) -> None:
    secret = await tokens.create_token(tenant, SCOPES, "agenda", 30)
    async with tenant_transaction() as tx:
        kept = await tx.rows(
            "SELECT api_token::text FROM api_token WHERE tenant_id = $1", tenant.id
        )
    assert secret not in str([row[0] for row in kept])


@pytest.mark.feature("T-13")
async def test_a_token_ends_with_its_days(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = await tokens.create_token(tenant, SCOPES, "", 2)
    now = clock.now()
    for days, lives in ((1, True), (3, False)):
        later = now + timedelta(days=days)
        monkeypatch.setattr(clock, "now", lambda moment=later: moment)
        assert (await tokens.authenticate(secret) is not None) is lives


async def test_a_revoked_token_ends_at_once_and_leaves_its_history(tenant: Tenant) -> None:
    secret = await tokens.create_token(tenant, SCOPES, "", 2)
    found = await tokens.authenticate(secret)
    assert found is not None
    await tokens.revoke(found.id, SYSTEM)
    assert await tokens.authenticate(secret) is None
    with pytest.raises(NotFound):
        await tokens.revoke(found.id, SYSTEM)
    async with tenant_transaction() as tx:
        entries = await of_subject(tx, "api_token", found.id)
    assert {entry.action for entry in entries} == {"api_token.created", "api_token.revoked"}


@pytest.mark.parametrize(
    ("scopes", "days", "field"),
    [
        ([], 1, "scopes"),
        (["everything"], 1, "scopes"),
        (["slots:read", "x"], 1, "scopes"),
        (["slots:read"], 0, "days"),
        (["slots:read"], 4000, "days"),
    ],
)
async def test_a_token_without_known_scopes_or_an_end_is_refused(
    tenant: Tenant, scopes: Sequence[str], days: int, field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        await tokens.create_token(tenant, scopes, "", days)
    assert list(refused.value.fields) == [field]
