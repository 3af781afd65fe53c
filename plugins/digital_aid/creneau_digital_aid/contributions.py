"""What the plugin hands to the core."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec
from creneau.contributions import (
    BookingFields,
    Fragment,
    PersonalData,
    Recipient,
    RecipientSource,
    StatisticsAsked,
    StatisticsSource,
    StatisticsTable,
)
from creneau.database import Transaction
from creneau.i18n import gettext as _
from creneau.phones import readable_phone
from creneau.refusals import InvalidInput

from creneau_digital_aid import queries, rules


class PrescriberFields(BookingFields, frozen=True, kw_only=True):
    """The prescriber, on the identification step (D-07)."""

    def check(self, values: Mapping[str, str]) -> Mapping[str, str]:
        """Return the sentence for each wrong field of a prescriber; nothing for a learner."""
        try:
            rules.prescriber(values)
        except InvalidInput as refusal:
            return refusal.fields
        return {}

    def proven_email(self, values: Mapping[str, str]) -> str | None:
        """The prescriber proves their own address, so that the learner needs none."""
        return rules.address(values) if rules.is_prescribing(values) else None

    def remembered(self, values: Mapping[str, str]) -> Mapping[str, str]:
        """Fill the prescriber in the next time, and nothing of the learner (D-07)."""
        if not rules.is_prescribing(values):
            return {}
        return {name: values.get(name, "") for name in rules.REMEMBERED}

    async def booked_by(self, tx: Transaction, booking_ids: Sequence[UUID]) -> Mapping[UUID, str]:
        """Name the prescribers, each with their structure."""
        found = await queries.of_bookings(tx, booking_ids)
        return {one.booking_id: f"{one.name} ({one.structure})" for one in found}

    async def save(self, tx: Transaction, booking_id: UUID, values: Mapping[str, str]) -> None:
        """Keep the prescriber with the booking.

        Raises:
            InvalidInput: The values were not checked before.
        """
        if found := rules.prescriber(values):
            await queries.keep(tx, booking_id, found)


class PrescriberFragment(Fragment, frozen=True, kw_only=True):
    """Who booked, on a page about a booking."""

    booking_id: UUID

    async def data(self, tx: Transaction) -> Mapping[str, object] | None:
        """Read the prescription; nothing for a booking that the learner made."""
        found = await queries.of_booking(tx, self.booking_id)
        return {"prescription": found, "phone": readable_phone(found.phone)} if found else None


class PrescriberRecipient(RecipientSource, frozen=True):
    """The prescriber gets the messages of the booking too (D-07)."""

    async def recipients(self, tx: Transaction, booking_id: UUID) -> Sequence[Recipient]:
        """Name the prescriber, in the language in which they booked."""
        found = await queries.of_booking(tx, booking_id)
        if found is None:
            return ()
        return (
            Recipient(
                email=found.email,
                name=found.name,
                locale=found.locale,
                role="digital_aid.prescriber",
            ),
        )


class PrescriptionsOfPerson(PersonalData, frozen=True):
    """Who booked for a person is part of that person's data (C-44)."""

    async def export(self, tx: Transaction, person_id: UUID) -> Mapping[str, object]:
        """List the prescriptions; nothing when there are none."""
        found = await queries.of_person(tx, person_id)
        return {"prescriptions": msgspec.to_builtins(found)} if found else {}

    async def erase(self, tx: Transaction, person_id: UUID) -> None:
        """Delete the prescriptions."""
        await queries.forget(tx, person_id)


class PrescribingStructures(StatisticsSource, frozen=True):
    """Who sends learners, beside the core's own counts by agent and by motive (D-12)."""

    async def tables(self, tx: Transaction, asked: StatisticsAsked) -> Sequence[StatisticsTable]:
        """Count the bookings of the period by the structure of whoever made them."""
        found = await queries.counts(tx, asked)
        return (
            StatisticsTable(
                code="digital_aid.structures",
                title=_("Par structure prescriptrice"),
                heads=(
                    _("Structure"),
                    _("Pris"),
                    _("Venus"),
                    _("À venir ou à renseigner"),
                    _("Annulés ou excusés"),
                    _("Absents"),
                ),
                rows=[
                    (one.structure, [one.total, one.seen, one.to_come, one.called_off, one.missed])
                    for one in found
                ],
                note=_(
                    "Les rendez-vous pris par un prescripteur pour la personne qu’il accompagne."
                ),
            ),
        )
