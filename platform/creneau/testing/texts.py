"""The French texts of a package, found where they are written.

Three ways lead to a text: a call of `gettext` in Python or of `_()` in a template, the `sentence`
of a refusal, and the words of a contribution.
"""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, cast

import msgspec
from babel.messages.extract import extract

from creneau.contributions import (
    BookingFields,
    Field,
    MotiveFields,
    NavItem,
    Permission,
    PersonFields,
    PluginInfo,
    SettingsPage,
    SmsGateway,
    Starter,
    StatisticsSource,
)

SOURCES: Final = {".py": "python", ".html": "jinja2", ".txt": "jinja2"}
DEMO: Final = "demo"
PHRASES: Final = "phrases.py"
KEYWORDS: Final = {"_": None, "gettext": None, "ngettext": (1, 2)}
OPTIONS: Final = {"encoding": "utf-8", "silent": "false"}

TEMPLATE_CODE: Final = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
SPOKEN_ATTRIBUTE: Final = re.compile(r"\b(?:aria-label|alt|placeholder|title)\s*=\s*\"([^\"]*)\"")
# A block of one word is a value, such as a class or the name of an icon.
VALUE: Final = re.compile(r"\{%-?\s*block\s+\w+\s*-?%\}[\w-]+\{%-?\s*endblock")
ATTRIBUTE: Final = re.compile(r"[\w-]+\s*=\s*\"[^\"]*\"")
MARKUP: Final = re.compile(r"<!--.*?-->|<[^>]*>|&#?\w+;", re.DOTALL)
WORD: Final = re.compile(r"[^\W\d_]{2,}")
FRENCH: Final = re.compile(r"[àâçéèêëîïôùûœÀÂÇÉÈÊÎÔŒ’«]")


class Text(msgspec.Struct, frozen=True):
    """A French message id, its plural where it has one, and where it is written."""

    message: str
    plural: str | None
    where: str


def texts_of(package: Path) -> list[Text]:
    """Find the texts in the Python files and templates of a package's folder."""
    found: list[Text] = []
    for path in _sources(package):
        shown = path.relative_to(package.parent).as_posix()
        found.extend(_called(path, shown))
        if path.suffix == ".py":
            found.extend(sentences(path.read_text(encoding="utf-8"), shown))
    return found


def _sources(package: Path) -> list[Path]:
    return [
        path
        for path in sorted(package.rglob("*"))
        if path.suffix in SOURCES and not {"node_modules", "static"} & set(path.parts)
    ]


def _called(path: Path, shown: str) -> Iterator[Text]:
    with path.open("rb") as file:
        for line, message, *_ in extract(SOURCES[path.suffix], file, KEYWORDS, options=OPTIONS):
            singular, plural = (message, None) if isinstance(message, str) else message[:2]
            yield Text(singular, plural, f"{shown}:{line}")


def sentences(source: str, shown: str) -> list[Text]:
    """Find the `sentence` that each class of refusals in a Python source sets."""
    return [
        Text(text, None, f"{shown}:{line}")
        for scope in ast.walk(ast.parse(source))
        if isinstance(scope, ast.ClassDef)
        for statement in scope.body
        for line, text in _sentence(statement)
    ]


def _sentence(statement: ast.stmt) -> Iterator[tuple[int, str]]:
    match statement:
        case (
            ast.Assign(targets=[ast.Name("sentence")], value=ast.Constant(str(text)))
            | ast.AnnAssign(target=ast.Name("sentence"), value=ast.Constant(str(text)))
        ) if text:
            yield statement.lineno, text
        case _:
            return


def contributed(contributions: Iterable[object], shown: str) -> list[Text]:
    """Find the texts in what a plugin's hooks answer: records, words, or sequences of them."""
    return [
        Text(text, None, shown)
        for contribution in contributions
        for text in _spoken(contribution)
        if text
    ]


def _spoken(contribution: object) -> Iterator[str]:
    match contribution:
        case PluginInfo():
            yield from (contribution.label, contribution.description)
            yield from (*contribution.adds, *contribution.needs)
        case Permission() | NavItem():
            yield contribution.label
        case Starter():
            yield from _spoken_by_starter(contribution)
        case BookingFields() | MotiveFields() | PersonFields() | SmsGateway():
            yield from _spoken_by_group(contribution)
        case Field():
            yield from (contribution.label, contribution.hint)
            yield from (label for _, label in contribution.options)
        case SettingsPage():
            yield from (contribution.label, contribution.description)
            yield from (label for label, _ in contribution.settings)
        case StatisticsSource():
            for choice in contribution.choices:
                yield from (choice.label, *(label for _, label in choice.options))
        case Mapping():
            yield from cast("Mapping[str, str]", contribution).values()
        case _:
            return


def _spoken_by_group(
    group: BookingFields | MotiveFields | PersonFields | SmsGateway,
) -> Iterator[str]:
    yield from (
        (group.label, group.description) if isinstance(group, SmsGateway) else (group.legend,)
    )
    for field in group.fields:
        yield from _spoken(field)


def _spoken_by_starter(starter: Starter) -> Iterator[str]:
    yield starter.public_text
    yield from (part.name for part in (*starter.services, *starter.roles))
    for motive in starter.motives:
        yield from (motive.name, motive.description, motive.cancellation_warning)
        yield from (motive.instructions_before, motive.instructions_after)


def stray_texts(template: str) -> list[str]:
    """Find what a template says outside `_()`: words between tags, or in a spoken attribute."""
    html = TEMPLATE_CODE.sub(" ", VALUE.sub(" ", template))
    spoken = [*SPOKEN_ATTRIBUTE.findall(html), *MARKUP.split(ATTRIBUTE.sub(" ", html))]
    return [" ".join(text.split()) for text in spoken if WORD.search(text)]


def constants(package: Path) -> list[Text]:
    """Find the strings in a package's Python files, docstrings aside: labels kept in tables.

    What the demo's people write, in a folder `demo`, is content and never translated; the phrases of
    `register_phrases`, in `phrases.py`, stand there in each language.
    """
    return [
        Text(text, None, f"{path.relative_to(package.parent).as_posix()}:{line}")
        for path in _sources(package)
        if path.suffix == ".py" and path.parent.name != DEMO and path.name != PHRASES
        for line, text in _strings(ast.parse(path.read_text(encoding="utf-8")))
    ]


def _strings(module: ast.Module) -> Iterator[tuple[int, str]]:
    nodes = list(ast.walk(module))
    docstrings = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    for node in nodes:
        match node:
            case ast.Constant(str(text)) if id(node) not in docstrings:
                yield node.lineno, text
            case _:
                pass


def is_french(text: str) -> bool:
    """Tell whether a text has a letter or sign of French that English does without."""
    return bool(FRENCH.search(text))
