"""For whom which motives are confidential."""

from datetime import datetime
from uuid import UUID

import msgspec


class Confidential(msgspec.Struct, frozen=True, kw_only=True):
    """A motive that is confidential for somebody, and since when (UTC)."""

    motive_id: UUID
    motive_name: str
    organisation_name: str
    since: datetime
