"""What an opening, an absence or a closure declares of its form; `planning.pages` does the rest."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Generic, TypeVar
from uuid import UUID

import msgspec
from creneau.planning.drafts import AbsenceDraft, ClosureDraft, OpeningDraft
from creneau.planning.schemas import Change
from creneau.refusals import InvalidInput
from litestar.response import Template

from creneau_web.forms import Form
from creneau_web.planning.ahead import Preview
from creneau_web.planning.subjects import Subject

Values = Mapping[str, Any]
Drafted = TypeVar("Drafted", OpeningDraft, AbsenceDraft, ClosureDraft)
Around = TypeVar("Around")

# The planning's own names for what the forms ask.
ASKED = {"recurrence": "repetition", "resource_id": "agent", "motive_ids": "motives"}


def fields_of(wrong: InvalidInput, asked: Mapping[str, str] | None = None) -> dict[str, str]:
    """Bring the planning's sentences to the form's own fields, named as `asked` says."""
    named = asked or ASKED
    return {named.get(name, name): sentence for name, sentence in wrong.fields.items()}


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """What the pages of one kind say, already translated."""

    untitled: str
    new: str
    all_of_them: str
    created: str
    past: str
    changed: str = ""


class Sheet(msgspec.Struct, Generic[Drafted], frozen=True, kw_only=True):
    """One form: what it is about and what saving it does.

    `besides` is the series that it changes, `version` the state that it is made from; `whole`: it is
    about all of its dates.
    """

    heading: str
    action: str
    change: Callable[[Drafted], Change]
    said: str
    back: str = ""
    before: Drafted | None = None
    besides: UUID | None = None
    whole: bool = False
    version: str = ""


class SeriesForm(msgspec.Struct, Generic[Drafted, Around], frozen=True, kw_only=True):
    """The form of one kind of series; `Around` is what its fields are read among.

    `within` raises where a series is out of reach, `begun` fills a new form from an address, `around`
    tells what a form chooses from (what the series has already stays). `listed_at` is the list, where
    what was saved shows. `preview` says what a draft would do; with one, the series has dates, and is
    changed from one of them on. `asked_first` gives what is to be seen before saving, `instead` the
    page of a series that has no form, `said` what was changed, in place of `Words.changed`; `asked`
    names the form's fields where they are called otherwise than the planning's (`fields_of`).
    """

    subject: Subject
    right: str
    template: str
    draft: type[Drafted]
    words: Callable[[], Words]
    labels: Callable[[], dict[str, str]]
    within: Callable[[UUID], Awaitable[object]]
    begun: Callable[[Mapping[str, str]], Awaitable[tuple[Around, Values]]]
    around: Callable[[Form, Drafted | None], Awaitable[Around]]
    values_of: Callable[[Drafted], Values]
    typed_values: Callable[[Form], Values]
    read: Callable[[Form, Around, Drafted | None], Drafted]
    in_words: Callable[[Values, Around], Values]
    listed_at: Callable[[Around, Drafted | None], str]
    is_past: Callable[[Drafted], bool]
    context: Callable[[Values, Around], Awaitable[Values]]
    asked: Mapping[str, str] = {}
    preview: Callable[[Drafted, Around, UUID | None], Awaitable[Preview]] | None = None
    asked_first: Callable[[Form, Drafted, Around, UUID | None], Awaitable[Values]] | None = None
    instead: Callable[[UUID], Awaitable[Template | None]] | None = None
    said: Callable[[Drafted, Drafted], str] | None = None
