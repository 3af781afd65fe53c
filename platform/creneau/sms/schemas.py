"""SMS: what is sent, how long it is, what it costs, and how a tenant has set it up."""

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Final, Literal

import msgspec

Encoding = Literal["gsm", "unicode"]
UNITS_OF_PRICE: Final = 10_000
"""A price per part is kept in ten-thousandths of a euro."""


class Sms(msgspec.Struct, frozen=True, kw_only=True):
    """An SMS to a mobile number in the form `+33612345678`.

    The same `reference` again is the same SMS: give the id of the piece of work that sends it. No
    personal data in it, the gateway may be told.
    """

    to: str
    text: str
    reference: str


class Segments(msgspec.Struct, frozen=True, kw_only=True):
    """How long a text is for a phone: `units` are septets, or pairs of bytes in Unicode.

    `parts` is what a gateway bills; `left` is how many units more cost no further part.
    """

    encoding: Encoding
    units: int
    parts: int
    left: int


class Estimate(msgspec.Struct, frozen=True, kw_only=True):
    """What sending a text once would take; `price` in euros, None where none is set."""

    segments: Segments
    price: Decimal | None


class QuietHours(msgspec.Struct, frozen=True, kw_only=True):
    """When what is not urgent waits, in the tenant's local time; equal times: at no hour.

    From `begins` to `ends`, over midnight where `ends` is earlier.
    """

    begins: time = time(20)
    ends: time = time(8)
    sundays: bool = True
    holidays: bool = True


class SmsSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What a tenant chooses about its SMS, but for the gateway's own settings.

    `price` is per part, in ten-thousandths of a euro; `monthly_limit` counts parts. `abroad`: also
    to numbers outside of France and its overseas territories.
    """

    sender: str = ""
    price: int = 0
    monthly_limit: int = 1000
    abroad: bool = False
    quiet_begins: time = time(20)
    quiet_ends: time = time(8)
    quiet_sundays: bool = True
    quiet_holidays: bool = True


class Connection(msgspec.Struct, frozen=True, kw_only=True):
    """The gateway that a tenant has chosen; `values` are what its fields hold, secrets included."""

    gateway: str
    values: Mapping[str, str] = {}


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """A gateway that does not work since a moment; `said` is what it answered, without a person."""

    said: str
    since: datetime


class SmsState(msgspec.Struct, frozen=True, kw_only=True):
    """How a tenant's SMS are set up, and how they do."""

    settings: SmsSettings
    connection: Connection | None
    enabled: bool
    tested_at: datetime | None
    trouble: Trouble | None
    updated_at: datetime


class Usage(msgspec.Struct, frozen=True, kw_only=True):
    """What a month has taken: parts that count, SMS that left, SMS that the limit refused."""

    month: date
    parts: int = 0
    sent: int = 0
    refused: int = 0


class Dispatch(msgspec.Struct, frozen=True, kw_only=True):
    """An SMS whose parts are counted; `accepted` once the gateway has it."""

    state: Literal["reserved", "accepted"]
    gateway_id: str
