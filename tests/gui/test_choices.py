"""What a user chooses is kept: settings, sizes, the notice, language and theme."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QDialog, QFileDialog, QLabel, QMenu, QPlainTextEdit, QPushButton

from fer_desktop import paths
from fer_desktop.app import first_source
from fer_desktop.settings import TABLE, Settings, SettingsError, with_recent
from fer_desktop.settings_store import SettingsStore
from fer_desktop.ui.actions import TABLE as ACTIONS
from fer_desktop.ui.cameras import Camera
from fer_desktop.ui.dialogs import SettingsDialog
from tests.gui.conftest import Desk

NewDesk = Callable[[], Desk]


def test_the_first_run_tells_what_the_numbers_are_not(new_desk: NewDesk) -> None:
    desk = new_desk()
    notice = desk.window.notice
    assert not notice.isHidden()
    for words in ("not what a person feels", "Article 5(1)(f)", "Article 50(3)"):
        assert words in notice.text
    desk.open("camera:0")  # it is in nobody's way
    notice.button.click()
    assert notice.isHidden()
    desk.window.close()
    assert new_desk().window.notice.isHidden()


def test_the_notice_comes_back_from_the_help_menu(desk: Desk) -> None:
    desk.window.notice.button.click()
    desk.act("notice")
    assert not desk.window.notice.isHidden()


def test_size_last_source_and_recent_are_remembered(new_desk: NewDesk) -> None:
    desk = new_desk()
    desk.window.resize(780, 690)  # the offscreen screen has 800 x 800
    desk.open("clip.mp4")
    desk.open("camera:0")
    desk.window.close()

    again = new_desk()
    assert (again.window.width(), again.window.height()) == (780, 690)
    assert again.program.store.current.last_source == "camera:0"
    menu = QMenu()
    again.window.menus.fill_recent(menu)
    assert [action.text() for action in menu.actions()] == ["camera:0", "clip.mp4"]


def test_the_camera_menu_is_asked_anew_and_says_when_there_is_none(desk: Desk) -> None:
    menu = QMenu()
    desk.window.menus.fill_cameras(menu)
    desk.until(lambda: [action.text() for action in menu.actions()] == ["Fake camera"])
    menu.actions()[0].trigger()
    desk.until(lambda: desk.text == "camera:0")

    desk.cameras = []
    desk.window.menus.fill_cameras(menu)
    desk.until(lambda: [(a.text(), a.isEnabled()) for a in menu.actions()] == [("No camera found", False)])


def test_a_driver_that_is_slow_to_list_cameras_does_not_hold_up_the_menu(desk: Desk) -> None:
    answer, menu, found = threading.Event(), QMenu(), desk.cameras
    desk.find_cameras = lambda: found if answer.wait(8) else []
    desk.window.menus.fill_cameras(menu)
    assert [(a.text(), a.isEnabled()) for a in menu.actions()] == [("Looking for cameras …", False)]
    answer.set()
    desk.until(lambda: [action.text() for action in menu.actions()] == ["Fake camera"])

    answer.clear()
    found = [*found, Camera("Other camera", "camera:1")]
    desk.window.menus.fill_cameras(menu)
    assert [action.text() for action in menu.actions()] == ["Fake camera"], "what was known last, until then"
    answer.set()
    desk.until(lambda: [action.text() for action in menu.actions()] == ["Fake camera", "Other camera"])


def test_the_window_does_not_wait_for_the_cameras_when_it_starts(desk: Desk) -> None:
    answer = threading.Event()
    desk.find_cameras = lambda: desk.cameras if answer.wait(8) else []
    desk.program.open_first(None)
    assert not answer.is_set()
    assert desk.controller.pending is None
    answer.set()
    desk.until(lambda: desk.text == "camera:0")


def test_what_the_user_opens_before_the_cameras_are_known_stays(desk: Desk) -> None:
    answer = threading.Event()
    desk.find_cameras = lambda: desk.cameras if answer.wait(8) else []
    desk.program.open_first(None)
    desk.open("clip.mp4")
    answer.set()
    index = desk.index
    desk.until(lambda: desk.index > index + 3)
    assert desk.text == "clip.mp4"
    assert desk.controller.pending is None


def test_the_first_source_is_the_last_camera_else_the_first_else_the_demo(tmp_path: Path) -> None:
    store = SettingsStore(tmp_path / "settings.json")
    both = [Camera("A", "camera:0"), Camera("B", "camera:1")]
    assert first_source(store, []) == "demo"
    assert first_source(store, both) == "camera:0"
    store.keep(with_recent(store.current, "camera:1"))
    assert first_source(store, both) == "camera:1"


def test_the_last_camera_is_remembered_over_files_and_however_it_was_named(tmp_path: Path) -> None:
    store = SettingsStore(tmp_path / "settings.json")
    first, other = Camera("A", "camera:A", index=0), Camera("B", "camera:B", index=2)
    for opened in ("camera:A", "camera:B", "clip.mp4"):
        store.keep(with_recent(store.current, opened))
    assert first_source(store, [first, other]) == "camera:B"
    assert first_source(store, [first]) == "camera:A", "the last of those that are there"
    store.keep(with_recent(store.current, "camera:A"))
    store.keep(with_recent(store.current, "camera:2"))  # from the command line
    assert first_source(store, [first, other]) == "camera:B"


def test_without_a_camera_the_demo_is_opened_and_said(desk: Desk) -> None:
    desk.cameras = []
    desk.sources["demo"] = desk.sources["clip.mp4"]
    desk.program.open_first(None)
    desk.until(lambda: desk.text == "demo")
    assert "demo clip" in desk.window.banner.text


def test_the_settings_dialog_shows_every_setting_and_each_holds_at_once(desk: Desk) -> None:
    desk.act("settings")
    dialog = desk.window.findChild(SettingsDialog)
    assert isinstance(dialog, SettingsDialog)
    assert set(dialog.values()) == {line.name for line in TABLE}
    theme = dialog.editor("theme")
    assert isinstance(theme, QComboBox)
    theme.setCurrentIndex(theme.findData("dark"))
    assert desk.program.themes.theme.dark
    assert json.loads(desk.program.store.path.read_text(encoding="utf-8"))["theme"] == "dark"


def test_networks_that_come_along_are_chosen_by_name_and_others_by_their_file(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.act("settings")
    dialog = desk.window.findChild(SettingsDialog)
    assert isinstance(dialog, SettingsDialog)
    model = dialog.editor("model")
    assert isinstance(model, QComboBox)
    assert (model.currentText(), dialog.values()["model"]) == ("Accurate", "")
    model.setCurrentIndex(1)
    assert dialog.values()["model"] in paths.models()
    mine = str(tmp_path / "mine.onnx")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (mine, ""))
    button = next(b for b in dialog.findChildren(QPushButton) if b.text() == "Choose…")
    button.click()
    assert (model.currentText(), dialog.values()["model"]) == ("mine.onnx", mine)
    assert desk.program.store.current.model == mine
    again = SettingsDialog(lambda: desk.program.store.current, desk.window, lambda _: None)
    assert again.values()["model"] == mine


def test_a_setting_of_the_analysis_opens_the_source_again(desk: Desk) -> None:
    desk.open("clip.mp4")
    first = desk.controller.current
    desk.window.commands.apply_settings({"smoothing_ms": "500"})
    desk.until(lambda: desk.controller.current is not first)
    assert desk.text == "clip.mp4"


def test_keys_and_about_do_not_stop_the_picture(desk: Desk) -> None:
    desk.open("camera:0")
    QTest.keyClick(desk.window, Qt.Key.Key_F1)
    desk.act("about")
    index = desk.index
    desk.until(lambda: desk.index > index)
    texts = " ".join(
        label.text() for d in desk.window.findChildren(QDialog) for label in d.findChildren(QLabel)
    )
    for spec in ACTIONS:
        assert not spec.keys or spec.text in texts
    assert "0123456789abcdef" in texts
    assert "MIT" in texts
    assert "not what a person feels" in texts


def test_about_shows_the_licences_of_what_the_program_is_made_with(desk: Desk) -> None:
    desk.act("about")
    about = desk.window.findChildren(QDialog)[0]
    button = next(b for b in about.findChildren(QPushButton) if "Licences" in b.text())
    button.click()
    shown = about.findChildren(QPlainTextEdit)[0]
    assert shown.isVisible()
    assert shown.isReadOnly()
    for name in ("PySide6_Essentials", "GNU LESSER GENERAL PUBLIC LICENSE", "numpy"):
        assert name in shown.toPlainText()


def test_no_two_actions_share_a_key(desk: Desk) -> None:
    keys = [key.toString() for action in desk.window.actions() for key in action.shortcuts()]
    assert sorted(set(keys)) == sorted(keys)
    assert {"1", "9", "C", "Ctrl+C", "H", "Shift+H", "Home", "Esc"} <= set(keys)


def test_full_screen_keeps_the_keys_and_escape_leaves_it(desk: Desk) -> None:
    desk.open("camera:0")
    QTest.keyClick(desk.window, Qt.Key.Key_F)
    assert desk.window.isFullScreen()
    assert desk.window.menuBar().isHidden()
    QTest.keyClick(desk.window, Qt.Key.Key_Space)
    desk.until(lambda: desk.message == "Paused")
    QTest.keyClick(desk.window, Qt.Key.Key_Escape)
    assert not desk.window.isFullScreen()
    assert not desk.window.menuBar().isHidden()


@pytest.mark.parametrize("content", ["{ not json", "[" * 100_000], ids=["broken", "very deep"])
def test_a_broken_settings_file_is_set_aside_and_told(tmp_path: Path, content: str) -> None:
    path = tmp_path / "settings.json"
    path.write_text(content, encoding="utf-8")
    store = SettingsStore(path)
    assert store.current == Settings()
    assert isinstance(store.trouble, SettingsError)
    assert (tmp_path / "settings.json.bak").read_text(encoding="utf-8") == content


def test_single_wrong_values_fall_back_and_the_rest_holds(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"theme": "pink", "language": "es", "recent": "x", "later": 1}', encoding="utf-8")
    current = SettingsStore(path).current
    assert (current.theme, current.language, current.recent) == ("auto", "es", ())


def test_settings_that_cannot_be_written_say_where(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = SettingsStore(tmp_path / "file" / "settings.json")
    with pytest.raises(SettingsError, match=r"settings\.json"):
        store.change(theme="dark")
    assert store.current.theme == "dark"


def test_what_could_not_be_saved_is_saved_when_it_is_chosen_again(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    store = SettingsStore(path)
    store.change(theme="light")
    in_the_way = tmp_path / "settings.json.tmp"
    in_the_way.mkdir()
    with pytest.raises(SettingsError, match="could not be saved"):
        store.change(theme="dark")
    in_the_way.rmdir()
    store.change(theme="dark")
    assert SettingsStore(path).current.theme == "dark"


def test_two_programs_that_run_keep_each_others_choices(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    SettingsStore(path).change(keep_days="30")
    one, other = SettingsStore(path), SettingsStore(path)
    one.change(notice_who="Dr A", theme="light")
    other.change(why=True, theme="dark")
    kept = SettingsStore(path).current
    assert (kept.notice_who, kept.why, kept.keep_days) == ("Dr A", True, "30")
    assert kept.theme == "dark", "the last word counts"
    assert (one.current.theme, one.current.why) == ("light", False), "a window stays as it is"
    one.change(look_back="on")
    assert SettingsStore(path).current.theme == "dark"


@pytest.mark.parametrize("content", ["", "[" * 100_000, "[1]", None], ids=["empty", "deep", "list", "gone"])
def test_a_file_that_was_spoilt_meanwhile_is_written_whole(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "settings.json"
    store = SettingsStore(path)
    store.change(theme="dark")
    path.unlink() if content is None else path.write_text(content, encoding="utf-8")
    store.change(why=True)
    kept = SettingsStore(path).current
    assert (kept.theme, kept.why) == ("dark", True)


def test_recent_sources_are_few_and_each_is_there_once() -> None:
    settings = Settings()
    for number in [*range(12), 5]:
        settings = with_recent(settings, f"clip{number}.mp4")
    assert settings.recent[:2] == ("clip5.mp4", "clip11.mp4")
    assert len(settings.recent) == len(set(settings.recent)) == 8
