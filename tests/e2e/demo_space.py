"""The demo's département under a name of its own, and the people who work there in a browser."""

import re
from uuid import uuid4

import msgspec
from creneau.agents.second_factor.rules import code_at, step_of
from creneau.context import Tenant
from creneau_infra import clock
from creneau_tenants import service as tenants
from creneau_web.demo.accounts import PASSWORD, telephone_of
from creneau_web.demo.content import departement
from creneau_web.demo.fill import fill_one
from playwright.async_api import Locator, Page, expect

from tests.e2e.looking import fits

HOME = re.compile(r"/agents(\?|$)")
ACCOUNTS = {"administrator": "administration", "agent": "agent", "secretary": "secretariat"}
"""The roles of the demo, and how the addresses of their accounts begin."""


async def new_departement() -> Tenant:
    """Fill the demo's tenant of the social services, beside the others of this run."""
    slug = f"departement-{uuid4().hex[:8]}"
    draft = msgspec.structs.replace(departement.PLAN.tenant, slug=slug)
    await fill_one(msgspec.structs.replace(departement.PLAN, tenant=draft), clock.now())
    return (await tenants.tenant_by_slug(slug)).tenant


class Desk:
    """Somebody's window on the agents' side of a space."""

    def __init__(self, page: Page, space: Tenant) -> None:
        """Take a window that is signed in nowhere yet."""
        self.page = page
        self.space = space

    async def sign_in(self, role: str) -> None:
        """Come in as one of the demo's accounts, by the form."""
        email = f"{ACCOUNTS[role]}@{self.space.slug}.example"
        await self.go("/agents")
        await self.page.locator("input[name=email]").fill(email)
        await self.page.locator("input[name=password]").fill(PASSWORD)
        await self.page.locator("input[name=password]").press("Enter")
        if telephone := telephone_of(email, role):
            code = code_at(telephone, step_of(clock.now()))
            await self.page.locator("input[name=code]").fill(code)
            await self.page.locator("input[name=code]").press("Enter")
        await self.page.wait_for_url(HOME)

    async def sign_out(self) -> None:
        """Leave by the menu under one's name."""
        await self.page.locator(".agent-menu summary").click()
        await self.button("Se déconnecter").click()
        await expect(self.page.locator("input[name=password]")).to_be_visible()

    async def has_scripts(self) -> bool:
        """Tell whether this window runs them."""
        return not await self.page.evaluate("matchMedia('(scripting: none)').matches")

    async def go(self, way: str) -> int:
        """Open an address typed by hand; gives the status of the answer."""
        answer = await self.page.goto(f"{self.space.public_url}{way}")
        assert answer is not None
        return answer.status

    async def by_menu(self, name: str) -> None:
        """Open a page by the menu at the left, or by the one at the top on a phone."""
        rail = self.page.locator(".rail")
        if await rail.is_visible():
            await rail.get_by_role("link", name=name, exact=True).click()
        else:
            await self.page.locator(".rail-menu summary").click()
            menu = self.page.locator(".rail-menu")
            await menu.get_by_role("link", name=name, exact=True).click()

    async def headed(self, title: str) -> None:
        """Wait for the page of that name."""
        await expect(self.page.get_by_role("heading", level=1)).to_have_text(title)

    async def told(self, sentence: str) -> None:
        """Wait for a page that says something after what was done, and fits its window."""
        await expect(self.page.locator(".flashes")).to_contain_text(sentence)
        await fits(self.page)

    async def turned_away(self, way: str, sentence: str, status: int = 403) -> None:
        """Type an address that is not for this person: a page says so, and leads back to work."""
        assert await self.go(way) == status, way
        await expect(self.page.locator("main")).to_contain_text(sentence)
        await self.link("Revenir à ma journée").click()
        await self.page.wait_for_url(HOME)

    def link(self, name: str) -> Locator:
        """Find a link of the page by its whole name."""
        return self.page.locator("main").get_by_role("link", name=name, exact=True)

    def button(self, name: str) -> Locator:
        """Find a button by its whole name."""
        return self.page.get_by_role("button", name=name, exact=True)

    def field(self, label: str) -> Locator:
        """Find a field of the page by its label, whether it has to be filled in or not."""
        said = re.compile(rf"^\s*{re.escape(label)}(\s+\(facultatif\))?\s*$")
        return self.page.locator("main form").get_by_label(said)

    def choice(self, label: str) -> Locator:
        """Find one of several choices by how its label begins: a hint may follow."""
        return self.page.locator("main form label", has_text=re.compile(rf"^\s*{label}")).locator(
            "input"
        )
