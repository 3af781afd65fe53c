"""What both spreadsheet formats are: an archive of small files and of one that grows."""

from collections.abc import Mapping
from typing import IO, Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

# The files tell nothing of when and where they were made.
MADE: Final = (1980, 1, 1, 0, 0, 0)


class Growing:
    """An archive whose last member is written bit by bit."""

    def __init__(self, file: IO[bytes], small: Mapping[str, str], last: str) -> None:
        self._archive = ZipFile(file, "w", ZIP_DEFLATED, compresslevel=3)
        for name, text in small.items():
            self._archive.writestr(_named(name, stored=name == "mimetype"), text)
        # Its size is not known when it begins.
        self._member = self._archive.open(_named(last), "w", force_zip64=True)

    def add(self, text: str) -> None:
        """Write on."""
        self._member.write(text.encode())

    def close(self) -> None:
        """Write the table of contents."""
        self._member.close()
        self._archive.close()


def _named(name: str, *, stored: bool = False) -> ZipInfo:
    info = ZipInfo(name, MADE)
    info.compress_type = ZIP_STORED if stored else ZIP_DEFLATED
    return info
