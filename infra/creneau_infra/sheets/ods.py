"""Tables as ODS (OpenDocument 1.3): one sheet, each cell with its kind."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import IO, Final

from creneau_infra.sheets.cells import Cell, Row, Written, is_simple, plain, xml_text
from creneau_infra.sheets.zipped import Growing

_TYPE: Final = "application/vnd.oasis.opendocument.spreadsheet"
_SPACE: Final = "urn:oasis:names:tc:opendocument:xmlns"
_XML: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SMALL: Final = {
    "mimetype": _TYPE,
    "META-INF/manifest.xml": f'{_XML}<manifest:manifest xmlns:manifest="{_SPACE}:manifest:1.0"'
    ' manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="{_TYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>",
}
_DAY: Final = (
    '<number:day number:style="long"/><number:text>/</number:text>'
    '<number:month number:style="long"/><number:text>/</number:text>'
    '<number:year number:style="long"/>'
)
_TIME: Final = (
    '<number:text> </number:text><number:hours number:style="long"/>'
    '<number:text>:</number:text><number:minutes number:style="long"/>'
)
_STYLES: Final = (
    f'<number:date-style style:name="N1">{_DAY}</number:date-style>'
    f'<number:date-style style:name="N2">{_DAY}{_TIME}</number:date-style>'
    '<style:style style:name="column" style:family="table-column">'
    '<style:table-column-properties style:column-width="4.5cm"/></style:style>'
    '<style:style style:name="head" style:family="table-cell">'
    '<style:text-properties fo:font-weight="bold"/></style:style>'
    '<style:style style:name="day" style:family="table-cell" style:data-style-name="N1"/>'
    '<style:style style:name="moment" style:family="table-cell" style:data-style-name="N2"/>'
)
_SPACES: Final = " ".join(
    f'xmlns:{name}="{_SPACE}:{of}:1.0"'
    for name, of in (
        ("office", "office"),
        ("table", "table"),
        ("text", "text"),
        ("style", "style"),
        ("number", "datastyle"),
        ("fo", "xsl-fo-compatible"),
    )
)


class OdsWriter:
    """Writes ODS; a cell says itself that it is text, so that none is a formula."""

    def __init__(self, file: IO[bytes], title: str, heads: Row) -> None:
        self._grown = Growing(file, _SMALL, "content.xml")
        self._texts = Written(_text_cell)
        self._grown.add(
            f'{_XML}<office:document-content {_SPACES} office:version="1.3">'
            f"<office:automatic-styles>{_STYLES}</office:automatic-styles>"
            "<office:body><office:spreadsheet>"
            f'<table:table table:name="{xml_text(title)}"><table:table-column'
            f' table:style-name="column" table:number-columns-repeated="{len(heads)}"/>'
        )
        head = "".join(_text_cell(str(one), ' table:style-name="head"') for one in heads)
        self._grown.add(
            f"<table:table-header-rows><table:table-row>{head}</table:table-row>"
            "</table:table-header-rows>"
        )

    def write(self, rows: Iterable[Row]) -> None:
        """Add rows."""
        self._grown.add(
            "".join(
                f"<table:table-row>{''.join([self._cell(one) for one in row])}</table:table-row>"
                for row in rows
            )
        )

    def close(self) -> None:
        """End the sheet."""
        self._grown.add(
            "</table:table></office:spreadsheet></office:body></office:document-content>"
        )
        self._grown.close()

    def _cell(self, cell: Cell) -> str:
        return self._texts[cell] if isinstance(cell, str) and cell else _cell(cell)


def _cell(cell: Cell) -> str:
    if cell is None or cell == "":
        return "<table:table-cell/>"
    if isinstance(cell, str):
        return _text_cell(cell)
    if isinstance(cell, datetime):
        moment = cell.replace(tzinfo=None, microsecond=0)
        return _dated("moment", moment.isoformat(), f"{_day(cell)} {cell.hour:02}:{cell.minute:02}")
    if isinstance(cell, date):
        return _dated("day", cell.isoformat(), _day(cell))
    return (
        f'<table:table-cell office:value-type="float" office:value="{cell}">'
        f"<text:p>{cell}</text:p></table:table-cell>"
    )


def _day(day: date) -> str:
    return f"{day.day:02}/{day.month:02}/{day.year:04}"


def _text_cell(text: str, style: str = "") -> str:
    lines = f"<text:p>{text}</text:p>" if is_simple(text) else _lines(text)
    return f'<table:table-cell office:value-type="string"{style}>{lines}</table:table-cell>'


def _lines(text: str) -> str:
    lines = plain(text).replace("\r\n", "\n").split("\n")
    return "".join(f"<text:p>{_line(line)}</text:p>" for line in lines)


def _line(text: str) -> str:
    # Several spaces would be read as one, and a tab as a space.
    return xml_text(text).replace("\t", "<text:tab/>").replace("  ", " <text:s/>")


def _dated(style: str, value: str, shown: str) -> str:
    return (
        f'<table:table-cell table:style-name="{style}" office:value-type="date"'
        f' office:date-value="{value}"><text:p>{shown}</text:p></table:table-cell>'
    )
