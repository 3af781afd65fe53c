"""The formats by their names."""

from typing import IO, Final, Literal, get_args

from creneau_infra.sheets.cells import Language, Row, Writer
from creneau_infra.sheets.delimited import DelimitedWriter
from creneau_infra.sheets.ods import OdsWriter
from creneau_infra.sheets.xlsx import XlsxWriter

Format = Literal["csv", "xlsx", "ods"]
FORMATS: Final[tuple[Format, ...]] = get_args(Format)
MEDIA_TYPES: Final[dict[Format, str]] = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}


def opened(
    wanted: Format, file: IO[bytes], title: str, heads: Row, language: Language = "fr"
) -> Writer:
    """Begin a table in a file that is open for writing; `title` names its sheet."""
    if wanted == "csv":
        return DelimitedWriter(file, heads, language)
    return (XlsxWriter if wanted == "xlsx" else OdsWriter)(file, title, heads)
