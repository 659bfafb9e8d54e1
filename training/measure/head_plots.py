"""Plots of one head: confusions, ROC curves, reliability, measures per class."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from training.measure.calibration import THRESHOLDS, reliability
from training.measure.evaluation import HeadReport
from training.measure.metrics import Answers, Floats, softmax, wilson
from training.measure.plots import (
    BLUE,
    DASHES,
    FAINT,
    INK,
    PALETTE,
    VERMILION,
    colour_of,
    label_columns,
    look,
    new_figure,
)

# matplotlib and scikit-learn take seconds that `--help` should not, so functions import them.
if TYPE_CHECKING:
    from matplotlib.figure import Figure


def confusion_figure(confusion: NDArray[np.int64], labels: tuple[str, ...], *, normalised: bool) -> Figure:
    """Rows the right answer, columns the network's: counts, or shares of the row in per cent.

    Right answers are blue, errors vermilion; an error's colour is as strong as five times its share,
    so that the frequent ones stand out.
    """
    from matplotlib.patches import Rectangle

    shares = confusion / np.maximum(confusion.sum(1, keepdims=True), 1)
    classes = len(labels)
    with look():
        figure = new_figure(0.62 * classes + 1.6, 0.56 * classes + 1.3)
        axes = figure.subplots()
        for answer, said in np.ndindex(classes, classes):
            right = answer == said
            strength = min(1.0, shares[answer, said] * (1 if right else 5)) * 0.75
            tile = Rectangle(
                (said - 0.47, answer - 0.47),
                0.94,
                0.94,
                facecolor=(BLUE if right else VERMILION, strength),
                edgecolor=(FAINT, 0.35),
                linewidth=0.6,
            )
            axes.add_patch(tile)
            count = int(confusion[answer, said])
            text = f"{100 * shares[answer, said]:.0f}" if normalised else str(count)
            axes.text(
                said,
                answer,
                text if count else "·",
                ha="center",
                va="center",
                fontsize=9 if len(text) < 5 else 7.5,
                fontweight="bold" if right else "normal",
            )
        axes.set(
            xlim=(-0.55, classes - 0.45),
            ylim=(classes - 0.45, -0.55),
            aspect="equal",
            xlabel="the network said",
            ylabel="right answer",
            title="Shares of each row (%)" if normalised else "Pictures",
        )
        label_columns(axes, labels)
        axes.set_yticks(range(classes), labels)
        axes.tick_params(length=0)
        axes.grid(visible=False)
        axes.spines[:].set_visible(False)
    return figure


def roc_figure(logits: Floats, answers: Answers, report: HeadReport) -> Figure:
    """ROC curve of each class against the rest, with its area."""
    from matplotlib import patheffects
    from sklearn.metrics import roc_curve

    known = answers >= 0
    probabilities = softmax(logits[known])
    with look():
        figure = new_figure(6.6, 4.4)
        axes = figure.subplots()
        axes.plot((0, 1), (0, 1), ":", color=FAINT, linewidth=1.2)
        for number, (label, area) in enumerate(zip(report.labels, report.auc, strict=True)):
            if np.isnan(area):
                continue
            false_alarms, found, _ = roc_curve(answers[known] == number, probabilities[:, number])
            axes.plot(
                false_alarms,
                found,
                DASHES[number // len(PALETTE) % len(DASHES)],
                label=f"{label}  {area:.3f}",
                color=colour_of(label, number),
                linewidth=2,
                # A thin casing keeps light colours readable.
                path_effects=[patheffects.Stroke(linewidth=2.8, foreground=INK), patheffects.Normal()],
            )
        axes.set(
            title="ROC, each class against the rest",
            xlabel="share of the others taken for it",
            ylabel="share of the class found",
            xlim=(-0.01, 1),
            ylim=(0, 1.01),
            aspect="equal",
        )
        figure.legend(
            loc="outside right center",
            title=f"area under the curve\nmean {report.macro_auc:.3f}",
            title_fontsize=9,
            alignment="left",
        )
    return figure


def reliability_figure(logits: Floats, answers: Answers, report: HeadReport) -> Figure:
    """Stated against true accuracy before and after the temperature, over how often each is stated."""
    with look():
        figure = new_figure(7.4, 4.2)
        upper, lower = figure.subplots(2, 2, sharex=True, sharey="row", height_ratios=(4, 1))
        versions = (
            (1.0, "As trained", report.ece_before),
            (report.temperature, f"Temperature {report.temperature:.2f}", report.ece_after),
        )
        for above, below, (temperature, title, error) in zip(upper, lower, versions, strict=True):
            bins = reliability(softmax(logits, temperature), answers)
            edges = np.arange(len(bins.counts)) / len(bins.counts)
            width = 1 / len(bins.counts)
            filled = bins.counts > 0
            above.plot((0, 1), (0, 1), ":", color=FAINT, linewidth=1.2)
            spans = np.array(
                [wilson(int(h), int(n)) for h, n in zip(bins.hits[filled], bins.counts[filled], strict=True)]
            ).T
            above.vlines(bins.confidence[filled], *spans, color=BLUE, linewidth=1.4, alpha=0.6)
            above.plot(bins.confidence[filled], bins.accuracy[filled], "o-", color=BLUE, markersize=4)
            above.set(title=f"{title}: ECE {error:.3f}", xlim=(0, 1), ylim=(0, 1.02))
            below.bar(
                edges,
                bins.counts / bins.counts.sum() * 100,
                width * 0.9,
                align="edge",
                color=FAINT,
                alpha=0.7,
            )
            below.set(xlabel="stated probability of the answer")
        upper[0].set_ylabel("share that is right")
        lower[0].set_ylabel("pictures (%)")
    return figure


def coverage_figure(report: HeadReport) -> Figure:
    """How often answers are right if only the surest share of them is given, with the chosen threshold."""
    curve = report.trade_off
    with look():
        figure = new_figure(5.4, 4.2)
        axes = figure.subplots()
        # The first few pictures would be noise.
        shown = curve.coverage >= 0.02
        axes.plot(100 * curve.coverage[shown], 100 * curve.accuracy[shown], color=BLUE)
        # Marks on the curve say from which probability on these answers are given.
        for threshold in THRESHOLDS[1:]:
            coverage, right = curve.at(threshold)
            if 0 < coverage < 1:
                axes.plot(100 * coverage, 100 * right, "|", color=INK, markersize=9)
                axes.annotate(
                    f"{threshold:.1f}",
                    (100 * coverage, 100 * right),
                    (0, 9),
                    textcoords="offset points",
                    ha="center",
                    fontsize=8,
                )
        if report.coverage > 0:
            axes.plot(
                100 * report.coverage,
                100 * report.covered_accuracy,
                "o",
                color=VERMILION,
                markersize=7,
                label=f"unsure below {report.unsure_below:.2f}",
            )
            axes.legend(loc="lower left")
        axes.set(
            title="Accuracy of the surest answers",
            xlabel="share of the pictures that are answered (%)",
            ylabel="of them right (%)",
            xlim=(0, 101.5),
        )
    return figure


def class_figure(report: HeadReport) -> Figure:
    """Recall and precision of each class with 95 % intervals, F1 as a mark."""
    classes = len(report.labels)
    with look():
        figure = new_figure(6.6, 0.5 * classes + 1.1)
        axes = figure.subplots()
        for number, label in enumerate(report.labels):
            colour = colour_of(label, number)
            for offset, strength, measured in (
                (-0.18, 0.95, report.recall(number)),
                (0.18, 0.45, report.precision(number)),
            ):
                value, low, high = (100 * part for part in measured)
                axes.barh(
                    number + offset,
                    value,
                    0.34,
                    facecolor=(colour, strength),
                    edgecolor=(INK, 0.25),
                    linewidth=0.5,
                )
                axes.plot(
                    (low, high), (number + offset,) * 2, color=INK, linewidth=1.3, solid_capstyle="butt"
                )
            axes.plot(100 * report.f1(number), number, "D", color="white", markeredgecolor=INK, markersize=5)
        axes.set_yticks(
            range(classes),
            [f"{label} ({report.confusion[i].sum():,})" for i, label in enumerate(report.labels)],
        )
        axes.invert_yaxis()
        axes.grid(visible=False, axis="y")
        axes.tick_params(axis="y", length=0, pad=7)
        axes.set(
            xlim=(0, 100),
            xlabel="per cent; full bar recall, pale bar precision, diamond F1, line 95 % interval",
        )
    return figure
