"""Accuracy in groups of pictures that are alike: dark or bright, pale or full of contrast, soft or sharp."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from training.measure.metrics import Answers, Floats

Pictures = NDArray[np.uint8]
"""Grey pictures (N, S, S)."""

OUTER: Final = 0.2
"""Share of the pictures in the group at either end."""


@dataclass(frozen=True, slots=True)
class Group:
    """How a network does on pictures that share a property."""

    property: str
    name: str
    """Which of the pictures, in words."""
    pictures: int
    hits: int


def brightness(pictures: Pictures) -> NDArray[np.float64]:
    """Mean grey value of each picture."""
    return np.asarray(pictures.mean((1, 2), dtype=np.float64))


def contrast(pictures: Pictures) -> NDArray[np.float64]:
    """Standard deviation of each picture's grey values."""
    return np.asarray(pictures.std((1, 2), dtype=np.float64))


def sharpness(pictures: Pictures) -> NDArray[np.float64]:
    """Deviation of each picture's Laplacian, over its contrast (after Pech-Pacheco et al. 2000)."""
    edges = np.array([cv2.Laplacian(picture, cv2.CV_32F).std(dtype=np.float64) for picture in pictures])
    return edges / np.maximum(contrast(pictures), 1)


PROPERTIES: Final[Mapping[str, tuple[Callable[[Pictures], NDArray[np.float64]], str, str]]] = {
    "brightness": (brightness, "darkest fifth", "brightest fifth"),
    "contrast": (contrast, "fifth of least contrast", "fifth of most contrast"),
    "sharpness": (sharpness, "softest fifth", "sharpest fifth"),
}
"""What a picture has, its measure, and the words for little and for much of it."""


def measure_groups(pictures: Pictures, logits: Floats, answers: Answers) -> tuple[Group, ...]:
    """Hits among the pictures with a known answer: the fifths at either end of a property, and the rest.

    A group without pictures is left out.
    """
    known = answers >= 0
    right = logits[known].argmax(1) == answers[known]
    found = []
    for name, (measure, little, much) in PROPERTIES.items():
        values = measure(pictures[known])
        low, high = np.quantile(values, (OUTER, 1 - OUTER))
        for words, members in (
            (f"{little}, below {low:.3g}", values < low),
            (f"between, {low:.3g} to {high:.3g}", (values >= low) & (values <= high)),
            (f"{much}, above {high:.3g}", values > high),
        ):
            if members.any():
                found.append(Group(name, words, int(members.sum()), int(right[members].sum())))
    return tuple(found)
