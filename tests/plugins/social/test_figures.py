"""The vertical's statistics: by service, by referent, and follow-ups without contact (S-10)."""

from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from creneau.appointments import service as appointments
from creneau.appointments.schemas import SettingRequest, State
from creneau.context import SYSTEM, Actor, Tenant
from creneau.database import tenant_transaction
from creneau.organisations import service as organisations
from creneau.organisations.schemas import OrganisationDraft
from creneau.people import service as people
from creneau.people.files import service as files
from creneau.people.schemas import PersonDraft
from creneau_infra.clock import now
from creneau_social.figures.contributions import LIST
from creneau_social.figures.rules import months_before, months_of

from tests.platform.cast import PASSWORD, Town, new_agent, new_motive
from tests.plugins.social.conftest import SignedIn
from tests.web.public.citizen import words
from tests.web.stage import Clients

PAGE = "/statistiques"
PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("day", "months", "found"),
    [
        ("2026-08-31T09:00", 6, "2026-02-28T09:00"),
        ("2028-08-31T09:00", 6, "2028-02-29T09:00"),
        ("2026-01-15T09:00", 1, "2025-12-15T09:00"),
        ("2026-07-01T09:00", 24, "2024-07-01T09:00"),
    ],
)
def test_months_are_counted_on_the_calendar(day: str, months: int, found: str) -> None:
    moment = datetime.fromisoformat(day).replace(tzinfo=PARIS)
    assert months_before(moment.astimezone(UTC), months, PARIS) == datetime.fromisoformat(
        found
    ).replace(tzinfo=PARIS)


@pytest.mark.parametrize("typed", ["", "x", "0", "7", "²", "-6", "999999999999"])
def test_what_is_no_choice_counts_as_six_months(typed: str) -> None:
    assert months_of(typed) == 6


async def followed(
    house: Town, name: str, agent: UUID, months: int = 24, organisation: UUID | None = None
) -> UUID:
    """Make a file that an agent has followed for so many months."""
    draft = PersonDraft(first_name=name, last_name="Petit")
    made = await files.create(draft, [organisation or house.organisation], SYSTEM)
    await people.add_referent(made, agent, SYSTEM)
    async with tenant_transaction() as tx:
        await tx.execute(
            "UPDATE referent SET since = now() - make_interval(months => $2) "
            "WHERE tenant_id = $1 AND person_id = $3",
            tx.tenant_id,
            months,
            made,
        )
    return made


async def met(
    house: Town,
    person: UUID,
    agent: UUID,
    days: int,
    state: State = "seen",
    motive: UUID | None = None,
) -> None:
    """Have an appointment of the two, so many days from now."""
    wanted = SettingRequest(
        motive_id=motive or house.motive,
        place_id=house.place,
        resource_ids=[agent],
        starts_at=now() + timedelta(days=days),
        person_id=person,
        force_reason="essai",
    )
    booking = await appointments.set_appointment(wanted, Actor("agent", agent))
    if state != "planned":
        await appointments.set_state(booking.id, state, Actor("agent", agent))


@pytest.fixture
async def followers(house: Town) -> Town:
    async with tenant_transaction() as tx:
        await tx.execute("UPDATE agent SET state = 'active' WHERE tenant_id = $1", tx.tenant_id)
    return house


def section(answer_words: str, title: str, end: str) -> str:
    """Give what a page says between a title and the next one."""
    start = answer_words.index(title)
    return answer_words[start : answer_words.index(end, start)] if end else answer_words[start:]


@pytest.mark.feature("S-10")
async def test_who_is_received_who_follows_and_who_was_seen_by_nobody_for_long(
    followers: Town, as_agent: SignedIn
) -> None:
    town = followers
    social = await new_motive(
        town.organisation, town.registry, name="Suivi", extra={"social.follow_up": "yes"}
    )
    anna, ben = await followed(town, "Anna", town.bob), await followed(town, "Ben", town.bob)
    carl, dora = await followed(town, "Carl", town.bea), await followed(town, "Dora", town.bob, 2)
    # Anna came twice for her follow-up; Ben a year ago; Carl came to somebody else; Dora is new.
    await met(town, anna, town.bob, -20, motive=social)
    await met(town, anna, town.bob, -10, motive=social)
    await met(town, anna, town.bob, 10, "planned", motive=social)
    await met(town, ben, town.bob, -365)
    await met(town, ben, town.bob, -5, "no_show")
    await met(town, carl, town.bob, -5)
    alice = await as_agent(town.alice)
    told = words(await alice.get(PAGE))
    services = section(told, "Personnes reçues par service", "Suivis par référent")
    assert "État civil 1 2 2 0" in services
    assert "Citoyenneté 1 1 0 1" in services
    referents = section(told, "Suivis par référent", "Suivis sans contact depuis 6 mois")
    assert "Bob Martin 3 1 1" in referents
    assert "Bea Martin 1 0 0" in referents
    silent = section(told, "Aucun rendez-vous honoré avec le référent", "")
    assert "Bea Martin 1" in silent
    assert "Bob Martin 1" in silent
    # The list leads to the persons; nobody is in it who was seen, or is followed since lately.
    listed = await alice.get(f"{LIST}?mois=6")
    assert f'href="{LIST}?mois=6"' in (await alice.get(PAGE)).text
    for person, there in ((anna, False), (ben, True), (carl, True), (dora, False)):
        assert (f'href="/personnes/{person}"' in listed.text) is there
    # Another number of months, chosen on the page.
    longer = words(await alice.get(f"{PAGE}?social_mois=18"))
    assert "Suivis sans contact depuis 18 mois" in longer
    assert f'href="/personnes/{ben}"' not in (await alice.get(f"{LIST}?mois=18")).text
    sooner = (await alice.get(f"{LIST}?mois=1")).text
    assert f'href="/personnes/{dora}"' in sooner
    only = (await alice.get(f"{LIST}?mois=6&referent={town.bea}")).text
    assert f'href="/personnes/{carl}"' in only
    assert f'href="/personnes/{ben}"' not in only


async def test_the_figures_are_taken_away_as_files(followers: Town, as_agent: SignedIn) -> None:
    await followed(followers, "Ben", followers.bob)
    alice = await as_agent(followers.alice)
    fields = {"format": "csv", "table": "social.silent"}
    answer = await alice.submit(f"{PAGE}/export?table=social.silent&social_mois=12", fields)
    assert answer.status_code == 200, words(answer)
    assert "Bob Martin" in answer.text


async def test_an_agent_sees_the_follow_ups_of_their_own_services_alone(
    followers: Town, as_agent: SignedIn
) -> None:
    town = followers
    ben, carl = await followed(town, "Ben", town.bob), await followed(town, "Carl", town.bea)
    bob = await as_agent(town.bob)
    told = words(await bob.get(PAGE))
    assert "Bea Martin" not in section(told, "Suivis par référent", "")
    listed = (await bob.get(f"{LIST}?referent={town.bea}")).text
    assert f'href="/personnes/{ben}"' in listed
    assert f'href="/personnes/{carl}"' not in listed
    assert "Bea Martin" not in listed


async def test_a_file_out_of_reach_is_not_named(followers: Town, as_agent: SignedIn) -> None:
    town = followers
    other = await organisations.create_organisation(OrganisationDraft(name="Annexe"), SYSTEM)
    desk = await organisations.create_service("Logement", False, SYSTEM)
    chloe_id = await new_agent("Chloe", other, desk, "administrator", password=PASSWORD)
    ben = await followed(town, "Ben", town.bob)
    theirs = await followed(town, "Tia", chloe_id, organisation=other)
    chloe = await as_agent(chloe_id)
    listed = (await chloe.get(LIST)).text
    assert f'href="/personnes/{theirs}"' in listed
    assert str(ben) not in listed
    # A follow-up of hers whose file her organisation does not know is not named either.
    await people.add_referent(ben, chloe_id, SYSTEM)
    async with tenant_transaction() as tx:
        await tx.execute(
            "UPDATE referent SET since = now() - interval '2 years' WHERE tenant_id = $1",
            tx.tenant_id,
        )
    assert str(ben) not in (await chloe.get(LIST)).text


async def test_strangers_are_led_to_sign_in_and_an_empty_space_says_so(
    followers: Town, as_agent: SignedIn, client: Clients, departement: Tenant
) -> None:
    answer = await client(departement).get(LIST)
    assert "/agents/connexion" in answer.headers["location"]
    alice = await as_agent(followers.alice)
    assert "Aucun suivi n’est resté sans contact" in words(await alice.get(LIST))
    assert "Rien à compter sur cette période." in words(await alice.get(PAGE))
    await followed(followers, "Ben", followers.bob)
    assert "Ben Petit" in words(await alice.get(f"{LIST}?suite=x&mois=%3Cscript%3E"))
