"""Forms as they were typed, made fit for the rules: one decoder for every page."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec
from creneau.i18n import gettext as _
from creneau.refusals import InvalidInput
from litestar import Request
from litestar.datastructures import UploadFile
from litestar.exceptions import ClientException

Shape = TypeVar("Shape", bound=msgspec.Struct)

LONGEST_VALUE = 20_000
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029\ufeff]|[\ud800-\udfff]")


class Form:
    """The values of a form: trimmed, in one Unicode form, without control characters."""

    def __init__(self, values: Mapping[str, list[str]]) -> None:
        """Keep what was typed, made fit."""
        self._values = {name: [_fit(value) for value in given] for name, given in values.items()}

    def text(self, name: str) -> str:
        """Give a field's value, empty when the form had no such field."""
        return next(iter(self._values.get(name, ())), "")

    def texts(self, name: str) -> list[str]:
        """Give every value of a field that can be given several times."""
        return list(self._values.get(name, ()))

    def values(self) -> dict[str, str]:
        """Give each field's first value by name."""
        return {name: given[0] for name, given in self._values.items() if given}

    def lists(self) -> dict[str, list[str]]:
        """Give every value of each field by name."""
        return {name: list(given) for name, given in self._values.items()}

    def decode(self, shape: type[Shape], sentences: Mapping[str, str] | None = None) -> Shape:
        """Read the form as a struct; an empty field counts as not given, a ticked box as true.

        Args:
            shape: the struct, whose fields are named like the form's.
            sentences: for a field, what to say when it cannot be used, already translated.

        Raises:
            InvalidInput: With a sentence for each wrong field.
        """
        values: dict[str, Any] = {}
        wrong: dict[str, str] = {}
        for field in msgspec.structs.fields(shape):
            try:
                self._decode_field(field, values)
            except msgspec.ValidationError:
                wrong[field.name] = (sentences or {}).get(field.name) or self._why(field)
        if wrong:
            raise InvalidInput(wrong)
        return shape(**values)

    def _decode_field(self, field: msgspec.structs.FieldInfo, values: dict[str, Any]) -> None:
        given = self._given(field)
        if given is None and not field.required:
            return
        values[field.name] = msgspec.convert(given, field.type, strict=False)

    def _given(self, field: msgspec.structs.FieldInfo) -> object:
        kind = msgspec.inspect.type_info(field.type)
        if isinstance(kind, msgspec.inspect.BoolType):
            return self.text(field.name).lower() in {"on", "true", "1", "yes"}
        if isinstance(kind, msgspec.inspect.ListType | msgspec.inspect.VarTupleType):
            return [value for value in self.texts(field.name) if value]
        return self.text(field.name) or None

    def _why(self, field: msgspec.structs.FieldInfo) -> str:
        if self.text(field.name):
            return _("Cette réponse ne convient pas. Vérifiez-la et corrigez-la.")
        return _("Cette réponse est nécessaire.")


def _fit(value: str) -> str:
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    return CONTROL.sub("", unicodedata.normalize("NFC", text)).strip()


async def form(request: Request[Any, Any, Any]) -> Form:
    """Read the form that was sent with a request; files are left out.

    Raises:
        ClientException: The body is no form, or a value is far longer than any field.
    """
    try:
        sent = await request.form()
    except (UnicodeError, ValueError) as error:
        raise ClientException("the form cannot be read") from error
    values: dict[str, list[str]] = {}
    for name, value in sent.multi_items():
        if isinstance(value, UploadFile):
            continue
        if len(str(value)) > LONGEST_VALUE:
            raise ClientException("a value is too long")
        values.setdefault(name, []).append(str(value))
    return Form(values)
