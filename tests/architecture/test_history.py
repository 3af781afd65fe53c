"""Whatever changes an appointment, a person or a setting writes history in the same transaction (C-66)."""

from functools import cache

import pytest

from tests.architecture.traces import Calls, sources

# What these hold is no appointment, person or setting: work to do, messages under way, counts, keys.
OF_THE_MACHINE = {
    "outbox", "outbox_pace", "history_seal", "worker_sign", "idempotency",
    "appointment_count", "appointment_month", "appointment_change", "appointment_counting", "person_change",
    "message", "sms_dispatch", "sms_month", "webhook_delivery",
    "email_code", "sign_on_flow", "sign_on_session", "sign_out_token",
    "booking_link", "waiting_link", "invitation_link", "mail_confirmation",
}  # fmt: skip
ONLY_SEEN = (
    "signing in and out changes nothing of the tenant's; whoever ends other sessions is told of"
)
ONLY_A_DRAFT = "a draft that nobody else sees; what is published is told"
ONLY_A_FILE = "a file that waits and is forgotten; what is written of it is told"
ONLY_DERIVED = "occurrences that follow from rules; whoever changes a rule is told of"
ONLY_COUNTED = "figures that follow from appointments; whoever changes one is told of"
ONLY_ASKED = "it is carried out to be looked at, and rolled back"
ONLY_READ = "it reads: its statement stands in one table with others that write"
ONLY_NOTED = "what the machine saw of a server elsewhere: nobody set it"
ONLY_A_TOKEN = "a new link for what was told when it was asked for"
ONLY_A_CHECK = "a code or a password was checked; what it opens is told where it changes something"
ONLY_SEALED = "the same secrets under another key, by whoever runs the machine"
ONLY_USED = "a program or a browser looked in: the moment is noted"
UNTOLD = {
    "creneau.admission.service.take_place": "it counts who came to the line",
    "creneau.agents.jobs._href": ONLY_A_TOKEN,
    "creneau.agents.second_factor.service.begin": "it counts from the first code on, which is told",
    "creneau.agents.second_factor.service.check": ONLY_A_CHECK,
    "creneau.agents.service._renew_hash": ONLY_A_CHECK,
    "creneau.availability.gaps.service.note_gaps": ONLY_DERIVED,
    "creneau.calendars.service.busy.read_now": "a calendar is read sooner; what is found is told",
    "creneau.calendars.service.busy.refresh_due": "it notes when a calendar is due again",
    "creneau.calendars.service.reading.feed": ONLY_USED,
    "creneau.calendars.service.reading.sign_in": ONLY_USED,
    "creneau.imports.service._looked_through": ONLY_A_FILE,
    "creneau.imports.service.check": ONLY_A_FILE,
    "creneau.imports.service.forget_old": ONLY_A_FILE,
    "creneau.imports.service.give_up": ONLY_A_FILE,
    "creneau.imports.service.send": ONLY_A_FILE,
    "creneau.imports.service.start": ONLY_A_FILE,
    "creneau.planning.service.changing._try": ONLY_ASKED,
    "creneau.planning.service.changing.duplicate": ONLY_READ,
    "creneau.planning.service.reading.changes": ONLY_READ,
    "creneau.planning.service.reading.draft": ONLY_READ,
    "creneau.planning.service.reading.following": ONLY_READ,
    "creneau.planning.service.reading.stated": ONLY_READ,
    "creneau.planning.service.series.date_of": ONLY_READ,
    "creneau.planning.service.series.dates_of": ONLY_READ,
    "creneau.planning.service.upkeep._rewrite": ONLY_DERIVED,
    "creneau.planning.service.upkeep._rewrite_holidays": ONLY_DERIVED,
    "creneau.planning.service.upkeep.check": ONLY_READ,
    "creneau.sms.service.sending.hand_over": ONLY_NOTED,
    "creneau.webhooks.service.sending.forget_old": "an old secret's time is over; its change was told",
    "creneau_digital_aid.feed.service._write": "lines follow from places and sheets, which are told of",
    "creneau_social.figures.keeping.service._fill_some": ONLY_COUNTED,
    "creneau_social.figures.keeping.service.fill": ONLY_COUNTED,
    "creneau_social.situation.service.note": "who read what stands in a log of its own",
    "creneau_tenants.looks.service.drop_draft": ONLY_A_DRAFT,
    "creneau_tenants.looks.service.put_logo": ONLY_A_DRAFT,
    "creneau_tenants.looks.service.remove_logo": ONLY_A_DRAFT,
    "creneau_tenants.looks.service.save_draft": ONLY_A_DRAFT,
    "creneau_tenants.mailing.service.forget_trouble": ONLY_NOTED,
    "creneau_tenants.mailing.service.note_trouble": ONLY_NOTED,
    "creneau_tenants.secrets.service._rotate_of": ONLY_SEALED,
    "creneau_tenants.sign_on.service.signing_out.sign_out_by_provider": ONLY_SEEN,
    "creneau_web.auth.service.end_session": ONLY_SEEN,
    "creneau_web.auth.service.find_session": ONLY_SEEN,
    "creneau_web.auth.service.forget_old_sessions": ONLY_SEEN,
    "creneau_web.auth.service.open_session": ONLY_SEEN,
    "creneau_web.auth.service.remember": ONLY_SEEN,
    "creneau_web.auth.service.rotate": ONLY_SEEN,
    "creneau_web.unsent.service.keep": ONLY_A_DRAFT,
    "creneau_web.unsent.service.take": ONLY_A_DRAFT,
}


@cache
def calls() -> Calls:
    return Calls(sources())


@cache
def untold() -> dict[str, set[str]]:
    return calls().untold(OF_THE_MACHINE)


@pytest.mark.feature("C-66")
def test_whatever_changes_something_writes_history() -> None:
    assert {name: tables for name, tables in untold().items() if name not in UNTOLD} == {}


def test_nothing_is_excused_that_tells_or_is_gone() -> None:
    assert UNTOLD.keys() - untold().keys() == set()


def test_the_use_cases_are_seen_through_to_their_statements() -> None:
    opening = [name for name, one in calls().functions.items() if one.opens]
    telling = [name for name in opening if "history" in calls().tables_of(name)]
    assert len(telling) > 100
    tables = calls().tables_of("creneau.appointments.service.holding.confirm")
    assert {"booking", "person", "history"} <= tables


QUERIES = """
_SQL = {"paint": "UPDATE house SET colour = $1"}
async def paint(tx): await tx.execute(_SQL["paint"])
async def record(tx): await tx.execute("INSERT INTO history (action) VALUES ($1)")
"""
SERVICE = """
from creneau.database import tenant_transaction
from town import queries
from town.steps import told
async def silently():
    async with tenant_transaction() as tx:
        await _paint(tx)
async def aloud():
    async with tenant_transaction() as tx:
        await _paint(tx)
        await told(tx)
async def _paint(tx): await queries.paint(tx)
async def through_another():
    async with tenant_transaction() as tx:
        await _paint(tx)
    await aloud()
class Desk:
    async def silently(self):
        async with tenant_transaction() as tx:
            await self._paint(tx)
    async def _paint(self, tx): await queries.paint(tx)
"""
STEPS = "from town.queries import record as told"


def test_the_check_sees_a_change_that_says_nothing() -> None:
    town = Calls({"town.queries": QUERIES, "town.steps": STEPS, "town.service": SERVICE})
    silent = ("silently", "through_another", "Desk.silently")
    assert town.untold(set()) == {f"town.service.{name}": {"house"} for name in silent}
    assert town.untold({"house"}) == {}


def test_taking_history_out_of_a_use_case_is_noticed() -> None:
    name = "creneau.people.service"
    part = ("creneau.people", "creneau.history", "creneau.database")
    kept = {module: source for module, source in sources().items() if module.startswith(part)}
    assert f"{name}.update_details" not in Calls(kept).untold(OF_THE_MACHINE)
    kept[name] = kept[name].replace('await history.record(tx, actor, "person.updated"', "print(tx")
    assert f"{name}.update_details" in Calls(kept).untold(OF_THE_MACHINE)
