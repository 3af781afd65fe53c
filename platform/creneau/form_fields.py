"""Fields that plugins add to forms of the core."""

from typing import Literal

import msgspec

FieldKind = Literal["text", "email", "tel", "textarea", "checkbox", "select", "radio"]


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One field of a form; `name` is unique in the form, texts are French message ids.

    `needed_with` names a checkbox of the same group: once it is ticked, this field is needed too.
    The plugin's own `check` says so; the page only leaves out that the field is optional.
    """

    name: str
    label: str
    kind: FieldKind = "text"
    required: bool = False
    needed_with: str = ""
    hint: str = ""
    autocomplete: str = "off"
    maximum_length: int = 200
    options: tuple[tuple[str, str], ...] = ()
