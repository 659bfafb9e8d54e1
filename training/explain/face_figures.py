"""Pictures beside what explains the network's answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from training.explain.looking import Images, Maps
from training.explain.questions import Question
from training.explain.saliency import over_red, shown
from training.measure.plots import INK, look, new_figure

# matplotlib takes a second that `--help` should not, so functions import it.
if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

RIGHT: Final = "#00694d"
WRONG: Final = "#b34700"
"""Okabe and Ito's green and vermilion, darkened for small text; words tell the same."""

LEAST_FALL: Final = 0.05
"""Occlusion's scale ends at this fall of probability at least, so that noise stays pale."""

Draw = Callable[["Axes", NDArray[np.uint8], NDArray[np.float32]], None]


@dataclass(frozen=True, slots=True)
class Column:
    """One way to show a map beside its picture."""

    title: str
    draw: Draw
    bar: tuple[str, tuple[float, float], str] | None
    """Colour map, range and words of the colour bar; every picture has its own scale."""


def _sensitivity(axes: Axes, _image: NDArray[np.uint8], values: NDArray[np.float32]) -> None:
    axes.imshow(shown(values), cmap="inferno", vmin=0, vmax=1, interpolation="none")


def _red(axes: Axes, image: NDArray[np.uint8], values: NDArray[np.float32]) -> None:
    axes.imshow(over_red(image, shown(values)), interpolation="none")


def _places(axes: Axes, image: NDArray[np.uint8], values: NDArray[np.float32]) -> None:
    strength = values / (float(values.max()) or 1.0)
    axes.imshow(tinted(image, "viridis", strength, 0.2 + 0.5 * strength), interpolation="none")


def _falls(axes: Axes, image: NDArray[np.uint8], values: NDArray[np.float32]) -> None:
    top = max(float(np.abs(values).max()), LEAST_FALL)
    share = 0.9 * np.abs(values) / top
    axes.imshow(tinted(image, "RdBu_r", (values / top + 1) / 2, share), interpolation="none")
    words = f"{-100 * values.max():+.0f} to {-100 * values.min():+.0f} points"
    axes.text(0.5, -0.02, words, transform=axes.transAxes, ha="center", va="top", fontsize=7)


COLUMNS: Final[Mapping[str, tuple[Column, ...]]] = {
    "saliency": (
        Column("Sensitivity", _sensitivity, ("inferno", (0, 1), "low to high")),
        Column("… over red", _red, None),
    ),
    "gradcam": (Column("Grad-CAM", _places, ("viridis", (0, 1), "speaks for it")),),
    "occlusion": (Column("Occlusion", _falls, ("RdBu_r", (-1, 1), "against   needed")),),
}
"""How each method is shown."""


def tinted(
    image: NDArray[np.uint8],
    colours: str,
    values: NDArray[np.floating],
    share: NDArray[np.floating],
) -> NDArray[np.uint8]:
    """RGB (S, S, 3): the grey picture, mixed with the colours of `values` (S, S) by so large a share."""
    import matplotlib as mpl

    paint = mpl.colormaps[colours](values)[..., :3]
    mixed = (1 - share[..., None]) * image[..., None] / 255 + share[..., None] * paint
    return np.asarray(np.rint(255 * mixed), np.uint8)


def questions_figure(images: Images, questions: Sequence[Question], methods: Mapping[str, Maps]) -> Figure:
    """One row per question: the picture, and each method's map (Q, S, S) of it."""
    columns = [(name, column) for name in methods for column in COLUMNS[name]]
    with look():
        figure = new_figure(1.75 + 1.3 * (1 + len(columns)), 0.75 + 1.32 * len(questions))
        figure.set_layout_engine("constrained", h_pad=0.07)
        grid = figure.subplots(
            len(questions) + 1,
            2 + len(columns),
            squeeze=False,
            width_ratios=(1.25, *[1] * (1 + len(columns))),
            height_ratios=(*[1] * len(questions), 0.07),
        )
        for axes in grid.flat:
            axes.set_axis_off()
        for number, (row, question) in enumerate(zip(grid[:-1], questions, strict=True)):
            image = images[question.row]
            _words(row[0], question)
            row[1].imshow(image, cmap="gray", vmin=0, vmax=255, interpolation="none")
            for axes, (name, column) in zip(row[2:], columns, strict=True):
                column.draw(axes, image, methods[name][number])
        for axes, heading in zip(grid[0][1:], ("Picture", *(c.title for _, c in columns)), strict=True):
            axes.set_title(heading, fontsize=9.5, loc="center")
        for axes, (_, column) in zip(grid[-1][2:], columns, strict=True):
            _bar(axes, column)
    return figure


def _words(axes: Axes, question: Question) -> None:
    first, _, rest = question.words.partition("\n")
    colour = INK if question.right is None else RIGHT if question.right else WRONG
    mark = "" if question.right is None else " ✓" if question.right else " ✗"
    axes.text(0, 0.78, first + mark, va="top", fontweight="bold", fontsize=9, color=colour)
    axes.text(0, 0.6, rest, va="top", fontsize=8, linespacing=1.4)


def _bar(axes: Axes, column: Column) -> None:
    """A colour bar in axes of its own, so that it takes no room from the pictures."""
    if column.bar is None:
        return
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize

    colours, (low, high), words = column.bar
    scale = ScalarMappable(Normalize(low, high), colours)
    axes.set_axis_on()
    bar = axes.figure.colorbar(scale, cax=axes, orientation="horizontal")
    bar.set_label(words, fontsize=8)
    bar.set_ticks([])
