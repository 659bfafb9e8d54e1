"""A search finds what is good, shares its work, and says in a sentence what cannot be."""

from __future__ import annotations

import csv
import math
import multiprocessing
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import optuna
import pytest

from tests.training.made_data import made_examples
from tests.training.test_search_space import space_of, write_space
from training.__main__ import main
from training.data.examples import Examples
from training.errors import LabError, RecipeError, RunError
from training.recipe import Recipe
from training.recipe_files import load_recipe
from training.search import Search, Tried, importances, search
from training.search_space import Range, load_space
from training.train import train

TINY = Recipe(
    network="builder",
    conv_sizes=(3,),
    feature_maps=(4,),
    mlp_hiddens=(),
    border=0,
    batch=16,
    epochs=3,
    warmup_epochs=0.0,
    ema=0.0,
    dropout=0.0,
    threads=1,
)
QUICK = Recipe(epochs=1, warmup_epochs=0.0)
RATE = "rate = {low = 1e-4, high = 1.0, log = true, points = 3}"


FILES = {
    "search.db",
    "search.json",
    "trials.csv",
    "best.toml",
    "history.png",
    "settings.png",
    "importance.png",
}


def pictures(count: int, seed: int = 0) -> Examples:
    """Left or right half bright."""
    rng = np.random.default_rng(seed)
    answers = [number % 2 for number in range(count)]
    images = rng.integers(0, 120, (count, 8, 8)).astype(np.uint8)
    for image, answer in zip(images, answers, strict=True):
        image[:, 4 * answer : 4 * answer + 4] += 80
    return made_examples(images, answers, ("left", "right"))


PARTS = (pictures(32), pictures(16, seed=1))


def table(folder: Path) -> list[dict[str, str]]:
    with (folder / "trials.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


Judge = Callable[[Recipe], float]


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> Callable[[Judge], list[Recipe]]:
    """Training that costs nothing and whose accuracy grows to what a function says of the recipe."""

    def install(judge: Judge) -> list[Recipe]:
        seen: list[Recipe] = []

        def train(
            recipe: Recipe,
            _training: Examples,
            _validation: Examples,
            folder: Path,
            report: Callable[[Mapping[str, float]], None],
        ) -> None:
            seen.append(recipe)
            accuracy = judge(recipe)
            folder.mkdir()
            for epoch in range(1, recipe.epochs + 1):
                for name in ("last", "best"):
                    (folder / f"{name}.pt").touch()
                report({"epoch": epoch, "x_accuracy": accuracy * epoch / recipe.epochs})
            (folder / "final.pt").touch()

        monkeypatch.setattr("training.search.train", train)
        # Drawing takes most of the time; what is drawn has its own tests.
        monkeypatch.setattr("training.search.save_plot", lambda _figure, path: path.touch())
        return seen

    return install


def near_a_hundredth(recipe: Recipe) -> float:
    return max(0.0, 1 - abs(math.log10(recipe.rate) + 2) / 3)


def test_a_finished_trial_is_not_trained_over(tmp_path: Path) -> None:
    out = tmp_path / "out"
    search(Search(space_of(tmp_path, "dropout = [0.0]"), TINY, PARTS, out, grid=True), None)
    before = (out / "trial-0000" / "final.pt").read_bytes()
    with pytest.raises(RunError, match="trial-0000: already holds a run"):
        train(TINY, *PARTS, out / "trial-0000")
    assert (out / "trial-0000" / "final.pt").read_bytes() == before


def test_a_search_trains_for_real_and_keeps_the_best_recipe(tmp_path: Path) -> None:
    out = tmp_path / "out"
    told: list[Tried] = []
    space = space_of(tmp_path, "rate = {low = 1e-4, high = 0.5, log = true}", "feature_maps = [[2], [4, 0]]")
    chosen = search(Search(space, TINY, PARTS, out), 6, told.append)
    rows = table(out)
    assert [trial.number for trial in told] == list(range(6))
    assert [int(row["trial"]) for row in rows] == list(range(6))
    assert len({row["rate"] for row in rows}) == 6
    for row in rows:
        run = out / f"trial-{int(row['trial']):04}"
        used = load_recipe(run / "recipe.toml")
        assert used.rate == float(row["rate"])
        assert " ".join(map(str, used.feature_maps)) == row["feature_maps"]
        history = (run / "history.csv").read_text(encoding="utf-8").splitlines()
        assert len(history) == 1 + int(row["epochs"])
        assert float(row["score"]) == float(history[-1].split(",")[4])
        assert sorted(run.glob("*.pt")) == ([run / "final.pt"] if row["state"] == "finished" else [])
    assert chosen.score == max(float(row["score"]) for row in rows if row["state"] == "finished")
    best = load_recipe(out / "best.toml")
    assert best.rate == chosen.settings["rate"]
    assert best.epochs == TINY.epochs
    for name in ("history", "settings", "importance"):
        assert (out / f"{name}.png").stat().st_size > 5000
    assert {path.name for path in out.iterdir() if path.is_file()} == FILES


def test_the_search_learns_where_it_is_good(tmp_path: Path, judged: Callable[[Judge], list[Recipe]]) -> None:
    seen = judged(near_a_hundredth)
    chosen = search(Search(space_of(tmp_path, RATE), QUICK, PARTS, tmp_path / "out"), 24)
    early = [near_a_hundredth(recipe) for recipe in seen[:10]]
    late = [near_a_hundredth(recipe) for recipe in seen[-10:]]
    assert np.mean(late) > np.mean(early) + 0.15
    assert chosen.score > 0.95
    assert chosen.settings["rate"] == pytest.approx(0.01, rel=0.5)


def test_bad_trials_are_ended_early_and_leave_no_weights(
    tmp_path: Path, judged: Callable[[Judge], list[Recipe]]
) -> None:
    judged(near_a_hundredth)
    out = tmp_path / "out"
    recipe = Recipe(epochs=6, warmup_epochs=1.0)
    search(Search(space_of(tmp_path, RATE), recipe, PARTS, out), 16)
    rows = table(out)
    ended = [row for row in rows if row["state"] == "ended early"]
    assert all(row["state"] == "finished" for row in rows[:5])
    assert len(ended) > 2
    for row in ended:
        assert 2 <= int(row["epochs"]) < 6, "not in the first quarter"
        assert not list((out / f"trial-{int(row['trial']):04}").glob("*.pt"))
    finished = [row for row in rows[5:] if row["state"] == "finished"]
    assert max(near(row) for row in ended) < np.mean([near(row) for row in finished])


def near(row: Mapping[str, str]) -> float:
    return near_a_hundredth(Recipe(rate=float(row["rate"])))


def test_a_search_that_goes_on_finds_the_same_as_one_at_a_stretch(
    tmp_path: Path, judged: Callable[[Judge], list[Recipe]]
) -> None:
    seen = judged(near_a_hundredth)
    space = space_of(tmp_path, RATE, "dropout = {low = 0.0, high = 0.5}")
    for name, counts in (("one", (12,)), ("two", (5, 7))):
        for count in counts:
            search(Search(space, QUICK, PARTS, tmp_path / name), count)
        assert len(table(tmp_path / name)) == 12
    tries = [(recipe.rate, recipe.dropout) for recipe in seen]
    assert tries[:12] == tries[12:]
    assert len(set(tries)) == 12


def test_another_seed_searches_elsewhere(tmp_path: Path, judged: Callable[[Judge], list[Recipe]]) -> None:
    seen = judged(near_a_hundredth)
    for seed in (1, 2):
        search(Search(space_of(tmp_path, RATE), Recipe(epochs=1, seed=seed), PARTS, tmp_path / str(seed)), 1)
    assert seen[0].rate != seen[1].rate


def test_a_grid_tries_every_combination_once_and_to_its_end(
    tmp_path: Path, judged: Callable[[Judge], list[Recipe]]
) -> None:
    seen = judged(near_a_hundredth)
    space = space_of(tmp_path, RATE, 'optimiser = ["sgd", "adam"]', "batch_norm = [true, false]")
    task = Search(space, QUICK, PARTS, tmp_path / "out", grid=True)
    search(task, 5)
    assert len(seen) == 5
    chosen = search(task, None)
    tried = [(recipe.rate, recipe.optimiser, recipe.batch_norm) for recipe in seen]
    wanted = {(r, o, b) for r in (1e-4, 0.01, 1.0) for o in ("sgd", "adam") for b in (True, False)}
    assert len(tried) == 12
    assert set(tried) == wanted
    assert {row["state"] for row in table(tmp_path / "out")} == {"finished"}
    assert chosen.settings["rate"] == 0.01
    search(task, None)
    assert len(seen) == 12, "nothing is left to try"


def test_a_trial_that_was_stopped_is_repeated_by_the_grid(
    tmp_path: Path, judged: Callable[[Judge], list[Recipe]]
) -> None:
    stop_at: list[Recipe] = []

    def judge(recipe: Recipe) -> float:
        if len(seen) == 2 and not stop_at:
            stop_at.append(recipe)
            raise KeyboardInterrupt
        return near_a_hundredth(recipe)

    seen = judged(judge)
    task = Search(space_of(tmp_path, RATE), QUICK, PARTS, tmp_path / "out", grid=True)
    with pytest.raises(KeyboardInterrupt):
        search(task, None)
    assert [row["state"] for row in table(tmp_path / "out")] == ["finished", "unfinished"]
    search(task, None)
    assert sorted(recipe.rate for recipe in seen) == sorted([1e-4, 0.01, 1.0, stop_at[0].rate])


def test_settings_that_do_not_go_together_are_noted_and_the_search_goes_on(tmp_path: Path) -> None:
    """Four poolings leave nothing of 8 pixels."""
    space = space_of(tmp_path, "feature_maps = [[4], [4, 0, 0, 0, 0]]")
    chosen = search(Search(space, TINY, PARTS, tmp_path / "out", grid=True), None)
    assert chosen.settings["feature_maps"] == "4"
    rows = {row["feature_maps"]: row for row in table(tmp_path / "out")}
    assert rows["4"]["state"] == "finished"
    assert rows["4 0 0 0 0"]["state"] == "failed"
    assert "pool" in rows["4 0 0 0 0"]["reason"]


def test_a_search_of_which_nothing_works_says_why(
    tmp_path: Path, judged: Callable[[Judge], list[Recipe]]
) -> None:
    def refuse(_recipe: Recipe) -> float:
        raise LabError("the pictures are too small.")

    judged(refuse)
    with pytest.raises(RunError, match=r"no trial has finished; .*the pictures are too small"):
        search(Search(space_of(tmp_path, RATE), QUICK, PARTS, tmp_path / "out"), 3)
    assert len(table(tmp_path / "out")) == 3


@pytest.mark.parametrize(
    ("other", "word"),
    [
        ({"space": {"rate": Range(0.1, 1.0, whole=False)}}, "space"),
        ({"recipe": Recipe(epochs=5)}, "recipe"),
        ({"parts": (pictures(32, seed=9), PARTS[1])}, "pictures"),
        ({"grid": True}, "grid"),
    ],
)
def test_a_folder_holds_one_search(
    tmp_path: Path, judged: Callable[[Judge], list[Recipe]], other: dict[str, Any], word: str
) -> None:
    judged(near_a_hundredth)
    mine: dict[str, Any] = {"space": space_of(tmp_path, RATE), "recipe": QUICK, "parts": PARTS}
    search(Search(**mine, folder=tmp_path / "out"), 1)
    before = (tmp_path / "out" / "search.json").read_text(encoding="utf-8")
    with pytest.raises(RunError, match=f"holds a search with another {word}"):
        search(Search(**(mine | other), folder=tmp_path / "out"), 1)
    assert (tmp_path / "out" / "search.json").read_text(encoding="utf-8") == before


def test_a_damaged_database_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    out = tmp_path / "out"
    out.mkdir()
    (out / "search.db").write_bytes(b"no database at all" * 100)
    with pytest.raises(RunError, match=r"search\.db: is damaged"):
        search(Search(space_of(tmp_path, RATE), TINY, PARTS, out), 1)


def test_only_what_matters_is_important(tmp_path: Path, judged: Callable[[Judge], list[Recipe]]) -> None:
    judged(near_a_hundredth)
    out = tmp_path / "out"
    lines = ("rate = {low = 1e-4, high = 1.0, log = true, points = 5}", "dropout = [0.0, 0.25, 0.5]")
    search(Search(space_of(tmp_path, *lines), QUICK, PARTS, out, grid=True), None)
    study = optuna.load_study(study_name="search", storage=f"sqlite:///{(out / 'search.db').as_posix()}")
    weights = importances(study, seed=1)
    assert weights["rate"] > 0.9
    assert sum(weights.values()) == pytest.approx(1)


def test_equal_trials_have_nothing_to_explain(
    tmp_path: Path, judged: Callable[[Judge], list[Recipe]]
) -> None:
    judged(lambda _recipe: 0.5)
    search(Search(space_of(tmp_path, RATE), QUICK, PARTS, tmp_path / "out"), 5)
    assert not (tmp_path / "out" / "importance.png").exists()


def search_apart(space: Path, out: Path, met: Path) -> None:
    """What the other process does: after its first trial it waits for the one that it shares with."""

    def wait(tried: Tried) -> None:
        until = time.monotonic() + 60
        while tried.number == 0 and not met.exists() and time.monotonic() < until:
            time.sleep(0.02)

    search(Search(load_space(space), TINY, PARTS, out), 8, wait)


def test_two_processes_share_one_search(tmp_path: Path) -> None:
    space, out, met = write_space(tmp_path, RATE), tmp_path / "out", tmp_path / "met"
    other = multiprocessing.get_context("spawn").Process(target=search_apart, args=(space, out, met))
    other.start()
    while not (out / "trial-0000").exists() and other.is_alive():
        time.sleep(0.02)
    numbers: list[int] = []

    def count(tried: Tried) -> None:
        numbers.append(tried.number)
        met.touch()

    search(Search(load_space(space), TINY, PARTS, out), 3, count)
    other.join(100)
    assert other.exitcode == 0
    rows = table(out)
    assert [int(row["trial"]) for row in rows] == list(range(11))
    assert {row["state"] for row in rows} <= {"finished", "ended early"}
    assert len({row["rate"] for row in rows}) == 11, "none repeats what another tried"
    assert numbers[0] == 1, "in the midst of the other's"


def test_searches_that_start_at_the_same_moment_make_one_database(
    tmp_path: Path, judged: Callable[[Judge], list[Recipe]]
) -> None:
    seen = judged(near_a_hundredth)
    task = Search(space_of(tmp_path, RATE), QUICK, PARTS, tmp_path / "out")
    with ThreadPoolExecutor(3) as pool:
        for done in [pool.submit(search, task, 2) for _ in range(3)]:
            done.result()
    assert len(seen) == len({recipe.rate for recipe in seen}) == 6


def lab(monkeypatch: pytest.MonkeyPatch, *words: str | Path) -> int:
    monkeypatch.setattr("sys.argv", ["training", *map(str, words)])
    with pytest.raises(SystemExit) as caught:
        main()
    return int(caught.value.code or 0)


def test_the_command_sweeps_a_grid_and_prints_each_trial(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    space, out = write_space(tmp_path, 'optimiser = ["sgd", "adam"]'), tmp_path / "out"
    network = "--network builder --feature-maps 2 --conv-sizes 3 --mlp-hiddens"
    words = f"--grid --epochs 1 --border 0 {network}".split()
    assert lab(monkeypatch, "search", "--data", "digits", "--space", space, "--out", out, *words) == 0
    printed = capsys.readouterr().out
    assert "trial   0 finished" in printed
    assert "optimiser adam" in printed
    assert f"Its recipe: {out / 'best.toml'}" in printed
    assert load_recipe(out / "best.toml").feature_maps == (2,)


def test_the_command_says_what_is_wrong_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    space = write_space(tmp_path, "optimiser = ['sdg']")
    assert lab(monkeypatch, "search", "--data", "digits", "--space", space, "--out", tmp_path / "out") == 1
    assert "'sdg' does not exist" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_ctrl_c_keeps_the_trials_before(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    judged: Callable[[Judge], list[Recipe]],
) -> None:
    def judge(recipe: Recipe) -> float:
        if len(seen) == 3:
            raise KeyboardInterrupt
        return near_a_hundredth(recipe)

    seen = judged(judge)
    space, out = write_space(tmp_path, RATE), tmp_path / "out"
    assert lab(monkeypatch, "search", "--data", "digits", "--space", space, "--out", out) == 1
    assert "the same command adds to them" in capsys.readouterr().err
    assert [row["state"] for row in table(out)] == ["finished", "finished", "unfinished"]


def test_a_range_without_points_cannot_be_swept(tmp_path: Path) -> None:
    task = Search(
        space_of(tmp_path, "rate = {low = 0.1, high = 1.0}"), TINY, PARTS, tmp_path / "out", grid=True
    )
    with pytest.raises(RecipeError, match=r"rate: .*points"):
        search(task, None)
