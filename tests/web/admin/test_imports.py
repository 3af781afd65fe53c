"""Bringing data along, from the file to what is written (T-14)."""

import re

import pytest
from creneau.context import SYSTEM, Tenant
from creneau.imports import jobs
from creneau.organisations import service as organisations
from creneau.organisations.schemas import OrganisationDraft
from creneau_infra.outbox.service import deliver_due
from creneau_tenants.service import tenant_by_id
from creneau_web import csrf

from tests.web.admin.conftest import Entered
from tests.web.stage import Clients, Visitor

HOME = "/administration/imports"


async def send(visitor: Visitor, kind: str, content: bytes, name: str = "lieux.csv") -> str:
    answer = await visitor.post(
        f"{HOME}/fichier/{kind}",
        data={csrf.FIELD: visitor.form_token()},
        files={"file": (name, content, "text/csv")},
        headers={"origin": visitor.origin},
    )
    return answer.headers.get("location", "") or answer.text


async def work(tenant: Tenant) -> None:
    async def found(tenant_id: object) -> Tenant:
        directory = await tenant_by_id(tenant.id)
        assert directory is not None
        assert tenant_id == tenant.id
        return directory.tenant

    await deliver_due(jobs.handlers(found), tenant.id)


async def test_only_those_who_hold_the_right_get_in(
    entered: Entered, client: Clients, tenant: Tenant
) -> None:
    for path in (HOME, f"{HOME}/fichier/places", f"{HOME}/fichier/places/modele"):
        assert (await client(tenant).get(path)).status_code == 303
        assert (await (await entered("Bea")).get(path)).status_code == 403
    assert (await (await entered("Alice")).get(f"{HOME}/fichier/unknown")).status_code == 404


async def test_places_are_brought_along(entered: Entered, tenant: Tenant) -> None:
    alice = await entered("Alice")
    here = await send(alice, "places", "Nom;Téléphone\nGymnase;01 99 00 21 00\n".encode("cp1252"))
    waiting = (await alice.get(here)).text
    assert "Lecture du fichier" in waiting
    assert f'hx-get="{here}/avancement"' in waiting
    await work(tenant)
    assert "1 ligne sera écrite." in (await alice.get(here)).text
    assert "Gymnase" not in (await alice.get("/administration/lieux")).text
    await alice.submit(f"{here}/ecriture")
    assert "le travail continue" in (await alice.get(f"{here}/avancement")).text
    await work(tenant)
    assert "1 ligne est écrite." in (await alice.get(here)).text
    assert "Gymnase" in (await alice.get("/administration/lieux")).text
    assert "lieux.csv" in (await alice.get(HOME)).text


async def test_what_is_wrong_is_said_line_by_line_in_the_language_of_who_sent_it(
    entered: Entered, tenant: Tenant
) -> None:
    alice = await entered("Alice")
    await alice.get(f"{HOME}?lang=en")
    here = await send(alice, "places", b"Name,Organisation\nGym,Nowhere\n")
    await work(tenant)
    shown = (await alice.get(here)).text
    assert re.search(r">2<.*Organisation.*No organisation is called “Nowhere”", shown, re.DOTALL)
    assert "Write these lines" not in shown
    assert (await alice.submit(f"{here}/ecriture")).status_code == 409
    assert (await alice.submit(f"{here}/abandon")).status_code == 303
    assert (await alice.get(here)).status_code == 404


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "Choisissez un fichier."),
        (b"Nom;Couleur\nMairie;bleu\n", "Couleur"),
        (b"Nom\n" + b"Mairie\n" * 50_000, "50000 lignes"),
        (b"%PDF-1.7\x00", "format CSV"),
    ],
)
async def test_a_file_that_cannot_be_used_is_refused_at_once(
    entered: Entered, content: bytes, said: str
) -> None:
    assert said in await send(await entered("Alice"), "places", content)


async def test_the_name_of_a_file_is_only_shown(entered: Entered, tenant: Tenant) -> None:
    alice = await entered("Alice")
    await send(alice, "places", b"Nom\nGymnase\n", "../../etc/<b>passwd</b>")
    shown = (await alice.get(HOME)).text
    assert "<b>passwd" not in shown
    assert "etc" not in shown
    del tenant


async def test_the_template_opens_in_a_spreadsheet_and_is_read_back(entered: Entered) -> None:
    alice = await entered("Alice")
    template = await alice.get(f"{HOME}/fichier/places/modele")
    assert template.headers["content-disposition"] == 'attachment; filename="places.csv"'
    assert template.content.startswith(b"\xef\xbb\xbf")
    assert (await send(alice, "places", template.content)).startswith(HOME)


async def test_the_template_of_places_can_be_sent_as_it_is(
    entered: Entered, tenant: Tenant
) -> None:
    own = (await organisations.organisations())[0]
    await organisations.create_organisation(OrganisationDraft(name="Annexe"), SYSTEM)
    alice = await entered("Alice")
    template = (await alice.get(f"{HOME}/fichier/places/modele")).content
    assert own.name in template.decode() or "Annexe" in template.decode()
    here = await send(alice, "places", template)
    await work(tenant)
    assert "1 ligne sera écrite." in (await alice.get(here)).text
