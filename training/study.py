"""Document D's study: how many filters a network needs, and how often it learns at all.

Networks of one or two convolutions are trained on synthetic shapes from many random starts; a table
tells how many of them learned the task.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Final

from training.data.examples import Examples
from training.networks.network import count_parameters
from training.recipe import Recipe
from training.run import load_run
from training.train import best, main_score, train

LEARNED: Final = 0.99
"""Validation accuracy from which a start counts as one that learned."""

Job = tuple[str, tuple[int, ...], int]
"""Variant of the shapes, feature maps, and number of the start."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One start: filters of each layer (`second` 0: one layer), and how well it did on validation."""

    variant: str
    layers: int
    first: int
    second: int
    start: int
    parameters: int
    accuracy: float
    best_accuracy: float
    epochs: int


def architectures(counts: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Feature maps of all one-layer networks, then of all two-layer ones; 0 is a 2x2 pooling."""
    for count in counts:
        yield (count, 0)
    for first, second in product(counts, repeat=2):
        yield (first, 0, second, 0)


def run_study(
    recipe: Recipe,
    parts: dict[str, tuple[Examples, Examples]],
    *,
    counts: Sequence[int],
    starts: int,
    folder: Path,
    watch: Callable[[Iterable[Job], int], Iterable[Job]],
) -> Iterator[Outcome]:
    """Train every network from every start on every variant; finished ones in `folder` are not repeated."""
    jobs = list(product(parts, architectures(counts), range(1, starts + 1)))
    for variant, maps, start in watch(jobs, len(jobs)):
        convolutions = sum(bool(count) for count in maps)
        chosen = dataclasses.replace(
            recipe, feature_maps=maps, conv_sizes=recipe.conv_sizes[:convolutions], seed=start
        )
        run = folder / variant / "-".join(str(count) for count in maps if count) / f"start-{start}"
        if not (run / "final.pt").is_file():
            source, begun = f"shapes:{variant}", (run / "last.pt").is_file()
            train(chosen, *parts[variant], run, data=source, resume=begun)
        yield outcome_of(run, variant, maps, start)


def outcome_of(run: Path, variant: str, maps: tuple[int, ...], start: int) -> Outcome:
    """Read what a finished start tells."""
    import pandas as pd  # noqa: PLC0415 - takes a second that `--help` should not

    history = pd.read_csv(run / "history.csv").to_dict("records")
    rows = [{str(key): float(value) for key, value in row.items()} for row in history]
    filters = [count for count in maps if count]
    return Outcome(
        variant=variant,
        layers=len(filters),
        first=filters[0],
        second=filters[1] if len(filters) > 1 else 0,
        start=start,
        parameters=count_parameters(load_run(run).network),
        accuracy=main_score(rows[-1]),
        best_accuracy=main_score(best(rows)),
        epochs=len(rows),
    )
