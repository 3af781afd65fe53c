"""Tables as XLSX (ECMA-376): one sheet, its text inside of the cells, its head row kept in sight."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import IO, Final

from creneau_infra.sheets.cells import Cell, Row, Written, looks_like_formula, xml_text
from creneau_infra.sheets.zipped import Growing

LONGEST_TITLE: Final = 31
LONGEST_TEXT: Final = 32_767
HEAD, DAY, MOMENT, QUOTED = 1, 2, 3, 4
"""Numbers of the cell formats in `xl/styles.xml`."""

_BEGINNING: Final = datetime(1899, 12, 30, tzinfo=UTC)
_SHEET: Final = "xl/worksheets/sheet1.xml"
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATED: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_XML: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_SMALL: Final = {
    "[Content_Types].xml": f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels"'
    ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
    f'<Override PartName="/{_SHEET}" ContentType="{_TYPE}.worksheet+xml"/></Types>',
    "_rels/.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_RELATED}/officeDocument" Target="xl/workbook.xml"/>'
    "</Relationships>",
    "xl/_rels/workbook.xml.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_RELATED}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_RELATED}/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": f'{_XML}<styleSheet xmlns="{_MAIN}"><numFmts count="2">'
    '<numFmt numFmtId="164" formatCode="dd/mm/yyyy"/>'
    '<numFmt numFmtId="165" formatCode="dd/mm/yyyy hh:mm"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="5"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1"'
    ' applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>",
}


class XlsxWriter:
    """Writes XLSX; a text is a text, and one that looks like a formula stays one when edited."""

    def __init__(self, file: IO[bytes], title: str, heads: Row) -> None:
        self._width = len(heads)
        self._texts = Written(lambda text: _cell(text, 0))
        self._rows = 0
        self._grown = Growing(file, {**_SMALL, "xl/workbook.xml": _workbook(title)}, _SHEET)
        self._grown.add(
            f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
            '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
            f'</sheetView></sheetViews><cols><col min="1" max="{self._width}" width="22"'
            ' customWidth="1"/></cols><sheetData>'
        )
        self._add([[_cell(one, HEAD) for one in heads]])

    def write(self, rows: Iterable[Row]) -> None:
        """Add rows."""
        texts = self._texts
        self._add(
            [texts[one] if isinstance(one, str) else _cell(one, 0) for one in row] for row in rows
        )

    def close(self) -> None:
        """End the sheet, with arrows on its heads by which it can be filtered."""
        corner = f"{_column(self._width)}{max(1, self._rows)}"
        self._grown.add(f'</sheetData><autoFilter ref="A1:{corner}"/></worksheet>')
        self._grown.close()

    def _add(self, rows: Iterable[Sequence[str]]) -> None:
        written = [f"<row>{''.join(cells)}</row>" for cells in rows]
        self._rows += len(written)
        self._grown.add("".join(written))


def _cell(cell: Cell, style: int) -> str:
    if cell is None or cell == "":
        return "<c/>"
    if isinstance(cell, str):
        chosen = QUOTED if not style and looks_like_formula(cell) else style
        text = xml_text(cell[:LONGEST_TEXT])
        return f'<c t="inlineStr" s="{chosen}"><is><t xml:space="preserve">{text}</t></is></c>'
    if isinstance(cell, datetime):
        return f'<c s="{MOMENT}"><v>{_days(cell):.10f}</v></c>'
    if isinstance(cell, date):
        whole = datetime(cell.year, cell.month, cell.day, tzinfo=UTC)
        return f'<c s="{DAY}"><v>{_days(whole):.0f}</v></c>'
    return f"<c><v>{cell}</v></c>"


def _days(moment: datetime) -> float:
    return (moment.replace(tzinfo=UTC) - _BEGINNING).total_seconds() / 86400


def _column(number: int) -> str:
    high, low = divmod(number - 1, 26)
    return (_column(high) if high else "") + chr(ord("A") + low)


def _workbook(title: str) -> str:
    # These characters are not allowed in the name of a sheet.
    name = "".join(" " if char in r"[]:*?/\'" else char for char in title)[:LONGEST_TITLE].strip()
    return (
        f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_RELATED}"><sheets>'
        f'<sheet name="{xml_text(name) or "1"}" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
