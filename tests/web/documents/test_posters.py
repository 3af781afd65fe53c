"""Posters and codes of what can be shared, and the short addresses on them (C-46)."""

from urllib.parse import urlsplit
from uuid import UUID

import pytest
from creneau.context import SYSTEM, acting_for
from creneau.motives import service as motives
from creneau.organisations import service as organisations
from creneau.organisations.schemas import OrganisationDraft
from creneau.sharing.rules import short_name
from creneau_tenants.looks import service as looks
from creneau_tenants.looks.schemas import Look
from creneau_tenants.schemas import Branding
from creneau_web import qr_codes

from tests.infra.paper import codes_on, figures_of, pages_of, picture_of, text_of
from tests.platform.cast import PASSWORD, new_agent, new_motive
from tests.web.admin.conftest import Entered
from tests.web.backoffice.cast import Office, furnish_office
from tests.web.documents.conftest import logo
from tests.web.stage import Clients, new_tenant

KINDS = ("lieux", "motifs", "organisations", "services", "agents")
MONSTROUS = (
    "Première demande, renouvellement, perte ou vol de carte d’identité pour personnes majeures"
)


async def base_of(kind: str, office: Office) -> tuple[str, UUID]:
    service = (await motives.motive(office.motive)).service_id
    thing = {
        "lieux": office.place,
        "motifs": office.motive,
        "organisations": office.organisation,
        "services": service,
        "agents": office.bea,
    }[kind]
    return f"/administration/{kind}/{thing}", thing


@pytest.mark.feature("C-46")
@pytest.mark.parametrize("kind", KINDS)
async def test_a_poster_leads_by_its_code_and_by_its_short_address_to_the_page(
    entered: Entered, office: Office, client: Clients, kind: str
) -> None:
    base, thing = await base_of(kind, office)
    alice = await entered("Alice")
    page = (await alice.get(base)).text
    for needed in (f"{base}/code.svg", f"{base}/affiche.pdf?langue=fr", f"/r/{short_name(thing)}"):
        assert needed in page
    answer = await alice.get(f"{base}/affiche.pdf")
    assert answer.headers["content-disposition"] == 'attachment; filename="affiche.pdf"'
    said = text_of(answer.content)
    (address,) = codes_on(answer.content)
    assert "Prenez rendez-vous en ligne" in said
    assert address.partition("://")[2] in said
    assert figures_of(answer.content) == [
        f"Code à scanner, qui mène à {address.partition('://')[2]}"
    ]
    anybody = client(office.tenant)
    led = await anybody.get(urlsplit(address).path, follow_redirects=True)
    assert led.status_code == 200
    assert str(thing) in str(led.url)


@pytest.mark.parametrize("kind", KINDS)
async def test_the_code_on_the_page_is_the_one_on_the_poster(
    entered: Entered, office: Office, kind: str
) -> None:
    base, thing = await base_of(kind, office)
    alice = await entered("Alice")
    answer = await alice.get(f"{base}/code.svg")
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert answer.content == qr_codes.drawn(f"{office.tenant.public_url}/r/{short_name(thing)}")
    assert b"<script" not in answer.content


@pytest.mark.parametrize("kind", KINDS)
async def test_only_who_may_change_the_thing_prints_its_poster(
    entered: Entered, office: Office, client: Clients, kind: str
) -> None:
    base, _thing = await base_of(kind, office)
    bea = await entered("Bea")
    for end in ("affiche.pdf", "code.svg"):
        assert (await bea.get(f"{base}/{end}")).status_code == 403
        stranger = await client(office.tenant).get(f"{base}/{end}")
        assert stranger.headers["location"].startswith("/agents/connexion")


async def test_an_administrator_elsewhere_prints_nothing_of_this_organisation(
    entered: Entered, office: Office
) -> None:
    theirs = await organisations.create_organisation(OrganisationDraft(name="Annexe"), SYSTEM)
    service = (await motives.motive(office.motive)).service_id
    nadia = await entered(
        await new_agent("Nadia", theirs, service, "administrator", password=PASSWORD)
    )
    for kind in ("lieux", "motifs", "organisations"):
        base, _thing = await base_of(kind, office)
        assert (await nadia.get(f"{base}/affiche.pdf")).status_code == 403


async def test_what_has_no_page_has_no_poster(entered: Entered, office: Office) -> None:
    service = (await motives.motive(office.motive)).service_id
    closed = await new_motive(office.organisation, service, name="Interne", audience="agents")
    alice = await entered("Alice")
    assert "affiche.pdf" not in (await alice.get(f"/administration/motifs/{closed}")).text
    assert (await alice.get(f"/administration/motifs/{closed}/affiche.pdf")).status_code == 404


async def test_a_poster_speaks_the_language_that_is_asked_for(
    entered: Entered, office: Office
) -> None:
    base, _thing = await base_of("lieux", office)
    alice = await entered("Alice")
    english = text_of((await alice.get(f"{base}/affiche.pdf?langue=en")).content)
    assert "Book your appointment online" in english
    for asked in ("fr", "", "../../etc/passwd"):
        answer = await alice.get(f"{base}/affiche.pdf", params={"langue": asked})
        assert "Prenez rendez-vous en ligne" in text_of(answer.content)


async def test_the_tenants_look_is_on_it_and_it_stays_one_page_whatever_it_says(
    entered: Entered, office: Office
) -> None:
    await looks.save_draft(
        Look(name=MONSTROUS, branding=Branding(brand="#7A2048", footer="Mairie, 1 place\nSIRET 1"))
    )
    await looks.put_logo(logo())
    await looks.publish_draft(SYSTEM)
    service = (await motives.motive(office.motive)).service_id
    long = await new_motive(office.organisation, service, name=MONSTROUS)
    alice = await entered("Alice")
    pdf = (await alice.get(f"/administration/motifs/{long}/affiche.pdf")).content
    assert len(pages_of(pdf)) == 1
    assert len(codes_on(pdf)) == 1
    assert "SIRET 1" in text_of(pdf)
    # The logo's own grey is at the head of the page.
    head = picture_of(pdf).crop((0, 0, 1200, 250))
    assert head.histogram()[58] > 500


async def test_a_short_address_is_each_tenants_own(office: Office, client: Clients) -> None:
    elsewhere = await new_tenant()
    with acting_for(elsewhere):
        theirs = await furnish_office(elsewhere)
    anybody = client(office.tenant)
    assert (await anybody.get(f"/r/{short_name(theirs.place)}")).status_code == 404
    assert (await anybody.get("/r/nothing")).status_code == 404
    typed = short_name(office.place).upper().replace("-", "")
    assert (await anybody.get(f"/r/{typed}")).headers["location"] == f"/lieux/{office.place}"


async def test_a_crowd_before_a_poster_keeps_nobody_from_the_link_of_a_message(
    client: Clients, office: Office
) -> None:
    anybody = client(office.tenant)
    answers = [await anybody.get("/r/nothing") for _ in range(121)]
    assert {answer.status_code for answer in answers} == {404}
    assert (await anybody.get("/lien/nothing")).status_code == 404


async def test_an_agent_s_own_link_is_theirs_alone_and_leads_to_them(
    entered: Entered, office: Office, client: Clients
) -> None:
    bea, bob = await entered("Bea"), await entered("Bob")
    link = f"{office.tenant.public_url}/r/{short_name(office.bea)}"
    page = (await bea.get("/agents/mon-lien")).text
    assert f'value="{link}"' in page
    assert (await bea.get("/agents/mon-lien/code.svg")).content == qr_codes.drawn(link)
    (address,) = codes_on((await bea.get("/agents/mon-lien/affiche.pdf")).content)
    assert address == link
    assert "/r/" not in (await bob.get("/agents/mon-lien")).text
    assert (await bob.get("/agents/mon-lien/affiche.pdf")).status_code == 404
    stranger = await client(office.tenant).get("/agents/mon-lien")
    assert stranger.headers["location"].startswith("/agents/connexion")


async def test_nobody_prints_for_whom_the_public_cannot_book(
    entered: Entered, office: Office
) -> None:
    alice = await entered("Alice")
    base = f"/administration/agents/{office.bob}"
    assert "affiche.pdf" not in (await alice.get(base)).text
    assert (await alice.get(f"{base}/affiche.pdf")).status_code == 404
