"""Reading a calendar elsewhere in a process of its own, which may be stopped at any time.

A rule that repeats for ever, or a file that unpacks into gigabytes, ends this process and not the
worker. It gets no setting and no secret: what it needs comes in by its standard input.
"""

import asyncio
import contextlib
import resource
import sys
from typing import Final

import msgspec

from creneau.calendars.expanding import Found, Question, found_in

SECONDS: Final = 30.0
SECONDS_OF_WORK: Final = 20
MEMORY: Final = 1024 * 1024 * 1024


async def read_apart(content: bytes, asked: Question) -> Found:
    """Read the busy times of a calendar; a failure is `unreadable` where no answer comes."""
    program = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-m", "creneau.calendars.apart"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={},
    )
    try:
        async with asyncio.timeout(SECONDS):
            said, _errors = await program.communicate(msgspec.json.encode(asked) + b"\n" + content)
        return msgspec.json.decode(said, type=Found)
    except (TimeoutError, msgspec.MsgspecError):
        return Found(failure="unreadable")
    finally:
        with contextlib.suppress(ProcessLookupError):
            program.kill()
        await program.wait()


def main() -> None:
    """Answer one question: its line, then the calendar."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS_OF_WORK, SECONDS_OF_WORK))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    question, _line, content = sys.stdin.buffer.read().partition(b"\n")
    found = found_in(content, msgspec.json.decode(question, type=Question))
    sys.stdout.buffer.write(msgspec.json.encode(found))


if __name__ == "__main__":
    main()
