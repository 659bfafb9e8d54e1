"""Results as streams of the Lab Streaming Layer: one of numbers for each face, one of markers for all.

The library is an extra (`link`) and is loaded only when it is asked for.
"""

from __future__ import annotations

import math
import platform
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from fer_desktop import __version__
from fer_desktop.emotions import EMOTIONS
from fer_desktop.engine.result import Face
from fer_desktop.errors import LinkError
from fer_desktop.link.sender import Happened, Seen

MAKER: Final = "FER Desktop"
MARKERS: Final = f"{MAKER} markers"
SLOTS: Final = 8
_HOLD_S: Final = 1.0
"""For so long a stream waits for its face before it is given to another one."""
_BUFFER_S: Final = 60
"""A receiver that hangs for longer loses what is older; the library throws it away itself."""


def load_pylsl() -> Any:
    """The library; raises `LinkError` with the way to get it."""
    try:
        import pylsl  # noqa: PLC0415 - an extra, and it starts threads of its own
    except ImportError as error:
        raise LinkError(
            "The live link over LSL needs the package pylsl, which is not installed.",
            "Install it with: pip install pylsl",
        ) from error
    except (RuntimeError, OSError) as error:
        raise LinkError(
            "The package pylsl is there, but its library liblsl cannot be loaded "
            f"({str(error).splitlines()[0] if str(error) else type(error).__name__}).",
            "Install liblsl for this system, or use the link over UDP.",
        ) from error
    return pylsl


def offset_to(clock: Callable[[], float]) -> float:
    """What makes a time of `perf_counter` one of another clock: both read as nearly at once as possible."""
    readings = []
    for _ in range(3):
        before, other, after = time.perf_counter(), clock(), time.perf_counter()
        readings.append((after - before, other - (before + after) / 2))
    return min(readings)[1]


@dataclass(frozen=True, slots=True)
class _Channel:
    label: str
    unit: str
    value: Callable[[Face, dict[str, int]], float]


def _share(values: Callable[[Face], Any], emotion: str) -> Callable[[Face, dict[str, int]], float]:
    def value(face: Face, places: dict[str, int]) -> float:
        return float(values(face)[places[emotion]]) if emotion in places else math.nan

    return value


_OF_FACE: Final = (
    _Channel("face_id", "id", lambda face, _: face.reading.face_id),
    _Channel("confidence", "0 to 1", lambda face, _: face.reading.confidence),
    *(_Channel(f"p_{name}", "0 to 1", _share(lambda f: f.reading.probabilities, name)) for name in EMOTIONS),
    *(_Channel(f"s_{name}", "0 to 1", _share(lambda f: f.smoothed, name)) for name in EMOTIONS),
    _Channel("entropy", "bit", lambda face, _: face.reading.entropy),
    _Channel("box_x", "px", lambda face, _: face.reading.box.x),
    _Channel("box_y", "px", lambda face, _: face.reading.box.y),
    _Channel("box_w", "px", lambda face, _: face.reading.box.w),
    _Channel("box_h", "px", lambda face, _: face.reading.box.h),
    _Channel("roll", "degree", lambda face, _: _number(face.reading.roll)),
)
CHANNELS: Final = (("frame", "count"), ("success", "0 or 1"), *((c.label, c.unit) for c in _OF_FACE))
"""(label, unit) of every number stream; the same for all networks: what one does not know is NaN."""


def sample(frame: int, face: Face | None, labels: tuple[str, ...]) -> list[float]:
    """One frame on a face's stream; without the face all but `frame` and `success` is NaN."""
    if face is None:
        return [frame, 0, *([math.nan] * len(_OF_FACE))]
    places = {label: place for place, label in enumerate(labels)}
    return [frame, 1, *(float(channel.value(face, places)) for channel in _OF_FACE)]


def marker_text(event: Happened) -> str:
    """`pause`, `marker/NAME`, `label/FACE/EXPRESSION`."""
    parts = (event.kind, "" if event.face_id is None else str(event.face_id), event.label)
    return "/".join(part for part in parts if part)


class FaceSlots:
    """Which stream a face speaks on: the same as long as it is followed, then free for another face."""

    def __init__(self) -> None:
        self._slots: list[tuple[int, float]] = []

    def place(self, ids: Iterable[int], now_s: float) -> dict[int, int]:
        """Slot by face id, at most `SLOTS` of them; `now_s` rises."""
        taken = {face_id: slot for slot, (face_id, _) in enumerate(self._slots)}
        found = {face_id: taken[face_id] for face_id in ids if face_id in taken}
        for face_id in ids:
            slot = found.get(face_id)
            if slot is None:
                slot = self._free(found, now_s)
            if slot is None:
                continue
            found[face_id] = slot
            self._slots[slot : slot + 1] = [(face_id, now_s)]
        return found

    def _free(self, found: dict[int, int], now_s: float) -> int | None:
        used = set(found.values())
        for slot, (_, seen_s) in enumerate(self._slots):
            if slot not in used and not 0 <= now_s - seen_s <= _HOLD_S:
                return slot
        return len(self._slots) if len(self._slots) < SLOTS else None


class LslSender:
    """Outlets that stand for all receivers of now and later; none of them is ever waited for."""

    def __init__(self) -> None:
        self._pylsl = load_pylsl()
        self._slots = FaceSlots()
        self._source = 0
        self._markers = self._marker_outlet()
        # Recorders look for streams before anybody is in front of the camera.
        self._faces = [self._face_outlet(1)]

    def send_frame(self, seen: Seen) -> None:
        if seen.source != self._source:
            self._slots, self._source = FaceSlots(), seen.source
        result = seen.result
        by_id = {face.reading.face_id: face for face in result.faces}
        slots = self._slots.place(by_id, result.frame.captured_s)
        while len(self._faces) <= max(slots.values(), default=0):
            self._faces.append(self._face_outlet(len(self._faces) + 1))
        faces = {slot: by_id[face_id] for face_id, slot in slots.items()}
        stamp = self._stamp(result.frame.captured_s)
        for slot, outlet in enumerate(self._faces):
            outlet.push_sample(sample(result.frame.index, faces.get(slot), seen.labels), stamp)

    def send_event(self, event: Happened) -> None:
        self._markers.push_sample([marker_text(event)], self._stamp(event.perf_s))

    def close(self) -> None:
        # An outlet goes with its last reference.
        self._faces.clear()
        self._markers = None

    def _stamp(self, perf_s: float) -> float:
        # Measured each time: the two clocks may part while a computer sleeps.
        return perf_s + offset_to(self._pylsl.local_clock)

    def _face_outlet(self, number: int) -> Any:
        labels, units = zip(*CHANNELS, strict=True)
        info = self._info(f"{MAKER} face {number}", "Expression", len(labels), self._pylsl.cf_float32)
        info.set_channel_labels(list(labels))
        info.set_channel_units(list(units))
        info.set_channel_types("Expression")
        return self._pylsl.StreamOutlet(info, max_buffered=_BUFFER_S)

    def _marker_outlet(self) -> Any:
        info = self._info(MARKERS, "Markers", 1, self._pylsl.cf_string)
        return self._pylsl.StreamOutlet(info, max_buffered=_BUFFER_S)

    def _info(self, name: str, kind: str, channels: int, form: int) -> Any:
        # The same at the next start: receivers then find the stream again by themselves.
        source = f"{name}@{platform.node()}"
        info = self._pylsl.StreamInfo(name, kind, channels, self._pylsl.IRREGULAR_RATE, form, source)
        info.desc().append_child_value("manufacturer", MAKER)
        info.desc().append_child_value("version", __version__)
        return info


def _number(value: float | None) -> float:
    return math.nan if value is None else value
