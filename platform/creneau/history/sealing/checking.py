"""Going along a chain, and noting what is not as it was sealed."""

from uuid import UUID

from creneau.history.rules import written_at
from creneau.history.sealing.rules import BEFORE_THE_FIRST, TIME_TO_COMMIT, digest_of
from creneau.history.sealing.schemas import Fault, FaultKind, Head, Link, Verdict

MOST_NAMED = 20


class Check:
    """One tenant's chain, link by link from the first."""

    def __init__(self, tenant_id: UUID, kept: Head | None) -> None:
        self._tenant_id = tenant_id
        self._kept = kept
        self._sealed = 0
        self._head = Head(0, BEFORE_THE_FIRST)
        self._latest: UUID | None = None
        self._faults: list[Fault] = []
        self._wrong = 0

    def look_at(self, link: Link) -> None:
        """Compare the next link with what it must be after the one before."""
        if link.position != self._head.position + 1:
            self._note(
                "gap", self._head.position + 1, None, link.position - self._head.position - 1
            )
        elif link.row is None:
            self._note("missing", link.position, link.history_id)
        elif self._expected(link) != link.digest:
            self._note("changed", link.position, link.history_id)
        self._look_at_time(link)
        if self._kept and link.position == self._kept.position and link.digest != self._kept.digest:
            self._note("rewritten", link.position, link.history_id)
        self._sealed += 1
        # Whatever is wrong with this one: the next is measured by what stands here.
        self._head = Head(link.position, link.digest, link.history_id)

    def _expected(self, link: Link) -> bytes | None:
        if link.row is None:
            return None
        return digest_of(self._head.digest, self._tenant_id, link.position, link.row)

    def _look_at_time(self, link: Link) -> None:
        if self._latest is None or link.history_id > self._latest:
            self._latest = link.history_id
        elif written_at(link.history_id) < written_at(self._latest) - TIME_TO_COMMIT:
            self._note("backdated", link.position, link.history_id)

    def verdict(self, late: int, waiting: int) -> Verdict:
        """Say what was found, with what waits for its seal."""
        if self._kept and self._head.position < self._kept.position:
            gone = self._kept.position - self._head.position
            self._note("shortened", self._head.position + 1, None, gone)
        if late:
            self._note("unsealed", None, None, late)
        head = self._head if self._sealed else None
        return Verdict(self._sealed, waiting, head, self._faults, self._wrong)

    def _note(
        self, kind: FaultKind, position: int | None, history_id: UUID | None, count: int = 1
    ) -> None:
        self._wrong += 1
        if len(self._faults) < MOST_NAMED:
            self._faults.append(Fault(kind, position, history_id, count))
