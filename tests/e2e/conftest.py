"""Whole paths in a real browser, against a real server with its worker."""

import asyncio
import shutil
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import uvicorn
from creneau_infra.postgres.embedded import PostgresAddress
from creneau_infra.postgres.engine import DB
from creneau_web import outbox
from creneau_web.app import Application, create_app
from playwright.async_api import Browser, Page, Playwright, ViewportSize, async_playwright, expect

from tests.databases import new_database
from tests.e2e.looking import complaints, once_loaded
from tests.e2e.post import ringing
from tests.web.stage import client, running, tenant, web_settings

__all__ = ["client", "tenant"]

# The one without windows of its own where it is there: it takes half the work.
CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = ViewportSize(width=360, height=740)
HAS_SCRIPTS = "() => !matchMedia('(scripting: none)').matches"
WIDE = ViewportSize(width=1440, height=900)
Axe = Callable[[Page], Awaitable[None]]

# A busy machine takes its time; whoever waits for what never comes waits this long once.
expect.set_options(timeout=30_000)


# Its worker does the work of whatever tenant there is: it must find those of this package only.
@pytest.fixture(scope="package")
async def database(database: PostgresAddress, model: str) -> AsyncGenerator[PostgresAddress, None]:
    """Connect this process to a database that nobody else used, for as long as this package."""
    own = await new_database(database, f"e2e_{uuid4().hex}", like=model)
    kept, DB.pool = DB.pool, None
    await DB.start_pool(own.app_url, size=10)
    yield own
    await DB.stop_pool()
    DB.pool = kept


@pytest.fixture(scope="package")
async def app(data_dir: Path, database: PostgresAddress) -> AsyncGenerator[Application, None]:
    """Give the running application on that database."""
    async with running(create_app(web_settings(data_dir, database))) as started:
        yield started


@pytest.fixture(scope="package")
async def server(app: Application) -> AsyncGenerator[Application, None]:
    """Serve the application on its port, with the worker that sends its messages."""
    stop = asyncio.Event()
    listener = socket.create_server(("127.0.0.1", app.settings.port))
    config = uvicorn.Config(app, lifespan="off", ws="none", access_log=False, log_config=None)
    served = uvicorn.Server(config)
    serving = asyncio.create_task(served.serve(sockets=[listener]))
    working = asyncio.create_task(outbox.work(app.settings, stop))
    with ringing():
        yield app
    stop.set()
    served.should_exit = True
    await asyncio.gather(serving, working)


@pytest.fixture(scope="session")
async def playwright() -> AsyncGenerator[Playwright, None]:
    async with async_playwright() as started:
        yield started


@pytest.fixture(scope="package")
async def browser(playwright: Playwright, server: Application) -> AsyncGenerator[Browser, None]:
    del server
    launched = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
    yield launched
    await launched.close()


@pytest.fixture
async def page(browser: Browser) -> AsyncGenerator[Page, None]:
    """Give a wide window of a French visitor that fails the test on any script error."""
    async for opened in _window(browser, viewport=WIDE, locale="fr-FR"):
        yield opened


@pytest.fixture
async def phone(browser: Browser) -> AsyncGenerator[Page, None]:
    """Give a small French phone without JavaScript: the least that everything must work on."""
    async for opened in _window(
        browser, viewport=PHONE, locale="fr-FR", java_script_enabled=False, has_touch=True
    ):
        yield opened


async def _window(browser: Browser, **options: Any) -> AsyncGenerator[Page, None]:
    context = await browser.new_context(**options)
    opened = await context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("console", lambda said: errors.append(said.text) if _is_policy(said.text) else None)
    yield opened
    await context.close()
    assert errors == []


def _is_policy(said: str) -> bool:
    return "Content Security Policy" in said


@pytest.fixture
def axe(browser: Browser) -> Axe:
    """Give the check that finds nothing to say about the accessibility of a page."""

    async def check(opened: Page) -> None:
        # Without JavaScript in the page, the same page is looked at in a window that has it.
        scripted = await once_loaded(opened, lambda: opened.evaluate(HAS_SCRIPTS))
        assert await (complaints(opened) if scripted else _of_a_copy(opened)) == []

    async def _of_a_copy(opened: Page) -> list[str]:
        context = await browser.new_context(viewport=opened.viewport_size)
        await context.add_cookies(await opened.context.cookies())  # type: ignore[arg-type] - playwright's own shapes differ
        copy = await context.new_page()
        await copy.goto(opened.url)
        await copy.set_content(await once_loaded(opened, opened.content), wait_until="load")
        found = await complaints(copy)
        await context.close()
        return found

    return check
