"""The statements of statistics."""

from creneau.statistics.queries.counting import (
    Marked,
    count,
    counting_zone,
    forget,
    has_marks,
    mark_everything,
    put_back,
    set_zone,
    take_marks,
    zone_of,
)
from creneau.statistics.queries.reading import (
    Named,
    PersonsOf,
    Reading,
    cells_as_they_stand,
    cells_of_counts,
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
    "cells_as_they_stand",
    "cells_of_counts",
    "count",
    "counting_zone",
    "forget",
    "has_marks",
    "mark_everything",
    "names",
    "opened_minutes",
    "persons",
    "put_back",
    "set_zone",
    "standings",
    "take_marks",
    "zone_of",
]
