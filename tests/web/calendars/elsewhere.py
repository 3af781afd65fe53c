"""A calendar on somebody else's server, which changes, falls silent and comes back."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime


class Elsewhere:
    """Serves one calendar, and says that nothing is new to who knows it."""

    def __init__(self) -> None:
        self.port = 0
        self.events: dict[str, str] = {}
        self.status = "200 OK"
        self.body: bytes | None = None
        self.extra = ""
        self.asked: list[str] = []
        self.sent: list[str] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/prive/agenda.ics"

    def busy(self, uid: str, start: datetime, end: datetime, *more: str) -> None:
        times = [
            f"{name}:{moment.astimezone(UTC).strftime('%Y%m%dT%H%M%SZ')}"
            for name, moment in (("DTSTART", start), ("DTEND", end))
        ]
        self.events[uid] = "\r\n".join(
            [f"UID:{uid}", "DTSTAMP:20270101T000000Z", *times, "SUMMARY:Entretien secret", *more]
        )

    def text(self) -> bytes:
        if self.body is not None:
            return self.body
        inside = "".join(f"BEGIN:VEVENT\r\n{one}\r\nEND:VEVENT\r\n" for one in self.events.values())
        head = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//x//EN\r\n"
        return f"{head}{inside}END:VCALENDAR\r\n".encode()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = (await reader.readuntil(b"\r\n\r\n")).decode()
        self.asked.append(asked)
        body = self.text()
        mark = f'"{hash(body)}"'
        known = f"if-none-match: {mark}" in asked.lower()
        status, body = ("304 Not Modified", b"") if known else (self.status, body)
        self.sent.append(status)
        head = (
            f"HTTP/1.1 {status}\r\netag: {mark}\r\n{self.extra}content-length: {len(body)}\r\n\r\n"
        )
        writer.write(head.encode() + body)
        await writer.drain()
        writer.close()


def hours(spans: Sequence[tuple[datetime, datetime]]) -> list[tuple[int, int]]:
    return [(start.hour, end.hour) for start, end in spans]
