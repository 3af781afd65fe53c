"""The demo's mailbox: what would have been sent, to read it and to follow its links."""

from urllib.parse import quote
from zoneinfo import ZoneInfo

import msgspec
from creneau.phones import readable_phone
from creneau.refusals import NotFound
from creneau.sms.rules import segments
from creneau_infra.mail.schemas import Letter
from creneau_infra.mail.transports import mailbox_of
from litestar import Response, get
from litestar.params import FromPath
from litestar.response import Template

from creneau_web.access import public
from creneau_web.demo.telephones import codes
from creneau_web.operator.mail_policy import content_policy
from creneau_web.rendering import page
from creneau_web.visit import visit

PATH = "/_mailbox"
# The platform's own pages belong to no tenant, hence to no tenant's time zone.
ZONE = ZoneInfo("Europe/Paris")


@get(PATH, opt=public())
async def mailbox_page() -> Template:
    """List the newest messages."""
    letters = await mailbox_of(visit().settings.data_dir).letters()
    return page(
        "operator/mailbox.html",
        letters=[_in_local_time(letter) for letter in letters],
        codes=await codes() if visit().settings.environment == "demo" else [],
    )


@get(f"{PATH}/{{letter_id:str}}", opt=public())
async def letter_page(letter_id: FromPath[str]) -> Template:
    """Show one message: a mail with its heads and attachments, or an SMS as on a phone."""
    letter = _in_local_time(await _letter(letter_id))
    if letter.is_sms:
        return page(
            "operator/short_message.html",
            letter=letter,
            number=readable_phone(letter.to),
            length=segments(letter.text.strip()),
        )
    return page("operator/letter.html", letter=letter)


@get(f"{PATH}/{{letter_id:str}}/html", opt=public())
async def letter_html(letter_id: FromPath[str]) -> Response[str]:
    """Give a message's HTML for the frame that shows it; links leave the frame."""
    letter = await _letter(letter_id)
    if letter.html is None:
        raise NotFound
    headers = {"content-security-policy": content_policy(letter.html)}
    body = f'<base target="_top">{letter.html}'
    return Response(body, media_type="text/html", headers=headers)


@get(f"{PATH}/{{letter_id:str}}/files/{{number:int}}", opt=public())
async def attachment(letter_id: FromPath[str], number: FromPath[int]) -> Response[bytes]:
    """Give an attachment to download, whatever it claims to be."""
    files = (await _letter(letter_id)).attachments
    if not 0 <= number < len(files):
        raise NotFound
    file = files[number]
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(file.name)}"}
    return Response(file.content, media_type=file.media_type, headers=headers)


def _in_local_time(letter: Letter) -> Letter:
    return msgspec.structs.replace(letter, sent_at=letter.sent_at.astimezone(ZONE))


async def _letter(letter_id: str) -> Letter:
    letter = await mailbox_of(visit().settings.data_dir).letter(letter_id)
    if letter is None:
        raise NotFound
    return letter


ROUTES = [mailbox_page, letter_page, letter_html, attachment]
