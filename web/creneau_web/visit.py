"""One request as the whole web layer sees it: who asks, of whom, in which language.

Kept in a context variable, so that pages, errors and texts find it without handing it on.
"""

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime

from creneau.agents.schemas import Agent
from creneau.i18n import Locale
from creneau.roles.rules import Rights
from creneau.tokens.schemas import ApiToken
from creneau_infra.settings import Settings
from creneau_tenants.schemas import Directory

from creneau_web.auth.schemas import Session
from creneau_web.unsent.schemas import Unsent


@dataclass(slots=True, kw_only=True)
class Visit:
    """What is known about a request; filled from the outside in.

    `address` is the visitor's own, proxies aside. `host` is as asked, with the port if one was
    named. `viewer` looks through the eyes of `agent` until `viewing_until` (UTC), and may change
    nothing (T-08). `accepts` are the kinds of answers that were asked for; `retry_after` are the seconds
    until something may be tried again that was just refused. `believed`: the directory's entry is remembered, and still to be proven.
    `unsent` is what a form of this page had brought after its session's end, to be shown again.
    `framed_by` are the sites that may show the answer inside a page of theirs; None: it is not made for that.
    `outgoing_cookies` are whole `Set-Cookie` values that leave with the answer.
    """

    settings: Settings
    request_id: str
    address: str = ""
    host: str = ""
    path: str = "/"
    query: str = ""
    accepts: str = ""
    cookies: Mapping[str, str] = field(default_factory=dict[str, str])
    locale: Locale = "fr"
    directory: Directory | None = None
    believed: bool = False
    session: Session | None = None
    session_known: bool = False
    agent: Agent | None = None
    rights: Rights | None = None
    viewer: Agent | None = None
    viewing_until: datetime | None = None
    api_token: ApiToken | None = None
    previewing: bool = False
    retry_after: int | None = None
    unsent: Unsent | None = None
    framed_by: tuple[str, ...] | None = None
    outgoing_cookies: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def secure(self) -> bool:
        """Tell whether visitors reach this address by https."""
        return self.settings.public_scheme == "https"

    @property
    def origin(self) -> str:
        """Give the address that a browser names as the origin of our own pages."""
        return f"{self.settings.public_scheme}://{self.host}"


current_visit: ContextVar[Visit] = ContextVar("current_visit")


def visit() -> Visit:
    """Give the request that is being answered.

    Raises:
        LookupError: No request is being answered.
    """
    return current_visit.get()
