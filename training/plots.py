"""Curves of a run."""

from __future__ import annotations

from pathlib import Path

import numpy as np


def plot_history(history: Path, picture: Path) -> None:
    """Draw loss, learning rate and PublicTest accuracy over the epochs of a `history.csv`.

    `picture` may end in .png or .svg.
    """
    # Imported here: matplotlib takes a second that `--help` and `list` should not.
    from matplotlib.figure import Figure  # noqa: PLC0415

    rows = np.atleast_1d(np.genfromtxt(history, delimiter=",", names=True))
    figure = Figure(figsize=(10, 4), layout="constrained")
    accuracy, loss = figure.subplots(1, 2)
    accuracy.plot(rows["epoch"], 100 * rows["fer2013_accuracy"], "-o", ms=3, label="FER2013 head")
    accuracy.plot(rows["epoch"], 100 * rows["ferplus_accuracy"], "--s", ms=3, label="FERPlus head")
    accuracy.set(xlabel="epoch", ylabel="right on PublicTest (%), averaged weights")
    accuracy.legend(loc="lower right")
    loss.plot(rows["epoch"], rows["loss"], color="black")
    loss.set(xlabel="epoch", ylabel="training loss")
    rate = loss.twinx()
    rate.plot(rows["epoch"], rows["rate"], ":", color="grey")
    rate.set_ylabel("learning rate (dotted)")
    figure.savefig(picture, dpi=120)
