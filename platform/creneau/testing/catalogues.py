"""English catalogues against the French texts that a program says."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import msgspec
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from creneau.testing.texts import Text, is_french

PLACEHOLDER: Final = re.compile(r"%\((\w+)\)[a-z]")


class Entry(msgspec.Struct, frozen=True):
    """A French message id and its English, singular first; where the catalogue says so."""

    message: str
    english: tuple[str, ...]
    plural: str | None
    where: str
    fuzzy: bool = False

    @property
    def is_whole(self) -> bool:
        """Tell whether nothing is left to write or to check."""
        return (
            all(self.english) and not self.fuzzy and (self.plural is None or len(self.english) > 1)
        )


def entries_of(locale_folder: Path) -> list[Entry]:
    """Read every catalogue of a package's `locale` folder."""
    return [
        _entry(message, f"{path.name}:{message.lineno or 0}")
        for path in sorted((locale_folder / "en").glob("*.po"))
        for message in _messages(path)
    ]


def _messages(path: Path) -> Iterator[Message]:
    with path.open("rb") as file:
        yield from (
            message for message in read_po(file, locale="en", abort_invalid=True) if message.id
        )


def _entry(message: Message, where: str) -> Entry:
    ids = (message.id,) if isinstance(message.id, str) else tuple(message.id)
    strings = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
    return Entry(ids[0], strings, ids[1] if len(ids) > 1 else None, where, message.fuzzy)


def untranslated(texts: Iterable[Text], entries: Iterable[Entry]) -> list[str]:
    """Name each text without a whole English entry of the same kind (one form, or two)."""
    known = {(entry.message, entry.plural) for entry in entries if entry.is_whole}
    return [
        f"{text.where}: no English for {text.message!r}"
        for text in texts
        if (text.message, text.plural) not in known
    ]


def unused(entries: Iterable[Entry], texts: Iterable[Text]) -> list[str]:
    """Name each entry that no text needs."""
    needed = {(text.message, text.plural) for text in texts}
    return [
        f"{entry.where}: nobody says {entry.message!r}"
        for entry in entries
        if (entry.message, entry.plural) not in needed
    ]


def french_constants(
    constants: Iterable[Text], texts: Iterable[Text], entries: Iterable[Entry]
) -> list[str]:
    """Name each constant that reads like French, is no text and has no entry."""
    known = {said for text in texts for said in (text.message, text.plural)}
    known |= {entry.message for entry in entries}
    return [
        f"{constant.where}: French outside the catalogue: {constant.message!r}"
        for constant in constants
        if is_french(constant.message) and constant.message not in known
    ]


def contradictions(entries: Iterable[Entry]) -> list[str]:
    """Name each French text that two entries translate differently: one of them would be lost."""
    first: dict[str, Entry] = {}
    found: list[str] = []
    for entry in entries:
        other = first.setdefault(entry.message, entry)
        if other.english != entry.english:
            found.append(f"{other.where} and {entry.where} disagree on {entry.message!r}")
    return found


def wrong_placeholders(entries: Iterable[Entry]) -> list[str]:
    """Name each entry whose English asks for a value that the French does not have."""
    return [
        f"{entry.where}: {sorted(foreign)} is not in {entry.message!r}"
        for entry in entries
        if (
            foreign := _placeholders(*entry.english)
            - _placeholders(entry.message, entry.plural or "")
        )
    ]


def _placeholders(*texts: str) -> set[str]:
    return {name for text in texts for name in PLACEHOLDER.findall(text)}


def all_faults(
    texts: Iterable[Text],
    own: Iterable[Entry],
    borrowed: Iterable[Entry] = (),
    constants: Iterable[Text] = (),
) -> list[str]:
    """Hold a package's texts against its own catalogue and those of the packages it stands on.

    A constant may be a text, such as a label in a table, or anything else.
    """
    texts, own, constants = list(texts), list(own), list(constants)
    known = [*own, *borrowed]
    return [
        *untranslated(texts, known),
        *french_constants(constants, texts, known),
        *unused(own, [*texts, *constants]),
        *contradictions(known),
        *wrong_placeholders(own),
    ]
