"""How the tenant looks, where it is found, which modules it has: pages of the administration."""

from collections.abc import AsyncGenerator, Sequence
from io import BytesIO

import msgspec
import pytest
from creneau.context import Tenant
from creneau_infra.mail.transports import mailbox_of
from creneau_infra.names import texts_of
from creneau_infra.outbox.service import deliver_due
from creneau_infra.settings import Settings
from creneau_tenants.domains import service as domains
from creneau_web import csrf
from creneau_web.app import Application
from creneau_web.auth import service as auth
from creneau_web.outbox import handlers_for
from PIL import Image

from tests.tenants.name_server import NameServer, name_server
from tests.web.admin.conftest import Entered
from tests.web.stage import Clients, Visitor

LOOK = "/administration/apparence"
ADDRESSES = "/administration/adresses"
PAGES = (LOOK, ADDRESSES, "/administration/modules", "/administration/langue",
         "/administration/accessibilite")  # fmt: skip
TYPED = {
    "name": "Ville de Créneau",
    "brand": "#7A2048",
    "public_text": "Bienvenue.",
    "then": "stay",
}
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def drawn() -> bytes:
    written = BytesIO()
    Image.new("RGB", (300, 100), "#7A2048").save(written, "PNG")
    return written.getvalue()


async def send(visitor: Visitor, content: bytes, name: str = "logo.png") -> str:
    answer = await visitor.post(
        f"{LOOK}/logo",
        data={csrf.FIELD: visitor.form_token()},
        files={"logo": (name, content, "image/png")},
        headers={"origin": visitor.origin},
        follow_redirects=True,
    )
    return answer.text


@pytest.mark.parametrize("path", PAGES)
async def test_a_stranger_is_led_to_the_sign_in(client: Clients, tenant: Tenant, path: str) -> None:
    answer = await client(tenant).get(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/agents/connexion")


@pytest.mark.parametrize("path", PAGES)
async def test_a_colleague_without_the_right_is_told_so(entered: Entered, path: str) -> None:
    bea = await entered("Bea")
    assert (await bea.get(path)).status_code == 403
    assert (await bea.submit(path, TYPED)).status_code in {403, 405}


@pytest.mark.feature("T-04")
async def test_a_draft_is_seen_in_the_preview_alone_and_by_all_once_published(
    entered: Entered, client: Clients, tenant: Tenant
) -> None:
    alice = await entered("Alice")
    visitor = client(tenant)
    saved = await alice.submit(LOOK, {**TYPED, "then": "preview"})
    assert (saved.status_code, saved.headers["location"]) == (303, "/")
    assert "Ville de Créneau" not in (await visitor.get("/")).text
    preview = (await alice.get("/")).text
    assert "Ville de Créneau" in preview
    assert "Aperçu du brouillon" in preview
    await alice.submit("/apercu/fin")
    assert "Ville de Créneau" not in (await alice.get("/")).text
    await alice.submit(f"{LOOK}/publication")
    shown = (await visitor.get("/")).text
    assert "Ville de Créneau" in shown
    assert "Aperçu du brouillon" not in shown
    sheet = await visitor.get(shown.partition('href="/branding.css')[0] and "/branding.css")
    assert "#7A2048" in sheet.text
    said = (await alice.get(LOOK)).text
    assert "Publié. Modifié : nom, couleur, texte d’accueil." in said
    assert "Modifié par Alice Martin" in said


async def test_the_cookie_of_a_preview_that_we_did_not_give_shows_nothing(
    entered: Entered, client: Clients, tenant: Tenant
) -> None:
    alice = await entered("Alice")
    await alice.submit(LOOK, TYPED)
    visitor = client(tenant)
    visitor.cookies.set("apercu", "ZHJhZnQ.99999999999.x", domain=str(visitor.base_url.host))
    assert "Ville de Créneau" not in (await visitor.get("/")).text


@pytest.mark.feature("T-04")
async def test_an_unreadable_colour_is_refused_with_one_that_can_be_taken(
    entered: Entered,
) -> None:
    alice = await entered("Alice")
    refused = await alice.submit(LOOK, {**TYPED, "brand": "#FFE066"})
    assert refused.status_code == 422
    assert "Ville de Créneau" in refused.text
    suggestion = refused.text.partition('name="suggestion" value="')[2][:7]
    taken = await alice.submit(LOOK, {**TYPED, "brand": "#FFE066", "suggestion": suggestion})
    assert taken.status_code == 303
    assert suggestion in (await alice.get(LOOK)).text


async def test_what_a_tenant_types_is_shown_as_typed(entered: Entered) -> None:
    alice = await entered("Alice")
    await alice.submit(LOOK, {**TYPED, "public_text": "{{7*7}} <b>gras</b>"})
    await alice.submit(f"{LOOK}/publication")
    shown = (await alice.get("/")).text
    assert "{{7*7}} &lt;b&gt;gras&lt;/b&gt;" in shown


@pytest.mark.feature("T-04")
async def test_a_logo_is_shown_once_it_is_published(
    entered: Entered, client: Clients, tenant: Tenant
) -> None:
    alice = await entered("Alice")
    assert "Le logo est dans le brouillon." in await send(alice, drawn())
    await alice.submit(f"{LOOK}/publication")
    visitor = client(tenant)
    home = (await visitor.get("/")).text
    path = "/branding/logo/" + home.partition('src="/branding/logo/')[2].partition('"')[0]
    picture = await visitor.get(path)
    assert picture.headers["content-type"] == "image/png"
    assert picture.content.startswith(b"\x89PNG")
    await alice.submit(f"{LOOK}/logo/suppression")
    await alice.submit(f"{LOOK}/publication")
    assert (await visitor.get(path)).status_code == 404


@pytest.mark.feature("T-04")
async def test_messages_come_from_the_name_that_the_tenant_chose(
    entered: Entered, tenant: Tenant, app: Application
) -> None:
    alice = await entered("Alice")
    odd = 'Mairie "du Sud", Réunion'
    await alice.submit(LOOK, {**TYPED, "sender_name": odd})
    await alice.submit(f"{LOOK}/publication")
    session, _secret = await auth.open_session()
    reader = f"zoe@{tenant.slug}.example"
    await auth.write_code(session, reader, app.settings.secret_key)
    await deliver_due(handlers_for(app.settings), tenant.id)
    letters = await mailbox_of(app.settings.data_dir).letters()
    sender = next(letter.sender for letter in letters if reader in letter.to)
    assert "Réunion" in sender
    assert sender.endswith("<ne-pas-repondre@localhost>")


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (SVG, "logo.svg", "n’est pas une image"),
        (b"%PDF-1.7", "logo.png", "n’est pas une image"),
        (b"", "", "Choisissez une image."),
        (b"\x89PNG" + b"\x00" * 20_000_000, "logo.png", "dépasse 2 Mo"),
        (b"\x89PNG" + b"\x00" * 26_000_000, "logo.png", "trop lourd"),
        (drawn(), "../../etc/passwd.png", "Le logo est dans le brouillon."),
    ],
    ids=["svg", "pdf", "nothing", "20 MB", "26 MB", "path"],
)
async def test_what_is_no_logo_is_refused_in_a_sentence(
    entered: Entered, content: bytes, name: str, said: str
) -> None:
    assert said in await send(await entered("Alice"), content, name)


@pytest.fixture
async def names(monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[NameServer, None]:
    """Give a name server that the application asks in place of the machine's own."""
    async with name_server() as server:

        async def asked(name: str, settings: Settings) -> Sequence[str]:
            return await texts_of(
                name, msgspec.structs.replace(settings, name_server=server.address)
            )

        monkeypatch.setattr("creneau_tenants.domains.service.texts_of", asked)
        yield server


@pytest.mark.feature("T-05")
async def test_an_own_address_serves_the_tenant_once_its_record_is_there(
    entered: Entered, client: Clients, tenant: Tenant, names: NameServer
) -> None:
    host = f"rdv.{tenant.slug}.fr"
    alice = await entered("Alice")
    noted = await alice.submit(ADDRESSES, {"host": f"https://{host}/"})
    assert noted.headers["location"] == f"{ADDRESSES}#{host}"
    claim = (await domains.addresses()).claimed[0]
    page = (await alice.get(ADDRESSES)).text
    assert claim.record in page
    assert claim.value in page
    assert f"CNAME vers {tenant.slug}.localhost." in page
    assert (await client(host).get("/")).status_code == 400

    await alice.submit(f"{ADDRESSES}/{host}/verification")
    assert "pas encore visible" in (await alice.get(ADDRESSES)).text
    names.texts[claim.record] = [claim.value]
    await alice.submit(f"{ADDRESSES}/{host}/verification")
    assert (await client(host).get("/")).status_code == 200

    await alice.submit(f"{ADDRESSES}/{host}/principale")
    assert "Les liens des messages mènent maintenant" in (await alice.get(ADDRESSES)).text
    warned = await alice.get(f"{ADDRESSES}/{host}/suppression")
    assert "ne fonctionneront plus" in warned.text
    await alice.submit(f"{ADDRESSES}/{host}/suppression")
    assert (await client(host).get("/")).status_code == 400


async def test_an_address_of_the_platforms_is_refused(entered: Entered, tenant: Tenant) -> None:
    alice = await entered("Alice")
    refused = await alice.submit(ADDRESSES, {"host": f"autre.{tenant.slug}.localhost"})
    assert refused.status_code == 422
    assert "appartient à la plateforme" in refused.text
    kept = await alice.submit(f"{ADDRESSES}/{tenant.slug}.localhost/suppression")
    assert kept.status_code == 409


@pytest.mark.feature("T-03")
async def test_a_module_switched_off_is_gone_for_this_tenant_alone_and_comes_back_whole(
    entered: Entered, client: Clients, other_tenant: Tenant, tenant: Tenant
) -> None:
    alice = await entered("Alice")
    modules = "/administration/modules"
    prescribers = "/agents/digital-aid/prescripteurs"
    assert "Un prescripteur peut réserver" in (await alice.get(modules)).text
    there = (await alice.get(prescribers)).status_code
    assert there == 200
    warned = (await alice.get(f"{modules}/digital_aid/arret")).text
    assert "La liste des prescripteurs" in warned
    assert "Rien n’est effacé" in warned
    assert (await alice.get(prescribers)).status_code == 200
    await alice.submit(f"{modules}/digital_aid/arret")
    assert (await alice.get(prescribers)).status_code == 404
    assert "prescripteurs" not in (await alice.get("/agents")).text.lower()
    assert (await client(other_tenant).get(prescribers)).status_code == 303
    assert (await client(tenant).get(prescribers)).status_code == 404
    await alice.submit(f"{modules}/digital_aid/activation")
    assert (await alice.get(prescribers)).status_code == 200
    assert (await alice.submit(f"{modules}/unknown/activation")).status_code == 404


@pytest.mark.feature("T-16")
async def test_the_statement_is_the_tenants_own_and_each_page_leads_to_it(
    entered: Entered, client: Clients, tenant: Tenant
) -> None:
    alice = await entered("Alice")
    visitor = client(tenant)
    state = "/administration/accessibilite"
    refused = await alice.submit(state, {"conformity": "conform", "contact": "Le standard"})
    assert refused.status_code == 422
    assert "Le standard" in refused.text
    stated = {
        "conformity": "partly_conform",
        "audited_on": "2026-03-02",
        "audited_by": "Cabinet Essai",
        "exceptions": "Les plans des lieux.",
        "contact": "Le standard, au 01 99 00 12 34.",
    }
    assert (await alice.submit(state, stated)).status_code == 303
    shown = (await visitor.get("/accessibilite")).text
    for text in ("partiellement conforme", "Cabinet Essai", "Les plans des lieux.", "Le standard"):
        assert text in shown
    for path in ("/", "/aide", "/mes-rendez-vous", "/agents/connexion", "/nowhere"):
        page = (await visitor.get(path, follow_redirects=True)).text
        assert 'href="/accessibilite"' in page, path
        assert "partiellement conforme" in page, path
    for path in ("/agents", "/administration", state):
        assert 'href="/accessibilite"' in (await alice.get(path)).text, path


async def test_the_default_language_is_that_of_whoever_asks_for_none(
    entered: Entered, client: Clients, tenant: Tenant
) -> None:
    alice = await entered("Alice")
    assert (await alice.submit("/administration/langue", {"locale": "de"})).status_code == 422
    await alice.submit("/administration/langue", {"locale": "en"})
    assert 'lang="en"' in (await client(tenant).get("/")).text
    french = await client(tenant).get("/", headers={"accept-language": "fr"})
    assert 'lang="fr"' in french.text


async def test_a_logo_takes_the_texts_typed_beside_it_along(entered: Entered) -> None:
    alice = await entered("Alice")
    fields = {**TYPED, csrf.FIELD: alice.form_token()}
    for content, kept in ((SVG, "pas une image PNG"), (drawn(), "Le logo est dans le brouillon.")):
        answer = await alice.post(
            f"{LOOK}/logo",
            data=fields,
            files={"logo": ("logo.png", content, "image/png")},
            headers={"origin": alice.origin},
            follow_redirects=True,
        )
        assert kept in answer.text
        assert "Bienvenue." in answer.text
        assert "Ville de Créneau" in answer.text


async def test_two_who_prepare_a_look_at_once_do_not_overwrite_each_other(
    entered: Entered,
) -> None:
    alice = await entered("Alice")
    version = (await alice.get(LOOK)).text.partition('name="version" value="')[2][:20]
    await alice.submit(LOOK, {**TYPED, "version": version})
    late = await alice.submit(
        LOOK, {**TYPED, "public_text": "Bonsoir.", "phone": "01 99 00 21 00", "version": version}
    )
    assert late.status_code == 409
    assert "Texte d’accueil : Bienvenue." in late.text
    assert "Bonsoir." in late.text
    shown = late.text.partition('name="version" value="')[2][:20]
    again = await alice.submit(LOOK, {**TYPED, "public_text": "Bonsoir.", "version": shown})
    assert again.status_code == 303


async def test_two_who_write_the_accessibility_statement_do_not_overwrite_each_other(
    entered: Entered,
) -> None:
    alice, state = await entered("Alice"), "/administration/accessibilite"
    version = (await alice.get(state)).text.partition('name="version" value="')[2][:20]
    audit = {"conformity": "conform", "audited_on": "2026-01-05", "audited_by": "Opquast"}
    assert (await alice.submit(state, {**audit, "version": version})).status_code == 303
    late = {"conformity": "not_conform", "contact": "L’accueil", "version": version}
    refused = await alice.submit(state, late)
    assert refused.status_code == 409
    assert "État de conformité : Totalement conforme" in refused.text
    assert "Qui a mené l’audit : Opquast" in refused.text
    assert "L’accueil" in refused.text
    shown = refused.text.partition('name="version" value="')[2][:20]
    assert (await alice.submit(state, {**late, "version": shown})).status_code == 303
