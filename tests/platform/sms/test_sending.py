"""An SMS is sent once, to a mobile phone, within the month's limit, by the gateway in use (C-80)."""

import asyncio
from datetime import timedelta

import pytest
from creneau.context import SYSTEM, Tenant, acting_for
from creneau.database import tenant_transaction
from creneau.plugins import installed
from creneau.sms import queries, service
from creneau.sms.errors import (
    GatewayNotTested,
    LimitReached,
    NothingToSay,
    NotMobile,
    NumberAbroad,
    SmsOff,
    SmsRefused,
)
from creneau.sms.schemas import Sms, SmsSettings
from creneau.sms.service.sending import this_month
from creneau.testing.phones import sms_to, switch_sms_on
from creneau_infra.errors import PermanentError
from creneau_infra.settings import Settings
from creneau_infra.sms.errors import GatewayAwayError
from creneau_tenants.secrets.service import rotate_all

from tests.platform.cast import Stranger
from tests.platform.sms.gateway import Service

ZOE = "+33612345678"


def sms(reference: str, text: str = "Bonjour Zoé", to: str = ZOE) -> Sms:
    return Sms(to=to, text=text, reference=reference)


async def limited(parts: int, *, abroad: bool = False) -> None:
    before = await service.state()
    chosen = SmsSettings(monthly_limit=parts, abroad=abroad)
    await service.choose(chosen, SYSTEM, seen=before and before.updated_at)


async def test_nothing_leaves_where_nobody_has_chosen_a_gateway(tenant: Tenant) -> None:
    assert not await service.ready()
    with pytest.raises(SmsOff) as caught:
        await service.send(sms("1"))
    assert isinstance(caught.value, PermanentError)
    assert caught.value.code == "sms_off"
    del tenant


async def test_the_demo_s_phone_shows_what_would_have_been_sent(
    tenant: Tenant, settings: Settings
) -> None:
    await switch_sms_on(settings)
    assert await service.ready()
    number = "+262692111213"
    await service.send(sms("phone-1", "L’accueil vous attend.\nÀ demain", number))
    (shown,) = await sms_to(settings, number)
    assert shown.text.strip() == "L'accueil vous attend.\nÀ demain"
    assert shown.sender == "SMS"
    del tenant


async def test_the_same_reference_leaves_once(tenant: Tenant, gateway: Service) -> None:
    await gateway.in_use()
    counted = (await service.usage()).parts
    for _ in range(3):
        await service.send(sms("once"))
    assert len(gateway.asked) == 1
    assert (await service.usage()).parts == counted + 1
    async with tenant_transaction() as tx:
        dispatch = await queries.dispatch(tx, "once")
    assert dispatch is not None
    assert (dispatch.state, dispatch.gateway_id) == ("accepted", "sms-1")
    del tenant


async def test_parts_are_counted_once_for_all_tries_and_given_back_when_refused(
    tenant: Tenant, gateway: Service
) -> None:
    await gateway.in_use()
    before = await service.usage()
    gateway.status = 503
    for _ in range(2):
        with pytest.raises(GatewayAwayError):
            await service.send(sms("long", "ê" * 100))
    assert (await service.usage()).parts == before.parts + 2
    gateway.status = 422
    with pytest.raises(SmsRefused):
        await service.send(sms("long", "ê" * 100))
    after = await service.usage()
    assert (after.parts, after.sent) == (before.parts, before.sent)
    del tenant


@pytest.mark.usefixtures("tenant")
async def test_two_workers_cannot_take_the_last_part_twice(gateway: Service) -> None:
    await gateway.in_use()
    used = (await service.usage()).parts
    await limited(used + 5)
    sent = await asyncio.gather(
        *(service.send(sms(f"race-{number}")) for number in range(12)), return_exceptions=True
    )
    refused = [one for one in sent if isinstance(one, LimitReached)]
    assert (len(gateway.asked), len(refused)) == (5, 7)
    usage = await service.usage()
    assert (usage.parts, usage.refused) == (used + 5, 7)


async def test_over_the_limit_the_code_is_stable_and_a_longer_limit_helps(
    tenant: Tenant, gateway: Service
) -> None:
    await gateway.in_use()
    await limited(1)
    with pytest.raises(LimitReached) as caught:
        await service.send(sms("over"))
    assert caught.value.code == "sms_limit_reached"
    assert isinstance(caught.value, PermanentError)
    await limited(2)
    await service.send(sms("over"))
    assert len(gateway.asked) == 1
    del tenant


@pytest.mark.usefixtures("tenant")
async def test_a_limit_holds_whole_messages_and_the_first_of_a_month_too(gateway: Service) -> None:
    await gateway.in_use()
    await limited(2)
    with pytest.raises(LimitReached):
        await service.send(sms("two-parts", "ê" * 100))
    async with tenant_transaction() as tx:
        month = (await queries.usage(tx, this_month())).month
        earlier = (month - timedelta(days=1)).replace(day=1)
        assert not await queries.reserve(tx, "first", earlier, 3, 2)
        assert await queries.reserve(tx, "first", earlier, 2, 2)


async def test_only_mobile_phones_get_sms_and_foreign_ones_when_it_is_allowed(
    tenant: Tenant, settings: Settings
) -> None:
    await switch_sms_on(settings)
    with pytest.raises(NotMobile):
        await service.send(sms("landline", to="+33123456789"))
    with pytest.raises(NothingToSay):
        await service.send(sms("empty", " \u200b\n"))
    london = "+447400123456"
    with pytest.raises(NumberAbroad) as caught:
        await service.send(sms("abroad", to=london))
    assert caught.value.code == "sms_abroad"
    await limited(1000, abroad=True)
    await service.send(sms("abroad", to=london))
    assert len(await sms_to(settings, london)) == 1
    del tenant


async def test_trouble_is_kept_since_its_beginning_and_forgotten_when_it_is_over(
    tenant: Tenant, gateway: Service
) -> None:
    await gateway.in_use()
    gateway.status = 401
    with pytest.raises(GatewayAwayError):
        await service.send(sms("a"))
    first = await service.state()
    assert first is not None
    assert first.trouble is not None
    assert first.trouble.said == "401"
    gateway.status = 500
    with pytest.raises(GatewayAwayError):
        await service.send(sms("a"))
    second = await service.state()
    assert second is not None
    assert second.trouble is not None
    assert (second.trouble.said, second.trouble.since) == ("500", first.trouble.since)
    gateway.status = 200
    await service.send(sms("a"))
    third = await service.state()
    assert third is not None
    assert third.trouble is None
    del tenant


@pytest.mark.usefixtures("tenant")
async def test_a_gateway_is_tried_before_it_is_switched_on_and_again_once_it_changes(
    gateway: Service,
) -> None:
    await gateway.chosen()
    with pytest.raises(GatewayNotTested):
        await service.switch(SYSTEM, on=True)
    gateway.status = 503
    with pytest.raises(GatewayAwayError):
        await service.try_out(ZOE, SYSTEM)
    assert (await service.usage()).parts == 0
    with pytest.raises(GatewayNotTested):
        await service.switch(SYSTEM, on=True)
    gateway.status = 200
    assert await service.try_out(ZOE, SYSTEM) == "sms-1"
    await service.switch(SYSTEM, on=True)
    assert await service.ready()
    await gateway.chosen(refused="400")
    assert not await service.ready()


async def test_another_tenant_s_gateway_is_not_ours(
    tenant: Tenant, gateway: Service, stranger: Stranger
) -> None:
    await gateway.in_use()
    with acting_for(stranger.tenant):
        assert not await service.ready()
        assert await service.state() is None
        with pytest.raises(SmsOff):
            await service.send(sms("mine"))
    del tenant


@pytest.mark.usefixtures("tenant")
async def test_what_is_known_of_single_sms_is_forgotten_and_the_month_is_not(
    gateway: Service, tenant: Tenant
) -> None:
    await gateway.in_use()
    await service.send(sms("old"))
    async with tenant_transaction() as tx:
        await tx.execute("UPDATE sms_dispatch SET created_at = now() - interval '61 days'")
    before = await service.usage()
    assert await service.forget_old(tenant.id) == 2
    assert await service.usage() == before


async def test_the_secret_gets_a_new_key_with_all_others(tenant: Tenant, gateway: Service) -> None:
    await gateway.in_use()
    async with tenant_transaction() as tx:
        sealed = await tx.value("SELECT secrets FROM sms_setting")
    assert b"k3y" not in sealed
    assert await rotate_all() > 0
    async with tenant_transaction() as tx:
        assert await tx.value("SELECT secrets FROM sms_setting") != sealed
    await service.send(sms("after"))
    assert gateway.asked[0].headers["authorization"] == "Bearer k3y"
    del tenant


def test_the_core_brings_its_gateways_through_the_hook_of_plugins(tenant: Tenant) -> None:
    codes = [one.code for one in installed().for_tenant(tenant).sms_gateways()]
    assert codes[:2] == ["core.phone", "core.http"]
