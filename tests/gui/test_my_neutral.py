"""My neutral: taken in a few quiet seconds, shown beside the raw values, kept with the session, undone."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from fer_desktop.engine.baseline import Baseline, Failed, Taking
from fer_desktop.engine.result import Face
from tests.gui.conftest import Desk


@pytest.fixture(autouse=True)
def _quicker(monkeypatch: pytest.MonkeyPatch) -> None:
    """The drawn head nods too far in three seconds."""
    monkeypatch.setattr("fer_desktop.engine.baseline.TAKES_S", 0.6)
    monkeypatch.setattr("fer_desktop.engine.baseline._LEAST_FRAMES", 4)


def face(desk: Desk) -> Face:
    shown = desk.window.stage.view.shown
    assert shown is not None
    assert shown.face is not None
    return shown.face


def outcome(desk: Desk) -> object:
    running = desk.controller.current
    assert running is not None
    assert running.engine.baselines is not None
    return running.engine.baselines.outcome


def taken(desk: Desk) -> bool:
    return desk.window.actions_["neutral"].isChecked()


def until_taken(desk: Desk) -> None:
    """Try again where it was refused: a machine that looks away for a second loses the face, and says so."""
    for _ in range(5):
        desk.until(lambda: isinstance(outcome(desk), Baseline | Failed))
        if isinstance(outcome(desk), Baseline):
            break
        desk.act("neutral")
    desk.until(lambda: taken(desk))


def change_within_one(desk: Desk) -> None:
    """Begin a neutral with one expression, end it with another, and wait for what is said of it."""
    desk.vision.label = "happiness"
    desk.until(lambda: desk.window.panel.headline == "happiness")
    desk.act("neutral")
    end = desk.index + 8
    desk.until(lambda: desk.index > end)
    desk.vision.label = "anger"
    desk.until(lambda: isinstance(outcome(desk), Baseline | Failed))
    desk.until(lambda: "neutral" in desk.window.banner.text or "lost" in desk.window.banner.text)


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_key_takes_the_face_at_rest_and_takes_it_away_again(desk: Desk) -> None:
    desk.vision.label, desk.vision.share = "sadness", 0.6
    desk.open("camera:0")
    desk.until(lambda: desk.window.panel.headline == "sadness")
    QTest.keyClick(desk.window, Qt.Key.Key_N)
    assert not taken(desk)
    desk.until(lambda: desk.message.startswith("Hold still and look calm"))
    until_taken(desk)
    desk.until(lambda: desk.window.panel.headline == "neutral")
    assert "counted from this neutral face" in desk.window.banner.text
    assert face(desk).smoothed.argmax() == 4
    assert face(desk).shown.argmax() == 6
    assert desk.window.panel.bars.outlined
    QTest.keyClick(desk.window, Qt.Key.Key_N)
    desk.until(lambda: desk.window.panel.headline == "sadness")
    assert not taken(desk)
    assert not desk.window.panel.bars.outlined


def test_taking_it_away_can_be_undone(desk: Desk) -> None:
    desk.vision.label, desk.vision.share = "sadness", 0.6
    desk.open("camera:0")
    desk.act("neutral")
    until_taken(desk)
    desk.act("neutral")
    desk.until(lambda: not taken(desk))
    QTest.mouseClick(desk.window.banner._action, Qt.MouseButton.LeftButton)
    desk.until(lambda: taken(desk))


def test_it_can_be_given_up_half_way(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fer_desktop.engine.baseline.TAKES_S", 60.0)
    desk.open("camera:0")
    desk.act("neutral")
    desk.until(lambda: isinstance(outcome(desk), Taking))
    desk.act("neutral")
    assert outcome(desk) is None
    desk.until(lambda: desk.message == "")


def test_a_face_that_goes_is_said_and_nothing_is_kept(desk: Desk) -> None:
    desk.open("camera:0")
    desk.act("neutral")
    desk.until(lambda: isinstance(outcome(desk), Taking))
    desk.vision.faces = 0
    desk.until(lambda: "lost before the three seconds" in desk.window.banner.text)
    assert "try again" in desk.window.banner.text
    assert not taken(desk)


def test_an_expression_that_changes_is_not_calm(desk: Desk) -> None:
    desk.open("camera:0")
    for _ in range(5):  # a machine that looks away for a second sees no change, or no face
        change_within_one(desk)
        if "changed too much" in desk.window.banner.text:
            return
        if taken(desk):
            desk.act("neutral")
    pytest.fail(f"it was told: {desk.window.banner.text}")


def test_while_nothing_moves_it_says_to_press_play(desk: Desk) -> None:
    desk.open("clip.mp4")
    desk.act("play")
    desk.until(lambda: desk.message == "Paused")
    desk.act("neutral")
    assert "Press play first" in desk.window.banner.text
    assert not taken(desk)


def test_another_face_has_its_own(desk: Desk) -> None:
    desk.vision.faces = 2
    desk.open("camera:0")
    desk.until(lambda: desk.index > 3)
    desk.act("neutral")
    until_taken(desk)
    assert isinstance(outcome(desk), Baseline)
    desk.window.commands.faces.choose(2)
    desk.until(lambda: not taken(desk))
    desk.window.commands.faces.choose(1)
    desk.until(lambda: taken(desk))


def test_a_session_holds_the_baseline_and_both_values(desk: Desk) -> None:
    desk.vision.label, desk.vision.share = "sadness", 0.6
    desk.open("camera:0")
    desk.act("neutral")
    until_taken(desk)
    desk.act("record")
    start = desk.index
    desk.until(lambda: desk.index > start + 5)
    desk.act("neutral")
    desk.until(lambda: not taken(desk))
    now = desk.index
    desk.until(lambda: desk.index > now + 5)
    desk.act("record")
    desk.until(lambda: "Recorded" in desk.window.banner.text)
    (folder,) = desk.sessions.iterdir()
    events = rows(folder, "events.csv")
    assert [event["kind"] for event in events] == ["baseline_set", "baseline_removed"]
    assert events[0]["detail"].startswith("face 1; ")
    assert "share 0.7; logits anger=" in events[0]["detail"]
    log = [row for row in rows(folder, "log.csv") if row["success"] == "1"]
    corrected = [row for row in log if row["b_sadness"]]
    assert 0 < len(corrected) < len(log)
    assert all(float(row["p_sadness"]) > 0.5 for row in log)
    assert all(float(row["b_neutral"]) > float(row["p_neutral"]) for row in corrected)
    # What the events say is enough to compute the corrected values again.
    told = dict(pair.split("=") for pair in events[0]["detail"].split("logits ")[1].split())
    labels = list(told)
    z0 = np.array([float(told[label]) for label in labels])
    raw = np.log([float(corrected[0][f"p_{label}"]) for label in labels])
    reference = np.log([0.9 if label == "neutral" else 0.1 / 7 for label in labels])
    again = np.exp(raw - 0.7 * (z0 - reference))
    again /= again.sum()
    assert [float(corrected[0][f"b_{label}"]) for label in labels] == pytest.approx(again.tolist(), abs=2e-3)
