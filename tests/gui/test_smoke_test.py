"""`fer-desktop --smoke-test` says what works, and fails with one sentence where something does not."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from fer_desktop import smoke_test as smoke
from fer_desktop.app import Program
from fer_desktop.capture.source import Source
from fer_desktop.errors import ModelError, SourceError, UserError
from fer_desktop.session.check import Check
from fer_desktop.session.findings import Finding, Severity
from fer_desktop.settings import Settings
from fer_desktop.vision.vision import Vision
from tests.gui.fakes import FakeClip, FakeInsight, FakeVision, as_vision


def program(
    settings: Path,
    make: Callable[[str], Source] = lambda _: FakeClip(),
    load_vision: Callable[[Settings], Vision] = lambda _: as_vision(FakeVision()),
) -> Program:
    return Program(
        settings,
        make=make,
        find_cameras=list,
        load_vision=load_vision,
        load_insight=lambda _: FakeInsight().load(),
    )


@pytest.fixture(autouse=True)
def _english(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "C")
    monkeypatch.setattr(smoke, "_LONGEST_S", 20.0)
    qapp.setStyleSheet("")


def failure(make_program: smoke.MakeProgram) -> str:
    with pytest.raises(UserError) as told:
        smoke.smoke_test(lambda _: None, make_program)
    return told.value.sentence


def test_the_installed_program_passes_and_leaves_nothing_behind() -> None:
    home = Path(os.environ["HOME"])
    environment = {k: v for k, v in os.environ.items() if k not in {"QT_QPA_PLATFORM", "DISPLAY"}}
    done = subprocess.run(
        [sys.executable, "-m", "fer_desktop", "--smoke-test"],
        capture_output=True,
        text=True,
        check=False,
        timeout=150,
        env={**environment, "TMPDIR": str(home)},
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert "all accounted for" in done.stdout
    assert done.stdout.endswith("The smoke test has passed.\n")
    assert [path for path in home.rglob("*") if path.is_file()] == []


def test_each_step_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smoke, "_RECORDED_S", 0.5)
    told: list[str] = []
    smoke.smoke_test(told.append, program)
    assert told[1:3] == ["window open, first frame painted", "faces found by fake, read by fake on CPU"]
    assert "with a face" in told[3]


def test_a_network_that_cannot_be_loaded_is_named() -> None:
    def refuse(_: Settings) -> Vision:
        raise ModelError("The model expression.onnx is missing.", "Install the program again.")

    assert failure(partial(program, load_vision=refuse)) == "The model expression.onnx is missing."


def test_a_missing_clip_is_named() -> None:
    def refuse(_: str) -> Source:
        raise SourceError("The demo clip is missing from this installation.")

    assert failure(partial(program, make=refuse)) == "The demo clip is missing from this installation."


def test_a_detector_that_finds_nothing_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smoke, "_LONGEST_S", 1.5)
    blind = FakeVision()
    blind.faces = 0
    seen = failure(partial(program, load_vision=lambda _: as_vision(blind)))
    assert seen == "No face was found within 2 seconds."


def test_a_folder_that_cannot_be_written_to_fails() -> None:
    def with_a_file_in_the_way(settings: Path) -> Program:
        (settings.parent / "sessions").write_text("in the way")
        return program(settings)

    assert failure(with_a_file_in_the_way).endswith("sessions' is not a folder.")


def test_a_recording_that_is_not_sound_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def unsound(folder: Path) -> Check:
        return Check(folder, None, (Finding(Severity.ERROR, "log.csv", None, "Its last row is torn."),))

    monkeypatch.setattr(smoke, "_RECORDED_S", 0.3)
    monkeypatch.setattr(smoke, "check", unsound)
    assert "Its last row is torn." in failure(program)


def test_an_error_that_nobody_caught_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smoke, "_RECORDED_S", 0.3)
    made: list[Program] = []

    def remembered(settings: Path) -> Program:
        made.append(program(settings))
        return made[0]

    def tell(text: str) -> None:
        if text.startswith("faces"):
            sys.excepthook(ValueError, ValueError("out of the blue"), None)

    with pytest.raises(UserError, match="out of the blue"):
        smoke.smoke_test(tell, remembered)
