"""What a user says of the faces of one source: how they are called, and which are not to be shown.

In memory only: names end with the source. A recording gets them as events, because somebody who records
wants to know later who is who.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from fer_desktop.engine.result import Face
from fer_desktop.ui.words import translate

LONGEST_NAME: Final = 40


class People:
    """Names and hidden faces by face id. Changed in the GUI thread; any thread may read."""

    def __init__(self) -> None:
        self.names: dict[int, str] = {}
        self.hidden: frozenset[int] = frozenset()

    def call(self, face_id: int, name: str) -> str:
        """Give a face a name, or take it away with an empty one; returns what is kept of it."""
        kept = " ".join(name.split())[:LONGEST_NAME].strip()
        self.names = {**self.names, face_id: kept}
        if not kept:
            del self.names[face_id]
        return kept

    def hide(self, face_id: int) -> None:
        self.hidden |= {face_id}

    def unhide(self) -> None:
        """All faces are shown again."""
        self.hidden = frozenset()

    def seen(self, faces: Sequence[Face]) -> tuple[Face, ...]:
        """Those that are not hidden."""
        hidden = self.hidden
        return tuple(face for face in faces if face.reading.face_id not in hidden)

    def short(self, face_id: int) -> str:
        """The number, and the name where there is one: `2`, `2 Ana`."""
        return f"{face_id} {self.names.get(face_id, '')}".strip()

    def title(self, face_id: int) -> str:
        """`Face 2`, or `Ana (2)`."""
        name = self.names.get(face_id)
        if name is None:
            return translate("People", "Face {id}").format(id=face_id)
        return translate("People", "{name} ({id})").format(name=name, id=face_id)
