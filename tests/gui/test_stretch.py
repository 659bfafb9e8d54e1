"""A stretch of the timeline: its figures, and what can be done with it."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QInputDialog

from fer_desktop.emotions import EMOTIONS, UNSURE
from fer_desktop.ui.lens import Span
from fer_desktop.ui.stretch import StretchFigures, stretch_figures
from tests.gui.conftest import Desk
from tests.gui.test_history import face, history, put
from tests.gui.test_recording_from_the_window import only_session
from tests.gui.test_timeline import drag

SHIFT = Qt.KeyboardModifier.ShiftModifier


def figures(frames: list[tuple[float, str]], start: float, end: float) -> StretchFigures:
    """Of frames at these times with these labels; an empty label means nobody."""
    known = history()
    for t, label in frames:
        share = 0.3 if label == UNSURE else 0.8
        put(known, t, *([face(label="fear" if label == UNSURE else label, share=share)] if label else []))
    return stretch_figures(known.rows(start, end), EMOTIONS, Span(start, end))


def share(of: StretchFigures, label: str) -> float:
    return of.shares[of.labels.index(label)]


def test_shares_are_of_time_and_not_of_frames() -> None:
    slow = [(0.0, "anger"), (0.9, "fear"), (1.0, "fear"), (1.1, "fear")]
    found = figures(slow, 0.0, 1.2)
    assert share(found, "anger") == pytest.approx(0.75)
    assert share(found, "fear") == pytest.approx(0.25)
    assert found.frames == 4
    assert found.coverage == pytest.approx(1.0)
    assert sum(found.shares) == pytest.approx(1.0)


def test_the_frame_that_was_on_at_the_start_counts_and_nothing_after_the_end_does() -> None:
    found = figures([(0.0, "anger"), (0.4, "fear"), (0.8, "surprise")], 0.2, 0.6)
    assert share(found, "anger") == pytest.approx(0.5)
    assert share(found, "fear") == pytest.approx(0.5)
    assert share(found, "surprise") == 0
    assert found.frames == 1


def test_nobody_and_gaps_are_no_expression_and_lower_the_coverage() -> None:
    seen = [(t / 10, "happiness" if t < 10 else "") for t in range(20)]
    later = [(8 + t / 10, "happiness") for t in range(10)]
    found = figures([*seen, *later], 0.0, 9.0)
    assert share(found, "happiness") == pytest.approx(1.0)
    assert found.coverage == pytest.approx(2 / 9, abs=0.02)


def test_unsure_is_counted_by_itself_and_means_are_weighted_by_time() -> None:
    found = figures([(0.0, "happiness"), (0.3, UNSURE)], 0.0, 0.4)
    assert share(found, UNSURE) == pytest.approx(0.25)
    mean = found.means[EMOTIONS.index("fear")]
    assert mean == pytest.approx(0.75 * 0.2 / 7 + 0.25 * 0.3, abs=1e-4)
    assert found.means[-1] is None


def test_a_stretch_without_anybody_has_no_figures_rather_than_zeros() -> None:
    found = figures([(0.0, ""), (0.5, "")], 0.0, 1.0)
    assert found.coverage == 0
    assert set(found.means) == {None}
    nothing = figures([], 0.0, 1.0)
    assert (nothing.frames, nothing.coverage) == (0, 0)


def test_shares_agree_with_a_count_where_frames_come_steadily() -> None:
    words = np.random.default_rng(5).choice(EMOTIONS, 300).tolist()
    found = figures([(n / 30, word) for n, word in enumerate(words)], 0.0, 10.0)
    for label in EMOTIONS:
        assert share(found, label) == pytest.approx(words.count(label) / 300, abs=1e-6)


def paused_clip(desk: Desk) -> None:
    desk.open("clip.mp4")
    desk.until(lambda: desk.index > 30, 30_000)
    desk.act("play")
    desk.until(lambda: desk.message == "Paused" and desk.window.timeline.span == Span(0, 4))


def test_a_drag_with_shift_shows_the_figures_and_escape_forgets_them(desk: Desk) -> None:
    paused_clip(desk)
    stretch = desk.window.stretch
    assert stretch.panel.isHidden()
    drag(desk, 0.1, 0.2, SHIFT)
    desk.until(lambda: stretch.panel.isVisible() and stretch.figures is not None)
    assert stretch.figures is not None
    assert stretch.figures.span.start == pytest.approx(0.4, abs=0.02)
    assert stretch.figures.span.end == pytest.approx(0.8, abs=0.02)
    assert share(stretch.figures, "happiness") == pytest.approx(1.0)
    assert "0.4 s" in stretch.panel.facts
    assert "100 %" in stretch.panel.table
    assert desk.window.timeline.span == Span(0, 4), "the view does not move"
    QTest.keyClick(desk.window, Qt.Key.Key_Escape)
    desk.until(stretch.panel.isHidden)


def test_keys_set_both_ends(desk: Desk) -> None:
    paused_clip(desk)
    timeline = desk.window.timeline
    desk.window.commands.look_at(0.4)
    desk.until(lambda: timeline.moment == 0.4)
    QTest.keyClick(desk.window, Qt.Key.Key_BracketLeft)
    assert timeline.stretch == Span(0.4, 4)
    desk.window.commands.look_at(1.2)
    desk.until(lambda: timeline.moment == 1.2)
    QTest.keyClick(desk.window, Qt.Key.Key_BracketRight)
    assert timeline.stretch == Span(0.4, 1.2)


def test_figures_are_copied_for_a_spreadsheet(desk: Desk) -> None:
    paused_clip(desk)
    desk.window.stretch.choose(Span(0.2, 1.0))
    desk.until(desk.window.actions_["stretch_copy"].isEnabled)
    QTest.keyClick(desk.window, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = [line.split("\t") for line in QApplication.clipboard().text().splitlines()]
    assert lines[0] == ["start", "0:00.2"]
    assert ["length", "0.800"] in lines
    assert lines[6] == ["expression", "share", "mean_p"]
    assert [line[0] for line in lines[7:]] == [*EMOTIONS, UNSURE]
    assert float(lines[7 + EMOTIONS.index("happiness")][1]) == pytest.approx(1.0)


def test_a_note_goes_into_the_session_at_the_time_of_the_stretch(desk: Desk) -> None:
    desk.open("camera:0")
    timeline = desk.window.timeline
    assert not desk.window.actions_["stretch_note"].isEnabled()
    desk.act("record")
    start = desk.index
    desk.until(lambda: desk.index > start + 15)
    last = timeline.history.last_time() if timeline.history else None
    assert last is not None
    desk.window.stretch.choose(Span(last - 0.2, last))
    desk.until(desk.window.actions_["stretch_note"].isEnabled)
    desk.act("stretch_note")
    dialog = desk.window.findChild(QInputDialog)
    assert isinstance(dialog, QInputDialog)
    dialog.setTextValue("she laughs")
    dialog.accept()
    assert [flag.text for flag in desk.controller.review.flags] == ["she laughs"]
    desk.act("record")
    desk.until(lambda: desk.window.banner.text.startswith("Recorded: "))
    folder = only_session(desk)
    with (folder / "events.csv").open(encoding="utf-8", newline="") as file:
        (note,) = csv.DictReader(file)
    assert (note["kind"], note["label"]) == ("note", "she laughs")
    assert note["detail"] == "0.200 s long"
    with (folder / "log.csv").open(encoding="utf-8", newline="") as file:
        times = [float(row["t_s"]) for row in csv.DictReader(file)]
    assert 0 <= float(note["t_s"]) < times[-1] - 0.1
