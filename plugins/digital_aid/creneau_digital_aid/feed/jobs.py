"""What keeps the feed ready, so that nobody waits where many structures have just come in."""

from creneau.contributions import Round

from creneau_digital_aid.feed.service import keep_up


class WrittenLines(Round, frozen=True, kw_only=True):
    """Writes the lines that are missing or old, soon after an import, a change or an upgrade."""

    async def do(self) -> None:
        """Write them; those that hold are left alone."""
        await keep_up()
