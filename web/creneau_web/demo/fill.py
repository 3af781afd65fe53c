"""Filling the demo: four tenants, through the services that users use, the same at every run."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec
from creneau.calendars import service as calendars
from creneau.calendars.schemas import AccessDraft, Owner
from creneau.context import SYSTEM, Actor, acting_for
from creneau.plugins import active, installed
from creneau.refusals import NotFound
from creneau.sms import service as sms
from creneau.sms.gateways.demo import CODE as PHONE
from creneau.sms.schemas import SmsSettings
from creneau_infra import clock
from creneau_infra.errors import SentenceError
from creneau_infra.sms import phone
from creneau_tenants import service as tenants
from creneau_tenants.schemas import Directory, TenantDraft

from creneau_web.demo import calendar
from creneau_web.demo.accounts import PASSWORD, ROLE_LABELS, DemoAccount, telephone_of
from creneau_web.demo.booking import Bookings
from creneau_web.demo.content import campus, departement, numerique, ville
from creneau_web.demo.files import write_files
from creneau_web.demo.furnishing import Furnished, furnish
from creneau_web.demo.inviting import invite_some
from creneau_web.demo.plans import TenantPlan

PLANS: Final[Sequence[TenantPlan]] = (ville.PLAN, departement.PLAN, campus.PLAN, numerique.PLAN)


ELSEWHERE: Final = (
    AccessDraft(name="Mon téléphone"),
    AccessDraft(kind="password", name="Thunderbird", detail="initials", colleagues=True),
)


class DemoInterruptedError(SentenceError):
    """A filling was stopped half-way: what is there is not the demo."""


async def fill(now: datetime | None = None) -> list[DemoAccount]:
    """Create the four demo tenants with their past and future around `now` (UTC; the present).

    Raises:
        InvalidInput: The tenants are there already.
    """
    now = now or clock.now()
    # Each tenant works in a task, and so with a tenant and a transaction, of its own.
    await asyncio.gather(*(fill_one(plan, now) for plan in PLANS))
    return await accounts()


async def fill_one(plan: TenantPlan, now: datetime) -> None:
    """Create one demo tenant, and open it once all of it is there; raises as `fill`."""
    tenant = await tenants.create_tenant(_draft(plan.tenant))
    with acting_for(tenant):
        await _set_up_sms(plan)
        parts = active().demo_furnishings()
        furnished = await furnish(plan, calendar.local_today(now), parts)
        for part in parts:
            await part.set_up(furnished.space)
        await Bookings(furnished, now, parts).make_all()
        await write_files(furnished)
        await invite_some(furnished)
        await _read_elsewhere(furnished)
        for part in parts:
            await part.fill(furnished.space)
    await tenants.publish(tenant.id)


async def _set_up_sms(plan: TenantPlan) -> None:
    """Have SMS land on the demo's phone, at a price that can be read on the pages."""
    if phone.is_there():
        await sms.choose(
            SmsSettings(sender=plan.tenant.slug.upper()[:11], price=450), SYSTEM, seen=None
        )
        await sms.set_up(PHONE, SYSTEM)


async def _read_elsewhere(furnished: Furnished) -> None:
    """Let the agents who can be tried read their agenda on a telephone and in a program."""
    for plan in furnished.plan.agents:
        if plan.account and plan.role == "agent":
            agent_id = furnished.agent_id(plan)
            for draft in ELSEWHERE:
                owner, actor = Owner("agent", agent_id), Actor("agent", agent_id)
                await calendars.make(owner, draft, actor)


def _draft(draft: TenantDraft) -> TenantDraft:
    plugins = draft.plugins & frozenset(installed().names)
    return msgspec.structs.replace(draft, plugins=plugins, state="onboarding")


async def is_filled() -> bool:
    """Tell whether the demo's tenants are all there; a tenant opens only once all of it is.

    Raises:
        DemoInterruptedError: A filling was stopped half-way.
    """
    found = [await _found(plan) for plan in PLANS]
    if not any(found):
        return False
    if all(one is not None and one.state == "active" for one in found):
        return True
    raise DemoInterruptedError(
        "Le premier remplissage de la démonstration a été interrompu :"
        " recommencez avec « make demo ARGS=--reset ».",
        "The first filling of the demonstration was interrupted:"
        " start over with “make demo ARGS=--reset”.",
    )


async def _found(plan: TenantPlan) -> Directory | None:
    try:
        return await tenants.tenant_by_slug(plan.tenant.slug)
    except NotFound:
        return None


async def accounts() -> list[DemoAccount]:
    """List the accounts to try the demo with, an administrator, an agent and a secretary each.

    Raises:
        NotFound: The demo is not filled.
    """
    return [account for plan in PLANS for account in await _accounts_of(plan)]


async def _accounts_of(plan: TenantPlan) -> list[DemoAccount]:
    tenant = (await tenants.tenant_by_slug(plan.tenant.slug)).tenant
    return [
        DemoAccount(
            tenant_slug=tenant.slug,
            tenant_name=tenant.name,
            url=tenant.public_url,
            role=agent.role,
            role_label=ROLE_LABELS[agent.role],
            name=f"{agent.first_name} {agent.last_name}",
            email=plan.email_of(agent),
            password=PASSWORD,
            telephone=telephone_of(plan.email_of(agent), agent.role),
        )
        for agent in plan.agents
        if agent.account
    ]
