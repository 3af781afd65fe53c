"""The map and list of advisers (D-09)."""

from collections.abc import Sequence
from typing import Annotated, Final
from urllib.parse import urlencode

from creneau.refusals import NotFound
from creneau.towns import service as towns
from creneau.towns.rules import kilometres, plain
from creneau.towns.schemas import Town
from creneau_web.ui import page, public
from litestar import get
from litestar.params import FromQuery, QueryParameter
from litestar.response import Template

from creneau_digital_aid.feed.pages import CSV, JSON
from creneau_digital_aid.places import service
from creneau_digital_aid.places.service import Listed, Point

HREF: Final = "/digital-aid/conseillers"
PER_PAGE: Final = 20
OTHERS: Final = 5
LANDMARKS: Final = 12
PageNumber = Annotated[int, QueryParameter(name="page", ge=1)]


@get(HREF, opt=public())
async def advisers_page(
    ville: FromQuery[str] = "", code: FromQuery[str] = "", numero: PageNumber = 1
) -> Template:
    """Show where the advisers are, on a map and in a list, the nearest first where one says where."""
    found = towns.search(ville, limit=OTHERS + 1)
    chosen = towns.town(code) if code else next(iter(found), None)
    every = await service.listed(_point(chosen))
    pages = max(1, -(-len(every) // PER_PAGE))
    if numero > pages:
        raise NotFound
    shown = every[(numero - 1) * PER_PAGE : numero * PER_PAGE]
    return page(
        "digital_aid/advisers.html",
        asked=ville[:100],
        town=chosen,
        others=_others(found, chosen),
        listed=shown,
        known=len(every),
        landmarks=_landmarks(shown),
        page_number=numero,
        pages=pages,
        previous_href=_href(ville, code, numero - 1) if numero > 1 else None,
        next_href=_href(ville, code, numero + 1) if numero < pages else None,
        town_href=_town_href,
        feeds=(("JSON", JSON), ("CSV", CSV)),
    )


def _others(found: Sequence[Town], chosen: Town | None) -> list[Town]:
    """List the towns that may be meant as well: of the same name, where one is named exactly."""
    others = [one for one in found if chosen is not None and one.code != chosen.code]
    alike = [one for one in others if chosen and plain(one.name) == plain(chosen.name)]
    return (alike or others)[:OTHERS]


def _point(town: Town | None) -> Point | None:
    return (town.latitude, town.longitude) if town else None


def _href(ville: str, code: str, number: int) -> str:
    asked = {"ville": ville[:100], "code": code, "page": number}
    return f"{HREF}?{urlencode({name: value for name, value in asked.items() if value})}"


def _town_href(town: Town) -> str:
    return f"{HREF}?{urlencode({'ville': town.name, 'code': town.code})}"


def _landmarks(shown: Sequence[Listed]) -> list[Town]:
    """Name the larger towns around what is shown, which make a map of points readable."""
    points = [one.at for one in shown if one.at is not None]
    if not points:
        return []
    south, north = min(at[0] for at in points), max(at[0] for at in points)
    west, east = min(at[1] for at in points), max(at[1] for at in points)
    wider = max(0.3, (north - south) / 2, (east - west) / 2)
    around = [
        town
        for town in towns.towns()
        if town.exact
        and south - wider <= town.latitude <= north + wider
        and west - wider <= town.longitude <= east + wider
    ]
    return _spread(sorted(around, key=lambda town: -town.population), wider)


def _spread(towns_by_size: Sequence[Town], wider: float) -> list[Town]:
    """Keep the largest towns that do not stand upon each other."""
    kept: list[Town] = []
    for town in towns_by_size:
        at = (town.latitude, town.longitude)
        if all(kilometres(at, (one.latitude, one.longitude)) > wider * 20 for one in kept):
            kept.append(town)
        if len(kept) == LANDMARKS:
            break
    return kept


ROUTES: Final = (advisers_page,)
