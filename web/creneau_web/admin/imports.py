"""Data that the tenant brings along as CSV: sent, looked through, written (T-14)."""

import csv
import io
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

import msgspec
from creneau.i18n import gettext as _
from creneau.imports import service as imports
from creneau.imports.kinds.known import KINDS
from creneau.imports.schemas import DataImport, ImportKind
from creneau.organisations import service as organisations
from creneau.refusals import InvalidInput, NotFound
from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.exceptions import HTTPException
from litestar.params import FromPath
from litestar.response import Redirect, Template

from creneau_web import errors, flashes
from creneau_web.access import permission
from creneau_web.admin import reach
from creneau_web.admin.import_list import HOME, RIGHT, card, labels
from creneau_web.admin.import_list import ROUTES as LISTING
from creneau_web.rendering import page

LARGEST_UPLOAD: Final = 25_000_000
MARK: Final = "\ufeff"
AnyRequest = Request[Any, Any, Any]


class ColumnLine(msgspec.Struct, frozen=True, kw_only=True):
    """A column as the page explains it."""

    title: str
    required: bool
    example: str


@get(HOME + "/fichier/{import_kind:str}", opt=permission(RIGHT))
async def new_page(import_kind: FromPath[str]) -> Template:
    """Say what a file of a kind holds, and take one."""
    return await _new(_kind(import_kind), {})


def _too_large(request: AnyRequest, error: HTTPException) -> Response[Any]:
    if error.status_code != 413:  # noqa: PLR2004 - the body is larger than the route takes
        return errors.answer(request, error)
    flashes.add("danger", _("Ce fichier dépasse 10 Mo. Coupez-le en plusieurs."))
    return Response(None, status_code=303, headers={"location": request.url.path})


@post(
    HOME + "/fichier/{import_kind:str}",
    opt=permission(RIGHT),
    status_code=200,
    request_max_body_size=LARGEST_UPLOAD,
    exception_handlers={HTTPException: _too_large},
)
async def send(request: AnyRequest, import_kind: FromPath[str]) -> Template | Redirect:
    """Take a file in, to be looked through before anything is written."""
    reach.require_everywhere(RIGHT)
    kind = _kind(import_kind)
    sent = (await request.form()).get("file")
    content = await sent.read() if isinstance(sent, UploadFile) else b""
    if not content or not isinstance(sent, UploadFile):
        return await _new(kind, {"file": _("Choisissez un fichier.")})
    try:
        made = await imports.send(kind, _file_name(sent), content, reach.agent().id)
    except InvalidInput as refused:
        return await _new(kind, refused.fields)
    return Redirect(f"{HOME}/{made}", status_code=303)


@get(HOME + "/fichier/{import_kind:str}/modele", opt=permission(RIGHT))
async def template_file(import_kind: FromPath[str]) -> Response[bytes]:
    """Give a file with the titles and one example line, as spreadsheets open it."""
    kind = _kind(import_kind)
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";")
    writer.writerow([_(column.title) for column in KINDS[kind].columns])
    writer.writerow([one.example for one in await _columns(kind)])
    headers = {"content-disposition": f'attachment; filename="{kind}.csv"'}
    content = f"{MARK}{written.getvalue()}".encode()
    return Response(content, media_type="text/csv", headers=headers)


@get(HOME + "/{import_id:uuid}", opt=permission(RIGHT))
async def import_page(import_id: FromPath[UUID]) -> Template:
    """Show how far a file is: being looked through, what it would write, what it wrote."""
    found = await imports.data_import(import_id)
    return page("admin/import.html", **_shown(found))


@get(HOME + "/{import_id:uuid}/avancement", opt=permission(RIGHT))
async def progress(import_id: FromPath[UUID]) -> Template:
    """Give the part of the page that changes while a worker is at it."""
    found = await imports.data_import(import_id)
    return page("admin/import_progress.html", **_shown(found))


@post(HOME + "/{import_id:uuid}/ecriture", opt=permission(RIGHT), status_code=303)
async def start(import_id: FromPath[UUID]) -> Redirect:
    """Have a file written that was found good."""
    reach.require_everywhere(RIGHT)
    await imports.start(import_id)
    return Redirect(f"{HOME}/{import_id}", status_code=303)


@post(HOME + "/{import_id:uuid}/abandon", opt=permission(RIGHT), status_code=303)
async def give_up(import_id: FromPath[UUID]) -> Redirect:
    """Forget a file that was not written."""
    reach.require_everywhere(RIGHT)
    await imports.give_up(import_id)
    flashes.add("success", _("Le fichier est oublié. Rien n’a été écrit."))
    return Redirect(HOME, status_code=303)


def _kind(code: str) -> ImportKind:
    for kind in KINDS:
        if kind == code:
            return kind
    raise NotFound


async def _columns(kind: ImportKind) -> list[ColumnLine]:
    # The example is a line that can be sent as it is, as far as the tenant's own names go.
    own = {"organisation": [one.name for one in await organisations.organisations()]}
    return [
        ColumnLine(
            title=_(one.title),
            required=one.required,
            example=next(iter(own.get(one.name, ())), _(one.example)),
        )
        for one in KINDS[kind].columns
    ]


async def _new(kind: ImportKind, wrong: Mapping[str, str]) -> Template:
    known = KINDS[kind]
    return page(
        "admin/import_new.html",
        status=422 if wrong else 200,
        kind=card(kind),
        most=known.most,
        columns=await _columns(kind),
        wrong=wrong,
    )


def _shown(found: DataImport) -> dict[str, Any]:
    columns = {one.title: _(one.title) for one in KINDS[found.kind].columns}
    return {
        "found": found,
        "label": labels()[found.kind],
        "faults": [
            (fault.line, columns.get(fault.column, fault.column), fault.sentence)
            for fault in found.faults
        ],
    }


def _file_name(sent: UploadFile) -> str:
    # Only to be recognised by: nothing is ever written under this name.
    name = sent.filename.replace("\\", "/").rpartition("/")[2]
    return "".join(char for char in name if char.isprintable())[:100] or _("fichier")


ROUTES = (
    *LISTING,
    new_page,
    send,
    template_file,
    import_page,
    progress,
    start,
    give_up,
)
