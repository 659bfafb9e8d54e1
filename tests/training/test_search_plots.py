"""The pictures of a search show its trials, and the best of them."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
from matplotlib.lines import Line2D

from tests.training.test_search_space import space_of
from training.search import Tried
from training.search_plots import history_figure, importance_figure, slices_figure

RATE = "rate = {low = 1e-4, high = 1.0, log = true, points = 3}"


def across(line: Line2D) -> list[float]:
    return [float(value) for value in np.asarray(line.get_xdata())]


def upward(line: Line2D) -> list[float]:
    return [float(value) for value in np.asarray(line.get_ydata())]


def tried(number: int, score: float, rate: float, rule: str, state: str = "finished") -> Tried:
    return Tried(number, state, score, 3, 1.0, {"rate": rate, "optimiser": rule}, "")


TRIED = [
    tried(0, 0.5, 0.001, "sgd"),
    tried(1, 0.2, 0.1, "adam", "ended early"),
    tried(2, 0.4, 0.01, "adam"),
    tried(3, math.nan, 0.02, "adam", "failed"),
    tried(4, 0.9, 0.03, "sgd"),
]


def test_the_history_shows_every_trial_and_the_best_so_far() -> None:
    (axes,) = history_figure(TRIED).axes
    lines = {str(line.get_label()): line for line in axes.lines}
    assert upward(lines["best so far"]) == [50, 50, 90]
    assert across(lines["finished"]) == [0, 2, 4]
    assert upward(lines["ended early"]) == [20]
    assert across(lines["failed"]) == [3]


def test_the_slices_show_each_setting_and_ring_the_best(tmp_path: Path) -> None:
    space = space_of(tmp_path, RATE, 'optimiser = ["sgd", "adam"]')
    rate, rule = slices_figure(TRIED, space).axes
    assert rate.get_xscale() == "log"
    ring = next(line for line in rate.lines if line.get_label() == "best")
    assert (across(ring), upward(ring)) == ([0.03], [90])
    assert [label.get_text() for label in rule.get_xticklabels()] == ["sgd", "adam"]
    places = next(line for line in rule.lines if line.get_label() == "finished")
    assert [round(place) for place in across(places)] == [0, 1, 0]


def test_the_most_important_setting_stands_on_top() -> None:
    (axes,) = importance_figure({"batch": 0.1, "rate": 0.7, "dropout": 0.2}).axes
    names = [label.get_text() for label in axes.get_yticklabels()]
    assert names == ["batch", "dropout", "rate"]
