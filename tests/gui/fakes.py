"""A camera, a clip and a vision that do what a test says; the engine and the window are the real ones."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from fer_desktop.capture.frame import Frame, Image
from fer_desktop.capture.source import Source, SourceInfo, SourceKind, SourceState
from fer_desktop.emotions import EMOTIONS, UNSURE
from fer_desktop.errors import ModelError, SourceError
from fer_desktop.vision.classifier import Scores
from fer_desktop.vision.faces import Box, FaceReading, Sight
from fer_desktop.vision.model_file import Framing, Head, ModelFile
from fer_desktop.vision.vision import Vision

_SKIN = (150, 180, 215)
MODEL = ModelFile(
    path=Path("fake.onnx"),
    sha256="0123456789abcdef" * 4,
    name="fake",
    version="1",
    heads=(Head("ferplus", EMOTIONS, 1.0, 0.4),),
    input_size=48,
    crop=Framing(48, {}),
    data="nothing",
    licence="MIT",
)


def picture(width: int, height: int, t_s: float) -> Image:
    """A drawn head before a soft ground, so that pictures of the window look like something."""
    ramp = np.linspace(70, 150, height, dtype=np.uint8)[:, None, None]
    image = np.ascontiguousarray(np.broadcast_to(ramp, (height, width, 3)))
    box = face_box(width, height, t_s)
    centre, radius = (round(box.centre[0]), round(box.centre[1])), round(box.w * 0.48)
    cv2.circle(image, centre, radius, _SKIN, -1, cv2.LINE_AA)
    for side in (-1, 1):
        eye = (centre[0] + side * radius // 3, centre[1] - radius // 4)
        cv2.circle(image, eye, max(2, radius // 9), (60, 50, 40), -1, cv2.LINE_AA)
    mouth = (radius // 2, radius // 4)
    cv2.ellipse(image, (centre[0], centre[1] + radius // 3), mouth, 0, 0, 180, (60, 60, 140), 3, cv2.LINE_AA)
    return image


def face_box(width: int, height: int, t_s: float) -> Box:
    """Where the drawn head is."""
    size = 0.45 * height
    return Box(width * (0.5 + 0.08 * np.sin(t_s)) - size / 2, height * 0.5 - size / 2, size, size)


class FakeCamera(Source):
    """Gives frames at a steady rate; `unplug` and `plug_in` as a hand would."""

    def __init__(
        self, name: str = "Fake camera", size: tuple[int, int] = (640, 360), fps: float = 30.0
    ) -> None:
        self._name = name
        self._size = size
        self._fps = fps
        self._plugged = threading.Event()
        self._plugged.set()
        self._index = 0
        self._due = 0.0
        self.fails_with: SourceError | None = None
        self.opens_after_s = 0.0
        self.closed = threading.Event()

    @property
    def kind(self) -> SourceKind:
        return SourceKind.CAMERA

    @property
    def name(self) -> str:
        return self._name

    def unplug(self) -> None:
        self._plugged.clear()

    def plug_in(self) -> None:
        self._plugged.set()

    def open(self) -> SourceInfo:
        time.sleep(self.opens_after_s)
        if self.fails_with is not None:
            raise self.fails_with
        self.state = SourceState.OPEN
        self._pictures = [picture(*self._size, t_s) for t_s in np.linspace(0, 6.28, 16).tolist()]
        return SourceInfo(SourceKind.CAMERA, self._name, "fake", *self._size, self._fps, None, None)

    def read(self) -> Frame | None:
        if not self._plugged.is_set():
            self.state = SourceState.LOST
            self._plugged.wait(0.05)
            return None
        self.state = SourceState.OPEN
        now = time.perf_counter()
        self._due = max(self._due + 1 / self._fps, now - 0.1)
        time.sleep(max(0.0, self._due - now))
        self._index += 1
        image = self._pictures[self._index // 4 % len(self._pictures)]
        return Frame(self._index - 1, image, time.perf_counter())

    def close(self) -> None:
        self.state = SourceState.CLOSED
        self.closed.set()


class FakeClip(Source):
    """A video of `frames` pictures at 25 frames a second that can be sought."""

    def __init__(self, name: str = "clip.mp4", frames: int = 100) -> None:
        self._name = name
        self._frames = frames
        self._next = 0

    @property
    def kind(self) -> SourceKind:
        return SourceKind.VIDEO

    @property
    def name(self) -> str:
        return self._name

    def open(self) -> SourceInfo:
        self.state = SourceState.OPEN
        return SourceInfo(
            SourceKind.VIDEO, self._name, f"/{self._name}", 320, 240, 25.0, self._frames, self._frames / 25
        )

    def read(self) -> Frame | None:
        if self._next >= self._frames:
            self.state = SourceState.ENDED
            return None
        index, self._next = self._next, self._next + 1
        return Frame(index, picture(320, 240, index / 25), time.perf_counter(), index / 25)

    def seek(self, index: int) -> None:
        self._next = min(max(0, index), self._frames - 1)
        self.state = SourceState.OPEN

    def index_at(self, media_t_s: float) -> int:
        return round(media_t_s * 25)

    def close(self) -> None:
        self.state = SourceState.CLOSED


def _drawn_head(image: Image) -> Box:
    """Where the head is in this very picture, so that an overlay from another frame would show."""
    step = 4
    rows, columns = np.nonzero((image[::step, ::step] == _SKIN).all(axis=2))
    if not len(rows):
        return Box(0, 0, 40, 40)
    left, top = step * float(columns.min()), step * float(rows.min())
    return Box(left, top, step * float(columns.max()) - left, step * float(rows.max()) - top)


class FakeInsight:
    """The left half of every face is hot, whatever it shows; remembers which labels were asked about."""

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.read_faces: list[Image] = []
        self.missing = False

    def load(self) -> FakeInsight:
        if self.missing:
            raise ModelError("fake.onnx comes without fake.saliency.onnx.", "Export the network again.")
        return self

    def heat(self, face: Image, label: int) -> NDArray[np.float32]:
        self.asked.append(label)
        heat = np.zeros(face.shape, np.float32)
        heat[:, : face.shape[1] // 2] = 1
        return heat

    def read(self, face: Image) -> NDArray[np.float32]:
        """Anger a little, whatever is covered."""
        self.read_faces.append(face)
        shares = np.full(len(EMOTIONS), 0.1, np.float32)
        shares[0] = 0.3
        return shares


class FakeVision:
    """Sees the drawn head and more faces beside it, with the expression that a test chooses."""

    def __init__(self) -> None:
        self.model = MODEL
        self.labels = EMOTIONS
        self.provider = "CPU"
        self.provider_note = ""
        self.detector_name = "fake"
        self.detector_kind = "cascade"
        self.faces = 1
        self.reason = "no_face"
        self.label = "happiness"
        self.share = 0.86
        self.brightness = 120.0
        self.sharpness = 80.0
        self.ids = (1, 2, 3, 4)
        self.broken = False
        self.turn = 0.0

    def reset(self) -> None:
        """Nothing is remembered."""

    def look(self, image: Image, t_s: float, *, still: bool = False) -> Sight:  # noqa: ARG002
        if self.broken:
            raise RuntimeError("the network is broken")
        box = _drawn_head(image)
        spread = 0.9 * box.w
        boxes = [
            Box(box.x + place * spread, box.y, box.w * (1 - 0.15 * place), box.h * (1 - 0.15 * place))
            for place in range(self.faces)
        ]
        readings = tuple(self._reading(self.ids[place], one, t_s) for place, one in enumerate(boxes))
        return Sight(readings, "" if readings else self.reason, 2.0, 3.0)

    def _reading(self, face_id: int, box: Box, t_s: float) -> FaceReading:
        shares = self.shares(face_id, t_s)
        label = EMOTIONS[int(shares.argmax())] if shares.max() >= 0.4 else UNSURE
        entropy = float(-(shares * np.log2(shares)).sum())
        seen = np.full((48, 48), 10 * face_id, np.uint8)
        return FaceReading(
            face_id,
            box,
            0.9,
            np.log(shares),
            shares,
            label,
            entropy,
            None,
            self.brightness,
            self.sharpness,
            box,
            seen,
            self.turn,
        )

    def shares(self, face_id: int, t_s: float) -> NDArray[np.float32]:
        """Probabilities of one face at one time."""
        shares = np.full(len(EMOTIONS), (1 - self.share) / (len(EMOTIONS) - 1))
        place = (EMOTIONS.index(self.label) + face_id - 1) % len(EMOTIONS)
        shares[place] = self.share
        shares *= 1 + 0.2 * np.sin(t_s * (1 + np.arange(len(EMOTIONS))))
        return cast("NDArray[np.float32]", (shares / shares.sum()).astype(np.float32))


class FakeSecond:
    """A second network that says what a test wants, of all faces alike."""

    def __init__(self) -> None:
        self.model = replace(MODEL, name="other", heads=(Head("fer2013", EMOTIONS[:7], 1.0, 0.4),))
        self.label = "happiness"
        self.share = 0.7
        self.broken = False
        self.asked = 0

    def read(self, image: Image, faces: Sequence[FaceReading], detector: str) -> list[Scores]:  # noqa: ARG002
        if self.broken:
            raise RuntimeError("it does not run here")
        self.asked += 1
        labels = self.model.labels
        shares = np.full(len(labels), (1 - self.share) / (len(labels) - 1), np.float32)
        shares[labels.index(self.label)] = self.share
        return [Scores(np.log(shares), shares, self.label, 1.0) for _ in faces]


def as_vision(fake: FakeVision) -> Vision:
    """The fake where the real one is expected."""
    return cast(Vision, fake)
