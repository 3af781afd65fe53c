"""The statements of statistics."""

from creneau.statistics.queries.counting import (
    Marked,
    count,
    counting_zone,
    forget,
    has_marks,
    mark_everything,
    mark_uncounted,
    put_back,
    set_zone,
    take_marks,
    zone_of,
)
from creneau.statistics.queries.reading import (
    Named,
    PersonsOf,
    Reading,
    cells,
    names,
    opened_minutes,
    persons,
    standings,
)

__all__ = [
    "Marked",
    "Named",
    "PersonsOf",
    "Reading",
    "cells",
    "count",
    "counting_zone",
    "forget",
    "has_marks",
    "mark_everything",
    "mark_uncounted",
    "names",
    "opened_minutes",
    "persons",
    "put_back",
    "set_zone",
    "standings",
    "take_marks",
    "zone_of",
]
