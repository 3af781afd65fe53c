"""A motive's form, filled in as a browser does."""

from typing import Any
from uuid import UUID

from creneau.motives import service as motives
from creneau.motives.schemas import Motive
from creneau_web.admin.motive_values import values_of

from tests.web.backoffice.cast import Office

LIST = "/administration/motifs"


def one(office: Office, end: str = "") -> str:
    return f"{LIST}/{office.motive}{end}"


async def typed(motive_id: UUID, **changes: Any) -> dict[str, str]:
    """Fill the form in as a browser does: a box that is not ticked is not sent."""
    motive = await motives.motive(motive_id)
    values = {**values_of(motive), "version": motive.version, **changes}
    return {
        name: "yes" if value is True else str(value)
        for name, value in values.items()
        if value is not False
    }


async def saved(office: Office) -> Motive:
    return await motives.motive(office.motive)
