"""What was closed or replaced is gone: a window that is open for days does not fill up."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QDialog, QMenu

from fer_desktop.ui.dialogs import SettingsDialog
from fer_desktop.ui.lens import Span
from tests.gui.conftest import Desk
from tests.gui.test_outputs import export_dialog, record


def delete_what_is_due() -> None:
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def menus(desk: Desk) -> int:
    delete_what_is_due()
    return len(desk.window.findChildren(QMenu))


def test_dialogs_that_were_closed_are_gone(desk: Desk) -> None:
    desk.open("camera:0")
    record(desk)
    desk.act("record")
    desk.until(lambda: desk.window.panel.headline == "happiness")
    history = desk.controller.history
    assert history is not None
    last = history.last_time()
    assert last is not None
    desk.window.stretch.choose(Span(last - 0.2, last))
    commands = desk.window.commands
    for ask in (
        commands.ask_file,
        commands.ask_folder,
        commands.ask_session,
        commands.ask_stream,
        commands.ask_notice,
        commands.outputs.ask_report,
        commands.outputs.ask_stretch,
        commands.faces.ask_name,
        desk.window.stretch.ask_note,
    ):
        ask()
        (dialog,) = desk.window.findChildren(QDialog)
        dialog.close()
        delete_what_is_due()
        assert desk.window.findChildren(QDialog) == [], ask


def test_file_dialogs_over_a_dialog_are_gone_too(desk: Desk) -> None:
    desk.act("settings")
    (settings,) = desk.window.findChildren(SettingsDialog)
    for button in ("Export…", "Import…"):
        settings.buttons[button].click()
        _close_over(settings)
    desk.open("camera:0")
    record(desk)
    export = export_dialog(desk)
    export._ask_folder()
    _close_over(export)


def _close_over(dialog: QDialog) -> None:
    (over,) = dialog.findChildren(QDialog)
    over.close()
    delete_what_is_due()
    assert dialog.findChildren(QDialog) == []


def test_menus_are_made_anew_for_another_language_only_and_the_old_ones_are_gone(desk: Desk) -> None:
    bar = desk.window.menuBar()
    before, first = menus(desk), bar.actions()[0]
    for theme in ("dark", "light") * 2:
        desk.window.commands.apply_settings({"theme": theme})
    assert bar.actions()[0] is first
    for language in ("es", "en") * 2:
        desk.window.commands.apply_settings({"language": language})
    assert bar.actions()[0].text() == "&Open"
    assert menus(desk) == before


def test_a_menu_ticks_what_was_chosen_elsewhere(desk: Desk) -> None:
    themes = next(menu for menu in desk.window.findChildren(QMenu) if menu.title() == "Theme")
    desk.window.commands.apply_settings({"theme": "dark"})
    themes.aboutToShow.emit()
    assert [action.text() for action in themes.actions() if action.isChecked()] == ["Dark"]
