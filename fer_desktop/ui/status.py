"""The quiet line at the bottom: rates, latency, provider, drops, and the time of a recording."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QSize
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLayout, QWidget

from fer_desktop.engine.counters import Counters
from fer_desktop.ui import theme as look
from fer_desktop.ui.controller import LiveController
from fer_desktop.ui.time_axis import minutes
from fer_desktop.ui.words import translate

_EVERY_S: Final = 0.5
_APART: Final = 16
_BY_WEIGHT: Final = ("recording", "analysis", "latency", "dropped", "capture", "provider")


@dataclass(frozen=True, slots=True)
class Figures:
    """What the line tells."""

    counters: Counters
    latency: tuple[float, float] | None
    """(median, 95th percentile) in milliseconds, capture to screen."""
    provider: str
    model: str
    recording_s: float | None
    timed: bool
    """Whether rates mean anything: not for a photo, a pause or an end."""
    link: str = ""
    """The ways by which results leave the program."""
    participant: str = ""
    """Whose recording it is, by their code."""


def figures_of(
    controller: LiveController, latency: tuple[float, float] | None, *, timed: bool
) -> Figures | None:
    """The figures of what runs now; None where nothing does."""
    running = controller.current
    if running is None:
        return None
    vision = running.engine.vision
    return Figures(
        running.engine.counters(),
        latency,
        vision.provider if vision else "",
        f"{vision.model.name} {vision.model.version}" if vision else "",
        controller.recording.seconds,
        timed,
        controller.link.name,
        controller.recording.subject.participant,
    )


class StatusLine(QWidget):
    """Labels of fixed width, so that nothing jumps when a figure changes."""

    def __init__(self) -> None:
        super().__init__()
        self._written_s = 0.0
        self._last: Figures | None = None
        self._labels = {
            name: QLabel() for name in ("capture", "analysis", "latency", "dropped", "provider", "recording")
        }
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(_APART)
        layout.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        for name, label in self._labels.items():
            label.setObjectName("recording" if name == "recording" else "status")
            look.dress(label, look.SMALL)
            if name == "provider":
                layout.addStretch(1)
            layout.addWidget(label)
        self.retranslate()

    def sizeHint(self) -> QSize:
        return QSize(0, QFontMetrics(look.font(look.SMALL)).height() + 2)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Show what there is room for, in the order of what matters; nothing is shown in half."""
        left = self.width()
        for name in _BY_WEIGHT:
            label = self._labels[name]
            left -= max(label.minimumWidth(), label.sizeHint().width()) + _APART
            label.setVisible(left + _APART >= 0 and bool(label.text()))

    def text(self, name: str) -> str:
        """One of the figures as written: capture, analysis, latency, dropped, provider, recording."""
        return self._labels[name].text()

    def retranslate(self) -> None:
        tips = {
            "capture": translate("Status", "Frames that the source gives each second"),
            "analysis": translate("Status", "Frames that are analysed each second"),
            "latency": translate(
                "Status", "From capture to screen: the median, and what 95 % of the frames stay under"
            ),
            "dropped": translate("Status", "Frames that were passed over because a newer one was there"),
            "provider": translate(
                "Status", "The network, where it is really computed, and the live link, if there is one"
            ),
            "recording": translate("Status", "Time of this recording"),
        }
        for name, tip in tips.items():
            self._labels[name].setToolTip(tip)
        widest = {
            "capture": self._capture(999.9),
            "analysis": self._analysis(999.9),
            "latency": self._latency((888.0, 888.0)),
            "dropped": self._dropped(88888),
        }
        metrics = QFontMetrics(look.font(look.SMALL))
        for name, text in widest.items():
            self._labels[name].setMinimumWidth(metrics.horizontalAdvance(text))
        if self._last is not None:
            self._write(self._last)

    def show_figures(self, figures: Figures, now_s: float) -> None:
        """Write them if it is time: twice a second."""
        if now_s - self._written_s >= _EVERY_S:
            self._written_s = now_s
            self._last = figures
            self._write(figures)

    def clear(self) -> None:
        """Nothing is open."""
        self._last = None
        self._written_s = 0.0
        for label in self._labels.values():
            label.setText("")

    def _write(self, figures: Figures) -> None:
        timed = figures.timed
        self._labels["capture"].setText(self._capture(figures.counters.capture_fps if timed else None))
        self._labels["analysis"].setText(self._analysis(figures.counters.analysis_fps if timed else None))
        self._labels["latency"].setText(self._latency(figures.latency if timed else None))
        self._labels["dropped"].setText(self._dropped(figures.counters.dropped))
        parts = (figures.model, figures.provider, figures.link)
        self._labels["provider"].setText("  ·  ".join(part for part in parts if part))
        recording = figures.recording_s
        told = "" if recording is None else f"●  {minutes(recording)}  {figures.participant}"
        self._labels["recording"].setText(told.rstrip())
        self._fit()

    @staticmethod
    def _capture(rate: float | None) -> str:
        return translate("Status", "{rate} frames/s in").format(rate=_figure(rate))

    @staticmethod
    def _analysis(rate: float | None) -> str:
        return translate("Status", "{rate} analysed/s").format(rate=_figure(rate))

    @staticmethod
    def _latency(latency: tuple[float, float] | None) -> str:
        median, high = ("–", "–") if latency is None else (f"{latency[0]:.0f}", f"{latency[1]:.0f}")
        return translate("Status", "{median} ms to screen (95 %: {high})").format(median=median, high=high)

    @staticmethod
    def _dropped(count: int) -> str:
        return translate("Status", "{count} dropped").format(count=count)


def _figure(rate: float | None) -> str:
    return "–" if rate is None else f"{rate:.1f}"
