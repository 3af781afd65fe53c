"""The number to call or the address to visit, where an appointment needs one that nobody gave (S-06)."""

from collections.abc import Mapping
from typing import Final, Literal
from uuid import UUID

from creneau.appointments.errors import AddressMissing, PhoneMissing
from creneau.i18n import gettext as _
from creneau.motives.schemas import Motive
from creneau.people import service as people
from creneau.people.files import service as files
from creneau.people.rules import checked_draft, draft_of, version_of
from creneau.people.schemas import Contact, PersonDraft
from creneau.phones import readable_phone
from creneau.refusals import InvalidInput
from msgspec.structs import replace

from creneau_web.backoffice import reach
from creneau_web.backoffice.setting.draft import Draft
from creneau_web.persons.within import person_within

Need = Literal["", "phone", "address"]
FIELD: Final = "joindre"
NEEDS: Final[Mapping[str, Need]] = {"phone": "phone", "home": "address"}


def need_of(motive: Motive | None) -> Need:
    """Name what a motive has to know of whoever comes."""
    return NEEDS.get(motive.location_type, "") if motive else ""


async def check(draft: Draft, motive: Motive, wrong: dict[str, str]) -> None:
    """Collect a sentence where nobody would know whom to call, or where to go."""
    need = need_of(motive)
    if not need:
        return
    if draft.is_newcomer:
        known = Contact(phone=draft.telephone)
    else:
        known = await people.contact_of(UUID(draft.personne))
    if not draft.joindre and not getattr(known, need):
        wrong[FIELD] = str(PhoneMissing() if need == "phone" else AddressMissing())


async def keep(draft: Draft, motive: Motive) -> None:
    """Write what was typed on the file of whoever is known; raises `InvalidInput`."""
    need = need_of(motive)
    if not need or not draft.joindre or draft.is_newcomer:
        return
    person = await person_within(UUID(draft.personne))
    said: str = getattr(person, need)
    wanted = _with(draft_of(person), need, draft.joindre)
    if said == getattr(wanted, need):
        return
    if said:
        raise InvalidInput({FIELD: _already(need, said)})
    await files.update(person.id, wanted, version_of(person), reach.actor())


def _with(kept: PersonDraft, need: Need, typed: str) -> PersonDraft:
    try:
        return checked_draft(replace(kept, **{need: typed}), files.today())
    except InvalidInput as refused:
        raise InvalidInput({FIELD: next(iter(refused.fields.values()))}) from refused


def _already(need: Need, said: str) -> str:
    if need == "phone":
        return _(
            "Sa fiche a déjà un numéro : %(number)s. Laissez ce champ vide, ou changez sa fiche.",
            number=readable_phone(said),
        )
    return _(
        "Sa fiche a déjà une adresse : %(address)s. Laissez ce champ vide, ou changez sa fiche.",
        address=", ".join(said.splitlines()),
    )
