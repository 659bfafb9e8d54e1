"""The plot of what each disturbance of a live face costs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from training.measure.live import AS_CUT, Outcome
from training.measure.plots import BLUE, FAINT, INK, VERMILION, look, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FEW = 30
"""Points of fewer faces than this say nothing."""


def live_figure(outcomes: Sequence[Outcome]) -> Figure:
    """Points of accuracy against the undisturbed picture with 95 % intervals, and the share counted.

    `outcomes` are one head's, in the order in which they appear from top to bottom. Of fewer than FEW
    faces only their share is drawn.
    """
    compared = [outcome for outcome in outcomes if outcome.group != AS_CUT]
    with look():
        figure = new_figure(8, 0.34 * len(compared) + 1.2)
        axes, shares = figure.subplots(1, 2, sharey=True, width_ratios=(3, 1))
        for place, outcome in enumerate(reversed(compared)):
            share = 100 * outcome.counted / max(1, outcome.pictures)
            shares.barh(place, share, color=BLUE, alpha=0.35, height=0.6)
            shares.annotate(f"{share:.0f}", (2, place), va="center", fontsize=8.5, color=INK)
            if outcome.counted < FEW:
                continue
            low, high = (100 * end for end in outcome.interval)
            points = 100 * outcome.difference
            colour = VERMILION if high < 0 else BLUE
            axes.plot((low, high), (place, place), color=colour, linewidth=2, alpha=0.6)
            axes.plot(points, place, "o", color=colour, markersize=6)
            axes.annotate(
                f"{points:+.1f}",
                (high, place),
                (5, 0),
                textcoords="offset points",
                va="center",
                fontsize=8.5,
                color=INK,
            )
        names = [outcome.name for outcome in reversed(compared)]
        axes.set_yticks(range(len(compared)), names)
        axes.set_ylim(-0.6, len(compared) - 0.4)
        axes.axvline(0, color=FAINT, linewidth=1)
        axes.margins(x=0.1)
        for each in (axes, shares):
            each.tick_params(axis="y", length=0)
            each.grid(visible=False, axis="y")
        axes.set(xlabel="points of accuracy")
        shares.set(xlabel="counted, per cent", xlim=(0, 100))
    return figure
