"""Every public page, and how the path answers when a step cannot be shown."""

from creneau.appointments.errors import LinkExpired
from litestar import Router
from litestar.response import Redirect, Template

from creneau_web.public import (
    account,
    choosing,
    confirming,
    embedded,
    holding,
    home,
    identification,
    invitations,
    invited_booking,
    links,
    own_data,
    papers,
    preferences,
    receivers,
    sender,
    short,
    signing_in,
    waiting,
    waiting_answers,
)
from creneau_web.public.journeys import AnyRequest
from creneau_web.public.refusals import Elsewhere, HoldOver
from creneau_web.rendering import page


def go_elsewhere(_request: AnyRequest, way: Elsewhere) -> Redirect:
    """Send the browser to the step that comes first."""
    return Redirect(way.href, status_code=303)


def hold_over(_request: AnyRequest, refusal: HoldOver) -> Template:
    """Say that the time is over, with a way back to the same motive and place (C-23)."""
    return page(
        "public/hold_over.html",
        status=refusal.status,
        slots_href=choosing.slots_href(refusal.motive_id, refusal.place_id, refusal.agent_id),
        hold_href=choosing.slots_href(refusal.motive_id, refusal.place_id)
        + "/reservation"
        + choosing.with_whom_query(refusal.agent_id),
        slot=refusal.slot,
    )


def link_expired(_request: AnyRequest, refusal: LinkExpired) -> Template:
    """Say that a link is over, and where the appointments are to be found."""
    return page("public/link_expired.html", status=refusal.status)


HANDLERS = [
    home.home,
    home.organisation_page,
    home.service_page,
    home.place_page,
    receivers.receiver_page,
    home.help_page,
    home.accessibility_page,
    home.legal_page,
    choosing.choose_place,
    choosing.choose_slot,
    holding.hold_slot,
    identification.go_on,
    identification.identify,
    identification.identified,
    identification.forget,
    identification.ask_code,
    identification.check_code,
    identification.send_again,
    confirming.instructions,
    confirming.accepted,
    confirming.summary,
    confirming.confirm,
    confirming.done,
    confirming.done_file,
    links.linked,
    links.ask_to_cancel,
    links.cancel,
    links.choose_time,
    links.time_chosen,
    links.ask_to_move,
    links.move,
    links.file,
    *invitations.ROUTES,
    *invited_booking.ROUTES,
    sender.ask,
    sender.confirm,
    signing_in.ask_email,
    signing_in.email_given,
    signing_in.ask_code,
    signing_in.code_given,
    signing_in.send_again,
    signing_in.choose_person,
    signing_in.person_chosen,
    signing_in.sign_out,
    account.mine,
    account.one,
    account.ask_to_cancel,
    account.cancel,
    account.choose_time,
    account.time_chosen,
    account.ask_to_move,
    account.move,
    account.file,
    own_data.details,
    own_data.details_given,
    preferences.preferences_page,
    preferences.preferences_given,
    own_data.relatives,
    own_data.relative_given,
    own_data.own_data,
    own_data.ask_to_erase,
    own_data.erase,
    waiting.ask,
    waiting.asked,
    waiting.ask_code,
    waiting.code_given,
    waiting.send_again,
    waiting.done,
    waiting_answers.linked,
    waiting_answers.accept_linked,
    waiting_answers.decline_linked,
    waiting_answers.ask_to_leave_linked,
    waiting_answers.leave_linked,
    waiting_answers.one,
    waiting_answers.accept,
    waiting_answers.decline,
    waiting_answers.ask_to_leave,
    waiting_answers.leave,
    *papers.ROUTES,
    *embedded.ROUTES,
    short.go_on,
]

ROUTES = [
    Router(
        "/",
        route_handlers=HANDLERS,
        exception_handlers={
            Elsewhere: go_elsewhere,
            HoldOver: hold_over,
            LinkExpired: link_expired,
        },
    )
]
