"""What goes to a printer and what comes back."""

from typing import Final, Literal

import msgspec

MEBIBYTE: Final = 1024 * 1024

Failure = Literal["libraries", "time", "memory", "size", "broken"]


class Font(msgspec.Struct, frozen=True, kw_only=True):
    """One face of a typeface; `data` is the font file itself (WOFF2, TTF or OTF)."""

    family: str
    weight: int
    style: Literal["normal", "italic"]
    data: bytes


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What one document may take: seconds by the clock and of the processor, and bytes."""

    seconds: float = 120.0
    cpu_seconds: int = 40
    memory: int = 768 * MEBIBYTE
    document: int = 20 * MEBIBYTE


class Setup(msgspec.Struct, frozen=True, kw_only=True):
    """What a printer gets ready once: the faces, and what each document may take."""

    fonts: tuple[Font, ...] = ()
    limits: Limits = Limits()


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """A document to print: its HTML, and the style sheets that dress it, in the order of the cascade."""

    html: str
    sheets: tuple[str, ...] = ()


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """A printed document, or why there is none; `refused` counts the addresses that it asked for."""

    pdf: bytes = b""
    failure: Failure | None = None
    refused: int = 0
