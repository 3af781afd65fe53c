"""The sums of months are what the days say, and no reader waits for what is counted (C-69)."""

import asyncio
import contextvars
from collections import Counter
from datetime import date, timedelta
from time import monotonic
from uuid import UUID

import pytest
from creneau.appointments import service as appointments
from creneau.appointments.listing import service as listing
from creneau.appointments.listing.schemas import Wanted, Within
from creneau.appointments.schemas import Booking
from creneau.context import SYSTEM
from creneau.database import tenant_transaction
from creneau.organisations import service as organisations
from creneau.organisations.schemas import OrganisationDraft
from creneau.statistics import queries, service
from creneau.statistics.schemas import Only
from creneau.statistics.spans import DAY, spans
from msgspec.structs import replace

from tests.days import today
from tests.web.backoffice.cast import Office, at, book
from tests.web.backoffice.conftest import SignedIn
from tests.web.backoffice.standing import ADAM, as_it_stands, question
from tests.web.backoffice.test_statistics import PAGE

KEYS = "organisation_id, service_id, subjects, state, source"
FAR = 70


async def differences() -> int:
    """Compare what is kept of each month with what its days add up to."""
    async with tenant_transaction() as tx:
        return await tx.value(
            f"""
            WITH days AS (
                SELECT kind, date_trunc('month', day::timestamp)::date AS month, {KEYS},
                    sum(number) AS number, sum(minutes) AS minutes
                FROM appointment_count WHERE tenant_id = $1
                GROUP BY kind, 2, {KEYS}
            ), months AS (
                SELECT kind, month, {KEYS}, number::bigint, minutes::bigint
                FROM appointment_month WHERE tenant_id = $1 AND number <> 0
            )
            SELECT count(*) FROM (
                (TABLE days EXCEPT TABLE months) UNION ALL (TABLE months EXCEPT TABLE days)) d
            """,
            tx.tenant_id,
        )


async def shift(booking: Booking, days: int) -> None:
    """Put an appointment to another day, whatever is open."""
    async with tenant_transaction() as tx:
        for table, key in (("allocation", "appointment_id"), ("appointment", "id")):
            await tx.execute(
                f"""
                UPDATE {table} SET starts_at = starts_at + $3::interval, ends_at = ends_at + $3::interval
                WHERE tenant_id = $1 AND {key} = $2
                """,
                tx.tenant_id,
                booking.appointment_id,
                timedelta(days=days),
            )


async def change(office: Office, booked: list[Booking]) -> None:
    """Book, put into another month and back, fill in, and cancel."""
    far, back = [
        await book(office, at(today() + timedelta(days=2), hour), ADAM) for hour in (15, 16)
    ]
    await shift(far, FAR)
    await shift(back, FAR)
    await service.refresh()
    assert await differences() == 0
    await shift(back, -FAR)
    await appointments.set_state(booked[0].id, "no_show", SYSTEM)
    await appointments.cancel(booked[4].id, SYSTEM)


async def test_a_period_of_whole_months_says_what_stands(
    office: Office, booked: list[Booking]
) -> None:
    long = question(days=150)
    assert await service.statistics(long) == await as_it_stands(long)
    await change(office, booked)
    for within in (
        Within(everything=True),
        Within(organisation_ids=frozenset({office.organisation})),
        Within(agent_ids=frozenset({office.bea})),
    ):
        asked = question(within, days=150)
        found = await service.statistics(asked)
        assert found == await as_it_stands(asked), within
        counts = Counter({name: number for name, number in found.counts.items() if number})
        assert counts == Counter(await service.standings(asked, Only()))
    assert await differences() == 0


async def test_a_month_that_was_not_kept_would_be_seen(booked: list[Booking]) -> None:
    # The control of the comparison above.
    assert booked
    await service.refresh()
    assert await differences() == 0
    async with tenant_transaction() as tx:
        await tx.execute(
            "UPDATE appointment_month SET number = number + 1 WHERE tenant_id = $1 AND kind = 'place'",
            tx.tenant_id,
        )
    assert await differences() > 0


@pytest.mark.parametrize("away", [None, (date(2026, 2, 28), date(2026, 3, 1))])
def test_each_day_of_a_period_is_read_once(away: tuple[date, date] | None) -> None:
    first = date(2025, 12, 27)
    for begins in range(0, 50, 7):
        for length in (0, 3, 27, 31, 58, 90, 400):
            since = first + timedelta(days=begins)
            to = since + timedelta(days=length)
            found = spans(since, to, away, by_month=True)
            read = Counter(
                one + timedelta(days=n)
                for one, last in (*found.days, *found.months)
                for n in range((last - one).days + 1)
            )
            wanted = Counter(since + timedelta(days=n) for n in range(length + 1))
            for day in (away or ())[:2]:
                del wanted[day]
            assert read == wanted, (since, to)
            assert all(one.day == 1 and (last + DAY).day == 1 for one, last in found.months)


async def test_what_takes_long_to_count_is_left_to_a_worker_and_said(
    booked: list[Booking], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert booked
    monkeypatch.setattr(service, "MANY", 0)
    asked = question()
    assert not (await service.statistics(asked)).complete
    assert await service.standings(asked, Only()) is None
    await service.finish()
    assert await service.statistics(asked) == await as_it_stands(asked)
    async with tenant_transaction() as tx:
        assert not await queries.is_asked(tx)


async def test_nobody_waits_long_for_whoever_counts(booked: list[Booking]) -> None:
    asked = question()
    await service.statistics(asked)
    await appointments.set_state(booked[0].id, "seen", SYSTEM)
    elsewhere = contextvars.copy_context()
    async with tenant_transaction() as tx:
        await queries.counting_zone(tx)
        started = monotonic()
        reading = asyncio.create_task(service.statistics(asked), context=elsewhere)
        assert not (await reading).complete
        assert monotonic() - started < 60
    assert await service.statistics(asked) == await as_it_stands(asked)


async def test_a_list_counts_what_is_at_ones_places_and_what_ones_agents_have(
    office: Office, booked: list[Booking]
) -> None:
    assert booked
    other = await organisations.create_organisation(OrganisationDraft(name="Annexe"), SYSTEM)
    for houses, agents in (
        ({office.organisation}, {office.bob}),
        ({other}, {office.bea}),
        ({other}, {office.bob}),
        (set[UUID](), {office.bea}),
    ):
        within = Within(organisation_ids=frozenset(houses), agent_ids=frozenset(agents))
        asked = replace(question(within, days=150), either=True)
        for agent in (None, office.bea):
            only = Only(agent=agent)
            stands = await listing.counted(Wanted(within=within, agent_id=agent))
            assert await service.standings(asked, only) == stands, (houses, agents, agent)
            by_day = await service.days(asked, only, None)
            assert sum(one.number for one in by_day) == sum(stands.values())


@pytest.mark.usefixtures("booked")
async def test_incomplete_figures_are_said_to_be_and_do_not_leave_as_a_file(
    signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MANY", 0)
    alice = await signed_in("Alice")
    assert "Les chiffres ci-dessous sont incomplets" in (await alice.get(PAGE)).text
    asked = {"format": "csv"}
    refused = await alice.submit(f"{PAGE}/export?table=motifs", asked)
    assert refused.status_code == 503
    assert "Réessayez dans une minute" in refused.text
    # The list counts what it shows.
    listed = (await alice.get("/rendez-vous?tout=oui")).text
    assert "5 rendez-vous" in listed
    await service.finish()
    assert "incomplets" not in (await alice.get(PAGE)).text
    assert (await alice.submit(f"{PAGE}/export?table=motifs", asked)).status_code == 200
