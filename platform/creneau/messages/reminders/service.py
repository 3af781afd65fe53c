"""When a reminder may leave as an SMS (C-81)."""

from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from creneau.messages.reminders.quiet import not_before
from creneau.organisations import service as organisations
from creneau.planning.holidays import of_territory
from creneau.sms import service as sms


async def sms_not_before(organisation_id: UUID, moment: datetime) -> datetime:
    """Give the first moment, in UTC, at which an SMS of a place of the organisation may leave.

    Outside the tenant's quiet hours, which are local to the place; Sundays and the territory's
    public holidays are quiet where the tenant says so.

    Raises:
        NotFound: There is no such organisation.
    """
    organisation = await organisations.organisation(organisation_id)

    def is_holiday(day: date) -> bool:
        return bool(of_territory(organisation.territory, day, day))

    quiet = await sms.quiet_hours()
    return not_before(moment, quiet, ZoneInfo(organisation.time_zone), is_holiday)
