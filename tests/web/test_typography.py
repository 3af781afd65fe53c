"""Spaces that no line ends at: in the pages as they leave the server, with scripts or without."""

import httpx
from creneau.context import SYSTEM, Tenant, acting_for
from creneau.organisations import service as organisations
from creneau.organisations.schemas import OrganisationDraft
from creneau_web.app import Application
from creneau_web.rendering import environment

HOURS = "Lundi au vendredi : 8 h 30 – 12 h"


async def _home(app: Application, tenant: Tenant, language: str) -> str:
    host = f"http://{tenant.slug}.{app.settings.base_domain}:{app.settings.port}"
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url=host) as visitor:
        return (await visitor.get("/", headers={"accept-language": language})).text


async def _open(hours: str) -> None:
    draft = OrganisationDraft(name="Mairie", opening_hours=hours, phone="01 23 45 67 89")
    await organisations.create_organisation(draft, SYSTEM)


async def test_a_french_page_holds_its_double_signs_and_its_times(
    app: Application, tenant: Tenant
) -> None:
    await _open(HOURS)
    home = await _home(app, tenant, "fr")
    assert "Lundi au vendredi\u00a0: 8\u00a0h\u00a030 – 12\u00a0h" in home


async def test_an_english_page_holds_the_times_that_were_typed_and_nothing_else(
    app: Application, tenant: Tenant
) -> None:
    await _open(HOURS)
    home = await _home(app, tenant, "en")
    assert "Lundi au vendredi : 8\u00a0h\u00a030 – 12\u00a0h" in home


def test_each_text_that_a_template_writes_is_bound_and_its_fields_are_not(tenant: Tenant) -> None:
    source = '{{ _("Pour qui ?") }} {{ typed }}<input value="{{ typed }}">'
    template = environment().from_string(source)
    assert template.render(typed="Qui ?") == 'Pour qui\u00a0? Qui\u00a0?<input value="Qui ?">'
    with acting_for(tenant, "en"):
        assert template.render(typed="Qui ?").endswith('Qui ?<input value="Qui ?">')
