"""The routes of single sign-on, for the application to assemble."""

from creneau_web.auth.sso import arriving, callback, identities, invitations, starting

ROUTES = (
    starting.start_agent,
    starting.start_person,
    arriving.arrive,
    *identities.ROUTES,
    *invitations.ROUTES,
)
PLATFORM_ROUTES = callback.ROUTES
