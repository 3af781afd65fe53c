"""The demo's tenants: whole, the same for everybody who tries them, and open to the public."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pytest
from creneau.agents import service as agents
from creneau.agents.second_factor import service as factors
from creneau.appointments import service as appointments
from creneau.appointments.schemas import AgendaEntry
from creneau.appointments.service.setting import OWNER as SET_BY_AN_AGENT
from creneau.availability.schemas import AGENT
from creneau.availability.service import next_available
from creneau.context import Tenant, acting_for
from creneau.invitations import service as invitations
from creneau.invitations.rules import state_of
from creneau.motives import service as motives
from creneau.organisations import service as organisations
from creneau.people import service as people
from creneau.people.finding.schemas import EVERYBODY
from creneau.plugins import installed
from creneau.roles import service as roles
from creneau_infra import clock
from creneau_tenants import service as tenants
from creneau_tenants.colours import ENOUGH, PAPER, contrast
from creneau_web.demo.accounts import DemoAccount
from creneau_web.demo.booking import OWNER
from creneau_web.demo.calendar import DAYS_AHEAD, DAYS_BACK, chance, holidays, local_today, weekly
from creneau_web.demo.fill import DemoInterruptedError, accounts, fill, is_filled
from creneau_web.demo.persons import somebody
from creneau_web.demo.telephones import code_of

SLUGS = ("ville", "departement", "campus", "numerique")
PLUGINS = {"ville": "counter", "departement": "social", "campus": "lms", "numerique": "digital_aid"}


@pytest.fixture(scope="session")
async def filled(database: object) -> Sequence[DemoAccount]:
    """Fill the demo once for all tests."""
    assert database
    return await accounts() if await is_filled() else await fill()


async def demo_tenant(slug: str) -> Tenant:
    return (await tenants.tenant_by_slug(slug)).tenant


async def whole_agenda(now: datetime) -> list[AgendaEntry]:
    everyone = [agent.id for agent in await agents.agents()]
    reach = timedelta(days=DAYS_AHEAD + 1)
    return await appointments.agenda(everyone, now - timedelta(days=DAYS_BACK + 1), now + reach)


@pytest.mark.parametrize("slug", SLUGS)
async def test_each_demo_tenant_has_its_vertical_and_its_look(
    filled: Sequence[DemoAccount], slug: str
) -> None:
    assert filled
    directory = await tenants.tenant_by_slug(slug)
    assert directory.tenant.plugins == {PLUGINS[slug]} & set(installed().names)
    assert contrast(directory.branding.brand, PAPER) >= ENOUGH
    assert directory.branding.public_text
    assert directory.state == "active"


@pytest.mark.parametrize("slug", SLUGS)
async def test_an_administrator_an_agent_and_a_secretary_can_sign_in(
    filled: Sequence[DemoAccount], slug: str
) -> None:
    own = [account for account in filled if account.tenant_slug == slug]
    assert [account.role for account in own] == ["administrator", "agent", "secretary"]
    with acting_for(await demo_tenant(slug)):
        for account in own:
            agent = await agents.authenticate(account.email, account.password)
            assert agent is not None
            assert agent.display_name == account.name
            assert len(account.password) >= 15
            assert (await roles.rights_of(agent.id)).can("appointment:read")
            assert bool(account.telephone) == (account.role == "administrator")
            if account.telephone:
                await factors.check(agent.id, code_of(account))


@pytest.mark.parametrize("slug", SLUGS)
async def test_there_is_a_past_a_day_and_a_future_with_varied_statuses(
    filled: Sequence[DemoAccount], slug: str
) -> None:
    assert filled
    now = clock.now()
    with acting_for(await demo_tenant(slug)):
        agenda = await whole_agenda(now)
    today = local_today(now)
    days = Counter(
        (local_today(entry.starts_at) > today) - (local_today(entry.starts_at) < today)
        for entry in agenda
    )
    assert 90 <= len(agenda) <= 160
    assert days[-1] >= 40
    assert days[0] >= 5
    assert days[1] >= 20
    assert {entry.state for entry in agenda} >= {
        "planned",
        "seen",
        "no_show",
        "excused",
        "cancelled",
    }
    online = {"public", "others"} if slug == "numerique" else {"public"}
    assert {entry.source for entry in agenda} == {"agent"} | online
    # Whoever sets an appointment at a desk holds it in the engine's own name.
    assert {entry.held_by for entry in agenda} <= {OWNER, SET_BY_AN_AGENT, None}


@pytest.mark.parametrize("slug", SLUGS)
async def test_the_public_finds_a_free_time_for_every_motive(
    filled: Sequence[DemoAccount], slug: str
) -> None:
    assert filled
    with acting_for(await demo_tenant(slug)):
        offered = await motives.public_motives()
        assert len(offered) >= 8
        for motive in offered:
            places = await motives.places_of_motive(motive.id)
            # Of whomever: a follow-up offers each person the time of their own referents.
            found = await next_available(motive.id, [place.id for place in places], asking=AGENT)
            assert found, motive.name


@pytest.mark.parametrize("slug", SLUGS)
async def test_the_day_of_the_demo_agent_is_never_empty(
    filled: Sequence[DemoAccount], slug: str
) -> None:
    account = next(one for one in filled if (one.tenant_slug, one.role) == (slug, "agent"))
    with acting_for(await demo_tenant(slug)):
        own = [agent.id for agent in await agents.agents() if agent.email == account.email]
        now = clock.now()
        agenda = await appointments.agenda(own, now - timedelta(days=2), now + timedelta(days=2))
    assert [one for one in agenda if local_today(one.starts_at) == local_today(now)]


@pytest.mark.parametrize("slug", SLUGS)
async def test_phone_and_hours_are_there_for_whoever_finds_no_time(
    filled: Sequence[DemoAccount], slug: str
) -> None:
    assert filled
    with acting_for(await demo_tenant(slug)):
        for organisation in await organisations.organisations():
            assert organisation.phone
            assert organisation.opening_hours


async def test_the_campus_has_groups_with_seats(filled: Sequence[DemoAccount]) -> None:
    assert filled
    with acting_for(await demo_tenant("campus")):
        agenda = await whole_agenda(clock.now())
    groups = Counter(entry.appointment_id for entry in agenda if entry.group_session)
    assert len(groups) >= 5
    assert max(groups.values()) == 12


async def test_no_message_of_the_demo_leads_to_a_real_address(
    filled: Sequence[DemoAccount],
) -> None:
    assert filled
    for slug in SLUGS:
        tenant = await demo_tenant(slug)
        with acting_for(tenant):
            found = {entry.email for entry in await whole_agenda(clock.now())}
            found |= {agent.email for agent in await agents.agents()}
        assert {email for email in found if email and not email.endswith(".example")} == set()


async def test_a_filling_that_was_stopped_half_way_is_told(
    filled: Sequence[DemoAccount],
) -> None:
    assert filled
    assert await is_filled()
    tenant = await demo_tenant("campus")
    await tenants.suspend(tenant.id)
    try:
        with pytest.raises(DemoInterruptedError):
            await is_filled()
    finally:
        await tenants.resume(tenant.id)
    assert await is_filled()


def test_the_same_seed_invents_the_same_people() -> None:
    one, other = chance("ville"), chance("ville")
    assert [somebody(one) for _ in range(20)] == [somebody(other) for _ in range(20)]


def test_weeks_are_repeated_until_the_end_of_the_demo_and_holidays_are_named() -> None:
    today = date(2026, 11, 20)
    assert weekly((0, 2), today) == "FREQ=WEEKLY;BYDAY=MO,WE;UNTIL=20270119T235959"
    assert list(holidays(today).values()) == [
        "Toussaint",
        "Armistice",
        "Noël",
        "Jour de l’an",
    ]
    assert holidays(date(2026, 12, 25)) == {date(2027, 1, 1): "Jour de l’an"}


async def test_the_demo_of_the_departement_invites_people_in_every_state(
    filled: Sequence[DemoAccount],
) -> None:
    assert filled
    with acting_for(await demo_tenant("departement")):
        found = (await people.search("", EVERYBODY, 150)).persons
        made = [
            state_of(invitation, clock.now())
            for person in found
            for invitation in await invitations.invitations_of(person.id)
        ]
    assert set(made) >= {"sent", "opened", "booked", "revoked"}
