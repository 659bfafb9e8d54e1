"""Minutes of the real window with the real network: smooth, quick and of constant size.

Ten minutes by default; `SOAK_MINUTES=1 make soak` for a first look. The figures are printed, and
those that a loaded machine cannot spoil (memory, nothing lost from the log) are asserted.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from fer_desktop.session.reader import read_session
from tests.benchmarks.window import run_window

_MINUTES = float(os.environ.get("SOAK_MINUTES", "10"))


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from /proc")
@pytest.mark.timeout(0)
@pytest.mark.usefixtures("qapp")
def test_minutes_of_a_camera_at_720p(tmp_path: Path) -> None:
    figures = run_window(tmp_path, _MINUTES)
    print(f"\n{figures.sentence}")
    (folder,) = (tmp_path / "sessions").iterdir()
    session = read_session(folder)
    assert session.complete
    assert len({row["frame"] for row in session.rows()}) >= figures.read
    assert figures.growth_mib < 12, "memory grows"
