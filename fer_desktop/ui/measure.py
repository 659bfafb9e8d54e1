"""How long the window's picture takes to paint, measured on the real widget without a screen."""

from __future__ import annotations

import time
from collections.abc import Sequence

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from fer_desktop.engine.result import Result
from fer_desktop.ui import theme
from fer_desktop.ui.feed import ScreenFeed
from fer_desktop.ui.moments import TimeBase
from fer_desktop.ui.video_view import VideoView

_VIEW = (960, 540)


def paint_times(results: Sequence[Result], labels: tuple[str, ...]) -> list[float]:
    """Milliseconds to convert and paint each result in a view of 960 x 540 pixels."""
    application = QApplication.instance() or QApplication([])
    view = VideoView(theme.LIGHT)
    view.resize(*_VIEW)
    feed = ScreenFeed(TimeBase.CLOCK)
    feed.labels, feed.view_size = labels, _VIEW
    canvas = QImage(*_VIEW, QImage.Format.Format_RGB32)
    times = []
    for result in results:
        started = time.perf_counter()
        feed(result)
        view.show_frame(feed.newest())
        view.render(canvas)
        times.append(1000 * (time.perf_counter() - started))
    view.deleteLater()
    application.processEvents()
    return times
