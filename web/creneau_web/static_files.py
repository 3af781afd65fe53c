"""Files that never change under their address: it carries a digest of the content."""

import hashlib
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

from litestar import Router
from litestar.static_files import create_static_files_router

from creneau_web.access import public

FOLDER = Path(__file__).parent / "static"
PREFIX = "/static/"
FOR_EVER = "public, max-age=31536000, immutable"


def static(path: str) -> str:
    """Give the address of a file below `static/`, with a digest that changes with its content."""
    file = FOLDER / path
    version = _version(file, file.stat().st_mtime_ns) if file.is_file() else ""
    return f"{PREFIX}{quote(path)}{version}"


@lru_cache(maxsize=512)
def _version(file: Path, _changed: int) -> str:
    return f"?v={hashlib.sha256(file.read_bytes()).hexdigest()[:12]}"


def lasts_for_ever(path: str, query: str) -> bool:
    """Tell whether an address names one content: by its digest, or by a file name that has one."""
    return path.startswith(PREFIX) and (query.startswith("v=") or "/fonts/" in path)


def static_router() -> Router:
    """Serve the folder `static/`."""
    return create_static_files_router(PREFIX, [FOLDER], opt=public())
