"""Reports and rows of a stretch, written from the window while the picture goes on."""

from __future__ import annotations

import csv
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from fer_desktop.errors import SessionError
from fer_desktop.session.events import FACE_NAMED
from fer_desktop.session.reader import read_session
from fer_desktop.ui.export_dialog import ExportDialog, Wanted
from fer_desktop.ui.lens import Span
from fer_desktop.ui.outputs import Report
from tests.capture.clips import write_clip
from tests.gui.conftest import Desk


def record(desk: Desk, rows: int = 10) -> Path:
    """A session of what runs, completed."""
    desk.act("record")
    recorder = desk.controller.recording.recorder
    assert recorder is not None
    desk.until(lambda: recorder.rows > rows)
    desk.act("record")
    desk.until(lambda: desk.controller.recording.last is not None)
    assert desk.controller.recording.last is not None
    return desk.controller.recording.last


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_session_that_was_just_recorded_has_a_report(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = desk.window.actions_["report"]
    desk.open("camera:0")
    desk.until(lambda: not report.isEnabled())
    folder = record(desk)
    desk.until(report.isEnabled)
    out = tmp_path / "report.html"
    opened: list[Path] = []
    monkeypatch.setattr(desk.window.commands, "show_folder", opened.append)
    desk.window.commands.outputs.write_report(folder, out)
    desk.until(lambda: desk.window.banner.text.startswith("Written: report.html"), 60_000)
    assert "Report of a session" in out.read_text(encoding="utf-8")
    current = desk.program.notifications.current
    assert current is not None
    assert current.act is not None
    current.act()
    assert opened == [out]


def export_dialog(desk: Desk) -> ExportDialog:
    desk.until(desk.window.actions_["export"].isEnabled)
    desk.act("export")
    (dialog,) = desk.window.findChildren(ExportDialog)
    return dialog


def test_a_session_leaves_in_the_forms_that_are_ticked(desk: Desk, tmp_path: Path) -> None:
    desk.open("camera:0")
    assert not desk.window.actions_["export"].isEnabled(), "there is no session yet"
    folder = record(desk)
    dialog = export_dialog(desk)
    assert dialog.wanted == Wanted(("xlsx",), folder / "exports")
    assert not dialog.film.isEnabled(), "nothing is kept of a camera's pictures"
    dialog.forms["elan"].setChecked(True)
    dialog.choose_folder(tmp_path / "study")
    dialog.go.click()
    desk.until(lambda: desk.window.banner.text == "Written: study")
    made = sorted(path.name for path in (tmp_path / "study").iterdir())
    assert made == [f"{folder.name}.eaf", f"{folder.name}.xlsx"]
    assert not desk.window.findChildren(ExportDialog)


def test_what_is_there_already_is_said_before_it_is_replaced(desk: Desk) -> None:
    desk.open("camera:0")
    folder = record(desk)
    first = export_dialog(desk)
    assert first.told == ""
    first.go.click()
    desk.until(lambda: desk.window.banner.text == "Written: exports")
    (book,) = (folder / "exports").iterdir()
    book.write_bytes(b"old")
    again = export_dialog(desk)
    assert again.told == f"There already, and replaced: {book.name}"
    again.forms["xlsx"].setChecked(False)
    assert again.told == ""
    assert not again.go.isEnabled(), "nothing is ticked"
    again.forms["xlsx"].setChecked(True)
    again.go.click()
    desk.until(lambda: book.read_bytes()[:2] == b"PK")
    desk.until(lambda: not desk.controller.outputs.busy)


def test_names_of_faces_are_told_of_before_the_export_is_handed_on(desk: Desk) -> None:
    desk.open("camera:0")
    desk.act("record")
    desk.controller.recording.happened(FACE_NAMED, "face 1", label="Annabel")
    desk.act("record")
    dialog = export_dialog(desk)
    dialog.go.click()
    desk.until(lambda: "Written: exports" in desk.window.banner.text)
    assert desk.window.banner.text.endswith(
        ".xlsx', look at what goes along: names given to faces (Annabel)."
    )
    desk.window.commands.apply_settings({"language": "es"})
    again = export_dialog(desk)
    again.go.click()
    desk.until(lambda: "mire lo que va con" in desk.window.banner.text)
    assert desk.window.banner.text.endswith("nombres dados a caras (Annabel).")
    assert not desk.window.banner._timer.isActive(), "it is not gone before it is read"


def test_a_film_is_made_of_a_session_of_a_file_and_made_again(desk: Desk, tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "short.mp4", range(0, 3000, 40), size=(320, 240))
    desk.open(str(clip))
    folder = record(desk)
    dialog = export_dialog(desk)
    dialog.forms["xlsx"].setChecked(False)
    assert not dialog.blur.isEnabled()
    dialog.film.setChecked(True)
    dialog.blur.setChecked(True)
    assert dialog.wanted == Wanted((), folder / "exports", film=True, blur=True)
    dialog.go.click()
    desk.until(lambda: desk.window.banner.text.startswith("Written: annotated.mp4"), 30_000)
    film = read_session(folder).metadata.film
    assert film is not None
    assert film.faces_blurred
    again = export_dialog(desk)
    again.film.setChecked(True)
    assert again.told == "There already, and replaced: annotated.mp4"
    again.go.click()
    desk.until(lambda: desk.window.banner.text.startswith("Written: exports"), 30_000)
    film = read_session(folder).metadata.film
    assert film is not None
    assert not film.faces_blurred
    assert (folder / "exports" / f"{folder.name}.xlsx").is_file()


def test_the_session_that_is_open_comes_before_the_one_that_was_recorded(desk: Desk) -> None:
    desk.open("camera:0")
    first = record(desk)
    desk.controller.open(str(first))
    desk.until(lambda: desk.controller.session is not None)
    desk.controller.recording.last = Path("/elsewhere")
    assert desk.window.commands.outputs._session() == first


def test_what_cannot_be_written_is_told_and_what_is_long_can_be_given_up(desk: Desk, tmp_path: Path) -> None:
    desk.open("camera:0")
    outputs = desk.controller.outputs

    def fail(_: Report) -> str:
        raise SessionError("The disk is full.", "Make room.")

    outputs.make(tmp_path / "a.html", fail, lambda _: None)
    desk.until(lambda: desk.window.banner.text == "The disk is full. Make room.")
    desk.program.notifications.dismiss()

    step, stopped = threading.Event(), threading.Event()

    def long(report: Report) -> str:
        try:
            for done in range(6000):
                report(done, 6000)
                step.wait(0.01)
        finally:
            stopped.set()
        return ""

    outputs.make(tmp_path / "b.html", long, lambda _: None)
    desk.until(lambda: "Writing b.html" in desk.window.banner.text)
    index = desk.index
    desk.until(lambda: desk.index > index + 5)
    assert not stopped.is_set(), "live goes on meanwhile"
    current = desk.program.notifications.current
    assert current is not None
    assert current.act is not None
    current.act()
    desk.until(stopped.is_set)
    assert not outputs.busy
    assert desk.window.banner.text == ""


def test_what_is_asked_for_meanwhile_is_written_afterwards_and_each_is_told(
    desk: Desk, tmp_path: Path
) -> None:
    desk.open("camera:0")
    outputs, texts, written = desk.controller.outputs, list[str](), list[str]()
    desk.program.notifications.changed.connect(lambda: texts.append(desk.window.banner.text))
    held = threading.Event()

    def long(report: Report) -> str:
        while not held.wait(0.01):
            report(1, 2)
        written.append("film.mp4")
        return ""

    def short(name: str) -> Callable[[Report], str]:
        def write(_: Report) -> str:
            written.append(name)
            return ""

        return write

    outputs.make(tmp_path / "film.mp4", long, lambda _: None)
    desk.until(lambda: "Writing film.mp4 … 50 %" in texts)
    for name in ("a.csv", "b.csv"):
        outputs.make(tmp_path / name, short(name), lambda _: None)
    held.set()
    desk.until(lambda: not outputs.busy)
    assert written == ["film.mp4", "a.csv", "b.csv"]
    told = [text for text in dict.fromkeys(texts) if text.startswith("Written")]
    assert told == ["Written: film.mp4", "Written: a.csv", "Written: b.csv"]


def test_cancel_gives_up_what_is_written_and_closing_the_window_all_of_it(desk: Desk, tmp_path: Path) -> None:
    desk.open("camera:0")
    outputs, begun = desk.controller.outputs, list[str]()

    def long(name: str) -> Callable[[Report], str]:
        def write(report: Report) -> str:
            begun.append(name)
            while True:
                report(1, 2)
                time.sleep(0.01)

        return write

    for name in ("a.csv", "b.csv", "c.csv"):
        outputs.make(tmp_path / name, long(name), lambda _: None)
    desk.until(lambda: desk.window.banner.text == "Writing a.csv … 50 %")
    current = desk.program.notifications.current
    assert current is not None
    assert current.act is not None
    current.act()
    desk.until(lambda: desk.window.banner.text == "Writing b.csv … 50 %")
    desk.window.close()
    assert not outputs.busy
    assert begun == ["a.csv", "b.csv"]


def test_a_stretch_of_a_finished_session_is_exported_as_in_the_log(desk: Desk, tmp_path: Path) -> None:
    desk.open("camera:0")
    folder = record(desk, rows=30)
    desk.controller.open(str(folder))
    desk.until(lambda: desk.controller.session is not None)
    log = rows_of(folder / "log.csv")
    start, end = float(log[5]["t_s"]), float(log[15]["t_s"])
    action = desk.window.actions_["stretch_export"]
    assert not action.isEnabled()
    span = Span(start, end)
    desk.window.stretch.choose(span)
    desk.until(action.isEnabled)
    commands = desk.window.commands.outputs
    out = tmp_path / "stretch.csv"
    commands.write_stretch(folder, commands._stretch(span), out)
    desk.until(lambda: desk.window.banner.text == "Written: stretch.csv 10 rows of the log.")
    assert rows_of(out) == log[5:15]


def test_a_stretch_of_what_is_recorded_is_exported_from_the_log_so_far(desk: Desk, tmp_path: Path) -> None:
    desk.open("camera:0")
    action = desk.window.actions_["stretch_export"]
    desk.until(lambda: desk.controller.history is not None and desk.controller.history.count > 5)
    history = desk.controller.history
    assert history is not None
    desk.window.stretch.choose(Span(history.first_time() or 0.0, (history.last_time() or 0.0) + 1000))
    desk.until(lambda: desk.window.stretch.figures is not None)
    desk.window.commands.refresh()
    assert not action.isEnabled(), "without a log there are no rows"

    desk.act("record")
    recorder = desk.controller.recording.recorder
    assert recorder is not None
    assert recorder.folder is not None
    desk.until(lambda: recorder.rows > 30)
    desk.until(action.isEnabled)
    log = rows_of(recorder.folder / "log.csv")
    start = recorder._clock.perf_s + float(log[5]["t_s"])  # type: ignore[union-attr]
    end = recorder._clock.perf_s + float(log[15]["t_s"])  # type: ignore[union-attr]
    commands = desk.window.commands.outputs
    out = tmp_path / "stretch.csv"
    commands.write_stretch(recorder.folder, commands._stretch(Span(start, end)), out)
    desk.until(lambda: "10 rows of the log" in desk.window.banner.text)
    assert rows_of(out) == log[5:15]
    desk.act("record")
    desk.until(lambda: desk.controller.recording.last is not None)
    desk.until(action.isEnabled)
    assert read_session(recorder.folder).complete


def test_of_two_recordings_of_a_camera_the_one_that_has_the_stretch_is_exported(
    desk: Desk, tmp_path: Path
) -> None:
    desk.open("camera:0")
    before = time.perf_counter()
    desk.until(lambda: time.perf_counter() > before + 0.2)
    folders, spans = [], []
    for _ in range(2):
        begun = time.perf_counter()
        desk.controller.recording.last = None
        folders.append(record(desk, rows=30))
        spans.append(Span(begun + 0.3, begun + 0.6))
    commands, action = desk.window.commands.outputs, desk.window.actions_["stretch_export"]
    for folder, span in zip(folders, spans, strict=True):
        desk.window.stretch.choose(span)
        commands.refresh()
        assert action.isEnabled()
        assert commands._logged(span) == folder
        out = tmp_path / f"{folder.name}.csv"
        commands.write_stretch(folder, commands._stretch(span), out)
        desk.until(lambda: not desk.controller.outputs.busy)
        rows = rows_of(out)
        assert rows
        assert rows == [row for row in rows_of(folder / "log.csv") if row in rows]
    desk.window.stretch.choose(Span(before, before + 0.1))
    commands.refresh()
    assert not action.isEnabled(), "that was not recorded"


def test_the_file_dialogs_suggest_a_name_that_says_what_it_is(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.open("camera:0")
    folder = record(desk)
    asked: list[Path] = []
    commands = desk.window.commands.outputs
    monkeypatch.setattr(commands, "_ask", lambda _title, suggested, *_: asked.append(suggested))
    commands.ask_report()
    history = desk.controller.history
    assert history is not None
    desk.window.stretch.choose(Span(history.first_time() or 0.0, history.last_time() or 0.0))
    commands.ask_stretch()
    report, stretch = asked
    assert report == folder / "report.html"
    assert stretch.parent == folder
    assert stretch.name.startswith("stretch_")
    assert stretch.suffix == ".csv"


def test_a_file_whose_line_was_closed_can_still_be_stopped_and_is_told_of_again(
    desk: Desk, tmp_path: Path
) -> None:
    desk.open("camera:0")
    outputs = desk.controller.outputs

    def long(report: Report) -> str:
        while True:
            report(1, 2)
            time.sleep(0.01)

    desk.until(lambda: not desk.window.actions_["stop_writing"].isEnabled())
    outputs.make(tmp_path / "a.csv", long, lambda _: None)
    desk.until(lambda: desk.window.banner.text == "Writing a.csv … 50 %")
    desk.program.notifications.dismiss()
    assert desk.window.banner.text == ""
    outputs.make(tmp_path / "b.csv", long, lambda _: None)
    desk.until(lambda: desk.window.banner.text == "Writing a.csv … 50 %")
    desk.program.notifications.dismiss()
    desk.until(desk.window.actions_["stop_writing"].isEnabled)
    desk.act("stop_writing")
    desk.until(lambda: desk.window.banner.text == "Writing b.csv … 50 %")
    desk.act("stop_writing")
    assert not outputs.busy
    desk.until(lambda: not desk.window.actions_["stop_writing"].isEnabled())
