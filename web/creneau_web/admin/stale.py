"""What somebody was shown before they end something: whoever comes second is told what changed since.

The page of the question carries what it shows in words; the answer compares it with what stands.
"""

from collections.abc import Mapping

import msgspec

from creneau_web.forms import Form

FIELD = "vu"
Facts = Mapping[str, str]
"""What a page shows of something, in words, by its translated label."""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A fact that is another one than was shown; empty where there was, or is, none."""

    label: str
    before: str
    now: str


def kept(facts: Facts) -> str:
    """Write what a page shows into its form."""
    return msgspec.json.encode(facts).decode()


def changes(typed: Form, now: Facts) -> list[Change]:
    """List what differs from what the form was shown with; a form that tells of nothing saw this."""
    try:
        before = msgspec.json.decode(typed.text(FIELD), type=dict[str, str])
    except msgspec.MsgspecError:
        return []
    return [
        Change(label=label, before=before.get(label, ""), now=now.get(label, ""))
        for label in {**now, **before}
        if before.get(label, "") != now.get(label, "")
    ]
