"""Training pictures as the program would cut them: before a camera, by its own detector.

FER2013 frames faces unevenly. The program frames all of them alike, so a face that is small in its picture
reaches the network enlarged, and one that fills it with a margin. A network that has seen both loses less
between its data and a camera.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from training.errors import DataError
from training.framing import OURS, live_framing
from training.measure.live import THROUGH, Case, face_in
from training.photos import detector_for

DETECTOR: Final = "face_detector"
"""The program's own one."""

Progress = Callable[[Iterable[Any], str, int | None], Iterable[Any]]


def reframed(
    images: NDArray[np.uint8], progress: Progress = lambda rows, _words, _total: rows
) -> NDArray[np.uint8]:
    """Grey pictures (N, S, S), each cut anew from a frame by the program's detector and crop.

    A picture without a face that the detector finds stays as it is. Raises `DataError` if S is not the
    program's size, or if there is a face in none of them.
    """
    framing = live_framing(OURS)
    side = round(framing.square)
    if images.shape[1:] != (side, side):
        given = "x".join(map(str, images.shape[1:]))
        raise DataError(f"Only pictures of {side}x{side} can be framed anew, not {given}: set reframed = 0.")
    eyes = detector_for(DETECTOR, framing)
    rng = np.random.default_rng(0)  # nothing is disturbed
    live = Case(THROUGH, "live, undisturbed")
    cut = images.copy()
    found = 0
    for row, picture in enumerate(progress(images, "pictures framed anew", len(images))):
        face = face_in(picture, live, eyes, framing, rng)
        if face is not None:
            cut[row] = face
            found += 1
    if not found:
        raise DataError("The detector finds a face in none of the pictures: set reframed = 0.")
    return cut
