"""Statistics from the first figure to the last, as an administrator reads them."""

import csv
import io
import re
from datetime import timedelta

import pytest
from creneau.appointments import service as appointments
from creneau.appointments.schemas import Booking, ConfirmRequest, HoldRequest
from creneau.context import SYSTEM
from creneau.database import tenant_transaction
from creneau.people.schemas import Identity

from tests.days import today
from tests.web.backoffice.cast import Office, at
from tests.web.backoffice.conftest import SignedIn
from tests.web.public.citizen import words
from tests.web.stage import Visitor

PAGE = "/statistiques"


def period() -> dict[str, str]:
    return {
        "du": (today() - timedelta(days=9)).isoformat(),
        "au": (today() + timedelta(days=9)).isoformat(),
    }


async def book_as_the_public_does(office: Office) -> None:
    hold = HoldRequest(
        motive_id=office.motive,
        starts_at=at(today() + timedelta(days=2), 9),
        place_id=office.place,
        resource_id=office.bea,
        owner=b"zoe",
        source="public",
    )
    zoe = Identity(first_name="Zoé", last_name="Petit")
    await appointments.book(hold, ConfirmRequest(identity=zoe, instructions_accepted=True), SYSTEM)


async def table(visitor: Visitor, code: str) -> list[dict[str, str]]:
    query = "&".join(f"{name}={value}" for name, value in period().items())
    answer = await visitor.submit(f"{PAGE}/export?{query}&table={code}", {"format": "csv"})
    assert answer.status_code == 200, answer.text
    text = io.StringIO(answer.content.decode("utf-8-sig"), newline="")
    return list(csv.DictReader(text, delimiter=";"))


def total(rows: list[dict[str, str]], head: str) -> int:
    return sum(int(row[head]) for row in rows)


@pytest.mark.feature("C-69")
@pytest.mark.usefixtures("booked")
async def test_every_figure_is_counted_charted_and_stands_in_its_table(
    office: Office, signed_in: SignedIn
) -> None:
    await book_as_the_public_does(office)
    alice = await signed_in("Alice")
    answer = await alice.get(PAGE, params=period())
    # What became of appointments.
    said = words(answer)
    for figure in (
        *("1 À renseigner", "2 À venir", "1 Vu", "1 Absent excusé", "1 Absent non excusé"),
        *("2 % Remplissage des plages", "6 Fiches créées"),
    ):
        assert figure in said, figure
    # Created over time, by agents and by the public.
    created = await table(alice, "crees")
    assert (total(created, "Un agent"), total(created, "L’usager")) == (5, 1)
    assert total(await table(alice, "fiches"), "Fiches") == 6
    over_time = await table(alice, "periode")
    assert (total(over_time, "Vu"), total(over_time, "À venir")) == (1, 2)
    # By motive, service, place and agent.
    for code, head, name in (
        ("motifs", "Motif", "Carte d’identité"),
        ("services", "Service", "Citoyenneté"),
        ("lieux", "Lieu", "Place de la mairie"),
        ("agents", "Agent", "Bea Martin"),
    ):
        (row,) = await table(alice, code)
        assert (row[head], row["Total"], row["Vu"], row["À venir"]) == (name, "6", "1", "2"), code
    # Each chart has a name, and its table beside it.
    for title in (
        *("Rendez-vous au fil du temps", "Rendez-vous pris, par qui", "Fiches d’usagers créées"),
        *("Par motif", "Par service", "Par lieu", "Par agent"),
    ):
        assert f">{title}</h2>" in answer.text
        assert f">{title}</title>" in answer.text
        assert f">{title}</caption>" in answer.text
    # The time to the next free slot.
    delays = await alice.get(f"{PAGE}/prochains-creneaux")
    row = re.search(
        r'<th scope="row">Carte d’identité</th><td class="number">(\d+)</td>', delays.text
    )
    assert row is not None
    assert int(row[1]) in {0, 1}


async def test_what_no_agent_holds_and_who_has_no_name_are_called_by_what_they_are(
    office: Office, booked: list[Booking], signed_in: SignedIn
) -> None:
    async with tenant_transaction() as tx:
        room = await tx.value(
            "INSERT INTO resource (tenant_id, kind, label) VALUES ($1, 'room', 'Salle') RETURNING id",
            tx.tenant_id,
        )
        await tx.execute(
            "UPDATE allocation SET resource_id = $3 WHERE tenant_id = $1 AND appointment_id = $2",
            tx.tenant_id,
            booked[4].appointment_id,
            room,
        )
        await tx.execute(
            "UPDATE agent SET first_name = '', last_name = '' WHERE tenant_id = $1 AND id = $2",
            tx.tenant_id,
            office.bea,
        )
    rows = {row["Agent"]: row["Total"] for row in await table(await signed_in("Alice"), "agents")}
    assert rows == {"bea@exemple.fr": "4", "Sans agent": "1"}
