"""Inviting a person, and withdrawing an invitation."""

import secrets
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from creneau_infra import clock
from creneau_infra.outbox import service as outbox
from creneau_infra.tokens import digest, new_token

from creneau.context import Actor
from creneau.database import Transaction, tenant_transaction
from creneau.history.queries import record
from creneau.i18n import gettext as _
from creneau.invitations import queries
from creneau.invitations.errors import InvitationSettled
from creneau.invitations.rules import (
    CODE_LENGTH,
    INVITED,
    LONGEST,
    end_of,
    is_open,
    reminder_at,
    to_remind_on_paper,
    written_code,
)
from creneau.invitations.schemas import (
    AboutInvitation,
    Invitation,
    InvitationDraft,
    InvitationMessage,
)
from creneau.invitations.service.telling import REMINDER_DUE, keeps_silent, posting
from creneau.messages.receipts import service as receipts
from creneau.messages.reminders.service import sms_not_before
from creneau.messages.schemas import Reader
from creneau.messages.service import answering_for
from creneau.motives import queries as motives
from creneau.motives.schemas import Motive
from creneau.organisations import queries as organisations
from creneau.people import queries as people
from creneau.people.following.service import referents_in
from creneau.refusals import NotFound
from creneau.sharing.rules import LETTERS
from creneau.sms import service as sms
from creneau.validation import Checked

LONGEST_MESSAGE = 2000


async def motives_to_invite_to() -> list[Motive]:
    """List the motives in use to which somebody can be invited, in their order."""
    async with tenant_transaction() as tx:
        return [one for one in await motives.motives(tx, None) if one.audience in INVITED]


async def invitation(invitation_id: UUID) -> Invitation:
    """Read one invitation; raises `NotFound`."""
    async with tenant_transaction() as tx:
        found = await queries.find(tx, invitation_id)
    if found is None:
        raise NotFound
    return found


async def invitations_of(person_id: UUID) -> list[Invitation]:
    """List a person's invitations, the latest first."""
    async with tenant_transaction() as tx:
        return await queries.of_person(tx, person_id)


async def invite(draft: InvitationDraft, actor: Actor) -> UUID:
    """Invite a person to book, and have it written to them or who answers for them (S-11).

    A letter is not sent by anybody: the agent prints it (`letter_code`).

    Raises:
        InvalidInput: A field cannot be used, or the same invitation is open already.
        NotFound: There is no such person or organisation here.
    """
    reader = await answering_for(draft.person_id)
    sms_off = await sms.why_not(reader.phone) if reader.phone else "no_address"
    leaves_at = await _leaves_at(draft)
    async with tenant_transaction() as tx:
        # Who is invited twice at the same moment is invited once, and nobody merges them meanwhile.
        if await people.hold(tx, draft.person_id) is None:
            raise NotFound
        zone = await _zone(tx, draft.organisation_id)
        clean = await _checked(tx, draft, zone, reader, sms_possible=sms_off is None)
        by, now = (actor.id if actor.kind == "agent" else None), clock.now()
        made = await queries.add(tx, clean, end_of(clean.last_day, zone), by, now)
        await _send(tx, made, reader, leaves_at)
        await _plan_reminder(tx, made, clean, zone, now)
        channel = {"channel": clean.channel}
        await record(tx, actor, "invitation.made", "person", draft.person_id, channel)
    return made


async def _leaves_at(draft: InvitationDraft) -> datetime | None:
    """Say when an SMS may leave; what is written otherwise leaves at once."""
    if draft.channel != "sms":
        return None
    return await sms_not_before(draft.organisation_id, clock.now())


async def _send(
    tx: Transaction, invitation_id: UUID, reader: Reader, leaves_at: datetime | None
) -> None:
    made = await queries.find(tx, invitation_id)
    if made is None or made.channel == "letter":
        return
    message = InvitationMessage(invitation_id=made.id, channel=made.channel)
    told = posting(made, reader, message)
    await receipts.post_as(tx, told, key=f"{told.kind}:{made.id}", due_at=leaves_at)


async def _zone(tx: Transaction, organisation_id: UUID) -> ZoneInfo:
    found = await organisations.find_organisation(tx, organisation_id)
    if found is None:
        raise NotFound
    return ZoneInfo(found.time_zone)


async def _checked(
    tx: Transaction, draft: InvitationDraft, zone: ZoneInfo, reader: Reader, *, sms_possible: bool
) -> InvitationDraft:
    check = Checked()
    meant = [one for one in await motives.motives(tx, None) if _means(draft, one)]
    if not meant:
        check.refuse("what", _("Choisissez un motif ou une catégorie de la liste."))
    await _check_again(tx, check, draft)
    _check_day(check, draft, zone)
    silent = [one for one in meant if await keeps_silent(tx, draft.person_id, one)]
    _check_channel(check, draft, reader, silent=bool(silent), sms_possible=sms_possible)
    if draft.referents_only and not await _followers(tx, draft.person_id):
        check.refuse(
            "referents_only", _("Personne ne suit cette personne : ajoutez d’abord un référent.")
        )
    text = check.paragraphs("message", draft.message, longest=LONGEST_MESSAGE)
    check.refuse_if_wrong()
    return msgspec.structs.replace(draft, message=text)


def _means(draft: InvitationDraft, motive: Motive) -> bool:
    if motive.audience not in INVITED or motive.organisation_id != draft.organisation_id:
        return False
    if draft.motive_id is not None:
        return motive.id == draft.motive_id
    return bool(draft.category) and motive.category == draft.category


async def _check_again(tx: Transaction, check: Checked, draft: InvitationDraft) -> None:
    for one in await queries.of_person(tx, draft.person_id):
        same = (one.organisation_id, one.motive_id, one.category) == (
            draft.organisation_id,
            draft.motive_id,
            draft.category,
        )
        if same and is_open(one, clock.now()):
            check.refuse(
                "what",
                _(
                    "Une invitation est déjà en cours pour cela. Annulez-la avant d’en faire une autre."
                ),
            )


def _check_day(check: Checked, draft: InvitationDraft, zone: ZoneInfo) -> None:
    today = clock.now().astimezone(zone).date()
    if not today <= draft.last_day <= today + LONGEST:
        check.refuse("last_day", _("Choisissez un jour à venir, d’ici un an."))


def _check_channel(
    check: Checked,
    draft: InvitationDraft,
    reader: Reader,
    *,
    silent: bool,
    sms_possible: bool,
) -> None:
    if draft.channel == "letter":
        return
    if silent:
        check.refuse(
            "channel", _("Rien n’est envoyé pour ce motif : remettez une lettre en mains propres.")
        )
    elif draft.channel == "email" and not reader.email:
        check.refuse("channel", _("Il n’y a pas d’adresse e-mail sur la fiche."))
    elif draft.channel == "sms" and not (reader.phone and sms_possible):
        check.refuse(
            "channel", _("Un SMS ne peut pas partir : vérifiez le téléphone mobile de la fiche.")
        )


async def _followers(tx: Transaction, person_id: UUID) -> bool:
    person = await people.find(tx, person_id)
    responsible = person.responsible_id if person else None
    own = await referents_in(tx, person_id)
    return bool(own or (await referents_in(tx, responsible) if responsible else []))


async def _plan_reminder(
    tx: Transaction, made: UUID, draft: InvitationDraft, zone: ZoneInfo, now: datetime
) -> None:
    rule = await queries.rule(tx)
    due = reminder_at(now, draft.last_day, rule, zone)
    if due is not None and draft.channel != "letter":
        about = AboutInvitation(invitation_id=made)
        await outbox.put(tx, REMINDER_DUE, about, key=f"{REMINDER_DUE}:{made}", due_at=due)


async def revoke(invitation_id: UUID, actor: Actor) -> None:
    """Withdraw an invitation: its links and its letter are good for nothing more.

    Raises:
        NotFound: There is no such invitation here.
        InvitationSettled: It is booked, over or withdrawn already.
    """
    async with tenant_transaction() as tx:
        found = await queries.find_locked(tx, invitation_id)
        if found is None:
            raise NotFound
        if not is_open(found, clock.now()):
            raise InvitationSettled
        await queries.revoke(tx, invitation_id, clock.now())
        await record(tx, actor, "invitation.revoked", "person", found.person_id)


async def letter_code(invitation_id: UUID, actor: Actor) -> str:
    """Make a code for the letter of an invitation, such as "7k3m-9xqd-2hvb"; only its digest is kept.

    Codes of earlier prints stay good. A print after the day of the reminder is the reminder.

    Raises:
        NotFound: There is no such letter here.
        InvitationSettled: It is booked, over or withdrawn.
    """
    letters = "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))
    async with tenant_transaction() as tx:
        found = await queries.find_locked(tx, invitation_id)
        if found is None or not found.on_paper:
            raise NotFound
        if not is_open(found, clock.now()):
            raise InvitationSettled
        await queries.add_link(tx, invitation_id, digest(letters))
        await record(tx, actor, "invitation.printed", "person", found.person_id)
        zone = await _zone(tx, found.organisation_id)
        if to_remind_on_paper(found, await queries.rule(tx), zone, clock.now()):
            await queries.note_reminded(tx, invitation_id, clock.now())
    return written_code(letters)


async def link_for(tx: Transaction, invitation_id: UUID) -> str:
    """Make the secret of a link to an invitation; only its digest is kept."""
    token = new_token()
    await queries.add_link(tx, invitation_id, digest(token))
    return token
