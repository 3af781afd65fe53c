"""An SMS on its way: counted first, handed over once, counted back if it is refused."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from creneau_infra import clock
from creneau_infra.sealing import unseal
from creneau_infra.sms.errors import GatewayAwayError

from creneau.context import current_tenant
from creneau.contributions import SmsGateway
from creneau.database import Transaction, tenant_transaction
from creneau.phones import is_french, mobile_phone
from creneau.plugins import active
from creneau.sms import queries
from creneau.sms.errors import (
    LimitReached,
    NothingToSay,
    NotMobile,
    NumberAbroad,
    SmsOff,
    SmsRefused,
)
from creneau.sms.queries import Row
from creneau.sms.rules import plain, price_of, segments
from creneau.sms.schemas import Estimate, Sms

REFUSED: Final = "refused"
TIME_KEPT: Final = timedelta(days=60)


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """By which gateway an SMS leaves, and with which values."""

    gateway: SmsGateway
    sender: str
    values: Mapping[str, str]


async def ready() -> bool:
    """Tell whether the tenant has a gateway switched on."""
    async with tenant_transaction() as tx:
        found = await queries.row(tx)
    return found is not None and found.enabled and gateway_of(found.gateway) is not None


async def why_not(number: str) -> Literal["sms_off", "number_abroad"] | None:
    """Tell what keeps every SMS from a number; None: nothing, as far as the month's limit allows."""
    async with tenant_transaction() as tx:
        found = await queries.row(tx)
    if found is None or not found.enabled or gateway_of(found.gateway) is None:
        return "sms_off"
    return None if found.abroad or is_french(number) else "number_abroad"


async def estimate(text: str) -> Estimate:
    """Tell how long a text is and what it costs, as it would be sent."""
    async with tenant_transaction() as tx:
        found = await queries.row(tx)
    length = segments(plain(text))
    return Estimate(segments=length, price=price_of(length.parts, found.price if found else 0))


async def send(message: Sms) -> None:
    """Hand an SMS to the tenant's gateway; one that it has is never handed over again.

    No transaction may be open. Parts count towards the month's limit from before the first try.

    Raises:
        SmsRefused: It will never go out; the subclass and its code say why.
        Exception: It did not go out now; try again later, with the same reference.
    """
    sms = _checked(message)
    async with tenant_transaction() as tx:
        found = await queries.row(tx)
        if found is None or not found.enabled:
            raise SmsOff
        way = way_of(found)
        _require_allowed(sms, found)
        known = await queries.dispatch(tx, sms.reference)
        counted = known is not None or await _count(tx, sms, found.monthly_limit)
    if not counted:
        raise LimitReached
    if known is None or known.state != "accepted":
        await hand_over(sms, way)


def _checked(message: Sms) -> Sms:
    number, text = mobile_phone(message.to), plain(message.text)
    if number is None:
        raise NotMobile
    if not text:
        raise NothingToSay
    return Sms(to=number, text=text, reference=message.reference)


def _require_allowed(sms: Sms, found: Row) -> None:
    if not found.abroad and not is_french(sms.to):
        raise NumberAbroad


async def _count(tx: Transaction, sms: Sms, limit: int) -> bool:
    month, parts = this_month(), segments(sms.text).parts
    counted = await queries.reserve(tx, sms.reference, month, parts, limit)
    if not counted:
        await queries.note_limit(tx, month)
    return counted


async def hand_over(sms: Sms, way: Way) -> str:
    """Hand over an SMS whose parts are counted, and give the gateway's id.

    Raises:
        SmsRefused: The gateway refuses it for good; its parts are given back.
        Exception: It did not go out now; the parts stay counted, it may have left.
    """
    try:
        gateway_id = await way.gateway.send(sms, way.sender, way.values)
    except SmsRefused:
        async with tenant_transaction() as tx:
            await queries.release(tx, sms.reference)
            # One number may be wrong; a gateway that is misset refuses all, and nobody else says so.
            await queries.note_trouble(tx, REFUSED, clock.now())
        raise
    except Exception as error:
        async with tenant_transaction() as tx:
            await queries.note_trouble(tx, _reason(error), clock.now())
        raise
    async with tenant_transaction() as tx:
        await queries.accept(tx, sms.reference, gateway_id[:200])
        await queries.forget_trouble(tx)
    return gateway_id


def _reason(error: Exception) -> str:
    # A status or a class: whatever else was answered may name a person.
    return str(error) if isinstance(error, GatewayAwayError) else type(error).__name__


def way_of(found: Row) -> Way:
    """Find the gateway that the settings name, and open its secrets.

    Raises:
        SmsOff: Its plugin is not there, or switched off.
    """
    gateway = gateway_of(found.gateway)
    if gateway is None:
        raise SmsOff
    return Way(gateway=gateway, sender=found.sender, values=values_of(found))


def gateway_of(code: str) -> SmsGateway | None:
    """Find a gateway that the tenant can choose."""
    return next((one for one in active().sms_gateways() if one.code == code), None)


def values_of(found: Row) -> dict[str, str]:
    """Read the values of the gateway's fields, secrets included."""
    if found.secrets is None:
        return found.connection
    secrets = msgspec.json.decode(unseal(found.secrets), type=dict[str, str])
    return {**found.connection, **secrets}


def this_month() -> date:
    """Give the first day of the month, by the tenant's calendar."""
    zone = ZoneInfo(current_tenant.get().time_zone)
    return clock.now().astimezone(zone).date().replace(day=1)


async def forget_old(tenant_id: UUID) -> int:
    """Forget what is known of single SMS after sixty days; the months keep their sums."""
    async with tenant_transaction(tenant_id) as tx:
        return await queries.forget_dispatches(tx, TIME_KEPT)
