import os


class SentenceError(Exception):
    """An error that an operator reads: one clear sentence, in French and in English."""

    def __init__(self, french: str, english: str) -> None:
        super().__init__(french, english)
        self.french = french
        self.english = english

    def in_language(self, language: str) -> str:
        """Give the sentence in `language`: English for `en…`, French otherwise."""
        return self.english if language.lower().startswith("en") else self.french

    def __str__(self) -> str:
        return self.in_language(terminal_language())


def terminal_language() -> str:
    """Tell which language the terminal asks for, as POSIX orders its variables; French if none."""
    asked = next((os.environ[name] for name in ("LC_ALL", "LANG") if os.environ.get(name)), "fr")
    return "fr" if asked.split(".")[0] in {"C", "POSIX"} else asked


class SettingsError(SentenceError):
    """A `CRENEAU_*` variable is unknown, missing or not acceptable."""


class ServerRefused(SentenceError):  # noqa: N818 - it names what the server did
    """The embedded PostgreSQL or Redis cannot start here, for a reason the operator can mend."""


class PermanentError(Exception):
    """A piece of work failed in a way that trying again cannot mend."""
