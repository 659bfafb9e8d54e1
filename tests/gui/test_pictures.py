"""The window's main states look like their pictures, in light and dark, small and large.

Pictures are kept as means of blocks of 10 x 10 pixels: what is where and in which colour shows in them, the
shapes of letters, which differ between machines, do not. `KEEP_PICTURES=1` writes them anew: look at them
(`make screenshots`) before they are committed.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

from tests.gui.conftest import Desk

KEPT = Path(__file__).parent / "snapshots"
SIZES = {"small": (900, 600), "large": (1440, 900)}
_BLOCK: Final = 10
_FAR: Final = 32
"""A block whose colour is off by more looks different."""
_MOST: Final = 0.01
"""Share of the blocks that may: rates and times, and letters of other fonts."""


def picture_of(widget: QWidget) -> NDArray[np.uint8]:
    """(rows, columns, 3) means of blocks."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
    size = image.width() // _BLOCK, image.height() // _BLOCK
    whole = pixels[: size[1] * _BLOCK, : size[0] * _BLOCK, :3]
    return np.asarray(cv2.resize(whole, size, interpolation=cv2.INTER_AREA), np.uint8)


def share_that_differs(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    """Of the blocks; all of them where the sizes differ."""
    if one.shape != other.shape:
        return 1.0
    return float((np.abs(one.astype(int) - other.astype(int)).max(axis=2) > _FAR).mean())


def nothing(desk: Desk) -> None:
    desk.window.show_notice(False)


def paused(desk: Desk) -> None:
    desk.window.show_notice(False)
    desk.open("clip.mp4")
    desk.act("play")
    desk.until(lambda: desk.message == "Paused")
    assert desk.controller.current is not None
    desk.controller.current.engine.seek(40)
    desk.until(lambda: desk.index == 40)


def first_start(desk: Desk) -> None:
    desk.window.show_notice(True)


STATES: dict[str, Callable[[Desk], None]] = {
    "nothing": nothing,
    "paused": paused,
    "first-start": first_start,
}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("state", STATES)
def test_a_state_looks_like_its_picture(desk: Desk, state: str, theme: str, size: str) -> None:
    desk.window.commands.apply_settings({"theme": theme})
    desk.window.resize(*SIZES[size])
    STATES[state](desk)
    desk.window.resize(*SIZES[size])
    kept = KEPT / f"{state}-{theme}-{size}.png"

    def alike() -> bool:
        return share_that_differs(picture_of(desk.window), read(kept)) < _MOST

    if os.environ.get("KEEP_PICTURES"):
        QApplication.processEvents()
        cv2.imwrite(str(kept), picture_of(desk.window))
    desk.until(alike)


def read(kept: Path) -> NDArray[np.uint8]:
    picture = cv2.imread(str(kept))
    assert picture is not None, f"{kept.name} is missing"
    return np.asarray(picture, np.uint8)


def test_other_states_themes_and_sizes_look_different() -> None:
    """What is asked above can be missed."""
    pictures = {path.stem: read(path) for path in KEPT.glob("*-*-*.png")}
    assert len(pictures) == len(STATES) * 2 * len(SIZES)
    for (one, first), (other, second) in combinations(pictures.items(), 2):
        assert share_that_differs(first, second) > 2 * _MOST, f"{one} and {other}"
