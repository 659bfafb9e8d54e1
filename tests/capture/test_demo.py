"""The demo is always at hand, or says plainly that it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from fer_desktop import paths
from fer_desktop.capture.demo import DemoSource
from fer_desktop.capture.source import SourceKind
from fer_desktop.errors import SourceError
from tests.capture.clips import write_clip


def test_the_demo_plays_the_clip_of_the_installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clip = write_clip(tmp_path / "anything.mp4", range(0, 400, 40))
    monkeypatch.setattr(paths, "demo_clip", lambda: clip)
    source = DemoSource()
    info = source.open()
    source.close()
    assert (info.kind, info.name, info.frame_count) == (SourceKind.DEMO, "demo", 10)


def test_a_missing_demo_clip_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "demo_clip", lambda: tmp_path / "gone.mp4")
    with pytest.raises(SourceError, match="demo clip is missing"):
        DemoSource().open()
