"""What a form of settings says once it was saved, and who saved it last."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from creneau.context import current_tenant
from creneau.history import service as history
from creneau.history.queries import Entry
from creneau.history.rules import changed_fields, value_of
from creneau.i18n import gettext as _

from creneau_web.forms import Form
from creneau_web.visit import visit


class LastChange(msgspec.Struct, frozen=True, kw_only=True):
    """Who changed something last; `at` is local to the tenant."""

    who: str
    at: datetime
    href: str | None = None


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """A field that somebody else saved differently from what was typed."""

    label: str
    saved: str


class SentBack(msgspec.Struct, frozen=True, kw_only=True):
    """A form that is shown again: what is wrong with it, or what somebody else saved meanwhile.

    `opened` is the version that it was made from, so that whoever mends a field overwrites nothing
    unread; None: what stands now.
    """

    errors: Mapping[str, str] = {}
    conflict: Sequence[Difference] | None = None
    opened: str | None = None

    @property
    def status(self) -> int:
        """The HTTP status of the page."""
        if self.errors:
            return 422
        return 200 if self.conflict is None else 409

    def version(self, now: str) -> str:
        """Give the version that the form carries, where `now` is that of what stands."""
        return now if self.opened is None else self.opened


AS_IT_STANDS: Final = SentBack()


def said_what_changed(before: object, after: object, labels: Mapping[str, str]) -> str:
    """Say in a sentence which fields differ, by the labels of the form, already translated."""
    changed = [labels[name].lower() for name in changed_fields(before, after, labels)]
    if not changed:
        return _("Rien n’a changé.")
    return _("Modifié : %(fields)s.", fields=", ".join(changed))


def differences(typed: object, saved: object, labels: Mapping[str, str]) -> list[Difference]:
    """List what is saved now where it differs from what was typed, after a conflict."""
    return [
        Difference(label=labels[name], saved=_readable(value_of(saved, name)))
        for name in changed_fields(typed, saved, labels)
    ]


def in_words(subject: object, labels: Mapping[str, str]) -> dict[str, str]:
    """Say what each field holds, by the labels of the form; empty ones are left out (`admin.stale`)."""
    values = {label: value_of(subject, name) for name, label in labels.items()}
    return {label: _readable(value) for label, value in values.items() if value not in {None, ""}}


def _readable(value: object) -> str:
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    return _("vide") if value in {None, ""} else str(value)


async def last_change(subject_kind: str, subject_id: UUID) -> LastChange | None:
    """Tell who changed something last, and when; None: nobody since it was set up."""
    entry = await history.last_change(subject_kind, subject_id)
    if entry is None or entry.actor_kind == "system":
        return None
    zone = ZoneInfo(current_tenant.get().time_zone)
    held = visit().rights
    href = f"/administration/historique?sujet={subject_kind}&id={subject_id}"
    return LastChange(
        who=_who(entry),
        at=entry.at.astimezone(zone),
        href=href if held is not None and held.everywhere("history:read") else None,
    )


def _who(entry: Entry) -> str:
    if entry.actor_label:
        return entry.actor_label
    return _("un logiciel relié") if entry.actor_kind == "api" else _("un agent")


def version_of(changed_at: datetime | None) -> str:
    """Name the state of settings in their form, by when they changed; empty where none are set."""
    return changed_at.isoformat() if changed_at else ""


def seen_moment(typed: Form) -> datetime | None:
    """Read the version of what was shown to whoever typed; None where nothing was set then."""
    version = typed.text("version")
    try:
        return datetime.fromisoformat(version) if version else None
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
