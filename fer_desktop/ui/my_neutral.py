"""The window's side of My neutral: begins a baseline for the face on screen, tells how it went, undoes it."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, Signal

from fer_desktop.engine.baseline import Baseline, Baselines, Failed, Taking, Trouble
from fer_desktop.session.events import BASELINE_REMOVED, BASELINE_SET, baseline_detail
from fer_desktop.ui.feed import Shown
from fer_desktop.ui.notifications import Notification, Notifications, Severity
from fer_desktop.ui.recording import Recording
from fer_desktop.ui.words import translate

_TOLD: Final = "neutral"


class MyNeutral(QObject):
    """Follows the baselines of the engine that runs; the window calls `tick` on its timer."""

    changed = Signal()
    """The face on screen has a baseline now, or has none any more."""

    def __init__(self, notifications: Notifications, recording: Recording) -> None:
        super().__init__()
        self._notifications = notifications
        self._recording = recording
        self._baselines: Baselines | None = None
        self._shown: Shown | None = None
        self._told: object = None
        self.on = False

    @property
    def taking(self) -> Taking | None:
        """A baseline in the making."""
        outcome = None if self._baselines is None else self._baselines.outcome
        return outcome if isinstance(outcome, Taking) else None

    def toggle(self, *, running: bool) -> None:
        """Begin one for the face on screen, give it up while it is being taken, or take it away again."""
        if self._baselines is None:
            return
        if self.taking is not None:
            self._baselines.cancel()
            return
        face = None if self._shown is None else self._shown.face
        if face is None:
            self._tell(
                Severity.WARNING,
                translate("MyNeutral", "There is no face whose neutral expression could be taken."),
            )
        elif self._baselines.of(face.reading.face_id) is not None:
            self._take_away(self._baselines, face.reading.face_id)
        elif not running:
            self._tell(
                Severity.WARNING,
                translate("MyNeutral", "A neutral expression takes three seconds of moving pictures."),
                translate("MyNeutral", "Press play first."),
            )
        else:
            self._notifications.withdraw(_TOLD)
            self._baselines.take(face.reading.face_id)

    def tick(self, baselines: Baselines | None, shown: Shown | None) -> None:
        """Notice what became of it since the last call."""
        if baselines is not self._baselines:
            self._baselines, self._told = baselines, None
        self._shown = shown
        outcome = None if baselines is None else baselines.outcome
        if outcome is not self._told:
            self._told = outcome
            if isinstance(outcome, Failed):
                self._tell_failed(outcome)
            elif isinstance(outcome, Baseline):
                self._tell_taken(outcome)
        self._look()

    def _look(self) -> None:
        face = None if self._shown is None else self._shown.face
        on = (
            self._baselines is not None
            and face is not None
            and self._baselines.of(face.reading.face_id) is not None
        )
        if on != self.on:
            self.on = on
            self.changed.emit()

    def _tell_taken(self, baseline: Baseline) -> None:
        labels = () if self._shown is None else self._shown.labels
        self._recording.happened(BASELINE_SET, baseline_detail(baseline, labels))
        self._tell(
            Severity.DONE,
            translate("MyNeutral", "Face {id}: expressions are counted from this neutral face now.").format(
                id=baseline.face_id
            ),
            translate("MyNeutral", "Outlines show the values without it."),
        )

    def _tell_failed(self, failed: Failed) -> None:
        sentence = {
            Trouble.GONE: translate("MyNeutral", "The face was lost before the three seconds were over."),
            Trouble.MOVED: translate("MyNeutral", "The face moved too much to be taken as neutral."),
            Trouble.LIVELY: translate("MyNeutral", "The expression changed too much to be taken as neutral."),
            Trouble.SLOW: translate("MyNeutral", "Too few pictures were analysed in three seconds."),
        }[failed.trouble]
        self._tell(
            Severity.WARNING, sentence, translate("MyNeutral", "Hold still, look calm, and try again.")
        )

    def _take_away(self, baselines: Baselines, face_id: int) -> None:
        baseline = baselines.forget(face_id)
        if baseline is None:
            return
        self._recording.happened(BASELINE_REMOVED, f"face {face_id}")

        def undo() -> None:
            baselines.bring_back(baseline)
            labels = () if self._shown is None else self._shown.labels
            self._recording.happened(BASELINE_SET, baseline_detail(baseline, labels))

        self._notifications.post(
            Notification(
                Severity.INFO,
                translate("MyNeutral", "Face {id} is read without its neutral expression.").format(
                    id=face_id
                ),
                replace=_TOLD,
                action=translate("MyNeutral", "Undo"),
                act=undo,
            )
        )

    def _tell(self, severity: Severity, sentence: str, remedy: str = "") -> None:
        self._notifications.post(Notification(severity, sentence, remedy, _TOLD))
