"""Openings, absences and closures: pages that are alike, told apart by their address."""

from typing import Any, Final, Literal
from uuid import UUID

import msgspec
from creneau.planning.schemas import Kind, SeriesRef
from litestar import Request


class Subject(msgspec.Struct, frozen=True):
    """One of the kinds; `parameter` names its id in addresses."""

    kind: Kind
    home: str
    parameter: str

    def href(self, series_id: UUID, end: str = "") -> str:
        """Give the address of one of them, or of a page below it."""
        return f"{self.home}/{series_id}{end}"

    def ref(self, series_id: UUID) -> SeriesRef:
        """Name one of them for the planning."""
        return SeriesRef(self.kind, series_id)


class Owned(Subject, frozen=True):
    """One of the kinds that somebody, or a room, has."""

    kind: Literal["opening", "absence"]


OPENINGS: Final = Owned("opening", "/plages", "opening_id")
ABSENCES: Final = Owned("absence", "/absences", "absence_id")
CLOSURES: Final = Subject("closure", "/administration/fermetures", "closure_id")
BOTH: Final = (OPENINGS, ABSENCES)


def paths(end: str) -> list[str]:
    """Give the addresses of a page below an opening and below an absence."""
    return [f"{one.home}/{{{one.parameter}:uuid}}{end}" for one in BOTH]


def asked_for(request: Request[Any, Any, Any]) -> tuple[Owned, UUID]:
    """Tell which opening or absence a page is about."""
    found = next(one for one in BOTH if one.parameter in request.path_params)
    return found, request.path_params[found.parameter]
