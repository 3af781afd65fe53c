"""The end of a process that is no child of ours: the kernel tells it, so that nobody has to look."""

import asyncio
import os


async def ended(pid: int) -> None:
    """Wait until a process is no more; one that is gone already is fine."""
    try:
        process = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_reader(process, over.set)
    try:
        await over.wait()
    finally:
        loop.remove_reader(process)
        os.close(process)
