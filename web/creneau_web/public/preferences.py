"""By which ways a person wants to be written to (C-80)."""

from creneau.i18n import gettext as _
from creneau.messages.preferences import service as preferences
from creneau.messages.preferences.schemas import PersonPreference
from creneau.phones import mobile_phone, readable_phone
from creneau.sms import service as sms
from litestar import get, post
from litestar.response import Redirect, Template

from creneau_web import flashes
from creneau_web.access import public
from creneau_web.forms import form
from creneau_web.public.journeys import AnyRequest
from creneau_web.public.signing_in import MINE, signed_in_person
from creneau_web.rendering import page

PREFERENCES = f"{MINE}/mes-messages"


@get(PREFERENCES, opt=public())
async def preferences_page(request: AnyRequest) -> Template:
    """Show by which ways messages come, to be changed."""
    _journey, person = await signed_in_person(request)
    number = mobile_phone(person.phone)
    return page(
        "public/preferences.html",
        person=person,
        phone=readable_phone(number) if number else "",
        wish=await preferences.of_person(person.id),
        sms_ready=await sms.ready(),
    )


@post(PREFERENCES, opt=public())
async def preferences_given(request: AnyRequest) -> Redirect:
    """Keep the ways; one that the page did not offer stays as it was."""
    journey, person = await signed_in_person(request)
    typed = await form(request)
    before = await preferences.of_person(person.id)
    offered = await sms.ready() and mobile_phone(person.phone)
    wish = PersonPreference(
        by_email=bool(typed.text("by_email")),
        by_sms=bool(typed.text("by_sms")) if offered else before is None or before.by_sms,
    )
    await preferences.choose_of_person(person.id, wish, journey.actor)
    flashes.add("success", _("Votre choix est enregistré."))
    return Redirect(MINE, status_code=303)
