"""Folds a subject over several lines without losing a blank, as the standard library does."""

from email.header import Header
from email.policy import EmailPolicy


class LettersPolicy(EmailPolicy):
    """The policy for SMTP, but for subjects that are not plain ASCII.

    Between two encoded words blanks do not count. Python's own folding cuts a subject at a blank
    and leaves that blank there: "2026 à 10 h" arrives as "2026à 10 h".
    """

    def fold(self, name: str, value: str) -> str:
        """Write a header over as many lines as it takes."""
        if not _needs_encoding(name, value):
            return super().fold(name, value)
        header = Header(value, "utf-8", header_name=name)
        return f"{name}: {header.encode(linesep=self.linesep)}{self.linesep}"

    def fold_binary(self, name: str, value: str) -> bytes:
        """Write a header in ASCII."""
        if not _needs_encoding(name, value):
            return super().fold_binary(name, value)
        return self.fold(name, value).encode("ascii")


def _needs_encoding(name: str, value: str) -> bool:
    return name.lower() == "subject" and not str(value).isascii()


LETTERS = LettersPolicy(linesep="\r\n")
