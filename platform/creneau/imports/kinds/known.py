"""Which kinds of files there are."""

from collections.abc import Mapping
from typing import Final

from creneau.imports.kinds.agents import Agents
from creneau.imports.kinds.base import Kind
from creneau.imports.kinds.openings import Openings
from creneau.imports.kinds.persons import Persons
from creneau.imports.kinds.places import Places
from creneau.imports.schemas import ImportKind

KINDS: Final[Mapping[ImportKind, Kind]] = {
    "agents": Agents(),
    "places": Places(),
    "persons": Persons(),
    "openings": Openings(),
}
