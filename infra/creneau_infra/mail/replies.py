"""What a mail server said, found in the error that it became."""

import re

import aiosmtplib
import msgspec

_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """A server's answer; `code` 0: there was none. `status` is RFC 3463's, such as `5.1.1`."""

    code: int = 0
    status: str = ""
    text: str = ""


class SaidError(Exception):
    """What a mail server said to another process of ours."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(str(reply.code))
        self.reply = reply


def reply_of(error: BaseException) -> Reply | None:
    """Find a mail server's answer in an error or its causes; None: it is not about a mail server."""
    seen: BaseException | None = error
    while seen is not None:
        found = _read(seen)
        if found is not None:
            return found
        seen = seen.__cause__
    return None


def _read(error: BaseException) -> Reply | None:
    match error:
        case SaidError():
            return error.reply
        case aiosmtplib.SMTPRecipientsRefused():
            return _said(error.recipients[0].code, error.recipients[0].message)
        case aiosmtplib.SMTPResponseException():
            return _said(error.code, error.message)
        case aiosmtplib.SMTPException():
            return Reply()
        case _:
            return None


def _said(code: int, text: str) -> Reply:
    found = _STATUS.search(text)
    return Reply(code=code, status=found.group() if found else "", text=text)
