"""The use cases of calendars: ways in, what is read by them, and what is read elsewhere (C-83)."""

from creneau.calendars.service.accesses import accesses_of, end, make, renew
from creneau.calendars.service.busy import (
    add_source,
    busy_times,
    conflicts,
    forget_sources_in,
    keep_reading,
    read_now,
    remove_source,
    sources_of,
)
from creneau.calendars.service.reading import access_of, calendars, entries, feed, sign_in

__all__ = [
    "access_of",
    "accesses_of",
    "add_source",
    "busy_times",
    "calendars",
    "conflicts",
    "end",
    "entries",
    "feed",
    "forget_sources_in",
    "keep_reading",
    "make",
    "read_now",
    "remove_source",
    "renew",
    "sign_in",
    "sources_of",
]
