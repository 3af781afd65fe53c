"""What programs ask of a calendar (REPORT): the events of a time, some events, what is new."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final
from urllib.parse import unquote, urlsplit

import msgspec
from creneau.refusals import NotFound

from creneau_web.calendars.caldav.properties import answered, state_of, sync_token
from creneau_web.calendars.caldav.tree import Collection, Item, Tree
from creneau_web.calendars.caldav.xml import (
    Element,
    NotXml,
    absent,
    cal,
    dav,
    made,
    multistatus,
    names_in,
)

EVER: Final = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
MOST_HREFS: Final = 5000


class ConditionError(Exception):
    """A request does not meet a condition, which is named as programs read it."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Wanted(msgspec.Struct, frozen=True):
    """Which properties are asked for, and whether missing ones are to be left out."""

    names: Sequence[str]
    brief: bool = False


async def report(tree: Tree, collection: Collection, asked: Element, *, brief: bool) -> bytes:
    """Answer one report.

    Raises:
        ConditionError: It is one that nobody answers here, or asks what cannot be answered.
    """
    wanted = Wanted(names_in(asked.find(dav("prop"))), brief)
    match asked.tag:
        case "{urn:ietf:params:xml:ns:caldav}calendar-query":
            return await _query(tree, collection, asked, wanted)
        case "{urn:ietf:params:xml:ns:caldav}calendar-multiget":
            return await _multiget(tree, collection, asked, wanted)
        case "{DAV:}sync-collection":
            return await _sync(tree, collection, asked, wanted)
        case _:
            raise ConditionError(dav("supported-report"))


async def _query(tree: Tree, collection: Collection, asked: Element, wanted: Wanted) -> bytes:
    start, end = _bounds(asked.find(cal("filter")))
    found = [
        item
        for item in await tree.items(collection)
        if item.entry.starts_at < end and item.entry.ends_at > start
    ]
    return multistatus(await _all(tree, found, wanted))


def _bounds(question: Element | None) -> tuple[datetime, datetime]:
    """Read the time of a filter; what is neither about events nor about time finds nothing."""
    calendar = None if question is None else question.find(cal("comp-filter"))
    if calendar is None or calendar.get("name") != "VCALENDAR":
        raise ConditionError(cal("valid-filter"))
    inside = calendar.findall(cal("comp-filter"))
    if not inside:
        return EVER
    event = inside[0]
    known = {cal("time-range")}
    if len(inside) > 1 or any(one.tag not in known for one in event):
        raise ConditionError(cal("supported-filter"))
    if event.get("name") != "VEVENT":
        return EVER[1], EVER[0]
    span = event.find(cal("time-range"))
    if span is None:
        return EVER
    return _moment(span.get("start"), EVER[0]), _moment(span.get("end"), EVER[1])


def _moment(text: str | None, otherwise: datetime) -> datetime:
    if text is None:
        return otherwise
    try:
        return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise ConditionError(cal("valid-filter")) from error


async def _multiget(tree: Tree, collection: Collection, asked: Element, wanted: Wanted) -> bytes:
    hrefs = [(one.text or "").strip() for one in asked.findall(dav("href"))]
    if len(hrefs) > MOST_HREFS:
        raise NotXml
    by_href = {item.href: item for item in await tree.items(collection)}
    answers = [
        await _one(tree, by_href[path], wanted) if path in by_href else absent(href)
        for href in hrefs
        for path in (_path(href),)
    ]
    return multistatus(answers)


def _path(href: str) -> str:
    try:
        return unquote(urlsplit(href).path)
    except ValueError as error:
        raise NotFound from error


async def _sync(tree: Tree, collection: Collection, asked: Element, wanted: Wanted) -> bytes:
    """Answer all, or that nothing is new; who has an older state is asked to begin anew.

    A state is not kept: it is compared with the present one, and starting anew costs a program
    one list of names and marks, from which it fetches what differs.
    """
    present = sync_token(await state_of(tree, collection))
    known = (asked.findtext(dav("sync-token")) or "").strip()
    if known not in {"", present}:
        raise ConditionError(dav("valid-sync-token"))
    items = [] if known else await tree.items(collection)
    token = made(dav("sync-token"), text=present)
    return multistatus(await _all(tree, items, wanted), token)


async def _all(tree: Tree, items: Iterable[Item], wanted: Wanted) -> list[Element]:
    return [await _one(tree, item, wanted) for item in items]


async def _one(tree: Tree, item: Item, wanted: Wanted) -> Element:
    return await answered(tree, item, wanted.names, names_only=False, brief=wanted.brief)
