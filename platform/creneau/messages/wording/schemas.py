"""What messages say: their texts, and whose they are (C-80)."""

from typing import Final, Literal, get_args
from uuid import UUID

import msgspec

from creneau.i18n import Locale

MessageName = Literal[
    "confirmed", "moved", "excused", "cancelled", "to_reschedule", "reminder", "offered"
]
"""`excused`: the person cancelled; `cancelled`: the organisation did; `offered`: to who waits."""

MESSAGES: Final[tuple[MessageName, ...]] = get_args(MessageName)
Channel = Literal["mail", "sms"]


class Wording(msgspec.Struct, frozen=True, kw_only=True):
    """The texts of a message, with placeholders such as `{personne}`; empty: that of above.

    `introduction` and `ending` are paragraphs of the mail, around what is always there: the facts,
    the instructions and the links.
    """

    subject: str = ""
    introduction: str = ""
    ending: str = ""
    sms: str = ""


FIELDS: Final = Wording.__struct_fields__


class WordingKey(msgspec.Struct, frozen=True, kw_only=True):
    """Which message, in which language; `motive_id` None: of every motive."""

    message: MessageName
    locale: Locale
    motive_id: UUID | None = None


class OwnWording(Wording, frozen=True, kw_only=True):
    """What a tenant has written itself; `version` changes with each change."""

    message: MessageName
    locale: Locale
    motive_id: UUID | None
    version: str

    @property
    def key(self) -> WordingKey:
        """What it is about."""
        return WordingKey(message=self.message, locale=self.locale, motive_id=self.motive_id)
