"""One frame of the film: the picture with its faces, bars beside it, the last seconds below."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from fer_desktop.capture.frame import Image
from fer_desktop.emotions import UNSURE
from fer_desktop.session.film.blur import blur_faces
from fer_desktop.session.film.canvas import (
    GROUND,
    MUTED,
    RAISED,
    TEXT,
    colour_of,
    fill,
    line,
    text_width,
    write,
)
from fer_desktop.session.film.readings import Readings, SeenFace
from fer_desktop.vision.faces import Box

Points = NDArray[np.float64]

SPAN_S: Final = 10.0
"""Of the strip."""
_GAP_S: Final = 0.5
"""Points farther apart are not joined."""
_VISIBLE: Final = 0.015
_SMALLEST: Final = 270
_LARGEST: Final = 3840
_REASONS: Final = {
    "no_face": "no face",
    "too_dark": "too dark",
    "too_small": "face too small",
    "out_of_frame": "out of frame",
    "error": "error",
}


@dataclass(frozen=True, slots=True)
class Layout:
    """Sizes in pixels; all are even, as encoders want them."""

    zoom: float
    """Of the picture; tiny ones are made larger, so that text has room."""
    picture: tuple[int, int]
    panel: int
    """Width of the bars."""
    strip: int
    """Height of the strip."""
    cap: float
    """Height of capitals."""

    @property
    def size(self) -> tuple[int, int]:
        return self.picture[0] + self.panel, self.picture[1] + self.strip


def lay_out(width: int, height: int) -> Layout:
    """The layout for pictures of this size."""
    zoom = max(1.0, _SMALLEST / min(width, height))
    zoom = min(zoom, _LARGEST / max(width, height))
    wide, high = _even(width * zoom), _even(height * zoom)
    unit = max(min(wide, high), 0.4 * max(wide, high)) / 360
    return Layout(zoom, (wide, high), _even(190 * unit), _even(84 * unit), 9.5 * unit)


class Film:
    """Draws the frames of a session in their order."""

    def __init__(self, readings: Readings, *, blur: bool) -> None:
        self.readings = readings
        self._layout: Layout | None = None
        self._blur = blur
        self._past: deque[tuple[float, dict[int, SeenFace]]] = deque()

    def draw(self, image: Image, frame: int, media_s: float) -> Image:
        """The film's picture (H, W, 3) for a frame of the source, which stays as it is."""
        if self._layout is None:
            self._layout = lay_out(image.shape[1], image.shape[0])
        layout = self._layout
        faces = self.readings.faces(frame)
        if self._blur:
            image = blur_faces(image, self.readings.boxes_near(frame))
        width, height = layout.size
        canvas = np.full((height, width, 3), GROUND, np.uint8)
        wide, high = layout.picture
        smooth = cv2.INTER_AREA if layout.zoom < 1 else cv2.INTER_CUBIC
        same = image.shape[:2] == (high, wide)
        picture = image if same else cv2.resize(image, layout.picture, interpolation=smooth)
        canvas[:high, :wide] = picture
        _paint_faces(canvas[:high, :wide], faces, layout)
        main = self.readings.main_face(frame)
        self._remember(media_s, faces)
        self._bars(canvas[:high, wide:], main, self.readings.reason(frame), layout.cap)
        self._strip(canvas[high:], main, media_s, layout.cap)
        return canvas

    def _bars(self, canvas: Image, main: SeenFace | None, reason: str, cap: float) -> None:
        """Name, share and bar of each expression of one face, spread over the height."""
        labels = self.readings.labels
        pad = 1.4 * cap
        title = f"face {main.face_id}" if main is not None else _REASONS.get(reason, reason)
        write(canvas, title, (pad, pad + cap), 1.15 * cap)
        top = 2.6 * pad + cap
        step = min(4.4 * cap, (canvas.shape[0] - top - pad / 2) / len(labels))
        right = canvas.shape[1] - pad
        for place, label in enumerate(labels):
            y = top + place * step
            share = float(main.shares[place]) if main is not None else None
            leads = main is not None and main.word == label
            write(canvas, label, (pad, y + cap), cap, TEXT if leads else MUTED)
            if share is not None:
                figure = f"{100 * share:.0f} %"
                place_x = right - text_width(figure, cap)
                write(canvas, figure, (place_x, y + cap), cap, TEXT if leads else MUTED)
            under, thick = y + 1.55 * cap, min(0.9 * cap, step - 2.1 * cap)
            fill(canvas, (pad, under), (right, under + thick), RAISED)
            end = pad + (right - pad) * (share or 0)
            fill(canvas, (pad, under), (end, under + thick), colour_of(label))

    def _remember(self, media_s: float, faces: list[SeenFace]) -> None:
        self._past.append((media_s, {face.face_id: face for face in faces}))
        while self._past[0][0] < media_s - SPAN_S:
            self._past.popleft()

    def _strip(self, canvas: Image, main: SeenFace | None, media_s: float, cap: float) -> None:
        """The last seconds of the same face; where it was missed, the lines have a gap."""
        height, width = canvas.shape[:2]
        pad = 0.8 * cap
        top, bottom, left, right = pad, height - 2.4 * cap, pad, width - pad
        hair = max(1, cap / 10)
        for second in range(int(SPAN_S) + 1):
            x = right - (right - left) * second / SPAN_S
            fill(canvas, (x, top), (x + hair, bottom), RAISED)
        for share in (0.0, 0.5, 1.0):
            y = bottom - (bottom - top) * share
            fill(canvas, (left, y), (right, y + hair), RAISED)
        write(canvas, f"-{SPAN_S:.0f} s", (left, height - 0.7 * cap), cap, MUTED)
        clock = f"{int(media_s // 60)}:{media_s % 60:04.1f}"
        write(canvas, clock, (right - text_width(clock, cap), height - 0.7 * cap), cap, TEXT)
        if main is None:
            return
        seen = [(at_s, faces[main.face_id].shares) for at_s, faces in self._past if main.face_id in faces]
        times, shares = np.array([at_s for at_s, _ in seen]), np.stack([own for _, own in seen])
        x = right - (right - left) * (media_s - times) / SPAN_S
        # The highest one on top.
        for place in np.argsort(shares[-1]):
            curve = np.column_stack([x, bottom - (bottom - top) * shares[:, place]])
            for piece in _pieces(curve, times, shares[:, place]):
                line(canvas, piece, max(1, round(cap / 6)), colour_of(self.readings.labels[place]))


def _paint_faces(canvas: Image, faces: list[SeenFace], layout: Layout) -> None:
    """Boxes in the labels' colours, and what each says where it hides no other words."""
    taken: list[Box] = []
    width = max(2, round(layout.cap / 5))
    boxes = [_zoomed(face.box, layout.zoom) for face in faces]
    for face, box in zip(faces, boxes, strict=True):
        corners = (round(box.x), round(box.y)), (round(box.x + box.w), round(box.y + box.h))
        cv2.rectangle(canvas, *corners, (0, 0, 0), width + 2, cv2.LINE_AA)
        cv2.rectangle(canvas, *corners, colour_of(face.word), width, cv2.LINE_AA)
    for face, box in zip(faces, boxes, strict=True):
        taken.append(_paint_words(canvas, face, box, layout.cap, taken))


def _paint_words(canvas: Image, face: SeenFace, box: Box, cap: float, taken: list[Box]) -> Box:
    """Id, label and share on a dark chip above the box, below it, or within; returns the chip's place."""
    text = f"{face.face_id}  {face.word}"
    if face.word != UNSURE:
        text += f" {100 * face.shares.max():.0f} %"
    pad, gap = 0.7 * cap, 0.4 * cap
    wide, high = text_width(text, cap) + 3 * pad + cap, 2.4 * cap
    x = max(0.0, min(box.x, canvas.shape[1] - wide))
    heights = (box.y - high - gap, box.y + box.h + gap, box.y + gap, box.y + box.h - high - gap)
    places = [Box(x, min(max(0.0, y), canvas.shape[0] - high), wide, high) for y in heights]
    free = [place for place in places if all(place.overlap(other) == 0 for other in taken)]
    fits = [place for place, y in zip(places, heights, strict=True) if place in free and place.y == y]
    chip = (fits or free or places)[0]
    top = chip.y
    fill(canvas, (x, top), (x + wide, top + high), GROUND)
    fill(canvas, (x + pad, top + 0.7 * cap), (x + pad + cap, top + 1.7 * cap), colour_of(face.word))
    write(canvas, text, (x + 2 * pad + cap, top + 1.7 * cap), cap)
    return chip


def _zoomed(box: Box, zoom: float) -> Box:
    return Box(box.x * zoom, box.y * zoom, box.w * zoom, box.h * zoom)


def _pieces(curve: Points, times: Points, shares: NDArray[np.float32]) -> list[Points]:
    """The parts of a curve that are drawn: not across gaps, nor where all lie on the ground."""
    drawn = shares > _VISIBLE
    breaks = np.flatnonzero((np.diff(times) > _GAP_S) | (drawn[1:] != drawn[:-1])) + 1
    parts = zip(np.split(curve, breaks), np.split(drawn, breaks), strict=True)
    return [part for part, visible in parts if visible.any()]


def _even(size: float) -> int:
    return max(2, 2 * round(size / 2))
