"""What goes to a provider and comes back, on the browser's way and on our own."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote, urlencode

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from creneau_infra import outgoing
from creneau_infra.sealing import SealBrokenError, unseal

from creneau_tenants.sign_on import tokens
from creneau_tenants.sign_on.discovery import metadata_of
from creneau_tenants.sign_on.errors import (
    AddressNotAllowed,
    AnswerIncomplete,
    CodeRefused,
    Declined,
    ProviderUnreachable,
    SecretLost,
    SignatureRefused,
    WrongIssuer,
)
from creneau_tenants.sign_on.profiles import PROFILES
from creneau_tenants.sign_on.rules import identity_from
from creneau_tenants.sign_on.schemas import Identity, Kept, Metadata, Provider, ProviderAnswer

SIGNED: Final = "application/jwt"
SERVER_ERRORS: Final = 500


async def way_there(provider: Provider, kept: Kept, state: str, callback: str) -> str:
    """Give the address at the provider where somebody signs on: what it lists, and nothing else.

    Raises:
        AddressNotAllowed, ProviderUnreachable, WrongIssuer: As `metadata_of` does.
    """
    metadata = await metadata_of(provider)
    extra = {"acr_values": " ".join(provider.acr_values)} if provider.acr_values else {}
    client = _client(provider, callback)
    url, _state = client.create_authorization_url(
        metadata.authorization_endpoint,
        state=state,
        nonce=kept.nonce,
        code_verifier=kept.verifier or None,
        **extra,
    )
    return str(url)


def _client(provider: Provider, callback: str) -> Any:
    try:
        secret = unseal(provider.secret)
    except SealBrokenError as error:
        raise SecretLost(provider=provider.label) from error
    header = provider.client_sent == "header"
    return AsyncOAuth2Client(
        # In the header, both are written as in a form (RFC 6749, 2.3.1).
        quote(provider.client_id, safe="") if header else provider.client_id,
        quote(secret, safe="") if header else secret,
        token_endpoint_auth_method="client_secret_basic" if header else "client_secret_post",
        scope=" ".join(provider.scopes),
        redirect_uri=callback,
        code_challenge_method="S256",
        **outgoing.options(),
    )


async def identity_at(
    provider: Provider, kept: Kept, answer: ProviderAnswer, callback: str
) -> Identity:
    """Turn the provider's answer into an identity, once everything about it was checked.

    Raises:
        SignOnRefused: One of its kinds says what does not fit; nothing was kept.
    """
    metadata = await metadata_of(provider)
    _check_sender(provider, metadata, answer)
    if answer.error or not answer.code:
        raise Declined(provider=provider.label)
    token = await _token(provider, metadata, kept, answer.code, callback)
    id_token, access = str(token.get("id_token") or ""), str(token.get("access_token") or "")
    claims = await tokens.signed_claims(id_token, provider, metadata)
    tokens.check_identity_token(claims, provider, metadata, kept.nonce, access)
    told = await _userinfo(provider, metadata, access)
    if told is not None:
        tokens.check_userinfo(told, str(claims["sub"]), provider, metadata)
    everything = {**(told or {}), **claims}
    return identity_from(everything, provider, id_token)


def _check_sender(provider: Provider, metadata: Metadata, answer: ProviderAnswer) -> None:
    # An answer that another provider was meant to get leads nowhere (RFC 9207).
    missing = metadata.authorization_response_iss_parameter_supported and not answer.issuer
    if missing or answer.issuer not in {"", metadata.issuer}:
        raise WrongIssuer(provider=provider.label)


async def _token(
    provider: Provider, metadata: Metadata, kept: Kept, code: str, callback: str
) -> Mapping[str, Any]:
    wanted = {"code": code, "redirect_uri": callback, "grant_type": "authorization_code"}
    if kept.verifier:
        wanted["code_verifier"] = kept.verifier
    try:
        async with outgoing.within(), _client(provider, callback) as client:
            return await client.fetch_token(metadata.token_endpoint, **wanted)
    except OAuthError as error:
        raise CodeRefused(provider=provider.label) from error
    except outgoing.AddressRefusedError as error:
        raise AddressNotAllowed(provider=provider.label) from error
    except (outgoing.OutgoingError, ValueError, TypeError, AttributeError, KeyError) as error:
        raise ProviderUnreachable(provider=provider.label) from error


async def _userinfo(provider: Provider, metadata: Metadata, access: str) -> tokens.Claims | None:
    if provider.userinfo == "none":
        return None
    if not metadata.userinfo_endpoint or not access:
        raise AnswerIncomplete(provider=provider.label)
    answer = await _asked(provider, metadata.userinfo_endpoint, access)
    if answer.status_code != httpx2.codes.OK.value:
        raise ProviderUnreachable(provider=provider.label)
    signed = answer.headers.get("content-type", "").partition(";")[0].strip() == SIGNED
    if provider.userinfo == "signed" and not signed:
        raise SignatureRefused(provider=provider.label)
    if signed:
        return await tokens.signed_claims(answer.text.strip(), provider, metadata)
    return _object(answer, provider)


async def _asked(provider: Provider, url: str, access: str) -> httpx2.Response:
    try:
        async with outgoing.within(), httpx2.AsyncClient(**outgoing.options()) as client:
            return await client.get(url, headers={"authorization": f"Bearer {access}"})
    except outgoing.AddressRefusedError as error:
        raise AddressNotAllowed(provider=provider.label) from error
    except (outgoing.OutgoingError, ValueError) as error:
        raise ProviderUnreachable(provider=provider.label) from error


def _object(answer: httpx2.Response, provider: Provider) -> tokens.Claims:
    try:
        found = answer.json()
    except ValueError as error:
        raise ProviderUnreachable(provider=provider.label) from error
    if not isinstance(found, dict):
        raise ProviderUnreachable(provider=provider.label)
    return found


def way_out(provider: Provider, metadata: Metadata, id_token: str, state: str, after: str) -> str:
    """Give the address at the provider where a session ends; empty if it has none.

    `after` is where it sends the visitor back to, with `state`.
    """
    if not metadata.end_session_endpoint:
        return ""
    asked = {"id_token_hint": id_token, "post_logout_redirect_uri": after, "state": state}
    if PROFILES[provider.profile].names_client_on_sign_out:
        asked["client_id"] = provider.client_id
    joint = "&" if "?" in metadata.end_session_endpoint else "?"
    return f"{metadata.end_session_endpoint}{joint}{urlencode(asked)}"
