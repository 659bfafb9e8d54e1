"""Things that happen during a session and are no frame: markers, pauses, losses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MARKER: Final = "marker"
PAUSE: Final = "pause"
RESUME: Final = "resume"
SOURCE_LOST: Final = "source_lost"
SOURCE_BACK: Final = "source_back"
DROPPED: Final = "dropped"


@dataclass(frozen=True, slots=True)
class Event:
    """One row of events.csv."""

    t_s: float
    """Seconds since session start, on the clock of the log's `t_s`."""
    kind: str
    label: str = ""
    """What a person called it, such as the name of a marker."""
    detail: str = ""
