"""Where the parts of the window are: two splitters, with lines above and below them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QSplitter, QVBoxLayout, QWidget


@dataclass(frozen=True, slots=True)
class Arrangement:
    """The middle of the window and what the user can drag in it."""

    middle: QWidget
    across: QSplitter
    """Picture and panel."""
    down: QSplitter
    """Both of them and the timeline."""


def arrange(
    picture: Sequence[QWidget], panel: QWidget, timeline: QWidget, *, above: Sequence[QWidget], below: QWidget
) -> Arrangement:
    """Lay out; `picture` is the stage and what belongs under it."""
    left = QWidget()
    column = QVBoxLayout(left)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    for place, part in enumerate(picture):
        column.addWidget(part, int(place == 0))
    across, down = QSplitter(Qt.Orientation.Horizontal), QSplitter(Qt.Orientation.Vertical)
    for splitter, parts in ((across, (left, panel)), (down, (across, timeline))):
        splitter.setHandleWidth(16)
        splitter.setChildrenCollapsible(False)
        for part in parts:
            splitter.addWidget(part)
        splitter.setStretchFactor(0, 1)
        splitter.setStretchFactor(1, 0)
    across.setSizes([900, 300])
    down.setSizes([540, 168])
    middle = QWidget()
    rows = QVBoxLayout(middle)
    rows.setContentsMargins(16, 0, 16, 8)
    rows.setSpacing(8)
    for part in above:
        rows.addWidget(part)
    rows.addWidget(down, 1)
    rows.addWidget(below)
    for button in middle.findChildren(QAbstractButton):
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys with the picture
    return Arrangement(middle, across, down)
