"""The window of the delay self-test: a square that flashes while a thread reads the camera."""

from __future__ import annotations

import logging
import random
import threading
import time
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from fer_desktop.capture.source import Source, SourceInfo, SourceState
from fer_desktop.errors import SourceError, UserError
from fer_desktop.session.delay import DelayFacts, Glance, glance, measured
from fer_desktop.ui.words import translate

FLASHES: Final = 40
_SHORTEST_MS: Final = 350
_LONGEST_MS: Final = 650
"""Uneven, so that no other flicker is taken for it; never more than two flashes in a second."""
_SETTLE_MS: Final = 1500
"""The camera's exposure gets used to the picture."""
_AFTER_MS: Final = 1600
_OPENING_S: Final = 15.0
_STOP_S: Final = 5.0
_POLL_MS: Final = 50

log = logging.getLogger(__name__)


class Watcher:
    """Reads a camera in a thread of its own and remembers how bright its pictures were."""

    def __init__(self, source: Source) -> None:
        self.glances: list[Glance] = []
        self.info: SourceInfo | None = None
        self.error: UserError | None = None
        self._source = source
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="delay-watcher", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(_STOP_S)

    def _run(self) -> None:
        try:
            self._watch()
        except UserError as error:
            self.error = error
        except Exception as error:
            # A thread that dies silently would let the user be told that the camera sees no flashes.
            log.exception("reading the camera failed")
            self.error = SourceError(f"Reading {self._source.name} failed ({error}).", "Try it again.")
        finally:
            self._source.close()

    def _watch(self) -> None:
        self.info = self._source.open()
        while not self._stop.is_set():
            frame = self._source.read()
            if frame is not None:
                self.glances.append(glance(frame))
            elif self._source.state is SourceState.LOST:
                raise SourceError(f"{self._source.name} is gone.", "Plug it in and try again.")


class DelayWindow(QWidget):
    """Shows the square; `done` when everything was seen, failed, or the user has closed it."""

    done = Signal()

    def __init__(self, source: Source, *, flashes: int = FLASHES, seed: int | None = None) -> None:
        super().__init__()
        self.changes_s: list[float] = []
        """When the square was painted otherwise than before; dark at first."""
        self.facts: DelayFacts | None = None
        self.error: UserError | None = None
        self._watcher = Watcher(source)
        self._left = 2 * (flashes // 2)
        self._lit = self._painted = False
        self._random = random.Random(seed)  # noqa: S311 - only for uneven times
        self._began_s = time.perf_counter()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._wait_for_camera)
        self.setWindowTitle(translate("Delay", "Delay self-test"))
        self.setCursor(Qt.CursorShape.BlankCursor)
        self.resize(720, 600)

    def begin(self) -> None:
        """Open the camera, then flash."""
        self._watcher.start()
        self._timer.start(_POLL_MS)

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor("black"))
            side = 0.78 * min(self.width(), self.height())
            square = QRectF(0, 0, side, side)
            square.moveCenter(QPointF(self.width() / 2, self.height() * 0.44))
            painter.fillRect(square, QColor("white" if self._lit else "black"))
            painter.setPen(QColor("#777777"))
            painter.drawRect(square)
            below = QRectF(0, square.bottom(), self.width(), self.height() - square.bottom())
            painter.drawText(
                below,
                Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap,
                translate("Delay", "Point the camera at the square, so that it fills the picture. Esc: stop"),
            )
        if self._lit != self._painted:
            self._painted = self._lit
            self.changes_s.append(time.perf_counter())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """However it ends, the camera is given back."""
        if self.facts is None and self.error is None:
            self.error = UserError("Stopped before the end.", "Nothing was kept.")
        self._timer.stop()
        self._watcher.stop()
        event.accept()
        self.done.emit()

    def _wait_for_camera(self) -> None:
        if self._broken():
            return
        if self._watcher.glances:
            self._timer.timeout.disconnect()
            self._timer.timeout.connect(self._change)
            self._timer.start(_SETTLE_MS)
        elif time.perf_counter() - self._began_s > _OPENING_S:
            self._end(UserError("The camera gives no pictures.", "Choose another one, or plug it in again."))
        else:
            self._timer.start(_POLL_MS)

    def _change(self) -> None:
        if self._broken():
            return
        if self._left == 0:
            self._timer.timeout.disconnect()
            self._timer.timeout.connect(self._measure)
            self._timer.start(_AFTER_MS)
            return
        self._left -= 1
        self._lit = not self._lit
        self.repaint()
        self._timer.start(self._random.randint(_SHORTEST_MS, _LONGEST_MS))

    def _measure(self) -> None:
        self._watcher.stop()
        if self._broken():
            return
        info = self._watcher.info
        assert info is not None, "there are pictures"
        try:
            self.facts = measured(self.changes_s, self._watcher.glances, info)
        except UserError as error:
            self._end(error)
            return
        self.close()

    def _broken(self) -> bool:
        if self._watcher.error is not None:
            self._end(self._watcher.error)
            return True
        return False

    def _end(self, error: UserError) -> None:
        self.error = error
        self.close()
