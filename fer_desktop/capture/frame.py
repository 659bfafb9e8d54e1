"""One picture of a source, with the times that everything after it relies on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
"""A picture as OpenCV holds it: uint8 (H, W, 3), BGR, contiguous."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A picture and its times. The image is shared, not copied: nobody may write to it."""

    index: int
    """0-based position in the source, counting frames that nobody analysed."""
    image: Image
    captured_s: float
    """`time.perf_counter()` at the moment the picture came from the device or decoder."""
    media_t_s: float | None = None
    """Presentation time in the file, seconds from its first frame; None for live sources."""
    file: str = ""
    """The picture's file name within its folder; empty for every other source."""
