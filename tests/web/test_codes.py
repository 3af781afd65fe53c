"""E-mail codes: good once, for one session and one address, for a while, and not for guessers."""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from creneau.context import Tenant
from creneau.database import tenant_transaction
from creneau.refusals import InvalidInput
from creneau_infra.clock import now
from creneau_web import outbox
from creneau_web.app import Application
from creneau_web.auth import codes, queries, service
from creneau_web.auth.errors import CodeExpired, CodeWrong, TooManyRequests
from creneau_web.auth.schemas import Session
from creneau_web.visit import Visit, current_visit

from tests.web.stage import new_address

EMAIL = "zoe@example.org"


@contextmanager
def asking(app: Application) -> Generator[Visit, None, None]:
    visit = Visit(settings=app.settings, request_id="test", address=new_address())
    token = current_visit.set(visit)
    try:
        yield visit
    finally:
        current_visit.reset(token)


async def sent_code(session: Session, email: str = EMAIL) -> str:
    await codes.send_code(session, email)
    async with tenant_transaction() as tx:
        payload = await tx.value(
            "SELECT payload FROM outbox WHERE kind = 'mail.email_code' ORDER BY id DESC LIMIT 1"
        )
    assert payload["email"] == email
    return str(payload["code"])


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


async def test_the_right_code_proves_the_address_under_a_new_id(
    app: Application, tenant: Tenant
) -> None:
    del tenant
    with asking(app):
        session, secret = await service.open_session()
        code = await sent_code(session)
        proven = await codes.check_code(session, f" {EMAIL.upper()} ", f"{code[:3]} {code[3:]}")
        assert proven.email == EMAIL
        assert proven.digest == session.digest
        assert await service.find_session(secret) is None


async def test_a_code_is_good_once_and_the_last_one_only(app: Application, tenant: Tenant) -> None:
    del tenant
    with asking(app):
        session, _ = await service.open_session()
        first, second = await sent_code(session), await sent_code(session)
        if first != second:
            with pytest.raises(CodeWrong):
                await codes.check_code(session, EMAIL, first)
        await codes.check_code(session, EMAIL, second)
        with pytest.raises(CodeExpired):
            await codes.check_code(session, EMAIL, second)


async def test_a_code_is_for_its_session_and_address_only(app: Application, tenant: Tenant) -> None:
    del tenant
    with asking(app):
        session, _ = await service.open_session()
        other, _ = await service.open_session()
        code = await sent_code(session)
        with pytest.raises(CodeExpired):
            await codes.check_code(other, EMAIL, code)
        with pytest.raises(CodeExpired):
            await codes.check_code(session, "somebody.else@example.org", code)


async def test_five_wrong_tries_end_a_code(app: Application, tenant: Tenant) -> None:
    del tenant
    with asking(app):
        session, _ = await service.open_session()
        code = await sent_code(session)
        for _try in range(5):
            with pytest.raises(CodeWrong):
                await codes.check_code(session, EMAIL, wrong(code))
        with pytest.raises(CodeExpired):
            await codes.check_code(session, EMAIL, code)


async def test_a_hundred_wrong_codes_are_throttled(app: Application, tenant: Tenant) -> None:
    del tenant
    with asking(app):
        session, _ = await service.open_session()
        refusals: set[str] = set()
        for _try in range(100):
            with pytest.raises((CodeExpired, CodeWrong, TooManyRequests)) as refused:
                await codes.check_code(session, EMAIL, "000000")
            refusals.add(refused.type.__name__)
    assert "TooManyRequests" in refusals


async def test_a_mailbox_is_not_flooded_with_codes(app: Application, tenant: Tenant) -> None:
    del tenant
    with asking(app):
        session, _ = await service.open_session()
        for _try in range(6):
            await codes.send_code(session, EMAIL)
        with pytest.raises(TooManyRequests):
            await codes.send_code(session, EMAIL)


async def test_an_old_code_is_good_for_nothing(app: Application, tenant: Tenant) -> None:
    del tenant
    with asking(app):
        session, _ = await service.open_session()
        code = await sent_code(session)
        async with tenant_transaction() as tx:
            found = await queries.try_code(tx, session.id, EMAIL, now() + timedelta(minutes=16))
        assert found is None
        await codes.check_code(session, EMAIL, code)


@pytest.mark.parametrize("typed", ["", "zoe", "zoe@example", "a@b.fr\nBcc: x@y.fr", "a b@c.fr"])
async def test_what_is_no_address_is_refused(app: Application, tenant: Tenant, typed: str) -> None:
    del tenant
    with asking(app):
        session, _ = await service.open_session()
        with pytest.raises(InvalidInput) as refused:
            await codes.send_code(session, typed)
    assert "email" in refused.value.fields


async def test_the_workers_chores_forget_sessions_that_ended_a_day_ago(
    app: Application, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    del app
    session, secret = await service.open_session()
    await service.open_session()
    await service.end_session(session)
    assert await service.find_session(secret) is None
    await all_chores(tenant)
    assert await sessions_of(tenant) == 2
    tomorrow = now() + timedelta(days=1, seconds=1)
    monkeypatch.setattr(service, "now", lambda: tomorrow)
    await all_chores(tenant)
    assert await sessions_of(tenant) == 1


async def all_chores(tenant: Tenant) -> None:
    for chore in outbox.CHORES:
        await chore(tenant.id)


async def sessions_of(tenant: Tenant) -> int:
    async with tenant_transaction(tenant.id) as tx:
        return await tx.value("SELECT count(*) FROM session WHERE tenant_id = $1", tx.tenant_id)
