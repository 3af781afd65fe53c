"""The use cases of planning: each opens one transaction, with its history and its messages."""

from creneau.planning.service.changing import (
    KEEP_ALL,
    create_absence,
    create_closure,
    create_opening,
    create_openings,
    duplicate,
    impact_of,
    save,
)
from creneau.planning.service.reading import (
    absences,
    changes,
    closure,
    closures,
    draft,
    following,
    holiday_edits,
    holidays,
    openings,
)
from creneau.planning.service.upkeep import check, keep_ahead, rebuild

__all__ = [
    "KEEP_ALL",
    "absences",
    "changes",
    "check",
    "closure",
    "closures",
    "create_absence",
    "create_closure",
    "create_opening",
    "create_openings",
    "draft",
    "duplicate",
    "following",
    "holiday_edits",
    "holidays",
    "impact_of",
    "keep_ahead",
    "openings",
    "rebuild",
    "save",
]
