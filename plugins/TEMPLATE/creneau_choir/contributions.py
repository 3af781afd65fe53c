"""What the plugin hands to the core: frozen records whose methods do the work."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from creneau.contributions import BookingFields, Field, Fragment, PersonalData
from creneau.database import Transaction
from creneau.i18n import gettext as _

from creneau_choir import queries

VOICE: Final = "choir_voice"
VOICES: Final = (
    ("soprano", "Soprano"),
    ("alto", "Alto"),
    ("tenor", "Ténor"),
    ("bass", "Basse"),
)
FIELDS: Final = (
    Field(name=VOICE, label="Votre voix", kind="select", options=VOICES, maximum_length=10),
)


class VoiceFields(BookingFields, frozen=True, kw_only=True):
    """The voice, on the identification step."""

    def check(self, values: Mapping[str, str]) -> Mapping[str, str]:
        """Refuse what is no voice; nobody has to say."""
        said = values.get(VOICE, "")
        known = {value for value, _label in VOICES}
        return {VOICE: _("Choisissez une voix de la liste.")} if said and said not in known else {}

    async def save(self, tx: Transaction, booking_id: UUID, values: Mapping[str, str]) -> None:
        """Keep the voice in the transaction that confirms the booking."""
        if said := values.get(VOICE):
            await queries.keep(tx, booking_id, said)


class VoiceFragment(Fragment, frozen=True, kw_only=True):
    """The voice, on the pages about a booking."""

    booking_id: UUID

    async def data(self, tx: Transaction) -> Mapping[str, object] | None:
        """Read the voice; None leaves the piece out."""
        found = await queries.of_booking(tx, self.booking_id)
        return {"voice": dict(VOICES)[found]} if found else None


class VoicesOfPerson(PersonalData, frozen=True):
    """What a person said is theirs, to be handed out and erased."""

    async def export(self, tx: Transaction, person_id: UUID) -> Mapping[str, object]:
        """Give the voices."""
        found = await queries.of_person(tx, person_id)
        return {"voices": found} if found else {}

    async def erase(self, tx: Transaction, person_id: UUID) -> None:
        """Delete them."""
        await queries.forget(tx, person_id)
