"""Pictures of filters: sizes, likeness, kernels; and of what is left of maps without learned weights."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from training.explain.filters import Ranked, Weights
from training.explain.randomisation import UNCHANGED, Step
from training.explain.tiles import Colours, coloured, tiled
from training.measure.plots import BLUE, FAINT, look, new_figure, style_of

# matplotlib takes a second that `--help` should not, so functions import it.
if TYPE_CHECKING:
    from matplotlib.figure import Figure

LABELLED: Final = 24
"""Most filters whose numbers have room along an axis."""
MOST_KERNELS: Final = 16
"""Most filters, and most inputs of each, in a picture of kernels."""


def l1_figure(ranked: Mapping[str, Sequence[Ranked]]) -> Figure:
    """L1 norms of each layer's filters, the largest first."""
    columns = 1 if len(ranked) == 1 else 2
    lines = math.ceil(len(ranked) / columns)
    with look():
        figure = new_figure(5.2 * columns, 2.3 * lines + 0.2)
        grid = figure.subplots(lines, columns, squeeze=False)
        for axes in list(grid.flat)[len(ranked) :]:
            axes.set_axis_off()
        for axes, (layer, filters) in zip(grid.flat, ranked.items(), strict=False):
            places = [one.rank for one in filters]
            axes.bar(places, [one.l1 for one in filters], color=BLUE, width=0.85)
            axes.set_title(f"{layer}: {len(filters)} filters")
            axes.set_ylabel("L1 norm")
            axes.grid(visible=False, axis="x")
            if len(filters) <= LABELLED:
                axes.set_xticks(places, [str(one.filter) for one in filters], fontsize=7.5)
                axes.set_xlabel("filter")
            else:
                axes.set_xlabel("rank")
    return figure


def similarity_figure(matrices: Mapping[str, NDArray[np.float64]]) -> Figure:
    """Cosine between every two filters, one heat map per layer."""
    columns = min(3, len(matrices))
    lines = math.ceil(len(matrices) / columns)
    with look():
        figure = new_figure(3.6 * columns + 0.9, 3.7 * lines)
        figure.set_layout_engine("compressed", h_pad=0.1)
        grid = figure.subplots(lines, columns, squeeze=False)
        for axes in list(grid.flat)[len(matrices) :]:
            axes.set_axis_off()
        for axes, (layer, matrix) in zip(grid.flat, matrices.items(), strict=False):
            picture = axes.imshow(matrix, cmap="RdBu_r", vmin=-1, vmax=1, interpolation="none")
            axes.grid(visible=False)
            axes.set_title(layer)
            if len(matrix) <= LABELLED // 2:
                axes.set_xticks(range(len(matrix)))
                axes.set_yticks(range(len(matrix)))
            axes.tick_params(labelsize=7.5)
        bar = figure.colorbar(picture, ax=list(grid.flat), shrink=min(0.8, 2.4 / lines), aspect=25, pad=0.02)
        bar.set_label("cosine: 1 alike, 0 unrelated, −1 opposite")
    return figure


def kernels_figure(layer: str, weights: Weights) -> Figure:
    """Kernels of a layer: of one input side by side, otherwise one row per filter, one column per input."""
    filters, inputs, size = weights.shape[0], weights.shape[1], weights.shape[-1]
    top = float(np.abs(weights).max())
    if inputs == 1:
        count = min(filters, MOST_KERNELS * 16)
        columns = min(16, count)
        cells = [coloured(kernel[0], top, signed=True) for kernel in weights[:count]]
        rows: list[list[Colours]] = [cells[start : start + columns] for start in range(0, count, columns)]
        named = range(0, count, columns)
        words, shown_inputs = "filter", 1
    else:
        count, shown_inputs = min(filters, MOST_KERNELS), min(inputs, MOST_KERNELS)
        columns = shown_inputs
        rows = [[coloured(kernel, top, signed=True) for kernel in one[:columns]] for one in weights[:count]]
        named = range(count)
        words = "filter (rows), input map (columns)"
    part = f", the first {count}" if count < filters else ""
    part += f", the first {shown_inputs} inputs" if shown_inputs < inputs else ""
    with look():
        figure = new_figure(max(4.6, 1.5 + 0.36 * columns), 1 + 0.36 * len(rows))
        axes = figure.subplots()
        extent = (-0.5, columns - 0.5, len(rows) - 0.5, -0.5)
        axes.imshow(tiled(rows), extent=extent, interpolation="antialiased")
        axes.set_title(f"{layer}: {filters} filters of {inputs} x {size} x {size}{part}", fontsize=10)
        axes.set_ylabel(words, fontsize=8.5)
        axes.set_yticks(range(len(rows)), [str(number) for number in named])
        axes.set_xticks(range(columns) if inputs > 1 and columns <= LABELLED else [])
        axes.xaxis.tick_top()
        axes.tick_params(length=0, labelsize=7.5)
        axes.grid(visible=False)
        for spine in axes.spines.values():
            spine.set_visible(False)
        axes.set_xlabel(f"blue \N{MINUS SIGN}{top:.2g}, white 0, red {top:.2g}", fontsize=8.5)
        axes.xaxis.set_label_position("bottom")
    return figure


def randomisation_figure(steps: Sequence[Step]) -> Figure:
    """Rank correlation and structural similarity of each method while layer after layer is made random."""
    methods = list(dict.fromkeys(step.method for step in steps))
    layers = [step.layer for step in steps if step.method == methods[0]]
    places = range(len(layers))
    with look():
        figure = new_figure(10, 4.2)
        figure.suptitle(
            "What is left of the maps as weights become random, from the head down",
            x=0.01,
            ha="left",
            fontsize=11,
            fontweight="bold",
        )
        left, right = figure.subplots(1, 2, sharex=True)
        for number, name in enumerate(methods):
            own = [step for step in steps if step.method == name]
            colour, _ = style_of(number)
            dashes = "--" if own[-1].spearman >= UNCHANGED else "-"
            left.plot(places, [step.spearman for step in own], dashes, color=colour, marker="o", label=name)
            low, high = [step.spearman_low for step in own], [step.spearman_high for step in own]
            left.fill_between(places, low, high, color=colour, alpha=0.15, linewidth=0)
            right.plot(places, [step.ssim for step in own], dashes, color=colour, marker="o", label=name)
        left.axhline(UNCHANGED, color=FAINT, linestyle=":")
        left.annotate(
            "flagged if it ends above",
            (1, UNCHANGED),
            (0, 3),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            fontsize=8.5,
            color=FAINT,
            ha="right",
        )
        left.set(ylabel="Spearman's rank correlation", ylim=(min(-0.1, left.get_ylim()[0]), 1.05))
        right.set(ylabel="structural similarity", ylim=(min(0, right.get_ylim()[0]), 1.05))
        for axes in (left, right):
            axes.set_xticks(places, ["trained", *layers[1:]], rotation=40, ha="right", fontsize=8.5)
            axes.set_xlabel("random down to")
        figure.legend(
            *left.get_legend_handles_labels(), loc="outside lower center", ncols=len(methods), handlelength=4
        )
    return figure
