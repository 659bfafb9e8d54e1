"""Hard negatives: the places in pictures without faces that a trained detector takes for faces."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

import cv2
import numpy as np

from training.detector.boxes import Picture, centres_of, sides_of
from training.detector.stock import Entry, Stock
from training.detector.teacher import FaceFinder, Labels

HARD: Final = "hard"
"""Name of the source that mined places become."""
_SCALES: Final = (1.0, 0.5)
"""At which every picture is looked at."""
_AROUND: Final = 1.5
"""Half the side of a window, in sides of what is seen in it."""
_SMALLEST: Final = 24
"""Pixels below which a window shows nothing."""

Watch = Callable[[Sequence[Entry]], Iterable[Entry]]


def hard_windows(stock: Stock, finder: FaceFinder, watch: Watch) -> Iterator[tuple[Picture, Labels]]:
    """Windows around everything that the finder sees in the pictures without faces, as a source has them."""
    entries = [entry for name, shelf in stock.without.items() if name != HARD for entry in shelf]
    for shelf, number in watch(entries):
        picture = shelf.picture(number)
        for scale in _SCALES:
            looked_at = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
            faces, _scores = finder.find(np.asarray(looked_at, np.uint8))
            faces = faces / scale
            for (x, y), side in zip(centres_of(faces), sides_of(faces), strict=True):
                reach = _AROUND * side
                window = picture[
                    max(0, int(y - reach)) : max(0, int(y + reach)),
                    max(0, int(x - reach)) : max(0, int(x + reach)),
                ]
                if min(window.shape[:2]) >= _SMALLEST:
                    yield window, Labels.none()
