"""What may be typed as an address, and where a sign-in may lead."""

import re

LONGEST_EMAIL = 254
EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@([\w]([\w-]*[\w])?\.)+[^\W\d_]{2,}")


def local_path(asked: str, otherwise: str) -> str:
    """Give a path of this very site to go on to; anything that leads elsewhere is dropped."""
    strange = any(character in asked for character in "\\\r\n\t") or not asked.isprintable()
    if not asked.startswith("/") or asked.startswith("//") or strange:
        return otherwise
    return asked


def normal_email(typed: str) -> str | None:
    """Give an address in lower case and without blanks around it; None if it cannot be one."""
    address = typed.strip().lower()
    return address if len(address) <= LONGEST_EMAIL and EMAIL.fullmatch(address) else None
