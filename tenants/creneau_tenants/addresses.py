"""The platform's own address, from which tenants' addresses are made."""

from typing import Final

import msgspec
from creneau_infra.settings import Settings

USUAL_PORTS: Final = {"http": 80, "https": 443}


class Platform(msgspec.Struct, frozen=True):
    """How visitors reach the platform; `port` None: the scheme's usual one."""

    scheme: str = "http"
    base_domain: str = "localhost"
    port: int | None = 8000

    def host_of(self, slug: str) -> str:
        """Give a tenant's host below the platform's own domain."""
        return f"{slug}.{self.base_domain}"

    def url_of(self, host: str) -> str:
        """Give a host's address without a trailing slash."""
        port = f":{self.port}" if self.port and self.port != USUAL_PORTS[self.scheme] else ""
        return f"{self.scheme}://{host}{port}"


class _Current:
    platform = Platform()


def configure(settings: Settings) -> None:
    """Take the platform's address from the settings; called once when a process starts.

    In production a proxy stands in front: visitors see the scheme's usual port, never ours.
    """
    behind_proxy = settings.environment == "production"
    _Current.platform = Platform(
        scheme=settings.public_scheme,
        base_domain=settings.base_domain,
        port=None if behind_proxy else settings.port,
    )


def platform() -> Platform:
    """Give the platform's address; `http://localhost:8000` until `configure` was called."""
    return _Current.platform
