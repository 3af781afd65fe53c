"""The XML of CalDAV: read with distrust, written in one place."""

from collections.abc import Iterable
from typing import Final
from xml.etree import ElementTree as ET

from creneau.refusals import Refusal
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

Element = ET.Element
DAV: Final = "DAV:"
CALDAV: Final = "urn:ietf:params:xml:ns:caldav"
SERVER: Final = "http://calendarserver.org/ns/"
MOST_NAMES: Final = 100
APPLE: Final = "http://apple.com/ns/ical/"

for _prefix, _space in {"d": DAV, "c": CALDAV, "cs": SERVER, "ic": APPLE}.items():
    ET.register_namespace(_prefix, _space)


class NotXml(Refusal):
    """What a program sent cannot be read."""

    code = "xml_unreadable"
    status = 400
    sentence = "Cette demande n’a pas pu être lue : ce n’est pas le XML d’une application d’agenda."


def dav(name: str) -> str:
    """Name an element of WebDAV."""
    return f"{{{DAV}}}{name}"


def cal(name: str) -> str:
    """Name an element of CalDAV."""
    return f"{{{CALDAV}}}{name}"


def made(name: str, *inside: Element, text: str | None = None) -> Element:
    """Make an element."""
    element = Element(name)
    element.text = text
    element.extend(inside)
    return element


def link(name: str, href: str) -> Element:
    """Make an element that holds one address."""
    return made(name, made(dav("href"), text=href))


def read(body: bytes) -> Element | None:
    """Read what a program sent; None where it sent nothing.

    Raises:
        NotXml: It is no XML, or it holds a document type, with which entities begin.
    """
    if not body.strip():
        return None
    try:
        return fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise NotXml from error


def names_in(wanted: Element | None) -> list[str]:
    """Name the properties that are asked for, each once.

    Raises:
        NotXml: They are more than anybody knows: each is answered about every event.
    """
    names = [*dict.fromkeys(one.tag for one in wanted)] if wanted is not None else []
    if len(names) > MOST_NAMES:
        raise NotXml
    return names


def written(element: Element) -> bytes:
    """Write a document."""
    return ET.tostring(element, encoding="utf-8", xml_declaration=True)


def multistatus(responses: Iterable[Element], *after: Element) -> bytes:
    """Write the answers about several things."""
    return written(made(dav("multistatus"), *responses, *after))


def response(href: str, found: Iterable[Element], missing: Iterable[str] = ()) -> Element:
    """Answer about one thing: the properties that it has, and the names of those it lacks."""
    gone = [made(name) for name in missing]
    return made(
        dav("response"),
        made(dav("href"), text=href),
        _propstat(found, "200 OK"),
        *([_propstat(gone, "404 Not Found")] if gone else []),
    )


def absent(href: str) -> Element:
    """Answer that there is nothing at an address."""
    status = made(dav("status"), text="HTTP/1.1 404 Not Found")
    return made(dav("response"), made(dav("href"), text=href), status)


def error(condition: str) -> bytes:
    """Name the condition that a request does not meet, as programs read it."""
    return written(made(dav("error"), made(condition)))


def _propstat(properties: Iterable[Element], status: str) -> Element:
    return made(
        dav("propstat"),
        made(dav("prop"), *properties),
        made(dav("status"), text=f"HTTP/1.1 {status}"),
    )
