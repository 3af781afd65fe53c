"""A tenant's addresses: those that are served, and those still to be proven (T-05)."""

import msgspec

PREFIX = "_creneau"


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """An address that is served; links lead to the primary one.

    `own` is false for the address below the platform's domain, which every tenant keeps.
    """

    host: str
    is_primary: bool
    own: bool


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """An address to be proven by a TXT record at `record`, whose text is `value`."""

    host: str
    secret: str

    @property
    def record(self) -> str:
        """Name the record that proves the address."""
        return f"{PREFIX}.{self.host}"

    @property
    def value(self) -> str:
        """Give the record's text."""
        return f"creneau-verification={self.secret}"


class Addresses(msgspec.Struct, frozen=True, kw_only=True):
    """All addresses of a tenant."""

    served: tuple[Address, ...]
    claimed: tuple[Claim, ...]
