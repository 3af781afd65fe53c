"""A town as searches find it."""

import msgspec


class Town(msgspec.Struct, frozen=True, kw_only=True):
    """A commune by its INSEE code, or a municipal arrondissement; degrees are WGS 84.

    `exact` False: where it is was not known, and stands for the middle of its neighbours.
    """

    code: str
    name: str
    departement: str
    postcodes: tuple[str, ...]
    population: int
    latitude: float
    longitude: float
    exact: bool = True
