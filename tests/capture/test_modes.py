"""Sizes and rates that a camera's driver tells, played by a driver of our own."""

from __future__ import annotations

import struct
import sys
from collections.abc import Sequence
from typing import TypeVar

import pytest

from fer_desktop.capture.modes import USUAL, CameraWish, modes_of, v4l2_modes
from tests.fakes.camera import identity

ENUM_FMT, ENUM_FRAMESIZES, ENUM_FRAMEINTERVALS = 0xC0405602, 0xC02C564A, 0xC034564B
DISCRETE, STEPWISE = 1, 3

T = TypeVar("T")
Intervals = list[tuple[int, int]]
Sizes = dict[tuple[int, int], Intervals]


def code(pixels: str) -> int:
    return int.from_bytes(pixels.encode(), "little")


class Driver:
    """What a webcam answers to the three calls of linux/videodev2.h."""

    def __init__(self, formats: dict[str, Sizes]) -> None:
        self.formats = formats

    def __call__(self, number: int, data: bytearray) -> None:
        place = struct.unpack_from("<I", data)[0]
        if number == ENUM_FMT:
            struct.pack_into("<I", data, 44, code(self._at(list(self.formats), place)))
        elif number == ENUM_FRAMESIZES:
            size = self._at(list(self._sizes(data, 4)), place)
            struct.pack_into("<3I", data, 8, DISCRETE, *size)
        else:
            size = struct.unpack_from("<2I", data, 8)
            interval = self._at(self._sizes(data, 4)[size], place)
            struct.pack_into("<3I", data, 16, DISCRETE, *interval)

    def _sizes(self, data: bytearray, at: int) -> Sizes:
        form = struct.unpack_from("<I", data, at)[0]
        return next(sizes for pixels, sizes in self.formats.items() if code(pixels) == form)

    @staticmethod
    def _at(entries: Sequence[T], place: int) -> T:
        if place >= len(entries):
            raise OSError(22, "Invalid argument")
        return entries[place]


def test_every_size_and_rate_is_there_once_in_its_best_form_the_largest_first() -> None:
    webcam = Driver(
        {
            "YUYV": {(640, 480): [(1, 30), (1, 15)], (1280, 720): [(1, 10)]},
            "MJPG": {(640, 480): [(1, 30)], (1280, 720): [(1, 60), (1, 30)]},
            "H264": {(3840, 2160): [(1, 30)]},  # OpenCV does not read it
        }
    )
    modes = v4l2_modes(webcam)
    assert modes.told
    assert modes.wishes == (
        CameraWish(1280, 720, 60.0, "MJPG"),
        CameraWish(1280, 720, 30.0, "MJPG"),
        CameraWish(1280, 720, 10.0, "YUYV"),
        CameraWish(640, 480, 30.0, "MJPG"),
        CameraWish(640, 480, 15.0, "YUYV"),
    )


def test_odd_rates_keep_their_fraction_and_the_slowest_are_left_out() -> None:
    modes = v4l2_modes(Driver({"MJPG": {(640, 480): [(1001, 30000), (2, 15), (1, 2)]}}))
    assert [wish.fps for wish in modes.wishes] == [29.97, 7.5]


def test_a_driver_that_takes_any_size_is_offered_the_usual_ones_within_its_limits() -> None:
    def call(number: int, data: bytearray) -> None:
        if struct.unpack_from("<I", data)[0]:
            raise OSError(22, "Invalid argument")
        if number == ENUM_FMT:
            struct.pack_into("<I", data, 44, code("YUYV"))
        elif number == ENUM_FRAMESIZES:
            struct.pack_into("<7I", data, 8, STEPWISE, 2, 1280, 2, 1, 720, 1)
        else:
            struct.pack_into("<5I", data, 16, STEPWISE, 1, 30, 1, 1)

    sizes = {(wish.width, wish.height) for wish in v4l2_modes(call).wishes}
    assert (1280, 720) in sizes
    assert (640, 480) in sizes
    assert (1920, 1080) not in sizes
    assert {wish.fps for wish in v4l2_modes(call).wishes} == {30.0, 15.0}


def test_a_driver_that_lists_nothing_or_never_ends_is_not_believed_nor_waited_for() -> None:
    def nothing(_number: int, _data: bytearray) -> None:
        raise OSError(25, "Inappropriate ioctl for device")

    assert v4l2_modes(nothing) == USUAL

    def endless(number: int, data: bytearray) -> None:
        if number == ENUM_FMT:
            struct.pack_into("<I", data, 44, code("MJPG"))
        else:
            at = 8 if number == ENUM_FRAMESIZES else 16
            struct.pack_into("<3I", data, at, DISCRETE, *((640, 480) if at == 8 else (1, 30)))

    assert v4l2_modes(endless).wishes == (CameraWish(640, 480, 30.0, "MJPG"),)


def test_where_a_camera_cannot_be_asked_the_usual_sizes_are_offered_as_such(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert modes_of(identity(index=987)) == USUAL
    monkeypatch.setattr(sys, "platform", "win32")
    assert modes_of(identity()) == USUAL
    assert not USUAL.told
    assert CameraWish(1280, 720, 30.0) in USUAL.wishes
