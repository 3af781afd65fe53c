"""Addresses of a tenant's own: claimed, proven by a DNS record, served (T-05)."""

from creneau.context import Actor, current_tenant
from creneau.database import Transaction, tenant_transaction
from creneau.history import queries as history
from creneau.refusals import NotFound
from creneau_infra.names import NameServerAwayError, texts_of
from creneau_infra.settings import Settings
from creneau_infra.tokens import new_token

from creneau_tenants.addresses import platform
from creneau_tenants.domains import queries
from creneau_tenants.domains.errors import (
    AddressKept,
    AddressNotProven,
    AddressTaken,
    NameServersAway,
)
from creneau_tenants.domains.rules import checked_host
from creneau_tenants.domains.schemas import Address, Addresses, Claim
from creneau_tenants.service import correct_directory


async def addresses() -> Addresses:
    """List the tenant's addresses, served and claimed."""
    async with tenant_transaction() as tx:
        served = await queries.addresses(tx, _given())
        return Addresses(served=tuple(served), claimed=tuple(await queries.claims(tx)))


async def removable(host: str) -> Address | None:
    """Give the address that could be given up; None for one that is claimed and not served.

    Raises:
        NotFound: It is neither served nor claimed for this tenant.
        AddressKept: It is the address below the platform's domain.
    """
    if host == _given():
        raise AddressKept
    found = await addresses()
    if host in {claim.host for claim in found.claimed}:
        return None
    for address in found.served:
        if address.host == host:
            return address
    raise NotFound


async def claim(typed: str, actor: Actor) -> str:
    """Note an address that the tenant says is its own, and give its host; nothing is served yet.

    Raises:
        InvalidInput: It cannot be an address of the tenant's own.
    """
    host = checked_host(typed, platform().base_domain)
    async with tenant_transaction() as tx:
        if not await queries.is_served(tx, host):
            await queries.insert_claim(tx, host, new_token())
            await _tell(tx, actor, "tenant.address_claimed", host)
    return host


async def prove(host: str, settings: Settings, actor: Actor) -> None:
    """Look for the record that proves an address; once it is there, serve the address.

    Raises:
        NotFound: The tenant has not claimed this address.
        AddressNotProven: The record is not there, or says something else.
        NameServersAway: Nobody answered.
        AddressTaken: Another tenant has proven it before.
    """
    async with tenant_transaction() as tx:
        wanted = await queries.claim(tx, host)
    if wanted is None:
        raise NotFound
    # Asked without a transaction: a slow name server holds no connection.
    await _require_record(wanted, settings)
    async with tenant_transaction() as tx:
        if not await queries.drop_claim(tx, host):
            raise NotFound
        if not await queries.serve(tx, host):
            raise AddressTaken
        correct_directory(tx)
        await _tell(tx, actor, "tenant.address_proven", host)


async def _require_record(wanted: Claim, settings: Settings) -> None:
    try:
        found = await texts_of(wanted.record, settings)
    except NameServerAwayError as error:
        raise NameServersAway from error
    if wanted.value not in found:
        raise AddressNotProven


async def make_primary(host: str, actor: Actor) -> None:
    """Have links in pages and messages lead to this address.

    Raises:
        NotFound: It is not served for this tenant.
    """
    async with tenant_transaction() as tx:
        await queries.lock(tx)
        if not await queries.is_served(tx, host):
            raise NotFound
        await queries.make_primary(tx, host)
        correct_directory(tx)
        await _tell(tx, actor, "tenant.address_chosen", host)


async def give_up(host: str, actor: Actor) -> None:
    """Serve an address no more; links lead to the platform's own if they led there.

    Raises:
        NotFound: It is neither served nor claimed for this tenant.
        AddressKept: It is the address below the platform's domain.
    """
    given = _given()
    if host == given:
        raise AddressKept
    async with tenant_transaction() as tx:
        await queries.lock(tx)
        if not await queries.drop_claim(tx, host):
            await _stop(tx, host, given)
        await _tell(tx, actor, "tenant.address_given_up", host)


async def _stop(tx: Transaction, host: str, given: str) -> None:
    served = {address.host: address for address in await queries.addresses(tx, given)}
    if host not in served:
        raise NotFound
    await queries.stop_serving(tx, host)
    if served[host].is_primary:
        await queries.make_primary(tx, given)
    correct_directory(tx)


def _given() -> str:
    return platform().host_of(current_tenant.get().slug)


async def _tell(tx: Transaction, actor: Actor, action: str, host: str) -> None:
    await history.record(tx, actor, action, "tenant", current_tenant.get().id, {"host": host})
