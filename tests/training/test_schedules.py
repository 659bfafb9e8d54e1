"""The learning rate of each schedule against values worked out by hand."""

from __future__ import annotations

import math
from typing import Any

import pytest

from training.errors import RecipeError
from training.names import SCHEDULES
from training.recipe import Recipe
from training.schedules import Schedule

STEPS = 4
"""Steps per epoch."""


def schedule(name: str, **settings: Any) -> Schedule:
    plain = {"rate": 0.8, "epochs": 10, "warmup_epochs": 0.0, "decay": 0.5, "step_epochs": 2}
    return Schedule(Recipe(schedule=name, **(plain | settings)), STEPS)


EXPECTED = {
    "constant": {0: 0.8, 7: 0.8, 39: 0.8},
    # 0.8 / (1 + 0.5 * epochs): after 0, 1/2, 2 and 6 epochs
    "time": {0: 0.8, 2: 0.64, 8: 0.4, 24: 0.2},
    # halves every 2 epochs = 8 steps
    "step": {0: 0.8, 7: 0.8, 8: 0.4, 15: 0.4, 16: 0.2},
    # halves with every epoch, by the root of it after half an epoch
    "exponential": {0: 0.8, 2: 0.8 / math.sqrt(2), 4: 0.4, 12: 0.1},
    # half a cosine over 40 steps: 60 degrees at 40/3 is no whole step, so quarters
    "cosine": {0: 0.8, 10: 0.4 * (1 + math.sqrt(0.5)), 20: 0.4, 30: 0.4 * (1 - math.sqrt(0.5)), 40: 0.0},
    "plateau": {0: 0.8, 39: 0.8},
}


@pytest.mark.parametrize("name", SCHEDULES)
def test_the_rate_follows_its_formula(name: str) -> None:
    for step, rate in EXPECTED[name].items():
        assert schedule(name).rate_at(step) == pytest.approx(rate, abs=1e-12), step


@pytest.mark.parametrize("name", SCHEDULES)
def test_the_warm_up_rises_in_a_straight_line_to_the_rate(name: str) -> None:
    warm = schedule(name, warmup_epochs=2.0)
    assert [warm.rate_at(step) for step in range(8)] == pytest.approx([0.1 * n for n in range(1, 9)])
    assert warm.rate_at(8) == pytest.approx(0.8)


@pytest.mark.parametrize("name", ["time", "step", "exponential"])
def test_the_clock_starts_after_the_warm_up(name: str) -> None:
    late, plain = schedule(name, warmup_epochs=1.5), schedule(name)
    assert [late.rate_at(step + 6) for step in range(30)] == [plain.rate_at(step) for step in range(30)]


def test_the_cosine_ends_at_nothing_whatever_the_warm_up() -> None:
    assert schedule("cosine", warmup_epochs=3.0).rate_at(40) == 0
    assert schedule("cosine", warmup_epochs=3.0).rate_at(39) > 0


def test_no_two_schedules_are_the_same() -> None:
    rates = set()
    for name in SCHEDULES:
        one = schedule(name)
        for _ in range(5):
            one.end_epoch(0.5)
        rates.add(tuple(round(one.rate_at(step), 9) for step in range(40)))
    assert len(rates) == len(SCHEDULES)


def test_a_plateau_lowers_the_rate_after_its_patience_and_again() -> None:
    plateau = schedule("plateau", step_epochs=2)
    rates = []
    for score in (0.5, 0.6, 0.6, 0.59, 0.7, 0.6, 0.6, 0.6, 0.6):
        plateau.end_epoch(score)
        rates.append(plateau.rate_at(20))
    assert rates == pytest.approx([0.8, 0.8, 0.8, 0.4, 0.4, 0.4, 0.2, 0.2, 0.1])


def test_a_score_that_is_no_number_is_no_improvement() -> None:
    plateau = schedule("plateau", step_epochs=1)
    plateau.end_epoch(math.nan)
    assert plateau.rate_at(0) == pytest.approx(0.4)


def test_a_resumed_plateau_waits_no_longer_than_an_undisturbed_one() -> None:
    first = schedule("plateau", step_epochs=3)
    for score in (0.5, 0.4, 0.4):
        first.end_epoch(score)
    second = schedule("plateau", step_epochs=3)
    second.load_state_dict(first.state_dict())
    second.end_epoch(0.45)
    assert second.rate_at(0) == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("name", "settings", "word"),
    [
        ("step", {"decay": 1.5}, "decay"),
        ("plateau", {"decay": 0.0}, "decay"),
        ("exponential", {"decay": -0.1}, "decay"),
        ("time", {"decay": -1.0}, "decay"),
        ("step", {"step_epochs": 0}, "step_epochs"),
    ],
)
def test_values_that_cannot_hold_are_named(name: str, settings: dict[str, Any], word: str) -> None:
    with pytest.raises(RecipeError, match=word):
        schedule(name, **settings)
