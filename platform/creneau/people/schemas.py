"""Persons as they are read."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from creneau.i18n import Locale


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Who is received; a relative has a `responsible_id`, and that person gets the messages."""

    id: UUID
    responsible_id: UUID | None
    first_name: str
    last_name: str
    email: str
    email_verified_at: datetime | None
    phone: str
    birth_date: date | None
    address: str
    locale: Locale
    notes: str
    extra: dict[str, Any]
    birth_name: str = ""
    second_phone: str = ""


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody says of themselves when booking; checked by `people.service.identified`."""

    first_name: str
    last_name: str
    email: str = ""
    phone: str = ""
    address: str = ""
    locale: Locale = "fr"


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """Where a person is called or visited: their own number and address, or the responsible person's.

    `phone` is written as `+33612345678`; what nobody has said is empty.
    """

    phone: str = ""
    address: str = ""


class NewPerson(msgspec.Struct, frozen=True, kw_only=True):
    """A person whom somebody else wrote down: checked, the e-mail proven by nobody yet."""

    first_name: str
    last_name: str
    email: str = ""
    phone: str = ""
    locale: Locale = "fr"
    birth_date: date | None = None
    address: str = ""


class PersonDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What an agent writes into a file (C-67); only the two names are needed."""

    first_name: str
    last_name: str
    birth_name: str = ""
    birth_date: date | None = None
    email: str = ""
    phone: str = ""
    second_phone: str = ""
    address: str = ""
    locale: Locale = "fr"


class RelativeDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What is typed to add a relative (C-44); only the two names are needed."""

    first_name: str
    last_name: str
    birth_date: date | None = None
    phone: str = ""


class PersonDetails(msgspec.Struct, frozen=True, kw_only=True):
    """What a person may change of themselves or a relative; the e-mail is changed by a code."""

    first_name: str
    last_name: str
    phone: str = ""
    birth_date: date | None = None
    address: str = ""
    locale: Locale = "fr"
