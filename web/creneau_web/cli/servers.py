"""The servers that a command works with: those that the settings name, else our own."""

import asyncio
import sys
from collections.abc import Callable, Coroutine, Generator
from contextlib import contextmanager
from typing import Any, TypeVar

import msgspec
import uvloop
from creneau_infra import logs, outgoing, sealing
from creneau_infra.keeping import kept_running
from creneau_infra.postgres.embedded import EmbeddedPostgres, PostgresAddress
from creneau_infra.redis.server import EmbeddedRedis
from creneau_infra.settings import Settings, load
from creneau_infra.sms import phone
from creneau_tenants import addresses

from creneau_web.app import connections

Answer = TypeVar("Answer")


@contextmanager
def own_servers(settings: Settings) -> Generator[Settings, None, None]:
    """Start what the settings do not name, keep it running, and stop it afterwards.

    Raises:
        ServerRefused: A server cannot start here.
    """
    postgres, redis = EmbeddedPostgres(settings.data_dir), EmbeddedRedis(settings.data_dir)
    try:
        if settings.postgres_url is None:
            settings = with_postgres(settings, postgres.start())
            if postgres.notice is not None:
                print(postgres.notice, file=sys.stderr, flush=True)
        if settings.redis_url is None:
            settings = msgspec.structs.replace(settings, redis_url=redis.start())
        with kept_running(postgres, redis):
            yield settings
    finally:
        redis.stop()
        postgres.stop()


@contextmanager
def shared_servers(settings: Settings) -> Generator[Settings, None, None]:
    """Join the servers that already run, our own included; start only what does not."""
    if settings.redis_url is None:
        joined = EmbeddedRedis(settings.data_dir).address()
        settings = msgspec.structs.replace(settings, redis_url=joined)
    running = EmbeddedPostgres(settings.data_dir).address()
    if settings.postgres_url is None and running is not None:
        yield with_postgres(settings, running)
        return
    with own_servers(settings) as found:
        yield found


def with_postgres(settings: Settings, address: PostgresAddress) -> Settings:
    """Put a server's addresses into the settings."""
    return msgspec.structs.replace(
        settings, postgres_url=address.owner_url, postgres_app_url=address.app_url
    )


def in_loop(work: Coroutine[Any, Any, Answer]) -> Answer:
    """Run asynchronous work on the loop that the server uses."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


def connected(work: Callable[[Settings], Coroutine[Any, Any, Answer]]) -> Answer:
    """Do a command's work, connected to the servers of the settings.

    Raises:
        SentenceError: The settings or a server refuse, in one sentence.
    """
    settings = load()
    logs.configure(settings.log_level, settings.log_format)
    addresses.configure(settings)
    sealing.configure(settings)
    outgoing.configure(settings)
    phone.configure(settings)
    with shared_servers(settings) as found:
        return in_loop(_connected(found, work))


async def _connected(
    settings: Settings, work: Callable[[Settings], Coroutine[Any, Any, Answer]]
) -> Answer:
    async with connections(settings):
        return await work(settings)
