"""Finding one of 200,000 persons: what is typed, as an agent waits for it, beside one row by its key."""

import random
import time
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from statistics import median, quantiles
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import scratch
from creneau.context import acting_for
from creneau.organisations import service as organisations
from creneau.people import service as people
from creneau.people.finding.schemas import Within
from creneau_infra.postgres.embedded import PostgresAddress
from reporting import table

MOST_MS = 50.0
SYLLABLES = (
    "ba", "ber", "bon", "car", "cha", "cor", "da", "del", "do", "du", "fa", "fer", "gau", "ger",
    "gi", "gui", "hu", "jo", "la", "le", "lo", "mar", "mon", "mo", "na", "nou", "per", "pi", "po",
    "quin", "ra", "ri", "ro", "sa", "sau", "te", "tho", "ti", "va", "vi",
)  # fmt: skip
ENDINGS = ("ard", "aud", "ay", "eau", "el", "er", "et", "ez", "ier", "in", "it", "on", "ot", "y")
FIRST_NAMES = (
    "Marie", "Jean", "Anne", "Pierre", "Michel", "Hélène", "François", "Sophie", "Mohamed",
    "Fatima", "Léa", "Lucas", "Jean-Pierre", "Marie-Christine", "Zoé", "Élise", "Noé", "Inès",
)  # fmt: skip
COMMON = ("Martin", "Bernard", "Lefèvre", "Le Goff", "Petit", "Durand", "Moreau", "N’Diaye")


class Kind(msgspec.Struct, frozen=True):
    """One way of asking: milliseconds of a search, and the floor's share of its p95."""

    name: str
    p50: float
    p95: float
    p99: float
    found: int


class Finding(msgspec.Struct, frozen=True):
    """How long searches take over so many persons of one tenant; `floor`: one row by its key."""

    persons: int
    words: int
    floor_p50: float
    floor_p95: float
    kinds: list[Kind]
    all_p95: float
    ratio_p95: float

    @property
    def holds(self) -> bool:
        """Tell whether each kind is answered soon enough."""
        return all(kind.p95 < MOST_MS for kind in self.kinds)


async def measure(address: PostgresAddress, persons: int, samples: int) -> Finding:
    """Fill a tenant with persons, and search for some of them in every usual writing."""
    town = await scratch.found(address, 1, 0)
    luck = random.Random(7)
    async with scratch.connected(address):
        with acting_for(town.tenant):
            organisation = (await organisations.organisations())[0].id
            rows = [_somebody(luck, number) for number in range(persons)]
            words = await _fill(address, town.tenant.id, organisation, rows)
            within = Within(organisation_ids=frozenset({organisation}))
            some = (await people.search("", within, 1)).persons[0].id
            floor = await _times(samples, lambda _number: people.person(some))
            kinds = [
                await _kind(name, samples, rows, typed, within) for name, typed in KINDS.items()
            ]
    return Finding(
        persons=persons,
        words=words,
        floor_p50=_ms(median(floor)),
        floor_p95=_ms(_cut(floor, 95)),
        kinds=kinds,
        all_p95=max(kind.p95 for kind in kinds),
        ratio_p95=round(max(kind.p95 for kind in kinds) / _ms(_cut(floor, 95)), 1),
    )


def show(found: Finding) -> None:
    """Print what was measured."""
    table(
        f"Searches over {found.persons} persons of one tenant ({found.words} words)",
        ("typed", "p50 ms", "p95 ms", "p99 ms", "found at most"),
        [
            ("one row by its key (floor)", found.floor_p50, found.floor_p95, "", ""),
            *((kind.name, kind.p50, kind.p95, kind.p99, kind.found) for kind in found.kinds),
            ("ratio of the slowest p95 to the floor", "", found.ratio_p95, "", ""),
        ],
    )


Row = tuple[str, str, str, str, date]


def _somebody(luck: random.Random, number: int) -> Row:
    if luck.random() < 0.2:
        last = luck.choice(COMMON)
    else:
        last = "".join(luck.choice(SYLLABLES) for _ in range(luck.choice((1, 2, 2, 3))))
        last = (last + luck.choice(ENDINGS)).capitalize()
    born = date(1930, 1, 1) + timedelta(days=luck.randrange(34_000))
    phone = f"+336{luck.randrange(10**8):08}"
    return (luck.choice(FIRST_NAMES), last, f"personne{number}@exemple.fr", phone, born)


async def _fill(address: PostgresAddress, tenant: UUID, organisation: UUID, rows: list[Row]) -> int:
    connection: Any = await asyncpg.connect(address.superuser_url)
    try:
        await connection.copy_records_to_table(
            "person",
            columns=("tenant_id", "first_name", "last_name", "email", "phone", "birth_date"),
            records=[(tenant, *row) for row in rows],
        )
        await connection.execute(
            "INSERT INTO person_organisation (tenant_id, person_id, organisation_id)"
            f" SELECT tenant_id, id, '{organisation}' FROM person WHERE tenant_id = '{tenant}'"
        )
        await connection.execute("VACUUM (ANALYZE) person, person_word, person_organisation")
        return await connection.fetchval("SELECT count(*) FROM person_word")
    finally:
        await connection.close()


def _slipped(name: str, number: int) -> str:
    at = 1 + number % max(1, len(name) - 1)
    return name[:at] + name[at + 1 :]


KINDS: dict[str, Callable[[Row, int], str]] = {
    "a name that many have": lambda _row, number: COMMON[number % len(COMMON)],
    "a rare name": lambda row, _number: row[1],
    "both names": lambda row, _number: f"{row[0]} {row[1]}",
    "the beginnings of both": lambda row, _number: f"{row[1][:3]} {row[0][:2]}",
    "a short fragment": lambda _row, number: ("le", "ma", "du", "j", "b")[number % 5],
    "two short fragments": lambda _row, number: ("ma le", "le ma", "b j", "n z")[number % 4],
    "a phone number": lambda row, _number: "0" + row[3][3:],
    "the end of a phone number": lambda row, _number: f"{row[3][-4:-2]} {row[3][-2:]}",
    "a birth date": lambda row, _number: f"{row[4]:%d/%m/%Y}",
    "a year of birth": lambda row, _number: f"{row[4]:%Y}",
    "an e-mail address": lambda row, _number: row[2],
    "both names with a slip": lambda row, number: f"{row[0]} {_slipped(row[1], number)}x",
    "nobody": lambda _row, number: f"zzyzx wqk{number}",
    "nothing: the first page": lambda _row, _number: "",
}


async def _kind(
    name: str,
    samples: int,
    rows: list[Row],
    typed: Callable[[Row, int], str],
    within: Within,
) -> Kind:
    most = 0

    async def search(number: int) -> None:
        nonlocal most
        found = await people.search(typed(rows[number * 7919 % len(rows)], number), within)
        most = max(most, len(found.persons))

    taken = await _times(samples, search)
    return Kind(name, _ms(median(taken)), _ms(_cut(taken, 95)), _ms(_cut(taken, 99)), most)


async def _times(samples: int, work: Callable[[int], Awaitable[object]]) -> list[float]:
    for number in range(5):
        await work(number)
    taken: list[float] = []
    for number in range(samples):
        started = time.perf_counter()
        await work(number)
        taken.append(time.perf_counter() - started)
    return taken


def _cut(taken: list[float], percent: int) -> float:
    return quantiles(taken, n=100)[percent - 1]


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 2)
