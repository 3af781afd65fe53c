"""The four verticals keep the contract."""

from uuid import UUID

from creneau.database import Transaction
from creneau.testing.contract import PluginContract

from tests.plugins.digital_aid.cast import prescribe
from tests.plugins.social.cast import note_situation


class TestCounter(PluginContract):
    name = "counter"


class TestLms(PluginContract):
    name = "lms"


class TestSocial(PluginContract):
    name = "social"

    async def leave_traces(self, tx: Transaction, booking_id: UUID) -> None:
        await note_situation(tx, booking_id)


class TestDigitalAid(PluginContract):
    name = "digital_aid"

    async def leave_traces(self, tx: Transaction, booking_id: UUID) -> None:
        await prescribe(tx, booking_id)
