"""Lists as files (C-68): written into a file of our own, and handed out from there as fast as it is read.

So no transaction waits for a slow reader, and the history says what leaves before its first byte does.
Rows come a few hundred at a time and are written in a thread: an export of any length keeps neither
the memory nor the others. A long one leaves while it is written; each tenant has one at a time, and the
process two.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import ExitStack
from tempfile import TemporaryFile
from typing import IO, Any, ClassVar, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from creneau.context import Actor, current_tenant
from creneau.i18n import current_locale
from creneau.i18n import gettext as _
from creneau.lists import service as lists
from creneau.lists.schemas import EXPORT, Exported
from creneau.refusals import InvalidInput, NotAllowed
from creneau_infra.clock import now
from creneau_infra.sheets.cells import Cell
from creneau_infra.sheets.writing import FORMATS, MEDIA_TYPES, Format, opened
from litestar import Request, Response, post
from litestar.handlers import HTTPRouteHandler
from litestar.response import Stream

from creneau_web.access import permission
from creneau_web.documents import printing
from creneau_web.forms import form
from creneau_web.lists.errors import ExportBusy, TooLongForPaper
from creneau_web.lists.growing import PIECE, Growing, Grown
from creneau_web.visit import visit

BATCH: Final = 500
LONG: Final = 5_000
MOST_ON_PAPER: Final = 500
"""Lines of a PDF: what can still be read on paper, and printed in some seconds."""

LONG_AT_ONCE: Final = 2
PAPER: Final = "pdf"

Sink = Callable[[Sequence[Any]], Awaitable[None]]
Exporting = Response[Any] | Stream
Feed = Callable[[Sink], Awaitable[None]]
Each = Callable[[Any, Sink, int], Awaitable[None]]
"""Hands all lines of what is wanted to a sink, so many at a time."""


class Export(msgspec.Struct, frozen=True, kw_only=True):
    """A list to be written into a file.

    `name` is ours and names the file; `total` is how many rows are expected; `feed` hands them to a
    sink, some hundred at a time, and may hold a transaction meanwhile: the sink never waits for
    whoever reads the file.
    """

    name: str
    title: str
    heads: Sequence[str]
    row_of: Callable[[Any], Sequence[Cell]]
    total: int
    feed: Feed


def fed_by(each: Each, wanted: object, row_of: Callable[[Any], object]) -> Feed:
    """Feed an export by what reads the lines piece by piece; `row_of` makes a row of a line."""

    async def feed(sink: Sink) -> None:
        async def rows(lines: Sequence[Any]) -> None:
            await sink([row_of(one) for one in lines])

        await each(wanted, rows, BATCH)

    return feed


def fed_with(rows: Sequence[Any]) -> Feed:
    """Feed an export with lines that were read whole."""

    async def feed(sink: Sink) -> None:
        for start in range(0, len(rows), BATCH):
            await sink(rows[start : start + BATCH])

    return feed


def export_route(path: str, right: str, found: Callable[[], Awaitable[Export]]) -> HTTPRouteHandler:
    """Make the route by which the list at `path` leaves as a file; `found` reads what is asked for."""

    @post(f"{path}/export", opt=permission(right), status_code=200)
    async def export(request: Request[Any, Any, Any]) -> Exporting:
        """Write the list as it is filtered and sorted, in the format that the button names."""
        return await sent(request, await found())

    return export


async def sent(request: Request[Any, Any, Any], export: Export) -> Exporting:
    """Answer with a list as a file, in the format that the form names.

    Raises:
        NotAllowed: Whoever asks may read lists, and not take them away.
        InvalidInput: There is no such format.
        TooLongForPaper: A PDF of so many lines cannot be read.
        ExportBusy: Long exports are being written already.
    """
    if not may_export():
        raise NotAllowed
    wanted = (await form(request)).text("format")
    if wanted == PAPER:
        return await _on_paper(export)
    for known in FORMATS:
        if wanted == known:
            return await _in_a_file(export, known)
    raise InvalidInput({"format": _("Choisissez un format de la liste.")})


def may_export() -> bool:
    """Tell whether whoever asks may take lists away as files."""
    rights = visit().rights
    return rights is not None and rights.can(EXPORT)


async def _in_a_file(export: Export, wanted: Format) -> Stream:
    if export.total > LONG:
        return await _long(export, wanted)
    file, lines = await prepared(export, wanted)
    await _noted(export, wanted, lines)
    size = file.seek(0, 2)
    file.seek(0)
    return _download(export, wanted, _pieces(file), {"content-length": str(size)})


async def _long(export: Export, wanted: Format) -> Stream:
    with ExitStack() as unfinished:
        ended = unfinished.callback(_turn())
        # How many leave is known when they have; how many are expected stands here before the first does.
        await _noted(export, wanted, export.total)
        file = unfinished.enter_context(TemporaryFile())
        growing = Growing(file, lambda grown: _as_it_grows(export, wanted, file, grown), ended)
        # From here on who reads it closes it, and who writes it ends the turn.
        unfinished.pop_all()
    return _download(export, wanted, growing.pieces(), {})


async def _as_it_grows(export: Export, wanted: Format, file: IO[bytes], grown: Grown) -> None:
    # What is written of the others is patched at their end.
    await _write(export, wanted, file, grown if wanted == "csv" else _nothing)


def _nothing() -> None:
    """Tell nobody."""


def _download(
    export: Export, wanted: Format, pieces: AsyncGenerator[bytes, None], headers: dict[str, str]
) -> Stream:
    name = f"{_filename(export)}.{wanted}"
    return Stream(
        pieces,
        media_type=MEDIA_TYPES[wanted],
        headers={
            "content-disposition": f'attachment; filename="{name}"',
            "cache-control": "no-store",
            **headers,
        },
    )


async def prepared(export: Export, wanted: Format) -> tuple[IO[bytes], int]:
    """Write a list into a file without a name, which is gone once it is closed; tells its lines."""
    with ExitStack() as unfinished:
        file = unfinished.enter_context(TemporaryFile())
        lines = await _write(export, wanted, file, _nothing)
        # Who reads it closes it.
        unfinished.pop_all()
    return file, lines


async def _write(export: Export, wanted: Format, file: IO[bytes], grown: Grown) -> int:
    """Write a list into a file; tells its lines, and as they are written that it has grown."""
    writer = opened(wanted, file, export.title, export.heads, current_locale.get())
    lines = 0
    writing: asyncio.Task[None] | None = None

    async def written() -> None:
        if writing is not None:
            await writing
            grown()

    async def sink(rows: Sequence[Any]) -> None:
        nonlocal lines, writing
        lines += len(rows)
        await written()
        # While these are written, the next ones are read.
        work = asyncio.to_thread(lambda: writer.write([export.row_of(row) for row in rows]))
        writing = asyncio.create_task(work)

    try:
        await export.feed(sink)
    finally:
        await written()
    await asyncio.to_thread(writer.close)
    return lines


async def _pieces(file: IO[bytes]) -> AsyncGenerator[bytes, None]:
    with file:
        while piece := await asyncio.to_thread(file.read, PIECE):
            yield piece


async def _on_paper(export: Export) -> Response[bytes]:
    if export.total > MOST_ON_PAPER:
        raise TooLongForPaper(most=MOST_ON_PAPER)
    rows: list[list[str]] = []

    async def sink(found: Sequence[Any]) -> None:
        rows.extend([printed(cell) for cell in export.row_of(row)] for row in found)

    await export.feed(sink)
    made = await printing.answer(
        "list.html",
        _filename(export),
        title=export.title,
        heads=export.heads,
        rows=rows[:MOST_ON_PAPER],
        printed_at=now().astimezone(ZoneInfo(current_tenant.get().time_zone)),
    )
    await _noted(export, PAPER, len(rows))
    return made


def printed(cell: Cell) -> str:
    """Write a cell for paper."""
    if cell is None or isinstance(cell, str):
        return cell or ""
    if isinstance(cell, int | float):
        return str(cell)
    return f"{cell:%d/%m/%Y %H:%M}" if hasattr(cell, "hour") else f"{cell:%d/%m/%Y}"


async def _noted(export: Export, wanted: str, lines: int) -> None:
    agent = visit().agent
    if agent is None:
        raise NotAllowed
    told = Exported(name=export.name, format=wanted, lines=lines)
    await lists.note_export(told, Actor("agent", agent.id))


def _filename(export: Export) -> str:
    today = now().astimezone(ZoneInfo(current_tenant.get().time_zone)).date()
    return f"{export.name}-{today.isoformat()}"


class _Writing:
    long: ClassVar[set[UUID]] = set()


def _turn() -> Callable[[], None]:
    """Begin a long export; gives what ends it."""
    tenant_id = current_tenant.get().id
    if tenant_id in _Writing.long or len(_Writing.long) >= LONG_AT_ONCE:
        raise ExportBusy
    _Writing.long.add(tenant_id)
    return lambda: _Writing.long.discard(tenant_id)
