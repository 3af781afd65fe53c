"""Back from a provider, at the tenant's own address (T-06)."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import msgspec
from creneau.context import Actor
from creneau.i18n import gettext as _
from creneau.people import service as people
from creneau.refusals import NotAllowed, Refusal
from creneau_tenants.sign_on import service as sign_on
from creneau_tenants.sign_on.errors import FlowUnknown
from creneau_tenants.sign_on.profiles import PROFILES
from creneau_tenants.sign_on.schemas import Flow, Identity, Provider, Purpose
from litestar import get
from litestar.response import Redirect, Template

from creneau_web import flashes
from creneau_web.access import public, recognise
from creneau_web.auth import sessions, signing_in
from creneau_web.auth.schemas import Session
from creneau_web.auth.sso.starting import MINE, AnyRequest
from creneau_web.auth.sso.telling import BACK, refused
from creneau_web.public.journeys import Journey, TypedIdentity
from creneau_web.rendering import page
from creneau_web.throttling import limit
from creneau_web.visit import visit

ADMINISTERS: Final = "identity_provider:update"
Answer = Redirect | Template


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who came back, in the session where they set off, with an identity."""

    request: Any
    session: Session
    flow: Flow
    provider: Provider
    identity: Identity


@get("/connexion/suite", opt=public())
async def arrive(request: AnyRequest) -> Answer:
    """Take the hand-over from the callback host, and finish what was begun."""
    await limit("sign_on")
    purpose: Purpose = "agent"
    try:
        session = await sessions.current(request)
        handed = request.query_params.get("remise", "")
        flow, provider = await sign_on.arrive(handed, session.id if session else None)
        purpose = flow.purpose
        if session is None:
            raise FlowUnknown
        identity = await sign_on.identity_of(flow, provider)
        arrival = Arrival(
            request=request, session=session, flow=flow, provider=provider, identity=identity
        )
        return await FINISH[purpose](arrival)
    except Refusal as refusal:
        return refused(refusal, purpose)


async def _agent(arrival: Arrival) -> Answer:
    agent_id = await sign_on.agent_for(arrival.provider, arrival.identity)
    answer = await signing_in.complete(
        arrival.request, agent_id, arrival.flow.way, method="sign_on"
    )
    await _remember(arrival)
    return answer


async def _invitation(arrival: Arrival) -> Answer:
    agent_id = arrival.flow.agent_id
    if agent_id is None:
        raise FlowUnknown
    await sign_on.accept_invitation(agent_id, arrival.provider, arrival.identity)
    return await _agent(arrival)


async def _remember(arrival: Arrival) -> None:
    session = visit().session
    if session is not None:
        await sign_on.remember(session.id, arrival.provider, arrival.identity)


async def _person(arrival: Arrival) -> Answer:
    if arrival.session.person_id is not None:
        raise FlowUnknown
    identity, request = arrival.identity, arrival.request
    if identity.email_proven:
        await sessions.prove_email(arrival.session, identity.email)
    journey = await Journey.begin(request)
    typed = TypedIdentity(
        first_name=identity.first_name, last_name=identity.last_name, email=identity.email
    )
    await journey.remember(identity=typed)
    await _remember(arrival)
    return await _person_goes_on(arrival)


async def _person_goes_on(arrival: Arrival) -> Answer:
    identity = arrival.identity
    if not identity.email_proven:
        flashes.add(
            "info",
            _(
                "« %(provider)s » ne garantit pas votre adresse e-mail : nous y enverrons un code.",
                provider=arrival.provider.label,
            ),
        )
        to_appointments = arrival.flow.way == MINE
        return Redirect(BACK["person"] if to_appointments else arrival.flow.way, status_code=303)
    if arrival.flow.way != MINE:
        return Redirect(arrival.flow.way, status_code=303)
    found = await people.proven_persons(identity.email)
    if len(found) == 1:
        await sessions.sign_in_person(arrival.request, found[0].id)
        return Redirect(MINE, status_code=303)
    return Redirect(f"{MINE}/personne", status_code=303)


async def _link(arrival: Arrival) -> Answer:
    agent_id = arrival.session.agent_id
    if agent_id is None or agent_id != arrival.flow.agent_id:
        raise FlowUnknown
    actor = Actor("agent", agent_id)
    await sign_on.link(agent_id, arrival.provider, arrival.identity, actor)
    flashes.add(
        "success",
        _("Votre compte est relié à « %(provider)s ».", provider=arrival.provider.label),
    )
    return Redirect(arrival.flow.way, status_code=303)


async def _test(arrival: Arrival) -> Answer:
    await recognise(arrival.request)
    here = visit()
    if here.agent is None or here.agent.id != arrival.flow.agent_id:
        raise FlowUnknown
    if here.rights is None or not here.rights.everywhere(ADMINISTERS):
        raise NotAllowed
    await sign_on.mark_tested(arrival.provider.id, Actor("agent", here.agent.id))
    return page(
        "admin/sign_on_tested.html",
        provider=await sign_on.provider(arrival.provider.id),
        identity=arrival.identity,
        profile=PROFILES[arrival.provider.profile],
    )


FINISH: Final[Mapping[Purpose, Callable[[Arrival], Awaitable[Answer]]]] = {
    "agent": _agent,
    "person": _person,
    "link": _link,
    "invitation": _invitation,
    "test": _test,
}
