"""The tables as Piccolo knows them; keys, constraints and policies stand in the migrations."""

from piccolo.columns import JSONB, UUID, Array, Boolean, Bytea, Text, Timestamptz
from piccolo.table import Table


class IdentityProvider(Table, tablename="identity_provider"):
    """A provider that a tenant signs on at."""

    tenant_id = UUID(null=False, default=None)
    id = UUID(primary_key=True)
    label = Text(null=False)
    profile = Text(null=False)
    for_agents = Boolean(null=False)
    for_public = Boolean(null=False)
    issuer = Text(null=False)
    client_id = Text(null=False)
    secret = Bytea(null=False)
    client_sent = Text(null=False)
    scopes = Array(base_column=Text(), null=False)
    claim_map = JSONB(null=False)
    algorithms = Array(base_column=Text(), null=False)
    pkce = Boolean(null=False)
    acr_values = Array(base_column=Text(), null=False)
    userinfo = Text(null=False)
    sole = Boolean(null=False)
    creates_agents = Boolean(null=False)
    default_organisation_id = UUID(null=True, default=None)
    default_service_id = UUID(null=True, default=None)
    default_role_id = UUID(null=True, default=None)
    admitted_claim = Text(null=False)
    admitted_values = Array(base_column=Text(), null=False)
    enabled = Boolean(null=False)
    tested_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz(null=False)
    updated_at = Timestamptz(null=False)


class ExternalIdentity(Table, tablename="external_identity"):
    """Who an agent is at a provider."""

    tenant_id = UUID(null=False, default=None)
    id = UUID(primary_key=True)
    provider_id = UUID(null=False, default=None)
    subject = Text(null=False)
    agent_id = UUID(null=False, default=None)
    created_at = Timestamptz(null=False)
    used_at = Timestamptz(null=True, default=None)


class SignOnFlow(Table, tablename="sign_on_flow"):
    """A visitor on the way to a provider and back."""

    tenant_id = UUID(null=False, default=None)
    id = UUID(primary_key=True)
    provider_id = UUID(null=False, default=None)
    session_id = UUID(null=False, default=None)
    purpose = Text(null=False)
    agent_id = UUID(null=True, default=None)
    host = Text(null=False)
    way = Text(null=False)
    kept = Bytea(null=True, default=None)
    answer = Bytea(null=True, default=None)
    hand_over = Bytea(null=True, default=None)
    hand_over_until = Timestamptz(null=True, default=None)
    created_at = Timestamptz(null=False)
    expires_at = Timestamptz(null=False)
    returned_at = Timestamptz(null=True, default=None)
    used_at = Timestamptz(null=True, default=None)


class SignOnSession(Table, tablename="sign_on_session"):
    """Which of our sessions came from which of a provider's."""

    tenant_id = UUID(null=False, default=None)
    session_id = UUID(null=False, default=None)
    provider_id = UUID(null=False, default=None)
    subject = Text(null=False)
    sid = Text(null=False)
    id_token = Bytea(null=False)
    created_at = Timestamptz(null=False)


class SignOutToken(Table, tablename="sign_out_token"):
    """A sign-out token that was worked off."""

    tenant_id = UUID(null=False, default=None)
    provider_id = UUID(null=False, default=None)
    jti = Text(null=False)
    expires_at = Timestamptz(null=False)
