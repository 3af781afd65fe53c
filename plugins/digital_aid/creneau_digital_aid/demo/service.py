"""Filling the demo: structures' sheets, and who booked for whom."""

import random
from collections.abc import Mapping
from itertools import chain, repeat
from typing import Final

from creneau.contributions import DemoFurnishing, DemoSpace

from creneau_digital_aid import rules
from creneau_digital_aid.demo.content import PRESCRIBERS, SHEETS
from creneau_digital_aid.places.service import save_sheet

PRESCRIBED: Final = 0.5
"""How many of those who book online do so for somebody else."""


class PrescribedDemo(DemoFurnishing, frozen=True):
    """Advisers on the national map, and prescribers who send them learners."""

    async def set_up(self, space: DemoSpace) -> None:
        """Fill each structure's sheet in (D-09)."""
        drafts = chain(SHEETS, repeat(SHEETS[-1]))
        for organisation_id, draft in zip(space.organisations.values(), drafts, strict=False):
            await save_sheet(organisation_id, draft, space.administrator, seen="")

    def typed(self, luck: random.Random) -> Mapping[str, str]:
        """Let every second one who books online be a prescriber (D-07)."""
        if luck.random() >= PRESCRIBED:
            return {}
        return rules.typed_by(luck.choice(PRESCRIBERS))
