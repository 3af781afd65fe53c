"""“Textes des messages”: in the tenant's own words, for everybody or for a motive (C-80)."""

from typing import Any

import pytest
from creneau.context import SYSTEM, Tenant, acting_for
from creneau.messages.wording import service as wordings
from creneau.messages.wording.house import house
from creneau.messages.wording.schemas import MESSAGES, Wording, WordingKey
from creneau.motives import service as motives
from creneau.organisations import service as organisations
from creneau.organisations.schemas import OrganisationDraft
from creneau_web.admin.wording_preview import sample, shown

from tests.platform.cast import new_motive
from tests.web.admin.conftest import Entered
from tests.web.backoffice.cast import Office
from tests.web.public.citizen import words
from tests.web.stage import Clients

HOME = "/administration/textes"
CONFIRMED = f"{HOME}/confirmed/fr"


def of_motive(office: Office, end: str = "") -> str:
    return f"/administration/motifs/{office.motive}/textes{end}"


def typed(**changes: str) -> dict[str, str]:
    """Fill the form with the house's texts, but for some."""
    above = house("confirmed", way="Annuler ou déplacer :")
    values = {name: getattr(above, name) for name in Wording.__struct_fields__}
    return {**values, "then": "save", "version": "", **changes}


async def own(office: Office, motive: Any = None) -> Wording | None:
    with acting_for(office.tenant):
        key = WordingKey(message="confirmed", locale="fr", motive_id=motive)
        return next((one for one in await wordings.own(motive) if one.key == key), None)


async def version_of(office: Office) -> str:
    found = await own(office)
    return getattr(found, "version", "")


async def test_strangers_and_colleagues_do_not_get_in(
    client: Clients, office: Office, entered: Entered
) -> None:
    anonymous, bea = client(office.tenant), await entered("Bea")
    for way in (HOME, CONFIRMED, of_motive(office), of_motive(office, "/confirmed/fr")):
        answer = await anonymous.get(way)
        assert answer.headers["location"].startswith("/agents/connexion"), way
        assert (await bea.get(way)).status_code == 403, way
    for way in (CONFIRMED, f"{CONFIRMED}/apercu", of_motive(office, "/confirmed/fr")):
        assert (await bea.submit(way, typed())).status_code == 403, way


async def test_an_administrator_of_one_organisation_writes_for_its_own_motives_only(
    office: Office, entered: Entered
) -> None:
    annexe = await organisations.create_organisation(OrganisationDraft(name="Annexe"), SYSTEM)
    service = (await motives.motive(office.motive)).service_id
    theirs = await new_motive(annexe, service, name="Passeport")
    alice = await entered("Alice")
    assert (await alice.get(of_motive(office))).status_code == 200
    way = f"/administration/motifs/{theirs}/textes/confirmed/fr"
    assert (await alice.get(way)).status_code == 403
    assert (await alice.submit(way, typed())).status_code == 403


@pytest.mark.parametrize("message", MESSAGES)
@pytest.mark.parametrize("locale", ["fr", "en"])
async def test_each_message_has_its_page_and_what_is_not_there_is_unknown(
    entered: Entered, message: str, locale: str
) -> None:
    alice = await entered("Alice")
    answer = await alice.get(f"{HOME}/{message}/{locale}")
    assert answer.status_code == 200
    assert "Texte de Créneau." in words(answer)
    assert "{personne}" in answer.text
    assert (await alice.get(f"{HOME}/{message}/de")).status_code == 404
    assert (await alice.get(f"{HOME}/invented/{locale}")).status_code == 404


async def test_own_texts_are_kept_shown_and_given_up(office: Office, entered: Entered) -> None:
    alice = await entered("Alice")
    answer = await alice.submit(CONFIRMED, typed(subject="À bientôt, {personne}"))
    assert answer.status_code == 303
    assert await own(office) is not None
    shown = await alice.get(CONFIRMED)
    assert 'value="À bientôt, {personne}"' in shown.text
    assert "Modifié : objet du mail." in words(shown)
    assert "Modifié par Alice" in words(shown)
    assert "vos mots" in words(await alice.get(HOME))
    back = {"then": "reset", "version": await version_of(office)}
    assert (await alice.submit(CONFIRMED, back)).status_code == 303
    assert await own(office) is None


async def test_a_motives_page_leads_to_its_texts_which_win(
    office: Office, entered: Entered
) -> None:
    alice = await entered("Alice")
    await alice.submit(CONFIRMED, typed(subject="De l’espace"))
    page = await alice.get(f"/administration/motifs/{office.motive}")
    assert of_motive(office) in page.text
    inherited = await alice.get(of_motive(office, "/confirmed/fr"))
    assert 'value="De l’espace"' in inherited.text
    assert "Texte de votre espace, pour tous les motifs." in words(inherited)
    await alice.submit(of_motive(office, "/confirmed/fr"), typed(subject="Du motif"))
    shown = await alice.get(of_motive(office, "/confirmed/fr"))
    assert "Texte de ce motif. Vidé, il suit celui de l’espace." in words(shown)
    assert of_motive(office) in (await alice.get(HOME)).text


async def test_an_unknown_placeholder_is_refused_with_those_that_exist(
    office: Office, entered: Entered
) -> None:
    alice = await entered("Alice")
    answer = await alice.submit(CONFIRMED, typed(sms="Bonjour {nom}"))
    assert answer.status_code == 422
    assert "{nom} n’existe pas ici. Vous pouvez écrire : {destinataire}" in words(answer)
    assert "Bonjour {nom}" in words(answer)
    assert await own(office) is None


async def test_whoever_saves_second_is_shown_what_the_first_one_saved(
    office: Office, entered: Entered
) -> None:
    alice = await entered("Alice")
    await alice.submit(CONFIRMED, typed(subject="Premier"))
    answer = await alice.submit(CONFIRMED, typed(subject="Second"))
    assert answer.status_code == 409
    assert "Objet du mail : Premier" in words(answer)
    assert 'value="Second"' in answer.text
    reset = await alice.submit(CONFIRMED, {"then": "reset", "version": "1"})
    assert reset.status_code == 409
    assert await own(office) is not None


async def test_the_preview_writes_the_message_with_what_is_typed_and_saves_nothing(
    office: Office, entered: Entered
) -> None:
    alice = await entered("Alice")
    form = typed(subject="Bonjour {personne}", sms="À {heure} : {lien}", ending="{{7*7}} <b>x</b>")
    answer = await alice.submit(f"{CONFIRMED}/apercu", form)
    assert answer.status_code == 200
    assert "Bonjour Camille Martin" in answer.text
    assert "caractères, 1 SMS facturé." in words(answer)
    assert "{{7*7}} &amp;lt;b&amp;gt;x" in answer.text
    assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]
    assert "unsafe-inline" not in answer.headers["content-security-policy"]
    assert await own(office) is None
    wrong = await alice.submit(f"{CONFIRMED}/apercu", typed(subject="{nom}"))
    assert "{nom} n’existe pas ici" in words(wrong)


async def test_a_text_that_costs_more_says_so(entered: Entered) -> None:
    alice = await entered("Alice")
    answer = await alice.submit(f"{CONFIRMED}/apercu", typed(sms="Γειά σας " + "ж" * 80))
    assert "2 SMS facturés." in words(answer)
    assert "il coûte plus du double" in words(answer)


async def test_the_search_over_all_settings_finds_the_texts(entered: Entered) -> None:
    alice = await entered("Alice")
    found = await alice.get("/administration?recherche=texte+rappel")
    assert f"{HOME}#reminder" in found.text


async def test_the_sms_of_an_offer_is_written_and_previewed_with_its_way_to_answer(
    entered: Entered,
) -> None:
    alice = await entered("Alice")
    way = f"{HOME}/offered/fr"
    page = await alice.get(way)
    assert 'name="sms"' in page.text
    assert "{limite_courte}" in page.text
    assert "Répondre : {lien}" in page.text
    drawn = await alice.submit(f"{way}/apercu", typed(sms="Libre à {heure} : {lien}"))
    assert "/attente/" in words(drawn)
    refused = await alice.submit(way, typed(subject="Libre", sms="Libre à {heure}"))
    assert refused.status_code == 422
    assert "sans lui, la personne ne peut pas répondre" in words(refused)
    saved = await alice.submit(way, typed(subject="Libre", sms="Libre à {heure} : {lien}"))
    assert saved.status_code == 303


async def test_a_space_without_any_organisation_can_write_its_texts(
    tenant: Tenant,
) -> None:
    with acting_for(tenant):
        subject = await sample(None)
        key = WordingKey(message="confirmed", locale="fr")
        assert tenant.name in shown(key, house("confirmed"), subject).html
