"""What every test run needs, wherever it starts in the tree."""

import os
from typing import Final

import pytest

pytest_plugins = ("tests.features.plugin",)

MEANWHILE: Final = 1
"""So many processes more than processors: what waits for a server to give up needs none."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Tell how many processes `-n auto` starts."""
    return len(os.sched_getaffinity(0)) + MEANWHILE
