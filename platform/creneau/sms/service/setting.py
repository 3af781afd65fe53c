"""How a tenant's SMS are set up: gateway, sender, price, limit, quiet hours; tried, switched."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit
from uuid import uuid4

import msgspec
from creneau_infra import clock
from creneau_infra.sealing import seal
from creneau_infra.sms.errors import GatewayAwayError

from creneau.context import Actor, current_tenant
from creneau.contributions import SmsGateway
from creneau.database import Transaction, tenant_transaction
from creneau.history import queries as history
from creneau.history.rules import changed_fields
from creneau.i18n import gettext as _
from creneau.phones import mobile_phone
from creneau.refusals import ChangedMeanwhile, InvalidInput
from creneau.sms import queries
from creneau.sms.errors import GatewayChanged, GatewayNotChosen, GatewayNotTested, LimitReached
from creneau.sms.queries import Row
from creneau.sms.rules import checked_settings, plain, segments
from creneau.sms.schemas import (
    Connection,
    QuietHours,
    Sms,
    SmsSettings,
    SmsState,
    Trouble,
    Usage,
)
from creneau.sms.service.sending import (
    Way,
    gateway_of,
    hand_over,
    this_month,
    values_of,
    way_of,
)

KIND: Final = "sms_setting"


async def state() -> SmsState | None:
    """Read how SMS are set up, and how they do; None where nobody has ever set anything."""
    async with tenant_transaction() as tx:
        found = await queries.row(tx)
    return None if found is None else _state(found)


def _state(found: Row) -> SmsState:
    trouble = found.trouble_since and Trouble(said=found.trouble, since=found.trouble_since)
    return SmsState(
        settings=found.settings,
        connection=Connection(gateway=found.gateway, values=values_of(found))
        if found.gateway
        else None,
        enabled=found.enabled,
        tested_at=found.tested_at,
        trouble=trouble or None,
        updated_at=found.updated_at,
    )


async def usage() -> Usage:
    """Read what this month has taken."""
    async with tenant_transaction() as tx:
        return await queries.usage(tx, this_month())


async def quiet_hours() -> QuietHours:
    """Tell when what is not urgent waits; what is usual where nobody has chosen."""
    async with tenant_transaction() as tx:
        found = await queries.row(tx)
    if found is None:
        return QuietHours()
    return QuietHours(
        begins=found.quiet_begins,
        ends=found.quiet_ends,
        sundays=found.quiet_sundays,
        holidays=found.quiet_holidays,
    )


async def choose(settings: SmsSettings, actor: Actor, *, seen: datetime | None) -> None:
    """Replace what is chosen beside the gateway; `seen` is the `updated_at` of what was shown.

    Raises:
        ChangedMeanwhile: Somebody else has changed something since.
        InvalidInput: A field cannot be used.
    """
    clean = checked_settings(settings)
    async with tenant_transaction() as tx:
        before = await _locked(tx, seen)
        await queries.update_settings(tx, clean)
        if clean.monthly_limit > before.monthly_limit:
            await queries.forget_refused(tx, this_month())
        changed = changed_fields(before.settings, clean, SmsSettings.__struct_fields__)
        await _record(tx, actor, "sms.settings_updated", {"changed": changed})


async def connect(connection: Connection, actor: Actor, *, seen: datetime | None) -> None:
    """Choose a gateway and fill its fields in; it is off until it was tried.

    A secret that is empty keeps the one there is, for the same gateway at the same address.

    Raises:
        ChangedMeanwhile: Somebody else has changed something since.
        GatewayNotChosen: There is no such gateway.
        InvalidInput: A field cannot be used.
    """
    gateway = gateway_of(connection.gateway)
    if gateway is None:
        raise GatewayNotChosen
    async with tenant_transaction() as tx:
        before = await _locked(tx, seen)
        values = _with_kept_secrets(gateway, connection.values, before)
        if wrong := gateway.check(values):
            raise InvalidInput(wrong)
        secrets = {name: values.pop(name) for name in gateway.secrets if values.get(name)}
        sealed = seal(msgspec.json.encode(secrets).decode()) if secrets else None
        await queries.update_connection(tx, Connection(gateway=gateway.code, values=values), sealed)
        await _record(tx, actor, "sms.gateway_updated", {"gateway": gateway.code})


def _with_kept_secrets(
    gateway: SmsGateway, typed: Mapping[str, str], before: Row
) -> dict[str, str]:
    values = {field.name: typed.get(field.name, "") for field in gateway.fields}
    same = before.gateway == gateway.code and _host(before.connection) == _host(values)
    # A secret is never sent to another host than the one that it was typed for.
    kept = values_of(before) if same else {}
    return {
        name: value or (kept.get(name, "") if name in gateway.secrets else "")
        for name, value in values.items()
    }


def _host(values: Mapping[str, str]) -> tuple[str, str]:
    address = urlsplit(values.get("url", "").strip().lower())
    return address.netloc, values.get("host", "").strip().lower()


async def switch(actor: Actor, *, on: bool) -> None:
    """Switch the gateway on or off.

    Raises:
        GatewayNotChosen: There is none.
        GatewayNotTested: No SMS has left by it yet.
    """
    async with tenant_transaction() as tx:
        found = await queries.locked(tx)
        if on and gateway_of(found.gateway) is None:
            raise GatewayNotChosen
        if on and found.tested_at is None:
            raise GatewayNotTested
        await queries.set_enabled(tx, on=on)
        await _record(tx, actor, "sms.switched", {"on": on})


async def try_out(to: str, actor: Actor) -> str:
    """Send an SMS to a number of one's own by the gateway as it is set up, and give its id.

    It counts like any other. Once the gateway has taken it, it can be switched on.

    Raises:
        GatewayNotChosen: There is no gateway.
        GatewayChanged: It was set up otherwise meanwhile.
        InvalidInput: The number is not one of a mobile phone.
        LimitReached: The month's limit does not allow it.
        SmsRefused: The gateway refuses it.
        Exception: The gateway is away, or does not take it.
    """
    number = mobile_phone(to)
    if number is None:
        raise InvalidInput({"to": _("Écrivez un numéro de mobile complet, comme 06 12 34 56 78.")})
    text = plain(
        _("SMS d’essai de %(tenant)s : la passerelle fonctionne.", tenant=current_tenant.get().name)
    )
    sms = Sms(to=number, text=text, reference=str(uuid4()))
    async with tenant_transaction() as tx:
        found = await queries.row(tx)
        if found is None or gateway_of(found.gateway) is None:
            raise GatewayNotChosen
        way, parts = way_of(found), segments(text).parts
        if not await queries.reserve(tx, sms.reference, this_month(), parts, found.monthly_limit):
            raise LimitReached
    gateway_id = await _tried(sms, way)
    async with tenant_transaction() as tx:
        if not await queries.set_tested(tx, found.updated_at, clock.now()):
            raise GatewayChanged
        await _record(tx, actor, "sms.gateway_tested", {"gateway": found.gateway})
    return gateway_id


async def _tried(sms: Sms, way: Way) -> str:
    try:
        return await hand_over(sms, way)
    except GatewayAwayError as error:
        if not error.may_have_left:
            # Nobody tries this one again: what did not leave is not counted.
            async with tenant_transaction() as tx:
                await queries.release(tx, sms.reference)
        raise


async def set_up(code: str, actor: Actor) -> None:
    """Choose a gateway that needs nothing filled in, and switch it on: for the demo and for tests.

    Raises:
        GatewayNotChosen: There is no such gateway.
    """
    before = await state()
    await connect(Connection(gateway=code), actor, seen=before and before.updated_at)
    async with tenant_transaction() as tx:
        found = await queries.locked(tx)
        await queries.set_tested(tx, found.updated_at, clock.now())
        await queries.set_enabled(tx, on=True)
        await _record(tx, actor, "sms.switched", {"on": True})


async def _locked(tx: Transaction, seen: datetime | None) -> Row:
    """Lock the settings; `seen` None: nothing was set when the form was made."""
    made = await queries.make(tx)
    before = await queries.locked(tx)
    if not made and before.updated_at != seen:
        raise ChangedMeanwhile(_state(before))
    return before


async def _record(
    tx: Transaction, actor: Actor, action: str, details: Mapping[str, object]
) -> None:
    await history.record(tx, actor, action, KIND, current_tenant.get().id, details)
