"""What makes everybody search anew once free time has changed.

The version of a tenant's free time stands behind every answer that is kept of its searches. It is
changed after the commit and before whoever wrote is answered. One version for the whole tenant: a
closure, an agent or a service reaches into searches for motives that the write does not name.
"""

from uuid import UUID
from weakref import WeakKeyDictionary

from creneau_infra.redis.versions import bump

from creneau.database import Transaction


class _Notice:
    """Changes the version once, however often its transaction wrote."""

    def __init__(self, tenant_id: UUID | None) -> None:
        self._name = free_time_of(tenant_id)
        self._given = False

    async def give(self) -> None:
        if not self._given:
            self._given = True
            await bump([self._name])


# Not kept in the transaction's list of callbacks alone: a savepoint that is undone takes those
# away that were added inside it.
_NOTICES: WeakKeyDictionary[Transaction, _Notice] = WeakKeyDictionary()


def freed_or_taken(tx: Transaction) -> None:
    """Have every process search anew after the commit: called by whatever changes free time."""
    notice = _NOTICES.get(tx)
    if notice is None:
        notice = _NOTICES[tx] = _Notice(tx.tenant_id)
    tx.after_commit(notice.give)


def free_time_of(tenant_id: UUID | None) -> str:
    """Name the version of a tenant's free time."""
    return f"free:{tenant_id}"
