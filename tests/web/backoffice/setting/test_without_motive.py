"""A space that has no motive yet: nobody is shown a button that leads nowhere."""

import pytest
from creneau.database import tenant_transaction

from tests.web.backoffice.cast import Office
from tests.web.backoffice.conftest import SignedIn

WAYS = ("/rendez-vous/nouveau", "/creneaux")
CREATE = '<a class="button button-secondary" href="/administration/motifs/nouveau"'


@pytest.fixture(autouse=True)
async def none_is_left(office: Office) -> None:
    async with tenant_transaction() as tx:
        await tx.execute("UPDATE motive SET archived_at = now() WHERE id = $1", office.motive)


@pytest.mark.parametrize("way", WAYS)
async def test_who_may_create_motives_is_led_there_and_nobody_else(
    signed_in: SignedIn, way: str
) -> None:
    shown = {name: (await (await signed_in(name)).get(way)).text for name in ("Alice", "Bea")}
    for page in shown.values():
        assert "Aucun motif n’est ouvert à vos services" in page
    assert CREATE in shown["Alice"]
    assert "/administration/motifs" not in shown["Bea"]
    assert "Retour à l’agenda" in shown["Bea"]


async def test_no_step_leads_on_without_a_motive(signed_in: SignedIn) -> None:
    page = (await (await signed_in("Bea")).get(WAYS[0])).text
    assert "Continuer" not in page
