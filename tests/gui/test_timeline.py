"""The timeline is dragged, zoomed and brought back, while the live view goes on."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from fer_desktop.ui.lens import SPAN_S, Lens, Span
from fer_desktop.ui.moments import TimeBase
from fer_desktop.ui.time_axis import TimeAxis, minutes, tenths, time_of_day
from tests.gui.conftest import Desk

CLOCK = TimeBase.CLOCK


def spot(desk: Desk, share: float) -> QPointF:
    """A place in the middle of the plot, at a share of its width."""
    return desk.window.timeline.plot.place(share)


def wheel(desk: Desk, notches: int, share: float, *, sideways: bool = False) -> None:
    turned = QPoint(120 * notches, 0) if sideways else QPoint(0, 120 * notches)
    where = spot(desk, share)
    event = QWheelEvent(
        where,
        where,
        QPoint(),
        turned,
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(desk.window.timeline.plot.viewport(), event)


def drag(
    desk: Desk, start: float, end: float, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    """Press, move and let go, as shares of the plot's width."""
    viewport = desk.window.timeline.plot.viewport()
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    kinds = QEvent.Type
    for kind, share, button, held in (
        (kinds.MouseButtonPress, start, left, left),
        (kinds.MouseMove, (start + end) / 2, none, left),
        (kinds.MouseMove, end, none, left),
        (kinds.MouseButtonRelease, end, left, none),
    ):
        where = spot(desk, share)
        QApplication.sendEvent(viewport, QMouseEvent(kind, where, where, button, held, keys))


def click(desk: Desk, share: float) -> None:
    drag(desk, share, share)


def held(lens: Lens) -> bool:
    """Whether it stays where it is."""
    return not lens.follows


def test_a_camera_is_followed_until_the_view_is_moved_away_from_now() -> None:
    lens = Lens(CLOCK)
    assert lens.span(0, 100) == Span(40, 100)
    lens.move(-20, 0, 100)
    assert held(lens)
    assert lens.span(0, 110) == Span(20, 80)
    lens.move(-50, 0, 110)
    assert lens.span(0, 110) == Span(0, 60), "one cannot go to before the beginning"
    lens.move(60, 0, 110)
    assert not held(lens)
    assert lens.span(0, 120) == Span(60, 120)


def test_zooming_keeps_the_time_under_the_mouse_where_it_is() -> None:
    lens = Lens(CLOCK)
    lens.span(0, 3600)
    lens.zoom(0.5, 3555, 0, 3600)
    span = lens.span(0, 3601)
    assert span.start == pytest.approx(3547.5)
    assert span.end == pytest.approx(3577.5)
    lens.zoom(1e6, 3550, 0, 3601)
    assert lens.span(0, 3601) == Span(0, 3601)
    assert lens.follows, "what reaches now goes on with it"
    lens.zoom(1e-9, 100, 0, 3601)
    assert lens.span(0, 3601).width == 1.0
    lens.follow()
    assert lens.span(0, 3602).width == SPAN_S


def test_a_file_is_shown_in_pages_and_a_session_as_a_whole() -> None:
    pages = Lens(TimeBase.MEDIA, 300)
    assert pages.span(0, 65) == Span(10, 70)
    assert Lens(TimeBase.MEDIA, 300, whole=True).span(0, 65) == Span(0, 300)
    pages.zoom(100, 30, 0, 65)
    assert pages.span(0, 65) == Span(0, 300)


def test_a_moment_that_is_looked_for_comes_into_view_and_stays() -> None:
    lens = Lens(CLOCK)
    lens.span(0, 1000)
    lens.reveal(995, 0, 1000)
    assert lens.span(0, 1010) == Span(940, 1000)
    lens.reveal(200, 0, 1010)
    assert lens.span(0, 1020) == Span(170, 230)
    lens.reveal(1019, 0, 1020)
    assert lens.span(0, 1030) == Span(960, 1020)


@pytest.mark.parametrize(
    ("base", "offset", "low", "high", "texts"),
    [
        (CLOCK, None, -60, 0, ["−60 s", "−45 s", "−30 s", "−15 s", "now"]),
        (CLOCK, None, -600, 0, ["−10:00", "−8:00", "−6:00", "−4:00", "−2:00", "now"]),
        (TimeBase.MEDIA, 0.0, 0, 4, ["0:00", "0:01", "0:02", "0:03", "0:04"]),
        (TimeBase.MEDIA, 0.0, 61, 62, ["1:01.0", "1:01.2", "1:01.4", "1:01.6", "1:01.8", "1:02.0"]),
        (TimeBase.INDEX, 0.0, 0, 2, ["1", "2", "3"]),
    ],
)
def test_ticks_are_round_and_say_what_they_count(
    base: TimeBase, offset: float | None, low: float, high: float, texts: list[str]
) -> None:
    axis = TimeAxis()
    axis.show_times(base, offset)
    ((step, values),) = axis.tickValues(low, high, 5 * 96)
    assert axis.tickStrings(values, 1.0, step) == texts


def test_a_view_that_stays_has_the_time_of_day() -> None:
    axis = TimeAxis()
    now = time.perf_counter()
    axis.show_times(CLOCK, now - 600)
    ((step, values),) = axis.tickValues(0, 600, 6 * 96)
    texts = axis.tickStrings(values, 1.0, step)
    assert len(texts) >= 5
    assert all(text.endswith(":00") for text in texts)
    assert texts[0] == time_of_day(now - 600 + values[0])


def test_times_are_written_like_a_clock() -> None:
    assert [tenths(s) for s in (0, 7.44, 59.97, 3723)] == ["0:00.0", "0:07.4", "1:00.0", "1:02:03.0"]
    assert minutes(59.6) == "1:00"


def test_dragging_holds_the_view_while_the_live_picture_goes_on(desk: Desk) -> None:
    desk.open("camera:0")
    timeline = desk.window.timeline
    desk.until(lambda: timeline.span.end > 0 and timeline.plot.width() > 0)
    assert timeline.back.isHidden()
    drag(desk, 0.3, 0.6)
    desk.until(lambda: not timeline.follows and timeline.back.isVisible())
    assert timeline.plot.rect().contains(timeline.back.geometry())
    held, index = timeline.span, desk.index
    desk.until(lambda: desk.index > index + 10)
    assert timeline.span == held
    assert desk.window.stage.view.shown is not None
    assert not desk.window.stage.view.shown.past
    timeline.back.click()
    desk.until(lambda: timeline.follows and timeline.back.isHidden() and timeline.span != held)


def test_the_wheel_zooms_in_and_out_to_all_that_is_known(desk: Desk) -> None:
    desk.open("clip.mp4")
    desk.act("play")
    timeline = desk.window.timeline
    desk.until(lambda: timeline.span == Span(0, 4))
    wheel(desk, 2, 0.5)
    desk.until(lambda: timeline.span.width == pytest.approx(4 * 0.64))
    assert timeline.span.start == pytest.approx(2 - 2 * 0.64, abs=0.02)
    wheel(desk, 1, 0.5, sideways=True)
    desk.until(lambda: timeline.span.start == pytest.approx(2 - 2 * 0.64 - 0.256, abs=0.02))
    wheel(desk, -5, 0.5)
    desk.until(lambda: timeline.span == Span(0, 4))


def test_home_and_a_double_click_lead_back(desk: Desk) -> None:
    desk.open("camera:0")
    timeline = desk.window.timeline
    desk.until(lambda: timeline.span.end > 0)
    ways: tuple[Callable[[], object], ...] = (
        lambda: QTest.keyClick(desk.window, Qt.Key.Key_Home),
        lambda: QTest.keyClick(desk.window, Qt.Key.Key_L),
        lambda: QTest.mouseDClick(
            timeline.plot.viewport(), Qt.MouseButton.LeftButton, pos=spot(desk, 0.5).toPoint()
        ),
    )
    for lead_back in ways:
        drag(desk, 0.3, 0.6)
        desk.until(lambda: not timeline.follows)
        lead_back()
        desk.until(lambda: timeline.follows)


def test_keys_zoom_around_the_middle(desk: Desk) -> None:
    desk.open("clip.mp4")
    desk.act("play")
    timeline = desk.window.timeline
    desk.until(lambda: timeline.span == Span(0, 4) and desk.message == "Paused")
    QTest.keyClick(desk.window, Qt.Key.Key_Plus)
    desk.until(lambda: timeline.span.width == 2)
    QTest.keyClick(desk.window, Qt.Key.Key_Minus)
    desk.until(lambda: timeline.span.width == 4)
