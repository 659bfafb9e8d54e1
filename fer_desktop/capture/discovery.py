"""Which cameras there are, by name, and how to know one again after it was unplugged."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2

from fer_desktop.capture import opencv  # noqa: F401  (keeps OpenCV quiet)

_BACKENDS = {"linux": cv2.CAP_V4L2, "win32": cv2.CAP_MSMF, "darwin": cv2.CAP_AVFOUNDATION}


@dataclass(frozen=True, slots=True)
class CameraIdentity:
    """A camera as the system knows it. `index` is where it is now; the rest is what it is."""

    index: int
    name: str
    path: str
    """The port it is plugged into, where the system tells."""
    vid: int | None
    pid: int | None
    backend: int
    """OpenCV's number of the system's camera interface (`cv2.CAP_V4L2` and so on)."""

    @property
    def key(self) -> str:
        """Text that stays the same over restarts, for settings and metadata."""
        ids = f"{self.vid:04x}:{self.pid:04x}" if self.vid is not None and self.pid is not None else ""
        return "|".join(part for part in (self.name, ids, self.path) if part)

    def same_model(self, other: CameraIdentity) -> bool:
        """Whether both are cameras of the same name and make (not necessarily the same one)."""
        return (self.name, self.vid, self.pid) == (other.name, other.vid, other.pid)


def list_cameras() -> list[CameraIdentity]:
    """The cameras of this machine in the system's order; empty where there are none or none can be listed."""
    backend = _BACKENDS.get(sys.platform, cv2.CAP_ANY)
    try:
        enumerate_cameras = importlib.import_module("cv2_enumerate_cameras").enumerate_cameras
        found = list(enumerate_cameras(backend))
    except Exception:  # the system's camera service may fail in any way; a list must not
        return []
    cameras = [
        CameraIdentity(
            index=int(camera.index),
            name=str(camera.name or f"Camera {camera.index}").strip(),
            path=_port(str(camera.path or "")),
            vid=camera.vid,
            pid=camera.pid,
            backend=int(camera.backend),
        )
        for camera in found
    ]
    return sorted(cameras, key=lambda camera: camera.index)


def find_again(
    lost: CameraIdentity, cameras: Sequence[CameraIdentity], others: Sequence[CameraIdentity] = ()
) -> CameraIdentity | None:
    """The lost camera among those that are there now; never another one that took over its index.

    `others` were there beside it before it was lost, so they are not it. A camera that came back in
    another port counts as the same if nothing else can be it.
    """
    taken = {other.path for other in others if other.path and other.path != lost.path}
    alike = [camera for camera in cameras if lost.same_model(camera) and camera.path not in taken]
    in_port = [camera for camera in alike if camera.path == lost.path]
    return next(iter(in_port or alike), None)


def choose_camera(wanted: str | int, cameras: Sequence[CameraIdentity]) -> CameraIdentity | None:
    """The camera with this index or (part of a) name; the first one for an empty name."""
    if isinstance(wanted, int):
        return next((camera for camera in cameras if camera.index == wanted), None)
    word = wanted.strip().casefold()
    exact = [camera for camera in cameras if word in {camera.name.casefold(), camera.key.casefold()}]
    partly = [camera for camera in cameras if word in camera.name.casefold()]
    return next(iter(exact or partly), None)


def _port(path: str) -> str:
    """`/dev/video2` is only a number that may go to another camera; the USB port behind it is not."""
    device = Path("/sys/class/video4linux") / Path(path).name / "device"
    return str(device.resolve()) if path.startswith("/dev/") and device.exists() else path
