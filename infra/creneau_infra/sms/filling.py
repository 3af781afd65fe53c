"""Data put into a request: each value once, as data, whatever characters it holds."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

PLACEHOLDER: Final = re.compile(r"\{([a-z_]+)\}")


def filled(template: Any, values: Mapping[str, str]) -> Any:
    """Put values into the texts of something that JSON can hold; its keys stay as they are.

    A value is never looked through again: what a person types as `{secret}` stays that.
    """
    match template:
        case str():
            return filled_text(template, values)
        case Mapping():
            pairs = cast("Mapping[str, Any]", template).items()
            return {key: filled(value, values) for key, value in pairs}
        case list() | tuple():
            return [filled(value, values) for value in cast("Sequence[Any]", template)]
        case _:
            return template


def filled_text(template: str, values: Mapping[str, str]) -> str:
    """Put values into one text; a name that is not among them stays as it stands."""
    return PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), template)


def placeholders(template: Any) -> set[str]:
    """Name all that something that JSON can hold asks to be put in."""
    match template:
        case str():
            return set(PLACEHOLDER.findall(template))
        case Mapping():
            return _all(cast("Mapping[str, Any]", template).values())
        case list() | tuple():
            return _all(cast("Sequence[Any]", template))
        case _:
            return set()


def _all(templates: Any) -> set[str]:
    return {name for template in templates for name in placeholders(template)}
