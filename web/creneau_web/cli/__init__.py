"""The command line: `creneau demo`, and what an operator needs in real life."""

import sys
from collections.abc import Iterable, Sequence

from creneau.i18n import current_locale
from creneau.refusals import InvalidInput, Refusal
from creneau_infra.errors import SentenceError, terminal_language

from creneau_web.app import register_texts
from creneau_web.cli.arguments import parser

INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; gives the exit code. What the operator can mend is told in one sentence."""
    register_texts()
    current_locale.set("en" if terminal_language().startswith("en") else "fr")
    chosen = parser().parse_args(arguments)
    try:
        return chosen.run(chosen)
    except SentenceError as refused:
        return _refuse([str(refused)])
    except InvalidInput as refused:
        return _refuse(f"{name}: {sentence}" for name, sentence in refused.fields.items())
    except Refusal as refused:
        return _refuse([str(refused)])
    except KeyboardInterrupt:
        return INTERRUPTED


def _refuse(sentences: Iterable[str]) -> int:
    for sentence in sentences:
        print(sentence, file=sys.stderr)
    return 1
