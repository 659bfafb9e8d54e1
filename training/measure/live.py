"""What a network loses between a picture as the data cut it and a face before a camera.

Each picture becomes a frame: enlarged, and continued over its edges by reflection, as `framing` does. The
frame is disturbed, and then goes the product's own way: detector, crop, network. Beside that, squares
that lie a little wrong show what errors of a detector cost.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from fer_desktop.vision.crop import cut_face, face_square, turn_of, yaw_degrees
from fer_desktop.vision.detector import LIVE_SIDE, CascadeDetector, Detector
from fer_desktop.vision.faces import Box, Detection
from fer_desktop.vision.model_file import Framing
from training.data.examples import Examples, Truth
from training.data.pictures import fitted
from training.measure.compare import bootstrap_difference
from training.measure.evaluation import Interval, answered, neutral_called_negative
from training.measure.metrics import Answers, Logits, confusion_counts
from training.measure.tables import per_cent

Picture = NDArray[np.uint8]
Mask = NDArray[np.bool_]
Answer = Callable[[Picture], Logits]
"""From cut faces (N, S, S) to logits (N, C) of each head."""
Watch = Callable[[Sequence["Case"]], Iterable["Case"]]

WIDTH, HEIGHT = 640, 480
"""Of a frame in pixels: a common camera's."""
SQUARE: Final = 192
"""Width of a picture in its frame in pixels: somebody at a desk."""
REAL: Final = 0.75
"""Share of a face's box that must lie in the picture: the rest is made up."""
MARGIN: Final = 0.5
"""Of the picture's side, made up by reflection around it; beyond that the edge repeats."""

AS_CUT: Final = "as the data cut it"
THROUGH: Final = "through detector and crop"
MISPLACED: Final = "square misplaced"
AS_INCLINED: Final = "the same, not turned upright"
AS_TURNED: Final = "undisturbed, by how far the head is turned (counted: the share of such heads)"


@dataclass(frozen=True, slots=True)
class Case:
    """One way in which a face reaches the network."""

    group: str
    name: str
    disturb: Callable[[Picture, np.random.Generator], Picture] | None = None
    """What happens to the grey frame before the detector sees it."""
    shift: tuple[float, float] = (0.0, 0.0)
    """Where the square lies beside the right place, in parts of its side."""
    scale: float = 1.0
    """How much too large it is."""
    turned: bool = True
    """Whether an inclined head is turned upright, as the program does where the detector sees the eyes."""
    yaw: tuple[float, float] | None = None
    """Only heads that are turned aside by so many degrees, from and below, as the detector sees them."""
    width: int = SQUARE
    """Of the picture in the frame when the detector sees it, in pixels."""

    @property
    def needs_landmarks(self) -> bool:
        return not self.turned or self.yaw is not None


def rotated(degrees: float) -> Callable[[Picture, np.random.Generator], Picture]:
    """The head inclined, clockwise or not by chance."""

    def disturb(frame: Picture, rng: np.random.Generator) -> Picture:
        angle = degrees if rng.random() < 0.5 else -degrees
        turn = cv2.getRotationMatrix2D((WIDTH / 2 - 0.5, HEIGHT / 2 - 0.5), angle, 1.0)
        return _same(cv2.warpAffine(frame, turn, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REPLICATE))

    return disturb


def blurred(sigma: float) -> Callable[[Picture, np.random.Generator], Picture]:
    """Out of focus; `sigma` in parts of the face square's side."""

    def disturb(frame: Picture, _rng: np.random.Generator) -> Picture:
        return _same(cv2.GaussianBlur(frame, (0, 0), sigma * SQUARE))

    return disturb


def lit(light: float, noise: float = 0.0) -> Callable[[Picture, np.random.Generator], Picture]:
    """Darker or brighter, cut off at white, with the sensor's noise (deviation in grey values)."""

    def disturb(frame: Picture, rng: np.random.Generator) -> Picture:
        seen = frame * light
        return _bytes(seen + noise * rng.standard_normal(frame.shape) if noise else seen)

    return disturb


def lit_from_the_side(least: float) -> Callable[[Picture, np.random.Generator], Picture]:
    """Light that falls to `least` across the frame, from the left or the right."""

    def disturb(frame: Picture, rng: np.random.Generator) -> Picture:
        light = np.linspace(1, least, frame.shape[1])
        return _bytes(frame * (light if rng.random() < 0.5 else light[::-1]))

    return disturb


def compressed(quality: int) -> Callable[[Picture, np.random.Generator], Picture]:
    """Through JPEG, as a cheap camera sends it."""

    def disturb(frame: Picture, _rng: np.random.Generator) -> Picture:
        _, encoded = cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, quality])
        return np.asarray(cv2.imdecode(encoded, cv2.IMREAD_GRAYSCALE), np.uint8)

    return disturb


def far_away(pixels: int) -> Callable[[Picture, np.random.Generator], Picture]:
    """So far that the square is only so many pixels wide; the frame is filled up by its edges."""

    def disturb(frame: Picture, _rng: np.random.Generator) -> Picture:
        factor = pixels / SQUARE
        return _in_frame(cv2.resize(frame, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA))

    return disturb


CASES: Final = (
    Case(AS_CUT, "picture as it is"),
    *(Case(MISPLACED, f"square moved sideways by {share:.0%}", shift=(share, 0.0)) for share in (0.05, 0.1)),
    *(Case(MISPLACED, f"square moved up by {share:.0%}", shift=(0.0, -share)) for share in (0.05, 0.1)),
    *(Case(MISPLACED, f"square moved down by {share:.0%}", shift=(0.0, share)) for share in (0.05, 0.1)),
    Case(MISPLACED, "square 15% too small", scale=0.85),
    Case(MISPLACED, "square 15% too large", scale=1.15),
    Case(MISPLACED, "square 30% too large", scale=1.3),
    Case(THROUGH, "live, undisturbed"),
    *(Case(THROUGH, f"head inclined by {angle} degrees", rotated(angle)) for angle in (10, 20, 30)),
    Case(THROUGH, "slightly out of focus", blurred(0.02)),
    Case(THROUGH, "badly out of focus", blurred(0.04)),
    Case(THROUGH, "a quarter of the light, noisy", lit(0.25, noise=4)),
    Case(THROUGH, "1.6 times the light", lit(1.6)),
    Case(THROUGH, "light from the side", lit_from_the_side(0.2)),
    Case(THROUGH, "JPEG of quality 20", compressed(20)),
    *(
        Case(THROUGH, f"far away: {pixels} pixels wide", far_away(pixels), width=pixels)
        for pixels in (64, 48, 32)
    ),
    *(
        Case(AS_INCLINED, f"head inclined by {angle} degrees, not turned", rotated(angle), turned=False)
        for angle in (10, 20, 30)
    ),
    *(
        Case(AS_TURNED, f"turned by {low} to {high} degrees", yaw=(low, high))
        for low, high in ((0, 10), (10, 20), (20, 30), (30, 45), (45, 90))
    ),
)
"""The first one is what all others are compared with."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one head fares in one case."""

    group: str
    name: str
    head: str
    pictures: int
    """Pictures with a known answer."""
    counted: int
    """Those of them in which a face was found, not made up at the edges."""
    hits: int
    """Right answers among these."""
    difference: float
    """Accuracy less that of the first case on the same pictures."""
    interval: Interval
    """Its 95 % interval (paired bootstrap)."""
    neutral_called_negative: float | None
    """Of the neutral faces that were found, the share called anger, disgust, fear or sadness; None of no
    faces, and for other labels."""

    @property
    def accuracy(self) -> float:
        return self.hits / self.counted if self.counted else math.nan


def frame_of(face: Picture) -> Picture:
    """The grey frame (HEIGHT, WIDTH) that a picture (S, S) is seen in: SQUARE pixels wide, in the middle."""
    margin = round(MARGIN * face.shape[0])
    padded = cv2.copyMakeBorder(face, margin, margin, margin, margin, cv2.BORDER_REFLECT)
    factor = SQUARE / face.shape[0]
    return _in_frame(cv2.resize(padded, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC))


def _in_frame(picture: NDArray[Any]) -> Picture:
    """A smaller picture in the middle of a frame that repeats its edge."""
    height, width = picture.shape
    top, left = (HEIGHT - height) // 2, (WIDTH - width) // 2
    bottom, right = HEIGHT - height - top, WIDTH - width - left
    return _same(cv2.copyMakeBorder(picture, top, bottom, left, right, cv2.BORDER_REPLICATE))


def measure_live(
    examples: Examples,
    answer: Answer,
    detector: Detector,
    framing: Framing,
    *,
    cases: Sequence[Case] = CASES,
    watch: Watch = iter,
    seed: int = 1,
) -> Iterator[Outcome]:
    """Every case on the same pictures, of every head that the network and the data share.

    Cases that need landmarks are left out with the cascade, which has none.
    """
    cases = [case for case in cases if not case.needs_landmarks or detector.kind != CascadeDetector.kind]
    reference: Logits = {}
    for case in watch(cases):
        rng = np.random.default_rng(seed)
        faces = [face_in(picture, case, detector, framing, rng) for picture in examples.images]
        found = np.array([face is not None for face in faces])
        # A face that is not found is answered all the same, and not counted.
        side = round(framing.square)
        said = answer(
            np.stack([np.zeros((side, side), np.uint8) if face is None else face for face in faces])
        )
        reference = reference or said
        for head, truth in answered(said, examples).items():
            answers = said[head].argmax(1), reference[head].argmax(1)
            yield outcome_of(case, head, truth, found, answers)


def face_in(
    picture: Picture, case: Case, detector: Detector, framing: Framing, rng: np.random.Generator
) -> Picture | None:
    """What the network gets to see of a picture (S, S), grey; None where no face is found."""
    side = round(framing.square)
    if case.group == AS_CUT:
        return fitted(picture, side)
    frame = frame_of(picture)
    if case.disturb is not None:
        frame = case.disturb(frame, rng)
    colours = _same(cv2.cvtColor(frame, cv2.COLOR_GRAY2BGR))
    if case.group == MISPLACED:
        width = SQUARE * case.scale
        x, y = WIDTH / 2 + case.shift[0] * SQUARE, HEIGHT / 2 + case.shift[1] * SQUARE
        return cut_face(colours, Box(x - width / 2, y - width / 2, width, width), side)
    found = in_the_middle(detector.detect(colours, LIVE_SIDE), case.width)
    if found is None or (case.yaw is not None and not _turned_by(found, *case.yaw)):
        return None
    turn = turn_of(found.landmarks) if case.turned else 0.0
    return cut_face(colours, face_square(found.box, framing, detector.kind), side, turn)


def _turned_by(found: Detection, low: float, high: float) -> bool:
    yaw = yaw_degrees(found.landmarks)
    return yaw is not None and low <= abs(yaw) < high


def in_the_middle(found: Sequence[Detection], width: int = SQUARE) -> Detection | None:
    """The detection nearest to the frame's middle, of those that lie in the picture there for the most part.

    `width`: of that picture in pixels. What is seen of a face that fills its picture, mirrored at the edges,
    is often a face that nobody has.
    """

    def distance(detection: Detection) -> float:
        x, y = detection.box.centre
        return math.hypot(x - WIDTH / 2, y - HEIGHT / 2)

    return min(
        (face for face in found if _share_in_picture(face.box, width) >= REAL), key=distance, default=None
    )


def _share_in_picture(box: Box, width: int) -> float:
    left, top = (WIDTH - width) / 2, (HEIGHT - width) / 2
    across = min(box.x + box.w, left + width) - max(box.x, left)
    down = min(box.y + box.h, top + width) - max(box.y, top)
    return max(0.0, across) * max(0.0, down) / (box.w * box.h)


def outcome_of(case: Case, head: str, truth: Truth, found: Mask, answers: tuple[Answers, Answers]) -> Outcome:
    """Count; `answers` are those (N,) in this case, and those in the first one."""
    known = truth.answers >= 0
    asked = known & found
    said, right, before = answers[0][asked], *(each[asked] == truth.answers[asked] for each in answers)
    difference, interval = math.nan, (math.nan, math.nan)
    if asked.any():
        difference, interval = bootstrap_difference(right, before)
    return Outcome(
        group=case.group,
        name=case.name,
        head=head,
        pictures=int(known.sum()),
        counted=int(asked.sum()),
        hits=int(right.sum()),
        difference=difference,
        interval=interval,
        neutral_called_negative=neutral_called_negative(
            confusion_counts(said, truth.answers[asked], len(truth.labels)), truth.labels
        ),
    )


def _same(picture: NDArray[Any]) -> Picture:
    """What OpenCV made of grey values: it promises fewer types than it keeps."""
    return np.asarray(picture, np.uint8)


def _bytes(picture: NDArray[Any]) -> Picture:
    """Grey values as a camera gives them: whole and cut off at black and white."""
    return np.asarray(np.clip(np.rint(picture), 0, 255), np.uint8)


LIVE_HEADER: Final = ("before a camera", "counted", "accuracy", "points", "neutral read as negative")


def row_of(outcome: Outcome) -> tuple[str, ...]:
    """What `LIVE_HEADER` names, in words."""
    low, high = outcome.interval
    negative = outcome.neutral_called_negative
    return (
        outcome.name,
        per_cent(outcome.counted / outcome.pictures),
        per_cent(outcome.accuracy),
        "-" if math.isnan(low) else f"{100 * outcome.difference:+.1f} [{100 * low:+.1f}, {100 * high:+.1f}]",
        "-" if negative is None else per_cent(negative),
    )
