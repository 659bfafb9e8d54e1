"""Faces that are nobody's: averages of many aligned faces of one expression.

Landmarks come from any detector in YuNet's format; all aligned pictures have the size CANVAS.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from fer_desktop.emotions import EMOTIONS
from training.data.pictures import picture_files, read_grey
from training.errors import DataError
from training.onnx_files import open_model

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]
Judge = Callable[[Sequence[Floats], str], Floats]
"""From faces in CANVAS and an expression to the probability that each shows it."""

CANVAS: Final = (320, 360)
"""Width and height of the picture that faces are aligned in."""
EYES: Final = np.array([[118, 150], [202, 150]], np.float32)
MIDDLE: Final = (160, 188)
"""The middle of the face in CANVAS."""
MIRRORED: Final = [1, 0, 2, 4, 3]
SQUARE_FROM_CANVAS: Final = np.array([[0.21, 0, -9.6], [0, 0.21, -13.2]], np.float32)
"""FER2013's framing: eyes 17.6 pixels apart at the height 18.3 of 48."""

NEAR_FRONTAL, AVERAGED = 80, 32
"""The most symmetric faces of a class, and of them the ones that the judge reads best."""
ALIKE: Final = 0.9
"""Correlation from which two aligned faces count as the same picture; only one of them is averaged."""


def load_detector(path: Path) -> cv2.FaceDetectorYN:
    """A detector in YuNet's format. Raises `DataError` if the file is none."""
    try:
        return cv2.FaceDetectorYN.create(str(path), "", CANVAS, 0.6)
    except cv2.error as error:
        raise DataError(f"{path}: is no face detector in YuNet's format.") from error


def find_landmarks(detector: cv2.FaceDetectorYN, face: Bytes) -> Floats | None:
    """The five landmarks (5, 2) of the largest face in a tightly cut picture, if one is found."""
    margin = face.shape[0] // 4
    padded = cv2.copyMakeBorder(face, margin, margin, margin, margin, cv2.BORDER_REPLICATE)
    detector.setInputSize((padded.shape[1], padded.shape[0]))
    # OpenCV answers None where there is no face, though its type hints deny it.
    rows = cast("Floats | None", detector.detect(cv2.cvtColor(padded, cv2.COLOR_GRAY2BGR))[1])
    if rows is None:
        return None
    best = max(rows, key=lambda row: float(row[2] * row[3]))
    return np.asarray(best[4:14].reshape(5, 2) - margin, np.float32)


def eyes_to_place(points: Floats) -> Floats:
    """Turn, scale and move landmarks so that the eyes are at EYES."""
    source, target = (complex(*(p[1] - p[0])) for p in (points, EYES))
    ratio = target / source
    turn = np.array([[ratio.real, -ratio.imag], [ratio.imag, ratio.real]])
    return np.asarray((points - points[0]) @ turn.T + EYES[0], np.float32)


def asymmetry(placed: Floats) -> float:
    """How far nose and mouth are from the middle line, and how tilted the mouth is, in pixels."""
    mouth = placed[3:]
    off_middle = abs(placed[2, 0] - MIDDLE[0]) + abs(mouth[:, 0].mean() - MIDDLE[0])
    return float(off_middle + abs(mouth[0, 1] - mouth[1, 1]) / 2)


def ellipse(middle: tuple[int, int], axes: tuple[int, int], feather: float = 0.0) -> Floats:
    """A mask over CANVAS, 1 inside an ellipse, fading over `feather` pixels."""
    mask = np.zeros(CANVAS[::-1], np.float32)
    cv2.ellipse(mask, middle, axes, 0, 0, 360, 1.0, -1, cv2.LINE_AA)
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), feather) if feather else mask, np.float32)


def standardised(face: Floats) -> Floats:
    """Mean 0 and deviation 1 in the face, whatever surrounds it."""
    inside = face[ellipse(MIDDLE, (95, 125)) > 0.5]
    return np.asarray((face - inside.mean()) / inside.std(), np.float32)


def align(faces: Iterable[Bytes], detector: cv2.FaceDetectorYN, most: int) -> tuple[Floats, Floats]:
    """The most symmetric faces in CANVAS (N, h, w), standardised, and how far each covers it (0 to 1).

    Each is mapped onto the mean landmarks of all of them, so that mouths keep their shape. N is at most
    `most`, and 0 where no face has landmarks.
    """
    found = [(face, points) for face in faces if (points := find_landmarks(detector, face)) is not None]
    found = sorted(found, key=lambda entry: asymmetry(eyes_to_place(entry[1])))[:most]
    if not found:
        nothing = np.empty((0, *CANVAS[::-1]), np.float32)
        return nothing, nothing
    placed = np.array([eyes_to_place(points) for _, points in found])
    mirror = placed[:, MIRRORED] * [-1, 1] + [CANVAS[0], 0]
    shape = (placed.mean(0) + mirror.mean(0)) / 2
    equalise = cv2.createCLAHE(2.0, (4, 4))
    pictures, covers = [], []
    for face, points in found:
        affine = np.linalg.lstsq(np.hstack([points, np.ones((5, 1))]), shape, rcond=None)[0].T
        even = np.asarray(equalise.apply(face), np.float32)
        warped = cv2.warpAffine(even, affine, CANVAS, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        pictures.append(standardised(np.asarray(warped, np.float32)))
        covers.append(cv2.warpAffine(np.ones_like(even), affine, CANVAS) + 1e-3)
    return np.array(pictures), np.array(covers)


def mean_face(pictures: Floats, covers: Floats) -> Floats:
    """The mean (h, w) of aligned faces (N, h, w) and of their mirror images, standardised."""
    total, weight = (pictures * covers).sum(0), covers.sum(0)
    return standardised(np.asarray((total + total[:, ::-1]) / (weight + weight[:, ::-1]), np.float32))


def composite(faces: Iterable[Bytes], expression: str, detector: cv2.FaceDetectorYN, judge: Judge) -> Floats:
    """The mean of the near-frontal faces that show an expression best, and of their mirror images."""
    pictures, covers = align(faces, detector, NEAR_FRONTAL)
    clearest = np.argsort(-judge([finish(picture) for picture in pictures], expression))
    chosen = without_copies([pictures[i] for i in clearest], clearest)[:AVERAGED]
    return mean_face(pictures[chosen], covers[chosen])


def without_copies(pictures: Sequence[Floats], names: NDArray[np.intp]) -> NDArray[np.intp]:
    """The names of those pictures that none before resembles: a person seen often would shine through."""
    small = [cv2.resize(picture, (40, 45))[10:40, 9:31].ravel() for picture in pictures]
    alike = np.asarray(np.corrcoef(np.array(small)) > ALIKE)
    kept: list[int] = []
    for i in range(len(pictures)):
        if not alike[i, kept].any():
            kept.append(i)
    return names[kept]


def finish(face: Floats, light: float = 145) -> Floats:
    """Grey values from a standardised face, with the contrast and the edges that averaging lost."""
    softened = cv2.GaussianBlur(face, (0, 0), 3)
    return np.asarray(np.clip((face + 0.8 * (face - softened)) * 42 + light, 8, 247), np.float32)


def make_judge(model: Path) -> Judge:
    """Read faces with the first head of a model file."""
    session = open_model(model)

    def judge(faces: Sequence[Floats], expression: str) -> Floats:
        squares = [
            cv2.warpAffine(cv2.GaussianBlur(f, (0, 0), 1.8), SQUARE_FROM_CANVAS, (48, 48)) for f in faces
        ]
        (logits,) = session.run(["ferplus_logits"], {"face": np.array(squares, np.float32)[:, None]})
        exponentials = np.exp(logits - logits.max(1, keepdims=True))
        return np.asarray((exponentials / exponentials.sum(1, keepdims=True))[:, EMOTIONS.index(expression)])

    return judge


def read_faces(folder: Path) -> Iterator[Bytes]:
    """The pictures of a folder in grey. Raises `DataError` for a damaged one."""
    return map(read_grey, picture_files(folder))
