"""Folds headers over several lines without losing a blank, as the standard library does."""

from email.header import Header
from email.policy import EmailPolicy
from email.utils import formataddr, getaddresses

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
        """Write a header in ASCII."""
        if str(value).isascii() or name.lower() not in {"subject", *ADDRESSED}:
            return super().fold_binary(name, value)
        return self.fold(name, value).encode("ascii")


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
