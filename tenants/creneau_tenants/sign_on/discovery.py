"""What a provider says of itself, and its keys; kept for ten minutes in each process."""

import re
import time
from collections.abc import Callable, Coroutine
from typing import Any, Final, TypeVar

import msgspec
from creneau_infra import outgoing
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from creneau_tenants.sign_on.errors import AddressNotAllowed, ProviderUnreachable, WrongIssuer
from creneau_tenants.sign_on.profiles import PROFILES
from creneau_tenants.sign_on.schemas import Metadata, Provider

KEPT_FOR: Final = 600.0
MOST_KEPT: Final = 500
WELL_KNOWN: Final = "/.well-known/openid-configuration"
DIRECTORY: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
Known = TypeVar("Known")


class Shelf:
    """Documents by address, each for a while."""

    def __init__(self) -> None:
        """Start empty."""
        self._kept: dict[str, tuple[float, Any]] = {}

    async def get(
        self, url: str, fetch: Callable[[str], Coroutine[Any, Any, Known]], *, fresh: bool = False
    ) -> Known:
        """Give a document, fetched anew when it is old or when asked to."""
        found = self._kept.get(url)
        if found is not None and not fresh and time.monotonic() - found[0] < KEPT_FOR:
            return found[1]
        document = await fetch(url)
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        self._kept[url] = (time.monotonic(), document)
        return document

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()


_metadata, _keys = Shelf(), Shelf()


def forget() -> None:
    """Ask every provider anew from now on."""
    _metadata.clear()
    _keys.clear()


async def metadata_of(provider: Provider, *, fresh: bool = False) -> Metadata:
    """Give what a provider says of itself.

    Raises:
        AddressNotAllowed: Its address is not for tenants to call.
        ProviderUnreachable: It does not answer, not in time, or not as a provider does.
        WrongIssuer: It names another issuer than the settings.
    """
    address = provider.issuer.rstrip("/") + WELL_KNOWN

    async def fetch(url: str) -> Metadata:
        found = msgspec.convert(await _document(url, provider), Metadata)
        for endpoint in (found.authorization_endpoint, found.token_endpoint, found.jwks_uri):
            _require_address(endpoint, provider)
        if found.end_session_endpoint:
            _require_address(found.end_session_endpoint, provider)
        return found

    try:
        found = await _metadata.get(address, fetch, fresh=fresh)
    except msgspec.ValidationError as error:
        raise ProviderUnreachable(provider=provider.label) from error
    if not _is_issuer(found.issuer, provider):
        raise WrongIssuer(provider=provider.label)
    return found


def _is_issuer(named: str, provider: Provider) -> bool:
    if named.rstrip("/") == provider.issuer.rstrip("/"):
        return True
    # Asked for by a domain's name, a directory answers by its number; nothing else may differ.
    if not PROFILES[provider.profile].directory_in_issuer:
        return False
    asked, answered = provider.issuer.split("/"), named.split("/")
    differing = [(one, other) for one, other in zip(asked, answered, strict=False) if one != other]
    return len(asked) == len(answered) == 5 and [  # noqa: PLR2004 - https://host/directory/v2.0
        (answered[3], bool(DIRECTORY.fullmatch(answered[3])))
    ] == [(other, True) for _one, other in differing]


def _require_address(url: str, provider: Provider) -> None:
    # Browsers are sent to some of these: what a provider says must not become a script's address.
    if not outgoing.is_acceptable(url):
        raise ProviderUnreachable(provider=provider.label)


async def keys_of(metadata: Metadata, provider: Provider, *, fresh: bool = False) -> KeySet:
    """Give the keys that a provider signs with.

    Raises:
        AddressNotAllowed: Their address is not for tenants to call.
        ProviderUnreachable: They cannot be had.
    """

    async def fetch(url: str) -> KeySet:
        document = await _document(url, provider)
        try:
            return KeySet.import_key_set(_for_signing(document))
        except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise ProviderUnreachable(provider=provider.label) from error

    return await _keys.get(metadata.jwks_uri, fetch, fresh=fresh)


def _for_signing(document: Any) -> Any:
    kept = [
        key
        for key in document["keys"]
        if key.get("use", "sig") == "sig" and key.get("kty") in {"RSA", "EC"}
    ]
    return {"keys": kept}


async def _document(url: str, provider: Provider) -> Any:
    try:
        return await outgoing.get_json(url)
    except outgoing.AddressRefusedError as error:
        raise AddressNotAllowed(provider=provider.label) from error
    except outgoing.OutgoingError as error:
        raise ProviderUnreachable(provider=provider.label) from error
