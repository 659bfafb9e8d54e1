"""Pictures of what layers make of pictures (documents C and D)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from training.explain.filters import Weights
from training.explain.maps import LayerMaps
from training.explain.tiles import CELL, Colours, coloured, crossed, grey, tiled
from training.measure.plots import look, new_figure

# matplotlib takes a second that `--help` should not, so functions import it.
if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BLOCK: Final = 16
"""Filters side by side, before a new line begins."""
INCH: Final = 0.45
"""Width of a cell on paper."""
READABLE: Final = 2
"""Least size of a kernel that is worth drawing."""


def layer_figure(
    image: NDArray[np.uint8], layers: Sequence[LayerMaps], filters: Sequence[int], title: str
) -> Figure:
    """A picture and its maps in each of `layers`: as a rule before and after an activation function.

    One colour scale per layer; `filters`: the ones to show.
    """
    columns = min(8, math.ceil(math.sqrt(len(filters))))
    lines = math.ceil(len(filters) / columns)
    height = max(2, lines) * INCH + 0.85
    with look():
        figure = new_figure(1.5 + len(layers) * (columns * INCH + 0.8), height)
        figure.suptitle(title, x=0.01, ha="left", fontsize=11, fontweight="bold")
        shares = (1.2, *[columns * INCH + 0.8] * len(layers))
        first, *others = figure.subplots(1, 1 + len(layers), width_ratios=shares)
        first.imshow(image, cmap="gray", vmin=0, vmax=255, interpolation="none")
        first.set_title("picture", fontsize=9.5, fontweight="normal", loc="center")
        first.set_axis_off()
        first.set_anchor("N")
        for axes, layer in zip(others, layers, strict=True):
            _sheet(axes, layer, filters, columns)
    return figure


def _sheet(axes: Axes, layer: LayerMaps, filters: Sequence[int], columns: int) -> None:
    """All shown maps of a layer on one scale, with a colour bar."""
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize

    values = layer.values[0, list(filters)]
    signed = bool(values.min() < 0)
    top = float(np.abs(values).max())
    cells = [coloured(one, top, signed=signed) for one in values]
    rows = [cells[start : start + columns] for start in range(0, len(cells), columns)]
    _show(axes, tiled(rows), columns, len(rows))
    axes.set_xticks([])
    axes.set_yticks(range(len(rows)), [str(number) for number in filters[::columns]])
    axes.set_title(layer.kind, fontsize=9.5, fontweight="normal", loc="center")
    scale = ScalarMappable(Normalize(-top if signed else 0, top or 1), "RdBu_r" if signed else "magma")
    bar = axes.figure.colorbar(scale, ax=axes, shrink=0.9, aspect=18, pad=0.02)
    bar.ax.tick_params(labelsize=8)
    bar.outline.set_visible(False)


def filters_figure(
    images: NDArray[np.uint8],
    labels: Sequence[str],
    layer: LayerMaps,
    *,
    filters: Sequence[int],
    dead: Sequence[int],
    kernels: Weights | None,
    title: str,
) -> Figure:
    """Activations of every filter (column) for every picture (row), each filter on its own scale.

    `labels`: words beside each picture. `kernels` (C, 1, k, k) are drawn above their filters; dead
    filters are crossed out.
    """
    signed = bool(layer.values.min() < 0)
    blocks = [filters[start : start + BLOCK] for start in range(0, len(filters), BLOCK)]
    lines = len(images) + (kernels is not None)
    columns = 1 + min(BLOCK, len(filters))
    with look():
        figure = new_figure(1.4 + columns * INCH, 0.5 + len(blocks) * (lines * INCH + 0.45))
        # Without it, long words beside the pictures lose their beginning.
        figure.set_layout_engine("compressed")
        figure.suptitle(title, x=0.01, ha="left", fontsize=11, fontweight="bold")
        for axes, block in zip(figure.subplots(len(blocks), squeeze=False)[:, 0], blocks, strict=True):
            columns_of = [
                _column(layer.values[:, number], kernels, number, signed=signed, dead=number in dead)
                for number in block
            ]
            pictures: list[Colours | None] = [None] if kernels is not None else []
            pictures += [grey(image) for image in images]
            rows = [list(row) for row in zip(pictures, *columns_of, strict=True)]
            rows = [row + [None] * (columns - len(row)) for row in rows]
            _show(axes, tiled(rows), columns, lines)
            axes.set_xticks(range(1, 1 + len(block)), [str(number) for number in block])
            words = [*(["kernel"] if kernels is not None else []), *labels]
            axes.set_yticks(range(lines), words)
    return figure


def _column(
    values: NDArray[np.float32], kernels: Weights | None, number: int, *, signed: bool, dead: bool
) -> list[Colours | None]:
    """A filter's kernel and its maps, all on the filter's own scale."""
    cells: list[Colours | None] = []
    if kernels is not None:
        kernel = kernels[number, 0]
        cells.append(coloured(kernel, float(np.abs(kernel).max()), signed=True))
    if dead:
        return cells + [crossed()] * len(values)
    top = float(np.abs(values).max())
    return cells + [coloured(one, top, signed=signed) for one in values]


def units_figure(layer: LayerMaps, labels: Sequence[str], dead: Sequence[int], title: str) -> Figure:
    """Activations of hidden units (columns) for every picture (rows), units in the order of the layer."""
    values = layer.values
    top = float(np.abs(values).max()) or 1.0
    signed = bool(values.min() < 0)
    with look():
        figure = new_figure(10, 1.3 + 0.26 * len(values))
        axes = figure.subplots()
        axes.set_title(title)
        picture = axes.imshow(
            values,
            cmap="RdBu_r" if signed else "magma",
            vmin=-top if signed else 0,
            vmax=top,
            aspect="auto",
            interpolation="none",
        )
        axes.grid(visible=False)
        axes.set_yticks(range(len(labels)), labels, fontsize=8)
        axes.set_xlabel(f"hidden unit ({len(dead)} of {values.shape[1]} dead)")
        figure.colorbar(picture, ax=axes, pad=0.01)
    return figure


def readable_kernels(weights: Weights | None, filters: int) -> Weights | None:
    """Kernels that can be drawn above a layer's maps: of one input each, more than a single number."""
    if weights is None or len(weights) != filters or weights.shape[1] > 1 or weights.shape[-1] < READABLE:
        return None
    return weights


def strongest(values: NDArray[np.float32], most: int) -> list[int]:
    """Filters (C) of maps (N, C, ...) to show, in order: all, or the `most` that vary most; 0 is all."""
    count = values.shape[1]
    if not most or count <= most:
        return list(range(count))
    spread = values.swapaxes(0, 1).reshape(count, -1).std(axis=1)
    return sorted(np.argsort(-spread, kind="stable")[:most].tolist())


def _show(axes: Axes, sheet: Colours, columns: int, lines: int) -> None:
    """A sheet of cells whose middles are whole numbers, without frame."""
    assert sheet.shape[:2] == (lines * CELL, columns * CELL)
    axes.imshow(sheet, extent=(-0.5, columns - 0.5, lines - 0.5, -0.5), interpolation="antialiased")
    axes.grid(visible=False)
    axes.tick_params(length=0, labelsize=8)
    for spine in axes.spines.values():
        spine.set_visible(False)
