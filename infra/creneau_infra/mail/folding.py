"""Folds headers over several lines without losing a blank, as the standard library does."""

from email.header import Header
from email.policy import EmailPolicy
from email.utils import formataddr, getaddresses

from creneau_infra.mail.errors import MailRefusedError

ADDRESSED = frozenset({"from", "to", "reply-to"})


class LettersPolicy(EmailPolicy):
    """The policy for SMTP, but for subjects and names that are not plain ASCII.

    Between two encoded words blanks do not count. Python's own folding cuts a subject at a blank
    and leaves that blank there: "2026 à 10 h" arrives as "2026à 10 h".
    """

    def fold(self, name: str, value: str) -> str:
        """Write a header over as many lines as it takes."""
        if str(value).isascii():
            return super().fold(name, value)
        if name.lower() in ADDRESSED:
            return f"{name}: {_addresses(value, self.linesep)}{self.linesep}"
        if name.lower() != "subject":
            return super().fold(name, value)
        header = Header(value, "utf-8", header_name=name)
        return f"{name}: {header.encode(linesep=self.linesep)}{self.linesep}"

    def fold_binary(self, name: str, value: str) -> bytes:
        """Write a header in ASCII.

        Raises:
            MailRefusedError: It would be more than one header.
        """
        written = self._in_ascii(name, value)
        # Whatever was overlooked before: only a line that begins with a blank goes on.
        if any(line[:1] not in {b" ", b"\t"} for line in _lines(written)[1:]):
            raise MailRefusedError("a header that holds another")
        return written

    def _in_ascii(self, name: str, value: str) -> bytes:
        if str(value).isascii() or name.lower() not in {"subject", *ADDRESSED}:
            return super().fold_binary(name, value)
        return self.fold(name, value).encode("ascii")


def _lines(written: bytes) -> list[bytes]:
    return written.replace(b"\r\n", b"\n").replace(b"\r", b"\n").removesuffix(b"\n").split(b"\n")


def _addresses(value: str, line_end: str) -> str:
    """Write each name whole, as one encoded phrase; the addresses themselves are ASCII."""
    pairs = getaddresses([str(value)])
    return f",{line_end} ".join(
        f"{Header(name, 'utf-8', header_name='Reply-To').encode(linesep=line_end)}{line_end} <{bare}>"
        if not name.isascii()
        else formataddr((name, bare))
        for name, bare in pairs
    )


LETTERS = LettersPolicy(linesep="\r\n")
