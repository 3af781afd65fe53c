"""How a tenant looks: prepared as a draft, looked at, then published (T-04, T-15, T-16)."""

import asyncio
from collections.abc import Sequence
from zoneinfo import ZoneInfo

import msgspec
from creneau.context import Actor, current_tenant
from creneau.database import Transaction, tenant_transaction
from creneau.history import queries as history
from creneau.i18n import LOCALES, Locale
from creneau.refusals import ChangedMeanwhile, NotFound
from creneau.validation import Checked
from creneau_infra.clock import now
from creneau_infra.postgres.transactions import directory_reader

from creneau_tenants import queries as directory
from creneau_tenants.looks import queries
from creneau_tenants.looks.pictures import picture
from creneau_tenants.looks.rules import (
    changed_fields,
    checked_look,
    checked_statement,
    look_version,
    statement_version,
)
from creneau_tenants.looks.schemas import Draft, Look, Statement
from creneau_tenants.service import branding_of, correct_directory


async def draft() -> Draft | None:
    """Give the look that waits to be published, if one does."""
    async with tenant_transaction() as tx:
        return await queries.draft(tx)


async def published() -> Look:
    """Give the look that everybody sees.

    Raises:
        NotFound: The tenant has been suspended meanwhile.
    """
    return await _published(directory_reader())


async def save_draft(look: Look, *, seen: str | None = None) -> Look:
    """Keep a look for later; the logo stays the one that the draft, or the page, shows.

    `seen` is the version (`look_version`) that a form was made from; None: whatever it is.

    Raises:
        InvalidInput: A field cannot be used; an unreadable colour comes with a suggestion.
        ChangedMeanwhile: Somebody else has saved since.
    """
    clean = checked_look(look)
    async with tenant_transaction() as tx:
        await queries.lock(tx)
        shown = await _prepared(tx)
        if seen is not None and look_version(shown) != seen:
            raise ChangedMeanwhile(shown)
        kept = _with_logo(clean, shown.branding.logo)
        await queries.keep_draft(tx, kept)
    return kept


async def put_logo(sent: bytes) -> None:
    """Read a picture that was sent, and show it in the draft.

    Raises:
        InvalidInput: Too large, or no picture of a kind that we read.
    """
    made = await asyncio.to_thread(picture, sent)
    async with tenant_transaction() as tx:
        shown = await _prepared(tx)
        await queries.keep_logo(tx, made)
        await queries.keep_draft(tx, _with_logo(shown, made.digest))
        await queries.forget_unused_logos(tx)


async def remove_logo() -> None:
    """Show no logo in the draft."""
    async with tenant_transaction() as tx:
        await queries.keep_draft(tx, _with_logo(await _prepared(tx), ""))
        await queries.forget_unused_logos(tx)


async def logo(digest: str) -> bytes:
    """Give a logo as PNG.

    Raises:
        NotFound: The tenant shows no such picture.
    """
    async with tenant_transaction() as tx:
        found = await queries.logo(tx, digest)
    if found is None:
        raise NotFound
    return found


async def drop_draft() -> None:
    """Give up what was not published."""
    async with tenant_transaction() as tx:
        await queries.drop_draft(tx)
        await queries.forget_unused_logos(tx)


async def publish_draft(actor: Actor) -> Sequence[str]:
    """Show the draft to everybody; names the fields that changed, nothing when there is no draft."""
    async with tenant_transaction() as tx:
        waiting = await queries.draft(tx)
        if waiting is None:
            return ()
        changed = changed_fields(await _published(tx), waiting.look)
        await queries.set_name(tx, waiting.look.name)
        await directory.set_branding(tx, waiting.look.branding)
        await queries.drop_draft(tx)
        await queries.forget_unused_logos(tx)
        await _tell(tx, actor, "tenant.branding_changed", changed)
    return changed


async def choose_language(locale: Locale, actor: Actor) -> None:
    """Choose the language of pages and messages for those who ask for none (T-15).

    Raises:
        InvalidInput: The platform does not speak this language.
    """
    check = Checked()
    check.choice("locale", locale, LOCALES)
    check.refuse_if_wrong()
    async with tenant_transaction() as tx:
        await queries.set_locale(tx, locale)
        await _tell(tx, actor, "tenant.language_chosen", ["locale"])


async def statement() -> Statement:
    """Give what the tenant states about accessibility (T-16)."""
    async with tenant_transaction() as tx:
        return await queries.statement(tx)


async def save_statement(
    statement: Statement, actor: Actor, *, seen: str | None = None
) -> Sequence[str]:
    """Change what the tenant states about accessibility; names the fields that changed (T-16).

    `seen` is the version (`statement_version`) that a form was made from; None: whatever it is.

    Raises:
        InvalidInput: A field cannot be used, or a claim comes without the audit behind it.
        ChangedMeanwhile: Somebody else has saved since.
    """
    today = now().astimezone(ZoneInfo(current_tenant.get().time_zone)).date()
    clean = checked_statement(statement, today)
    async with tenant_transaction() as tx:
        await queries.lock(tx)
        before = await queries.statement(tx)
        if seen is not None and statement_version(before) != seen:
            raise ChangedMeanwhile(before)
        changed = [
            field
            for field in Statement.__struct_fields__
            if getattr(before, field) != getattr(clean, field)
        ]
        await queries.keep_statement(tx, clean)
        await _tell(tx, actor, "tenant.accessibility_stated", changed)
    return changed


async def _tell(tx: Transaction, actor: Actor, action: str, changed: Sequence[str]) -> None:
    tenant_id = current_tenant.get().id
    correct_directory(tx)
    await history.record(tx, actor, action, "tenant", tenant_id, {"changed": changed})


async def _prepared(tx: Transaction) -> Look:
    waiting = await queries.draft(tx)
    return waiting.look if waiting else await _published(tx)


async def _published(tx: Transaction) -> Look:
    row = await directory.by_id(tx, current_tenant.get().id)
    if row is None:
        raise NotFound
    return Look(name=row.name, branding=branding_of(row))


def _with_logo(look: Look, digest: str) -> Look:
    return msgspec.structs.replace(
        look, branding=msgspec.structs.replace(look.branding, logo=digest)
    )
