"""One SMS handed to a gateway over HTTP, through the door for addresses that tenants type."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

import httpx2
import msgspec

from creneau_infra import outgoing
from creneau_infra.sms.errors import GatewayAwayError, GatewayRefusedError
from creneau_infra.sms.filling import filled, filled_text
from creneau_infra.sms.schemas import Answers, GatewayRequest

LONGEST_SAID: Final = 300
HIDDEN: Final = "•••"


async def hand_over(
    request: GatewayRequest,
    answers: Answers,
    values: Mapping[str, str],
    *,
    secrets: Sequence[str] = (),
    resolve: outgoing.Resolve = outgoing.resolved,
) -> str:
    """Send one SMS, and give the gateway's id for it, empty where it gives none.

    Args:
        request: what is sent.
        answers: what the gateway's answers mean.
        values: what the placeholders stand for.
        secrets: what must not stand in what the gateway is said to have answered.
        resolve: how names become addresses.

    Raises:
        GatewayRefusedError: It will never take this SMS.
        GatewayAwayError: It is away, may not be called, or asks to come back.
    """
    try:
        async with (
            outgoing.within(),
            httpx2.AsyncClient(**outgoing.options(resolve)) as client,
        ):
            answer = await client.send(_request(client, request, values))
    except outgoing.OutgoingError as error:
        never = (outgoing.AddressRefusedError, outgoing.NotCalledError)
        left = not isinstance(error, never)
        raise GatewayAwayError(type(error).__name__, may_have_left=left) from error
    return _judged(answer, answers, secrets)


def _request(
    client: httpx2.AsyncClient, request: GatewayRequest, values: Mapping[str, str]
) -> httpx2.Request:
    headers = {name: filled_text(value, values) for name, value in request.headers}
    if request.carrier == "query":
        url = httpx2.URL(request.url).copy_merge_params(tuple(_pairs(request, values)))
        return client.build_request(request.method, url, headers=headers)
    if request.carrier == "form":
        body = urlencode(_pairs(request, values)).encode()
        kind = "application/x-www-form-urlencoded"
    else:
        body, kind = msgspec.json.encode(filled(request.content, values)), "application/json"
    return client.build_request(
        request.method, request.url, headers={**headers, "content-type": kind}, content=body
    )


def _pairs(request: GatewayRequest, values: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(name, filled_text(value, values)) for name, value in request.content]


def _judged(answer: httpx2.Response, answers: Answers, secrets: Sequence[str]) -> str:
    document = _document(answer)
    if answer.status_code in answers.accepted and _word_in(
        document, answers, answers.accepted_words
    ):
        return _at(document, answers.id_path)
    said = _said(answer, secrets)
    if answer.status_code in answers.refused or (
        answer.status_code in answers.accepted
        and answers.word_path
        and _at(document, answers.word_path).casefold() in _folded(answers.refused_words)
    ):
        raise GatewayRefusedError(said)
    raise GatewayAwayError(str(answer.status_code), said)


def _word_in(document: Any, answers: Answers, words: Sequence[str]) -> bool:
    return not answers.word_path or _at(document, answers.word_path).casefold() in _folded(words)


def _folded(words: Sequence[str]) -> set[str]:
    return {word.casefold() for word in words}


def _document(answer: httpx2.Response) -> Any:
    try:
        return msgspec.json.decode(answer.content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _at(document: Any, path: str) -> str:
    """Follow a path of names and numbers; empty where it leads nowhere, or to something big."""
    found = document
    for step in path.split(".") if path else ():
        if isinstance(found, dict):
            found = found.get(step)
        elif isinstance(found, list) and step.isdecimal() and int(step) < len(found):
            found = found[int(step)]
        else:
            return ""
    if isinstance(found, bool):
        return str(found).lower()
    return str(found)[:LONGEST_SAID] if path and isinstance(found, str | int | float) else ""


def _said(answer: httpx2.Response, secrets: Sequence[str]) -> str:
    # Longer than what is shown: a secret at the edge must not be cut before it is hidden.
    text = answer.text
    for secret in secrets:
        text = text.replace(secret, HIDDEN) if secret else text
    shown = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return f"HTTP {answer.status_code} {shown[:LONGEST_SAID]}".strip()
