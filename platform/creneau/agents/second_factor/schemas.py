"""An agent's second factor as it is read."""

from datetime import datetime

import msgspec


class Factor(msgspec.Struct, frozen=True, kw_only=True):
    """The row of a second factor; `secret` is sealed, times are UTC."""

    secret: bytes
    last_step: int
    created_at: datetime
    confirmed_at: datetime | None


class FactorState(msgspec.Struct, frozen=True, kw_only=True):
    """What an agent is told of their second factor; `set_up_at` None: there is none."""

    set_up_at: datetime | None
    codes_left: int
