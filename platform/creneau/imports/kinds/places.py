"""Places from a file."""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from creneau.context import Actor
from creneau.database import Transaction
from creneau.history import queries as history
from creneau.i18n import gettext as _
from creneau.imports.kinds.base import by_name
from creneau.imports.reading import folded
from creneau.imports.schemas import Column, Line
from creneau.organisations import queries as organisations
from creneau.places import queries
from creneau.places.rules import checked_place
from creneau.places.schemas import PlaceDraft
from creneau.refusals import InvalidInput

COLUMNS: Final = (
    Column(name="name", title="Nom", example="Mairie annexe", required=True, also=("lieu",)),
    Column(name="organisation", title="Organisation", example="Mairie principale"),
    Column(name="address", title="Adresse", example="1 place de la Mairie, 03990 Clairval"),
    Column(name="phone", title="Téléphone", example="01 99 00 21 00", also=("tel",)),
    Column(name="access_information", title="Accès", example="Bus 3, rampe côté cour"),
    Column(name="latitude", title="Latitude", example="46.5667"),
    Column(name="longitude", title="Longitude", example="3.3333"),
)


class Places:
    """Each line is a place of an organisation; one that is there already is left as it is."""

    columns: Sequence[Column] = COLUMNS
    most = 2000

    async def known(self, tx: Transaction, actor: Actor) -> "KnownPlaces":
        """Read the organisations, and the names of their places, archived ones included."""
        del actor
        found = await organisations.organisations(tx)
        taken = await queries.places(tx, None, archived=True)
        return KnownPlaces(
            by_name([(one.name, one.id) for one in found]),
            {(place.organisation_id, folded(place.name)) for place in taken},
        )

    async def make(self, tx: Transaction, drafts: Sequence[PlaceDraft], actor: Actor) -> None:
        """Create the places."""
        for draft in drafts:
            created = await queries.insert_place(tx, draft)
            if created is not None:
                await history.record(tx, actor, "place.created", "place", created)


class KnownPlaces:
    """The tenant's organisations and places, with those that earlier lines add."""

    def __init__(self, organisations: Mapping[str, UUID], taken: set[tuple[UUID, str]]) -> None:
        """Keep what lines are checked against."""
        self._organisations = organisations
        self._taken = taken

    def draft(self, line: Line) -> PlaceDraft | None:
        """Give the place that a line means."""
        draft = checked_place(
            PlaceDraft(
                organisation_id=organisation_of(line, self._organisations),
                name=line.text("name"),
                address=line.text("address"),
                phone=line.text("phone"),
                access_information=line.text("access_information"),
                latitude=_degrees(line, "latitude"),
                longitude=_degrees(line, "longitude"),
            )
        )
        key = (draft.organisation_id, folded(draft.name))
        if key in self._taken:
            return None
        self._taken.add(key)
        return draft


def organisation_of(line: Line, organisations: Mapping[str, UUID]) -> UUID:
    """Find the organisation that a line names; the only one where there is one and none is named.

    Raises:
        InvalidInput: There is no such organisation, or none is named where there are several.
    """
    name = line.text("organisation")
    if not name and len(organisations) == 1:
        return next(iter(organisations.values()))
    found = organisations.get(folded(name)) if name else None
    if found is None:
        raise InvalidInput(
            {
                "organisation": _("Aucune organisation ne s’appelle « %(name)s ».", name=name)
                if name
                else _("Dites de quelle organisation il s’agit.")
            }
        )
    return found


def _degrees(line: Line, column: str) -> float | None:
    text = line.text(column).replace(",", ".")
    try:
        return float(text) if text else None
    except ValueError:
        raise InvalidInput({column: _("Écrivez un nombre de degrés, comme 46,5667.")}) from None
