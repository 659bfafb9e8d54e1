"""A study tells the truth about what its runs kept, and never mixes settings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from training.commands.study import counts_of, draw, smallest_that_learned, summary
from training.data.choose import load_data, training_and_validation
from training.data.examples import Examples
from training.errors import DataError, RunError
from training.measure.metrics import accuracy, predict
from training.recipe import Recipe
from training.recipe_files import load_recipe
from training.run import load_run
from training.study import Job, Outcome, run_study

RECIPE = load_recipe("shapes-study", {"epochs": ["4"], "rate": ["0.05"], "threads": ["1"]})
SOURCE = "shapes:wide,count=90"


def all_jobs(jobs: Iterable[Job], _total: int) -> Iterable[Job]:
    return jobs


def parts_of(source: str = SOURCE) -> dict[str, tuple[Examples, Examples]]:
    return {"wide": training_and_validation(load_data(source))}


def study(folder: Path, recipe: Recipe = RECIPE, source: str = SOURCE) -> list[Outcome]:
    found = run_study(recipe, parts_of(source), counts=[2], starts=2, folder=folder, watch=all_jobs)
    return list(found)


@pytest.fixture(scope="module")
def studied(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Outcome]]:
    folder = tmp_path_factory.mktemp("study")
    return folder, study(folder)


def run_of(folder: Path, outcome: Outcome) -> Path:
    maps = "-".join(str(count) for count in (outcome.first, outcome.second) if count)
    return folder / "wide" / maps / f"start-{outcome.start}"


def scores_of(run: Path) -> list[float]:
    """Validation accuracy after each epoch."""
    header, *rows = (run / "history.csv").read_text(encoding="utf-8").splitlines()
    column = header.split(",").index("shapes_accuracy")
    return [float(row.split(",")[column]) for row in rows]


def test_a_start_is_judged_by_the_network_that_it_kept(studied: tuple[Path, list[Outcome]]) -> None:
    folder, outcomes = studied
    validation = parts_of()["wide"][1]
    for outcome in outcomes:
        network = load_run(run_of(folder, outcome)).network
        kept = accuracy(predict(network, validation.images)["shapes"], validation.main.answers)
        assert outcome.accuracy == pytest.approx(kept)
        assert outcome.accuracy == max(scores_of(run_of(folder, outcome)))
    assert len(outcomes) == 4


def test_a_recipe_that_keeps_the_last_epoch_is_judged_by_that(tmp_path: Path) -> None:
    outcomes = study(tmp_path, replace(RECIPE, keep="last", rate=0.3))
    scores = [scores_of(run_of(tmp_path, outcome)) for outcome in outcomes]
    assert [outcome.accuracy for outcome in outcomes] == [epochs[-1] for epochs in scores]
    assert any(epochs[-1] < max(epochs) for epochs in scores)


def test_a_run_names_the_pictures_that_it_learned_from(studied: tuple[Path, list[Outcome]]) -> None:
    folder, outcomes = studied
    named = load_recipe(run_of(folder, outcomes[0]) / "recipe.toml").data
    assert named == SOURCE
    assert np.array_equal(load_data(named).part("Training").images, parts_of()["wide"][0].images)


def test_finished_starts_are_used_again_only_for_the_same_settings(
    studied: tuple[Path, list[Outcome]], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, outcomes = studied
    monkeypatch.setattr("training.study.train", None)
    assert study(folder) == outcomes
    with pytest.raises(RunError, match=r"start-1: .*\(epochs\).* use a new --out folder"):
        study(folder, replace(RECIPE, epochs=5))
    with pytest.raises(RunError, match=r"start-1: .*\(pictures\)"):
        study(folder, source="shapes:wide,count=96")


def test_filters_are_sorted_each_once_and_at_least_one() -> None:
    assert counts_of("8,2,2,16") == [2, 8, 16]
    for filters, said in (("0", "0 filters make no layer"), ("4,-2", "-2 filters"), ("", "whole numbers")):
        with pytest.raises(DataError, match=said):
            counts_of(filters)


def outcome_of(first: int, second: int, start: int, share: float) -> Outcome:
    return Outcome("wide", 2 if second else 1, first, second, start, 10 * first + second, share, 4)


def test_the_smallest_that_learned_is_the_best_of_its_starts() -> None:
    outcomes = [outcome_of(2, 0, 1, 0.98), outcome_of(4, 0, 1, 0.99), outcome_of(4, 0, 2, 1.0)]
    assert smallest_that_learned([*outcomes, outcome_of(8, 0, 1, 1.0)]) == outcomes[2]
    assert smallest_that_learned(outcomes[:1]) is None
    row = summary(outcomes).set_index("first").loc[4]
    assert (row["learned"], row["perfect"], row["best_accuracy"]) == (2, 1, 1.0)


def test_the_picture_is_drawn(tmp_path: Path) -> None:
    counts = counts_of("4,2")
    shares = [outcome_of(a, b, 1, 1.0) for a in counts for b in (0,)]
    shares += [outcome_of(a, b, 1, 0.5) for a in counts for b in counts]
    draw(summary(shares), tmp_path / "learned.png")
    assert (tmp_path / "learned.png").stat().st_size > 1000
