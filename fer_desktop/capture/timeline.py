"""When each frame of a video file is on screen, known before anything is decoded.

Containers lie about frame counts and rates vary, so the times come from the file's own tables or,
for other containers, from a pass over its packets (a hundred times faster than decoding). Reading
has the last word: what the decoder really gives corrects the timeline.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fer_desktop.capture import opencv
from fer_desktop.capture.sample_tables import shown_times

_SAME_S = 2e-4
"""Times nearer than this are the same frame: no camera makes 5,000 frames a second."""
_FALLBACK_FPS = 25.0


class Timeline:
    """Presentation times in seconds from the first frame, strictly increasing.

    `by_time` tells whether the decoder's own times can be trusted to recognise a frame. They cannot
    in AVI (it stores decoding order only) and in files without times: there a frame is known by its rank.
    `announced` is how many frames the file's index has; None where the times are those of packets, of which
    some may be no frame.
    """

    def __init__(self, times: NDArray[np.float64], *, by_time: bool, announced: int | None = None) -> None:
        self._times = times
        self.by_time = by_time
        self.announced = announced

    def __len__(self) -> int:
        return len(self._times)

    def __getitem__(self, index: int) -> float:
        return float(self._times[index])

    @property
    def step_s(self) -> float:
        """The usual time between two frames."""
        if len(self._times) < 2:
            return 1 / _FALLBACK_FPS
        return float(np.median(np.diff(self._times)))

    @property
    def duration_s(self) -> float:
        """From the first frame to the end of the last one."""
        return float(self._times[-1]) + self.step_s if len(self._times) else 0.0

    def index_at(self, t_s: float) -> int:
        """The frame on screen at this time; the first or last one outside of the file."""
        index = int(np.searchsorted(self._times, t_s + _SAME_S, side="right")) - 1
        return min(max(index, 0), max(len(self._times) - 1, 0))

    def index_of(self, t_s: float) -> int | None:
        """The frame that has exactly this time; None if there is none."""
        index = self.index_at(t_s)
        if len(self._times) and abs(self._times[index] - t_s) < _SAME_S:
            return index
        return None

    def settle(self, index: int, decoded_s: float | None, previous_s: float | None) -> float:
        """Time of the frame that sequential reading found at `index`; mends decoder and timeline.

        `decoded_s` is what the decoder says of it, `previous_s` the time of the frame before.
        """
        after = -1.0 if previous_s is None else previous_s
        believable = self.by_time and decoded_s is not None and decoded_s > after
        if believable and decoded_s is not None:
            time = decoded_s
        elif index < len(self._times) and self._times[index] > after:
            time = float(self._times[index])
        else:
            time = 0.0 if previous_s is None else previous_s + self.step_s
        self._put(index, time)
        return time

    def end_at(self, count: int) -> None:
        """The file turned out to have only this many frames."""
        self._times = self._times[:count]

    def _put(self, index: int, time: float) -> None:
        """Make `time` the entry at `index`: frames that the decoder left out go, unknown ones come."""
        times = self._times
        if index < len(times) and abs(times[index] - time) < _SAME_S:
            return
        later = times[index:]
        later = later[later > time + _SAME_S]
        self._times = np.concatenate([times[:index], [time], later])


def build_timeline(path: Path, first_decoded_s: float, nominal_fps: float) -> Timeline:
    """The timeline of a video file; `first_decoded_s` is the decoder's time of its first frame."""
    times = shown_times(path)
    if times is not None:
        return _checked(times, nominal_fps, announced=len(times))
    packets = _packet_times(str(path))
    if len(packets) == 0:
        return Timeline(np.zeros(1), by_time=True)
    ordered = np.sort(packets)
    lead = int(np.argmin(np.abs(ordered - first_decoded_s)))
    if _is_avi(path):
        # AVI keeps decoding order: frame i is shown when packet i + lead was due to be decoded.
        step = float(np.median(np.diff(ordered))) if len(ordered) > 1 else 1 / _FALLBACK_FPS
        tail = ordered[-1] + step * np.arange(1, lead + 1)
        ordered = np.concatenate([ordered[lead:], tail])
        return _checked(ordered - ordered[0], nominal_fps, by_time=lead == 0)
    # Packets before the first picture that can be decoded (a recording cut in its middle) show nothing.
    return _checked(ordered[lead:] - ordered[lead], nominal_fps)


def _checked(
    times: NDArray[np.float64], nominal_fps: float, *, by_time: bool = True, announced: int | None = None
) -> Timeline:
    """A timeline of these times, or of a steady rate where they cannot be told apart."""
    if len(times) > 1 and np.min(np.diff(times)) < _SAME_S:
        fps = nominal_fps if nominal_fps > 0 else _FALLBACK_FPS
        return Timeline(np.arange(len(times)) / fps, by_time=False, announced=announced)
    return Timeline(times, by_time=by_time, announced=announced)


def _packet_times(path: str) -> NDArray[np.float64]:
    capture = opencv.open_file(path, packets=True)
    times: list[float] = []
    try:
        while capture.grab():
            times.append(opencv.position_s(capture))
    finally:
        capture.release()
    return np.array(times, dtype=np.float64)


def _is_avi(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(12)
    return head[:4] == b"RIFF" and head[8:] == b"AVI "
