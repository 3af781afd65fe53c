"""Providers and identities as they are read; every time is UTC."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

import msgspec

ProfileName = Literal["generic", "proconnect", "franceconnect", "keycloak", "entra"]
Audience = Literal["agent", "person"]
Purpose = Literal["agent", "person", "link", "invitation", "test", "sign_out"]
ClientSent = Literal["header", "body"]
Userinfo = Literal["none", "plain", "signed"]

# What we take from an identity, by our own names; each may stand under another at a provider.
FIELDS: Final = ("email", "email_verified", "first_name", "last_name")


class ProviderSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What an administrator sets of a provider, its secret aside (T-06).

    `claim_map` says where a provider keeps each of `FIELDS`; a dot leads into an object. `sole`:
    agents have no password any more. `admitted_claim` must have one of `admitted_values` in the
    identity of an agent who is to be created.
    """

    label: str
    profile: ProfileName = "generic"
    for_agents: bool = True
    for_public: bool = False
    issuer: str
    client_id: str
    client_sent: ClientSent = "header"
    scopes: tuple[str, ...] = ("openid", "profile", "email")
    claim_map: Mapping[str, str] = {}
    algorithms: tuple[str, ...] = ("RS256", "ES256")
    pkce: bool = True
    acr_values: tuple[str, ...] = ()
    userinfo: Userinfo = "plain"
    sole: bool = False
    creates_agents: bool = False
    default_organisation_id: UUID | None = None
    default_service_id: UUID | None = None
    default_role_id: UUID | None = None
    admitted_claim: str = ""
    admitted_values: tuple[str, ...] = ()


class Provider(ProviderSettings, frozen=True, kw_only=True):
    """A provider as it is stored; `secret` is sealed, and shown to nobody."""

    id: UUID
    secret: bytes
    enabled: bool
    tested_at: datetime | None
    updated_at: datetime


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """A provider as a sign-in page offers it; `sole`: there is no password beside it."""

    id: UUID
    label: str
    profile: ProfileName
    sole: bool


class Touched(msgspec.Struct, frozen=True, kw_only=True):
    """What the deletion of a provider touches: linked agents, those without a password, sessions."""

    agents: int
    without_password: int
    sessions: int


class Metadata(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider says of itself by discovery; unknown entries are left out."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str = ""
    end_session_endpoint: str = ""
    id_token_signing_alg_values_supported: tuple[str, ...] = ()
    authorization_response_iss_parameter_supported: bool = False
    backchannel_logout_supported: bool = False


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What we keep to ourselves while a visitor is at a provider."""

    nonce: str = ""
    verifier: str = ""


class ProviderAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider sent back by the visitor's browser; nothing of it is proven yet."""

    code: str = ""
    error: str = ""
    issuer: str = ""


class Flow(msgspec.Struct, frozen=True, kw_only=True):
    """A visitor's way to a provider and back; `way` is where it goes on afterwards."""

    id: UUID
    provider_id: UUID
    session_id: UUID
    purpose: Purpose
    agent_id: UUID | None
    host: str
    way: str
    kept: bytes | None
    answer: bytes | None
    expires_at: datetime


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """Who somebody is at a provider, once everything was checked.

    `email_proven`: the provider says itself that the address is theirs. `claims` are all it told.
    """

    subject: str
    sid: str
    email: str
    email_proven: bool
    first_name: str
    last_name: str
    id_token: str
    claims: Mapping[str, Any]


class OwnIdentity(msgspec.Struct, frozen=True, kw_only=True):
    """A provider that an agent can sign on at, or could: `id` is empty where nothing is linked."""

    provider_id: UUID
    label: str
    id: UUID | None
    created_at: datetime | None
    used_at: datetime | None


class SignedOnSession(msgspec.Struct, frozen=True, kw_only=True):
    """Where one of our sessions came from; `id_token` is sealed."""

    session_id: UUID
    provider_id: UUID
    id_token: bytes
