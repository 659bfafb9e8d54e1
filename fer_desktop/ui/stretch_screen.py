"""Choosing a stretch of the timeline by mouse or keys, and what is done with it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QInputDialog, QWidget

from fer_desktop.session.events import NOTE
from fer_desktop.ui.actions import Actions
from fer_desktop.ui.controller import LiveController
from fer_desktop.ui.history import History
from fer_desktop.ui.lens import Span
from fer_desktop.ui.moments import TimeBase
from fer_desktop.ui.plot import Flag
from fer_desktop.ui.stretch import StretchFigures, stretch_figures
from fer_desktop.ui.stretch_panel import StretchPanel, as_text
from fer_desktop.ui.time_axis import tenths, time_of_day
from fer_desktop.ui.timeline import Timeline
from fer_desktop.ui.words import translate


class StretchScreen:
    """The window calls `tick` on its beat, a few times a second."""

    def __init__(
        self, window: QWidget, controller: LiveController, timeline: Timeline, actions: Actions
    ) -> None:
        self._window = window
        self._controller = controller
        self._timeline = timeline
        self._actions = actions
        names = ("stretch_note", "stretch_copy", "stretch_export", "stretch_clear")
        self.panel = StretchPanel(*(actions[name] for name in names))
        timeline.add_panel(self.panel)
        timeline.swept.connect(self.choose)
        self.figures: StretchFigures | None = None
        self._made_of: object = None

    def choose(self, span: Span | None) -> None:
        """Take this stretch, or none."""
        self._timeline.stretch = span if span is not None and span.width > 0 else None

    def clear(self) -> None:
        self.choose(None)

    def begin_here(self) -> None:
        """The stretch begins at the moment that is marked, or else with the newest one."""
        here, ends = self._here(), self._timeline.stretch
        if here is not None:
            last = self._timeline.span.end if ends is None or ends.end <= here else ends.end
            self.choose(Span(here, last))

    def end_here(self) -> None:
        """The stretch ends there."""
        here, ends = self._here(), self._timeline.stretch
        if here is not None:
            first = self._timeline.span.start if ends is None or ends.start >= here else ends.start
            self.choose(Span(first, here))

    def tick(self) -> None:
        """Count again what has changed, and say what can be done."""
        history, span, face = self._timeline.history, self._timeline.stretch, self._timeline.face
        chosen = history is not None and span is not None
        recording = self._controller.recording.recorder is not None
        for name, on in (("stretch_copy", chosen), ("stretch_clear", chosen)):
            self._actions[name].setEnabled(on)
        self._actions["stretch_note"].setEnabled(chosen and recording)
        if history is None or span is None:
            self.figures = self._made_of = None
            self.panel.show_figures(None, "", "")
            return
        last = history.last_time() or 0.0
        grows = last <= span.end or history.time_base is not TimeBase.CLOCK
        hidden = history.people.hidden
        made_of = (history, span, face, hidden, history.version if grows else None, QApplication.font())
        if made_of != self._made_of:
            self._made_of = made_of
            self.figures = stretch_figures(history.rows(span.start, span.end, face), history.labels, span)
            self.panel.show_figures(self.figures, self._from_to(history, span), self._length(history, span))

    def copy(self) -> None:
        """Put the figures into the clipboard."""
        history, span = self._timeline.history, self._timeline.stretch
        if self.figures is not None and history is not None and span is not None:
            text = as_text(self.figures, _at(history, span.start), _at(history, span.end), span.width)
            QApplication.clipboard().setText(text)

    def ask_note(self) -> None:
        """Let the user write what this stretch is, for the session that is being recorded."""
        span = self._timeline.stretch
        if span is None or self._controller.recording.recorder is None:
            return
        dialog = QInputDialog(self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(translate("Stretch", "Note"))
        dialog.setLabelText(translate("Stretch", "What is to be kept about this stretch, in the session"))
        dialog.setOkButtonText(translate("Stretch", "Add"))
        dialog.setMinimumWidth(480)
        dialog.textValueSelected.connect(lambda text: self.add_note(span, text))
        dialog.open()

    def add_note(self, span: Span, text: str) -> None:
        """Write a note about a stretch into the session."""
        history = self._timeline.history
        if history is None or not text.strip():
            return
        face = self._timeline.face
        whose = "" if face is None else f"; face {face}"
        if history.time_base is TimeBase.CLOCK:
            detail = f"{span.width:.3f} s long{whose}"
            self._controller.recording.happened(NOTE, detail, label=text.strip(), at_s=span.start)
        else:
            detail = f"of {span.start:.3f} to {span.end:.3f} in the file{whose}"
            self._controller.recording.happened(NOTE, detail, label=text.strip())
        self._controller.review.add_flag(Flag(span.start, text.strip()))

    def _here(self) -> float | None:
        history = self._timeline.history
        if history is None or self._timeline.moment is not None:
            return self._timeline.moment
        return history.last_time()

    @staticmethod
    def _from_to(history: History, span: Span) -> str:
        return f"{_at(history, span.start)} –<br>{_at(history, span.end)}"

    @staticmethod
    def _length(history: History, span: Span) -> str:
        if history.time_base is TimeBase.INDEX:
            return translate("Stretch", "{count} pictures").format(count=round(span.width))
        return translate("Stretch", "{seconds} s").format(seconds=f"{span.width:.1f}")


def _at(history: History, t: float) -> str:
    if history.time_base is TimeBase.CLOCK:
        return time_of_day(t, tenth=True)
    return tenths(t) if history.time_base is TimeBase.MEDIA else f"{t + 1:.0f}"
