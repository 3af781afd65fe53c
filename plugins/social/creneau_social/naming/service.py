"""The referential of motive names: kept, asked for, answered (S-03)."""

from collections.abc import Sequence
from uuid import UUID, uuid5

from creneau.agents import queries as agents
from creneau.agents.mailing import Note, note
from creneau.context import Actor, acting_for, current_tenant
from creneau.database import Transaction, tenant_transaction
from creneau.history import queries as history
from creneau.i18n import gettext as _
from creneau.organisations.queries import missing_organisations, missing_services
from creneau.refusals import InvalidInput, NotAllowed, NotFound

from creneau_social.naming import queries, rules
from creneau_social.naming.errors import AlreadyDecided
from creneau_social.naming.schemas import MotiveName, NameRequest, RequestDraft

SUBJECT = "social_naming"
REQUESTS = "/administration/social/demandes-de-noms"


async def is_on() -> bool:
    """Tell whether motives take their names from the referential."""
    async with tenant_transaction() as tx:
        return await queries.is_on(tx)


async def switch(*, on: bool, actor: Actor) -> bool:
    """Switch the referential on or off; motives keep the names they have."""
    async with tenant_transaction() as tx:
        changed = await queries.switch(tx, on=on)
        if changed:
            await history.record(
                tx, actor, "social.naming_switched", SUBJECT, _own_id(), {"on": on}
            )
    return changed


async def names() -> list[MotiveName]:
    """List every name, by service."""
    async with tenant_transaction() as tx:
        return await queries.names(tx)


async def add_name(service_id: UUID, name: str, actor: Actor) -> None:
    """Add a name to a service.

    Raises:
        InvalidInput: It cannot be used, or the service has it.
    """
    clean = rules.checked_name(name)
    async with tenant_transaction() as tx:
        await _check_service(tx, service_id)
        if not await queries.add_name(tx, service_id, clean):
            raise InvalidInput({"name": _("Ce service a déjà ce nom.")})
        await history.record(tx, actor, "social.name_added", SUBJECT, service_id, {"name": clean})


async def take_over_names(actor: Actor) -> int:
    """Add the names that motives have already, and count them."""
    async with tenant_transaction() as tx:
        added = await queries.add_those_in_use(tx)
        if added:
            await history.record(
                tx, actor, "social.names_taken_over", SUBJECT, _own_id(), {"names": added}
            )
    return added


async def remove_name(name_id: UUID, actor: Actor) -> str:
    """Take a name out, and give it; motives that have it keep it.

    Raises:
        NotFound: It is not there any more.
    """
    async with tenant_transaction() as tx:
        name = await queries.remove_name(tx, name_id)
        if name is None:
            raise NotFound
        await history.record(tx, actor, "social.name_removed", SUBJECT, name_id, {"name": name})
    return name


async def ask(draft: RequestDraft, actor: Actor) -> UUID:
    """Ask for a name that is missing.

    Raises:
        InvalidInput: It cannot be used, is there, or is asked for already.
        NotAllowed: Whoever asks is no agent.
    """
    clean = rules.checked_request(draft)
    if actor.kind != "agent" or actor.id is None:
        raise NotAllowed
    async with tenant_transaction() as tx:
        await _check_service(tx, clean.service_id)
        if await missing_organisations(tx, [clean.organisation_id]):
            raise InvalidInput({"organisation_id": _("Choisissez une organisation de la liste.")})
        if _has(await queries.names(tx), clean):
            raise InvalidInput({"name": _("Ce service a déjà ce nom : vous pouvez le choisir.")})
        request_id = await queries.add_request(tx, clean, actor.id)
        if request_id is None:
            raise InvalidInput({"name": _("Votre organisation a déjà demandé ce nom.")})
        await history.record(
            tx, actor, "social.name_asked", SUBJECT, request_id, {"name": clean.name}
        )
    return request_id


async def requests() -> list[NameRequest]:
    """List the requests: those that wait first, then the latest."""
    async with tenant_transaction() as tx:
        return await queries.requests(tx)


async def request(request_id: UUID) -> NameRequest:
    """Read one request.

    Raises:
        NotFound: There is none.
    """
    async with tenant_transaction() as tx:
        found = await queries.request(tx, request_id)
    if found is None:
        raise NotFound
    return found


async def accept(request_id: UUID, answer: str, actor: Actor) -> NameRequest:
    """Add the name that was asked for, and tell who asked.

    Raises:
        AlreadyDecided: Somebody else answered.
        NotFound: There is no such request.
    """
    word = rules.checked_answer(answer, needed=False)
    async with tenant_transaction() as tx:
        found = await _decide(tx, request_id, "accepted", word, actor)
        await queries.add_name(tx, found.service_id, found.name)
        await history.record(
            tx, actor, "social.name_accepted", SUBJECT, request_id, {"name": found.name}
        )
        await _tell(tx, found, accepted=True, word=word)
    return found


async def refuse(request_id: UUID, answer: str, actor: Actor) -> NameRequest:
    """Refuse a name with a word that says why, and tell who asked.

    Raises:
        InvalidInput: There is no word.
        AlreadyDecided: Somebody else answered.
        NotFound: There is no such request.
    """
    word = rules.checked_answer(answer, needed=True)
    async with tenant_transaction() as tx:
        found = await _decide(tx, request_id, "refused", word, actor)
        await history.record(
            tx, actor, "social.name_refused", SUBJECT, request_id, {"name": found.name}
        )
        await _tell(tx, found, accepted=False, word=word)
    return found


def _has(known: Sequence[MotiveName], draft: RequestDraft) -> bool:
    wanted = (draft.service_id, draft.name.casefold())
    return any((one.service_id, one.name.casefold()) == wanted for one in known)


async def _check_service(tx: Transaction, service_id: UUID) -> None:
    if await missing_services(tx, [service_id]):
        raise InvalidInput({"service_id": _("Choisissez un service de la liste.")})


async def _decide(
    tx: Transaction, request_id: UUID, state: str, word: str, actor: Actor
) -> NameRequest:
    found = await queries.request(tx, request_id)
    if found is None or actor.id is None:
        raise NotFound
    if not await queries.decide(tx, request_id, state, word, actor.id):
        raise AlreadyDecided
    return found


async def _tell(tx: Transaction, found: NameRequest, *, accepted: bool, word: str) -> None:
    asker = await agents.find(tx, found.asked_by)
    with acting_for(current_tenant.get(), asker.locale if asker else None):
        letter = _letter(found, accepted=accepted, word=word)
    await note(tx, letter, key=f"social.name_request:{found.id}")


def _letter(found: NameRequest, *, accepted: bool, word: str) -> Note:
    about = {"name": found.name, "service": found.service_name}
    title = (
        _("Le nom « %(name)s » est accepté", **about)
        if accepted
        else _("Le nom « %(name)s » n’est pas retenu", **about)
    )
    said = (
        _("Vous pouvez le choisir dès maintenant pour un motif du service %(service)s.", **about)
        if accepted
        else _("Vous l’aviez demandé pour le service %(service)s.", **about)
    )
    return Note(
        agent_id=found.asked_by,
        subject=title,
        paragraphs=tuple(part for part in (said, word) if part),
        link_label=_("Voir les demandes"),
        path=REQUESTS,
    )


def _own_id() -> UUID:
    """Name the referential in the history."""
    return uuid5(current_tenant.get().id, SUBJECT)
