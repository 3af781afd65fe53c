"""The routes of the back office, for the application to assemble."""

from typing import Final

from litestar.handlers import HTTPRouteHandler

from creneau_web.backoffice import (
    appointment,
    appointments,
    day,
    editing,
    ending,
    invitations,
    messages,
    own_link,
    papers,
    statistics,
)
from creneau_web.backoffice.agenda import events, moving, picker
from creneau_web.backoffice.agenda import page as agenda
from creneau_web.backoffice.finding import page as finding
from creneau_web.backoffice.setting import page as setting
from creneau_web.live import routes as live

ROUTES: Final[tuple[HTTPRouteHandler, ...]] = (
    agenda.own_page,
    agenda.agent_page,
    events.events,
    picker.picker,
    *moving.ROUTES,
    *live.ROUTES,
    *setting.ROUTES,
    finding.find_page,
    day.day_page,
    day.to_fill_page,
    day.waiting_page,
    appointment.appointment_page,
    appointment.set_status,
    *ending.ROUTES,
    *editing.ROUTES,
    messages.resend_of_booking,
    messages.person_page,
    messages.resend_of_person,
    *own_link.ROUTES,
    *appointments.ROUTES,
    *statistics.ROUTES,
    *papers.ROUTES,
    *invitations.ROUTES,
)
