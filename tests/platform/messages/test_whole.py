"""Everybody who is concerned reads of everything that happens, by their own ways (C-80)."""

from email.utils import parseaddr
from uuid import UUID, uuid4

import pytest
from creneau.appointments import service as appointments
from creneau.appointments.schemas import Booking, ConfirmRequest, MoveRequest
from creneau.context import SYSTEM, VISITOR, Actor, Tenant
from creneau.database import tenant_transaction
from creneau.messages import jobs, service
from creneau.messages.preferences import service as preferences
from creneau.messages.preferences.schemas import AgentPreference
from creneau.messages.receipts import service as receipts
from creneau.messages.reminders import jobs as reminders
from creneau.messages.wording import service as wordings
from creneau.messages.wording.house import house
from creneau.messages.wording.schemas import Wording, WordingKey
from creneau.people import service as people
from creneau.people.schemas import Identity, RelativeDraft
from creneau.planning import service as planning
from creneau.planning.schemas import ArchiveMotive, Decision
from creneau.plugins import Plugins
from creneau.refusals import InvalidInput
from creneau.testing.phones import sms_to, switch_sms_on
from creneau.waiting import jobs as waiting_jobs
from creneau.waiting import service as waiting
from creneau.waiting.schemas import WaitingRequest
from creneau_infra.mail.schemas import Message
from creneau_infra.outbox.schemas import together
from creneau_infra.outbox.service import deliver_due
from creneau_infra.settings import Settings
from msgspec.structs import replace

from tests.platform.cast import Town
from tests.platform.messages.post import book, free_slots
from tests.platform.messages.test_jobs import NeighbourPlugin

PARENT, NORA, BOB = "alice@example.org", "nora@example.org", "bob@exemple.fr"


PAUL = ConfirmRequest(
    identity=Identity(first_name="Paul", last_name="Durand", email="paul@example.org"),
    email_proven=True,
)


class Everything:
    """Does all the work of one tenant, and keeps what is read by mail and by SMS."""

    def __init__(self, tenant: Tenant, settings: Settings, number: str) -> None:
        self._tenant, self._settings, self._number = tenant, settings, number
        self._mails: list[Message] = []
        self._texts = 0

    async def read(self) -> tuple[dict[str, str], list[str]]:
        """Give the subject of each new mail by its reader, and the new SMS."""
        self._mails.clear()

        async def deliver(message: Message) -> None:
            self._mails.append(message)

        async def tenant_of(_tenant_id: UUID) -> Tenant:
            return self._tenant

        work = together(
            jobs.handlers(deliver, tenant_of),
            reminders.handlers(tenant_of),
            waiting_jobs.handlers(deliver, tenant_of),
        )
        await deliver_due(work, self._tenant.id)
        texts = await sms_to(self._settings, self._number)
        new, self._texts = texts[: len(texts) - self._texts], len(texts)
        mails = {parseaddr(one.to)[1]: one.subject for one in self._mails}
        assert len(mails) == len(self._mails), "somebody was written to twice"
        return mails, [one.text for one in new]


@pytest.fixture
def number() -> str:
    """Give a number that no other test writes to."""
    return f"+3361{int(uuid4()) % 10**7:07}"


@pytest.fixture
async def everything(
    open_town: Town,
    tenant: Tenant,
    settings: Settings,
    number: str,
    monkeypatch: pytest.MonkeyPatch,
) -> Everything:
    """Switch on SMS beside mails, an agent who reads, and somebody who booked for another."""
    del open_town
    await switch_sms_on(settings)
    async with tenant_transaction() as tx:
        await tx.execute("UPDATE agent SET state = 'active' WHERE tenant_id = $1", tx.tenant_id)
        await tx.execute(
            "UPDATE motive SET person_channels = 'both', reminders = '[{\"minutes\": 60}]' "
            "WHERE tenant_id = $1",
            tx.tenant_id,
        )
        # No hour of the day is quiet: what is told at night is told all the same.
        await tx.execute(
            "UPDATE sms_setting SET quiet_begins = '00:00', quiet_ends = '00:00', "
            "quiet_sundays = false, quiet_holidays = false WHERE tenant_id = $1",
            tx.tenant_id,
        )
    plugins = Plugins({"neighbour": NeighbourPlugin()})
    here = plugins.for_tenant(replace(tenant, plugins=frozenset({"neighbour"})))
    monkeypatch.setattr(service, "active", lambda: here)
    return Everything(tenant, settings, number)


async def child_of(number: str) -> tuple[UUID, UUID]:
    """Make a parent with an address and a phone, and a child with neither."""
    alice = Identity(first_name="Alice", last_name="Petit", email=PARENT, phone=number)
    async with tenant_transaction() as tx:
        parent = await people.identified(tx, alice, VISITOR, email_proven=True)
    zoe = RelativeDraft(first_name="Zoé", last_name="Petit")
    return parent, await people.add_relative(parent, zoe, SYSTEM)


async def booked(town: Town, child: UUID) -> Booking:
    return await book(town.motive, ConfirmRequest(person_id=child))


async def due(kind: str) -> None:
    async with tenant_transaction() as tx:
        sql = "UPDATE outbox SET due_at = now() WHERE tenant_id = $1 AND kind = $2"
        await tx.execute(sql, tx.tenant_id, kind)


def all_say(read: tuple[dict[str, str], list[str]], person: str, agent: str, sms: str) -> None:
    """Check that who answers for the child, who booked and the agent have read it, each once."""
    mails, texts = read
    assert set(mails) == {PARENT, NORA, BOB} if agent else {PARENT, NORA}
    assert mails[PARENT].startswith(person)
    assert mails[NORA] == mails[PARENT]
    assert not agent or mails[BOB].startswith(agent)
    (text,) = texts
    assert sms in text
    assert "Zoé Petit" in text


@pytest.mark.feature("C-80")
async def test_who_answers_for_a_child_who_booked_and_the_agent_read_of_everything_that_happens(
    open_town: Town, everything: Everything, number: str
) -> None:
    parent, child = await child_of(number)
    booking = await booked(open_town, child)
    all_say(await everything.read(), "Rendez-vous confirmé", "Nouveau rendez-vous", "confirmé")
    later = (await free_slots(open_town.motive))[2]
    await appointments.move(booking.id, MoveRequest(starts_at=later.starts_at), VISITOR)
    all_say(await everything.read(), "Rendez-vous déplacé", "Rendez-vous déplacé", "déplacé")
    await due(reminders.REMINDER)
    mails, texts = await everything.read()
    assert set(mails) == {PARENT, NORA}
    assert mails[PARENT].startswith("Rappel")
    assert "rappel" in texts[0]
    await appointments.cancel(booking.id, Actor("person", parent))
    all_say(await everything.read(), "Rendez-vous annulé", "Rendez-vous annulé", "annulé")
    other = await booked(open_town, child)
    await everything.read()
    await appointments.cancel(other.id, Actor("agent", open_town.sam))
    all_say(await everything.read(), "Rendez-vous annulé", "Rendez-vous annulé", "annulé")
    lost = await booked(open_town, child)
    await everything.read()
    decision = Decision("to_reschedule", [lost.id])
    await planning.save(ArchiveMotive(open_town.motive), SYSTEM, decision)
    to_do = "Rendez-vous à replanifier"
    all_say(await everything.read(), to_do, to_do, "RDV impossible")


@pytest.mark.feature("C-80")
async def test_who_waits_for_a_child_is_offered_what_frees_by_mail_and_by_sms(
    open_town: Town, everything: Everything, number: str
) -> None:
    parent, child = await child_of(number)
    first = await book(open_town.motive, PAUL)
    while await free_slots(open_town.motive):
        await book(open_town.motive, PAUL)
    await waiting.ask(
        WaitingRequest(motive_id=open_town.motive, person_id=child), Actor("person", parent)
    )
    await drain(everything)
    await appointments.cancel(first.id, Actor("agent", open_town.bob))
    mails, texts = await everything.read()
    assert mails[PARENT].startswith("Un créneau s’est libéré")
    (text,) = texts
    assert "pour Zoé Petit" in text
    assert "/attente/" in text


@pytest.mark.feature("C-80")
async def test_the_motive_the_agent_and_the_tenants_own_words_decide_what_is_read(
    open_town: Town, everything: Everything, number: str
) -> None:
    _parent, child = await child_of(number)
    key = WordingKey(message="confirmed", locale="fr")
    own = Wording(subject="À {heure} : {personne}", sms="Venez, {destinataire}. {{7*7}} {lien}")
    with pytest.raises(InvalidInput):
        await wordings.save(key, Wording(subject="{nom}"), house("confirmed"), "", SYSTEM)
    await wordings.save(key, own, house("confirmed"), "", SYSTEM)
    await preferences.choose_of_agent(open_town.bob, AgentPreference(taken=False))
    booking = await booked(open_town, child)
    mails, texts = await everything.read()
    assert set(mails) == {PARENT, NORA}
    assert mails[PARENT].endswith("Zoé Petit")
    assert texts[0].startswith("Venez, Alice Petit. {{7*7}} http")
    async with tenant_transaction() as tx:
        await tx.execute(
            "UPDATE motive SET notify_persons = false, notify_agents = false WHERE tenant_id = $1",
            tx.tenant_id,
        )
    await appointments.cancel(booking.id, Actor("agent", open_town.sam))
    assert await everything.read() == ({}, [])
    assert {one.occasion for one in await receipts.of_booking(booking.id)} == {"confirmed"}


async def drain(everything: Everything) -> None:
    """Do all that waits, whoever reads of it."""
    async with tenant_transaction() as tx:
        await tx.execute("UPDATE outbox SET done_at = now() WHERE kind = 'booking.confirmed'")
    await everything.read()
