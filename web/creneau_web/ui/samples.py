"""What the style page shows: fixed dates and invented people, no database."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta


@dataclass(frozen=True, slots=True)
class SampleSlot:
    """A time that can be chosen, as the booking macros read it."""

    value: str
    starts_at: datetime
    place: str | None = None


@dataclass(frozen=True, slots=True)
class SampleDay:
    """A day of the slots grid with its times."""

    day: date
    slots: list[SampleSlot]


@dataclass(frozen=True, slots=True)
class SampleAppointment:
    """A line of the agent's day."""

    starts_at: datetime
    ends_at: datetime
    title: str
    detail: str
    status: str
    colour: str
    href: str = "#agenda"


@dataclass(frozen=True, slots=True)
class SampleEvent:
    """A line of an appointment's history."""

    at: datetime
    actor: str
    text: str


MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
PLACES = ("Mairie principale", "Place de la mairie")
TIMES = {
    1: ((9, 30), (10, 0), (10, 30), (11, 15), (14, 0), (14, 30), (15, 45)),
    2: ((9, 0), (9, 30), (10, 0), (13, 30), (14, 0), (16, 0), (16, 30), (17, 0)),
    3: ((11, 0), (11, 30)),
    4: ((8, 30), (9, 0), (9, 30), (10, 0), (10, 30), (15, 0), (15, 30)),
}


def sample_context() -> dict[str, object]:
    """Build what ``ui/style.html`` needs beside the context of every page; local times."""
    return {
        "days": _days(places=False),
        "days_with_places": _days(places=True),
        "nearest": [slot for day in _days(places=True) for slot in day.slots][:3],
        "agenda": _agenda(),
        "now": _at(1, 10, 12),
        "history": _history(),
    }


def _at(day: int, hour: int, minute: int = 0) -> datetime:
    return MONDAY + timedelta(days=day, hours=hour, minutes=minute)


def _days(*, places: bool) -> list[SampleDay]:
    return [
        SampleDay((MONDAY + timedelta(days=day)).date(), _slots(day, places=places))
        for day in range(5)
    ]


def _slots(day: int, *, places: bool) -> list[SampleSlot]:
    return [
        SampleSlot(
            value=f"{day}-{index}",
            starts_at=_at(day, hour, minute),
            place=PLACES[index % 2] if places else None,
        )
        for index, (hour, minute) in enumerate(TIMES.get(day, ()))
    ]


def _agenda() -> list[SampleAppointment]:
    identity, family, marriage = "#2a5a94", "#b3581e", "#7a3d8f"
    rows = (
        (9, 0, 20, "Awa Diallo", "Carte d’identité · Guichet 2", "seen", identity),
        (9, 30, 30, "Jean-Baptiste Lefèvre", "Passeport · Guichet 2", "to_fill", identity),
        (10, 0, 30, "Nadia Benali", "Livret de famille · Guichet 1", "waiting", family),
        (11, 0, 45, "Chloé Martin et Hugo Petit", "Dossier de mariage", "upcoming", marriage),
        (14, 0, 20, "Thi Mai Nguyen", "Carte d’identité · Guichet 2", "to_reschedule", identity),
    )
    return [
        SampleAppointment(
            _at(1, hour, minute),
            _at(1, hour, minute) + timedelta(minutes=length),
            title,
            detail,
            status,
            colour,
        )
        for hour, minute, length, title, detail, status, colour in rows
    ]


def _history() -> list[SampleEvent]:
    return [
        SampleEvent(_at(1, 9, 58), "Accueil de la mairie", "Arrivée signalée"),
        SampleEvent(_at(-3, 16, 5), "Nadia Benali", "Rendez-vous déplacé de 9 h 30 à 10 h"),
        SampleEvent(_at(-6, 11, 40), "Nadia Benali", "Rendez-vous confirmé en ligne"),
    ]
