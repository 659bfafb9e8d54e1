"""Training pictures as the program would cut them: before a camera, by its own detector.

FER2013 frames faces unevenly, the program all of them alike. So a face that is small in its picture reaches
the network enlarged, which blurs it; a network that has seen such faces reads them better. Faces that fill
their picture stay as they are: what a camera would see around them is not in it.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from training.errors import DataError
from training.framing import OURS, live_framing
from training.measure.live import THROUGH, Case, face_in
from training.photos import detector_for
from training.progress import Progress, silent

DETECTOR: Final = "face_detector"
"""The program's own one."""


def reframed(images: NDArray[np.uint8], progress: Progress = silent) -> NDArray[np.uint8]:
    """Grey pictures (N, S, S), each cut anew from a frame by the program's detector and crop.

    A picture stays as it is where the detector finds no face that lies in it for the most part
    (`measure.live.REAL`). Raises `DataError` if S is not the program's size, or if there is a face in none.
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
