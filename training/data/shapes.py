"""Ellipses, rectangles and triangles to learn the craft on (document D).

All three are inscribed in the same ellipse around the middle of the picture, so that size and place say
nothing of the class, and all have their centroid there. The *radius* is the longer half-axis of that
ellipse as a share of half the picture's side; the shorter one is a random share of it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from training.data.examples import DataSet, Examples, Truth
from training.errors import DataError

LABELS: Final = ("ellipse", "rectangle", "triangle")

_OVERSAMPLING: Final = 8
"""Shapes are drawn so much larger and averaged down: a pixel's grey is the share that is covered."""

_TRIES: Final = 100
"""How often a picture is drawn anew until it is no copy of one in the other part."""

_CORNERS: Final = {
    "ellipse": np.linspace(0, 2 * np.pi, 96, endpoint=False),
    "rectangle": np.radians([45, 135, 225, 315]),
    "triangle": np.radians([90, 210, 330]),
}
"""Where the corners are on the unit circle, counter-clockwise from the right."""


@dataclass(frozen=True, slots=True)
class ShapeSettings:
    """What a set of shapes looks like."""

    radius: tuple[float, float] = (0.3, 0.9)
    """Smallest and largest radius, as a share of half the side."""
    squash: tuple[float, float] = (0.5, 1.0)
    """Smallest and largest ratio of the shorter half-axis to the longer one."""
    rotate: bool = False
    """Turn each shape by a random angle about its centroid; without, its longer axis lies or stands."""
    side: int = 28
    """Width and height of a picture in pixels."""
    count: int = 3000
    """Training pictures; the validation part has half as many."""
    noise: float = 0.0
    """Standard deviation of Gaussian noise in grey values."""
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("radius", "squash"):
            low, high = getattr(self, name)
            if not 0 < low <= high <= 1:
                raise DataError(f"shapes: {name} must be two rising numbers above 0 and at most 1.")
        if not 8 <= self.side <= 512:
            raise DataError("shapes: side must be from 8 to 512 pixels.")
        if self.count < 2 * len(LABELS):
            raise DataError(f"shapes: count must be at least {2 * len(LABELS)}.")
        if not 0 <= self.noise <= 255 or self.seed < 0:
            raise DataError("shapes: noise must be from 0 to 255, and seed at least 0.")


VARIANTS: Final[Mapping[str, ShapeSettings]] = {
    "wide": ShapeSettings(radius=(0.1, 0.9)),
    "narrow": ShapeSettings(),
    "rotated": ShapeSettings(radius=(0.7, 0.7), rotate=True),
}
"""The three published sets; `narrow` is what the word `shapes` alone means."""


def parse_shapes(words: str) -> ShapeSettings:
    """Settings from `VARIANT,NAME=VALUE,...` (what follows `shapes:`), in which all is optional.

    Raises `DataError` for a word that it does not know.
    """
    settings = VARIANTS["narrow"]
    for place, word in enumerate(part.strip() for part in words.split(",") if part.strip()):
        name, separator, value = (part.strip() for part in word.partition("="))
        if separator and name in _READERS:
            settings = dataclasses.replace(settings, **{name: _read(name, value)})
        elif place == 0 and name in VARIANTS and not separator:
            settings = VARIANTS[name]
        else:
            raise DataError(
                f"shapes: '{word}' is not known; write a variant ({', '.join(VARIANTS)}) first, then any of "
                f"{', '.join(f'{known}=' for known in _READERS)}, with commas."
            )
    return settings


def _read(name: str, value: str) -> Any:
    try:
        return _READERS[name](value)
    except (ValueError, KeyError):
        raise DataError(f"shapes: {name} cannot be '{value}'; for example {_EXAMPLES[name]}.") from None


def _range(text: str) -> tuple[float, float]:
    low, _, high = text.partition("-")
    return float(low), float(high or low)


_READERS: Final[Mapping[str, Callable[[str], Any]]] = {
    "radius": _range,
    "squash": _range,
    "rotate": lambda text: {"true": True, "yes": True, "false": False, "no": False}[text.lower()],
    "side": int,
    "count": int,
    "noise": float,
    "seed": int,
}
_EXAMPLES: Final = {
    "radius": "radius=0.3-0.9",
    "squash": "squash=0.5-1",
    "rotate": "rotate=true",
    "side": "side=28",
    "count": "count=3000",
    "noise": "noise=10",
    "seed": "seed=1",
}


def load_shapes(settings: ShapeSettings) -> DataSet:
    """Training and validation pictures, the same ones for the same settings, none in both parts.

    Raises `DataError` if the settings allow too few different pictures for that.
    """
    training = _draw_part(settings, settings.count, 0, set())
    known = {image.tobytes() for image in training.images}
    validation = _draw_part(settings, settings.count // 2, 1, known)
    return DataSet("shapes", {"Training": training, "Validation": validation})


def _draw_part(settings: ShapeSettings, count: int, part: int, known: Set[bytes]) -> Examples:
    rng = np.random.default_rng([settings.seed, part])
    answers = np.arange(count, dtype=np.int64) % len(LABELS)
    drawn = [_draw_unknown(LABELS[answer], settings, rng, known) for answer in answers]
    truth = Truth.of_answers(LABELS, answers)
    images = np.stack([image for image, _name in drawn])
    return Examples(images, {"shapes": truth}, np.array([name for _image, name in drawn]))


def _draw_unknown(
    kind: str, settings: ShapeSettings, rng: np.random.Generator, known: Set[bytes]
) -> tuple[NDArray[np.uint8], str]:
    for _ in range(_TRIES):
        image, name = _draw_random(kind, settings, rng)
        if image.tobytes() not in known:
            return image, name
    raise DataError(
        "shapes: these settings allow too few different pictures; widen radius or squash, or add rotate=true "
        "or noise=5."
    )


def _draw_random(
    kind: str, settings: ShapeSettings, rng: np.random.Generator
) -> tuple[NDArray[np.uint8], str]:
    """A picture and what is in it."""
    long = rng.uniform(*settings.radius)
    short = long * rng.uniform(*settings.squash)
    standing = bool(rng.integers(2))
    degrees = rng.uniform(0, 360) if settings.rotate else 0.0
    across, upright = (short, long) if standing else (long, short)
    image = draw_shape(kind, (across, upright), degrees, settings.side)
    if settings.noise:
        noisy = image + rng.normal(0, settings.noise, image.shape)
        image = np.clip(np.rint(noisy), 0, 255).astype(np.uint8)
    turned = f", {degrees:.0f} degrees" if degrees else ""
    return image, f"{kind} {across:.2f} x {upright:.2f}{turned}"


def draw_shape(kind: str, half_axes: tuple[float, float], degrees: float, side: int) -> NDArray[np.uint8]:
    """A white shape on black, (side, side), with smooth edges.

    `half_axes` across and upright as shares of half the side; turned counter-clockwise by `degrees`.
    """
    angles = _CORNERS[kind]
    corners = np.stack([half_axes[0] * np.cos(angles), half_axes[1] * np.sin(angles)])
    turn = np.radians(degrees)
    x, y = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) @ corners
    large = side * _OVERSAMPLING
    # OpenCV's whole numbers are the middles of pixels, and its rows run downwards.
    places = np.stack([(1 + x) * large / 2, (1 - y) * large / 2], axis=1) - 0.5
    canvas = np.zeros((large, large), np.uint8)
    cv2.fillPoly(canvas, [np.rint(places * 16).astype(np.int32)], 255, shift=4)
    return np.asarray(cv2.resize(canvas, (side, side), interpolation=cv2.INTER_AREA), np.uint8)
