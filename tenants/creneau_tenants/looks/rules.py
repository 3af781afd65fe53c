"""What a look and an accessibility statement may be (T-04, T-16)."""

from datetime import date
from hashlib import sha256
from typing import Final, get_args

import msgspec
from creneau.i18n import gettext as _
from creneau.validation import Checked

from creneau_tenants.looks.schemas import Look, Statement
from creneau_tenants.rules import check_branding
from creneau_tenants.schemas import Branding, Conformity

LONGEST_NAME: Final = 120


def look_version(look: Look) -> str:
    """Name the state of what a form of the look holds: all but the logo."""
    texts = msgspec.structs.replace(look.branding, logo="")
    return _version(msgspec.structs.replace(look, branding=texts))


def statement_version(statement: Statement) -> str:
    """Name the state of a statement."""
    return _version(statement)


def _version(stands: Look | Statement) -> str:
    return sha256(msgspec.json.encode(stands)).hexdigest()[:20]


def checked_look(look: Look) -> Look:
    """Clean a look.

    Raises:
        InvalidInput: With a sentence for each field that cannot be used; a colour that does not
            stand out from the page comes with the nearest one that does.
    """
    check = Checked()
    clean = Look(
        name=check.line(
            "name", look.name, needed=_("Donnez un nom à l’espace."), longest=LONGEST_NAME
        ),
        branding=check_branding(check, look.branding),
    )
    check.refuse_if_wrong()
    return clean


def checked_statement(statement: Statement, today: date) -> Statement:
    """Clean a statement: a tenant that states it conforms says who found so, and when (T-16).

    Raises:
        InvalidInput: With a sentence for each field that cannot be used.
    """
    check = Checked()
    check.choice("conformity", statement.conformity, get_args(Conformity))
    clean = msgspec.structs.replace(
        statement,
        audited_by=check.line("audited_by", statement.audited_by),
        exceptions=check.paragraphs("exceptions", statement.exceptions),
        contact=check.paragraphs("contact", statement.contact, longest=1000),
    )
    if clean.audited_on is not None and clean.audited_on > today:
        check.refuse("audited_on", _("Donnez la date d’un audit déjà mené."))
    if clean.conformity != "not_conform":
        _require_audit(check, clean)
    if clean.conformity == "partly_conform" and not clean.exceptions:
        check.refuse("exceptions", _("Dites ce qui n’est pas accessible."))
    check.refuse_if_wrong()
    return clean


def _require_audit(check: Checked, statement: Statement) -> None:
    if statement.audited_on is None:
        check.refuse(
            "audited_on", _("Donnez la date de l’audit : sans audit, l’état est « non conforme ».")
        )
    if not statement.audited_by:
        check.refuse("audited_by", _("Dites qui a mené l’audit."))


def changed_fields(before: Look, after: Look) -> list[str]:
    """Name the fields that differ, in the order of the form."""
    names = ("name",) if before.name != after.name else ()
    fields = Branding.__struct_fields__
    differing = (
        field
        for field in fields
        if getattr(before.branding, field) != getattr(after.branding, field)
    )
    return [*names, *differing]
