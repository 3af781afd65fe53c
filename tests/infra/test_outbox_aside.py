"""Poison is set aside with its reason, seen, and brought back."""

import io
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Literal
from uuid import UUID, uuid4

import pytest
from creneau_infra import logs
from creneau_infra.errors import PermanentError
from creneau_infra.mail.errors import ServerAwayError
from creneau_infra.outbox import service
from creneau_infra.outbox.rules import MOST_ATTEMPTS, MOST_LAPSES
from creneau_infra.postgres.transactions import tenant_transaction

pytestmark = pytest.mark.usefixtures("pool")

TIRED = "UPDATE outbox SET attempts = $2 WHERE tenant_id = $1"
LAPSED = "UPDATE outbox SET lease_until = now() - interval '1 second' WHERE tenant_id = $1"
LONG_AGO = "UPDATE outbox SET aside_at = now() - interval '91 days' WHERE tenant_id = $1"
SOON = "UPDATE outbox SET due_at = now() WHERE tenant_id = $1 AND due_at < 'infinity'"


class Poison:
    """A handler that never succeeds, until it is mended."""

    def __init__(self, error: Exception | None) -> None:
        self.error = error
        self.tried = 0

    async def __call__(self, _tenant: UUID, _id: UUID, _payload: dict[str, Any]) -> None:
        self.tried += 1
        if self.error is not None:
            raise self.error

    async def work(self, tenant_id: UUID) -> int:
        return await service.deliver_due({"greet": self, "sing": self}, tenant_id)


async def put(tenant_id: UUID, key: str, kind: str = "greet") -> UUID:
    async with tenant_transaction(tenant_id) as tx:
        return await service.put(tx, kind, {"email": "alice@example.org"}, key=key)


async def change(tenant_id: UUID, sql: str, *values: object) -> None:
    async with tenant_transaction(tenant_id) as tx:
        await tx.execute(sql, tenant_id, *values)


async def retry(tenant_id: UUID, **which: Any) -> int:
    async with tenant_transaction(tenant_id) as tx:
        return len(await service.retry(tx, **which))


async def reasons(tenant_id: UUID) -> Sequence[str]:
    return [row.reason for row in await service.list_aside(tenant_id, 10)]


async def test_what_can_never_succeed_is_set_aside_at_once_with_the_reason(tenant_id: UUID) -> None:
    poison = Poison(PermanentError("alice@example.org"))
    await put(tenant_id, "a")
    await poison.work(tenant_id)
    assert await poison.work(tenant_id) == 0
    (row,) = await service.list_aside(tenant_id, 10)
    assert (row.kind, row.reason, row.attempts) == ("greet", "PermanentError", 1)
    # Whom it concerned is not told to whoever operates the machine.
    assert "alice" not in repr(row)


async def test_what_failed_too_often_is_set_aside_with_the_last_reason(tenant_id: UUID) -> None:
    poison = Poison(ConnectionError())
    await put(tenant_id, "a")
    await change(tenant_id, TIRED, MOST_ATTEMPTS - 2)
    await poison.work(tenant_id)
    assert await reasons(tenant_id) == []
    await change(tenant_id, SOON)
    await poison.work(tenant_id)
    assert await reasons(tenant_id) == ["ConnectionError"]


async def test_what_ends_its_worker_every_time_is_set_aside_without_another_try(
    tenant_id: UUID,
) -> None:
    poison = Poison(None)
    await put(tenant_id, "a")
    for _ in range(MOST_LAPSES):
        assert len(await service.claim(tenant_id, "usual", 1)) == 1
        await change(tenant_id, LAPSED)
    await poison.work(tenant_id)
    assert poison.tried == 0
    assert await reasons(tenant_id) == ["WorkerLostError"]


async def test_a_worker_that_is_lost_now_and_then_harms_nothing(tenant_id: UUID) -> None:
    poison = Poison(ValueError())
    await put(tenant_id, "a")
    for _ in range(2):
        for _ in range(MOST_LAPSES - 1):
            await service.claim(tenant_id, "usual", 1)
            await change(tenant_id, LAPSED)
        # An attempt that ends, whatever the end, begins the count anew.
        await poison.work(tenant_id)
        await change(tenant_id, SOON)
    poison.error = None
    await poison.work(tenant_id)
    assert await reasons(tenant_id) == []
    assert poison.tried == 3


async def test_what_was_set_aside_is_brought_back_by_id_by_kind_or_all_together(
    tenant_id: UUID,
) -> None:
    poison = Poison(PermanentError())
    first = await put(tenant_id, "a")
    for key, kind in (("b", "greet"), ("c", "sing"), ("d", "sing")):
        await put(tenant_id, key, kind)
    await poison.work(tenant_id)
    heaps = await service.heaps(tenant_id)
    assert [(heap.kind, heap.reason, heap.rows) for heap in heaps] == [
        ("greet", "PermanentError", 2),
        ("sing", "PermanentError", 2),
    ]
    poison.error = None
    assert await retry(tenant_id, ids=[first, uuid4()]) == 1
    assert await poison.work(tenant_id) == 1
    assert await retry(tenant_id, kind="sing") == 2
    assert await retry(tenant_id) == 1
    await change(tenant_id, SOON)
    assert await poison.work(tenant_id) == 3
    assert await service.heaps(tenant_id) == []
    assert await retry(tenant_id) == 0


async def test_another_tenants_is_neither_seen_nor_brought_back(tenant_id: UUID) -> None:
    poison = Poison(PermanentError())
    row = await put(tenant_id, "a")
    await poison.work(tenant_id)
    stranger = uuid4()
    assert await service.list_aside(stranger, 10) == []
    assert await retry(stranger, ids=[row]) == 0


async def test_what_waits_is_counted(tenant_id: UUID) -> None:
    poison = Poison(PermanentError())
    await put(tenant_id, "aside")
    await poison.work(tenant_id)
    await put(tenant_id, "failing")
    poison.error = ConnectionError()
    await poison.work(tenant_id)
    await put(tenant_id, "due")
    await put(tenant_id, "late")
    late = "UPDATE outbox SET due_at = $2 WHERE tenant_id = $1 AND idempotency_key = 'late'"
    async with tenant_transaction(tenant_id) as tx:
        moment = await tx.value("SELECT now()") - service.LATE - timedelta(seconds=1)
        await tx.execute(late, tenant_id, moment)
    found = await service.backlog(tenant_id)
    assert (found.due, found.late, found.later, found.failing, found.aside) == (2, 1, 1, 1, 1)
    assert found.oldest_due_at == moment


async def test_what_nobody_brought_back_in_three_months_is_forgotten(tenant_id: UUID) -> None:
    poison = Poison(PermanentError())
    await put(tenant_id, "a")
    await poison.work(tenant_id)
    assert await service.forget_done(tenant_id) == 0
    await change(tenant_id, LONG_AGO)
    assert await service.forget_done(tenant_id) == 1


LETTER = "Bonjour Zoé Lefèvre, rendez-vous pour le RSA, zoe@example.org, 06 12 34 56 78"


@pytest.mark.parametrize("form", ["json", "console"])
async def test_what_a_failure_says_of_a_person_stands_in_no_log(
    tenant_id: UUID, form: Literal["json", "console"]
) -> None:
    stream = io.StringIO()
    logs.configure("info", form, stream)
    error = ValueError(LETTER)
    error.__cause__ = LookupError(f"no such letter: {LETTER}")
    poison = Poison(error)
    await put(tenant_id, "a")
    await poison.work(tenant_id)
    said = stream.getvalue()
    assert "outbox_failed" in said
    for personal in ("Zoé", "Lefèvre", "RSA", "zoe@", "06 12"):
        assert personal not in said
    # Where it went wrong is told all the same, and by which errors.
    assert "LookupError" in said
    assert "ValueError" in said
    assert "in __call__" in said


async def test_the_trouble_that_our_own_errors_name_is_logged_and_no_sentence_of_theirs(
    tenant_id: UUID,
) -> None:
    stream = io.StringIO()
    logs.configure("info", "console", stream)
    await put(tenant_id, "a")
    await Poison(ServerAwayError("certificate")).work(tenant_id)
    await put(tenant_id, "b")
    await Poison(PermanentError("Zoé Lefèvre")).work(tenant_id)
    assert "ServerAwayError: certificate" in stream.getvalue()
    assert "Lefèvre" not in stream.getvalue()
