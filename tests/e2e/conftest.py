"""Whole paths in a real browser, against a real server with its worker."""

import asyncio
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from creneau_infra.postgres.embedded import PostgresAddress
from creneau_web import outbox
from creneau_web.app import Application
from playwright.async_api import Browser, Page, Playwright, async_playwright

from tests.web.stage import app, client, tenant

__all__ = ["app", "client", "tenant"]

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE = {"width": 360, "height": 740}
WIDE = {"width": 1440, "height": 900}
Axe = Callable[[Page], Awaitable[None]]


# Not for longer than this package: its worker would take the work of other tests' outboxes.
@pytest.fixture(scope="package")
async def server(app: Application, database: PostgresAddress) -> AsyncGenerator[Application, None]:
    """Serve the application on its port, with the worker that sends its messages."""
    del database
    stop = asyncio.Event()
    listener = socket.create_server(("127.0.0.1", app.settings.port))
    config = uvicorn.Config(app, lifespan="off", ws="none", access_log=False, log_config=None)
    served = uvicorn.Server(config)
    serving = asyncio.create_task(served.serve(sockets=[listener]))
    working = asyncio.create_task(outbox.work(app.settings, stop))
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
        found = await _run_axe(opened) if await _has_scripts(opened) else await _copy(opened)
        assert found == []

    async def _copy(opened: Page) -> list[str]:
        context = await browser.new_context(viewport=opened.viewport_size)
        await context.add_cookies(await opened.context.cookies())  # type: ignore[arg-type] - playwright's own shapes differ
        copy = await context.new_page()
        await copy.goto(opened.url)
        await copy.set_content(await opened.content(), wait_until="load")
        found = await _run_axe(copy)
        await context.close()
        return found

    return check


async def _has_scripts(opened: Page) -> bool:
    return not await opened.evaluate("() => matchMedia('(scripting: none)').matches")


async def _run_axe(opened: Page) -> list[str]:
    await opened.evaluate(AXE.read_text(encoding="utf-8"))
    results: dict[str, Any] = await opened.evaluate(
        "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", RULES
    )
    return [
        f"{violation['id']}: {violation['help']} — {node['html']}"
        for violation in results["violations"]
        for node in violation["nodes"]
    ]
