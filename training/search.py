"""Search for a recipe's settings with optuna.

A search lives in a folder: `search.db` (shared by all processes that search there), one run folder
per trial, `trials.csv`, `best.toml`, and plots. Each trial's settings follow from the seed, its number
and the trials before it, so one process finds the same twice, and several do not repeat each other.
"""

from __future__ import annotations

import csv
import io
import itertools
import json
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import optuna
from optuna.trial import FrozenTrial, Trial, TrialState
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from training.data.examples import Examples
from training.errors import LabError, RunError
from training.measure.plots import save_plot
from training.recipe import Recipe
from training.recipe_files import dump_recipe
from training.records import fingerprint
from training.search_plots import EARLY, FAILED, FINISHED, history_figure, importance_figure, slices_figure
from training.search_space import Space, changed
from training.train import best, main_score, train
from training.trainer import FREE_TO_CHANGE

STATES: Final = {
    TrialState.COMPLETE: FINISHED,
    TrialState.PRUNED: EARLY,
    TrialState.FAIL: FAILED,
    TrialState.RUNNING: "unfinished",
}
UNPRUNED: Final = 5
"""So many trials must have finished before a bad one is ended early."""
ENOUGH_TO_WEIGH: Final = 4
"""Finished trials that an estimate of importance needs."""


@dataclass(frozen=True, slots=True)
class Search:
    """What is searched, and where; `parts` are the training and the validation part."""

    space: Space
    recipe: Recipe
    parts: tuple[Examples, Examples]
    folder: Path
    grid: bool = False


@dataclass(frozen=True, slots=True)
class Tried:
    """One trial; `score` is the validation accuracy of the first head, nan where there is none."""

    number: int
    state: str
    score: float
    epochs: int
    seconds: float
    """From its beginning to its end; nan if it has none."""
    settings: Mapping[str, Any]
    sentence: str
    """Why it failed."""


def search(task: Search, trials: int | None, tell: Callable[[Tried], None] = lambda _tried: None) -> Tried:
    """Try settings and return the best trial of all in the folder.

    `trials` are those of this process; without it, a grid is tried to its end. The sampler is TPE, a
    Bayesian method (Bergstra et al. 2011), and trials below the median are ended early; a grid tries
    every combination to its end. A trial that was killed stays unfinished; a grid repeats it at its end,
    where a process without other work may also repeat one that another still has at hand. Raises
    `RunError` if the folder holds another search, or if no trial finished.
    """
    _claim(task)
    with _study(task) as study:
        try:
            for _ in itertools.count() if trials is None else range(trials):
                sampler = study.sampler
                if isinstance(sampler, _Grid) and sampler.is_exhausted(study):
                    break
                trial = study.ask()
                if not task.grid:
                    study.sampler = _bayesian(task.recipe, trial.number)
                _try(study, trial, task)
                tell(_tried(study.trials[trial.number]))
        finally:
            tried = [_tried(trial) for trial in study.trials]
            _write(task.folder, "trials.csv", lambda path: _write_table(tried, list(task.space), path))
        return _write_results(study, task, tried)


def _write_results(study: optuna.Study, task: Search, tried: Sequence[Tried]) -> Tried:
    """The best recipe and the plots; returns the best trial."""
    finished = [trial for trial in tried if trial.state == FINISHED]
    if not finished:
        reason = tried[-1].sentence if tried else "there was none"
        raise RunError(f"{task.folder}: no trial has finished; of the last one: {reason}")
    chosen = max(finished, key=lambda trial: trial.score)
    text = dump_recipe(_recipe_of(task, chosen.settings))
    _write(task.folder, "best.toml", lambda path: path.write_text(text, encoding="utf-8"))
    figures = {"history": history_figure(tried), "settings": slices_figure(tried, task.space)}
    weights = importances(study, task.recipe.seed)
    if weights:
        figures["importance"] = importance_figure(weights)
    for name, figure in figures.items():
        _write(task.folder, f"{name}.png", partial(save_plot, figure))
    return chosen


def importances(study: optuna.Study, seed: int) -> dict[str, float]:
    """Share of each setting in the scores' variance, by functional ANOVA (Hutter et al. 2014).

    Empty if the finished trials are too few, or all equally good.
    """
    scores = [trial.value for trial in study.trials if trial.state == TrialState.COMPLETE]
    if len(scores) < ENOUGH_TO_WEIGH or len(set(scores)) == 1:
        return {}
    evaluator = optuna.importance.FanovaImportanceEvaluator(seed=seed)
    return optuna.importance.get_param_importances(study, evaluator=evaluator)


def _try(study: optuna.Study, trial: Trial, task: Search) -> None:
    """One training run, ended early if it falls behind; its fate goes to the study."""
    run = task.folder / f"trial-{trial.number:04}"
    rows: list[dict[str, float]] = []

    def report(row: Mapping[str, float]) -> None:
        rows.append(dict(row))
        trial.report(main_score(rows[-1]), int(row["epoch"]))
        if trial.should_prune():
            raise optuna.TrialPruned

    try:
        recipe = _recipe_of(task, {name: choice.suggest(trial, name) for name, choice in task.space.items()})
        train(recipe, *task.parts, run, report=report)
        kept = best(rows) if recipe.keep == "best" else rows[-1]
        study.tell(trial, main_score(kept))
    except optuna.TrialPruned:
        study.tell(trial, state=TrialState.PRUNED)
    except LabError as error:
        # Some settings do not go together, say more pools than the picture has pixels: the others may.
        trial.set_user_attr("sentence", str(error))
        study.tell(trial, state=TrialState.FAIL)
    finally:
        for name in ("last.pt", "best.pt"):  # no trial is resumed, and many would fill the disk
            (run / name).unlink(missing_ok=True)


def _recipe_of(task: Search, suggested: Mapping[str, Any]) -> Recipe:
    return changed(task.recipe, {name: choice.value(suggested[name]) for name, choice in task.space.items()})


def _tried(trial: FrozenTrial) -> Tried:
    return Tried(
        trial.number,
        STATES.get(trial.state, "waiting"),
        math.nan if trial.value is None else trial.value,
        len(trial.intermediate_values),
        trial.duration.total_seconds() if trial.duration else math.nan,
        trial.params,
        trial.user_attrs.get("sentence", ""),
    )


class _Grid(optuna.samplers.GridSampler):
    """Every combination of the values, each given to one process."""

    def after_trial(self, *_arguments: Any) -> None:
        """The base class would stop `Study.optimize`, which is not what runs here."""


def _bayesian(recipe: Recipe, number: int) -> optuna.samplers.TPESampler:
    return optuna.samplers.TPESampler(seed=(recipe.seed * 100_003 + number) % 2**32)


@contextmanager
def _study(task: Search) -> Iterator[optuna.Study]:
    """The study in the folder's database, which several processes may have open."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    path = task.folder / "search.db"
    sampler: optuna.samplers.BaseSampler
    pruner: optuna.pruners.BasePruner
    if task.grid:
        points = {name: choice.grid(name) for name, choice in task.space.items()}
        sampler, pruner = _Grid(points), optuna.pruners.NopPruner()
    else:
        patience = math.ceil(max(task.recipe.warmup_epochs, task.recipe.epochs / 4))
        sampler = _bayesian(task.recipe, 0)
        pruner = optuna.pruners.MedianPruner(n_startup_trials=UNPRUNED, n_warmup_steps=patience)
    storage = _open(path)
    try:
        yield optuna.create_study(
            storage=storage,
            sampler=sampler,
            pruner=pruner,
            study_name="search",
            direction="maximize",
            load_if_exists=True,
        )
    except optuna.exceptions.StorageInternalError as error:
        raise RunError(f"{path}: cannot be used ({error.__cause__}).") from error
    finally:
        storage.remove_session()
        storage.engine.dispose()


def _open(path: Path) -> optuna.storages.RDBStorage:
    """The database, made if missing. Raises `RunError` if it is something else."""
    reason: Exception | None = None
    for seconds in (0.2, 0.5, 1, 2, 0):
        try:
            # Connections are closed after each use, those of a failed attempt too.
            options = {"connect_args": {"timeout": 60}, "poolclass": NullPool}
            return optuna.storages.RDBStorage(f"sqlite:///{path.as_posix()}", engine_kwargs=options)
        except (SQLAlchemyError, optuna.exceptions.StorageInternalError) as error:
            # Two processes that start together both make the tables; the second one then finds them.
            reason = error
            time.sleep(seconds)
    raise RunError(f"{path}: is damaged or cannot be written; use a new --out folder.") from reason


def _claim(task: Search) -> None:
    """Note what is searched; raises `RunError` if the folder's search is another one."""
    folder = task.folder
    mine = {
        "space": {name: asdict(choice) for name, choice in task.space.items()},
        "recipe": {name: value for name, value in asdict(task.recipe).items() if name not in FREE_TO_CHANGE},
        "pictures": [fingerprint(part) for part in task.parts],
        "grid": task.grid,
    }
    text = json.dumps(mine, indent=1)
    path = folder / "search.json"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        found = path.read_text(encoding="utf-8") if path.exists() else text
        other = [key for key, value in json.loads(text).items() if json.loads(found).get(key) != value]
    except OSError as error:
        raise RunError(f"{folder}: cannot be used ({error.strerror}).") from error
    except (ValueError, AttributeError) as error:
        raise RunError(f"{path}: is damaged; use a new --out folder.") from error
    if other:
        raise RunError(
            f"{folder}: holds a search with another {' and '.join(other)}; use a new --out folder."
        )
    if not path.exists():
        _write(folder, path.name, lambda place: place.write_text(text, encoding="utf-8"))


def _write_table(tried: Sequence[Tried], settings: Sequence[str], path: Path) -> None:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["trial", "state", "score", "epochs", "seconds", *settings, "reason"])
    for trial in tried:
        values = [trial.settings.get(name, "") for name in settings]
        score = "" if math.isnan(trial.score) else trial.score
        seconds = "" if math.isnan(trial.seconds) else f"{trial.seconds:.1f}"
        writer.writerow([trial.number, trial.state, score, trial.epochs, seconds, *values, trial.sentence])
    path.write_text(file.getvalue(), encoding="utf-8")


def _write(folder: Path, name: str, write: Callable[[Path], Any]) -> None:
    """Write under a name of its own first: two processes that end together do not mix their files."""
    path = folder / name
    partial = folder / f"{path.stem}-{uuid4().hex}{path.suffix}"
    try:
        write(partial)
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise RunError(f"{path}: cannot be written ({error.strerror}).") from error
