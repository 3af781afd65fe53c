"""What keeps the feed ready where nobody has asked for it since many structures came in."""

from creneau.contributions import DailyWork

from creneau_digital_aid.feed.service import keep_up


class WrittenLines(DailyWork, frozen=True, kw_only=True):
    """Writes the lines that are missing or old, once a day and after an upgrade."""

    async def do(self) -> None:
        """Write them; those that hold are left alone."""
        await keep_up()
