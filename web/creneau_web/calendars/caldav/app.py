"""CalDAV, to read: an agent's agenda in Apple's calendar, in Thunderbird, on Android (C-83).

Litestar knows no PROPFIND and no REPORT: one mounted application answers all methods below
`/caldav`. Tenant, headers, language and log are those of every other address.
"""

import base64
import binascii
from collections.abc import Mapping
from typing import Any, Final

import msgspec
from creneau.agents.schemas import Agent
from creneau.calendars import service as calendars
from creneau.calendars.errors import AccessUnknown
from creneau.calendars.schemas import Access
from creneau.refusals import Refusal
from litestar import asgi

from creneau_web.access import from_calendar_program
from creneau_web.auth.errors import TooManyRequests
from creneau_web.calendars.caldav import xml
from creneau_web.calendars.caldav.properties import EVENT_TYPE, answered
from creneau_web.calendars.caldav.reports import ConditionError, report
from creneau_web.calendars.caldav.tree import HOME, Agendas, Collection, Item, Node, Tree
from creneau_web.calendars.conditions import is_known
from creneau_web.throttling import limit
from creneau_web.visit import visit

READS: Final = ("OPTIONS", "GET", "HEAD", "PROPFIND", "REPORT")
WRITES: Final = frozenset(
    (
        "PUT",
        "POST",
        "PATCH",
        "DELETE",
        "MKCOL",
        "MKCALENDAR",
        "PROPPATCH",
        "COPY",
        "MOVE",
        "LOCK",
        "UNLOCK",
        "ACL",
    )
)
LARGEST_BODY: Final = 512 * 1024
ABOUT: Final = {"dav": "1, 3, access-control, calendar-access", "allow": ", ".join(READS)}
XML_TYPE: Final = "application/xml; charset=utf-8"
PLAIN: Final = "text/plain; charset=utf-8"
DOORS: Final = (
    ("PROPFIND", f"{HOME}/"),
    ("PROPFIND", HOME + "/{agent_id:uuid}/"),
    ("PROPFIND", HOME + "/{agent_id:uuid}/agendas/"),
    ("PROPFIND", HOME + "/{agent_id:uuid}/agendas/{agent_id:uuid}/"),
    ("REPORT", HOME + "/{agent_id:uuid}/agendas/{agent_id:uuid}/"),
    ("GET", HOME + "/{agent_id:uuid}/agendas/{agent_id:uuid}/{booking_id:uuid}.ics"),
    ("PUT", HOME + "/{agent_id:uuid}/agendas/{agent_id:uuid}/{booking_id:uuid}.ics"),
    ("DELETE", HOME + "/{agent_id:uuid}/agendas/{agent_id:uuid}/{booking_id:uuid}.ics"),
)


class ReadOnly(Refusal):
    """A program tries to write."""

    code = "calendar_read_only"
    status = 403
    sentence = (
        "Cet agenda se lit seulement. Pour déplacer ou annuler un rendez-vous, ouvrez-le dans "
        "votre espace."
    )


class NotThisWay(Refusal):
    """A method that means nothing here."""

    code = "method_not_allowed"
    status = 405
    sentence = (
        "Cette adresse est faite pour les applications d’agenda. Elle ne s’utilise pas ainsi."
    )


class TooLong(Refusal):
    """A program sends more than any question needs."""

    code = "too_large"
    status = 413
    sentence = "Ce qui a été envoyé est trop volumineux. Envoyez moins à la fois."


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What goes back."""

    status: int = 200
    body: bytes = b""
    media_type: str = PLAIN
    headers: Mapping[str, str] = {}


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What came; names of headers are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def depth(self) -> str:
        """How far below the address is asked for."""
        return self.headers.get("depth", "infinity").strip().lower()

    @property
    def brief(self) -> bool:
        """Whether to leave out what is missing."""
        return "return=minimal" in self.headers.get("prefer", "").replace(" ", "")


@asgi(
    HOME,
    is_mount=True,
    copy_scope=True,
    opt={**from_calendar_program(), "doors": DOORS},
)
async def caldav(scope: Any, receive: Any, send: Any) -> None:
    """Answer a program, whatever its method."""
    headers = {
        key.decode("latin-1").lower(): value.decode("latin-1") for key, value in scope["headers"]
    }
    try:
        asked = Asked(
            method=scope["method"],
            path=visit().path,
            headers=headers,
            body=await _body(receive, headers),
        )
        answer = await _answer(asked)
    except ConditionError as unmet:
        answer = Answer(status=403, body=xml.error(unmet.name), media_type=XML_TYPE)
    except Refusal as refusal:
        answer = _refused(refusal)
    await _send(send, answer)


@asgi(
    "/.well-known/caldav",
    copy_scope=True,
    opt={**from_calendar_program(), "doors": (("PROPFIND", "/.well-known/caldav"),)},
)
async def well_known(scope: Any, receive: Any, send: Any) -> None:
    """Lead programs that know nothing but the host to where they begin (RFC 6764)."""
    del scope, receive
    await _send(send, Answer(status=301, headers={"location": f"{HOME}/"}))


async def _answer(asked: Asked) -> Answer:
    if asked.method == "OPTIONS":
        return Answer(headers=ABOUT)
    access, agent = await _program(asked.headers)
    await limit("caldav", str(access.id))
    if asked.method in WRITES:
        raise ReadOnly
    if asked.method not in READS:
        raise NotThisWay
    tree = Tree(access, agent)
    node = await tree.find(asked.path)
    if asked.method == "PROPFIND":
        return await _propfind(tree, node, asked)
    if asked.method == "REPORT":
        return await _report(tree, node, asked)
    return _got(node, asked)


async def _program(headers: Mapping[str, str]) -> tuple[Access, Agent]:
    """Let a program in by the password that its agent made for it; never by the agent's own."""
    kind, _space, encoded = headers.get("authorization", "").partition(" ")
    if kind.lower() != "basic":
        raise AccessUnknown
    email, password = _decoded(encoded)
    try:
        return await calendars.sign_in(email, password)
    except AccessUnknown:
        await limit("caldav_password", email.strip().lower())
        raise


def _decoded(encoded: str) -> tuple[str, str]:
    try:
        text = base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise AccessUnknown from error
    email, _colon, password = text.partition(":")
    return email, password


async def _propfind(tree: Tree, node: Node, asked: Asked) -> Answer:
    if asked.depth not in {"0", "1"}:
        raise ConditionError(xml.dav("propfind-finite-depth"))
    question = xml.read(asked.body)
    wanted = None if question is None else question.find(xml.dav("prop"))
    wanted_names = None if wanted is None else xml.names_in(wanted)
    names_only = question is not None and question.find(xml.dav("propname")) is not None
    nodes = [node, *(await tree.children(node) if asked.depth == "1" else ())]
    if isinstance(node, Agendas) and wanted_names is not None and asked.depth == "1":
        await tree.read_all()
    responses = [
        await answered(
            tree,
            one,
            wanted_names,
            names_only=names_only,
            brief=asked.brief,
        )
        for one in nodes
    ]
    return _multistatus(xml.multistatus(responses))


async def _report(tree: Tree, node: Node, asked: Asked) -> Answer:
    question = xml.read(asked.body)
    if question is None:
        raise xml.NotXml
    if not isinstance(node, Collection):
        raise ConditionError(xml.dav("supported-report"))
    return _multistatus(await report(tree, node, question, brief=asked.brief))


def _multistatus(body: bytes) -> Answer:
    return Answer(status=207, body=body, media_type=XML_TYPE)


def _got(node: Node, asked: Asked) -> Answer:
    if not isinstance(node, Item):
        raise NotThisWay
    headers = {"etag": node.entry.etag, "cache-control": "private, no-cache"}
    if is_known(asked.headers, node.entry.etag):
        return Answer(status=304, headers=headers)
    return Answer(body=node.entry.content, media_type=EVENT_TYPE, headers=headers)


def _refused(refusal: Refusal) -> Answer:
    headers: dict[str, str] = {}
    if isinstance(refusal, AccessUnknown):
        headers["www-authenticate"] = 'Basic realm="Creneau", charset="UTF-8"'
    if isinstance(refusal, NotThisWay):
        headers["allow"] = ABOUT["allow"]
    if isinstance(refusal, TooManyRequests):
        headers["retry-after"] = str(refusal.details["retry_after"])
    return Answer(status=refusal.status, body=f"{refusal}\n".encode(), headers=headers)


async def _body(receive: Any, headers: Mapping[str, str]) -> bytes:
    """Read what a program sends, up to what a question may be long; raises `TooLong`."""
    announced = headers.get("content-length", "0")
    if announced.isdigit() and int(announced) > LARGEST_BODY:
        raise TooLong
    parts = bytearray()
    more = True
    while more:
        message = await receive()
        parts += message.get("body", b"")
        if len(parts) > LARGEST_BODY:
            raise TooLong
        more = message["type"] == "http.request" and message.get("more_body", False)
    return bytes(parts)


async def _send(send: Any, answer: Answer) -> None:
    headers = {
        "content-type": answer.media_type,
        "content-length": str(len(answer.body)),
        **answer.headers,
    }
    encoded = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": encoded})
    await send({"type": "http.response.body", "body": answer.body})


ROUTES: Final = (caldav, well_known)
