"""A request that may be sent again (C-30)."""

import msgspec


class Once(msgspec.Struct, frozen=True):
    """The sender's key and the digest of what was asked, so that a reused key is noticed."""

    key: str
    request_digest: bytes
