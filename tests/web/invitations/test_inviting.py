"""An agent invites somebody from their file, and sees there what became of it (S-11, C-04)."""

import re
from datetime import timedelta
from uuid import UUID

import httpx
import pytest
from creneau.context import Actor, Tenant, acting_for
from creneau.database import tenant_transaction
from creneau.invitations import service as invitations
from creneau.invitations.schemas import InvitationRule
from creneau.organisations import service as organisations
from creneau.organisations.schemas import OrganisationDraft
from creneau.people import service as people
from creneau.people.schemas import RelativeDraft
from creneau_infra.mail.transports import mailbox_of
from creneau_infra.outbox.service import deliver_due
from creneau_web.app import Application
from creneau_web.outbox import handlers_for

from tests.days import today
from tests.infra.paper import codes_on, text_of
from tests.platform.cast import PASSWORD, new_agent
from tests.web.backoffice.cast import furnish_office, sign_in
from tests.web.backoffice.conftest import SignedIn
from tests.web.invitations.cast import Invited, a_file, book, link
from tests.web.public.citizen import words
from tests.web.stage import Clients, Visitor

SETTINGS = "/administration/invitations"


def typed(stage: Invited, **changes: str) -> dict[str, str]:
    values = {
        "what": str(stage.motive),
        "last_day": (today() + timedelta(days=20)).isoformat(),
        "channel": "email",
        "message": "",
    }
    return {**values, **changes}


async def invite(agent: Visitor, stage: Invited, person_id: UUID, **changes: str) -> httpx.Response:
    return await agent.submit(
        f"/personnes/{person_id}/invitations/nouvelle", typed(stage, **changes)
    )


async def state_on_file(agent: Visitor, person_id: UUID) -> str:
    page = (await agent.get(f"/personnes/{person_id}")).text
    section = page[page.index('id="invitations"') :]
    return words(httpx.Response(200, text=section[: section.index("</section>")]))


async def test_strangers_and_other_organisations_invite_nobody(
    invited: Invited, client: Clients, other_tenant: Tenant
) -> None:
    amina = await a_file(invited.office)
    await link(invited, amina)
    (made,) = await invitations.invitations_of(amina)
    here = f"/personnes/{amina}/invitations"
    anonymous = await client(invited.office.tenant).get(f"{here}/nouvelle")
    assert "/agents/connexion" in anonymous.headers["location"]
    annex = await organisations.create_organisation(
        OrganisationDraft(name="Annexe"), Actor("system")
    )
    service = await organisations.create_service("Logement", False, Actor("system"))
    await new_agent("Chloe", annex, service, "administrator", password=PASSWORD)
    chloe = await sign_in(client(invited.office.tenant), "Chloe")
    with acting_for(other_tenant):
        await furnish_office(other_tenant)
        stranger = await sign_in(client(other_tenant), "Alice")
    for way in ("nouvelle", f"{made.id}/lettre"):
        assert (await chloe.get(f"{here}/{way}")).status_code == 403
        assert (await stranger.get(f"{here}/{way}")).status_code == 404
    for way in ("nouvelle", f"{made.id}/retrait", f"{made.id}/envoi", f"{made.id}/lettre"):
        assert (await chloe.submit(f"{here}/{way}", typed(invited))).status_code == 403
        assert (await stranger.submit(f"{here}/{way}", typed(invited))).status_code == 404


async def test_an_agent_invites_to_what_is_within_reach_and_to_nothing_else(
    invited: Invited, signed_in: SignedIn
) -> None:
    amina = await a_file(invited.office)
    new = f"/personnes/{amina}/invitations/nouvelle"
    for name, reached in (("Bea", True), ("Sam", True), ("Alice", True), ("Bob", False)):
        agent = await signed_in(name)
        assert ("Bilan par téléphone" in words(await agent.get(new))) == reached, name
        if not reached:
            answer = await invite(agent, invited, amina)
            assert answer.status_code == 422
    assert await invitations.invitations_of(amina) == []


@pytest.mark.feature("S-11")
async def test_the_file_tells_what_became_of_an_invitation(
    invited: Invited, signed_in: SignedIn, client: Clients, app: Application
) -> None:
    bea, amina = await signed_in("Bea"), await a_file(invited.office)
    assert "Aucune invitation" in await state_on_file(bea, amina)
    answer = await invite(bea, invited, amina, message="=1+1 <script>")
    assert answer.headers["location"] == f"/personnes/{amina}#invitations"
    assert "Envoyée" in await state_on_file(bea, amina)
    await deliver_due(handlers_for(app.settings), invited.office.tenant.id)
    way = await newest_link(app, "amina@exemple.fr")
    visitor = client(invited.office.tenant)
    await visitor.get(way)
    assert "Ouverte" in await state_on_file(bea, amina)
    await book(visitor, invited, way)
    shown = await state_on_file(bea, amina)
    assert "Rendez-vous pris le" in shown
    assert "Annuler l’invitation" not in shown
    history = words(await bea.get(f"/personnes/{amina}"))
    assert "Bea Martin a invité la personne à prendre rendez-vous." in history
    assert "L’invitation a été ouverte." in history


async def newest_link(app: Application, address: str) -> str:
    letters = [
        one for one in await mailbox_of(app.settings.data_dir).letters() if one.to == address
    ]
    found = re.search(r"/invitation/[\w-]+", letters[0].text)
    assert found is not None
    return found[0]


async def test_it_is_withdrawn_and_sent_again_once_each(
    invited: Invited, signed_in: SignedIn, app: Application
) -> None:
    bea, amina = await signed_in("Bea"), await a_file(invited.office)
    await invite(bea, invited, amina)
    await deliver_due(handlers_for(app.settings), invited.office.tenant.id)
    (made,) = await invitations.invitations_of(amina)
    here = f"/personnes/{amina}/invitations/{made.id}"
    assert "Renvoyer" in await state_on_file(bea, amina)
    await bea.submit(f"{here}/envoi", {"seen": "0"})
    await bea.submit(f"{here}/envoi", {"seen": "0"})
    async with tenant_transaction() as tx:
        sent = await tx.value("SELECT count(*) FROM message WHERE about_id = $1", made.id)
    assert sent == 2
    await bea.submit(f"{here}/retrait")
    assert "Annulée" in await state_on_file(bea, amina)
    again = await bea.submit(f"{here}/retrait")
    assert again.status_code == 303
    assert (await bea.get(f"{here}/lettre")).status_code == 404


async def test_wrong_input_keeps_what_was_typed(invited: Invited, signed_in: SignedIn) -> None:
    bea, amina = await signed_in("Bea"), await a_file(invited.office)
    for wrong in (
        {"what": "x"},
        {"channel": "pigeon"},
        {"last_day": "32"},
        {"last_day": "1999-01-01"},
    ):
        answer = await invite(bea, invited, amina, message="Gardez ceci", **wrong)
        assert answer.status_code == 422
        assert "Gardez ceci" in answer.text
    await invite(bea, invited, amina)
    twice = await invite(bea, invited, amina)
    assert "Une invitation est déjà en cours" in words(twice)


async def test_a_relative_s_invitation_says_who_reads_it(
    invited: Invited, signed_in: SignedIn
) -> None:
    bea, amina = await signed_in("Bea"), await a_file(invited.office)
    draft = RelativeDraft(first_name="Léo", last_name="Diallo")
    leo = await people.add_relative(amina, draft, Actor("system"))
    form = words(await bea.get(f"/personnes/{leo}/invitations/nouvelle"))
    assert "Amina Diallo recevra l’invitation" in form
    assert "amina@exemple.fr" in form


@pytest.mark.feature("S-11")
async def test_a_letter_is_printed_with_its_code_and_opens_the_invitation(
    invited: Invited, signed_in: SignedIn, client: Clients
) -> None:
    bea = await signed_in("Bea")
    amina = await a_file(
        invited.office, email="", phone="", address="3 rue des Lilas\n35000 Rennes"
    )
    answer = await invite(bea, invited, amina, channel="letter", message="À bientôt.")
    letter = answer.headers["location"]
    assert "3 rue des Lilas" in (await bea.get(letter)).text
    empty = await bea.submit(letter, {"addressee": ""})
    assert empty.status_code == 422
    printed = await bea.submit(letter, {"addressee": "Amina Diallo\n3 rue des Lilas\n35000 Rennes"})
    assert printed.headers["content-type"] == "application/pdf"
    text = text_of(printed.content)
    assert "À bientôt." in text
    (scanned,) = codes_on(printed.content)
    assert scanned.rpartition("/")[2] in text
    way = f"/invitation/{scanned.rpartition('/')[2]}"
    assert "Amina D." in words(await client(invited.office.tenant).get(way))


async def test_settings_are_saved_once_and_the_second_is_shown_what_changed(
    signed_in: SignedIn,
) -> None:
    bea, alice = await signed_in("Bea"), await signed_in("Alice")
    assert (await bea.get(SETTINGS)).status_code == 403
    form = {"reminds": "yes", "remind_after_days": "3", "valid_days": "15", "version": "7:30"}
    for wrong in ({"remind_after_days": "x"}, {"valid_days": "0"}, {"remind_after_days": "61"}):
        assert (await alice.submit(SETTINGS, {**form, **wrong})).status_code == 422
    saved = await alice.submit(SETTINGS, form)
    assert saved.status_code == 303
    late = await alice.submit(SETTINGS, {**form, "valid_days": "10"})
    assert (late.status_code, "15 jours" in words(late)) == (409, True)
    off = {"remind_after_days": "3", "valid_days": "15", "version": "3:15"}
    await alice.submit(SETTINGS, off)
    assert await invitations.rule() == InvitationRule(remind_after_days=None, valid_days=15)


@pytest.mark.parametrize("language", ["fr", "en"])
async def test_pages_are_whole_in_both_languages(
    invited: Invited, signed_in: SignedIn, client: Clients, language: str
) -> None:
    bea, amina = await signed_in("Bea"), await a_file(invited.office)
    way = await link(invited, amina, motive_id=None, category="Suivi")
    visitor = client(invited.office.tenant)
    for one, address in (
        (bea, f"/personnes/{amina}/invitations/nouvelle"),
        (visitor, way),
        (visitor, "/invitation"),
    ):
        page = await one.get(address, headers={"accept-language": language})
        assert page.status_code == 200
        assert f'lang="{language}"' in page.text
