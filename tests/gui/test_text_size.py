"""Text at up to twice its size: the window stays usable at 900 x 600, and nothing is cut."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QLabel, QToolButton, QWidget

from fer_desktop.ui import theme as look
from fer_desktop.ui.dialogs import SettingsDialog
from tests.gui.conftest import Desk


def cut(top: QWidget) -> list[str]:
    """Texts that do not fit into what they are written on."""
    found = []
    for label in top.findChildren(QLabel):
        if not label.isVisible() or not label.text():
            continue
        room = label.contentsRect()
        if label.wordWrap():
            fits = label.heightForWidth(label.width()) <= label.height() + 1
        else:
            fits = label.fontMetrics().horizontalAdvance(label.text()) <= room.width()
        if not fits or label.fontMetrics().height() > room.height() + 1:
            found.append(label.text())
    for button in top.findChildren(QAbstractButton):
        if button.isVisible() and button.text() and button.width() < button.sizeHint().width() - 1:
            found.append(button.text())
    return found


def squeezed(desk: Desk) -> bool:
    """Whether it is 900 x 600 now; a low window says only then that it can be lower still."""
    desk.window.resize(900, 600)
    return (desk.window.width(), desk.window.height()) == (900, 600)


@pytest.mark.parametrize("size", ["100", "125", "150", "200"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_the_window_is_usable_at_900_by_600(desk: Desk, size: str, language: str) -> None:
    window = desk.window
    window.notice.button.click()
    window.commands.apply_settings({"text_size": size, "language": language})
    desk.open("clip.mp4")
    desk.controller.why.switch(True)
    desk.until(lambda: squeezed(desk))
    desk.until(lambda: window.panel.bars.numbers)
    desk.until(lambda: window.status.text("analysis"))
    QApplication.processEvents()
    assert squeezed(desk)
    desk.until(lambda: not cut(window))  # the explanation came a moment ago
    assert window.stage.height() >= 176
    assert window.stage.width() >= 320
    assert window.panel.height() >= window.panel.minimumSizeHint().height(), "what does not fit is scrolled"
    window.commands.apply_settings({"text_size": "100"})


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_first_notice_is_scrolled_and_leaves_room_for_the_picture(desk: Desk, language: str) -> None:
    window = desk.window
    window.commands.apply_settings({"text_size": "200", "language": language})
    desk.open("clip.mp4")
    desk.until(lambda: squeezed(desk))
    desk.until(lambda: not cut(window))
    assert window.notice.isVisible()
    assert window.notice.height() < 240
    assert window.stage.height() >= 176
    window.commands.apply_settings({"text_size": "100", "language": "en"})


def test_a_long_name_of_a_source_takes_no_button_its_place(desk: Desk) -> None:
    window = desk.window
    window.notice.button.click()
    window.commands.apply_settings({"language": "es"})
    window.menus.set_source_name("Integrated Camera HD 1080p (04f2:b6d9)")
    desk.until(lambda: squeezed(desk))
    buttons = [window.menus.toolbar.widgetForAction(window.actions_[name]) for name in ("neutral", "help")]
    desk.until(lambda: all(not button.visibleRegion().isEmpty() for button in buttons))
    assert window.menus.source_button.text().startswith(" Int")
    assert "Integrated Camera HD 1080p" in window.menus.source_button.accessibleName()


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_largest_text_hides_no_button_of_the_bar(desk: Desk, language: str) -> None:
    window = desk.window
    bar = window.menus.toolbar
    shown = ("play", "record", "marker", "why", "neutral", "settings", "help")
    buttons = [bar.widgetForAction(window.actions_[name]) for name in shown]
    window.notice.button.click()
    desk.open("clip.mp4")
    window.commands.apply_settings({"text_size": "200", "language": language})
    desk.until(lambda: squeezed(desk))
    desk.until(lambda: all(not button.visibleRegion().isEmpty() for button in buttons))
    for button in buttons:
        assert isinstance(button, QToolButton)
        assert button.width() >= button.sizeHint().width()
        assert button.toolTip()
    assert not window.menus.source_button.visibleRegion().isEmpty()

    window.commands.apply_settings({"text_size": "100", "language": "en"})
    window.resize(1440, 900)
    marker = bar.widgetForAction(window.actions_["marker"])
    assert isinstance(marker, QToolButton)
    desk.until(lambda: marker.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonTextBesideIcon)


def test_a_message_on_a_narrow_picture_has_more_lines_and_its_whole_button(desk: Desk) -> None:
    window = desk.window
    window.notice.button.click()
    window.commands.apply_settings({"text_size": "200"})
    desk.open("camera:0")
    desk.until(lambda: squeezed(desk))
    desk.act("play")
    desk.until(lambda: desk.message == "Paused")
    message = window.stage.message
    assert message is not None
    window.stage.set_message(replace(message, sentence="19:41:38.5, 0:05 ago  ·  no picture was kept"))
    assert not cut(window.stage)
    window.commands.apply_settings({"text_size": "100"})


def test_the_dialogs_are_scrolled_rather_than_cut(desk: Desk) -> None:
    desk.window.commands.apply_settings({"text_size": "200"})
    desk.act("settings")
    desk.act("cameras")
    desk.act("about")
    desk.act("help")
    QApplication.processEvents()
    dialogs = desk.window.findChildren(QDialog)
    assert any(isinstance(dialog, SettingsDialog) for dialog in dialogs)
    for dialog in dialogs:
        assert dialog.height() <= dialog.screen().availableSize().height()
        assert not cut(dialog)
        dialog.close()
    desk.window.commands.apply_settings({"text_size": "100"})


def test_text_grows_at_once_and_shrinks_again(desk: Desk) -> None:
    desk.open("camera:0")
    desk.until(lambda: desk.window.panel.headline == "happiness")
    label = next(one for one in desk.window.panel.findChildren(QLabel) if one.text() == "happiness")
    assert label.font().pixelSize() == look.LARGE
    desk.window.commands.apply_settings({"text_size": "200"})
    assert label.font().pixelSize() == 2 * look.LARGE
    assert desk.window.timeline.legend.button(0).font().pixelSize() == 2 * look.SMALL
    desk.window.commands.apply_settings({"text_size": "100"})
    assert label.font().pixelSize() == look.LARGE


def test_automatic_follows_the_system_between_once_and_twice() -> None:
    assert look.text_scale("auto", 12.0) == 1.0, "a smaller font of the system shrinks nothing"
    assert look.text_scale("auto", 13.3) == 1.0
    assert look.text_scale("auto", 19.5) == 1.5
    assert look.text_scale("auto", 60.0) == 2.0
    assert look.text_scale("125", 12.0) == 1.25
