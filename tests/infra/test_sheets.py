"""Tables as files for spreadsheets, read back by other programs than ours."""

import csv
import io
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from creneau_infra.sheets.cells import Cell, Row, looks_like_formula
from creneau_infra.sheets.writing import FORMATS, Format, opened
from odf import opendocument, table, teletype

HEADS = ("Nom", "Téléphone", "Quand", "Jour", "Nombre")
AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC).replace(tzinfo=None)
ROWS: Sequence[Row] = (
    ("Zoé Œdipe", "+33 6 01 02 03 04", AT, date(2026, 11, 24), 3),
    ("a;b\n\"c\" <d> & 'e'", "", None, None, 0.5),
)


def written(wanted: Format, rows: Sequence[Row] = ROWS, language: Any = "fr") -> bytes:
    file = io.BytesIO()
    writer = opened(wanted, file, "Rendez-vous : [tous]", HEADS, language)
    for row in rows:
        writer.write([row])
    writer.close()
    return file.getvalue()


def read_csv(data: bytes, delimiter: str = ";") -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=delimiter))


def read_xlsx(data: bytes) -> list[list[Any]]:
    sheet: Any = openpyxl.load_workbook(io.BytesIO(data)).active
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def read_ods(data: bytes) -> list[list[str]]:
    document: Any = opendocument.load(io.BytesIO(data))
    sheet = document.spreadsheet
    return [
        [
            "\n".join(teletype.extractText(line) for line in cell.childNodes)
            for cell in row.getElementsByType(table.TableCell)
        ]
        for row in sheet.getElementsByType(table.TableRow)
    ]


def test_excel_knows_the_accents_of_a_csv_and_its_columns_in_french() -> None:
    data = written("csv")
    assert data.startswith(b"\xef\xbb\xbfNom;T\xc3\xa9l\xc3\xa9phone;Quand;Jour;Nombre\r\n")
    assert read_csv(data)[1:] == [
        ["Zoé Œdipe", "+33 6 01 02 03 04", "24/11/2026 09:30", "24/11/2026", "3"],
        ["a;b\n\"c\" <d> & 'e'", "", "", "", "0,5"],
    ]


def test_an_english_csv_has_commas_and_english_days() -> None:
    assert read_csv(written("csv", language="en"), ",")[1][2:4] == [
        "2026-11-24 09:30",
        "2026-11-24",
    ]
    assert read_csv(written("csv", language="en"), ",")[2][4] == "0.5"


def test_a_workbook_holds_texts_days_and_numbers_as_such() -> None:
    assert read_xlsx(written("xlsx")) == [
        list(HEADS),
        ["Zoé Œdipe", "+33 6 01 02 03 04", AT, datetime(2026, 11, 24, 0, 0), 3],  # noqa: DTZ001 - spreadsheets know no zone
        ["a;b\n\"c\" <d> & 'e'", None, None, None, 0.5],
    ]


def test_an_open_document_holds_the_same() -> None:
    assert read_ods(written("ods")) == [
        list(HEADS),
        ["Zoé Œdipe", "+33 6 01 02 03 04", "24/11/2026 09:30", "24/11/2026", "3"],
        ["a;b\n\"c\" <d> & 'e'", "", "", "", "0.5"],
    ]


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "+33-A1"]
)
def test_a_text_that_could_be_a_formula_never_is_one(text: str) -> None:
    rows: Sequence[Sequence[Cell]] = [(text, "", None, None, None)]
    assert looks_like_formula(text)
    assert read_csv(written("csv", rows))[1][0] == f"'{text}"
    data = written("xlsx", rows)
    cell: Any = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]["A2"]
    assert (cell.data_type, cell.quotePrefix) == ("s", True)
    document: Any = opendocument.load(io.BytesIO(written("ods", rows)))
    first: Any = document.spreadsheet.getElementsByType(table.TableRow)[1].getElementsByType(
        table.TableCell
    )[0]
    assert first.getAttribute("valuetype") == "string"
    assert first.getAttribute("formula") is None


@pytest.mark.parametrize("phone", ["+33601020304", "+33 6 01 02 03 04", "+352 26 12 34"])
def test_an_international_phone_stays_readable(phone: str) -> None:
    assert read_csv(written("csv", [(phone, "", None, None, None)]))[1][0] == phone


@pytest.mark.parametrize("wanted", FORMATS)
def test_what_no_file_can_hold_is_left_out(wanted: Format) -> None:
    rows: Sequence[Sequence[Cell]] = [("a\x00b\x0b\ud800c\uffff", "", None, None, None)]
    read: Any = {"csv": read_csv, "xlsx": read_xlsx, "ods": read_ods}[wanted]
    assert read(written(wanted, rows))[1][0] == "abc"


def test_a_text_in_an_archive_is_its_own_and_says_nothing_of_the_machine() -> None:
    with ZipFile(io.BytesIO(written("ods"))) as archive:
        assert archive.namelist()[0] == "mimetype"
        assert archive.getinfo("mimetype").compress_type == 0
        assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
