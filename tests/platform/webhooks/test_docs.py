"""What docs/webhooks.md tells developers is true, and its example works as it stands."""

import re
import runpy
from pathlib import Path

import msgspec
import pytest
from creneau.webhooks.rules import API_VERSION, CHOICES, TEST
from creneau.webhooks.schemas import BookingMessage

from tests.architecture.tree import ROOT
from tests.platform.cast import Town
from tests.platform.messages.post import book
from tests.platform.webhooks.cast import Workers, endpoint_at
from tests.platform.webhooks.receiver import Receiver

PAGE = (Path(ROOT) / "docs" / "webhooks.md").read_text(encoding="utf-8")


def example(language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    return found


async def test_the_example_reads_a_message_of_ours_and_refuses_any_other(
    open_town: Town, receiver: Receiver, workers: Workers, tmp_path: Path
) -> None:
    _id, secret = await endpoint_at(receiver)
    await book(open_town.motive)
    await workers.work()
    (one,) = receiver.received
    program = tmp_path / "receiver.py"
    program.write_text(example("python"), encoding="utf-8")
    verified = runpy.run_path(str(program))["verified"]
    assert verified(secret, one.headers, one.body) == one.told
    wrong = (
        (secret, one.headers, one.body + b" "),
        ("whsec_" + "A" * 44, one.headers, one.body),
        (secret, {**one.headers, "webhook-timestamp": "1700000000"}, one.body),
        (secret, {**one.headers, "webhook-signature": "v1,"}, one.body),
    )
    for given in wrong:
        with pytest.raises(ValueError, match=r"a wrong signature|an old message"):
            verified(*given)


def test_the_message_shown_is_one_that_could_be_sent() -> None:
    shown = msgspec.json.decode(example("json"))
    read = msgspec.convert(shown, BookingMessage)
    assert msgspec.json.decode(msgspec.json.encode(read)) == shown
    assert read.api_version == API_VERSION


def test_every_event_is_told() -> None:
    told = set(re.findall(r"^\| `([a-z_.]+)` \|", PAGE, re.MULTILINE))
    assert {one for one in told if "." in one} == {*CHOICES, TEST}
