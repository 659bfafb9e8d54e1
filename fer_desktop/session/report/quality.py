"""How good the pictures were and how quick the computer: what decides how far the numbers can be trusted."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from fer_desktop.session.frames import LogRecord


@dataclass(frozen=True, slots=True)
class Measure:
    """How one column of the log is spread."""

    name: str
    unit: str
    meaning: str
    count: int
    low: float
    """The 5 % quantile."""
    median: float
    high: float
    """The 95 % quantile."""


_OF_FACES: Final = {
    "brightness": (
        "Brightness of the face",
        "0 to 255",
        "mean grey value",
    ),
    "sharpness": ("Sharpness", "grey²", "variance of the Laplacian; low means blurred"),
    "box_w": ("Width of the face", "px", "in the picture"),
    "roll": ("Inclination", "degree", "clockwise positive"),
    "yaw": ("Turn of the head", "degree", "to the right in the picture positive; coarse"),
    "confidence": ("Confidence of the detector", "0 to 1", "that this is a face"),
    "entropy": ("Entropy of the answer", "bit", "0 is certain; the more, the less certain"),
}
_OF_FRAMES: Final = {
    "infer_ms": ("Detection and network", "ms", "of a whole frame"),
    "latency_ms": ("Capture to result", "ms", "how old an answer was"),
}


@dataclass(slots=True)
class Quality:
    """Keeps nine numbers of each row, which two hours of log make 16 MB of."""

    _values: dict[str, array[float]] = field(
        default_factory=lambda: {name: array("d") for name in (*_OF_FACES, *_OF_FRAMES)}
    )
    _frame: tuple[Any, Any] | None = None

    def watching(self, rows: Iterable[LogRecord]) -> Iterator[LogRecord]:
        """The same rows, looked at as they go by."""
        for row in rows:
            if row["success"]:
                self._keep(row, _OF_FACES)
            if (frame := (row["frame"], row["t_s"])) != self._frame:
                self._frame = frame
                self._keep(row, _OF_FRAMES)
            yield row

    def measures(self) -> list[Measure]:
        """Those that the log has values of."""
        found = []
        for name, (title, unit, meaning) in (_OF_FACES | _OF_FRAMES).items():
            values = np.array(self._values[name])
            if values.size:
                low, median, high = np.quantile(values, [0.05, 0.5, 0.95])
                found.append(
                    Measure(title, unit, meaning, values.size, float(low), float(median), float(high))
                )
        return found

    def _keep(self, row: LogRecord, names: Iterable[str]) -> None:
        for name in names:
            value: Any = row.get(name)  # logs of earlier versions lack some
            if value is not None:
                self._values[name].append(value)
