"""What is explained, and how."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from training.data.examples import Examples, Truth
from training.explain.looking import Classes, Images
from training.explain.questions import Question
from training.measure.metrics import Floats
from training.networks.network import Network

WHAT: Final = ("saliency", "gradcam", "occlusion", "randomisation", "maps", "filters", "failures")
"""Kinds of explanations, in the order of the page."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How to explain."""

    what: tuple[str, ...] = WHAT
    flip: bool = False
    """Average saliency with that of the mirrored picture; not for pictures that mirroring changes."""
    noise: float = 0.0
    """SmoothGrad: standard deviation of the noise in grey values; 0 is the plain gradient."""
    samples: int = 16
    """SmoothGrad: noisy copies."""
    layer: str | None = None
    """Grad-CAM's layer; None: the last one."""
    patch: int = 0
    """Side of occlusion's patch in pixels; 0 is a sixth of the picture."""
    stride: int = 0
    """Pixels between patches; 0 is half a patch."""
    cover: int | None = None
    """Grey value of the patch; None: the picture's mean."""
    draws: int = 3
    """Random networks of the randomisation check."""
    most_filters: int = 32
    """Filters of a layer that are shown in pictures of maps, those that vary most; 0 is all."""
    most_layers: int = 16
    """Layers that are shown of a deep network, from the first to the last; 0 is all. Tables have all."""
    maps_of: int = 1
    """Pictures, the first ones, whose feature maps are shown."""

    def patch_of(self, side: int) -> int:
        """The patch for pictures of `side` pixels."""
        return self.patch or max(2, side // 6)


@dataclass(frozen=True, slots=True)
class Subject:
    """What is explained: a network, pictures, and questions about them."""

    network: Network
    head: str
    pictures: Examples
    questions: tuple[Question, ...]
    part: Examples = field(repr=False)
    """All pictures to look for failures and dead filters in."""
    logits: Floats = field(repr=False)
    """The network's answers (N, C) to `part`."""

    @property
    def truth(self) -> Truth:
        """Of `part`."""
        return self.part.truths[self.head]

    @property
    def asked(self) -> Images:
        """The picture of each question (Q, S, S)."""
        return self.pictures.images[[question.row for question in self.questions]]

    @property
    def wanted(self) -> Classes:
        """The class of each question (Q,)."""
        return np.array([question.wanted for question in self.questions], np.int64)

    @property
    def words(self) -> list[str]:
        """A short line on each picture: its class and whether the network knows it."""
        first = {question.row: question for question in reversed(self.questions)}
        marks = {True: " ✓", False: " ✗", None: ""}
        return [f"{first[row].answer}{marks[first[row].right]}" for row in range(len(self.pictures))]
