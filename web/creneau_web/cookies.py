"""Cookies: bound to one host, out of reach of scripts, and sent with the answer."""

import re

from creneau_web.visit import Visit

DAY = 24 * 3600
PLAIN = re.compile(r"[\w.=~-]*", re.ASCII)


def read(header: str) -> dict[str, str]:
    """Read a `Cookie` header; of two with the same name the first counts."""
    found: dict[str, str] = {}
    for part in header.split(";"):
        name, separator, value = part.strip().partition("=")
        if separator:
            found.setdefault(name, value.strip('"'))
    return found


def get(visit: Visit, name: str) -> str:
    """Give the value that came with the request, or nothing."""
    return visit.cookies.get(real_name(visit, name), "")


def real_name(visit: Visit, name: str) -> str:
    """Give a cookie's name on the wire: over https the browser then ties it to this host."""
    return f"__Host-{name}" if visit.secure else name


def put(visit: Visit, name: str, value: str, *, seconds: int | None = None) -> None:
    """Send a cookie with the answer, for as long as the browser is open or for `seconds`.

    Raises:
        ValueError: The value has characters that do not belong into a header.
    """
    if not PLAIN.fullmatch(value):
        raise ValueError("a cookie's value is made of letters, digits and . = ~ - _")
    wire_name = real_name(visit, name)
    parts = [f"{wire_name}={value}", "Path=/", "HttpOnly", "SameSite=Lax"]
    if visit.secure:
        parts.append("Secure")
    if seconds is not None:
        parts.append(f"Max-Age={seconds}")
    visit.outgoing_cookies[wire_name] = "; ".join(parts)
    visit.cookies = {**visit.cookies, wire_name: value}


def drop(visit: Visit, name: str) -> None:
    """Ask the browser to forget a cookie, if it has it."""
    if get(visit, name):
        put(visit, name, "", seconds=0)
