"""Cameras: found by name, asked for a size and rate, and found again after unplugging."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

import cv2
import numpy as np

from fer_desktop.capture.discovery import CameraIdentity, choose_camera, find_again, list_cameras
from fer_desktop.capture.frame import Image
from fer_desktop.capture.live import LiveDevice, LiveSource, LossRules
from fer_desktop.capture.modes import CameraWish
from fer_desktop.capture.source import SourceInfo, SourceKind
from fer_desktop.errors import SourceError

Wishes = Callable[[CameraIdentity], CameraWish]
"""What a camera is to be asked for, once it is known which one it is."""


class CameraDriver(Protocol):
    """Lists and opens cameras; tests bring one of their own."""

    def cameras(self) -> list[CameraIdentity]: ...

    def open(self, camera: CameraIdentity, wish: CameraWish) -> LiveDevice:
        """Raises `SourceError` if the camera cannot be opened."""


class OpenCvDriver:
    """The machine's cameras through OpenCV."""

    def cameras(self) -> list[CameraIdentity]:
        return list_cameras()

    def open(self, camera: CameraIdentity, wish: CameraWish) -> LiveDevice:
        capture = cv2.VideoCapture(camera.index, camera.backend)
        if not capture.isOpened():
            raise SourceError(
                f"The camera '{camera.name}' cannot be opened.",
                "Another program may be using it, or you may lack the permission to use cameras.",
            )
        # The form first: the sizes and rates that follow depend on it.
        capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*wish.pixels))
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, wish.width)
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, wish.height)
        capture.set(cv2.CAP_PROP_FPS, wish.fps)
        capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)  # an old picture is worth less than none
        return CaptureDevice(capture)


class CaptureDevice:
    """An OpenCV capture as a `LiveDevice`."""

    def __init__(self, capture: cv2.VideoCapture) -> None:
        self.finished = False
        self._capture = capture
        fps = capture.get(cv2.CAP_PROP_FPS)
        self._fps = fps if 0 < fps < 1000 else None

    @property
    def fps(self) -> float | None:
        return self._fps

    def read(self) -> Image | None:
        try:
            ok, image = self._capture.read()
        except cv2.error:  # some drivers hand over broken pictures while they are being unplugged
            return None
        return np.ascontiguousarray(image, dtype=np.uint8) if ok else None

    def release(self) -> None:
        self._capture.release()


class CameraSource(LiveSource):
    """A camera by index or (part of its) name, followed by its identity once it is open."""

    def __init__(
        self,
        camera: str | int = 0,
        *,
        driver: CameraDriver | None = None,
        wishes: Wishes | None = None,
        rules: LossRules | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        super().__init__(rules or LossRules(), clock)
        self._wanted = camera
        self._driver = driver or OpenCvDriver()
        self._wishes = wishes or (lambda _: CameraWish())
        self._identity: CameraIdentity | None = None
        self._others: list[CameraIdentity] = []

    @property
    def kind(self) -> SourceKind:
        return SourceKind.CAMERA

    @property
    def name(self) -> str:
        if self._identity is not None:
            return self._identity.name
        return f"camera {self._wanted}" if isinstance(self._wanted, int) else self._wanted or "camera"

    @property
    def identity(self) -> CameraIdentity | None:
        """The camera that was opened; None before `open`."""
        return self._identity

    def open(self) -> SourceInfo:
        self.close()
        cameras = self._driver.cameras()
        identity = choose_camera(self._wanted, cameras)
        if identity is None:
            self._identity = None
            raise self._not_there(cameras)
        self._identity = identity
        self._others = [camera for camera in cameras if camera != identity]
        wish = self._wishes(identity)
        image, fps = self.connect(lambda: self._driver.open(identity, wish))
        return SourceInfo(
            kind=self.kind,
            name=identity.name,
            path=identity.key,
            width=image.shape[1],
            height=image.shape[0],
            nominal_fps=fps,
            frame_count=None,
            duration_s=None,
            pixels=wish.pixels,
        )

    def reopen(self) -> LiveDevice:
        assert self._identity is not None
        found = find_again(self._identity, self._driver.cameras(), self._others)
        if found is None:
            raise SourceError(f"The camera '{self._identity.name}' is not there.", "Plug it in again.")
        device = self._driver.open(found, self._wishes(found))
        self._identity = found
        return device

    def _not_there(self, cameras: list[CameraIdentity]) -> SourceError:
        wanted = f"{self._wanted}" if isinstance(self._wanted, int) else f"'{self._wanted}'"
        if not cameras:
            return SourceError(
                f"There is no camera {wanted}: this computer has no camera that can be found.",
                "Plug one in, or open a file or the demo.",
            )
        known = ", ".join(f"{camera.index} ({camera.name})" for camera in cameras)
        return SourceError(f"There is no camera {wanted}.", f"Choose one of these: {known}.")
