"""`study/*` means the same where the shell does not expand it."""

from __future__ import annotations

from pathlib import Path

import pytest

from fer_desktop.cli import expanded


def test_patterns_are_expanded_on_windows_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("b", "a"):
        (tmp_path / name).mkdir()
    typed = ["report", str(tmp_path / "*"), "--out", "all.html", str(tmp_path / "*.mp4"), "rtsp://x/?y"]
    assert expanded(typed) == typed
    monkeypatch.setattr("platform.system", lambda: "Windows")
    assert expanded(typed) == [
        "report", str(tmp_path / "a"), str(tmp_path / "b"), "--out", "all.html", str(tmp_path / "*.mp4"),
        "rtsp://x/?y",
    ]  # fmt: skip
