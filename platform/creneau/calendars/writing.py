"""Calendars as text (RFC 5545): written line by line, since a feed may hold thousands of events.

The UID of an appointment is the one of its mails (`creneau.messages.calendar`), so that a program
that knows both shows it once.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from creneau.calendars.schemas import Detail, Happening
from creneau.calendars.zones import zone_lines
from creneau.context import Tenant
from creneau.i18n import Locale, current_locale, ngettext
from creneau.i18n import gettext as _
from creneau.messages.calendar import one_line
from creneau.motives.schemas import LocationType

LONGEST_LINE: Final = 75
ESCAPED: Final = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})
HEAD: Final = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Creneau//Agenda//FR")
STATUS: Final = {"taken": "CONFIRMED", "cancelled": "CANCELLED", "to_reschedule": "CANCELLED"}


def uid_of(happening_id: UUID, slug: str) -> str:
    """Name an appointment for all calendars and for ever."""
    return f"{happening_id}@{slug}"


def feed(found: Sequence[Happening], name: str, tenant: Tenant, detail: Detail, page: str) -> bytes:
    """Write a whole calendar to subscribe to; `page` is the address to which ids are added."""
    plain = _text(one_line(name))
    lines = [
        *HEAD,
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"NAME:{plain}",
        f"X-WR-CALNAME:{plain}",
        f"X-WR-TIMEZONE:{tenant.time_zone}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT15M",
        "X-PUBLISHED-TTL:PT15M",
        *_zones(found),
    ]
    for happening in found:
        lines += _event(happening, tenant, detail, page)
    return _folded([*lines, "END:VCALENDAR"])


def single(happening: Happening, tenant: Tenant, detail: Detail, page: str) -> bytes:
    """Write a calendar of one event, as a CalDAV server keeps it."""
    event = _event(happening, tenant, detail, page)
    return _folded([*HEAD, *_zones([happening]), *event, "END:VCALENDAR"])


def _zones(found: Sequence[Happening]) -> Iterator[str]:
    years = [one.starts_at.year for one in found]
    for name in sorted({one.time_zone for one in found}):
        yield from zone_lines(name, min(years) - 1, max(years) + 1)


def _event(one: Happening, tenant: Tenant, detail: Detail, page: str) -> list[str]:
    changed = _utc(one.changed_at)
    return [
        "BEGIN:VEVENT",
        f"UID:{uid_of(one.id, tenant.slug)}",
        f"SEQUENCE:{one.sequence}",
        f"DTSTAMP:{changed}",
        f"LAST-MODIFIED:{changed}",
        *_times(one),
        f"SUMMARY:{_text(_summary(one, detail))}",
        f"LOCATION:{_location(one.location_type, one.place_name, one.address, current_locale.get())}",
        f"DESCRIPTION:{_facts(one, tenant)}",
        f"STATUS:{STATUS[one.standing]}",
        f"TRANSP:{'OPAQUE' if one.standing == 'taken' else 'TRANSPARENT'}",
        "CLASS:PRIVATE",
        *(() if _counts(one) else (f"URL:{page}{one.id}",)),
        "END:VEVENT",
    ]


def _times(one: Happening) -> tuple[str, str]:
    zone = ZoneInfo(one.time_zone)
    start, end = one.starts_at.astimezone(zone), one.ends_at.astimezone(zone)
    # The hour that comes twice in autumn reads as its first coming: its second is said in UTC.
    if start.fold or end.fold:
        return f"DTSTART:{_utc(start)}", f"DTEND:{_utc(end)}"
    return (
        f"DTSTART;TZID={one.time_zone}:{_local(start)}",
        f"DTEND;TZID={one.time_zone}:{_local(end)}",
    )


def _local(moment: datetime) -> str:
    return moment.isoformat()[:19].replace("-", "").replace(":", "")


def _utc(moment: datetime) -> str:
    return f"{_local(moment.astimezone(UTC))}Z"


def _summary(one: Happening, detail: Detail) -> str:
    said = " · ".join(one_line(part) for part in (_who(one, detail), _what(one)) if part)
    # Programs that do not know STATUS show the title alone.
    if one.standing == "cancelled":
        return _("Annulé : %(what)s", what=said)
    if one.standing == "to_reschedule":
        return _("À replanifier : %(what)s", what=said)
    return said


def _counts(one: Happening) -> bool:
    """Tell whether it is a whole session of an agenda, and not the seat that a person has in it."""
    return one.group_session and one.resource_id is not None


def _what(one: Happening) -> str:
    what = one.title or one.motive_name if one.group_session else one.motive_name
    if not _counts(one):
        return what
    coming = ngettext("%(number)s inscrit", "%(number)s inscrits", one.seats)
    return f"{what} ({coming})"


def _who(one: Happening, detail: Detail) -> str:
    if detail == "motive" or _counts(one):
        return ""
    if detail == "name":
        return f"{one.first_name} {one.last_name}".strip()
    return " ".join(
        f"{name.strip()[0].upper()}." for name in (one.first_name, one.last_name) if name.strip()
    )


# A year of appointments is at a few places and for a few motives; nothing here names a person.
@lru_cache(maxsize=1024)
def _location(kind: LocationType, place_name: str, address: str, locale: Locale) -> str:
    del locale  # the texts are in the current language, of which there are two
    elsewhere = {
        "phone": _("Par téléphone"),
        "video": _("En visioconférence"),
        "home": _("À domicile"),
    }
    if kind in elsewhere:
        return _text(elsewhere[kind])
    lines = (place_name, *address.splitlines())
    return _text(", ".join(fit for line in lines if (fit := one_line(line).rstrip(","))))


def _facts(one: Happening, tenant: Tenant) -> str:
    if one.resource_id is not None:
        return _written((_("Motif"), one.motive_name))
    return _written(
        (_("Motif"), one.motive_name),
        (_("Avec"), ", ".join(one.resource_labels)),
        (_("Comment venir"), one.access_information if one.location_type == "on_site" else ""),
        (_("Téléphone"), one.phone),
        (_("Auprès de"), tenant.name),
    )


@lru_cache(maxsize=1024)
def _written(*facts: tuple[str, str]) -> str:
    return _text(
        "\n".join(
            _("%(label)s : %(value)s", label=label, value=one_line(value))
            for label, value in facts
            if value
        )
    )


def _text(value: str) -> str:
    return value.translate(ESCAPED)


def _folded(lines: Iterable[str]) -> bytes:
    short = LONGEST_LINE + 1
    folded = [line if len(line) < short and line.isascii() else _fold(line) for line in lines]
    return ("\r\n".join(folded) + "\r\n").encode()


def _fold(line: str) -> str:
    """Write a line in pieces of at most 75 bytes, never within a character."""
    left = line.encode()
    pieces: list[bytes] = []
    room = LONGEST_LINE
    while len(left) > room:
        at = room
        while left[at] & 0xC0 == 0x80:  # noqa: PLR2004 - a byte that goes on with a character
            at -= 1
        pieces.append(left[:at])
        left, room = left[at:], LONGEST_LINE - 1
    return b"\r\n ".join([*pieces, left]).decode()
