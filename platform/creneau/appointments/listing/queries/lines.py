"""The statement that reads some lines: they are found by ids first, and only they are read whole."""

from typing import Final, NamedTuple

from creneau.appointments.listing.queries.asking import Asked
from creneau.appointments.listing.queries.orders import ORDERS, WHOLE, order, way
from creneau.appointments.listing.schemas import Line, Sort
from creneau.database import Transaction

# Few lines are sorted: no index is gone through whole, to meet them here and there.
_SORTED: Final[dict[Sort, tuple[str, ...]]] = {
    "booked": ("COALESCE(b.confirmed_at, b.created_at)",)
}


class Stretch(NamedTuple):
    """Where some lines begin in an order, and how many they are."""

    offset: int
    most: int


async def lines(
    tx: Transaction, asked: Asked, stretch: Stretch, nulls: str, *, few: bool = False
) -> list[Line]:
    """Read a stretch of what is asked for; `nulls` says where lines stand that have nothing to be sorted by.

    `few`: there is so little of it that it may be sorted.
    """
    wanted = asked.wanted
    joins, own = ORDERS[wanted.sort]
    own = _SORTED.get(wanted.sort, own) if few else own
    terms = [*own, "b.id"]
    keys = ", ".join(f"{term} AS key{n}" for n, term in enumerate(terms))
    offset, most = (asked.value(number) for number in stretch)
    found = f"""
        SELECT {keys} {asked.source} {joins.format(way=way(wanted))} {asked.where}
        ORDER BY {order(wanted, terms, nulls)} LIMIT {most} OFFSET {offset}
    """
    source = f"""
        FROM found JOIN booking b ON b.tenant_id = $1 AND b.id = found.key{len(terms) - 1}
        JOIN appointment a ON a.tenant_id = b.tenant_id AND a.id = b.appointment_id
    """
    ordered = order(wanted, [f"found.key{n}" for n in range(len(terms))], nulls)
    sql = f"WITH found AS ({found}) {WHOLE.format(source=source)} ORDER BY {ordered}"
    return await tx.all(Line, sql, *asked.values)
