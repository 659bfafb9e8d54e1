"""What a search tried and found, as plots."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from training.measure.plots import BLUE, FAINT, INK, VERMILION, look, new_figure
from training.search_space import Choices, Range, Space

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from training.search import Tried

FINISHED, EARLY, FAILED = "finished", "ended early", "failed"
COLUMNS = 4
"""Small plots side by side."""


def history_figure(tried: Sequence[Tried]) -> Figure:
    """Score of every trial in order, and the best up to it."""
    from matplotlib.ticker import MaxNLocator

    with look():
        figure = new_figure(7, 3.8)
        axes = figure.subplots()
        _dots(axes, tried, lambda trial: trial.number)
        finished = [trial for trial in tried if trial.state == FINISHED]
        best = list(itertools.accumulate((100 * trial.score for trial in finished), max))
        numbers = [trial.number for trial in finished]
        axes.step(numbers, best, where="post", color=VERMILION, zorder=1, label="best so far")
        failed = [trial.number for trial in tried if trial.state == FAILED]
        if failed:
            across = axes.get_xaxis_transform()
            axes.plot(failed, [0.02] * len(failed), "x", color=INK, transform=across, label=FAILED)
        axes.set(title="Right on the validation part (%)", xlabel="trial")
        axes.xaxis.set_major_locator(MaxNLocator(nbins=8, integer=True))
        figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=4)
    return figure


def importance_figure(weights: Mapping[str, float]) -> Figure:
    """How much of the differences between trials each setting explains, the most first."""
    names = sorted(weights, key=lambda name: weights[name])
    with look():
        figure = new_figure(6.4, 1.1 + 0.42 * len(names))
        axes = figure.subplots()
        bars = axes.barh(
            [_spoken(name) for name in names], [100 * weights[name] for name in names], color=BLUE
        )
        axes.bar_label(bars, fmt="%.0f", padding=4)
        axes.set(title="Share of the differences in accuracy (%)", xlim=(0, 108))
        axes.grid(visible=False, axis="y")
        axes.tick_params(axis="y", length=0)
    return figure


def slices_figure(tried: Sequence[Tried], space: Space) -> Figure:
    """Score over each setting, the best trial ringed."""
    scored = [trial for trial in tried if not math.isnan(trial.score)]
    rows = math.ceil(len(space) / COLUMNS)
    columns = math.ceil(len(space) / rows)
    with look():
        figure = new_figure(1 + 2.6 * columns, 0.8 + 2.7 * rows)
        grid = figure.subplots(rows, columns, sharey=True, squeeze=False)
        for number, (axes, name) in enumerate(itertools.zip_longest(grid.flat, space)):
            if name is None:
                axes.set_axis_off()
                continue
            _slice(axes, scored, name, space[name])
            if number % columns == 0:
                axes.set_ylabel("right on the validation part (%)")
        figure.legend(*grid.flat[0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return figure


def _slice(axes: Axes, scored: Sequence[Tried], name: str, what: Choices | Range) -> None:
    def place(trial: Tried) -> float:
        if isinstance(what, Range):
            return float(trial.settings[name])
        # A little aside, by the trial's number, so that equal scores do not hide each other.
        return words.index(trial.settings[name]) + 0.3 * (trial.number * 0.618 % 1 - 0.5)

    words = [] if isinstance(what, Range) else list(what.by_word)
    _dots(axes, scored, place)
    finished = [trial for trial in scored if trial.state == FINISHED]
    if finished:
        best = max(finished, key=lambda trial: trial.score)
        ring: dict[str, Any] = {"marker": "o", "ms": 11, "mfc": "none", "mec": VERMILION, "mew": 1.8}
        axes.plot(place(best), 100 * best.score, linestyle="", label="best", **ring)
    if isinstance(what, Choices):
        axes.set_xticks(range(len(words)), words)
        axes.set_xlim(-0.6, len(words) - 0.4)
        if max(map(len, words)) * len(words) > 24:
            axes.tick_params(axis="x", rotation=90)
    elif what.log:
        axes.set_xscale("log")
    axes.set_title(_spoken(name))


def _dots(axes: Axes, tried: Sequence[Tried], place: Callable[[Tried], float]) -> None:
    for state, look_of in (
        (EARLY, {"mfc": "white", "mec": FAINT}),
        (FINISHED, {"color": BLUE, "mec": "white", "mew": 0.6}),
    ):
        some = [trial for trial in tried if trial.state == state]
        options: dict[str, Any] = {"linestyle": "", "marker": "o", "ms": 6, "label": state, **look_of}
        if some:
            axes.plot([place(trial) for trial in some], [100 * trial.score for trial in some], **options)


def _spoken(name: str) -> str:
    return name.replace("_", " ")
