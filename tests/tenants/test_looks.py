"""A look is prepared as a draft, published as a whole, and made of nothing but what we read (T-04)."""

from collections.abc import Generator
from datetime import UTC, date, datetime
from io import BytesIO

import msgspec
import pytest
from creneau.context import SYSTEM, Tenant, acting_for
from creneau.refusals import InvalidInput, NotFound
from creneau_infra.settings import Settings
from creneau_tenants import addresses
from creneau_tenants.looks import service
from creneau_tenants.looks.pictures import LARGEST_FILE, picture
from creneau_tenants.looks.schemas import Look, Statement
from creneau_tenants.schemas import Branding
from creneau_tenants.service import tenant_by_host
from PIL import Image, ImageFile, PngImagePlugin

from tests.platform.cast import new_tenant


@pytest.fixture
def town(alone: Tenant, settings: Settings) -> Generator[Tenant]:
    addresses.configure(settings)
    with acting_for(alone):
        yield alone


def drawn(size: tuple[int, int] = (300, 100), kind: str = "PNG", **options: object) -> bytes:
    written = BytesIO()
    Image.new("RGB", size, "#7A2048").save(written, kind, **options)
    return written.getvalue()


def look(name: str = "Ville de Test", **branding: str) -> Look:
    return Look(name=name, branding=Branding(**branding))


async def seen(tenant: Tenant) -> Look:
    directory = await tenant_by_host(f"{tenant.slug}.localhost")
    assert directory is not None
    return Look(name=directory.tenant.name, branding=directory.branding)


async def test_a_draft_is_seen_by_nobody_until_it_is_published(town: Tenant) -> None:
    before = await seen(town)
    await service.save_draft(look(brand="#7A2048", public_text="Bienvenue."))
    assert await seen(town) == before
    changed = await service.publish_draft(SYSTEM)
    assert await seen(town) == look(brand="#7A2048", public_text="Bienvenue.")
    assert changed == ["name", "brand", "public_text"]
    assert await service.draft() is None
    assert await service.publish_draft(SYSTEM) == ()


async def test_a_colour_that_cannot_be_read_is_refused_with_the_nearest_one(town: Tenant) -> None:
    del town
    with pytest.raises(InvalidInput) as refused:
        await service.save_draft(look(brand="#FFE066"))
    assert "#8" in refused.value.fields["brand"] or "#7" in refused.value.fields["brand"]
    assert await service.draft() is None


async def test_a_logo_is_part_of_the_draft_and_then_of_the_page(town: Tenant) -> None:
    await service.save_draft(look(public_text="Bienvenue."))
    await service.put_logo(drawn())
    waiting = await service.draft()
    assert waiting is not None
    digest = waiting.look.branding.logo
    assert (await seen(town)).branding.logo == ""
    await service.save_draft(look(public_text="Bonjour."))
    await service.publish_draft(SYSTEM)
    assert (await seen(town)).branding.logo == digest
    assert (await service.logo(digest)).startswith(b"\x89PNG")


async def test_a_logo_that_is_shown_nowhere_is_kept_nowhere(town: Tenant) -> None:
    del town
    await service.put_logo(drawn())
    first = await service.draft()
    await service.put_logo(drawn((50, 50)))
    assert first is not None
    with pytest.raises(NotFound):
        await service.logo(first.look.branding.logo)
    await service.remove_logo()
    await service.drop_draft()
    assert await service.draft() is None


async def test_the_logo_of_another_tenant_is_not_there(town: Tenant) -> None:
    del town
    await service.put_logo(drawn())
    waiting = await service.draft()
    assert waiting is not None
    with acting_for(await new_tenant()), pytest.raises(NotFound):
        await service.logo(waiting.look.branding.logo)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_is_written_anew_within_its_frame(kind: str) -> None:
    made = picture(drawn((1600, 400), kind))
    with Image.open(BytesIO(made.content)) as opened:
        assert opened.format == "PNG"
        assert opened.size == (640, 160)


def test_nothing_that_a_picture_carries_beside_its_pixels_is_kept() -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "<script>alert(1)</script>")
    made = picture(drawn(pnginfo=notes) + b"<script>alert(2)</script>")
    assert b"script" not in made.content


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    "sent",
    [
        SVG,
        b"%PDF-1.7 logo.png",
        b"",
        b"GIF89a" + b"\x00" * 40,
        drawn()[:60],
        drawn(kind="BMP"),
        drawn((4001, 10)),
        b"\x89PNG\r\n\x1a\n" + b"\x00" * LARGEST_FILE,
        b"PK\x03\x04../../etc/passwd",
    ],
    ids=["svg", "pdf", "empty", "gif", "cut", "bmp", "wide", "heavy", "zip"],
)
def test_what_is_no_small_picture_of_a_known_kind_is_refused(sent: bytes) -> None:
    with pytest.raises(InvalidInput) as refused:
        picture(sent)
    assert "logo" in refused.value.fields


def test_a_cut_picture_is_refused_although_the_process_lets_others_pass(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # As WeasyPrint does for the whole process when it is imported.
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    with pytest.raises(InvalidInput):
        picture(drawn()[:-40])


async def test_the_language_for_those_who_ask_for_none_is_chosen(town: Tenant) -> None:
    await service.choose_language("en", SYSTEM)
    directory = await tenant_by_host(f"{town.slug}.localhost")
    assert directory is not None
    assert directory.tenant.locale == "en"


async def test_nothing_was_checked_until_a_tenant_states_otherwise(town: Tenant) -> None:
    del town
    assert await service.statement() == Statement()


async def test_a_statement_names_the_audit_behind_it(town: Tenant) -> None:
    claim = Statement(conformity="partly_conform")
    with pytest.raises(InvalidInput) as refused:
        await service.save_statement(claim, SYSTEM)
    assert refused.value.fields.keys() == {"audited_on", "audited_by", "exceptions"}
    stated = msgspec.structs.replace(
        claim, audited_on=date(2026, 3, 2), audited_by="Ipedis", exceptions="Les plans des lieux."
    )
    changed = await service.save_statement(stated, SYSTEM)
    assert changed == ["conformity", "audited_on", "audited_by", "exceptions"]
    assert await service.statement() == stated
    directory = await tenant_by_host(f"{town.slug}.localhost")
    assert directory is not None
    assert directory.accessibility == "partly_conform"


async def test_an_audit_of_tomorrow_is_refused_and_one_of_today_is_not(
    town: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    del town
    # Half past midnight in Paris, in summer.
    half_past = datetime(2027, 6, 30, 22, 30, tzinfo=UTC)
    monkeypatch.setattr("creneau_tenants.looks.service.now", lambda: half_past)
    with pytest.raises(InvalidInput):
        await service.save_statement(Statement(audited_on=date(2027, 7, 2)), SYSTEM)
    await service.save_statement(Statement(audited_on=date(2027, 7, 1)), SYSTEM)
