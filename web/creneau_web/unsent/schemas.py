"""What is kept of a form that was not sent."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A form as it is stored: where it stands and goes to, until when (UTC); `sealed` is its text."""

    page: str
    action: str
    until: datetime
    sealed: str


class Unsent(msgspec.Struct, frozen=True, kw_only=True):
    """A form to be shown again, filled in; `action` is where it goes to."""

    action: str
    values: Mapping[str, Sequence[str]]
