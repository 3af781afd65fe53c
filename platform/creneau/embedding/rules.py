"""What names a site: its scheme, its host and its port, as browsers compare them."""

import re
from typing import Final
from urllib.parse import urlsplit

LOCAL: Final = frozenset({"localhost", "127.0.0.1"})
HOST: Final = re.compile(
    r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*"
)
BLANK: Final = re.compile(r"[\s\x00-\x1f]")
LONGEST_HOST: Final = 253
STANDARD: Final = {"https": 443, "http": 80}


def origin_of(typed: str) -> str | None:
    """Give the origin of an address as somebody pastes it; None where it names no site.

    Only https counts: elsewhere anybody on the way could dress the page up. A machine's own address
    may do without, for whoever tries it out.
    """
    text = typed.strip()
    if BLANK.search(text):
        return None
    if "://" not in text:
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        host = (parts.hostname or "").encode("idna").decode().lower()
        port = parts.port
    except (ValueError, UnicodeError):
        return None
    if parts.username is not None or not HOST.fullmatch(host) or len(host) > LONGEST_HOST:
        return None
    local = host in LOCAL or host.endswith(".localhost")
    if parts.scheme not in STANDARD or (parts.scheme == "http" and not local):
        return None
    if "." not in host and not local:
        return None
    named = "" if port in {None, STANDARD[parts.scheme]} else f":{port}"
    return f"{parts.scheme}://{host}{named}"
