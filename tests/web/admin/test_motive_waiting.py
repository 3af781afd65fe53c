"""Whether one may wait for a motive, and how long an offer is held, set by who administers (C-80)."""

import pytest
from creneau.context import SYSTEM
from creneau.database import tenant_transaction
from creneau.waiting import service as waiting
from creneau.waiting.schemas import WaitingRequest, WaitingRule

from tests.days import tomorrow
from tests.web.admin.conftest import Entered
from tests.web.admin.motive_cast import one
from tests.web.backoffice.cast import Office, at, book
from tests.web.public.citizen import words
from tests.web.stage import Clients

RULE = WaitingRule(open=True, offer_minutes=180)


def form(
    *, opened: bool = True, amount: str = "3", unit: str = "hours", version: str = "1-120"
) -> dict[str, str]:
    values = {"offer_minutes": amount, "offer_minutes_unit": unit, "version": version}
    return {**values, "open": "yes"} if opened else values


async def test_strangers_and_agents_set_nothing(
    office: Office, client: Clients, entered: Entered
) -> None:
    page = one(office, "/attente")
    assert (await client(office.tenant).get(page)).status_code == 303
    bea = await entered("Bea")
    assert (await bea.get(page)).status_code == 403
    assert (await bea.submit(page, form())).status_code == 403
    assert await waiting.rule(office.motive) == WaitingRule()


async def test_the_motive_says_its_rule_and_leads_to_it(office: Office, entered: Entered) -> None:
    alice = await entered("Alice")
    page = await alice.get(one(office))
    assert "proposé dans l’ordre des demandes, et réservé 2 heures." in words(page)
    assert f'href="{one(office, "/attente")}"' in page.text
    answer = await alice.submit(one(office, "/attente"), form())
    assert answer.headers["location"] == one(office, "#waiting")
    assert await waiting.rule(office.motive) == RULE
    shown = words(await alice.get(one(office)))
    assert "Modifié : durée de réservation d’un créneau proposé." in shown
    assert "réservé 3 heures" in shown
    form_page = await alice.get(one(office, "/attente"))
    assert 'name="offer_minutes" value="3"' in form_page.text
    assert 'name="version" value="1-180"' in form_page.text


async def test_a_closed_list_takes_nobody_and_says_so(office: Office, entered: Entered) -> None:
    alice = await entered("Alice")
    await alice.submit(one(office, "/attente"), form(opened=False, amount="2"))
    assert not await waiting.open_for(office.motive)
    assert "personne ne s’inscrit, et rien n’est proposé" in words(await alice.get(one(office)))


@pytest.mark.parametrize(
    ("amount", "unit", "sentence"),
    [
        ("bientôt", "hours", "Écrivez un nombre entier"),
        ("2", "ans", "Choisissez des minutes, des heures ou des jours"),
        ("14", "minutes", "Choisissez entre 15 minutes et 7 jours"),
        ("8", "days", "Choisissez entre 15 minutes et 7 jours"),
        ("<script>", "hours", "Écrivez un nombre entier"),
    ],
)
async def test_what_cannot_be_is_refused_with_a_sentence_and_kept_as_typed(
    office: Office, entered: Entered, amount: str, unit: str, sentence: str
) -> None:
    alice = await entered("Alice")
    answer = await alice.submit(one(office, "/attente"), form(amount=amount, unit=unit))
    assert answer.status_code == 422
    assert sentence in words(answer)
    kept = amount.replace("<", "&lt;").replace(">", "&gt;")
    assert f'name="offer_minutes" value="{kept}"' in answer.text
    assert await waiting.rule(office.motive) == WaitingRule()


@pytest.mark.parametrize("version", ["1-120", "", "nonsense", "1-99999999999"])
async def test_who_saves_second_is_shown_what_stands(
    office: Office, entered: Entered, version: str
) -> None:
    alice = await entered("Alice")
    await waiting.set_rule(office.motive, RULE, SYSTEM)
    answer = await alice.submit(one(office, "/attente"), form(amount="4", version=version))
    assert answer.status_code == 409
    assert "3 heures" in words(answer)
    assert await waiting.rule(office.motive) == RULE
    again = await alice.submit(one(office, "/attente"), form(amount="4", version="1-180"))
    assert again.status_code == 303


@pytest.mark.parametrize(("amount", "unit"), [("bientôt", "hours"), ("14", "minutes")])
async def test_who_mends_a_number_does_not_overwrite_what_changed_meanwhile(
    office: Office, entered: Entered, amount: str, unit: str
) -> None:
    alice = await entered("Alice")
    await waiting.set_rule(office.motive, RULE, SYSTEM)
    wrong = await alice.submit(one(office, "/attente"), form(amount=amount, unit=unit))
    assert wrong.status_code == 422
    assert 'name="version" value="1-120"' in wrong.text
    assert (await alice.submit(one(office, "/attente"), form(amount="4"))).status_code == 409
    assert await waiting.rule(office.motive) == RULE


async def test_what_was_not_changed_is_no_event(office: Office, entered: Entered) -> None:
    alice = await entered("Alice")
    saved = await alice.submit(one(office, "/attente"), form(amount="2"))
    assert saved.status_code == 303
    async with tenant_transaction() as tx:
        sql = "SELECT count(*) FROM history WHERE action = 'waiting.rule_set'"
        assert await tx.value(sql) == 0


async def test_who_waits_in_a_closed_list_is_counted_and_keeps_their_place(
    office: Office, entered: Entered
) -> None:
    await book(office, at(tomorrow(), 10))
    async with tenant_transaction() as tx:
        person = await tx.value("SELECT id FROM person")
    await waiting.ask(WaitingRequest(motive_id=office.motive, person_id=person), SYSTEM)
    alice = await entered("Alice")
    page = words(await alice.get(one(office, "/attente")))
    assert "1 personne attend pour ce motif. Si vous fermez la liste" in page
    await alice.submit(one(office, "/attente"), form(opened=False, amount="2"))
    page = words(await alice.get(one(office, "/attente")))
    assert "La liste est fermée. 1 personne garde sa place" in page
    assert "Si vous fermez" not in page


async def test_a_motive_that_only_agents_book_has_no_list(office: Office, entered: Entered) -> None:
    async with tenant_transaction() as tx:
        await tx.execute("UPDATE motive SET audience = 'agents' WHERE id = $1", office.motive)
    alice = await entered("Alice")
    assert (await alice.get(one(office, "/attente"))).status_code == 404
    assert one(office, "/attente") not in (await alice.get(one(office))).text
