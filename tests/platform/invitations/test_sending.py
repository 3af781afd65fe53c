"""An invitation reaches its reader, is opened by its secret alone, and reminds once (S-11)."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from creneau.appointments import service as appointments
from creneau.confidentiality import service as confidentiality
from creneau.context import SYSTEM, Actor, Tenant, acting_for
from creneau.database import tenant_transaction
from creneau.invitations import service
from creneau.invitations.errors import InvitationSettled
from creneau.invitations.rules import kept_secret, reminder_at, to_remind_on_paper
from creneau.invitations.schemas import InvitationRule
from creneau.messages.receipts import service as receipts
from creneau.messages.resending.errors import InvitationEnded
from creneau.messages.resending.service import resend
from creneau.people import service as people
from creneau.people.idle import service as idle
from creneau.people.idle.schemas import IdleWanted
from creneau.people.merging import service as merging
from creneau.people.merging.schemas import Merging
from creneau.people.rules import version_of
from creneau.people.schemas import RelativeDraft
from creneau.refusals import ChangedMeanwhile, InvalidInput, NotFound
from creneau.testing.phones import sms_to, switch_sms_on
from creneau_infra import clock
from creneau_infra.settings import Settings

from tests.platform.cast import Stranger, Town, new_motive
from tests.platform.invitations.cast import (
    PARIS,
    Post,
    a_person,
    book_with,
    in_days,
    invite,
    state,
    token_in,
)

EVERY_WEEK = InvitationRule()


def ten_in(days: int) -> datetime:
    """Give ten in the morning, so many days ahead, on the organisation's clock."""
    day = in_days(days)
    return datetime(day.year, day.month, day.day, 10, tzinfo=PARIS)


async def wrong(town: Town, person_id: UUID, **changes: Any) -> set[str]:
    """Name the fields for which an invitation is refused."""
    with pytest.raises(InvalidInput) as refused:
        await invite(town, person_id, **changes)
    return set(refused.value.fields)


@pytest.mark.feature("S-11")
async def test_the_mail_s_link_opens_it_and_only_its_digest_is_kept(
    invited_only: Town, post: Post
) -> None:
    amina = await a_person()
    made = await invite(invited_only, amina, message="Apportez {vos} papiers.\n=1+1")
    (letter,) = await post.walk()
    assert "Apportez {vos} papiers." in letter.text
    assert "Alice Martin" in letter.text
    token = token_in(letter)
    found = await service.by_link(token)
    assert (found.id, await state(made)) == (made, "sent")
    async with tenant_transaction() as tx:
        rows = await tx.rows(
            "SELECT digest FROM invitation_link WHERE tenant_id = $1", tx.tenant_id
        )
        kept = await tx.rows("SELECT payload FROM outbox WHERE tenant_id = $1", tx.tenant_id)
    assert [len(row["digest"]) for row in rows] == [32]
    assert all(token not in str(row["payload"]) for row in kept)
    await service.by_link(token, noted=True)
    await service.by_link(token, noted=True)
    assert await state(made) == "opened"


@pytest.mark.feature("S-11")
async def test_a_guess_and_another_tenant_s_link_open_nothing(
    invited_only: Town, post: Post, stranger: Stranger
) -> None:
    await invite(invited_only, await a_person())
    token = token_in((await post.walk())[0])
    for guess in (token[:-1], token.swapcase(), "x", "", "0000-0000-0000"):
        with pytest.raises(NotFound):
            await service.by_link(guess)
    with acting_for(stranger.tenant), pytest.raises(NotFound):
        await service.by_link(token)


async def test_for_a_relative_it_goes_to_who_answers_for_them(
    invited_only: Town, post: Post
) -> None:
    amina = await a_person(email="amina@exemple.fr")
    leo = await people.add_relative(
        amina, RelativeDraft(first_name="Léo", last_name="Diallo"), SYSTEM
    )
    await invite(invited_only, leo)
    (letter,) = await post.walk()
    assert letter.to == "amina@exemple.fr"
    assert "Léo Diallo" in letter.text


@pytest.mark.feature("S-11")
async def test_by_sms_it_is_one_short_text_with_the_link(
    invited_only: Town, post: Post, settings: Settings
) -> None:
    await switch_sms_on(settings)
    mobile = f"+3361{int(uuid4()) % 10**7:07}"
    made = await invite(invited_only, await a_person(phone=mobile), channel="sms")
    assert await post.walk_at(ten_in(2)) == []
    (told,) = await sms_to(settings, mobile)
    assert "Bilan de situation" in told.text
    assert (await service.by_link(told.text.strip().rpartition("/")[2])).id == made


async def test_what_cannot_be_sent_or_booked_is_refused_with_a_sentence(
    invited_only: Town,
) -> None:
    nobody = await a_person(email="", phone="")
    assert await wrong(invited_only, nobody) == {"channel"}
    assert await wrong(invited_only, nobody, channel="sms") == {"channel"}
    amina = await a_person()
    assert await wrong(invited_only, amina, last_day=in_days(-1)) == {"last_day"}
    assert await wrong(invited_only, amina, last_day=in_days(400)) == {"last_day"}
    assert await wrong(invited_only, amina, motive_id=None, category="Rien") == {"what"}
    assert await wrong(invited_only, amina, referents_only=True) == {"referents_only"}
    assert await wrong(invited_only, amina, message="x" * 2001) == {"message"}
    for_agents = await new_motive(
        invited_only.organisation, invited_only.citizenship, name="Interne", audience="agents"
    )
    assert await wrong(invited_only, amina, motive_id=for_agents) == {"what"}
    silent = await new_motive(
        invited_only.organisation,
        invited_only.citizenship,
        name="Écoute",
        audience="invited",
        notify_persons=False,
    )
    assert await wrong(invited_only, amina, motive_id=silent) == {"channel"}
    await invite(invited_only, amina, motive_id=silent, channel="letter")
    await confidentiality.begin(amina, invited_only.motive, SYSTEM)
    assert await wrong(invited_only, amina) == {"channel"}
    await confidentiality.end(amina, invited_only.motive, SYSTEM)
    await invite(invited_only, amina)
    assert await wrong(invited_only, amina) == {"what"}


async def test_what_becomes_confidential_is_not_written_about_any_more(
    invited_only: Town, post: Post
) -> None:
    amina, motive = await a_person(), invited_only.motive
    await invite(invited_only, amina)
    await confidentiality.begin(amina, motive, SYSTEM)
    assert await post.walk() == []
    assert await post.walk_at(ten_in(7)) == []


@pytest.mark.feature("S-11")
async def test_who_has_not_booked_is_reminded_once_by_the_same_way(
    invited_only: Town, post: Post
) -> None:
    made = await invite(invited_only, await a_person())
    await post.walk()
    assert await post.walk_at(ten_in(7) - timedelta(minutes=1)) == []
    (letter,) = await post.walk_at(ten_in(7))
    assert letter.subject.startswith("Rappel")
    assert (await service.by_link(token_in(letter))).id == made
    async with tenant_transaction() as tx:
        await tx.execute(
            "UPDATE outbox SET done_at = NULL, lease_until = NULL "
            "WHERE tenant_id = $1 AND kind = 'invitation.reminder'",
            tx.tenant_id,
        )
    assert await post.walk() == []


async def test_nobody_is_reminded_who_booked_was_withdrawn_or_where_it_is_off(
    invited_only: Town, post: Post
) -> None:
    alice = Actor("agent", invited_only.alice)
    booked = await a_person()
    await book_with(invited_only, await invite(invited_only, booked), booked)
    await service.revoke(await invite(invited_only, await a_person()), alice)
    erased = await a_person()
    await invite(invited_only, erased)
    await people.erase(erased, alice)
    await post.walk()
    assert await post.walk_at(ten_in(7)) == []


async def test_a_tenant_that_switches_reminders_off_sends_none(
    invited_only: Town, post: Post
) -> None:
    await invite(invited_only, await a_person())
    await post.walk()
    alice = Actor("agent", invited_only.alice)
    off = InvitationRule(remind_after_days=None)
    await service.set_rule(off, alice, seen=EVERY_WEEK)
    with pytest.raises(ChangedMeanwhile):
        await service.set_rule(InvitationRule(remind_after_days=3), alice, seen=EVERY_WEEK)
    with pytest.raises(InvalidInput):
        await service.set_rule(InvitationRule(remind_after_days=0), alice, seen=off)
    assert await post.walk_at(ten_in(7)) == []


def test_a_reminder_leaves_at_ten_whatever_the_clocks_do_and_not_after_the_last_day() -> None:
    made = datetime(2026, 10, 20, 8, tzinfo=PARIS)
    due = reminder_at(made, date(2026, 12, 1), EVERY_WEEK, PARIS)
    assert due is not None
    assert due.astimezone(PARIS).isoformat() == "2026-10-27T10:00:00+01:00"
    assert reminder_at(made, date(2026, 10, 26), EVERY_WEEK, PARIS) is None


async def test_a_letter_is_printed_with_a_code_that_one_can_type(
    invited_only: Town, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = Actor("agent", invited_only.alice)
    made = await invite(invited_only, await a_person(email="", phone=""), channel="letter")
    code = await service.letter_code(made, alice)
    assert (len(code), await post.walk()) == (14, [])
    for typed in (code, code.upper(), code.replace("-", ""), code.replace("-", " ")):
        assert (await service.by_link(typed)).id == made
    week_on = ten_in(7)
    monkeypatch.setattr(clock, "now", lambda: week_on)
    found = await service.invitation(made)
    assert to_remind_on_paper(found, EVERY_WEEK, PARIS, clock.now())
    again = await service.letter_code(made, alice)
    assert (again != code, (await service.by_link(code)).id) == (True, made)
    found = await service.invitation(made)
    assert not to_remind_on_paper(found, EVERY_WEEK, PARIS, clock.now())
    await service.revoke(made, alice)
    with pytest.raises(InvitationSettled):
        await service.letter_code(made, alice)


def test_a_link_is_never_taken_for_a_code() -> None:
    assert kept_secret("Kx_9-kGVx3q9vT2mJ7sLw0aYbNc") == "Kx_9-kGVx3q9vT2mJ7sLw0aYbNc"
    assert kept_secret("7K3M-9XQD-2HVB") == "7k3m9xqd2hvb"
    assert kept_secret("7k3m 9xqd 2hvo") == "7k3m9xqd2hv0"


async def test_it_is_sent_again_while_it_is_of_use(
    invited_only: Town, post: Post, tenant: Tenant
) -> None:
    amina = await a_person()
    made = await invite(invited_only, amina)
    await post.walk()
    async with tenant_transaction() as tx:
        receipt_id = await tx.value(
            "SELECT id FROM message WHERE tenant_id = $1 AND about_id = $2", tenant.id, made
        )
    assert (await receipts.receipt(receipt_id)).state == "sent"
    await resend(receipt_id, SYSTEM, seen=0)
    (again,) = await post.walk()
    assert (await service.by_link(token_in(again))).id == made
    await book_with(invited_only, made, amina)
    with pytest.raises(InvitationEnded):
        await resend(receipt_id, SYSTEM, seen=1)


@pytest.mark.feature("S-11")
async def test_a_person_gets_their_invitations_and_erases_them_with_their_links(
    invited_only: Town, post: Post
) -> None:
    amina = await a_person()
    await invite(invited_only, amina, message="Pour votre budget.")
    token = token_in((await post.walk())[0])
    assert (await people.export(amina))["invitations"][0]["message"] == "Pour votre budget."
    await people.erase(amina, SYSTEM)
    with pytest.raises(NotFound):
        await service.by_link(token)


async def test_merged_files_keep_their_invitations(invited_only: Town, post: Post) -> None:
    kept, gone = await a_person(), await a_person()
    made = await invite(invited_only, gone)
    token = token_in((await post.walk())[0])
    versions = [version_of(await people.person(one)) for one in (kept, gone)]
    merged = Merging(
        kept_id=kept, gone_id=gone, sides={}, kept_version=versions[0], gone_version=versions[1]
    )
    await merging.merge(merged, SYSTEM)
    assert (await service.by_link(token)).person_id == kept
    assert (await book_with(invited_only, made, kept)).person_id == kept


async def test_who_is_invited_is_not_without_activity(invited_only: Town) -> None:
    amina = await a_person()
    async with tenant_transaction() as tx:
        await tx.execute(
            "UPDATE person SET created_at = now() - interval '5 years' WHERE tenant_id = $1",
            tx.tenant_id,
        )
    for_two_years = IdleWanted(before=clock.now() - timedelta(days=730))
    assert await idle.count_idle(for_two_years) == 1
    await invite(invited_only, amina)
    assert await idle.count_idle(for_two_years) == 0


async def test_an_appointment_deleted_by_an_agent_leaves_it_good(invited_only: Town) -> None:
    amina = await a_person()
    made = await invite(invited_only, amina)
    booking = await book_with(invited_only, made, amina)
    await appointments.delete(booking.id, Actor("agent", invited_only.alice), notify=False)
    assert await state(made) == "opened"
