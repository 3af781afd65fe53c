"""The use cases of calendars: ways in, and what is read by them (C-83)."""

from creneau.calendars.service.accesses import accesses_of, end, make, renew
from creneau.calendars.service.reading import access_of, calendars, entries, feed, sign_in

__all__ = [
    "access_of",
    "accesses_of",
    "calendars",
    "end",
    "entries",
    "feed",
    "make",
    "renew",
    "sign_in",
]
