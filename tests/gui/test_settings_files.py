"""Settings are passed on as a file, taken over as a whole or not at all, and set back; each can be undone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QPushButton

from fer_desktop.settings import TABLE, Settings, SettingsError
from fer_desktop.settings_files import export_settings, read_settings_file, shared_values
from fer_desktop.ui.dialogs import SettingsDialog
from tests.gui.conftest import Desk


def settings_dialog(desk: Desk) -> SettingsDialog:
    desk.act("settings")
    (dialog,) = [one for one in desk.window.findChildren(SettingsDialog) if one.isVisible()]
    return dialog


def choose(dialog: SettingsDialog, name: str, value: str) -> None:
    editor = dialog.editor(name)
    assert isinstance(editor, QComboBox)
    editor.setCurrentIndex(editor.findData(value))


def written(path: Path, settings: object, version: object = 1) -> Path:
    path.write_text(json.dumps({"fer_desktop_settings": version, "settings": settings}), encoding="utf-8")
    return path


def test_an_exported_file_brings_all_of_the_dialog_to_another_computer(tmp_path: Path) -> None:
    network = tmp_path / "mine.onnx"
    network.touch()
    here = Settings(
        theme="dark",
        language="es",
        model=str(network),
        recent=("private.mp4",),
        geometry="x",
        notice_who="The lab, 1 Main Street",
    )
    export_settings(here, tmp_path / "settings.json")
    values = read_settings_file(tmp_path / "settings.json")
    assert values == shared_values(here)
    assert set(values) == {line.name for line in TABLE}
    assert "private" not in (tmp_path / "settings.json").read_text(encoding="utf-8")
    assert list(tmp_path.glob("*.tmp")) == []


def test_a_file_that_cannot_be_written_says_where(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="could not be written to"):
        export_settings(Settings(), tmp_path / "nowhere" / "settings.json")


def test_a_path_that_is_no_unicode_is_told_and_leaves_nothing(desk: Desk, tmp_path: Path) -> None:
    dialog = settings_dialog(desk)
    desk.program.store.change(model="/home/caf\udce9.onnx")  # as Python reads a byte that is no UTF-8
    out = tmp_path / "out"
    out.mkdir()
    dialog.export_to(out / "settings.json")
    assert "'model' is '/home/caf\\udce9.onnx', a name that is no Unicode" in dialog.trouble
    assert list(out.iterdir()) == []


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"theme": "pink"}, "'theme' is 'pink'; it can be 'auto', 'light', 'dark'"),
        ({"theme": 5}, "'theme' is 5; it can be"),
        ({"theme": "dark", "colour": "red"}, "does not exist here: 'colour'"),
        ({"recent": "clip.mp4"}, "does not exist here: 'recent'"),
        ({"model": "/not/here.onnx"}, "'model' is the file '/not/here.onnx', which is not here"),
        ({"model": None}, "'model' is None; it can be '', 'expression-small' or the path of a file"),
        ({"detector": "a\0b"}, "which is not here"),
        ({"sessions_folder": "here"}, "it can be the full path of a folder, or empty"),
        ({"notice_who": 7}, "'notice_who' is 7; it can be any text"),
        (["theme"], "holds no settings of FER Desktop"),
    ],
)
def test_wrong_values_are_told_by_name(tmp_path: Path, settings: object, sentence: str) -> None:
    with pytest.raises(SettingsError) as told:
        read_settings_file(written(tmp_path / "settings.json", settings))
    assert sentence in str(told.value)
    assert "nothing was changed" in told.value.remedy


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "no valid JSON"),
        (b'{"fer_desktop_settings": 1, "set', "no valid JSON"),
        (b"\xff\xfe\x00", "no valid JSON"),
        (b"[" * 100_000, "no valid JSON"),
        (b"[1, 2]", "holds no settings"),
        (b'{"theme": "dark"}', "holds no settings"),
        (b'{"settings": {"theme": "dark"}}', "holds no settings"),
        (b'{"fer_desktop_settings": 2, "settings": {}}', "newer version"),
        (b" " * 1_000_001, "too large"),
    ],
)
def test_files_that_are_none_are_told_apart(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "other.json"
    path.write_bytes(content)
    with pytest.raises(SettingsError, match=sentence):
        read_settings_file(path)


def test_a_missing_file_and_a_folder_are_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="does not exist"):
        read_settings_file(tmp_path / "gone.json")
    with pytest.raises(SettingsError, match="cannot be read"):
        read_settings_file(tmp_path)


def test_what_is_chosen_holds_at_once_and_is_taken_back_step_by_step(desk: Desk) -> None:
    dialog = settings_dialog(desk)
    assert not dialog.undo.isEnabled()
    choose(dialog, "theme", "dark")
    choose(dialog, "look_back", "on")
    assert desk.program.themes.theme.dark
    assert desk.program.store.current.look_back == "on"
    dialog.undo.click()
    assert desk.program.store.current.look_back == "off"
    assert desk.program.store.current.theme == "dark"
    dialog.undo.click()
    assert desk.program.store.current.theme == "auto"
    assert dialog.values() == shared_values(desk.program.store.current)
    assert not dialog.undo.isEnabled()


def test_a_screen_reader_tells_the_buttons_that_choose_apart(desk: Desk) -> None:
    buttons = settings_dialog(desk).findChildren(QPushButton)
    names = [button.accessibleName() for button in buttons if button.text() == "Choose…"]
    assert names == [
        "Choose: Network",
        "Choose: Compare with",
        "Choose: Face detector",
        "Choose: Sessions folder",
    ]


def test_reset_sets_everything_back_and_undo_brings_it_back(desk: Desk) -> None:
    dialog = settings_dialog(desk)
    choose(dialog, "theme", "dark")
    chosen = shared_values(desk.program.store.current)
    dialog.buttons["Reset"].click()
    assert shared_values(desk.program.store.current) == shared_values(Settings())
    assert not desk.program.themes.theme.dark
    dialog.undo.click()
    assert shared_values(desk.program.store.current) == chosen
    assert dialog.values() == chosen


def test_an_imported_file_holds_at_once_and_a_wrong_one_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    dialog = settings_dialog(desk)
    before = shared_values(desk.program.store.current)
    dialog.import_from(written(tmp_path / "wrong.json", {"theme": "dark", "language": "klingon"}))
    assert "'language' is 'klingon'" in dialog.trouble
    assert shared_values(desk.program.store.current) == before
    assert not dialog.undo.isEnabled()

    dialog.import_from(written(tmp_path / "right.json", {"theme": "dark", "readout": "off"}))
    assert dialog.trouble == ""
    assert desk.program.themes.theme.dark
    assert desk.program.store.current.readout == "off"
    assert dialog.values()["theme"] == "dark"
    dialog.undo.click()
    assert shared_values(desk.program.store.current) == before

    dialog.export_to(tmp_path / "nowhere" / "file.json")
    assert "could not be written" in dialog.trouble
    dialog.export_to(tmp_path / "mine.json")
    assert dialog.trouble == ""
    assert read_settings_file(tmp_path / "mine.json") == before


def test_another_language_is_spoken_by_the_dialog_too(desk: Desk) -> None:
    dialog = settings_dialog(desk)
    choose(dialog, "language", "es")
    QApplication.processEvents()
    assert dialog.windowTitle() == "Ajustes"
    assert any(label.text() == "Tema" for label in dialog.findChildren(QLabel))
    dialog.undo.click()
    assert dialog.windowTitle() == "Settings"
    assert dialog.values()["language"] == "en"


def test_a_folder_that_is_still_being_typed_counts_at_the_end(desk: Desk, tmp_path: Path) -> None:
    dialog = settings_dialog(desk)
    folder = dialog.editor("sessions_folder")
    assert isinstance(folder, QLineEdit)
    folder.setText(str(tmp_path / "mine"))
    dialog.accept()
    assert desk.program.store.current.sessions_folder == str(tmp_path / "mine")


def test_the_wheel_scrolls_and_chooses_nothing(desk: Desk) -> None:
    dialog = settings_dialog(desk)
    theme = dialog.editor("theme")
    turn = QWheelEvent(
        QPointF(5, 5),
        QPointF(theme.mapToGlobal(QPoint(5, 5))),
        QPoint(0, 0),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(theme, turn)
    assert dialog.values()["theme"] == "auto"
