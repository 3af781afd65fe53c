"""Whether a tenant is open: a suspended one answers nobody, one being set up its own agents only.

Asked before any route is looked for, at each request anew: whoever is in the middle of something
is told at once, and finds it again afterwards.
"""

from typing import Any, Final

from creneau.refusals import Refusal
from litestar.connection import ASGIConnection

from creneau_web.access import OFFICE, recognise
from creneau_web.csrf import SAFE_METHODS
from creneau_web.errors import is_for_programs
from creneau_web.visit import Visit

ALWAYS: Final = ("/static", "/branding", "/accessibilite")
"""What the pages of a closed tenant are made of, and the statement that each leads to (T-16)."""

WAYS_IN: Final = (*OFFICE, "/connexion", "/apercu")
"""Where agents sign in and work: these pages ask for the agent themselves."""


class TenantSuspended(Refusal):
    """The operator has taken the tenant off the air (T-12)."""

    code = "tenant_suspended"
    status = 503
    sentence = (
        "Cet espace est suspendu pour le moment. Rien n’est effacé : les rendez-vous déjà pris sont"
        " gardés, et le travail reprendra où il s’est arrêté."
    )


class TenantInPreparation(Refusal):
    """The tenant has not been published yet (T-02)."""

    code = "tenant_in_preparation"
    status = 503
    sentence = "Cet espace se prépare : il ouvrira bientôt au public."


class PreviewOnly(Refusal):
    """An agent looks at the public pages before they are open, and tries to book."""

    code = "preview_only"
    status = 409
    sentence = "Ceci est un aperçu : la réservation s’ouvrira à la publication de votre espace."


async def require_open(here: Visit, scope: Any) -> None:
    """Let a request through to a tenant that is open, or being set up by who asks.

    Raises:
        TenantSuspended: For everybody and for programs.
        TenantInPreparation: For everybody but the tenant's agents.
        PreviewOnly: An agent sends a form of the public's pages.
    """
    if here.directory is None or here.directory.state == "active" or _is_below(here.path, ALWAYS):
        return
    if here.directory.state == "suspended":
        raise TenantSuspended
    if is_for_programs(here.path):
        raise TenantInPreparation
    if _is_below(here.path, WAYS_IN):
        return
    await recognise(ASGIConnection(scope))
    if here.agent is None:
        raise TenantInPreparation
    if scope["method"] not in SAFE_METHODS:
        raise PreviewOnly


def _is_below(path: str, roots: tuple[str, ...]) -> bool:
    return any(path == root or path.startswith((f"{root}/", f"{root}.")) for root in roots)
