"""Who a person is: names, contact, and when two identities are one."""

import unicodedata
from collections.abc import Collection, Mapping
from datetime import date
from hashlib import sha256
from typing import Any, Final, cast
from uuid import UUID

import msgspec

from creneau.i18n import LOCALES
from creneau.i18n import gettext as _
from creneau.people.schemas import Identity, Person, PersonDetails, PersonDraft, RelativeDraft
from creneau.validation import Checked, one_line

OLDEST_BIRTH: Final = date(1900, 1, 1)
LONGEST_ADDRESS: Final = 500
_LIGATURES: Final = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "’": "'", "-": " "})


def checked_identity(identity: Identity) -> Identity:
    """Clean what somebody says of themselves: e-mail in lower case, phone as `+33612345678`.

    Raises:
        InvalidInput: With a sentence for each field that cannot be used.
    """
    check = Checked()
    clean = msgspec.structs.replace(
        identity,
        first_name=_first_name(check, identity.first_name),
        last_name=_last_name(check, identity.last_name),
        email=check.email("email", identity.email),
        phone=check.phone("phone", identity.phone),
        address=check.paragraphs("address", identity.address, longest=LONGEST_ADDRESS),
    )
    check.choice("locale", identity.locale, LOCALES)
    check.refuse_if_wrong()
    return clean


def checked_relative(draft: RelativeDraft, today: date) -> RelativeDraft:
    """Clean a relative's draft.

    Raises:
        InvalidInput: With a sentence for each field that cannot be used.
    """
    check = Checked()
    clean = msgspec.structs.replace(
        draft,
        first_name=_first_name(check, draft.first_name),
        last_name=_last_name(check, draft.last_name),
        phone=check.phone("phone", draft.phone),
    )
    _check_birth(check, draft.birth_date, today)
    check.refuse_if_wrong()
    return clean


def checked_details(details: PersonDetails, today: date) -> PersonDetails:
    """Clean what a person changes.

    Raises:
        InvalidInput: With a sentence for each field that cannot be used.
    """
    check = Checked()
    clean = msgspec.structs.replace(
        details,
        first_name=_first_name(check, details.first_name),
        last_name=_last_name(check, details.last_name),
        phone=check.phone("phone", details.phone),
        address=check.paragraphs("address", details.address, longest=LONGEST_ADDRESS),
    )
    _check_birth(check, details.birth_date, today)
    check.choice("locale", details.locale, LOCALES)
    check.refuse_if_wrong()
    return clean


def checked_draft(draft: PersonDraft, today: date) -> PersonDraft:
    """Clean what an agent writes into a file.

    Raises:
        InvalidInput: With a sentence for each field that cannot be used.
    """
    check = Checked()
    clean = msgspec.structs.replace(
        draft,
        first_name=_first_name(check, draft.first_name),
        last_name=_last_name(check, draft.last_name),
        birth_name=check.line("birth_name", draft.birth_name, longest=100),
        email=check.email("email", draft.email),
        phone=check.phone("phone", draft.phone),
        second_phone=check.phone("second_phone", draft.second_phone),
        address=check.paragraphs("address", draft.address, longest=500),
    )
    _check_birth(check, draft.birth_date, today)
    check.choice("locale", draft.locale, LOCALES)
    check.refuse_if_wrong()
    return clean


def draft_of(person: Person) -> PersonDraft:
    """Give what a file says, as it is written into the form."""
    names = PersonDraft.__struct_fields__
    return PersonDraft(**{name: getattr(person, name) for name in names})


def version_of(person: Person) -> str:
    """Name what a file says: whoever saves says from which version they began."""
    return sha256(msgspec.json.encode(draft_of(person))).hexdigest()[:24]


def version_of_values(values: Mapping[str, str] | None) -> str:
    """Name what a plugin's fields say, as `version_of` does; empty where that is not compared."""
    if values is None:
        return ""
    return sha256(msgspec.json.encode(sorted(values.items()))).hexdigest()[:24]


def same_name(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Compare first and last names without case, accents, hyphens or doubled spaces."""
    return _plain(one) == _plain(other)


def describes(identity: Identity, person: Person) -> bool:
    """Compare a checked identity with a person: the names, and what else of both is said."""
    return (
        same_name((identity.first_name, identity.last_name), (person.first_name, person.last_name))
        and identity.email in {"", person.email}
        and identity.phone in {"", person.phone}
    )


def discreetly(data: Mapping[str, Any], hidden: Collection[UUID]) -> dict[str, Any]:
    """Leave the rows out of a person's data that name something hidden, and what agents noted."""
    ids = {str(one) for one in hidden}
    return {name: [] if name == "notes" else _without(value, ids) for name, value in data.items()}


def _without(value: Any, ids: Collection[str]) -> Any:
    match value:
        case list():
            return [_without(one, ids) for one in cast("list[Any]", value) if not _names(one, ids)]
        case dict():
            rows = cast("dict[str, Any]", value)
            return {name: _without(one, ids) for name, one in rows.items()}
        case _:
            return value


def _names(row: Any, ids: Collection[str]) -> bool:
    """Tell whether one of a row's own values is one of some ids."""
    values = cast("dict[str, Any]", row).values() if isinstance(row, dict) else (row,)
    return any(isinstance(one, str) and one in ids for one in values)


def _plain(names: tuple[str, str]) -> tuple[str, ...]:
    return tuple(_without_accents(one_line(name).casefold()) for name in names)


def _without_accents(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.translate(_LIGATURES))
    kept = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(kept.split())


def _first_name(check: Checked, value: str) -> str:
    return check.line("first_name", value, needed=_("Écrivez le prénom."), longest=100)


def _last_name(check: Checked, value: str) -> str:
    return check.line("last_name", value, needed=_("Écrivez le nom."), longest=100)


def _check_birth(check: Checked, birth_date: date | None, today: date) -> None:
    if birth_date is not None and not OLDEST_BIRTH <= birth_date <= today:
        check.refuse("birth_date", _("Écrivez une date de naissance passée, comme 24/11/1984."))
