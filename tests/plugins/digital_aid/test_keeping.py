"""Answers about a whole network: computed once for all who ask, and never kept too long."""

import asyncio

import pytest
from creneau_digital_aid.places import keeping
from creneau_digital_aid.places.keeping import Keeping


class Work:
    """A computation that counts its runs, and ends when it is let go."""

    def __init__(self) -> None:
        self.runs = 0
        self.go = asyncio.Event()
        self.error: Exception | None = None

    async def __call__(self) -> str:
        self.runs += 1
        run = self.runs
        await self.go.wait()
        if self.error is not None:
            raise self.error
        return f"answer {run}"


async def test_a_crowd_that_asks_at_once_is_answered_by_one_computation() -> None:
    kept, work = Keeping[str](len), Work()
    crowd = [asyncio.create_task(kept.answer("q", 1, work)) for _ in range(50)]
    await asyncio.sleep(0)
    crowd[0].cancel()
    work.go.set()
    assert set(await asyncio.gather(*crowd[1:])) == {"answer 1"}
    assert await kept.answer("q", 1, work) == "answer 1"
    assert work.runs == 1


async def test_an_answer_can_be_begun_for_whoever_asks_next() -> None:
    kept, work = Keeping[str](len), Work()
    kept.begin("q", 1, work)
    await asyncio.sleep(0)
    assert work.runs == 1
    work.go.set()
    assert await kept.answer("q", 1, work) == "answer 1"
    assert work.runs == 1


async def test_another_version_is_computed_anew() -> None:
    kept, work = Keeping[str](len), Work()
    work.go.set()
    assert await kept.answer("q", 1, work) == "answer 1"
    assert await kept.answer("q", 2, work) == "answer 2"
    assert kept.weight == len("answer 2")


async def test_what_is_too_old_is_computed_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "LIFETIME", -1)
    kept, work = Keeping[str](len), Work()
    work.go.set()
    assert await kept.answer("q", 1, work) == "answer 1"
    assert await kept.answer("q", 1, work) == "answer 2"


async def test_a_failure_is_told_and_not_kept() -> None:
    kept, work = Keeping[str](len), Work()
    work.go.set()
    work.error = ValueError("gone")
    with pytest.raises(ValueError, match="gone"):
        await kept.answer("q", 1, work)
    work.error = None
    assert await kept.answer("q", 1, work) == "answer 2"


async def test_what_was_asked_longest_ago_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "MOST_BYTES", 20)
    kept, work = Keeping[str](len), Work()
    work.go.set()
    for question in ("first", "second", "first", "third"):
        await kept.answer(question, 1, work)
    await kept.answer("first", 1, work)
    assert work.runs == 3
    await kept.answer("second", 1, work)
    assert work.runs == 4
    assert kept.weight <= 20
