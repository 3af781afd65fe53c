"""Reading what programs send: every value that cannot be used is named, with a sentence."""

import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

import msgspec
from creneau.context import current_tenant
from creneau.i18n import gettext as _
from creneau.idempotency.schemas import Once
from creneau.refusals import InvalidInput
from creneau.validation import is_near
from litestar import Request

from creneau_web.forms import Form
from creneau_web.visit import visit

Shape = TypeVar("Shape", bound=msgspec.Struct)
ApiRequest = Request[Any, Any, Any]

KEY: Final = re.compile(r"[\x21-\x7e]{1,200}")
WRONG_AT: Final = re.compile(r" - at `\$\.?([^`]*)`")
SPACE_FOR_PLUS: Final = re.compile(r" (\d\d:\d\d)$")


def parameters(request: ApiRequest, shape: type[Shape]) -> Shape:
    """Read the parameters of an address; several ids stand side by side or behind commas.

    Raises:
        InvalidInput: With a sentence for each parameter that cannot be used.
    """
    values: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for field in _fields(shape):
        given = [text for text in request.query_params.getall(field.encode_name, []) if text]
        try:
            values |= _parameter(field, given)
        except msgspec.ValidationError:
            wrong[field.encode_name] = _why(given)
    if wrong:
        raise InvalidInput(wrong)
    return shape(**values)


@cache
def _fields(shape: type[msgspec.Struct]) -> tuple[msgspec.structs.FieldInfo, ...]:
    return msgspec.structs.fields(shape)


def _parameter(field: msgspec.structs.FieldInfo, given: list[str]) -> dict[str, Any]:
    if not given and not field.required:
        return {}
    is_several = field.default == ()
    value = ",".join(given).split(",") if is_several else next(iter(given), None)
    return {field.name: msgspec.convert(value, field.type, strict=False)}


def _why(given: object) -> str:
    if given:
        return _("Cette valeur ne convient pas. Consultez la description de l’interface.")
    return _("Cette valeur est nécessaire.")


async def body(request: ApiRequest, shape: type[Shape]) -> Shape:
    """Read the JSON that was sent.

    Raises:
        InvalidInput: It is not JSON, or a value cannot be used.
    """
    sent = await request.body()
    try:
        return msgspec.json.decode(sent, type=shape)
    except msgspec.ValidationError as error:
        raise InvalidInput(_wrong_in_body(str(error))) from error
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise InvalidInput({"body": _("Envoyez un objet JSON en UTF-8.")}) from error


def _wrong_in_body(message: str) -> dict[str, str]:
    missing = re.search(r"missing required field `([^`]*)`", message)
    found = WRONG_AT.search(message)
    above = found[1] if found else ""
    if missing is None:
        return {above or "body": _why(message)}
    return {f"{above}.{missing[1]}".lstrip("."): _why("")}


def moment(name: str, value: datetime) -> datetime:
    """Check that a moment is one that appointments can be at, and give it in UTC.

    Raises:
        InvalidInput: It is more than ten years away.
    """
    if value.tzinfo is None or not is_near(value):
        raise InvalidInput({name: _("Choisissez une date proche, avec son décalage horaire.")})
    return value.astimezone(UTC)


def edge(name: str, text: str, *, is_end: bool = False) -> datetime:
    """Read one end of a search: a moment with its offset, or a day of the tenant's time zone.

    A day as the end counts whole. Gives UTC.

    Raises:
        InvalidInput: It is neither, or more than ten years away.
    """
    try:
        if len(text) > len("2026-11-23"):
            # A plus sign in an address means a space, and is seldom written as %2B.
            return moment(name, datetime.fromisoformat(SPACE_FOR_PLUS.sub(r"+\1", text)))
        day = date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput({name: _sentence_for_edge()}) from error
    local = datetime.combine(day, time(), ZoneInfo(current_tenant.get().time_zone))
    whole = moment(name, local)
    return (local + timedelta(days=1)).astimezone(UTC) if is_end else whole


def _sentence_for_edge() -> str:
    return _("Écrivez une date comme 2026-11-23, ou un moment comme 2026-11-23T09:00:00+01:00.")


def once(request: ApiRequest, asked: msgspec.Struct | None = None) -> Once | None:
    """Read the `Idempotency-Key` header with the digest of what it is sent for (C-30).

    Raises:
        InvalidInput: The key is empty, longer than 200 characters, or has others than ASCII.
    """
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    if not KEY.fullmatch(key):
        raise InvalidInput(
            {"Idempotency-Key": _("Envoyez une clé de 1 à 200 caractères ASCII, sans espace.")}
        )
    what = (request.method, request.scope["path"], asked)
    token = visit().api_token
    # Two programs of one tenant may choose the same key.
    owner = token.id.hex if token else ""
    return Once(f"{owner}:{key}", hashlib.sha256(msgspec.json.encode(what)).digest())


def plain(values: Mapping[str, str]) -> dict[str, str]:
    """Make texts fit as those of forms are: trimmed, without control characters."""
    return Form({name: [value] for name, value in values.items()}).values()
