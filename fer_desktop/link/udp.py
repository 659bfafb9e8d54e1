"""Results as JSON, one datagram per frame, to a port of this computer and nowhere else."""

from __future__ import annotations

import json
import math
import socket
from collections.abc import Iterable
from typing import Any, Final

from fer_desktop.engine.result import Face
from fer_desktop.link.sender import Happened, Seen
from fer_desktop.session.clock import SessionClock

FORMAT: Final = 1
"""Rises when a field changes its meaning or goes away."""
HOST: Final = "127.0.0.1"
DEFAULT_PORT: Final = 17817
MOST_FACES: Final = 12
"""The largest ones. macOS refuses datagrams of more than 9,216 bytes unless told otherwise."""


class UdpSender:
    """Sends without caring whether anybody listens: datagrams to nobody are gone, and cost nothing."""

    def __init__(self, port: int = DEFAULT_PORT) -> None:
        self._address = HOST, port
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)

    def send_frame(self, seen: Seen) -> None:
        # The clocks are read each time: they part while a computer sleeps, or when its time is set.
        self._send(frame_message(seen, SessionClock.now()))

    def send_event(self, event: Happened) -> None:
        self._send(event_message(event, SessionClock.now()))

    def close(self) -> None:
        self._socket.close()

    def _send(self, message: dict[str, Any]) -> None:
        data = json.dumps(message, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
        try:
            self._socket.sendto(data.encode("utf-8", "replace"), self._address)
        except OSError:
            # A full buffer, or (Windows) nobody at that port a moment ago: the next frame is newer anyway.
            return


def frame_message(seen: Seen, clock: SessionClock) -> dict[str, Any]:
    """One analysed frame; names and meanings are those of the log, missing values are null."""
    result = seen.result
    faces = sorted(result.faces, key=_area, reverse=True)[:MOST_FACES]
    return {
        "format": FORMAT,
        "kind": "frame",
        "frame": result.frame.index,
        "time_s": _unix_s(result.frame.captured_s, clock),
        "media_t_s": _rounded(result.frame.media_t_s, 6),
        "reason": result.reason,
        "latency_ms": _rounded(result.latency_ms, 2),
        "dropped_before": result.dropped_before,
        "faces": [_face(face, seen.labels) for face in faces],
        "faces_left_out": len(result.faces) - len(faces),
    }


def event_message(event: Happened, clock: SessionClock) -> dict[str, Any]:
    """A marker, pause, change of label; `face_id` is null where it concerns no face."""
    return {
        "format": FORMAT,
        "kind": "event",
        "time_s": _unix_s(event.perf_s, clock),
        "event": event.kind,
        "label": event.label,
        "detail": event.detail,
        "face_id": event.face_id,
    }


def _face(face: Face, labels: tuple[str, ...]) -> dict[str, Any]:
    reading = face.reading
    box = reading.box
    return {
        "face_id": reading.face_id,
        "label": reading.label,
        "shown_label": face.stable_label,
        "confidence": _rounded(reading.confidence, 4),
        "p": _by_name(labels, reading.probabilities.tolist()),
        "s": _by_name(labels, face.smoothed.tolist()),
        "b": None if face.corrected is None else _by_name(labels, face.corrected.tolist()),
        "entropy": _rounded(reading.entropy, 4),
        "box": [_rounded(value, 1) for value in (box.x, box.y, box.w, box.h)],
        "roll": _rounded(reading.roll, 2),
    }


def _by_name(labels: tuple[str, ...], values: Iterable[float]) -> dict[str, float | None]:
    return {label: _rounded(value, 4) for label, value in zip(labels, values, strict=True)}


def _unix_s(perf_s: float, clock: SessionClock) -> float | None:
    return _rounded(clock.epoch_s + clock.t_s(perf_s), 6)


def _rounded(value: float | None, digits: int) -> float | None:
    """What JSON can say: it has no words for infinity and what is no number."""
    return None if value is None or not math.isfinite(value) else round(float(value), digits)


def _area(face: Face) -> float:
    return face.reading.box.w * face.reading.box.h
