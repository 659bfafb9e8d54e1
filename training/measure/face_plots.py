"""Plots of pictures: which classes are taken for which, and the worst errors."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from training.data.examples import Examples, Truth
from training.measure.compare import Confusion, Rows
from training.measure.metrics import Floats, softmax
from training.measure.plots import look, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLUMNS: Final = 6


def confusions_figure(confusions: Sequence[Confusion], examples: Examples, labels: Sequence[str]) -> Figure:
    """One row per confusion: what was taken for what, how often, and its most confident errors."""
    words, step = 2.6, 1.06
    with look():
        figure, axes = _canvas(words + step * COLUMNS, step * len(confusions))
        for line, confusion in enumerate(confusions):
            top = line * step
            title = f"{labels[confusion.answer]}\n→ {labels[confusion.said]}"
            axes.text(0, top + 0.38, title, va="center", fontweight="bold", linespacing=1.3)
            noun = "picture" if confusion.count == 1 else "pictures"
            detail = f"{confusion.count} {noun}, {confusion.share:.0%} of the class"
            axes.text(0, top + 0.85, detail, va="center", fontsize=8)
            for column, row in enumerate(confusion.rows[:COLUMNS]):
                _show(axes, examples, int(row), words + column * step, top)
    return figure


def failures_figure(rows: Rows, logits: Floats, examples: Examples, truth: Truth) -> Figure:
    """Pictures that fail, each with the network's answer, its probability and the right answer."""
    labels, width, height = truth.labels, 1.1, 1.52
    columns = min(COLUMNS, len(rows))
    probabilities = softmax(logits[rows])
    with look():
        figure, axes = _canvas(width * columns, height * math.ceil(len(rows) / columns), scale=1.25)
        for place, (row, chances) in enumerate(zip(rows, probabilities, strict=True)):
            left, top = place % columns * width, place // columns * height + 0.2
            said, middle = int(chances.argmax()), left + 0.5
            _show(axes, examples, int(row), left, top)
            title = f"{labels[said]}, {chances[said]:.0%}"
            axes.text(middle, top - 0.03, title, ha="center", va="bottom", fontsize=8.5, fontweight="bold")
            axes.text(
                middle, top + 1.03, f"is {labels[truth.answers[row]]}", ha="center", va="top", fontsize=8.5
            )
            name = str(examples.names[row])[-22:]
            axes.text(middle, top + 1.18, name, ha="center", va="top", fontsize=6, alpha=0.6)
    return figure


def _canvas(width: float, height: float, scale: float = 0.95) -> tuple[Figure, Axes]:
    """Bare axes whose unit is the side of a picture, `scale` inches long; y runs down.

    One axes for all pictures: axes of their own would take seconds to lay out.
    """
    figure = new_figure(scale * width, scale * height)
    axes = figure.subplots()
    axes.set(xlim=(0, width), ylim=(height, 0), aspect="equal")
    axes.set_axis_off()
    return figure, axes


def _show(axes: Axes, examples: Examples, row: int, left: float, top: float) -> None:
    axes.imshow(
        examples.images[row],
        cmap="gray",
        vmin=0,
        vmax=255,
        interpolation="none",
        extent=(left, left + 1, top + 1, top),
    )
