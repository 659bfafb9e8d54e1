"""A camera that does what a script says: gives pictures at a rate, stalls, is unplugged, comes back."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence

import cv2
import numpy as np

from fer_desktop.capture.discovery import CameraIdentity
from fer_desktop.capture.frame import Image
from fer_desktop.capture.modes import CameraWish
from fer_desktop.errors import SourceError


def identity(
    index: int = 0, name: str = "Test Camera", port: str = "usb-1", vid: int = 0x1234
) -> CameraIdentity:
    return CameraIdentity(index=index, name=name, path=port, vid=vid, pid=0x5678, backend=0)


class ScriptedCamera:
    """A `CameraDriver` with one scripted camera, and neighbours that only exist.

    `pictures` are shown one after the other, round and round, scaled to the size that was asked for,
    each with a little noise as every sensor has it. `script` maps the number of a picture to what
    happens when it is due, for example `{30: camera.unplug}`.
    """

    def __init__(
        self,
        pictures: Sequence[Image] | None = None,
        *,
        fps: float = 30.0,
        camera: CameraIdentity | None = None,
        neighbours: Sequence[CameraIdentity] = (),
        largest: tuple[int, int] = (1280, 720),
    ) -> None:
        self.fps = fps
        self.script: Mapping[int, Callable[[], None]] = {}
        self.neighbours = list(neighbours)
        self.opened: list[CameraIdentity] = []
        self.released = 0
        self.shown = 0
        self._camera = camera or identity()
        self._pictures = list(pictures) if pictures else [_test_card()]
        self._largest = largest
        self._size = largest
        self._plugged = True
        self._noise = True
        self._black = False
        self._running = threading.Event()
        self._running.set()
        self._repeats = False
        self._blocks = False
        self._answers = threading.Event()
        self._lock = threading.Lock()

    def cameras(self) -> list[CameraIdentity]:
        return sorted([*self.neighbours, *([self._camera] if self._plugged else [])], key=lambda c: c.index)

    def open(self, camera: CameraIdentity, wish: CameraWish) -> ScriptedDevice:
        if not (self._plugged and camera == self._camera):
            raise SourceError(f"The camera '{camera.name}' cannot be opened.", "It is a fake.")
        self._size = min(wish.width, self._largest[0]), min(wish.height, self._largest[1])
        self.opened.append(camera)
        return ScriptedDevice(self)

    def unplug(self, *, blocks: bool = False, repeats: bool = False) -> None:
        """Pull the cable: reads fail, or block for good, or repeat the last picture, as drivers do."""
        self._answers.clear()
        self._blocks, self._repeats = blocks, repeats
        self._plugged = False

    def replug(self, index: int | None = None, port: str | None = None) -> None:
        """Put it back, perhaps under another index or into another port."""
        here = self._camera
        self._camera = CameraIdentity(
            here.index if index is None else index,
            here.name,
            port or here.path,
            here.vid,
            here.pid,
            here.backend,
        )
        self._plugged = True

    def stall(self) -> None:
        """Stop giving pictures while plugged in: reads block."""
        self._running.clear()

    def go_on(self) -> None:
        """End a stall, and let reads that an unplugging blocked come back."""
        self._running.set()
        self._answers.set()

    def resize(self, width: int, height: int) -> None:
        self._size = width, height

    def blacken(self, *, noise: bool = True) -> None:
        """A cap on the lens; without noise it is the picture of a dead device."""
        self._black, self._noise = True, noise

    def picture(self, number: int) -> Image:
        """The picture of this number, as the device would give it."""
        width, height = self._size
        if self._black:
            image: Image = np.zeros((height, width, 3), np.uint8)
        else:
            shown = self._pictures[number % len(self._pictures)]
            if shown.shape[:2] == (height, width):
                image = shown.copy()
            else:
                image = np.asarray(cv2.resize(shown, (width, height)), np.uint8)
        if self._noise:
            image[0, 0] = number % 251
        return image


class ScriptedDevice:
    """The opened camera; dies with the unplugging, as a real handle does."""

    finished = False

    def __init__(self, camera: ScriptedCamera) -> None:
        self._camera = camera
        self._due_s = time.perf_counter()
        self._dead = False
        self._last: Image | None = None

    @property
    def fps(self) -> float | None:
        return self._camera.fps

    def read(self) -> Image | None:
        camera = self._camera
        action = camera.script.get(camera.shown)
        if action is not None:
            camera.script = {number: what for number, what in camera.script.items() if number != camera.shown}
            action()
        self._wait_for_rate()
        camera._running.wait(60)
        self._dead = self._dead or not camera._plugged
        if self._dead:
            if camera._blocks:
                camera._answers.wait(60)
            return self._last.copy() if camera._repeats and self._last is not None else None
        self._last = camera.picture(camera.shown)
        camera.shown += 1
        return self._last

    def release(self) -> None:
        self._camera.released += 1

    def _wait_for_rate(self) -> None:
        now = time.perf_counter()
        self._due_s = max(self._due_s + 1 / self._camera.fps, now - 0.1)
        time.sleep(max(self._due_s - now, 0.0))


def _test_card() -> Image:
    card: Image = np.zeros((720, 1280, 3), np.uint8)
    card[:, :, 0] = np.linspace(0, 255, 1280, dtype=np.uint8)
    card[:, :, 2] = np.linspace(0, 255, 720, dtype=np.uint8)[:, None]
    return card
