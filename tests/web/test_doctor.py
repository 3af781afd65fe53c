"""`creneau doctor` says what is wrong, in one sentence each, and what to do."""

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import msgspec
import pytest
from creneau.context import Tenant, acting_for
from creneau.history.sealing.schemas import Fault, FaultKind, Head, Verdict
from creneau.history.sealing.service import seal_all
from creneau.i18n import current_locale
from creneau_infra.doctor import service as machinery
from creneau_infra.errors import PermanentError, SentenceError
from creneau_infra.mail.acknowledged import Acknowledged
from creneau_infra.mail.errors import MailRefusedError
from creneau_infra.outbox import service as outbox
from creneau_infra.postgres.embedded import PostgresAddress
from creneau_infra.postgres.engine import DB, make_pool
from creneau_infra.postgres.transactions import tenant_transaction
from creneau_infra.redis import client
from creneau_infra.settings import Settings
from creneau_web.cli.chains import Heads, sentence_of
from creneau_web.cli.doctor import heads_in, in_words
from creneau_web.cli.examining import Examined, examine

from bench.troubles import FickleServer
from tests.databases import drop, new_database
from tests.platform.cast import new_tenant


class Patient:
    """A database of its own, which is spoilt at will."""

    def __init__(self, settings: Settings, root: Any, tenant: Tenant) -> None:
        self.settings = settings
        self.root = root
        self.tenant = tenant

    async def examine(self, kept: Heads | None = None, **changes: Any) -> Examined:
        settings = msgspec.structs.replace(self.settings, **changes)
        return await examine(settings, kept or {})

    async def wrong(self, **changes: Any) -> list[str]:
        found = await self.examine(**changes)
        return [finding.code for finding in found.findings if finding.state == "wrong"]


@pytest.fixture
async def patient(
    postgres: PostgresAddress,
    model: str,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    database: object,
) -> AsyncGenerator[Patient, None]:
    del database
    own = await new_database(postgres, "patient", like=model)
    pool = await make_pool(own.app_url, size=4)
    monkeypatch.setattr(DB, "pool", pool)
    connection: Any = await asyncpg.connect(own.superuser_url)
    tenant = await new_tenant()
    await seal_all(tenant.id)
    await outbox.sign_of_life(uuid4())
    with acting_for(tenant):
        yield Patient(settings, connection, tenant)
    await connection.close()
    await pool.close()
    await drop(postgres, "patient")


async def test_a_house_in_order_is_well_and_shows_the_ends_of_its_histories(
    patient: Patient,
) -> None:
    found = await patient.examine()
    assert found.well, in_words(found)
    (head,) = found.heads
    assert head.slug == patient.tenant.slug
    said = in_words(found)
    assert head.digest in said
    assert "✗" not in said


async def test_a_database_that_is_away_is_said_and_the_rest_is_looked_at_all_the_same(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(DB, "pool", None)
    nowhere = "postgresql://creneau_app@127.0.0.1:1/nowhere"
    assert await patient.wrong(postgres_app_url=nowhere) == ["database"]


async def test_a_migration_that_was_not_run_is_said(patient: Patient) -> None:
    await patient.root.execute("DELETE FROM migration WHERE name LIKE '%000012'")
    assert await patient.wrong() == ["migrations"]


@pytest.mark.parametrize(
    "spoil",
    [
        "ALTER TABLE person DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE person NO FORCE ROW LEVEL SECURITY",
        "DROP POLICY tenant_isolation ON person",
        "ALTER TABLE person OWNER TO creneau_app",
    ],
)
async def test_what_no_longer_keeps_tenants_apart_is_said(patient: Patient, spoil: str) -> None:
    await patient.root.execute(spoil)
    assert await patient.wrong() == ["isolation"]


async def test_a_worker_that_never_ran_or_is_gone_is_said(patient: Patient) -> None:
    await patient.root.execute("UPDATE worker_sign SET seen_at = now() - interval '3 minutes'")
    assert await patient.wrong() == ["worker"]
    await patient.root.execute("DELETE FROM worker_sign")
    assert await patient.wrong() == ["worker"]


async def test_a_wrong_address_of_a_person_is_no_trouble_of_the_machine(patient: Patient) -> None:
    async def refuse(*_: Any) -> None:
        raise MailRefusedError("the server refuses the message")

    async with tenant_transaction(patient.tenant.id) as tx:
        await outbox.put(tx, "mail.test", {}, key="a")
    await outbox.deliver_due({"mail.test": refuse}, patient.tenant.id)
    assert (await outbox.backlog(patient.tenant.id)).aside == 1
    assert await patient.wrong() == []


async def test_what_is_late_and_what_was_set_aside_is_counted(patient: Patient) -> None:
    async def refuse(_tenant: object, _id: object, _payload: object) -> None:
        raise PermanentError

    async with tenant_transaction(patient.tenant.id) as tx:
        await outbox.put(tx, "mail.test", {}, key="a")
    assert await patient.wrong() == []
    await patient.root.execute("UPDATE outbox SET due_at = now() - interval '6 minutes'")
    assert await patient.wrong() == ["late"]
    await outbox.deliver_due({"mail.test": refuse}, patient.tenant.id)
    assert await patient.wrong() == ["aside"]


async def test_redis_and_the_mail_server_are_asked(patient: Patient, tmp_path: Path) -> None:
    await client.connect("unix:///nowhere/redis.sock")
    assert await patient.wrong() == ["redis"]
    await client.disconnect()
    assert await patient.wrong(smtp_url="smtp://127.0.0.1:1") == ["mail"]
    server = FickleServer(Acknowledged(tmp_path))
    async with server.open():
        url = f"smtp://127.0.0.1:{server.port}?starttls=never"
        assert await patient.wrong(smtp_url=url) == []
        server.mood = "refusing"
        assert await patient.wrong(smtp_url=url) == ["mail"]


async def test_a_disk_that_is_full_is_said(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machinery, "disk", lambda _folder: machinery.Disk(10**8, 10**12))
    assert await patient.wrong() == ["disk"]


async def test_a_history_that_was_tampered_with_is_named(patient: Patient) -> None:
    await patient.root.execute(
        "SET session_replication_role = replica; UPDATE history SET action = 'x'"
    )
    found = await patient.examine()
    assert not found.well
    (finding,) = [one for one in found.findings if one.state == "wrong"]
    assert finding.code == "history"
    assert patient.tenant.slug in finding.sentence


async def test_ends_that_were_kept_elsewhere_are_compared(patient: Patient, tmp_path: Path) -> None:
    path = tmp_path / "heads.json"
    path.write_bytes(msgspec.json.encode(await patient.examine()))
    kept = heads_in(path)
    assert (await patient.examine(kept)).well
    other = {**kept, patient.tenant.id: Head(1, bytes(32)), uuid4(): Head(3, bytes(32))}
    found = await patient.examine(other)
    wrong = [one.sentence for one in found.findings if one.state == "wrong"]
    assert len(wrong) == 2


def test_a_file_that_holds_no_ends_is_refused_in_a_sentence(tmp_path: Path) -> None:
    for content in (b"", b"{}", b'{"heads": [{"tenant": "x"}]}'):
        path = tmp_path / "heads.json"
        path.write_bytes(content)
        with pytest.raises(SentenceError):
            heads_in(path)
    with pytest.raises(SentenceError):
        heads_in(tmp_path / "nowhere.json")


@pytest.mark.parametrize("locale", ["fr", "en"])
@pytest.mark.parametrize("kind", FaultKind.__args__)
def test_every_fault_has_a_sentence(kind: FaultKind, locale: Any) -> None:
    token = current_locale.set(locale)
    try:
        fault = Fault(kind, 3, uuid4(), 2)
        said = sentence_of("ville", Verdict(5, 0, None, [fault], 4)).sentence
        assert "%(" not in said
        assert "ville" in said
    finally:
        current_locale.reset(token)
