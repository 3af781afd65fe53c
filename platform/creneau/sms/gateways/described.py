"""What a tenant typed about an HTTP service, read as a request and as answers, or said to be wrong."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, cast, get_args

import msgspec
from creneau_infra.outgoing import is_acceptable
from creneau_infra.sms.filling import placeholders
from creneau_infra.sms.schemas import Answers, Carrier, GatewayRequest, Method, Statuses

from creneau.i18n import gettext as _
from creneau.validation import Checked

NAMES: Final = frozenset({"to", "to_digits", "text", "sender", "reference", "secret"})
# A header holds no text of persons: it is ASCII, and proxies write it into their logs.
HEADER_NAMES: Final = frozenset({"sender", "reference", "secret"})
OURS: Final = frozenset(
    {"host", "content-length", "content-type", "transfer-encoding", "connection", "upgrade"}
)
_HEADER: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_PATH: Final = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*")
_BOUNDS: Final = re.compile(r"([1-5]\d\d)(?:\s*-\s*([1-5]\d\d))?")
_SEPARATED: Final = re.compile(r"[,;\s]+")


def request_of(values: Mapping[str, str]) -> GatewayRequest:
    """Read checked values as the request that they describe."""
    carrier = cast("Carrier", values["carrier"])
    return GatewayRequest(
        method=cast("Method", values["method"]),
        url=values["url"],
        headers=_pairs(values.get("headers", ""), ":"),
        carrier=carrier,
        content=_content(carrier, values["content"]),
    )


def answers_of(values: Mapping[str, str]) -> Answers:
    """Read checked values as what the service's answers mean."""
    return Answers(
        accepted=_statuses(values["accepted"]),
        refused=_statuses(values.get("refused", "")),
        id_path=values.get("id_path", ""),
        word_path=values.get("word_path", ""),
        accepted_words=_words(values.get("accepted_words", "")),
        refused_words=_words(values.get("refused_words", "")),
    )


def faults(values: Mapping[str, str]) -> dict[str, str]:
    """Give the sentence for each field that cannot be used, in the current language."""
    check = Checked()
    if not is_acceptable(values.get("url", "")):
        check.refuse("url", _("Écrivez une adresse qui commence par https://, sans mot de passe."))
    check.choice("method", values.get("method", ""), get_args(Method))
    check.choice("carrier", values.get("carrier", ""), get_args(Carrier))
    if not check.wrong.keys() & {"method", "carrier"}:
        _check_content(check, values)
    _check_headers(check, values.get("headers", ""))
    _check_secret(check, values)
    _check_answers(check, values)
    return check.wrong


def _check_content(check: Checked, values: Mapping[str, str]) -> None:
    if values["method"] == "GET" and values["carrier"] != "query":
        check.refuse("carrier", _("Avec GET, ce qui est envoyé se trouve dans l’adresse."))
        return
    try:
        content = _content(cast("Carrier", values["carrier"]), values.get("content", ""))
    except ValueError:
        json = values["carrier"] == "json"
        check.refuse(
            "content",
            _(
                "Ce texte n’est pas du JSON : vérifiez les guillemets, les virgules et les accolades."
            )
            if json
            else _("Écrivez une ligne « nom=valeur » par paramètre."),
        )
        return
    named = placeholders(
        content if values["carrier"] == "json" else [value for _name, value in content]
    )
    _check_names(check, "content", named, NAMES)
    if "text" not in named or not named & {"to", "to_digits"}:
        check.refuse("content", _("Il manque {text}, ou le numéro : {to} ou {to_digits}."))


def _check_names(check: Checked, field: str, named: set[str], known: frozenset[str]) -> None:
    for name in sorted(named - known):
        check.refuse(
            field,
            _(
                "{%(name)s} n’est pas connu ici. Sont connus : %(known)s.",
                name=name,
                known=", ".join(f"{{{one}}}" for one in sorted(known)),
            ),
        )


def _check_headers(check: Checked, typed: str) -> None:
    try:
        pairs = _pairs(typed, ":")
    except ValueError:
        pairs = []
        check.refuse("headers", _("Écrivez un en-tête par ligne, comme « X-Compte: mairie »."))
    for name, value in pairs:
        if name.lower() in OURS:
            check.refuse("headers", _("L’en-tête %(name)s ne se choisit pas.", name=name))
        elif not _HEADER.fullmatch(name) or not _is_plain(value):
            check.refuse(
                "headers", _("Un en-tête s’écrit sans accent, comme « X-Compte: mairie ».")
            )
    named = {name for _name, value in pairs for name in placeholders(value)}
    _check_names(check, "headers", named, HEADER_NAMES)


def _check_secret(check: Checked, values: Mapping[str, str]) -> None:
    secret = values.get("secret", "")
    if not _is_plain(secret):
        check.refuse("secret", _("Un secret s’écrit sans accent ni retour à la ligne."))
    asked = "{secret}" in values.get("headers", "") or "{secret}" in values.get("content", "")
    if asked and not secret:
        check.refuse("secret", _("Écrivez le secret : les réglages l’utilisent."))


def _check_answers(check: Checked, values: Mapping[str, str]) -> None:
    if not _are_statuses(values.get("accepted", "")) or not values.get("accepted", ""):
        check.refuse("accepted", _("Écrivez des statuts HTTP, comme 200-299 ou 200, 202."))
    if not _are_statuses(values.get("refused", "")):
        check.refuse("refused", _("Écrivez des statuts HTTP, comme 400, 404, 422."))
    for field in ("id_path", "word_path"):
        if values.get(field) and not _PATH.fullmatch(values[field]):
            check.refuse(field, _("Écrivez un chemin, comme messages.0.id."))
    if values.get("word_path") and not _words(values.get("accepted_words", "")):
        check.refuse("accepted_words", _("Écrivez au moins un état qui accepte le SMS."))


def _content(carrier: Carrier, typed: str) -> Any:
    if carrier != "json":
        pairs = _pairs(typed, "=")
        if not pairs:
            raise ValueError("no parameter")
        return pairs
    content = msgspec.json.decode(typed)
    if not isinstance(content, dict | list):
        raise ValueError("neither an object nor a list")  # noqa: TRY004 - as what is no JSON
    return content


def _pairs(typed: str, between: str) -> list[tuple[str, str]]:
    pairs = [line.partition(between) for line in typed.splitlines() if line.strip()]
    if any(not name.strip() or not found for name, found, _value in pairs):
        raise ValueError("a line is no pair")
    return [(name.strip(), value.strip()) for name, _found, value in pairs]


def _statuses(typed: str) -> Statuses:
    found = (_BOUNDS.fullmatch(part) for part in _listed(typed))
    return Statuses(tuple((int(one[1]), int(one[2] or one[1])) for one in found if one))


def _are_statuses(typed: str) -> bool:
    return all(_BOUNDS.fullmatch(part) for part in _listed(typed))


def _listed(typed: str) -> Sequence[str]:
    return [part for part in _SEPARATED.split(re.sub(r"\s*-\s*", "-", typed)) if part]


def _words(typed: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in typed.split(",") if part.strip())


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable()
