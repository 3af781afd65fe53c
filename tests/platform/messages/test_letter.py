import re

import pytest
from creneau.context import Brand, acting_for
from creneau.messages.letter import LOGO, Letter, Link, Paragraph, style
from creneau.messages.texts import email_code, for_person
from creneau_web.ui.contrast import contrast
from msgspec.structs import replace

from tests.platform.messages.cast import SUBJECT, TENANT

EVIL = "<script>alert(1)</script> {{7*7}}"
BRAND = Brand(
    colour="#7A1F5C",
    ink="#FFFFFF",
    logo="abc",
    footer=f"Place de la Mairie\n{EVIL}",
    legal_href="https://ville.example.org/mentions-legales",
)
DRESSED = replace(TENANT, brand=BRAND)
LETTER = Letter(
    subject="Objet",
    title="Titre",
    parts=(Paragraph("Bonjour"), Link("Ouvrir", "https://ville.example.org/x?a=1&b=2")),
    signature='Ville "de" Saint-Aubin',
)


def test_a_mail_wears_its_tenants_colours_logo_and_last_lines() -> None:
    with acting_for(DRESSED):
        html, text = LETTER.html(), LETTER.text()
    assert "#7A1F5C" in html
    assert f'<img src="{LOGO}" alt="Ville &quot;de&quot; Saint-Aubin">' in html
    assert "Place de la Mairie<br>&lt;script&gt;" in html
    assert 'href="https://ville.example.org/mentions-legales"' in html
    assert "<script>" not in html
    assert text.endswith(
        f"Place de la Mairie\n{EVIL}\n\nMentions légales\nhttps://ville.example.org/mentions-legales\n"
    )


def test_a_mail_without_a_logo_says_the_name_and_none_fetches_anything() -> None:
    for tenant in (TENANT, DRESSED):
        with acting_for(tenant):
            html = LETTER.html()
        assert re.findall(r'(?:src|url\(|@import)[="(]+([^")]*)', html) == (
            [LOGO] if tenant.brand.logo else []
        )
    assert '<div class="head">Ville &quot;de&quot; Saint-Aubin</div>' in LETTER.html()


def test_codes_and_bookings_wear_the_same_brand() -> None:
    with acting_for(DRESSED):
        for letter in (
            email_code("482913", 10, "Ville"),
            for_person("confirmed", SUBJECT, "Alice", "https://x"),
        ):
            assert "#7A1F5C" in letter.html()
            assert "Place de la Mairie" in letter.text()


@pytest.mark.parametrize(("ink", "ground"), [("#1b2a41", "#ffffff"), ("#55627a", "#ffffff")])
def test_what_a_mail_says_can_be_read(ink: str, ground: str) -> None:
    assert ink in style(Brand())
    assert contrast(ink, ground) >= 4.5
    assert contrast(Brand().colour, ground) >= 4.5
    assert contrast(Brand().ink, Brand().colour) >= 4.5
