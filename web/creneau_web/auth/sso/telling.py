"""What a visitor is told on the way to a provider and back."""

from collections.abc import Mapping
from typing import Final

import structlog
from creneau.refusals import Refusal
from creneau_tenants.sign_on.schemas import Purpose
from litestar.response import Template

from creneau_web.rendering import page

BACK: Final[Mapping[Purpose, str]] = {
    "agent": "/agents/connexion",
    "person": "/mes-rendez-vous/connexion",
    "link": "/agents/identites",
    "invitation": "/agents/connexion",
    "test": "/administration/connexion",
    "sign_out": "/",
}
log = structlog.stdlib.get_logger(__name__)


def refused(refusal: Refusal, purpose: Purpose) -> Template:
    """Say why a sign-on did not go on, and where to begin again."""
    # The operator sees which provider misbehaves and how; never who tried.
    log.warning("sign_on_refused", reason=refusal.code, purpose=purpose)
    return page(
        "auth/sso_refused.html",
        status=refusal.status,
        sentence=str(refusal),
        again=BACK[purpose],
        status_code=refusal.status,
    )


def leaving(url: str, label: str) -> Template:
    """Send a visitor on to a provider by a page of its own.

    The answer to a form may not redirect to another site: our content policy forbids it.
    """
    return page("auth/sso_leaving.html", url=url, label=label)
