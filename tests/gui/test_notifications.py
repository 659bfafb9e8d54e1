"""The one line for news: what comes first, what stays, and what is said of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from fer_desktop.errors import UserError
from fer_desktop.ui import notifications as news
from fer_desktop.ui import theme as look
from fer_desktop.ui.notifications import Banner, Notification, Notifications, Severity

_LASTS_MS = 60


@pytest.fixture
def banner(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Banner]:
    monkeypatch.setattr(news, "_INFO_LASTS_MS", _LASTS_MS)
    made = Banner(Notifications(), look.LIGHT)
    qtbot.addWidget(made)
    yield made
    made.stop()


def tell(
    banner: Banner, severity: Severity, sentence: str, replace: str = "", *, stays: bool = False
) -> None:
    banner._notifications.post(Notification(severity, sentence, replace=replace, stays=stays))


def progress(banner: Banner, percent: int) -> None:
    tell(banner, Severity.PROGRESS, f"Writing … {percent} %", "output")


def wait() -> None:
    """Longer than news last."""
    QTest.qWait(3 * _LASTS_MS)


def test_progress_hides_neither_trouble_nor_news_and_is_there_until_it_is_over(banner: Banner) -> None:
    progress(banner, 1)
    assert banner.text == "Writing … 1 %"
    banner._notifications.post_error(UserError("The disk is full.", "Make room."))
    progress(banner, 2)
    assert banner.text == "The disk is full. Make room."
    banner._notifications.dismiss()
    tell(banner, Severity.INFO, "Marker set.")
    for percent in range(3, 12):
        assert banner.text == "Marker set."
        progress(banner, percent)
    wait()
    assert banner.text == "Writing … 11 %", "news goes after its time although progress is told"
    wait()
    assert banner.text == "Writing … 11 %"
    banner._notifications.withdraw("output")
    assert banner.text == ""


def test_trouble_comes_before_news_and_what_replaces_takes_the_place_of_what_it_replaces(
    banner: Banner,
) -> None:
    tell(banner, Severity.WARNING, "No camera", "open")
    tell(banner, Severity.ERROR, "No disk", "record")
    tell(banner, Severity.DONE, "Written")
    assert banner.text == "No disk"
    tell(banner, Severity.WARNING, "Still no camera", "open")
    assert banner.text == "No disk"
    tell(banner, Severity.DONE, "Recorded", "record")
    assert banner.text == "Still no camera"
    banner._notifications.dismiss()
    assert banner.text == "Recorded"


def test_what_is_to_be_read_stays_until_it_is_closed(banner: Banner) -> None:
    tell(banner, Severity.DONE, "Written: it carries names.", stays=True)
    wait()
    assert banner.text == "Written: it carries names."
    banner._notifications.dismiss()
    tell(banner, Severity.DONE, "Written")
    wait()
    assert banner.text == ""


def test_progress_that_was_closed_stays_closed_until_the_next_work(banner: Banner) -> None:
    tell(banner, Severity.PROGRESS, "Writing a … 1 %", "output")
    banner._close.click()
    tell(banner, Severity.PROGRESS, "Writing a … 2 %", "output")
    assert banner.text == ""
    tell(banner, Severity.ERROR, "No disk", "output")
    assert banner.text == "No disk"
    banner._close.click()
    banner._notifications.withdraw("output")
    tell(banner, Severity.PROGRESS, "Writing b … 1 %", "output")
    assert banner.text == "Writing b … 1 %"


def test_the_line_says_how_much_waits_behind_it(banner: Banner) -> None:
    tell(banner, Severity.ERROR, "No disk")
    assert banner._more.isHidden()
    tell(banner, Severity.DONE, "Written")
    tell(banner, Severity.DONE, "Written too")
    assert (banner.text, banner._more.text()) == ("No disk", "2 more")
    banner._close.click()
    assert (banner.text, banner._more.text()) == ("Written too", "1 more")
