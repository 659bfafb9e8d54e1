"""Things that happen during a session and are no frame: markers, pauses, losses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from fer_desktop.capture.source import Shortfall
from fer_desktop.engine.baseline import SHARE, Baseline

MARKER: Final = "marker"
NOTE: Final = "note"
PAUSE: Final = "pause"
RESUME: Final = "resume"
SOURCE_LOST: Final = "source_lost"
SOURCE_BACK: Final = "source_back"
SEEK: Final = "seek"
DROPPED: Final = "dropped"
BASELINE_SET: Final = "baseline_set"
BASELINE_REMOVED: Final = "baseline_removed"
FACE_NAMED: Final = "face_named"
UNREADABLE: Final = "unreadable"
_NOT_RECORDED: Final = "frames not recorded"


def baseline_detail(baseline: Baseline, labels: Sequence[str]) -> str:
    """A face's resting expression in full, so that its correction can be computed again from the log.

    Logits are divided by the temperature, as everywhere.
    """
    values = " ".join(f"{label}={value:.4f}" for label, value in zip(labels, baseline.logits, strict=True))
    return f"face {baseline.face_id}; {baseline.frames} frames; share {SHARE:g}; logits {values}"


@dataclass(frozen=True, slots=True)
class Event:
    """One row of events.csv."""

    t_s: float
    """Seconds since session start, on the clock of the log's `t_s`."""
    kind: str
    label: str = ""
    """What a person called it, such as the name of a marker or of a face."""
    detail: str = ""


def face_detail(face_id: int) -> str:
    """The detail of an event that concerns one face."""
    return f"face {face_id}"


def face_of(event: Event) -> int | None:
    """The face that an event concerns; None if its detail names none."""
    found = re.fullmatch(r"face ([0-9]{1,9})", event.detail)
    return None if found is None else int(found[1])


def unreadable_detail(shortfall: Shortfall) -> str:
    """What an `unreadable` event says: a file gave less than it announces."""
    what = "The end" if shortfall.frames is None else f"{shortfall.frames} frames"
    return f"{what} of the file could not be read: {shortfall.why}."


def unreadable(events: Iterable[Event]) -> str:
    """What of the file could not be read, as a sentence; empty if it gave all that it announces."""
    told = [event.detail for event in events if event.kind == UNREADABLE]
    return told[-1] if told else ""


def dropped_detail(frames: int) -> str:
    """What a `dropped` event says; `frames_dropped` reads it."""
    return f"{frames} {_NOT_RECORDED} because the disk was too slow."


def frames_dropped(event: Event) -> int:
    """How many frames a `dropped` event is about; 0 for all other events."""
    number, _, rest = event.detail.partition(" ")
    told = event.kind == DROPPED and number.isdecimal() and rest.startswith(_NOT_RECORDED)
    return int(number) if told else 0
