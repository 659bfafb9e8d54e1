"""One face over time: a curve for each expression, grey where there is no data.

It follows what is new until it is dragged or zoomed; then it stays where it was put. A click on it is a wish
to see that moment, a drag with the shift key chooses a stretch.
"""

from __future__ import annotations

import math
import time
from typing import Final

import pyqtgraph as pg
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from fer_desktop.emotions import EMOTIONS
from fer_desktop.engine.agreement import Agreements
from fer_desktop.ui import theme as look
from fer_desktop.ui.agreement_strip import FLOOR, MIDDLE, AgreementStrip
from fer_desktop.ui.curves import MOST_POINTS
from fer_desktop.ui.face_tag import FaceTag
from fer_desktop.ui.history import History
from fer_desktop.ui.legend import Legend, dashes
from fer_desktop.ui.lens import SPAN_S, Lens, Span
from fer_desktop.ui.moments import TimeBase
from fer_desktop.ui.plot import Bands, Flag, Plot
from fer_desktop.ui.time_axis import TimeAxis
from fer_desktop.ui.words import translate

_REDRAW_EVERY_S: Final = 1 / 15
_FIGURES_EVERY_S: Final = 0.25
_KEY_ZOOM: Final = 0.5
_NOTHING_KNOWN: Final = (0.0, 0.0)
_LEFT: Final = 36
_RIGHT: Final = 28
_TOP: Final = 20
"""Room above the curves for whose they are."""


class Timeline(QFrame):
    """Pulls from a history when told to; draws only what changed, and only while visible."""

    time_clicked = Signal(float)
    """A time in the history's time base."""
    swept = Signal(object)
    """The `Span` over which the mouse was drawn with the shift key."""
    returned = Signal()
    """The user wants to see what is new again."""

    def __init__(self, theme: look.Theme) -> None:
        super().__init__()
        self.setObjectName("plot")
        self._theme = theme
        self._labels: tuple[str, ...] = EMOTIONS
        self._history: History | None = None
        self._lens = Lens(TimeBase.CLOCK)
        self._whole = False
        self._span = Span(-SPAN_S, 0.0)
        self._known = _NOTHING_KNOWN
        self._origin = 0.0
        self._drawn_s = -math.inf
        self._drawn: object = None
        self._agreed = ""
        self._agreed_s = -math.inf
        self._dirty = True
        self._hidden: set[str] = set()
        self._curves: list[pg.PlotCurveItem] = []
        self._axis = TimeAxis()
        self.plot = Plot(self._axis)
        self._gaps = Bands()
        self._stretch_band = Bands(edges=True)
        self._strip = AgreementStrip()
        self._whose = FaceTag(look.SMALL, self.plot)
        self._whose_id = 0
        self.agreements: Agreements | None = None
        """How a second network compares, for the strip under the curves; None: without a strip."""
        self._strip_on = False
        self.face: int | None = None
        """Whose curves; None: the main face of each frame."""
        self.moment: float | None = None
        """The moment that is marked."""
        self.stretch: Span | None = None
        """What is chosen for statistics."""
        self.flags: tuple[Flag, ...] = ()
        self.legend = Legend()
        self.legend.toggled.connect(self._toggle)
        self.back = QPushButton(self.plot)
        self.back.setObjectName("pill")
        look.dress(self.back, look.SMALL, bold=True)
        self.back.hide()
        self.back.clicked.connect(self.returned)
        self._layout = QHBoxLayout(self)
        self._set_up()
        self.set_theme(theme)
        self.retranslate()

    def sizeHint(self) -> QSize:
        return QSize(800, 168)

    def minimumSizeHint(self) -> QSize:
        return QSize(320, look.px(132))

    def _set_up(self) -> None:
        plot = self.plot.getPlotItem()
        plot.setMenuEnabled(False)
        plot.setMouseEnabled(False, False)
        plot.hideButtons()
        plot.setXRange(-SPAN_S, 0, padding=0)
        plot.disableAutoRange()
        self._show_strip(False)
        plot.addItem(self._strip)
        plot.addItem(self._gaps)
        plot.addItem(self._stretch_band)
        self._gaps.setZValue(-10)
        self._stretch_band.setZValue(-5)
        self.plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keys of the window are there for it
        self.plot.viewport().setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.plot.setFrameShape(QFrame.Shape.NoFrame)
        self.plot.clicked.connect(lambda share: self.time_clicked.emit(self._time_at(share)))
        self.plot.dragged.connect(self._drag)
        self.plot.zoomed.connect(self._zoom)
        self.plot.swept.connect(lambda a, b: self.swept.emit(Span(self._time_at(a), self._time_at(b))))
        self.plot.returned.connect(self.returned)
        self._layout.setContentsMargins(8, 8, 8, 8)
        self._layout.setSpacing(8)
        self._layout.addWidget(self.plot, 1)
        self._layout.addWidget(self.legend)

    def set_history(self, history: History | None, duration: float | None, *, whole: bool = False) -> None:
        """Show another source; `duration` in its time base where it is known, `whole`: all of it at first."""
        self._history = history
        self._whole = whole
        base = history.time_base if history else TimeBase.CLOCK
        self._lens = Lens(base, duration, whole=whole)
        self._known = _NOTHING_KNOWN
        self._origin = 0.0
        self.face = self.moment = self.stretch = None
        self.flags = ()
        self._whose.show_face(0, "")
        for curve in self._curves:
            curve.setData([], [])
        self._gaps.set_bands([], Span(-SPAN_S, 0))
        self._axis.show_times(base, None)
        self.plot.getPlotItem().setXRange(-SPAN_S, 0, padding=0)
        self.retranslate()

    def set_theme(self, theme: look.Theme) -> None:
        """pyqtgraph does not follow the palette: all pens are set again."""
        self._theme = theme
        self.plot.setBackground(theme.plot)
        self._whose.set_colour(theme.on_plot)
        self._strip.set_ink(theme.on_stage)
        self._gaps.set_colours(QColor(theme.plot_gap), QColor())
        chosen = QColor(theme.on_stage)
        chosen.setAlpha(36)
        self._stretch_band.set_colours(chosen, QColor(theme.on_stage))
        self.plot.ink = QColor(theme.on_stage)
        plot = self.plot.getPlotItem()
        plot.layout.setContentsMargins(0, look.px(_TOP), look.px(_RIGHT), 0)
        plot.getAxis("left").setWidth(look.px(_LEFT))
        self._axis.setHeight(look.px(24))
        self.updateGeometry()
        font = QFont(look.font(look.SMALL))
        for name in ("left", "bottom"):
            axis = self.plot.getPlotItem().getAxis(name)
            axis.setPen(pg.mkPen(theme.plot_line))
            axis.setTextPen(pg.mkPen(theme.on_plot))
            axis.setStyle(tickFont=font, tickLength=0, hideOverlappingLabels=40)
        self.plot.getPlotItem().showGrid(x=False, y=False)
        self._make_curves()

    @property
    def whose(self) -> str:
        """Whose curves these are."""
        return self._whose.text

    def show_face(self, face_id: int) -> None:
        """Say that the curves are this face's."""
        self._whose_id = face_id
        if self._history is not None:
            title = self._history.people.title(face_id)
            self._whose.show_face(face_id, f"{title}  ·  {self._agreed}" if self._agreed else title)

    def _show_strip(self, on: bool) -> None:
        """Make room for the strip below zero, or take it back."""
        self._strip_on = on
        plot = self.plot.getPlotItem()
        plot.setYRange(FLOOR if on else 0, 1, padding=0.02)
        ticks = [(0, "0"), (0.5, "0.5"), (1, "1")]
        plot.getAxis("left").setTicks([[(MIDDLE, "≠"), *ticks[1:]] if on else ticks])
        if not on:
            self._agreed = ""
            self._strip.set_runs((), self._span)

    def _draw_strip(self, history: History, span: Span, offset: float) -> None:
        """How the second network compares for the face whose curves these are."""
        assert self.agreements is not None
        holds = 1.5 if history.time_base is TimeBase.INDEX else 1.0
        course = self.agreements.course(span.start, span.end, self._whose_id, holds)
        runs = [(start - offset, end - offset, how) for start, end, how in course.runs]
        self._strip.set_runs(runs, Span(span.start - offset, span.end - offset))
        text = translate("Timeline", "both networks: same {same} %, different {different} %")
        shares = {"same": round(100 * course.same), "different": round(100 * course.different)}
        now_s = time.perf_counter()
        if now_s - self._agreed_s >= _FIGURES_EVERY_S or not runs:
            self._agreed_s = now_s
            self._agreed = text.format(**shares) if runs else ""

    def retranslate(self) -> None:
        self.legend.show_labels(self._labels, self._hidden, self._theme)
        base = self._history.time_base if self._history else TimeBase.CLOCK
        if base is TimeBase.CLOCK:
            text = translate("Timeline", "Back to live")
        elif self._whole:
            text = translate("Timeline", "Show all")
        else:
            text = translate("Timeline", "Follow the picture")
        self.back.setText(text)
        self.plot.setAccessibleName(translate("Timeline", "Timeline of the chosen face"))
        self._dirty = True

    def add_panel(self, panel: QWidget) -> None:
        """Put something between curves and names."""
        self._layout.insertWidget(1, panel)

    @property
    def history(self) -> History | None:
        """What is drawn."""
        return self._history

    @property
    def visible_labels(self) -> tuple[str, ...]:
        """The expressions whose curves are on."""
        return tuple(label for label in self._labels if label not in self._hidden)

    @property
    def span(self) -> Span:
        """The stretch of time that was drawn last."""
        return self._span

    @property
    def follows(self) -> bool:
        """Whether it moves on by itself."""
        return self._lens.follows

    def follow(self) -> None:
        """Back to what is new."""
        self._lens.follow()
        self._dirty = True

    def reveal(self, t: float) -> None:
        """Make sure that a time can be seen; before anything was drawn there is nothing to move."""
        if self._known != _NOTHING_KNOWN:
            self._lens.reveal(t, *self._known)
            self._dirty = True

    def zoom(self, direction: int) -> None:
        """Show half as much (1) or twice as much (-1) around the cursor, or else the middle."""
        span = self._span
        middle = (span.start + span.end) / 2
        seen = self.moment is not None and span.start <= self.moment <= span.end
        around = self.moment if seen and self.moment is not None else middle
        self._zoom(_KEY_ZOOM**direction, (around - span.start) / span.width)

    def advance(self, now_s: float) -> None:
        """Redraw if there is something new and anybody can see it."""
        history = self._history
        if history is None or not self.isVisible():
            return
        first, last = history.first_time(), history.last_time()
        if first is None or last is None:
            return
        if history.labels and history.labels != self._labels:
            self._labels = history.labels
            self._make_curves()
        clock = history.time_base is TimeBase.CLOCK
        self._origin = self._origin or (first if clock else 0.0)
        newest = now_s if clock else last
        # A file's pages go with the picture on screen.
        self._known = (first, newest if clock or self.moment is None else self.moment)
        span = self._lens.span(*self._known)
        self._known = (first, newest)
        due = max(_REDRAW_EVERY_S, span.width / MOST_POINTS if clock else 0.0)
        marks = (self.moment, self.stretch, self.flags, self.face, history.people.hidden, self.agreements)
        data = history.version if not clock or last <= span.end else None
        state = (span if not (clock and self.follows) else None, marks, data)
        changed = (clock and self.follows) or state != self._drawn
        if self._dirty or (changed and (now_s - self._drawn_s >= due or self._drawn_marks() != marks)):
            self._drawn, self._drawn_s, self._dirty = state, now_s, False
            self._draw(history, span, newest, last)

    def _drawn_marks(self) -> object:
        return self._drawn[1] if isinstance(self._drawn, tuple) else None

    def _draw(self, history: History, span: Span, newest: float, last: float) -> None:
        self._span = span
        clock = history.time_base is TimeBase.CLOCK
        from_now = clock and self.follows
        offset = newest if from_now else self._origin
        shown = Span(span.start - offset, span.end - offset)
        self._axis.show_times(history.time_base, None if from_now else offset)
        curves = history.curves(span.start, span.end, self.face)
        times = curves.times - offset
        for place, curve in enumerate(self._curves):
            if curve.isVisible() and curves.values.shape[1] == len(self._curves):
                curve.setData(times, curves.values[:, place], connect="finite", skipFiniteCheck=True)
        gaps = [(start - offset, end - offset) for start, end in curves.gaps()]
        if clock and newest - last > 1.0:
            gaps.append((last - offset, newest - offset))
        self._gaps.set_bands(gaps, shown)
        if self._strip_on != (self.agreements is not None):
            self._show_strip(self.agreements is not None)
        if self.agreements is not None:
            self._draw_strip(history, span, offset)
        stretch = self.stretch
        chosen = [] if stretch is None else [(stretch.start - offset, stretch.end - offset)]
        self._stretch_band.set_bands(chosen, shown)
        self.plot.cursor_x = None if self.moment is None else self.moment - offset
        self.plot.flags = [(flag.t - offset, flag.text) for flag in self.flags]
        self.plot.getPlotItem().setXRange(shown.start, shown.end, padding=0)
        self.plot.viewport().update()
        self.back.setVisible(not self.follows)
        self._place_texts()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_texts()
        self._dirty = True

    def _place_texts(self) -> None:
        """Whose curves at the left, the way back at the right, over as little of the curves as can be."""
        self.back.adjustSize()
        left, right = look.px(_LEFT), self.plot.width()
        if not self.back.isHidden():
            right = max(0, right - self.back.width() - look.px(_RIGHT))
            self.back.move(right, 0)
        self._whose.setGeometry(left, 0, max(0, right - left - 8), look.px(_TOP))

    def _time_at(self, share: float) -> float:
        return self._span.start + min(max(share, 0.0), 1.0) * self._span.width

    def _drag(self, share: float) -> None:
        self._lens.move(-share * self._span.width, *self._known)
        self._dirty = True

    def _zoom(self, factor: float, share: float) -> None:
        self._lens.zoom(factor, self._time_at(share), *self._known)
        self._dirty = True

    def _make_curves(self) -> None:
        plot = self.plot.getPlotItem()
        for curve in self._curves:
            plot.removeItem(curve)
        self._curves = []
        for place, label in enumerate(self._labels):
            curve = pg.PlotCurveItem(pen=self._pen(place, label), antialias=False)
            curve.setVisible(label not in self._hidden)
            plot.addItem(curve)
            self._curves.append(curve)
        self.legend.show_labels(self._labels, self._hidden, self._theme)
        self._dirty = True

    def _pen(self, place: int, label: str) -> QPen:
        pen = pg.mkPen(look.data_colour(label), width=1)
        if dashes(place):
            pen.setDashPattern(list(dashes(place)))
        return pen  # type: ignore[no-any-return]

    def _toggle(self, label: str, on: bool) -> None:
        (self._hidden.discard if on else self._hidden.add)(label)
        self._curves[self._labels.index(label)].setVisible(on)
        self._dirty = True
        self.advance(time.perf_counter())
