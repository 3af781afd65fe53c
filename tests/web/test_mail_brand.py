"""The logo travels in the mail, and is fetched from nowhere (T-04)."""

from io import BytesIO

from creneau.context import SYSTEM, Tenant, acting_for
from creneau.messages.letter import Letter, Paragraph
from creneau_infra.mail.schemas import Message
from creneau_tenants.looks import service as looks
from creneau_tenants.mailing.jobs import Post, illustrated
from creneau_tenants.service import tenant_by_id
from PIL import Image

from tests.web.outgoing import Outgoing


def mail() -> Message:
    letter = Letter(subject="x", title="x", parts=[Paragraph("x")], signature="Ville")
    return Message(to="zoe@example.org", subject="x", text=letter.text(), html=letter.html())


async def published_logo(tenant: Tenant) -> Tenant:
    drawn = BytesIO()
    Image.new("RGB", (64, 32), "navy").save(drawn, "PNG")
    with acting_for(tenant):
        await looks.put_logo(drawn.getvalue())
        await looks.publish_draft(SYSTEM)
    directory = await tenant_by_id(tenant.id)
    assert directory is not None
    return directory.tenant


async def test_a_mail_takes_the_tenants_logo_along(tenant: Tenant) -> None:
    dressed = await published_logo(tenant)
    assert dressed.brand.logo
    sent = Outgoing()
    with acting_for(dressed):
        await Post(sent, "ne-pas-repondre@example.org").deliver(mail())
    (message,) = sent.messages
    (picture,) = message.attachments
    assert picture.content_id == "logo"
    assert picture.content.startswith(b"\x89PNG")
    assert 'src="cid:logo"' in str(message.html)


async def test_a_mail_without_a_logo_takes_nothing_along(tenant: Tenant) -> None:
    with acting_for(tenant):
        assert (await illustrated(mail(), "")).attachments == ()
