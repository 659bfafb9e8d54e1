"""What the faces look like that a network takes for something else: averages of many, so nobody's face.

Pictures of people who did not agree to be shown cannot stand in a model card; their average can.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from training.composites import (
    MIDDLE,
    Bytes,
    Floats,
    align,
    ellipse,
    finish,
    mean_face,
    without_copies,
)
from training.measure.compare import top_confusions
from training.measure.metrics import Answers
from training.measure.plots import look, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LEAST, MOST = 16, 40
"""Faces in an average; of fewer, a single one might be recognised."""
ENLARGED: Final = 3
"""How much larger FER2013's pictures are made before landmarks are looked for."""
TOP, BOTTOM = 45, 330
"""Rows of CANVAS that hold the face."""
LOOKED_AT: Final = 120
"""Pictures of a group, drawn by chance from larger ones, that are aligned."""


@dataclass(frozen=True, slots=True)
class AverageFace:
    """The mean of faces of one class that the network said one thing of."""

    answer: int
    said: int
    picture: Bytes
    """Grey (h, w), white around the face."""
    averaged: int
    total: int
    """Pictures of the class that the network said this of."""


Row = tuple[AverageFace, AverageFace, AverageFace]
"""Faces read rightly, those taken for another class, and that class read rightly."""


def average_failures(
    images: NDArray[np.uint8],
    logits: Floats,
    answers: Answers,
    detector: cv2.FaceDetectorYN,
    most: int = 5,
) -> list[Row]:
    """The commonest confusions, of pictures (N, S, S); those of fewer than `LEAST` faces are left out."""
    said = logits.argmax(1)
    made: dict[tuple[int, int], AverageFace | None] = {}

    def face(answer: int, read_as: int) -> AverageFace | None:
        pair = answer, read_as
        if pair not in made:
            members = np.flatnonzero((answers == answer) & (said == read_as))
            made[pair] = average(images, members, pair, detector)
        return made[pair]

    rows: list[Row] = []
    for confusion in top_confusions(logits, answers, len(answers)):
        if len(rows) == most or confusion.count < LEAST:
            break
        is_, read_as = confusion.answer, confusion.said
        right, wrong, other = face(is_, is_), face(is_, read_as), face(read_as, read_as)
        if right and wrong and other:
            rows.append((right, wrong, other))
    return rows


def average(
    images: NDArray[np.uint8], members: NDArray[np.intp], pair: tuple[int, int], detector: cv2.FaceDetectorYN
) -> AverageFace | None:
    """The mean of the most symmetric of these pictures; None of fewer than `LEAST`."""
    drawn = np.random.default_rng(0).permutation(members)[:LOOKED_AT]
    enlarged = (
        np.asarray(
            cv2.resize(images[row], None, fx=ENLARGED, fy=ENLARGED, interpolation=cv2.INTER_CUBIC), np.uint8
        )
        for row in drawn
    )
    pictures, covers = align(enlarged, detector, MOST)
    if len(pictures) < LEAST:
        return None
    kept = without_copies(list(pictures), np.arange(len(pictures)))
    if len(kept) < LEAST:
        return None
    face = finish(mean_face(pictures[kept], covers[kept]))
    inside = ellipse(MIDDLE, (98, 132), feather=6)
    picture = np.asarray(inside * face + (1 - inside) * 255, np.uint8)
    return AverageFace(*pair, picture[TOP:BOTTOM], len(kept), len(members))


def failures_figure(rows: Sequence[Row], labels: Sequence[str]) -> Figure:
    """One row per confusion, the failure in the middle between what it is and what it is taken for."""
    with look():
        figure = new_figure(6, 2.1 * len(rows))
        for line, faces in zip(figure.subplots(len(rows), 3, squeeze=False), rows, strict=True):
            for axes, face in zip(line, faces, strict=True):
                wrong = face.answer != face.said
                words = f"{labels[face.answer]} read as {labels[face.said]}" if wrong else labels[face.answer]
                axes.imshow(face.picture, cmap="gray", vmin=0, vmax=255)
                axes.set_title(words, fontsize=9, fontweight="bold" if wrong else "normal", loc="center")
                axes.set_xlabel(f"{face.averaged} of {face.total} pictures", fontsize=7.5)
                axes.set(xticks=[], yticks=[])
                axes.grid(visible=False)
                axes.spines[:].set_visible(False)
    return figure
