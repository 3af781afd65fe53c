"""Tokens of a provider: believed only when everything about them fits."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any, Final

from creneau_infra import clock
from joserfc import jws, jwt
from joserfc.errors import InvalidKeyIdError, JoseError, UnsupportedAlgorithmError
from joserfc.jwk import KeySet

from creneau_tenants.sign_on.discovery import keys_of
from creneau_tenants.sign_on.errors import (
    AnswerIncomplete,
    LevelTooLow,
    SignatureRefused,
    SignOutRefused,
    TokenExpired,
    WrongAudience,
    WrongIssuer,
    WrongNonce,
)
from creneau_tenants.sign_on.schemas import Metadata, Provider

LEEWAY_SECONDS: Final = 60
LONGEST_SUBJECT: Final = 255
LONGEST_TOKEN: Final = 64 * 1024
SIGN_OUT_EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"
SIGN_OUT_SECONDS: Final = 300
# From the weakest to the strongest, as eIDAS orders them.
LEVELS: Final = ("eidas1", "eidas2", "eidas3")
Claims = Mapping[str, Any]


async def signed_claims(token: str, provider: Provider, metadata: Metadata) -> Claims:
    """Give what a token says, once a key of the provider has proven it.

    A key that is not known is looked for once more: providers change theirs.

    Raises:
        SignatureRefused: It is not signed as it must be.
        ProviderUnreachable: The keys cannot be had.
    """
    keys = await keys_of(metadata, provider)
    try:
        return _decoded(token, keys, provider)
    except UnsupportedAlgorithmError as error:
        raise SignatureRefused(provider=provider.label) from error
    except JoseError:
        keys = await keys_of(metadata, provider, fresh=True)
    try:
        return _decoded(token, keys, provider)
    except JoseError as error:
        raise SignatureRefused(provider=provider.label) from error


def _decoded(token: str, keys: KeySet, provider: Provider) -> Claims:
    if len(token) > LONGEST_TOKEN:
        raise UnsupportedAlgorithmError("a long token")
    try:
        header = jws.extract_compact(token.encode()).headers()
        if header.get("alg") not in provider.algorithms:
            raise UnsupportedAlgorithmError(str(header.get("alg")))
        if "kid" in header:
            return jwt.decode(token, keys, algorithms=provider.algorithms).claims
        return _by_any_key(token, keys, provider)
    except (ValueError, TypeError, AttributeError) as error:
        raise JoseError("not a token") from error


def _by_any_key(token: str, keys: KeySet, provider: Provider) -> Claims:
    failed: JoseError = InvalidKeyIdError("no key")
    for key in keys:
        try:
            return jwt.decode(token, key, algorithms=provider.algorithms).claims
        except JoseError as error:
            failed = error
    raise failed


def check_identity_token(
    claims: Claims, provider: Provider, metadata: Metadata, nonce: str, access_token: str
) -> None:
    """Check that an ID token was made by this provider, for us, now, in this very sign-on.

    Raises:
        SignOnRefused: One of its kinds says what does not fit.
    """
    label = provider.label
    check_origin(claims, provider, metadata)
    if len(audience_of(claims)) > 1 and claims.get("azp") is None:
        raise WrongAudience(provider=label)
    if claims.get("azp", provider.client_id) != provider.client_id:
        raise WrongAudience(provider=label)
    if "events" in claims or not _same(claims.get("nonce"), nonce):
        raise WrongNonce(provider=label)
    _check_times(claims, provider, needs_end=True)
    subject_of(claims, provider)
    given = claims.get("at_hash")
    if given is not None and access_token and not _fits(given, access_token):
        raise SignatureRefused(provider=label)
    _check_level(claims, provider)


def check_origin(claims: Claims, provider: Provider, metadata: Metadata) -> None:
    """Check who made a token and for whom.

    Raises:
        WrongIssuer: Somebody else made it.
        WrongAudience: It is for somebody else.
    """
    if claims.get("iss") != metadata.issuer:
        raise WrongIssuer(provider=provider.label)
    if provider.profile == "entra" and claims.get("tid", "") not in metadata.issuer.split("/"):
        raise WrongIssuer(provider=provider.label)
    if provider.client_id not in audience_of(claims):
        raise WrongAudience(provider=provider.label)


def audience_of(claims: Claims) -> list[str]:
    """List whom a token is for."""
    given = claims.get("aud")
    if isinstance(given, str):
        return [given]
    return [str(one) for one in given] if isinstance(given, list) else []


def subject_of(claims: Claims, provider: Provider) -> str:
    """Give whom a token is about; raises `AnswerIncomplete` without it."""
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
        raise AnswerIncomplete(provider=provider.label)
    return subject


def _check_times(claims: Claims, provider: Provider, *, needs_end: bool) -> None:
    moment = clock.now().timestamp()
    ends, made, begins = (_number(claims.get(name)) for name in ("exp", "iat", "nbf"))
    late = ends is not None and ends + LEEWAY_SECONDS <= moment
    early = max(made or 0, begins or 0) > moment + LEEWAY_SECONDS
    if late or early or (needs_end and (ends is None or made is None)):
        raise TokenExpired(provider=provider.label)


def _number(value: object) -> float | None:
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if plain else None  # type: ignore[arg-type] - a number, as was just asked


def _same(given: object, wanted: str) -> bool:
    return isinstance(given, str) and hmac.compare_digest(given.encode(), wanted.encode())


def _fits(given: object, access_token: str) -> bool:
    # The half of the digest that the token's own algorithm uses.
    digests = (hashlib.new(name, access_token.encode()).digest() for name in _DIGESTS)
    halves = (
        base64.urlsafe_b64encode(one[: len(one) // 2]).decode().rstrip("=") for one in digests
    )
    return any(_same(given, half) for half in halves)


_DIGESTS: Final = ("sha256", "sha384", "sha512")


def _check_level(claims: Claims, provider: Provider) -> None:
    if not provider.acr_values:
        return
    reached, wanted = claims.get("acr"), provider.acr_values
    if reached in LEVELS and all(one in LEVELS for one in wanted):
        if LEVELS.index(reached) >= min(LEVELS.index(one) for one in wanted):
            return
    elif reached in wanted:
        return
    raise LevelTooLow(provider=provider.label)


def check_userinfo(claims: Claims, subject: str, provider: Provider, metadata: Metadata) -> None:
    """Check that what the provider tells of a person is about the person who signed on.

    Raises:
        SignatureRefused: It is about somebody else.
        SignOnRefused: It was made by or for somebody else, or is over.
    """
    if not _same(claims.get("sub"), subject):
        raise SignatureRefused(provider=provider.label)
    if provider.userinfo == "signed":
        check_origin(
            {"iss": metadata.issuer, "aud": provider.client_id, **claims}, provider, metadata
        )
        _check_times(claims, provider, needs_end=False)


def check_sign_out_token(claims: Claims, provider: Provider, metadata: Metadata) -> None:
    """Check a token by which a provider signs somebody out (back-channel).

    Raises:
        SignOutRefused: It is none, is for somebody else, or is over.
    """
    events = claims.get("events")
    named = [claims.get("sub"), claims.get("sid")]
    moment = clock.now().timestamp()
    made, ends = _number(claims.get("iat")), _number(claims.get("exp"))
    fits = (
        claims.get("iss") == metadata.issuer,
        provider.client_id in audience_of(claims),
        isinstance(events, dict) and SIGN_OUT_EVENT in events,
        "nonce" not in claims,
        isinstance(claims.get("jti"), str) and bool(claims.get("jti")),
        any(isinstance(one, str) and one for one in named),
        made is not None and abs(moment - made) <= SIGN_OUT_SECONDS,
        ends is None or ends + LEEWAY_SECONDS > moment,
    )
    if not all(fits):
        raise SignOutRefused(provider=provider.label)
