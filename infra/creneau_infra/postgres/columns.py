from typing import Any

from asyncpg import Range
from piccolo.columns import Column


class TstzRange(Column):
    """A period `[start, end)` between two moments in UTC."""

    value_type = Range

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("default", None)
        super().__init__(**kwargs)

    @property
    def column_type(self) -> str:
        """Name the type as PostgreSQL does."""
        return "TSTZRANGE"


class TstzMultiRange(Column):
    """Several periods that neither touch nor overlap, in order."""

    value_type = list

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("default", None)
        super().__init__(**kwargs)

    @property
    def column_type(self) -> str:
        """Name the type as PostgreSQL does."""
        return "TSTZMULTIRANGE"
