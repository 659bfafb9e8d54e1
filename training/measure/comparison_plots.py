"""Plots of several networks beside each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from training.measure.compare import Pair
from training.measure.evaluation import HeadReport
from training.measure.metrics import wilson
from training.measure.plots import BLUE, FAINT, INK, VERMILION, label_columns, look, new_figure, style_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def accuracies_figure(reports: Mapping[str, HeadReport]) -> Figure:
    """Accuracy and macro-F1 of each network with 95 % intervals, the best accuracy on top."""
    order = sorted(reports, key=lambda name: reports[name].accuracy)
    with look():
        figure = new_figure(7, 0.55 * len(order) + 1.2)
        axes = figure.subplots()
        for place, name in enumerate(order):
            report = reports[name]
            low, high = wilson(report.hits, report.total)
            marks = (
                (0.12, "o", BLUE, report.accuracy, low, high),
                (-0.12, "s", VERMILION, report.macro_f1, *report.intervals["macro_f1"]),
            )
            for offset, mark, colour, value, lower, upper in marks:
                axes.plot(
                    (100 * lower, 100 * upper), (place + offset,) * 2, color=colour, linewidth=2, alpha=0.6
                )
                axes.plot(100 * value, place + offset, mark, color=colour, markersize=6)
                axes.annotate(
                    f"{100 * value:.1f}",
                    (100 * upper, place + offset),
                    (5, 0),
                    textcoords="offset points",
                    va="center",
                    fontsize=8.5,
                    color=INK,
                )
        axes.plot([], [], "o-", color=BLUE, label="accuracy")
        axes.plot([], [], "s-", color=VERMILION, label="macro-F1")
        axes.set_yticks(range(len(order)), order)
        axes.set_ylim(-0.6, len(order) - 0.4)
        axes.margins(x=0.1)
        axes.tick_params(axis="y", length=0)
        axes.grid(visible=False, axis="y")
        axes.set(xlabel="per cent, with 95 % interval")
        figure.legend(loc="outside upper left", ncols=2)
    return figure


def pairs_figure(pairs: Sequence[Pair], names: Sequence[str]) -> Figure:
    """Accuracy of the row's network minus the column's in points; strong where the difference is sure."""
    from matplotlib.patches import Rectangle

    place = {name: number for number, name in enumerate(names)}
    count = len(names)
    with look():
        figure = new_figure(1.1 * count + 2.2, 0.75 * count + 1.4)
        axes = figure.subplots()
        for pair in pairs:
            first, second = place[pair.first], place[pair.second]
            for row, column, difference in (
                (first, second, pair.difference),
                (second, first, -pair.difference),
            ):
                sure = pair.p_holm < 0.05
                colour = BLUE if difference > 0 else VERMILION
                strength = 0.75 if sure else 0.12
                axes.add_patch(
                    Rectangle(
                        (column - 0.47, row - 0.47),
                        0.94,
                        0.94,
                        facecolor=(colour, strength),
                        edgecolor=(FAINT, 0.4),
                        linewidth=0.6,
                    )
                )
                p = f"p {pair.p_holm:.3f}" if pair.p_holm >= 0.001 else "p < 0.001"
                axes.text(
                    column,
                    row,
                    f"{100 * difference:+.1f}\n{p}",
                    ha="center",
                    va="center",
                    fontsize=8.5,
                    fontweight="bold" if sure else "normal",
                )
        axes.set(xlim=(-0.55, count - 0.45), ylim=(count - 0.45, -0.55))
        axes.set_title("Accuracy: row minus column, in points")
        label_columns(axes, names)
        axes.set_yticks(range(count), names)
        axes.tick_params(length=0)
        axes.grid(visible=False)
        axes.spines[:].set_visible(False)
    return figure


def recalls_figure(reports: Mapping[str, HeadReport]) -> Figure:
    """Recall of each class by every network, with 95 % intervals."""
    labels = next(iter(reports.values())).labels
    with look():
        figure = new_figure(max(6.4, 0.95 * len(labels) + 1), 3.9)
        axes = figure.subplots()
        width = 0.7 / len(reports)
        for number, (name, report) in enumerate(reports.items()):
            values = 100 * np.array([report.recall(label) for label in range(len(labels))])
            where = np.arange(len(labels)) + (number - (len(reports) - 1) / 2) * width
            colour, _ = style_of(number)
            axes.vlines(where, values[:, 1], values[:, 2], color=colour, linewidth=2, alpha=0.55)
            axes.plot(where, values[:, 0], "osD^vP"[number % 6], color=colour, markersize=5.5, label=name)
        label_columns(axes, labels)
        axes.grid(visible=False, axis="x")
        axes.set(ylabel="recall (%)", ylim=(0, 101))
        figure.legend(loc="outside upper left", ncols=3)
    return figure
