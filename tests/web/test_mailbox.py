"""The demo's mailbox: mails as they look, and nothing that they might do."""

import re

from creneau_infra.mail.schemas import Attachment, Message
from creneau_infra.mail.transports import transport_for
from creneau_infra.sms import phone
from creneau_infra.sms.schemas import ShortMessage
from creneau_web.app import Application
from creneau_web.operator.mail_policy import content_policy

from tests.web.stage import Clients

HTML = (
    '<style>p{color:#222}</style><p style="margin:0">Bonjour <a href="http://ville.localhost/">ici</a>'
    "<script>alert(1)</script></p>"
)


async def test_a_mail_is_listed_read_and_its_files_downloaded(
    app: Application, client: Clients
) -> None:
    message = Message(
        to="zoe@example.org",
        subject="Votre <b>rendez-vous</b>",
        text="Bonjour, voir http://ville.localhost:8000/lien/abc",
        html=HTML,
        attachments=(Attachment("rendez-vous.ics", "text/calendar", b"BEGIN:VCALENDAR"),),
        message_id="test-of-the-mailbox",
    )
    await transport_for(app.settings).send(message)
    visitor = client("localhost")
    listed = await visitor.get("/_mailbox")
    assert "Votre &lt;b&gt;rendez-vous&lt;/b&gt;" in listed.text
    found = re.search(r"/_mailbox/[0-9a-f]+", listed.text)
    assert found is not None
    letter = await visitor.get(found[0])
    assert 'href="http://ville.localhost:8000/lien/abc"' in letter.text
    file = await visitor.get(f"{found[0]}/files/0")
    assert file.content == b"BEGIN:VCALENDAR"
    assert file.headers["content-disposition"].startswith("attachment")
    assert (await visitor.get(f"{found[0]}/files/7")).status_code == 404
    html = await visitor.get(f"{found[0]}/html")
    assert "script-src" not in html.headers["content-security-policy"]
    assert html.headers["content-security-policy"] == content_policy(HTML)


async def test_an_sms_is_shown_as_on_a_phone(app: Application, client: Clients) -> None:
    phone.configure(app.settings)
    text = "Rendez-vous <b>demain</b>, voir http://ville.localhost:8000/lien/abc"
    await phone.receive(
        ShortMessage(to="+33612345678", sender="VILLE", text=text, reference="sms-of-the-mailbox")
    )
    visitor = client("localhost")
    listed = await visitor.get("/_mailbox")
    assert "SMS de VILLE : Rendez-vous &lt;b&gt;demain" in listed.text
    found = re.search(r"/_mailbox/[0-9a-f]+", listed.text)
    assert found is not None
    shown = (await visitor.get(found[0])).text
    assert "sms-bubble" in shown
    assert "06 12 34 56 78" in shown
    assert 'href="http://ville.localhost:8000/lien/abc"' in shown
    assert "1 SMS facturé" in shown
    assert "&lt;b&gt;demain" in shown


async def test_an_unknown_letter_is_not_found(client: Clients) -> None:
    for path in ("/_mailbox/absent", "/_mailbox/..%2f..%2fsecret_key", "/_mailbox/absent/html"):
        assert (await client("localhost").get(path)).status_code == 404


def test_a_mail_may_use_its_own_styles_and_nothing_else() -> None:
    policy = content_policy(HTML)
    assert policy.count("sha256-") == 2
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert "frame-ancestors 'self'" in policy
