"""Sizes and rates of a camera: asked of its driver where that can be done, else the usual ones.

Only Linux tells (V4L2) without taking the camera from whoever uses it. Elsewhere a wish is made, and what the
camera really gives is read back when it is open.
"""

from __future__ import annotations

import os
import struct
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2

from fer_desktop.capture.discovery import CameraIdentity

MJPG: Final = "MJPG"


@dataclass(frozen=True, slots=True)
class CameraWish:
    """What a camera is asked for; it answers with what it can."""

    width: int = 1280
    height: int = 720
    fps: float = 30.0
    pixels: str = MJPG
    """Four letters: how the pictures come through the cable. Uncompressed 720p does not fit through USB 2 at
    30 frames a second."""


@dataclass(frozen=True, slots=True)
class Modes:
    """What can be chosen, the largest and fastest first."""

    wishes: tuple[CameraWish, ...]
    told: bool
    """Whether the camera's driver says so; else these are only the usual ones."""


_SIZES: Final = ((1920, 1080), (1280, 720), (1024, 576), (800, 600), (640, 480), (640, 360), (320, 240))
_RATES: Final = (60.0, 30.0, 15.0)
USUAL: Final = Modes(
    tuple(CameraWish(width, height, fps) for width, height in _SIZES for fps in (30.0, 15.0)), told=False
)
_PREFERRED: Final = (MJPG, "JPEG", "YUYV", "UYVY", "YU12", "YV12", "NV12", "NV21", "RGB3", "BGR3", "GREY")
"""What OpenCV can read of V4L2, the best first."""
_SLOWEST: Final = 5.0

# linux/videodev2.h; the sizes are part of the numbers of the calls.
_ENUM_FMT: Final = 0xC0405602
_ENUM_FRAMESIZES: Final = 0xC02C564A
_ENUM_FRAMEINTERVALS: Final = 0xC034564B
_FMT: Final = struct.Struct("<3I32s5I")
_SIZE: Final = struct.Struct("<3I6I2I")
_INTERVAL: Final = struct.Struct("<5I6I2I")
_CAPTURE: Final = 1
_DISCRETE: Final = 1
_MOST: Final = 256
"""Entries of one list; a driver that never ends it must not hang us."""

Call = Callable[[int, bytearray], object]
"""An ioctl on the device: its number, and what it reads and writes; raises OSError at the end of a list."""


def modes_of(camera: CameraIdentity) -> Modes:
    """What this camera can be asked for; never fails and takes the camera from nobody."""
    if sys.platform != "linux" or camera.backend != cv2.CAP_V4L2:
        return USUAL
    import fcntl  # noqa: PLC0415 - only Linux has it, and a camera to ask

    try:
        device = os.open(Path(f"/dev/video{camera.index}"), os.O_RDWR | os.O_NONBLOCK)
    except OSError:
        return USUAL
    try:
        return v4l2_modes(lambda number, data: fcntl.ioctl(device, number, data))
    finally:
        os.close(device)


def v4l2_modes(call: Call) -> Modes:
    """The sizes and rates that a V4L2 driver lists, each in the best form in which it has them."""
    best: dict[tuple[int, int, float], CameraWish] = {}
    offered = {pixels: form for form, pixels in _formats(call)}
    for pixels in _PREFERRED:
        if pixels in offered:
            for width, height in _sizes(call, offered[pixels]):
                for fps in _rates(call, offered[pixels], width, height):
                    best.setdefault((width, height, fps), CameraWish(width, height, fps, pixels))
    wishes = sorted(best.values(), key=lambda wish: (-wish.width * wish.height, -wish.width, -wish.fps))
    return Modes(tuple(wishes), told=True) if wishes else USUAL


def _formats(call: Call) -> Iterator[tuple[int, str]]:
    for fields in _listed(call, _ENUM_FMT, _FMT, lambda place: (place, _CAPTURE, 0, b"", *[0] * 5)):
        form = fields[4]
        yield form, form.to_bytes(4, "little").decode("ascii", "replace")


def _sizes(call: Call, form: int) -> list[tuple[int, int]]:
    found = []
    for fields in _listed(call, _ENUM_FRAMESIZES, _SIZE, lambda place: (place, form, *[0] * 9)):
        if fields[2] == _DISCRETE:
            found.append((fields[3], fields[4]))
        else:
            (least_w, most_w, step_w), (least_h, most_h, step_h) = fields[3:6], fields[6:9]
            return [
                (width, height)
                for width, height in _SIZES
                if _in_steps(width, least_w, most_w, step_w) and _in_steps(height, least_h, most_h, step_h)
            ]
    return found


def _rates(call: Call, form: int, width: int, height: int) -> list[float]:
    """Frames a second; the driver tells seconds a frame."""
    found = []
    asked = (form, width, height)
    for fields in _listed(call, _ENUM_FRAMEINTERVALS, _INTERVAL, lambda place: (place, *asked, *[0] * 9)):
        if fields[4] == _DISCRETE:
            found.append(_fps(fields[5], fields[6]))
        else:
            fastest, slowest = _fps(fields[5], fields[6]), _fps(fields[7], fields[8])
            return [fps for fps in _RATES if slowest <= fps <= fastest]
    # A driver that lists sizes only has the usual rate, or tells another one when it is open.
    return [fps for fps in found if fps >= _SLOWEST] if found else [CameraWish().fps]


def _listed(
    call: Call, number: int, layout: struct.Struct, asked: Callable[[int], tuple[int | bytes, ...]]
) -> Iterator[tuple[int, ...]]:
    with suppress(OSError):
        for place in range(_MOST):
            data = bytearray(layout.pack(*asked(place)))
            call(number, data)
            yield layout.unpack(data)


def _in_steps(value: int, least: int, most: int, step: int) -> bool:
    return least <= value <= most and (value - least) % max(step, 1) == 0


def _fps(numerator: int, denominator: int) -> float:
    return round(denominator / numerator, 3) if numerator else 0.0
