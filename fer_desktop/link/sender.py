"""What goes out, and the contract of everything that carries it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

from fer_desktop.engine.result import Result

LABEL: Final = "label"
"""The kind of event that says that a face shows another expression."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One frame that was looked at."""

    result: Result
    """Without its picture."""
    labels: tuple[str, ...]
    """Of the network, in the order of the probabilities."""
    source: int = 0
    """Rises with each other source, whose faces are not those of the one before."""


@dataclass(frozen=True, slots=True)
class Happened:
    """A marker, a pause, a change of a face's expression."""

    perf_s: float
    """`time.perf_counter()` of that moment."""
    kind: str
    label: str = ""
    detail: str = ""
    face_id: int | None = None


class Sender(Protocol):
    """Carries messages to whoever listens. Called in one thread; must not wait for a receiver."""

    def send_frame(self, seen: Seen) -> None: ...

    def send_event(self, event: Happened) -> None: ...

    def close(self) -> None: ...


class LabelChanges:
    """Notices when a face shows another expression than before, in the words that the window shows."""

    def __init__(self) -> None:
        self._shown: dict[int, str] = {}

    def add(self, result: Result) -> list[Happened]:
        """The changes that this frame brings; a face that (re)appears counts as one."""
        if not result.analysed:
            return []
        now = {face.reading.face_id: face.stable_label for face in result.faces}
        changes = [
            Happened(result.frame.captured_s, LABEL, label, face_id=face_id)
            for face_id, label in now.items()
            if self._shown.get(face_id) != label
        ]
        self._shown = now
        return changes
