"""Two who change the same series at once: the second is told, and nothing is overwritten."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import time

import pytest
from creneau.context import SYSTEM
from creneau.planning import service as planning
from creneau.planning.drafts import ClosureDraft, Draft, OccurrenceDraft
from creneau.planning.schemas import (
    Change,
    Create,
    Delete,
    Edit,
    EditFollowing,
    Kind,
    Replace,
    SeriesRef,
    Skip,
)
from creneau.refusals import ChangedMeanwhile, NotFound
from msgspec.structs import replace

from tests.platform.cast import Town
from tests.platform.planning.cast import away, monday, mornings, paris, save

Drafted = Callable[[Town], Draft]


def nine() -> OccurrenceDraft:
    return OccurrenceDraft(first_day=monday(1), start_time=time(9), end_time=time(11))


def closed(town: Town) -> ClosureDraft:
    return ClosureDraft(
        starts_at=paris(monday(), 8),
        ends_at=paris(monday(), 12),
        label="Inventaire",
        organisation_id=town.organisation,
    )


def named(draft: Draft, name: str) -> Draft:
    return replace(draft, **{"label" if isinstance(draft, ClosureDraft) else "title": name})


DRAFTS: dict[Kind, Drafted] = {"opening": mornings, "absence": away, "closure": closed}


async def made(town: Town, kind: Kind) -> SeriesRef:
    saved = await save(Create(DRAFTS[kind](town)))
    return SeriesRef(kind, saved.id)


async def tried(saving: Awaitable[object]) -> bool:
    try:
        await saving
    except ChangedMeanwhile:
        return False
    return True


@pytest.mark.parametrize("kind", DRAFTS)
async def test_of_two_who_save_at_once_one_saves_and_the_other_is_shown_it(
    town: Town, kind: Kind
) -> None:
    ref = await made(town, kind)
    shown = await planning.stated(ref)
    names = [f"De {number}" for number in range(6)]
    won = await asyncio.gather(
        *(
            tried(planning.save(Edit(ref, named(shown.draft, name)), SYSTEM, seen=shown.version))
            for name in names
        )
    )
    assert won.count(True) == 1
    assert (await planning.stated(ref)).draft == named(shown.draft, names[won.index(True)])


@pytest.mark.parametrize("kind", DRAFTS)
async def test_without_a_version_the_last_one_wins(town: Town, kind: Kind) -> None:
    ref = await made(town, kind)
    shown = await planning.stated(ref)
    edits = [Edit(ref, named(shown.draft, name)) for name in ("Une", "Deux")]
    assert await asyncio.gather(*(tried(planning.save(one, SYSTEM)) for one in edits)) == [True] * 2


@pytest.mark.parametrize(
    "change",
    [
        Edit,
        lambda ref, draft: EditFollowing(ref, monday(2), replace(draft, first_day=monday(2))),
        lambda ref, _draft: Replace(ref, monday(1), nine()),
        lambda ref, _draft: Skip(ref, monday(3)),
    ],
    ids=["all", "following", "one", "none"],
)
async def test_a_date_that_somebody_else_left_out_is_a_change_of_its_series(
    town: Town, change: Callable[[SeriesRef, Draft], Change]
) -> None:
    ref = await made(town, "opening")
    shown = await planning.stated(ref)
    await save(Skip(ref, monday(1)))
    wanted = change(ref, shown.draft)
    with pytest.raises(ChangedMeanwhile) as told:
        await planning.save(wanted, SYSTEM, seen=shown.version)
    assert told.value.saved == shown.draft
    now = await planning.stated(ref)
    await planning.save(change(ref, now.draft), SYSTEM, seen=now.version)


async def test_what_was_deleted_meanwhile_is_not_there_any_more(town: Town) -> None:
    ref = await made(town, "absence")
    shown = await planning.stated(ref)
    await save(Delete(ref))
    with pytest.raises(NotFound):
        await planning.save(Edit(ref, shown.draft), SYSTEM, seen=shown.version)
