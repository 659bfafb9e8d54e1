"""What a screen reader is told: the expression of the face on screen, when it has changed and seldom."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget

from fer_desktop.ui.face_panel import FacePanel
from fer_desktop.ui.feed import Shown
from fer_desktop.ui.words import emotion_name, translate

_EVERY_S: Final = 4.0
"""Between two announcements: time to hear one out, and something else of the window too."""
_SETTLED_S: Final = 1.0
"""What holds for less is not worth a sentence."""

Speak = Callable[[QWidget, str], object]


def announce(speaker: QWidget, sentence: str) -> None:
    """Hand a sentence to the screen reader, which says it when it has nothing more urgent to say."""
    event = QAccessibleAnnouncementEvent(speaker, sentence)
    event.setPoliteness(QAccessible.AnnouncementPoliteness.Polite)
    QAccessible.updateAccessibility(event)


class Readout:
    """Called with what is on screen; speaks at most every four seconds, and never the same twice in a row."""

    def __init__(self, speak: Speak = announce) -> None:
        self._speak = speak
        self._said = ""
        self._said_s = -math.inf
        self._waiting = ""
        self._waiting_since_s = 0.0

    def tick(self, panel: FacePanel, shown: Shown | None, now_s: float, when: str = "") -> None:
        """Say what has changed, through the panel that is on screen, if it has settled and it is time.

        `when` is said first of a past moment, so that nobody takes it for the present.
        """
        sentence = "" if shown is None else _sentence(shown)
        if sentence and when:
            sentence = f"{when}. {sentence}"
        if sentence != self._waiting:
            self._waiting, self._waiting_since_s = sentence, now_s
        settled = now_s - self._waiting_since_s >= _SETTLED_S
        if sentence and sentence != self._said and settled and now_s - self._said_s >= _EVERY_S:
            self._said, self._said_s = sentence, now_s
            panel.describe(sentence)
            self._speak(panel, sentence)


def _sentence(shown: Shown) -> str:
    if shown.face is None:
        return translate("Readout", "No face")
    label = emotion_name(shown.face.stable_label)
    if len(shown.faces) == 1 and shown.face.reading.face_id not in shown.people.names:
        return label
    who = shown.people.title(shown.face.reading.face_id)
    return translate("Readout", "{face}: {label}").format(face=who, label=label)
