"""Which sites may show the booking (C-47)."""

import pytest
from creneau.context import SYSTEM, Tenant
from creneau.embedding import service as embedding
from creneau.embedding.rules import origin_of
from creneau.refusals import InvalidInput, NotFound


@pytest.mark.parametrize(
    ("typed", "origin"),
    [
        ("https://www.ville.fr", "https://www.ville.fr"),
        ("https://www.ville.fr/rendez-vous?x=1#y", "https://www.ville.fr"),
        ("  WWW.Ville.FR ", "https://www.ville.fr"),
        ("https://ville.fr:443/", "https://ville.fr"),
        ("https://ville.fr:8443", "https://ville.fr:8443"),
        ("https://mairie-été.fr", "https://xn--mairie-t-h1ab.fr"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("http://127.0.0.1:8001/page", "http://127.0.0.1:8001"),
    ],
)
def test_an_origin_is_read_however_the_address_was_pasted(typed: str, origin: str) -> None:
    assert origin_of(typed) == origin


@pytest.mark.parametrize(
    "typed",
    [
        "", "   ", "*", "https://*.ville.fr", "http://www.ville.fr", "javascript:alert(1)",
        "https://ville.fr; script-src *", "https://ville.fr 'unsafe-inline'", "data:text/html,x",
        "https://a\r\nb.fr", "https://user:pass@ville.fr", "https://ville.fr:99999", "ville",
        "https://[::1]", "https://" + "a" * 300 + ".fr", "null", "file:///etc/passwd",
    ],
)  # fmt: skip
def test_what_is_no_site_is_none(typed: str) -> None:
    assert origin_of(typed) is None


async def test_a_site_is_allowed_once_and_taken_back(tenant: Tenant) -> None:
    del tenant
    assert await embedding.origins() == []
    assert await embedding.allow("www.ville.fr", SYSTEM) == "https://www.ville.fr"
    with pytest.raises(InvalidInput) as twice:
        await embedding.allow("https://www.ville.fr/autre", SYSTEM)
    assert twice.value.fields == {"origin": "Ce site est déjà autorisé."}
    assert await embedding.origins() == ["https://www.ville.fr"]
    await embedding.withdraw("https://www.ville.fr", SYSTEM)
    assert await embedding.origins() == []
    with pytest.raises(NotFound):
        await embedding.withdraw("https://www.ville.fr", SYSTEM)


async def test_no_more_than_twenty_fit_into_a_header(tenant: Tenant) -> None:
    del tenant
    for number in range(20):
        await embedding.allow(f"https://site{number}.fr", SYSTEM)
    with pytest.raises(InvalidInput) as one_more:
        await embedding.allow("https://site20.fr", SYSTEM)
    assert "Vingt sites au plus" in one_more.value.fields["origin"]
