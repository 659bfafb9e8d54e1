"""The last minute of the chosen face: one curve for each expression, grey where there is no data."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pyqtgraph as pg
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout

from fer_desktop.emotions import EMOTIONS
from fer_desktop.ui import theme as look
from fer_desktop.ui.face_tag import FaceTag
from fer_desktop.ui.feed import ScreenFeed, Shown, TimeBase
from fer_desktop.ui.legend import Legend, dashes
from fer_desktop.ui.words import translate

SPAN_S: Final = 60.0
_REDRAW_EVERY_S: Final = 1 / 15
_PAGE_S: Final = 10.0
_LEFT: Final = 36
_TOP: Final = 20
"""Room above the curves for whose they are."""
_TICK_STEPS: Final = (1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 300.0)


def minutes(seconds: float) -> str:
    """`1:05`, or `1:02:03` from an hour on."""
    whole = max(0, round(seconds))
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02d}:{rest % 60:02d}" if hours else f"{rest // 60}:{rest % 60:02d}"


@dataclass(frozen=True, slots=True)
class Span:
    """The stretch of time that the axis shows."""

    start: float
    end: float


class _TimeAxis(pg.AxisItem):  # type: ignore[misc]
    """Ticks as `-30 s` and `now`, as media time, or as picture numbers."""

    def __init__(self) -> None:
        super().__init__("bottom")
        self.base = TimeBase.CLOCK

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        """Few ticks, at whole seconds or pictures, so that no label stands twice."""
        fewest = max(2.0, size / 96)
        step = next((s for s in _TICK_STEPS if (high - low) / s <= fewest), _TICK_STEPS[-1])
        first, last = math.ceil(low / step - 1e-6), math.floor(high / step + 1e-6)
        return [(step, [place * step for place in range(first, last + 1)])]

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:  # noqa: ARG002
        if self.base is TimeBase.CLOCK:
            now = translate("Timeline", "now")
            return [now if abs(v) < 1e-6 else f"−{abs(v):.0f} s" for v in values]
        if self.base is TimeBase.INDEX:
            return [f"{v + 1:.0f}" for v in values]
        return [minutes(v) for v in values]


class _Gaps(pg.GraphicsObject):  # type: ignore[misc]
    """Bands over the full height where there is nothing to show."""

    def __init__(self) -> None:
        super().__init__()
        self._bands: list[QRectF] = []
        self._colour = QColor()
        self._bounds = QRectF()

    def set_colour(self, colour: str) -> None:
        self._colour = QColor(colour)

    def set_bands(self, gaps: list[tuple[float, float]], span: Span) -> None:
        bounds = QRectF(span.start, 0, span.end - span.start, 1)
        if bounds != self._bounds:
            self.prepareGeometryChange()
            self._bounds = bounds
        self._bands = [QRectF(start, 0, end - start, 1) for start, end in gaps]
        self.update()

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(self, painter: QPainter, *_: object) -> None:
        for band in self._bands:
            painter.fillRect(band, self._colour)


class Timeline(QFrame):
    """Pulls from the feed when told to; draws at most 15 times a second and only while visible."""

    time_clicked = Signal(float)
    """A time on the axis, for sources that can be sought."""

    def __init__(self, theme: look.Theme) -> None:
        super().__init__()
        self.setObjectName("plot")
        self._theme = theme
        self._labels: tuple[str, ...] = EMOTIONS
        self._feed: ScreenFeed | None = None
        self._duration: float | None = None
        self._drawn_s = -math.inf
        self._hidden: set[str] = set()
        self._curves: list[pg.PlotCurveItem] = []
        self._axis = _TimeAxis()
        self._plot = pg.PlotWidget(axisItems={"bottom": self._axis})
        self._gaps = _Gaps()
        self._playhead = pg.InfiniteLine(angle=90, movable=False)
        self._whose = FaceTag(look.SMALL, self._plot)
        self.legend = Legend()
        self.legend.toggled.connect(self._toggle)
        self._set_up()
        self.set_theme(theme)

    def sizeHint(self) -> QSize:
        return QSize(800, 168)

    def minimumSizeHint(self) -> QSize:
        return QSize(320, look.px(132))

    def _set_up(self) -> None:
        plot = self._plot.getPlotItem()
        plot.setMenuEnabled(False)
        plot.setMouseEnabled(False, False)
        plot.hideButtons()
        plot.setYRange(0, 1, padding=0.02)
        plot.setXRange(-SPAN_S, 0, padding=0)
        plot.disableAutoRange()
        left = plot.getAxis("left")
        left.setTicks([[(0, "0"), (0.5, "0.5"), (1, "1")]])
        plot.addItem(self._gaps)
        plot.addItem(self._playhead)
        self._gaps.setZValue(-10)
        self._playhead.setZValue(10)
        self._plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the slider is there for keys
        self._plot.viewport().setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._plot.setFrameShape(QFrame.Shape.NoFrame)
        self._plot.scene().sigMouseClicked.connect(self._clicked)
        self._plot.setAccessibleName(translate("Timeline", "Timeline of the last minute"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(8)
        layout.addWidget(self._plot, 1)
        layout.addWidget(self.legend)

    def set_feed(self, feed: ScreenFeed | None, duration: float | None) -> None:
        """Show another source; `duration` in the feed's units where it is known."""
        self._feed = feed
        self._duration = duration
        self._whose.show_face(0, "")
        self._axis.base = feed.time_base if feed else TimeBase.CLOCK
        self._playhead.setVisible(feed is not None and feed.time_base is not TimeBase.CLOCK)
        self._drawn_s = -math.inf
        for curve in self._curves:
            curve.setData([], [])
        self._gaps.set_bands([], Span(-SPAN_S, 0))
        if feed is None or feed.time_base is TimeBase.CLOCK:
            self._plot.setXRange(-SPAN_S, 0, padding=0)

    def set_theme(self, theme: look.Theme) -> None:
        """pyqtgraph does not follow the palette: all pens are set again."""
        self._theme = theme
        self._plot.setBackground(theme.plot)
        self._whose.set_colour(theme.on_plot)
        self._gaps.set_colour(theme.plot_gap)
        self._playhead.setPen(pg.mkPen(theme.on_stage, width=1))
        plot = self._plot.getPlotItem()
        plot.layout.setContentsMargins(0, look.px(_TOP), look.px(28), 0)
        plot.getAxis("left").setWidth(look.px(_LEFT))
        self._axis.setHeight(look.px(24))
        self._place_whose()
        self.updateGeometry()
        font = QFont(look.font(look.SMALL))
        for name in ("left", "bottom"):
            axis = self._plot.getPlotItem().getAxis(name)
            axis.setPen(pg.mkPen(theme.plot_line))
            axis.setTextPen(pg.mkPen(theme.on_plot))
            axis.setStyle(tickFont=font, tickLength=0, hideOverlappingLabels=40)
        self._plot.getPlotItem().showGrid(x=False, y=False)
        self._make_curves()

    @property
    def whose(self) -> str:
        """Whose curves these are."""
        return self._whose.text

    def show_face(self, shown: Shown) -> None:
        """Say whose curves these are; a face that is gone for the moment is still the one."""
        if shown.face is not None:
            face_id = shown.face.reading.face_id
            self._whose.show_face(face_id, shown.people.title(face_id))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_whose()

    def _place_whose(self) -> None:
        left = look.px(_LEFT)
        self._whose.setGeometry(left, 0, max(0, self._plot.width() - left), look.px(_TOP))

    def retranslate(self) -> None:
        self.legend.show_labels(self._labels, self._hidden, self._theme)
        self._drawn_s = -math.inf

    def advance(self, now_s: float) -> None:
        """Redraw if it is time and anybody can see it."""
        feed = self._feed
        if feed is None or not self.isVisible() or now_s - self._drawn_s < _REDRAW_EVERY_S:
            return
        self._drawn_s = now_s
        if feed.labels and feed.labels != self._labels:
            self._labels = feed.labels
            self._make_curves()
        last = feed.last_time()
        if last is not None:
            self._draw(feed, last, now_s)

    @property
    def visible_labels(self) -> tuple[str, ...]:
        """The expressions whose curves are on."""
        return tuple(label for label in self._labels if label not in self._hidden)

    def span(self, last: float) -> Span:
        """What the axis shows: a minute up to now, or the pages of a file around the playhead."""
        base = self._feed.time_base if self._feed else TimeBase.CLOCK
        if base is TimeBase.CLOCK:
            return Span(-SPAN_S, 0.0)
        whole = SPAN_S if base is TimeBase.MEDIA else 100.0
        if self._duration is not None and self._duration <= whole:
            return Span(0.0, max(self._duration, 1.0))
        end = max(whole, math.ceil(last / _PAGE_S) * _PAGE_S)
        return Span(end - whole, end)

    def _draw(self, feed: ScreenFeed, last: float, now_s: float) -> None:
        span = self.span(last)
        offset = now_s if feed.time_base is TimeBase.CLOCK else 0.0
        curves = feed.curves(span.start + offset, span.end + offset)
        times = curves.times - offset
        for place, curve in enumerate(self._curves):
            if curve.isVisible() and curves.values.shape[1] == len(self._curves):
                curve.setData(times, curves.values[:, place], connect="finite", skipFiniteCheck=True)
        gaps = [(start - offset, end - offset) for start, end in curves.gaps()]
        if feed.time_base is TimeBase.CLOCK and offset - last > 1.0:
            gaps.append((last - offset, 0.0))
        self._gaps.set_bands(gaps, span)
        if feed.time_base is not TimeBase.CLOCK:
            self._playhead.setValue(last)
            self._plot.setXRange(span.start, span.end, padding=0)

    def _make_curves(self) -> None:
        plot = self._plot.getPlotItem()
        for curve in self._curves:
            plot.removeItem(curve)
        self._curves = []
        for place, label in enumerate(self._labels):
            curve = pg.PlotCurveItem(pen=self._pen(place, label), antialias=False)
            curve.setVisible(label not in self._hidden)
            plot.addItem(curve)
            self._curves.append(curve)
        self.legend.show_labels(self._labels, self._hidden, self._theme)

    def _pen(self, place: int, label: str) -> QPen:
        pen = pg.mkPen(look.data_colour(label), width=1)
        if dashes(place):
            pen.setDashPattern(list(dashes(place)))
        return pen  # type: ignore[no-any-return]

    def _toggle(self, label: str, on: bool) -> None:
        (self._hidden.discard if on else self._hidden.add)(label)
        self._curves[self._labels.index(label)].setVisible(on)
        self._drawn_s = -math.inf
        self.advance(time.perf_counter())

    def _clicked(self, event: object) -> None:
        feed = self._feed
        if feed is None or feed.time_base is TimeBase.CLOCK:
            return
        position = event.scenePos()  # type: ignore[attr-defined]
        box = self._plot.getPlotItem().getViewBox()
        if box.sceneBoundingRect().contains(position):
            self.time_clicked.emit(float(box.mapSceneToView(position).x()))
