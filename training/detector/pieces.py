"""Laying pieces of pictures over a scene, with soft edges, so that its faces stay known."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from training.detector.boxes import Affine, Picture, centres_of, moved, sides_of, warp
from training.detector.teacher import Labels

Mask = NDArray[np.float32]

SMALLEST: Final = 10
"""Longer side in pixels below which a face is neither learned nor taken for background."""
_WHOLE: Final = 0.7
"""Share of a box that must be seen for a face to be learned."""
_COVERED: Final = 0.35
"""Covered share of a box above which a face is no longer learned ..."""
_GONE: Final = 0.9
"""... and above which there is none."""
_AROUND: Final = 1.7
"""How much of the surroundings a piece takes along, in sides of its face to each direction."""


def seen_within(labels: Labels, width: int, height: int) -> Labels:
    """The labels of a scene of this size: without faces beyond it, unsure if cut or tiny."""
    if not len(labels.sure):
        return labels
    low = np.clip(labels.faces[:, :2], 0, (width, height))
    high = np.clip(labels.faces[:, :2] + labels.faces[:, 2:4], 0, (width, height))
    share = (high - low).prod(axis=1) / np.maximum(labels.faces[:, 2:4].prod(axis=1), 1e-6)
    clear = (share >= _WHOLE) & (sides_of(labels.faces) >= SMALLEST)
    there = np.flatnonzero(share > 0)
    return Labels(labels.faces[there], (labels.sure & clear)[there])


def shifted(labels: Labels, x: float, y: float) -> Labels:
    """The labels in a picture whose corner lies elsewhere."""
    by = np.array([[1.0, 0.0, x], [0.0, 1.0, y]])
    return Labels(moved(labels.faces, by), labels.sure)


def cut_around(picture: Picture, labels: Labels, number: int) -> tuple[Picture, Labels, int]:
    """A face of the picture with some surroundings, the faces in that window, and which one it is."""
    x, y = centres_of(labels.faces)[number]
    reach = _AROUND * sides_of(labels.faces)[number]
    height, width = picture.shape[:2]
    left, top = max(0, int(x - reach)), max(0, int(y - reach))
    right, bottom = min(width, int(x + reach) + 1), min(height, int(y + reach) + 1)
    low, high = labels.faces[:, :2], labels.faces[:, :2] + labels.faces[:, 2:4]
    touched = (high > (left, top)).all(axis=1) & (low < (right, bottom)).all(axis=1)
    inside = np.asarray(touched, np.bool_)
    inside[number] = True
    near = shifted(Labels(labels.faces[inside], labels.sure[inside]), -left, -top)
    return picture[top:bottom, left:right], near, int(inside[:number].sum())


def shrunk(picture: Picture, labels: Labels, scale: float) -> tuple[Picture, Labels]:
    """The picture averaged down to about this scale, so that a warp does not leave pixels out."""
    if scale > 0.6:
        return picture, labels
    height, width = picture.shape[:2]
    size = (max(2, round(width * scale * 1.2)), max(2, round(height * scale * 1.2)))
    by = np.array([[size[0] / width, 0.0, 0.0], [0.0, size[1] / height, 0.0]])
    small = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
    return small, Labels(moved(labels.faces, by), labels.sure)


class Edge:
    """How a piece ends: along a soft ellipse, a soft blob, its own border softened, or its bare border."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.form = int(rng.choice(4, p=[0.4, 0.2, 0.25, 0.15]))
        self._size = rng.uniform(1.15, 1.75)
        self._softness = rng.uniform(0.02, 0.14)
        waves = np.linspace(0, 2 * np.pi, 40, endpoint=False)
        wobble = sum(rng.normal(0, 0.07) * np.sin(k * waves + rng.uniform(0, 6)) for k in (2, 3, 4, 5))
        self._waves, self._wobble = waves, np.asarray(wobble)
        self.matching = float(rng.uniform(0, 0.8)) if rng.random() < 0.4 else 0.0
        """How far the piece takes on the colour of what it is laid over."""

    def mask(
        self, by: Affine, size: tuple[int, int], piece: tuple[int, int], box: NDArray[np.float32]
    ) -> Mask:
        """Values 0 to 1 over a window (width, height) of the scene, around a box of the piece."""
        scale = float(np.sqrt(abs(np.linalg.det(by[:, :2]))))
        inset = 0.0 if self.form == 3 else 0.05 * min(piece)
        width, height = piece
        border = np.array([[inset, inset], [width - inset, inset], [width - inset, height - inset]])
        border = np.vstack([border, [inset, height - inset]])
        mask = _filled(border @ by[:, :2].T + by[:, 2], size)
        if self.form == 3:
            return mask
        mask = _softened(mask, scale * inset / 2)
        if self.form == 2:
            return mask
        radius = self._size * (1 + self._wobble * (self.form == 1))
        round_ = np.column_stack([np.cos(self._waves) * radius * 0.55, np.sin(self._waves) * radius * 0.6])
        outline = box[:2] + box[2:4] / 2 + round_ * box[2:4]
        soft = _softened(
            _filled(outline @ by[:, :2].T + by[:, 2], size), scale * float(box[2]) * self._softness
        )
        return np.asarray(mask * soft, np.float32)


class Canvas:
    """A scene in the making."""

    def __init__(self, picture: Picture, labels: Labels | None = None) -> None:
        """`picture` is drawn on."""
        self.picture = picture
        self.labels = labels or Labels.none()

    def lay(self, piece: Picture, labels: Labels, number: int | None, by: Affine, edge: Edge) -> None:
        """Lay a piece over the scene, moved by an affine map, within a mask around its face `number`.

        Without a number the mask lies around the middle of the piece.
        """
        height, width = piece.shape[:2]
        corners = np.array([[0, 0], [width, 0], [width, height], [0, height]]) @ by[:, :2].T + by[:, 2]
        limit = np.array(self.picture.shape[1::-1])
        left, top = np.clip(np.floor(corners.min(axis=0)), 0, limit).astype(int)
        right, bottom = np.clip(np.ceil(corners.max(axis=0)), 0, limit).astype(int)
        if right <= left or bottom <= top:
            return
        here = by - np.array([[0, 0, left], [0, 0, top]])
        size = (int(right - left), int(bottom - top))
        ellipse = labels.faces[number, :4] if number is not None else _middle_of(width, height)
        mask = edge.mask(here, size, (width, height), ellipse)
        window = np.s_[top:bottom, left:right]
        _blend(self.picture[window], warp(piece, here, size, cv2.BORDER_REPLICATE), mask, edge.matching)
        whole = np.zeros(self.picture.shape[:2], np.float32)
        whole[window] = mask
        self._cover(whole)
        self._add(Labels(moved(labels.faces, by), labels.sure), whole)

    def _cover(self, mask: Mask) -> None:
        """What lies under the mask is seen less."""
        if not len(self.labels.sure):
            return
        covered = np.array([_mean_within(mask, face) for face in self.labels.faces])
        kept = covered < _GONE
        sure = self.labels.sure & (covered < _COVERED)
        self.labels = Labels(self.labels.faces[kept], sure[kept])

    def _add(self, labels: Labels, mask: Mask) -> None:
        """Faces of a piece, as far as the mask shows them."""
        shown = np.array([_mean_within(mask, face) for face in labels.faces])
        kept = shown > 1 - _GONE
        sure = labels.sure & (shown > 1 - _COVERED)
        self.labels = Labels(
            np.concatenate([self.labels.faces, labels.faces[kept]]),
            np.concatenate([self.labels.sure, sure[kept]]),
        )

    def finished(self) -> tuple[Picture, Labels]:
        height, width = self.picture.shape[:2]
        return self.picture, seen_within(self.labels, width, height)


def _middle_of(width: int, height: int) -> NDArray[np.float32]:
    return np.array([width * 0.25, height * 0.25, width * 0.5, height * 0.5], np.float32)


def _filled(outline: NDArray[np.float64], size: tuple[int, int]) -> Mask:
    mask = np.zeros(size[::-1], np.float32)
    # Eight bits behind the point; from our corner of the first pixel to OpenCV's centre.
    points = np.round((outline - 0.5) * 256).astype(np.int32)
    cv2.fillPoly(mask, [points], 1.0, cv2.LINE_AA, 8)
    return mask


def _softened(mask: Mask, sigma: float) -> Mask:
    if sigma < 0.4:
        return mask
    if sigma > 6:  # a wide blur is the same, and four times faster, on half the pixels
        small = cv2.resize(mask, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        blurred = cv2.GaussianBlur(small, (0, 0), sigma / 2, borderType=cv2.BORDER_CONSTANT)
        return np.asarray(cv2.resize(blurred, mask.shape[::-1]), np.float32)
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), sigma, borderType=cv2.BORDER_CONSTANT), np.float32)


def _blend(under: Picture, piece: Picture, mask: Mask, matching: float) -> None:
    """Lay `piece` over `under`, in place."""
    over = piece.astype(np.float32)
    if matching:
        over += matching * (np.array(cv2.mean(under)[:3]) - np.array(cv2.mean(piece)[:3])).astype(np.float32)
    below = under.astype(np.float32)
    mixed = below + (over - below) * mask[..., None]
    under[...] = np.clip(mixed, 0, 255).astype(np.uint8)


def _mean_within(mask: Mask, face: NDArray[np.float32]) -> float:
    """The mean of the mask over the part of a box that lies in the scene; 0 if none does."""
    left, top = np.maximum(0, np.floor(face[:2])).astype(int)
    right, bottom = np.maximum(0, np.ceil(face[:2] + face[2:4])).astype(int)
    window = mask[top:bottom, left:right]
    return float(window.mean()) if window.size else 0.0
