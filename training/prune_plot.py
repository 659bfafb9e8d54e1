"""The curve of a pruning: what each removed filter cost, and what it saved."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from training.measure.plots import BLUE, FAINT, PALETTE, VERMILION, look, new_figure, save_plot
from training.prune import Step


def plot_steps(steps: Sequence[Step], best: Step, tolerance: float, path: Path) -> Path:
    """Accuracy, and the parameters and MACs that are left, over the filters removed; `best` is marked."""
    removed = [0]
    for step in steps[1:]:
        removed.append(removed[-1] + len(step.removed))
    percent = [100 * step.accuracy for step in steps]
    at = removed[steps.index(best)]
    with look():
        figure = new_figure(7.2, 5.4)
        right, size = figure.subplots(2, 1, sharex=True, height_ratios=(3, 2))
        whole = percent[0]
        right.axhspan(whole - 100 * tolerance, whole, color=FAINT, alpha=0.18, lw=0, label="tolerated loss")
        marker = "o" if len(steps) <= 60 else ""
        right.plot(removed, percent, color=BLUE, marker=marker, markersize=3.5)
        right.plot(
            at,
            100 * best.accuracy,
            "o",
            mfc="none",
            mec=VERMILION,
            mew=2,
            ms=11,
            label=f"smallest within it: {100 * best.accuracy:.1f} %, {best.parameters:,} parameters",
        )
        right.set(title="Right on the pictures that it was chosen by (%)")
        right.margins(y=0.12)
        right.legend(loc="lower left")
        for colour, dashes, name, values in (
            (PALETTE[2], "-", "parameters", [step.parameters for step in steps]),
            (PALETTE[4], "--", "multiplications", [step.macs for step in steps]),
        ):
            size.plot(
                removed, [100 * value / values[0] for value in values], dashes, color=colour, label=name
            )
        size.axvline(at, color=VERMILION, lw=1.2, ls=":")
        size.set(title="Left of the whole network (%)", xlabel="filters removed")
        size.set_ylim(0, 105)
        size.legend(loc="upper right")
    return save_plot(figure, path)
