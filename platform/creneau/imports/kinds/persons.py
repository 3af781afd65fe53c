"""Persons from a file."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

import msgspec

from creneau.context import Actor
from creneau.database import Transaction
from creneau.i18n import gettext as _
from creneau.imports.reading import folded
from creneau.imports.schemas import Column, Line
from creneau.people import queries
from creneau.people.files.service import today
from creneau.people.rules import checked_details, checked_identity
from creneau.people.schemas import Identity, NewPerson, PersonDetails
from creneau.refusals import InvalidInput

COLUMNS: Final = (
    Column(name="first_name", title="Prénom", example="Alice", required=True),
    Column(
        name="last_name", title="Nom", example="Martin", required=True, also=("nom de famille",)
    ),
    Column(
        name="email", title="E-mail", example="alice.martin@example.org", also=("courriel", "mail")
    ),
    Column(name="phone", title="Téléphone", example="06 12 34 56 78", also=("tel", "mobile")),
    Column(name="birth_date", title="Date de naissance", example="24/11/1980"),
    Column(name="address", title="Adresse", example="1 place de la Mairie, 03990 Clairval"),
    Column(name="locale", title="Langue", example="fr"),
)
FORMATS: Final = ("%d/%m/%Y", "%Y-%m-%d", "%d.%m.%Y", "%d-%m-%Y")
Key = tuple[str, str, str, str]


class Persons:
    """Each line is a person; the same name with the same e-mail, phone and birth date is one."""

    columns: Sequence[Column] = COLUMNS
    most = 50_000

    async def known(self, tx: Transaction, actor: Actor) -> "KnownPersons":
        """Read who is there, by what tells persons apart."""
        del actor
        found = await queries.distinguished(tx)
        return KnownPersons({_key(*one) for one in found}, today())

    async def make(self, tx: Transaction, drafts: Sequence[NewPerson], actor: Actor) -> None:
        """Keep the persons; their addresses are proven by nobody yet."""
        await queries.insert_persons(tx, drafts, actor)


class KnownPersons:
    """The tenant's persons, with those that earlier lines add."""

    def __init__(self, taken: set[Key], today: date) -> None:
        """Keep what lines are checked against."""
        self._taken = taken
        self._today = today

    def draft(self, line: Line) -> NewPerson | None:
        """Give the person that a line means."""
        wrong: dict[str, str] = {}
        identity = _identity(line, wrong)
        details = _details(line, self._today, wrong)
        if wrong or identity is None or details is None:
            raise InvalidInput(wrong)
        values: dict[str, Any] = msgspec.structs.asdict(identity)
        values |= {"address": details.address, "birth_date": details.birth_date}
        new = NewPerson(**values)
        key = _key(new.first_name, new.last_name, new.email, new.phone, new.birth_date)
        if key in self._taken:
            return None
        self._taken.add(key)
        return new


def _identity(line: Line, wrong: dict[str, str]) -> Identity | None:
    try:
        return checked_identity(
            Identity(
                first_name=line.text("first_name"),
                last_name=line.text("last_name"),
                email=line.text("email"),
                phone=line.text("phone"),
                locale="en"
                if folded(line.text("locale")) in {"en", "anglais", "english"}
                else "fr",
            )
        )
    except InvalidInput as refused:
        wrong.update(refused.fields)
    return None


def _details(line: Line, today: date, wrong: dict[str, str]) -> PersonDetails | None:
    try:
        # The names were checked with the identity.
        return checked_details(
            PersonDetails(
                first_name="x",
                last_name="x",
                birth_date=day_of(line, "birth_date"),
                address=line.text("address"),
            ),
            today,
        )
    except InvalidInput as refused:
        wrong.update(refused.fields)
    return None


def day_of(line: Line, column: str) -> date | None:
    """Read a day as people write it; None where the cell is empty.

    Raises:
        InvalidInput: It is no day.
    """
    text = line.text(column)
    if not text:
        return None
    for pattern in FORMATS:
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007 - a day has no time zone
        except ValueError:
            continue
    raise InvalidInput({column: _("Écrivez une date, comme 24/11/2026.")})


def _key(first_name: str, last_name: str, email: str, phone: str, birth_date: date | None) -> Key:
    born = birth_date.isoformat() if birth_date else ""
    return folded(f"{first_name} {last_name}"), email.lower(), phone, born
