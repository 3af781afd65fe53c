"""Serving pages and doing the work behind them, until somebody says stop."""

import asyncio
import gc
import signal
import socket
from argparse import Namespace
from collections.abc import Generator
from contextlib import contextmanager

import msgspec
import uvicorn
from creneau_infra import logs, readiness
from creneau_infra.errors import SentenceError, ServerRefused
from creneau_infra.postgres.migrations import migrate
from creneau_infra.postman import process
from creneau_infra.settings import Settings, load

from creneau_web import outbox
from creneau_web.app import Application, connections, create_app
from creneau_web.cli.servers import connected, in_loop, own_servers
from creneau_web.live.hub import HUB
from creneau_web.migrations import migration_apps

SECONDS_TO_FINISH = 5
OBJECTS_BETWEEN_COLLECTIONS = 10_000
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def serve(chosen: Namespace) -> int:
    """Serve the pages; the work behind them is another process's: `creneau worker`."""
    settings = with_port(load(), chosen.port)
    logs.configure(settings.log_level, settings.log_format)
    with listening(settings) as listener, own_servers(settings) as found:
        in_loop(_serve(found, listener))
    return 0


async def _serve(settings: Settings, listener: socket.socket) -> None:
    stop = stopped_by_signals()
    async with connections(settings):
        await serve_until(stop, create_app(settings), listener)


def worker(_chosen: Namespace) -> int:
    """Do the work behind the pages: send what is due."""
    connected(_work)
    return 0


async def _work(settings: Settings) -> None:
    await outbox.work(settings, stopped_by_signals())


def postman(_chosen: Namespace) -> int:
    """Speak with mail servers for the workers, where a service manager keeps a postman of its own.

    Raises:
        ServerRefused: There is one already.
    """
    settings = load()
    logs.configure(settings.log_level, settings.log_format)
    if not process.stay(settings.data_dir):
        raise ServerRefused(
            "Un facteur est déjà en service : arrêtez d’abord les « creneau worker »,"
            " il s’arrêtera avec eux.",
            "A postman is at work already: stop every `creneau worker` first, it stops with them.",
        )
    return 0


def migrate_all(_chosen: Namespace) -> int:
    """Bring the database up to date."""
    for name in connected(_migrate):
        print(name)
    return 0


async def _migrate(settings: Settings) -> list[str]:
    return await migrate(str(settings.postgres_url), migration_apps())


def with_port(settings: Settings, port: int | None) -> Settings:
    """Put the port of the command line into the settings."""
    return settings if port is None else msgspec.structs.replace(settings, port=port)


@contextmanager
def listening(settings: Settings) -> Generator[socket.socket, None, None]:
    """Take the port before anything is started.

    Raises:
        ServerRefused: The port is in use, or not for us.
    """
    listener = socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
        # Whoever else tries the port from now on is refused, and browsers wait until we are ready.
        listener.listen(128)
    except (OSError, OverflowError) as error:
        listener.close()
        raise _port_refused(settings, error) from error
    with listener:
        yield listener


def _port_refused(settings: Settings, error: Exception) -> SentenceError:
    if isinstance(error, PermissionError):
        return ServerRefused(
            f"Le port {settings.port} demande des droits que ce compte n’a pas :"
            " choisissez-en un autre avec --port, par exemple 8080.",
            f"The port {settings.port} needs rights that this account does not have:"
            " choose another with --port, for example 8080.",
        )
    return ServerRefused(
        f"Le port {settings.port} n’est pas libre sur {settings.host} :"
        " arrêtez ce qui l’occupe, ou choisissez un autre port avec --port.",
        f"The port {settings.port} is not free on {settings.host}:"
        " stop what occupies it, or choose another with --port.",
    )


def stopped_by_signals() -> asyncio.Event:
    """Give an event that Ctrl-C, a request to end, or a closed terminal sets."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in STOPPING:
        loop.add_signal_handler(number, stop.set)
    return stop


class Server(uvicorn.Server):
    """uvicorn without its own signal handlers: we stop it, and then everything else in order."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer, and tell who waits for it."""
        await super().startup(sockets)
        if self.started:
            readiness.tell()

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Leave the signals alone."""
        yield


async def serve_until(stop: asyncio.Event, app: Application, listener: socket.socket) -> None:
    """Serve until `stop` is set; requests that run are given five seconds."""
    server = Server(
        uvicorn.Config(
            app,
            http="httptools",
            ws="none",
            lifespan="on",
            access_log=False,
            log_config=None,
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=SECONDS_TO_FINISH,
        )
    )
    _spare_collections()
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    # Open streams would hold the server up: they end first, and browsers come back to the next one.
    HUB.close()
    server.should_exit = True
    await serving


def _spare_collections() -> None:
    """Let the collector pass over what lives as long as the process, and come less often.

    It would go through the whole application again and again, while requests wait.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
