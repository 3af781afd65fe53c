"""Everything that may fail between a booking and its mail fails, and each mail is counted (R-4)."""

import asyncio
import contextlib
import os
import re
import signal
import sys
import time
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal
from uuid import UUID, uuid4

import msgspec
from creneau.appointments import service as appointments
from creneau.appointments.schemas import ConfirmRequest, HoldRequest
from creneau.context import VISITOR
from creneau.people.schemas import Identity
from creneau_infra.mail.acknowledged import Acknowledged
from creneau_infra.redis.server import EmbeddedRedis
from redis.asyncio import Redis

Mood = Literal["well", "refusing", "slow", "cutting", "silent"]
PROGRAM = (str(Path(sys.executable).with_name("creneau")), "worker")
MESSAGE_ID = re.compile(rb"^Message-ID:\s*<([0-9a-f-]{36})@", re.IGNORECASE | re.MULTILINE)
# What waits for its day, as a reminder, is no concern of ours.
OPEN = """
    SELECT count(*) FROM outbox
    WHERE tenant_id = $1 AND done_at IS NULL AND (due_at <= now() OR last_error IS NOT NULL)
"""
SECONDS_OF_SLOWNESS = 0.4
SECONDS_BETWEEN_LOOKS = 0.3
SECONDS_FOR_ALL = 120.0
CLIENTS = 4
TROUBLES = frozenset({"refused", "silent", "cut", "slow"})


class FickleServer:
    """A mail server with moods, which counts what it acknowledged by Message-ID.

    `refusing` asks to come back, `cutting` hangs up in the middle of a message, `silent` takes a
    whole message and hangs up before a word.
    """

    def __init__(self, acknowledged_here: Acknowledged) -> None:
        self.mood: Mood = "well"
        self.arrived: Counter[str] = Counter()
        self.acknowledged: Counter[str] = Counter()
        self.acknowledged_at: dict[str, float] = {}
        self.troubles: Counter[str] = Counter()
        # Mails that were refused, lost or taken since somebody last began to count.
        self.met = 0
        # Sent again although its acknowledgement had been read and noted: must never be.
        self.again_though_noted: list[str] = []
        self.port = 0
        self._noted = acknowledged_here
        self._changed = asyncio.Condition()

    @asynccontextmanager
    async def open(self) -> AsyncGenerator[None, None]:
        """Receive mails for as long as the block lasts."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield
        finally:
            server.close()

    async def until(self, number: int, seconds: float) -> bool:
        """Wait until so many different mails were acknowledged, at most so long."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds), self._changed:
                await self._changed.wait_for(lambda: len(self.acknowledged) >= number)
        return len(self.acknowledged) >= number

    async def until_met(self, seconds: float) -> bool:
        """Wait until a mail was met, at most so long."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds), self._changed:
                await self._changed.wait_for(lambda: self.met > 0)
        return self.met > 0

    async def _tell(self) -> None:
        async with self._changed:
            self.met += 1
            self._changed.notify_all()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            await self._talk(reader, writer)
        writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if await self._refuses(writer):
            return
        writer.write(b"220 fickle\r\n")
        while line := await reader.readline():
            word = line[:4].upper()
            if word == b"MAIL" and await self._refuses(writer):
                return
            if word == b"DATA":
                writer.write(b"354 go on\r\n")
                if not await self._take(reader, writer):
                    return
            elif word == b"QUIT":
                writer.write(b"221 bye\r\n")
                return
            else:
                writer.write(b"250 fickle\r\n")

    async def _refuses(self, writer: asyncio.StreamWriter) -> bool:
        if self.mood != "refusing":
            return False
        self.troubles["refused"] += 1
        await self._tell()
        writer.write(b"421 come back later\r\n")
        return True

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        mood = self.mood
        if mood == "cutting":
            await reader.read(200)
            self.troubles["cut"] += 1
            await self._tell()
            return False
        content = await reader.readuntil(b"\r\n.\r\n")
        found = MESSAGE_ID.search(content)
        assert found is not None, content[:2000]
        name = found.group(1).decode()
        self.arrived[name] += 1
        if self.arrived[name] > 1 and self._noted.holds(name):
            self.again_though_noted.append(name)
        if mood == "silent":
            self.troubles["silent"] += 1
            await self._tell()
            return False
        if mood == "slow":
            self.troubles["slow"] += 1
            await asyncio.sleep(SECONDS_OF_SLOWNESS)
        writer.write(b"250 kept\r\n")
        await writer.drain()
        async with self._changed:
            self.acknowledged[name] += 1
            self.acknowledged_at.setdefault(name, time.time())
            self.met += 1
            self._changed.notify_all()
        return True


class Worker:
    """A worker in a process of its own, which is killed as by an operator in a hurry."""

    def __init__(self, environ: dict[str, str], log: Path) -> None:
        self._environ = environ
        self._log = log
        self._process: asyncio.subprocess.Process | None = None
        self.kills = 0

    async def start(self) -> None:
        """Start it."""
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *PROGRAM, env=self._environ, stdout=log, stderr=log, start_new_session=True
            )

    async def kill(self) -> None:
        """End it in the middle of whatever it does, with all of its group."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        await self._process.wait()
        self._process = None
        self.kills += 1

    async def stop(self) -> None:
        """Let it finish, and end."""
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            await self._process.wait()
            self._process = None


class Delivered(msgspec.Struct, frozen=True):
    """What was booked and what was received, whatever happened in between."""

    bookings: int
    failed_bookings: int
    kills: int
    messages: int
    received: int
    acknowledged_once: int
    acknowledged_twice: int
    again_though_noted: int
    lost: int
    not_done: int
    troubles: dict[str, int]

    @property
    def holds(self) -> bool:
        """All booked, nothing lost, nothing twice to a server that has acknowledged it.

        And every trouble has met a mail: what nothing happened to proves nothing.
        """
        twice = self.again_though_noted + self.acknowledged_twice
        wrong = self.failed_bookings + self.lost + twice + self.not_done
        return not wrong and self.messages == self.received and self.troubles.keys() == TROUBLES


class Troubles:
    """Bookings go on while Redis, the worker and the mail server fail in turn."""

    def __init__(
        self,
        server: FickleServer,
        worker: Worker,
        redis: EmbeddedRedis,
        redis_url: str,
        connection: Any,
    ) -> None:
        self._server = server
        self._worker = worker
        self._redis = redis
        self._redis_url = redis_url
        self._connection = connection
        self._begun = 0
        self._booked = 0
        self._may_begin = 0
        self._failed = 0
        self._changed = asyncio.Condition()

    async def play(self, tenant_id: UUID, wishes: Sequence[HoldRequest], rounds: int) -> Delivered:
        """Book every wish while trouble goes round, then let all be well and wait for the mails."""
        left = iter(wishes)
        clients = [self._client(left) for _ in range(CLIENTS)]
        steps = self._steps(rounds, len(wishes))
        try:
            await asyncio.gather(self._walk(steps), *clients)
            self._server.mood = "well"
            expected = await self._until_all_left(tenant_id)
        finally:
            await self._worker.stop()
        return await self._count(tenant_id, expected)

    async def _client(self, left: Any) -> None:
        for wish in left:
            await self._turn()
            try:
                await appointments.book(wish, somebody(), VISITOR)
            except Exception as error:  # noqa: BLE001 - counted, and told
                print(repr(error), file=sys.stderr)
                self._failed += 1
            async with self._changed:
                self._booked += 1
                self._changed.notify_all()

    async def _turn(self) -> None:
        # Else all is booked before the second trouble begins.
        async with self._changed:
            await self._changed.wait_for(lambda: self._begun < self._may_begin)
            self._begun += 1

    def _steps(self, rounds: int, wishes: int) -> list[tuple[int, Callable[[], Awaitable[None]]]]:
        kinds = (
            self._flush_redis,
            lambda: self._feel("refusing"),
            self._kill_worker,
            lambda: self._feel("silent"),
            self._stop_redis,
            lambda: self._feel("well"),
            self._kill_worker,
            lambda: self._feel("cutting"),
            self._start_redis,
            lambda: self._feel("slow"),
            self._kill_worker,
            lambda: self._feel("well"),
        )
        every = wishes / (rounds * len(kinds) + 1)
        return [(int(every * (number + 1)), step) for number, step in enumerate(kinds * rounds)]

    async def _walk(self, steps: Sequence[tuple[int, Callable[[], Awaitable[None]]]]) -> None:
        await self._worker.start()
        for booked, step in steps:
            await self._until_booked(booked)
            await self._until_met()
            await step()
            self._server.met = 0
        await self._let_begin(sys.maxsize)

    async def _until_booked(self, number: int) -> None:
        await self._let_begin(number)
        async with self._changed:
            await self._changed.wait_for(lambda: self._booked >= number)

    async def _let_begin(self, number: int) -> None:
        async with self._changed:
            self._may_begin = number
            self._changed.notify_all()

    async def _until_met(self) -> None:
        """Let no trouble pass before a mail has met it."""
        async with asyncio.timeout(SECONDS_FOR_ALL):
            await self._hasten()
            while not await self._server.until_met(SECONDS_BETWEEN_LOOKS):
                await self._hasten()

    async def _feel(self, mood: Mood) -> None:
        self._server.mood = mood

    async def _kill_worker(self) -> None:
        await self._worker.kill()
        # Nobody holds these rows any more; two minutes later their leases would say so.
        await self._connection.execute(
            "UPDATE outbox SET lease_until = now() WHERE done_at IS NULL AND lease_until > now()"
        )
        await self._worker.start()

    async def _flush_redis(self) -> None:
        held: Any = Redis.from_url(self._redis_url)
        await held.flushall()
        await held.aclose()

    async def _stop_redis(self) -> None:
        await asyncio.to_thread(self._redis.stop)

    async def _start_redis(self) -> None:
        await asyncio.to_thread(self._redis.start)

    async def _hasten(self) -> None:
        """Let what failed be due: the waits between attempts are proved elsewhere."""
        await self._connection.execute(
            "UPDATE outbox SET due_at = now() WHERE done_at IS NULL AND last_error IS NOT NULL"
        )

    async def _until_all_left(self, tenant_id: UUID) -> set[str]:
        messages = "SELECT id::text FROM message WHERE tenant_id = $1"
        limit = time.monotonic() + SECONDS_FOR_ALL
        while True:
            await self._hasten()
            found = {row["id"] for row in await self._connection.fetch(messages, tenant_id)}
            await self._server.until(len(found), SECONDS_BETWEEN_LOOKS)
            if not await self._connection.fetchval(OPEN, tenant_id):
                return found
            if time.monotonic() > limit:
                return found

    async def _count(self, tenant_id: UUID, expected: set[str]) -> Delivered:
        times = Counter(self._server.acknowledged[name] for name in expected)
        return Delivered(
            bookings=self._booked,
            failed_bookings=self._failed,
            kills=self._worker.kills,
            messages=len(expected),
            received=len(self._server.acknowledged.keys() & expected),
            acknowledged_once=times[1],
            acknowledged_twice=sum(count for often, count in times.items() if often > 1),
            again_though_noted=len(self._server.again_though_noted),
            lost=times[0],
            not_done=await self._connection.fetchval(OPEN, tenant_id),
            troubles=dict(self._server.troubles),
        )


def somebody() -> ConfirmRequest:
    """Give a person whom nobody knows yet."""
    email = f"{uuid4().hex[:12]}@exemple.fr"
    person = Identity(first_name="Jeanne", last_name="Exemple", email=email)
    return ConfirmRequest(identity=person, email_proven=True)


def worker_environ(
    data_dir: Path, owner_url: str, app_url: str, redis_url: str | None, smtp_port: int
) -> dict[str, str]:
    """Give a worker's environment: the servers, and a mail server that has moods."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CRENEAU_")}
    return {
        **kept,
        "CRENEAU_ENVIRONMENT": "test",
        "CRENEAU_DATA_DIR": str(data_dir),
        "CRENEAU_POSTGRES_URL": owner_url,
        "CRENEAU_POSTGRES_APP_URL": app_url,
        "CRENEAU_REDIS_URL": redis_url or "",
        "CRENEAU_SMTP_URL": f"smtp://127.0.0.1:{smtp_port}?starttls=never",
        "CRENEAU_LOG_FORMAT": "json",
        "CRENEAU_TENANT_MESSAGES_PER_MINUTE": "1000000",
    }
