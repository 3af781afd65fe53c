"""What each address says of itself when programs ask (PROPFIND)."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from hashlib import sha256
from typing import Final
from xml.etree.ElementTree import Element

from creneau.i18n import gettext as _

from creneau_web.calendars.caldav.tree import Agendas, Collection, Item, Node, Principal, Root, Tree
from creneau_web.calendars.caldav.xml import APPLE, SERVER, cal, dav, link, made, response

Writer = Callable[[Tree, Node], Awaitable[Element]]
EVENT_TYPE: Final = "text/calendar; charset=utf-8; component=vevent"
CTAG: Final = f"{{{SERVER}}}getctag"
COLOUR: Final = f"{{{APPLE}}}calendar-color"
CALENDAR_DATA: Final = cal("calendar-data")
ONLY_WHEN_ASKED: Final = {CALENDAR_DATA, CTAG, dav("sync-token")}
"""What costs something, or is long: nobody gets it who asks for everything."""


async def answered(
    tree: Tree, node: Node, wanted: Iterable[str] | None, *, names_only: bool, brief: bool
) -> Element:
    """Answer about one address.

    Args:
        tree: the addresses of who asks.
        node: what stands there.
        wanted: the names of the properties; None: all that are cheap.
        names_only: the names alone, without what they hold.
        brief: do not list what is missing.
    """
    known = PROPERTIES[type(node)]
    asked = [name for name in known if name not in ONLY_WHEN_ASKED] if wanted is None else [*wanted]
    if names_only:
        return response(node.href, [made(name) for name in known])
    found = [await known[name](tree, node) for name in asked if name in known]
    missing = [] if brief else [name for name in asked if name not in known]
    return response(node.href, found, missing)


async def state_of(tree: Tree, collection: Collection) -> str:
    """Give a mark that changes with whatever changes in a calendar."""
    marks = "".join(f"{item.entry.name}{item.entry.etag}" for item in await tree.items(collection))
    return sha256(marks.encode()).hexdigest()[:32]


def sync_token(state: str) -> str:
    """Write a state as the address that RFC 6578 wants it to be."""
    return f"urn:creneau:sync:{state}"


def _text(name: str, words: Callable[[Tree, Node], str]) -> Writer:
    async def write(tree: Tree, node: Node) -> Element:
        return made(name, text=words(tree, node))

    return write


def _fixed(name: str, *inside: Callable[[], Element]) -> Writer:
    async def write(_tree: Tree, _node: Node) -> Element:
        return made(name, *(one() for one in inside))

    return write


def _way(name: str, href: Callable[[Tree, Node], str]) -> Writer:
    async def write(tree: Tree, node: Node) -> Element:
        return link(name, href(tree, node))

    return write


def _empty(name: str) -> Callable[[], Element]:
    return lambda: made(name)


def _report(name: str) -> Callable[[], Element]:
    return lambda: made(dav("supported-report"), made(dav("report"), made(name)))


def _privilege(name: str) -> Callable[[], Element]:
    return lambda: made(dav("privilege"), made(dav(name)))


async def _ctag(tree: Tree, node: Node) -> Element:
    return made(CTAG, text=await _state(tree, node))


async def _sync_token(tree: Tree, node: Node) -> Element:
    return made(dav("sync-token"), text=sync_token(await _state(tree, node)))


async def _state(tree: Tree, node: Node) -> str:
    return await state_of(tree, node) if isinstance(node, Collection) else ""


def _of_item(name: str, words: Callable[[Item], str]) -> Writer:
    return _text(name, lambda _tree, node: words(node) if isinstance(node, Item) else "")


def _calendar_name(_tree: Tree, node: Node) -> str:
    return node.calendar.name if isinstance(node, Collection) else ""


def _component() -> Element:
    component = made(cal("comp"))
    component.set("name", "VEVENT")
    return component


def _format() -> Element:
    kind = made(CALENDAR_DATA)
    kind.set("content-type", "text/calendar")
    kind.set("version", "2.0")
    return kind


EVERYWHERE: Final[Mapping[str, Writer]] = {
    dav("current-user-principal"): _way(
        dav("current-user-principal"), lambda tree, _node: tree.principal.href
    ),
    dav("owner"): _way(dav("owner"), lambda tree, _node: tree.principal.href),
    dav("principal-collection-set"): _way(
        dav("principal-collection-set"), lambda _tree, _node: Root().href
    ),
    # Programs that know it do not even try to write.
    dav("current-user-privilege-set"): _fixed(
        dav("current-user-privilege-set"),
        _privilege("read"),
        _privilege("read-current-user-privilege-set"),
    ),
}
ABOUT_WHO_ASKS: Final[Mapping[str, Writer]] = {
    dav("principal-URL"): _way(dav("principal-URL"), lambda tree, _node: tree.principal.href),
    cal("calendar-home-set"): _way(cal("calendar-home-set"), lambda tree, _node: tree.agendas.href),
    cal("calendar-user-address-set"): _way(
        cal("calendar-user-address-set"), lambda tree, _node: f"mailto:{tree.agent.email}"
    ),
}

PROPERTIES: Final[Mapping[type[Node], Mapping[str, Writer]]] = {
    Root: {
        dav("resourcetype"): _fixed(dav("resourcetype"), _empty(dav("collection"))),
        dav("displayname"): _text(dav("displayname"), lambda _tree, _node: "Créneau"),
        **EVERYWHERE,
        **ABOUT_WHO_ASKS,
    },
    Principal: {
        dav("resourcetype"): _fixed(
            dav("resourcetype"), _empty(dav("collection")), _empty(dav("principal"))
        ),
        dav("displayname"): _text(dav("displayname"), lambda tree, _node: tree.agent.display_name),
        **EVERYWHERE,
        **ABOUT_WHO_ASKS,
    },
    Agendas: {
        dav("resourcetype"): _fixed(dav("resourcetype"), _empty(dav("collection"))),
        dav("displayname"): _text(dav("displayname"), lambda _tree, _node: _("Agendas")),
        **EVERYWHERE,
    },
    Collection: {
        dav("resourcetype"): _fixed(
            dav("resourcetype"), _empty(dav("collection")), _empty(cal("calendar"))
        ),
        dav("displayname"): _text(dav("displayname"), _calendar_name),
        cal("supported-calendar-component-set"): _fixed(
            cal("supported-calendar-component-set"), _component
        ),
        cal("supported-calendar-data"): _fixed(cal("supported-calendar-data"), _format),
        dav("supported-report-set"): _fixed(
            dav("supported-report-set"),
            _report(cal("calendar-query")),
            _report(cal("calendar-multiget")),
            _report(dav("sync-collection")),
        ),
        COLOUR: _text(COLOUR, lambda _tree, _node: "#0B6E69FF"),
        CTAG: _ctag,
        dav("sync-token"): _sync_token,
        **EVERYWHERE,
    },
    Item: {
        dav("resourcetype"): _fixed(dav("resourcetype")),
        dav("getetag"): _of_item(dav("getetag"), lambda item: item.entry.etag),
        dav("getcontenttype"): _of_item(dav("getcontenttype"), lambda _item: EVENT_TYPE),
        dav("getcontentlength"): _of_item(
            dav("getcontentlength"), lambda item: str(len(item.entry.content))
        ),
        CALENDAR_DATA: _of_item(CALENDAR_DATA, lambda item: item.entry.content.decode()),
        **EVERYWHERE,
    },
}
