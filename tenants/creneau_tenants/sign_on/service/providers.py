"""Providers: set up, tested, switched, deleted (T-06)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from creneau.context import Actor
from creneau.database import Transaction, tenant_transaction
from creneau.history import queries as history
from creneau.history.rules import changed_fields
from creneau.i18n import gettext as _
from creneau.organisations.queries import missing_organisations, missing_services
from creneau.refusals import ChangedMeanwhile, InvalidInput, NotFound
from creneau_infra import clock
from creneau_infra.sealing import seal

from creneau_tenants.sign_on.discovery import keys_of, metadata_of
from creneau_tenants.sign_on.errors import NotTested, WouldLockOut
from creneau_tenants.sign_on.queries import providers as providers_queries
from creneau_tenants.sign_on.queries import sessions as sessions_queries
from creneau_tenants.sign_on.rules import checked_secret, checked_settings, same_connection
from creneau_tenants.sign_on.schemas import (
    Audience,
    Metadata,
    Offer,
    Provider,
    ProviderSettings,
    Touched,
)

KIND = "identity_provider"


async def offered(audience: Audience) -> list[Offer]:
    """List the providers that are switched on for agents, or for the public, by label."""
    async with tenant_transaction() as tx:
        return await providers_queries.offers(tx, to_agents=audience == "agent")


async def passwords_closed() -> bool:
    """Tell whether agents sign in by providers only."""
    return any(offer.sole for offer in await offered("agent"))


async def providers() -> list[Provider]:
    """List all providers, by label."""
    async with tenant_transaction() as tx:
        return await providers_queries.providers(tx)


async def provider(provider_id: UUID) -> Provider:
    """Read one provider.

    Raises:
        NotFound: There is no such provider here.
    """
    async with tenant_transaction() as tx:
        found = await providers_queries.provider(tx, provider_id)
    if found is None:
        raise NotFound
    return found


async def add(settings: ProviderSettings, secret: str, actor: Actor) -> UUID:
    """Add a provider; it stays switched off until it was tested.

    Raises:
        InvalidInput: A field cannot be used.
    """
    clean = _both_checked(settings, secret)
    if clean.sole:
        raise WouldLockOut(provider=clean.label)
    async with tenant_transaction() as tx:
        await _refuse_strangers(tx, clean)
        created = await providers_queries.insert(tx, clean, seal(checked_secret(secret)))
        if created is None:
            raise InvalidInput({"label": _label_taken()})
        await history.record(tx, actor, f"{KIND}.created", KIND, created)
    return created


def _both_checked(settings: ProviderSettings, secret: str) -> ProviderSettings:
    wrong: dict[str, str] = {}
    clean = settings
    try:
        clean = checked_settings(settings)
    except InvalidInput as refused:
        wrong.update(refused.fields)
    try:
        checked_secret(secret)
    except InvalidInput as refused:
        wrong.update(refused.fields)
    if wrong:
        raise InvalidInput(wrong)
    return clean


def _label_taken() -> str:
    return _("Un autre fournisseur porte déjà ce nom.")


async def _refuse_strangers(tx: Transaction, settings: ProviderSettings) -> None:
    wrong: dict[str, str] = {}
    organisation, service = settings.default_organisation_id, settings.default_service_id
    if organisation and await missing_organisations(tx, [organisation]):
        wrong["default_organisation_id"] = _("Choisissez une organisation de la liste.")
    if service and await missing_services(tx, [service]):
        wrong["default_service_id"] = _("Choisissez un service de la liste.")
    role = settings.default_role_id
    if role and await providers_queries.role_code(tx, role) is None:
        wrong["default_role_id"] = _("Choisissez un rôle de la liste.")
    if wrong:
        raise InvalidInput(wrong)


async def change(
    provider_id: UUID, settings: ProviderSettings, secret: str, actor: Actor, *, seen: datetime
) -> Provider:
    """Change a provider; an empty secret keeps the one there is. Gives what was kept.

    A change of the connection switches the provider off until it was tested again. `seen` is the
    `updated_at` of what was shown to whoever typed.

    Raises:
        ChangedMeanwhile: Somebody else has changed it since.
        InvalidInput: A field cannot be used.
        NotFound: There is no such provider here.
        WouldLockOut: Passwords cannot be closed yet.
    """
    clean = checked_settings(settings)
    async with tenant_transaction() as tx:
        before = await _locked(tx, provider_id)
        if before.updated_at != seen:
            raise ChangedMeanwhile(before)
        if await providers_queries.label_taken(tx, clean.label, provider_id):
            raise InvalidInput({"label": _label_taken()})
        await _refuse_strangers(tx, clean)
        same = not secret.strip() and same_connection(before, clean)
        await _refuse_lock_out(tx, before, clean, still_on=same and before.enabled)
        sealed = seal(checked_secret(secret)) if secret.strip() else before.secret
        await providers_queries.update(tx, provider_id, clean, sealed, tested=same)
        changed = changed_fields(before, clean, ProviderSettings.__struct_fields__)
        details: dict[str, Any] = {"changed": [*changed, *(["secret"] if secret.strip() else [])]}
        await history.record(tx, actor, f"{KIND}.updated", KIND, provider_id, details)
        return await _locked(tx, provider_id)


async def _refuse_lock_out(
    tx: Transaction, before: Provider, after: ProviderSettings, *, still_on: bool
) -> None:
    if not after.sole or before.sole:
        return
    if not still_on or not await providers_queries.administrator_has_signed_on(tx, before.id):
        raise WouldLockOut(provider=after.label)


async def _locked(tx: Transaction, provider_id: UUID) -> Provider:
    found = await providers_queries.lock(tx, provider_id)
    if found is None:
        raise NotFound
    return found


async def switch(provider_id: UUID, actor: Actor, *, on: bool) -> Provider:
    """Switch a provider on or off; off ends nothing that runs, but lets nobody in any more.

    Raises:
        NotFound: There is no such provider here.
        NotTested: No whole round trip has succeeded with these settings.
    """
    async with tenant_transaction() as tx:
        found = await _locked(tx, provider_id)
        if on and found.tested_at is None:
            raise NotTested(provider=found.label)
        await providers_queries.set_enabled(tx, provider_id, on=on)
        await history.record(
            tx, actor, f"{KIND}.switched", KIND, provider_id, {"changed": ["enabled"], "on": on}
        )
    return msgspec.structs.replace(found, enabled=on)


async def touched(provider_id: UUID) -> Touched:
    """Count whom the deletion of a provider touches."""
    async with tenant_transaction() as tx:
        return await providers_queries.touched(tx, provider_id)


async def remove(provider_id: UUID, actor: Actor) -> Provider:
    """Delete a provider: its identities part from their agents, its sessions end.

    Raises:
        NotFound: There is no such provider here.
    """
    async with tenant_transaction() as tx:
        found = await _locked(tx, provider_id)
        await sessions_queries.revoke_sessions_of_provider(tx, provider_id, clock.now())
        await providers_queries.delete(tx, provider_id)
        details = {"label": found.label}
        await history.record(tx, actor, f"{KIND}.deleted", KIND, provider_id, details)
    return found


async def mark_tested(provider_id: UUID, actor: Actor) -> None:
    """Note that a whole round trip has succeeded."""
    async with tenant_transaction() as tx:
        await providers_queries.set_tested(tx, provider_id, clock.now())
        await history.record(tx, actor, f"{KIND}.tested", KIND, provider_id)


async def open_passwords(actor: Actor) -> int:
    """Let agents sign in by password again; gives how many providers had closed them."""
    async with tenant_transaction() as tx:
        changed = await providers_queries.open_passwords(tx)
        if changed and tx.tenant_id is not None:
            await history.record(tx, actor, "tenant.passwords_opened", "tenant", tx.tenant_id)
    return changed


async def discover(found: Provider) -> Metadata:
    """Ask a provider anew what it says of itself, keys included.

    Raises:
        SignOnRefused: One of its kinds says what is wrong.
    """
    metadata = await metadata_of(found, fresh=True)
    await keys_of(metadata, found, fresh=True)
    return metadata


def unsupported(found: Provider, metadata: Metadata) -> Sequence[str]:
    """List the allowed signatures that the provider never makes, if it says which it makes."""
    made = metadata.id_token_signing_alg_values_supported
    return [] if not made or set(made) & set(found.algorithms) else list(found.algorithms)
