"""Who is written to, by which ways: the motive, the person and the agent each have their say."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, get_args
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from creneau.appointments import service as appointments
from creneau.appointments.schemas import Booking, ConfirmRequest, MoveRequest
from creneau.context import SYSTEM, VISITOR, Actor, Tenant
from creneau.database import tenant_transaction
from creneau.messages.jobs import announce
from creneau.messages.preferences import service as preferences
from creneau.messages.preferences.rules import ways
from creneau.messages.preferences.schemas import AgentPreference, PersonPreference
from creneau.messages.receipts import service as receipts
from creneau.messages.receipts.schemas import Channel, Receipt
from creneau.messages.receipts.words import told
from creneau.messages.resending.service import resend
from creneau.messages.schemas import BookingChange
from creneau.motives.schemas import PersonChannels
from creneau.people import service as people
from creneau.people.schemas import Identity
from creneau.refusals import NotFound
from creneau.testing.phones import sms_to, switch_sms_on
from creneau_infra.settings import Settings

from tests.platform.cast import Town
from tests.platform.messages.post import ALICE, Postman, PostOffice, book, free_slots

BOB, ALICE_AT_WORK = "bob@exemple.fr", "alice@exemple.fr"
LONDON = "+447400123456"
BOTH, EMAIL, SMS, NEITHER = (
    PersonPreference(by_email=True, by_sms=True),
    PersonPreference(by_email=True, by_sms=False),
    PersonPreference(by_email=False, by_sms=True),
    PersonPreference(by_email=False, by_sms=False),
)


@pytest.mark.parametrize(
    ("motive", "possible", "wish", "usual", "essential"),
    [
        ("one", ["email", "sms"], None, ["email"], ["email"]),
        ("one", ["sms"], None, ["sms"], ["sms"]),
        ("one", ["email", "sms"], SMS, ["sms"], ["sms"]),
        ("one", ["email"], SMS, [], ["email"]),
        ("one", ["email", "sms"], NEITHER, [], ["email"]),
        ("both", ["email", "sms"], None, ["email", "sms"], ["email", "sms"]),
        ("both", ["email", "sms"], EMAIL, ["email"], ["email"]),
        ("both", ["email"], BOTH, ["email"], ["email"]),
        ("sms", ["email", "sms"], None, ["sms"], ["sms"]),
        ("sms", ["email"], None, ["email"], ["email"]),
        ("sms", ["email", "sms"], EMAIL, ["email"], ["email"]),
        ("email", ["email", "sms"], None, ["email"], ["email"]),
        ("email", ["sms"], None, [], ["sms"]),
        ("email", ["email", "sms"], SMS, [], ["email"]),
    ],
)
def test_the_motive_allows_the_person_leaves_out_and_what_is_essential_goes_one_way_at_least(
    motive: PersonChannels,
    possible: Sequence[Channel],
    wish: PersonPreference | None,
    usual: Sequence[Channel],
    essential: Sequence[Channel],
) -> None:
    assert list(ways(motive, possible, wish, essential=False)) == usual
    assert list(ways(motive, possible, wish, essential=True)) == essential


@pytest.mark.parametrize("motive", get_args(PersonChannels))
@pytest.mark.parametrize("wish", [None, BOTH, EMAIL, SMS, NEITHER])
def test_nothing_essential_is_ever_kept_from_whoever_can_be_reached(
    motive: PersonChannels, wish: PersonPreference | None
) -> None:
    for possible in (["email"], ["sms"], ["email", "sms"]):
        chosen = ways(motive, possible, wish, essential=True)  # type: ignore[arg-type]
        assert chosen
        assert set(chosen) <= set(possible)


@pytest.fixture
def mobile() -> str:
    """Give a number that no other test writes to."""
    return f"+3361{int(uuid4()) % 10**7:07}"


@pytest.fixture
async def active(open_town: Town) -> Town:
    async with tenant_transaction() as tx:
        await tx.execute("UPDATE agent SET state = 'active'")
    return open_town


async def booked(town: Town, **about: Any) -> Booking:
    values: dict[str, Any] = {"first_name": "Alice", "last_name": "Petit", "email": ALICE.email}
    who = Identity(**{**values, **about})
    return await book(town.motive, ConfirmRequest(identity=who, email_proven=bool(who.email)))


async def prefer(booking: Booking, wish: PersonPreference) -> None:
    assert booking.person_id is not None
    await preferences.choose_of_person(booking.person_id, wish, SYSTEM)


async def channels(motive: PersonChannels) -> None:
    async with tenant_transaction() as tx:
        await tx.execute("UPDATE motive SET person_channels = $1", motive)


async def to_person(booking: Booking) -> list[Receipt]:
    return [one for one in await receipts.of_booking(booking.id) if one.reader == "person"]


async def test_whoever_has_no_address_but_a_mobile_phone_gets_an_sms(
    open_town: Town,
    post_office: PostOffice,
    postman: Postman,
    tenant: Tenant,
    mobile: str,
    settings: Settings,
) -> None:
    await switch_sms_on(settings)
    booking = await booked(open_town, email="", phone=mobile)
    await postman.walk()
    assert post_office.letters == []
    (text,) = await sms_to(settings, mobile)
    assert tenant.public_url in text.text
    (receipt,) = await to_person(booking)
    assert (receipt.channel, receipt.address, receipt.state) == ("sms", mobile, "sent")


async def test_whoever_cannot_be_reached_has_a_receipt_that_says_so(
    open_town: Town, postman: Postman, mobile: str
) -> None:
    for phone, reason in (("", "no_address"), (mobile, "sms_off"), ("+33199001065", "no_address")):
        booking = await booked(open_town, email="", phone=phone)
        await postman.walk()
        (receipt,) = await to_person(booking)
        assert (receipt.state, receipt.reason) == ("set_aside", reason)


async def test_an_sms_tells_what_mails_tell_and_is_sent_again_as_an_sms(
    open_town: Town, postman: Postman, mobile: str, settings: Settings
) -> None:
    await switch_sms_on(settings)
    await channels("both")
    booking = await booked(open_town, phone=mobile)
    await postman.walk()
    assert {one.channel for one in await to_person(booking)} == {"email", "sms"}
    sms = next(one for one in await to_person(booking) if one.channel == "sms")
    await resend(sms.id, SYSTEM, seen=0)
    await postman.walk()
    assert len(await sms_to(settings, mobile)) == 2


async def test_who_wants_nothing_is_told_only_what_is_essential(
    open_town: Town, post_office: PostOffice, postman: Postman
) -> None:
    booking = await booked(open_town)
    await postman.walk()
    post_office.letters.clear()
    await prefer(booking, NEITHER)
    own, service = [slot.starts_at for slot in (await free_slots(open_town.motive))[2:4]]
    await appointments.move(booking.id, MoveRequest(starts_at=own), VISITOR)
    await postman.walk()
    assert post_office.addressees == []
    (moved, _confirmed) = await to_person(booking)
    assert (moved.state, moved.reason) == ("set_aside", "not_wanted")
    await appointments.move(
        booking.id, MoveRequest(starts_at=service), Actor("agent", open_town.bob)
    )
    await postman.walk()
    assert post_office.addressees == [ALICE.email]
    await appointments.cancel(booking.id, Actor("agent", open_town.bob))
    await postman.walk()
    assert post_office.addressees == [ALICE.email, ALICE.email]


async def test_an_address_that_came_back_gives_way_to_a_phone(
    open_town: Town, post_office: PostOffice, postman: Postman, mobile: str, settings: Settings
) -> None:
    booking = await booked(open_town, phone=mobile)
    post_office.answers[ALICE.email] = "550 5.1.1 unknown"
    await postman.walk()
    await switch_sms_on(settings)
    await appointments.cancel(booking.id, Actor("agent", open_town.bob))
    await postman.walk()
    assert len(await sms_to(settings, mobile)) == 1


async def limited_to(sms_a_month: int) -> None:
    async with tenant_transaction() as tx:
        await tx.execute("UPDATE sms_setting SET monthly_limit = $1", sms_a_month)


async def test_who_has_an_address_is_written_to_where_no_sms_would_leave(
    open_town: Town, post_office: PostOffice, postman: Postman, settings: Settings
) -> None:
    await switch_sms_on(settings)
    await channels("sms")
    await booked(open_town, phone=LONDON)
    await postman.walk()
    assert post_office.addressees == [ALICE.email]
    booking = await booked(open_town, email="", phone=LONDON)
    await postman.walk()
    (receipt,) = await to_person(booking)
    assert (receipt.state, receipt.reason) == ("set_aside", "number_abroad")


async def test_an_sms_that_is_refused_for_good_becomes_a_mail(
    open_town: Town, post_office: PostOffice, postman: Postman, mobile: str, settings: Settings
) -> None:
    await switch_sms_on(settings)
    await channels("sms")
    booking = await booked(open_town, phone=mobile)
    await postman.walk()
    assert post_office.letters == []
    await limited_to(0)
    await appointments.cancel(booking.id, Actor("agent", open_town.bob))
    await postman.walk()
    assert post_office.addressees == [ALICE.email]
    found = [one for one in await to_person(booking) if one.occasion == "cancelled"]
    assert {(one.channel, one.state) for one in found} == {("sms", "failed"), ("email", "sent")}


async def test_no_mail_takes_the_place_of_an_sms_for_whoever_wants_none_or_gets_one_anyway(
    open_town: Town, postman: Postman, mobile: str, settings: Settings
) -> None:
    await switch_sms_on(settings)
    await channels("both")
    booking = await booked(open_town, phone=mobile)
    await announce("reminder", BookingChange(booking_id=booking.id), booking.id)
    await prefer(booking, SMS)
    await announce("reminder", BookingChange(booking_id=booking.id), uuid4())
    await limited_to(0)
    await postman.walk()
    # The one that was announced before they wished for SMS alone.
    reminders = [one for one in await to_person(booking) if one.occasion == "reminder"]
    assert [one.channel for one in reminders if one.state == "sent"] == ["email"]


async def test_a_reminder_by_sms_waits_for_the_morning(
    open_town: Town,
    postman: Postman,
    monkeypatch: pytest.MonkeyPatch,
    mobile: str,
    settings: Settings,
) -> None:
    await switch_sms_on(settings)
    booking = await booked(open_town, email="", phone=mobile)
    morning = datetime(2040, 1, 2, 8, tzinfo=UTC)

    async def in_the_morning(_organisation: UUID, _moment: datetime) -> datetime:
        return morning

    monkeypatch.setattr("creneau.messages.jobs.sms_not_before", in_the_morning)
    await announce("reminder", BookingChange(booking_id=booking.id), booking.id)
    async with tenant_transaction() as tx:
        due = await tx.value("SELECT due_at FROM outbox WHERE kind = 'mail.booking'")
    assert due == morning
    assert await postman.walk() > 0
    waiting = next(one for one in await to_person(booking) if one.occasion == "reminder")
    assert (waiting.state, waiting.due_at) == ("queued", morning)
    # Nobody is promised that it leaves in a moment.
    said = told(waiting, ZoneInfo("Europe/Paris"))
    assert said == (
        "Il attend la fin des heures calmes : il part le lundi 2 janvier 2040 à 9\u00a0h."
    )


async def test_an_agent_is_told_of_what_they_want_to_know(
    active: Town, post_office: PostOffice, postman: Postman
) -> None:
    await preferences.choose_of_agent(active.bob, AgentPreference(scope="own", taken=False))
    booking = await booked(active)
    await postman.walk()
    assert post_office.to(BOB) == []
    later = (await free_slots(active.motive))[2]
    await appointments.move(booking.id, MoveRequest(starts_at=later.starts_at), VISITOR)
    await postman.walk()
    assert len(post_office.to(BOB)) == 1
    await preferences.choose_of_agent(active.bob, AgentPreference(scope="none"))
    await appointments.cancel(booking.id, VISITOR)
    await postman.walk()
    assert len(post_office.to(BOB)) == 1


async def test_who_wants_to_know_of_all_within_reach_is_told_of_colleagues_and_no_more(
    active: Town, post_office: PostOffice, postman: Postman
) -> None:
    for agent in (active.alice, active.sam, active.bea):
        await preferences.choose_of_agent(agent, AgentPreference(scope="reach"))
    booking = await booked(active)
    await postman.walk()
    # Alice administers and Sam is of the secretariat; Bea's own service is another one.
    told = {"bob@exemple.fr", "sam@exemple.fr", ALICE_AT_WORK}
    assert set(post_office.addressees) == {ALICE.email, *told}
    post_office.letters.clear()
    await appointments.cancel(booking.id, Actor("agent", active.sam))
    await postman.walk()
    assert set(post_office.addressees) == {ALICE.email, BOB, ALICE_AT_WORK}


async def test_a_preference_is_the_persons_own(open_town: Town) -> None:
    booking = await booked(open_town)
    assert booking.person_id is not None
    await prefer(booking, EMAIL)
    data = await people.export(booking.person_id)
    assert data["message_preferences"] == {"by_email": True, "by_sms": False}
    await appointments.cancel(booking.id, VISITOR)
    await people.erase(booking.person_id, SYSTEM)
    assert await preferences.of_person(booking.person_id) is None
    with pytest.raises(NotFound):
        await prefer(booking, EMAIL)
