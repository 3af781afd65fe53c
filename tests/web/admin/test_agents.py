"""Agents' pages: list, invitation, one agent, departure (C-03)."""

import html
import re
from uuid import UUID

import pytest
from creneau.agents import jobs
from creneau.agents import service as agents
from creneau.appointments import service as appointments
from creneau.context import Tenant
from creneau.messages.receipts import service as receipts
from creneau.organisations import service as organisations
from creneau.refusals import NotFound
from creneau_infra.mail.errors import MailRefusedError
from creneau_infra.mail.schemas import Message
from creneau_infra.outbox.service import deliver_due

from tests.days import tomorrow
from tests.platform.agents.letterbox import delivered
from tests.web.admin.conftest import Entered
from tests.web.backoffice.cast import Office, at, book
from tests.web.stage import Clients, Visitor

LIST = "/administration/agents"


def said(text: str) -> str:
    return html.unescape(text)


@pytest.fixture
async def alice(entered: Entered) -> Visitor:
    return await entered("Alice")


async def service_named(name: str) -> str:
    return next(str(one.id) for one in await organisations.services() if one.name == name)


async def invitation(office: Office, **changes: str) -> dict[str, str]:
    return {
        "first_name": "Eve",
        "last_name": "Durand",
        "email": "eve@exemple.fr",
        "service_ids": await service_named("Citoyenneté"),
        f"role-{office.organisation}": "agent",
        **changes,
    }


@pytest.mark.parametrize("way", ["", "/nouveau", "/{bea}", "/{bea}/retrait"])
async def test_these_pages_are_for_those_who_administer_agents(
    client: Clients, office: Office, entered: Entered, way: str
) -> None:
    path = LIST + way.format(bea=office.bea)
    anonymous = await client(office.tenant).get(path)
    assert anonymous.headers["location"].startswith("/agents/connexion")
    assert (await (await entered("Bea")).get(path)).status_code == 403
    assert (await (await entered("Alice")).get(path)).status_code == 200


async def test_the_list_is_filtered_sorted_and_searched(alice: Visitor) -> None:
    everybody = said((await alice.get(LIST)).text)
    assert all(f"Martin {name}" in everybody for name in ("Alice", "Bea", "Bob", "Sam"))
    registry = await service_named("État civil")
    filtered = said((await alice.get(f"{LIST}?filtre-service={registry}")).text)
    assert "Martin Bob" in filtered
    assert "Martin Bea" not in filtered
    administrators = said((await alice.get(f"{LIST}?filtre-role=administrator")).text)
    assert "Martin Alice" in administrators
    assert "Martin Bea" not in administrators
    found = said((await alice.get(f"{LIST}?filtre=béa")).text)
    assert "Martin Bea" in found
    assert "Martin Bob" not in found
    backwards = said((await alice.get(f"{LIST}?tri=-nom")).text)
    assert backwards.index("Martin Sam") < backwards.index("Martin Alice")
    nobody = said((await alice.get(f"{LIST}?filtre=zzz")).text)
    assert "Rien ne correspond" in nobody


@pytest.mark.feature("C-03")
async def test_somebody_is_invited(alice: Visitor, office: Office) -> None:
    sent = await alice.submit(f"{LIST}/nouveau", await invitation(office))
    assert sent.status_code == 303
    (mail,) = await delivered(office.tenant)
    assert mail.to == "eve@exemple.fr"
    page = said((await alice.get(sent.headers["location"])).text)
    assert "Invitation en attente" in page
    assert "L’invitation part à eve@exemple.fr" in page
    assert "Invitation en attente" in said((await alice.get(f"{LIST}?filtre-etat=invited")).text)


async def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    alice: Visitor, office: Office
) -> None:
    wrong = await alice.submit(
        f"{LIST}/nouveau",
        await invitation(office, email="nonsense", **{f"role-{office.organisation}": ""}),
    )
    assert wrong.status_code == 422
    page = said(wrong.text)
    assert 'value="Durand"' in page
    assert 'href="#email"' in page
    assert "Choisissez au moins une organisation et un rôle." in page
    taken = await alice.submit(f"{LIST}/nouveau", await invitation(office, email="BEA@exemple.fr"))
    assert "a déjà cette adresse" in said(taken.text)


@pytest.mark.feature("C-03")
async def test_a_role_and_a_language_are_changed_and_said(alice: Visitor, office: Office) -> None:
    typed = {
        **await invitation(office),
        "first_name": "Bea",
        "last_name": "Martin",
        "locale": "en",
        f"role-{office.organisation}": "secretary",
    }
    done = await alice.submit(f"{LIST}/{office.bea}", typed)
    assert done.status_code == 303
    page = said((await alice.get(f"{LIST}/{office.bea}")).text)
    assert "Modifié : langue, rôles." in page
    assert "Modifié par Alice Martin" in page
    assert (await agents.agent(office.bea)).locale == "en"


async def test_the_last_administrator_is_told_why_they_stay(alice: Visitor, office: Office) -> None:
    typed = {**await invitation(office), "first_name": "Alice", "last_name": "Martin"}
    refused = await alice.submit(f"{LIST}/{office.alice}", typed)
    assert refused.status_code == 422
    assert "C’est la dernière personne qui administre" in said(refused.text)
    alone = await alice.submit(f"{LIST}/{office.alice}/retrait")
    assert alone.status_code == 409
    assert "pour vous-même" in said(alone.text)


@pytest.mark.feature("C-03")
async def test_somebody_leaves_once_their_appointments_are_settled(
    alice: Visitor, office: Office
) -> None:
    booking = await book(office, at(tomorrow(), 10))
    page = f"{LIST}/{office.bea}/retrait"
    shown = said((await alice.get(page)).text)
    assert "Zoé Petit" in shown
    ids = re.findall(r'name="shown" value="([^"]+)"', shown)
    assert ids == [str(booking.id)]
    undecided = await alice.submit(page, {"shown": ids[0]})
    assert undecided.status_code == 409
    assert "Choisissez ce qu’ils deviennent." in said(undecided.text)
    later = await book(office, at(tomorrow(), 11))
    again = await alice.submit(page, {"shown": ids[0], "choice": "cancel"})
    assert again.status_code == 409
    assert "pris entre-temps" in said(again.text)
    assert (await appointments.get(booking.id)).state == "planned"
    both = [str(booking.id), str(later.id)]
    gone = await alice.submit(page, {"shown": both, "choice": "to_reschedule"})
    assert gone.headers["location"] == LIST
    assert (await appointments.get(later.id)).state == "to_reschedule"
    assert (await agents.agent(office.bea)).state == "removed"
    assert (await alice.get(f"{LIST}/{office.bea}")).status_code == 404
    with pytest.raises(NotFound):
        await appointments.get(office.bea)


async def test_an_administrator_elsewhere_reaches_nobody_here(
    office: Office, entered: Entered, other_tenant: object
) -> None:
    del other_tenant
    bea = await entered("Bea")
    for way in ("", "/retrait", "/double-authentification", "/invitation", "/vue"):
        assert (await bea.submit(f"{LIST}/{office.bob}{way}")).status_code == 403


async def test_an_invitation_that_did_not_arrive_says_why(alice: Visitor, office: Office) -> None:
    sent = await alice.submit(f"{LIST}/nouveau", await invitation(office))
    page = sent.headers["location"]
    assert "L’invitation n’est pas arrivée" not in said((await alice.get(page)).text)

    async def refuse(_message: Message) -> None:
        raise MailRefusedError("not an address")

    async def tenant_of(_tenant_id: UUID) -> Tenant:
        return office.tenant

    await deliver_due(jobs.handlers(refuse, tenant_of), office.tenant.id)
    text = said((await alice.get(page)).text)
    assert "L’invitation n’est pas arrivée" in text
    assert "Cette adresse n’est pas écrite comme il faut." in text
    receipt = await receipts.last_to_agent(UUID(page.rpartition("/")[2]), "invitation")
    assert receipt is not None
    assert (receipt.state, receipt.address) == ("failed", "eve@exemple.fr")
