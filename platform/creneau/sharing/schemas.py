"""What a short address leads to."""

from typing import Literal
from uuid import UUID

import msgspec

SharedKind = Literal["motive", "place", "organisation", "service", "agent"]


class Shared(msgspec.Struct, frozen=True, kw_only=True):
    """Something with a page of its own that can be shared."""

    kind: SharedKind
    id: UUID
