"""A program tells whoever started it that it is ready, if it was asked to."""

import socket
from pathlib import Path

import pytest
from creneau_infra import readiness

from bench.readiness import listening


async def test_whoever_asked_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with listening() as manager:
        for name, value in manager.environ.items():
            monkeypatch.setenv(name, value)
        readiness.tell()
        assert await manager.told() == b"READY=1"


def test_an_address_may_be_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(str(tmp_path / "told"))
        monkeypatch.setenv(readiness.ASKED_AT, str(tmp_path / "told"))
        readiness.tell()
        assert heard.recv(64) == b"READY=1"


@pytest.mark.parametrize("asked", [None, ""])
def test_where_nobody_asked_nothing_is_said(
    monkeypatch: pytest.MonkeyPatch, asked: str | None
) -> None:
    monkeypatch.delenv(readiness.ASKED_AT, raising=False)
    if asked is not None:
        monkeypatch.setenv(readiness.ASKED_AT, asked)
    readiness.tell()
