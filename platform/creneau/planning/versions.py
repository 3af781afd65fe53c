"""The state of a series that a form is made from: who saves on another one is shown what stands."""

from hashlib import sha256

from creneau.database import Transaction
from creneau.planning import writing
from creneau.planning.applying import ChangeOfSeries
from creneau.planning.schemas import Create, SeriesRef, Stated
from creneau.refusals import ChangedMeanwhile

LENGTH = 20


async def stated(tx: Transaction, ref: SeriesRef) -> Stated:
    """Read a series with the version of its state, its changed dates included; raises `NotFound`."""
    series, draft = await writing.read(tx, ref), await writing.draft_of(tx, ref)
    digest = sha256(repr((draft, sorted(series.changes.items()))).encode())
    return Stated(draft=draft, version=digest.hexdigest()[:LENGTH])


async def refuse_another(tx: Transaction, change: object, seen: str) -> None:
    """Refuse a change that was made from another state of its series than the present one.

    Raises:
        ChangedMeanwhile: somebody else saved since.
        NotFound: no such series any more.
    """
    if not isinstance(change, ChangeOfSeries) or isinstance(change, Create):
        return
    now = await stated(tx, change.ref)
    if now.version != seen:
        raise ChangedMeanwhile(now.draft)
