"""An invitation, as its link or its letter opens it (S-11); whoever looks at it changes nothing but that."""

from uuid import UUID

from creneau.appointments import service as appointments
from creneau.i18n import gettext as _
from creneau.invitations import service as invitations
from creneau.invitations.errors import InvitationSpent
from creneau.invitations.rules import covers, refuse_unless_open
from creneau.invitations.schemas import Invitation
from creneau.motives import service as motives
from creneau.organisations import service as organisations
from creneau.people import service as people
from creneau.refusals import NotFound, Refusal
from creneau_infra import clock
from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from creneau_web import flashes
from creneau_web.access import public
from creneau_web.forms import form
from creneau_web.public.invited import HOME, short_name
from creneau_web.public.journeys import AnyRequest, Journey
from creneau_web.rendering import page
from creneau_web.throttling import limit

ONE = HOME + "/{invited_token:str}"


async def by_token(token: str, *, noted: bool = False) -> Invitation:
    """Read the invitation of a link or of a letter's code.

    Raises:
        NotFound: Nobody was given it here.
        TooManyRequests: Somebody tries codes.
    """
    await limit("link")
    return await invitations.by_link(token, noted=noted)


@get(HOME, opt=public())
async def mine(request: AnyRequest) -> Template | Redirect:
    """Show the invitation that this visitor came with; or ask for the code of a letter."""
    journey = await Journey.current(request)
    wanted = journey.memory.invitation_id if journey else None
    if wanted is None:
        return page("public/invitation_code.html")
    try:
        return await _landing(await invitations.invitation(wanted), token="")
    except NotFound:
        return page("public/invitation_code.html")


@post(HOME, opt=public(), status_code=200)
async def code_given(request: AnyRequest) -> Template | Redirect:
    """Open the invitation whose code was typed from a letter."""
    typed = (await form(request)).text("code").strip()
    try:
        await by_token(typed)
    except NotFound:
        wrong = _("Ce code ne mène à aucune invitation. Vérifiez-le sur votre lettre.")
        return page("public/invitation_code.html", status=404, typed=typed, wrong=wrong)
    return Redirect(f"{HOME}/{typed.replace(' ', '-')}", status_code=303)


@get(ONE, opt=public())
async def opened(request: AnyRequest, invited_token: FromPath[str]) -> Template | Redirect:
    """Show to what somebody is invited; an appointment that was booked with it is shown in its place."""
    # A mail program that looks ahead is not somebody who reads.
    looks_ahead = "prefetch" in request.headers.get("sec-purpose", "")
    found = await by_token(invited_token, noted=not looks_ahead)
    if found.stands and await _is_confidential(found):
        return await _over(found, InvitationSpent())
    if found.stands:
        return Redirect(f"{HOME}/{invited_token}/rendez-vous")
    return await _landing(found, invited_token)


@post(ONE, opt=public(), status_code=303)
async def begin(request: AnyRequest, invited_token: FromPath[str]) -> Template | Redirect:
    """Go to the times of the chosen motive: this browser books for whom the invitation is for."""
    found = await by_token(invited_token)
    motive_id = _uuid((await form(request)).text("motive"))
    if not covers(found, await motives.motive(motive_id)):
        raise NotFound
    try:
        refuse_unless_open(found, clock.now())
    except Refusal as over:
        return await _over(found, over)
    journey = await Journey.begin(request)
    await journey.remember(invitation_id=found.id)
    return Redirect(f"/rdv/{motive_id}", status_code=303)


@post(f"{HOME}/sortie", opt=public(), status_code=303)
async def leave(request: AnyRequest) -> Redirect:
    """Book for somebody else than whom the invitation is for: this browser forgets it."""
    journey = await Journey.current(request)
    if journey is not None and journey.memory.invitation_id is not None:
        await journey.remember(invitation_id=None)
        flashes.add(
            "info", _("L’invitation est refermée. Elle reste valable : rouvrez-la par son lien.")
        )
    return Redirect("/", status_code=303)


async def _landing(found: Invitation, token: str) -> Template:
    try:
        refuse_unless_open(found, clock.now())
    except Refusal as over:
        return await _over(found, over)
    organisation = await organisations.organisation(found.organisation_id)
    return page(
        "public/invitation.html",
        invitation=found,
        motives=await invitations.motives_of(found),
        name=short_name(await people.person(found.person_id)),
        organisation=organisation,
        action=f"{HOME}/{token}" if token else "",
        again=found.booking_id is not None,
    )


async def _over(found: Invitation, over: Refusal) -> Template:
    organisation = await organisations.organisation(found.organisation_id)
    return page(
        "public/invitation_over.html",
        status=over.status,
        sentence=str(over),
        organisation=organisation,
    )


async def _is_confidential(found: Invitation) -> bool:
    return found.booking_id is not None and (await appointments.get(found.booking_id)).confidential


def _uuid(typed: str) -> UUID:
    try:
        return UUID(typed)
    except ValueError:
        raise NotFound from None


ROUTES = (mine, code_given, opened, begin, leave)
