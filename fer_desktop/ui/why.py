"""Why: asks which pixels the answer for the shown face hangs on, while somebody wants to know."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from fer_desktop.engine.explainer import Explainer, Explanation, Insights, Question
from fer_desktop.ui.feed import Shown
from fer_desktop.ui.notifications import Notifications
from fer_desktop.ui.recording import Endings
from fer_desktop.vision.insight import Area
from fer_desktop.vision.model_file import ModelFile

LoadInsight = Callable[[ModelFile], Insights]


class Why(QObject):
    """Owns at most one explainer, of the network that is in use; the window calls `tick` on its timer."""

    changed = Signal()
    """It was switched on or off, by the user or because it failed."""

    def __init__(self, endings: Endings, notifications: Notifications, load: LoadInsight) -> None:
        super().__init__()
        self._endings = endings
        self._notifications = notifications
        self._load = load
        self._explainer: Explainer | None = None
        self._model: Path | None = None
        self._asked: tuple[int, int, Area | None] = (0, 0, None)
        self.on = False
        self.cover: Area | None = None
        """What of the face is covered, to see what the network says then."""

    def switch(self, on: bool) -> None:
        """Begin or end explaining."""
        if on != self.on:
            self.on = on
            if on:
                self._notifications.withdraw("why")
            else:
                self.stop()
            self.changed.emit()

    def set_cover(self, area: Area | None) -> None:
        """Cover this area of the face from now on; None: nothing."""
        self.cover = area

    def tick(self, shown: Shown | None, model: ModelFile | None) -> Explanation | None:
        """Ask about the face on screen; returns the newest answer about it, if there is one."""
        if not self.on or model is None:
            return None
        explainer = self._explainer_for(model)
        if explainer.error is not None:
            self._notifications.post_error(explainer.error, "why")
            self.switch(False)
            return None
        if shown is None or shown.face is None or not shown.face.reading.seen.size:
            return None
        face = shown.face
        asked = (shown.serial, face.reading.face_id, self.cover)
        if asked != self._asked:
            self._asked = asked
            known = face.stable_label in shown.labels
            label = shown.labels.index(face.stable_label) if known else int(face.shown.argmax())
            frame = shown.result.frame
            t_s = frame.captured_s if frame.media_t_s is None else frame.media_t_s
            if shown.past:
                t_s = math.nan  # before and after no other time: a moment is explained by itself
            explainer.ask(Question(face.reading.face_id, label, face.reading.seen, t_s, self.cover))
        newest = explainer.newest
        if newest is None or newest.question.face_id != face.reading.face_id:
            return None
        if shown.past and newest.question.seen is not face.reading.seen:
            return None
        return newest

    def stop(self) -> None:
        """End the explainer's thread, without waiting for it here."""
        if self._explainer is not None:
            self._endings.start(self._explainer.stop)
        self._explainer = self._model = None
        self._asked = (0, 0, None)

    def _explainer_for(self, model: ModelFile) -> Explainer:
        if self._explainer is None or self._model != model.path:
            self.stop()
            self._explainer = Explainer(lambda: self._load(model))
            self._explainer.start()
            self._model = model.path
        return self._explainer
