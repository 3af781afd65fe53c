"""A request to somebody's SMS gateway, as its customer describes it, and what its answers mean."""

from collections.abc import Sequence
from typing import Any, Literal

import msgspec

Method = Literal["POST", "PUT", "GET"]
Carrier = Literal["json", "form", "query"]
"""Where what is sent stands: in the body as JSON or as a form, or in the address."""


class Statuses(msgspec.Struct, frozen=True):
    """HTTP statuses, as bounds that belong to them: `((200, 299), (304, 304))`."""

    bounds: Sequence[tuple[int, int]]

    def __contains__(self, status: int) -> bool:
        return any(lowest <= status <= highest for lowest, highest in self.bounds)


class GatewayRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What is sent; `{name}` in a text of `content` or in a header's value stands for data.

    `content` is what the JSON means, or pairs of a form. Keys and the address are as they stand.
    """

    method: Method
    url: str
    headers: Sequence[tuple[str, str]]
    carrier: Carrier
    content: Any


class Answers(msgspec.Struct, frozen=True, kw_only=True):
    """What an answer means; whatever is neither accepted nor refused for good is tried again.

    Paths lead into a JSON answer: `messages.0.id`. Where `word_path` is set, an accepted status is
    not enough: the word that stands there decides.
    """

    accepted: Statuses
    refused: Statuses
    id_path: str = ""
    word_path: str = ""
    accepted_words: tuple[str, ...] = ()
    refused_words: tuple[str, ...] = ()


class ShortMessage(msgspec.Struct, frozen=True, kw_only=True):
    """An SMS as it lies on the demo's phone."""

    to: str
    sender: str
    text: str
    reference: str
