"""What is asked of a page once it stands: does it fit its window, can everybody use it?"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

from playwright.async_api import BrowserContext, Error, Page

Answer = TypeVar("Answer")
SECONDS = 60
# What a page says that is left for the next one in the middle of its answer.
LEFT = ("Execution context was destroyed", "because the page is navigating")

SCRIPT = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Only what it finds is told: the rest would take longer to hand over than to look for.
OPTIONS = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
RUN = f"axe.run(document, {json.dumps(OPTIONS)}).then(told => told.violations)"


async def once_loaded(page: Page, ask: Callable[[], Awaitable[Answer]]) -> Answer:
    """Ask a page that has loaded, and the next one where it was left meanwhile.

    A click waits until the next page begins, and no longer: what is asked then may find nothing yet.
    """
    async with asyncio.timeout(SECONDS):
        while True:
            await page.wait_for_load_state()
            try:
                return await ask()
            except Error as error:
                if not any(said in error.message for said in LEFT):
                    raise


async def too_wide(page: Page) -> int:
    """Tell by how many pixels a page is wider than its window."""
    assert page.viewport_size is not None
    width = await once_loaded(
        page, lambda: page.locator("html").evaluate("html => html.scrollWidth")
    )
    return max(0, width - page.viewport_size["width"])


async def fits(page: Page) -> None:
    """Check that nothing of a page lies beside its window."""
    assert await too_wide(page) == 0, page.url


async def bring_axe(context: BrowserContext) -> None:
    """Give axe to every page of these windows before it begins: quicker where many are looked at."""
    await context.add_init_script(path=SCRIPT)


async def complaints(page: Page, *, brought: bool = False) -> list[str]:
    """List what axe finds in a page that has its scripts; `brought` where axe is there already."""
    # In one piece: the page that is asked is the one that got the script.
    script = RUN if brought else f"{SCRIPT.read_text(encoding='utf-8')};{RUN}"
    found: Any = await once_loaded(page, lambda: page.evaluate(script))
    return [
        f"{violation['id']}: {violation['help']} — {node['html']}"
        for violation in found
        for node in violation["nodes"]
    ]
