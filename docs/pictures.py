"""The pictures of the tutorial, taken of the demo as it is now: `make docs`.

The demo is filled anew in a folder of its own, so that a picture shows nothing that somebody tried.
"""

import asyncio
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from socket import socket

import httpx
from creneau.agents.second_factor.rules import code_at, step_of
from creneau_web.demo.accounts import PASSWORD, telephone_of
from creneau_web.demo.content.departement import PLAN
from PIL import Image
from playwright.async_api import Page, ViewportSize, async_playwright

HERE = Path(__file__).parent
PICTURES = HERE / "images" / "tutoriel"
PROGRAM = Path(sys.executable).with_name("creneau")
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
WIDE: ViewportSize = {"width": 1280, "height": 860}
COLOURS = 96
SECONDS_TO_START = 180.0
Walk = Callable[[Page], Awaitable[None]]


def main() -> int:
    """Take every picture anew; those that nobody takes any more are removed."""
    with tempfile.TemporaryDirectory() as folder, _demo(Path(folder)) as address:
        asyncio.run(_take(address))
    return 0


@contextmanager
def _demo(folder: Path) -> Generator[str, None, None]:
    port = _free_port()
    environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith("CRENEAU_")},
        "CRENEAU_DATA_DIR": str(folder),
    }
    with (folder / "demo.log").open("w", encoding="utf-8") as log:
        demo = subprocess.Popen(
            [PROGRAM, "demo", "--port", str(port)], env=environ, stdout=log, stderr=log
        )
        try:
            _wait_for(f"http://127.0.0.1:{port}/health/ready")
            yield f"http://{PLAN.tenant.slug}.localhost:{port}"
        finally:
            demo.terminate()
            demo.wait(timeout=60)


def _free_port() -> int:
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(address: str) -> None:
    """Ask once: the demo listens first, and answers when it is filled."""
    with httpx.Client(transport=httpx.HTTPTransport(retries=8), timeout=SECONDS_TO_START) as client:
        client.get(address).raise_for_status()


async def _take(address: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    for role, walks in WALKS.items():
        async with _signed_in(address, role) as page:
            for name, walk in walks.items():
                await walk(page)
                await _keep(page, name)
    wanted = {f"{name}.png" for walks in WALKS.values() for name in walks}
    for picture in PICTURES.glob("*.png"):
        if picture.name not in wanted:
            picture.unlink()


@asynccontextmanager
async def _signed_in(address: str, role: str) -> AsyncGenerator[Page, None]:
    email = next(PLAN.email_of(one) for one in PLAN.agents if one.role == role)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        context = await browser.new_context(viewport=WIDE, locale="fr-FR", base_url=address)
        page = await context.new_page()
        await page.goto("/agents")
        await page.locator("input[name=email]").fill(email)
        await page.locator("input[name=password]").fill(PASSWORD)
        await page.locator("input[name=password]").press("Enter")
        if telephone := telephone_of(email, role):
            await page.locator("input[name=code]").fill(
                code_at(telephone, step_of(datetime.now(UTC)))
            )
            await page.keyboard.press("Enter")
        await page.wait_for_url(re.compile("/agents(\\?|$)"))
        yield page
        await browser.close()


async def _keep(page: Page, name: str) -> None:
    """Keep what the window shows, in few colours: these are drawings, not photographs."""
    await page.wait_for_load_state("networkidle")
    picture = Image.open(BytesIO(await page.screenshot(animations="disabled", caret="hide")))
    picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(
        PICTURES / f"{name}.png", optimize=True
    )
    print(f"  {name}.png")


def at(path: str) -> Walk:
    """Go to an address of the space."""

    async def walk(page: Page) -> None:
        await page.goto(path)

    return walk


def first_of(path: str, table_link: str = "main tbody th a, main tbody td a") -> Walk:
    """Go to the first that a list names."""

    async def walk(page: Page) -> None:
        await page.goto(path)
        await page.locator(table_link).first.click()
        await page.wait_for_url(lambda url: not url.endswith(path))

    return walk


async def _set_an_appointment(page: Page) -> None:
    await page.goto("/rendez-vous/nouveau")


async def _found_slots(page: Page) -> None:
    await page.goto("/creneaux")
    motives = page.locator("select[name=motif] option[value]:not([value=''])")
    await page.goto(f"/creneaux?motif={await motives.first.get_attribute('value')}")


WALKS: dict[str, dict[str, Walk]] = {
    "administrator": {
        "administration": at("/administration"),
        "organisation": first_of("/administration/organisations"),
        "lieux": at("/administration/lieux"),
        "agents": at("/administration/agents/nouveau"),
        "motifs": at("/administration/motifs"),
        "motif": first_of("/administration/motifs"),
        "statistiques": at("/statistiques"),
    },
    "agent": {
        "plages": at("/plages"),
        "plage": first_of("/plages"),
        "absences": at("/absences"),
        "usagers": at("/personnes"),
        "usager": first_of("/personnes"),
        "agenda": at("/agenda"),
        "nouveau": _set_an_appointment,
        "creneaux": _found_slots,
        "rendez-vous": first_of("/rendez-vous"),
    },
}


if __name__ == "__main__":
    sys.exit(main())
