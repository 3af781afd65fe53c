"""`creneau demo`: the whole house on one machine, with invented people, until Ctrl-C."""

import asyncio
import os
import shutil
import socket
import sys
from argparse import Namespace
from collections.abc import Coroutine, Mapping
from pathlib import Path
from typing import Any

from creneau.i18n import gettext as _
from creneau_infra import logs, outgoing, sealing
from creneau_infra.errors import ServerRefused
from creneau_infra.postgres.embedded import EmbeddedPostgres
from creneau_infra.postgres.migrations import migrate
from creneau_infra.settings import Settings, load
from creneau_infra.sms import phone
from creneau_tenants import addresses

from creneau_web import outbox
from creneau_web.app import Application, connections, create_app
from creneau_web.cli.servers import in_loop, own_servers
from creneau_web.cli.serving import listening, serve_until, stopped_by_signals, with_port
from creneau_web.cli.welcome import welcome
from creneau_web.demo.fill import accounts, fill, is_filled
from creneau_web.migrations import migration_apps

OWN_FOLDERS = ("mailbox", "redis")


def run(chosen: Namespace) -> int:
    """Start the demo and serve it until it is told to stop; the data stays for the next start."""
    settings = with_port(load(environment(os.environ)), chosen.port)
    logs.configure("warning", settings.log_format)
    addresses.configure(settings)
    sealing.configure(settings)
    outgoing.configure(settings)
    phone.configure(settings)
    with listening(settings) as listener:
        if chosen.reset:
            start_over(settings)
        _say(_("Démarrage…"))
        with own_servers(settings) as found:
            in_loop(_live(found, listener))
    _say(_("Tout est arrêté. Les données sont gardées dans %(folder)s.", folder=settings.data_dir))
    return 0


def environment(given: Mapping[str, str]) -> Mapping[str, str]:
    """Give the variables with the demo's own defaults: its data lies in the current folder."""
    chosen = {name: value for name, value in given.items() if value}
    return {"CRENEAU_ENVIRONMENT": "demo", "CRENEAU_DATA_DIR": ".creneau", **chosen}


def start_over(settings: Settings) -> None:
    """Throw the demo's own data away, and nothing else of the folder.

    Raises:
        ServerRefused: The demo runs, or the data is not ours to remove.
    """
    postgres = EmbeddedPostgres(settings.data_dir)
    if postgres.address() is not None:
        raise ServerRefused(
            f"La démonstration de {settings.data_dir} est en marche : arrêtez-la d’abord (Ctrl-C).",
            f"The demonstration in {settings.data_dir} is running: stop it first (Ctrl-C).",
        )
    for folder in (postgres.home, *(settings.data_dir / name for name in OWN_FOLDERS)):
        _remove(folder)


def _remove(folder: Path) -> None:
    try:
        if folder.exists():
            shutil.rmtree(folder)
    except OSError as error:
        raise ServerRefused(
            f"Le dossier {folder} ne peut pas être effacé : vérifiez ses droits.",
            f"The folder {folder} cannot be removed: check its permissions.",
        ) from error


async def _live(settings: Settings, listener: socket.socket) -> None:
    stop = stopped_by_signals()
    # Put together in the meantime: the database has most of the work until then.
    app = asyncio.create_task(asyncio.to_thread(create_app, settings))
    await _unless(stop, migrate(str(settings.postgres_url), migration_apps()))
    async with connections(settings):
        if not stop.is_set() and not await is_filled():
            _say(_("Premier démarrage : les espaces de démonstration se remplissent."))
            await _unless(stop, fill())
        if not stop.is_set():
            await _serve(stop, await app, listener)


async def _serve(stop: asyncio.Event, app: Application, listener: socket.socket) -> None:
    settings = app.settings
    print(await welcome(settings, await accounts()), flush=True)
    working = asyncio.create_task(outbox.work(settings, stop))
    try:
        await serve_until(stop, app, listener)
    finally:
        stop.set()
        await working


async def _unless(stop: asyncio.Event, work: Coroutine[Any, Any, object]) -> None:
    """Do a long piece of work, and drop it at once when somebody says stop."""
    doing = asyncio.create_task(work)
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({doing, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not doing.done():
        doing.cancel()
    await asyncio.gather(doing, return_exceptions=stop.is_set())


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
