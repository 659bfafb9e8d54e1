"""Streams of these tests stay on this computer and among themselves, also beside other tests that run."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

# The library reads it once, when it is first used, and other processes inherit it. No multicast: it is not
# allowed everywhere. The probes of clocks may take longer than in a quiet laboratory.
_CONFIGURATION = """\
[lab]
KnownPeers = {{127.0.0.1}}
SessionID = fer-desktop-test-{pid}
[multicast]
ResolveScope = machine
[tuning]
TimeProbeMaxRTT = 1.0
[log]
level = -3
"""
_FOLDER = Path(tempfile.mkdtemp(prefix="fer-desktop-lsl-"))
(_FOLDER / "lsl_api.cfg").write_text(_CONFIGURATION.format(pid=os.getpid()), encoding="utf-8")
os.environ["LSLAPICFG"] = str(_FOLDER / "lsl_api.cfg")
atexit.register(shutil.rmtree, _FOLDER, ignore_errors=True)


@pytest.fixture(autouse=True)
def _nothing_left() -> Iterator[None]:
    """No thread outlives a test."""
    before = set(threading.enumerate())
    yield
    left = [thread for thread in threading.enumerate() if thread not in before]
    assert not left, f"threads are left over: {left}"
