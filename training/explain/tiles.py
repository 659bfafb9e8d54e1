"""Many small maps in one picture: coloured cells with a white gap between them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

CELL: Final = 64
"""Width and height of a cell in pixels, gap included."""
GAP: Final = 4

Colours = NDArray[np.uint8]
"""RGB (h, w, 3)."""


def coloured(values: NDArray[np.float32], top: float, *, signed: bool) -> Colours:
    """Values (h, w) as colours: 0 dark to `top` bright; if `signed`, -top blue, 0 white, top red."""
    import matplotlib as mpl

    scaled = values / top if top > 0 else np.zeros_like(values)
    if signed:
        scaled = (scaled + 1) / 2
    painted = mpl.colormaps["RdBu_r" if signed else "magma"](np.clip(scaled, 0, 1), bytes=True)
    return np.asarray(painted[..., :3], np.uint8)


def grey(image: NDArray[np.uint8]) -> Colours:
    """A grey picture as RGB."""
    return np.repeat(image[..., None], 3, axis=2)


def crossed() -> Colours:
    """The cell of a dead filter: pale, with a diagonal cross."""
    cell = np.full((CELL, CELL, 3), 238, np.uint8)
    for start, end in (((0, 0), (CELL, CELL)), ((0, CELL), (CELL, 0))):
        cv2.line(cell, start, end, (190, 190, 190), 2, cv2.LINE_AA)
    return cell


def tiled(rows: Sequence[Sequence[Colours | None]]) -> Colours:
    """One picture of rows of cells; None is an empty cell. Pixels of small maps stay sharp squares."""
    columns = max(len(row) for row in rows)
    sheet = np.full((len(rows) * CELL, columns * CELL, 3), 255, np.uint8)
    inner = CELL - GAP
    for y, row in enumerate(rows):
        for x, cell in enumerate(row):
            if cell is not None:
                large = cv2.resize(cell, (inner, inner), interpolation=cv2.INTER_NEAREST)
                top, left = y * CELL + GAP // 2, x * CELL + GAP // 2
                sheet[top : top + inner, left : left + inner] = large
    return sheet
