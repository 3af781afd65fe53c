"""Forms are believed only from our own pages.

A form carries a token that belongs to a signed cookie of this host; another site can neither read
the cookie nor make the token. A cookie that is missing or not ours is replaced with the next page,
so that a visitor is never stuck with it.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from urllib.parse import urlsplit

from markupsafe import Markup

from creneau_web import cookies
from creneau_web.auth.errors import FormExpired
from creneau_web.forms import Form
from creneau_web.visit import Visit

FIELD = "csrf_token"
HEADER = "x-csrf-token"
COOKIE = "csrf"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def hidden_field(visit: Visit) -> Markup:
    """Give the field that every form of ours carries."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, token(visit))


def token(visit: Visit) -> str:
    """Give the token that belongs to the visitor's cookie, replacing a cookie that is not ours."""
    return _sign(visit, "token", _seed(visit) or _new_seed(visit))


def renew(visit: Visit) -> None:
    """Make the forms of earlier pages invalid, at sign-in and sign-out."""
    _new_seed(visit)


def check(visit: Visit, headers: Mapping[str, str], form: Form, *, cookie: str = COOKIE) -> None:
    """Refuse a form that does not come from one of our pages.

    `cookie` names the one that its token belongs to.

    Raises:
        FormExpired: Another site sent it, or its token does not belong to the visitor's cookie.
    """
    given = headers.get(HEADER, "") or form.text(FIELD)
    seed = _seed(visit, cookie)
    if not _comes_from_us(visit, headers) or seed is None:
        raise FormExpired
    if not hmac.compare_digest(given.encode(), _sign(visit, "token", seed).encode()):
        raise FormExpired


def _comes_from_us(visit: Visit, headers: Mapping[str, str]) -> bool:
    if "origin" in headers:
        return headers["origin"].lower() == visit.origin.lower()
    if "sec-fetch-site" in headers:
        return headers["sec-fetch-site"] in {"same-origin", "none"}
    referrer = urlsplit(headers.get("referer", ""))
    return not referrer.netloc or f"{referrer.scheme}://{referrer.netloc}" == visit.origin


def _seed(visit: Visit, cookie: str = COOKIE) -> str | None:
    seed, _, signature = cookies.get(visit, cookie).partition(".")
    genuine = hmac.compare_digest(signature.encode(), _sign(visit, "cookie", seed).encode())
    return seed if genuine else None


def _new_seed(visit: Visit) -> str:
    seed = secrets.token_urlsafe(24)
    cookies.put(visit, COOKIE, f"{seed}.{_sign(visit, 'cookie', seed)}")
    return seed


def _sign(visit: Visit, purpose: str, seed: str) -> str:
    text = f"csrf:{purpose}:{visit.host}:{seed}"
    return hmac.new(visit.settings.secret_key.encode(), text.encode(), hashlib.sha256).hexdigest()
