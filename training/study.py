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
from training.errors import RunError
from training.networks.network import count_parameters
from training.recipe import Recipe
from training.records import fingerprint
from training.run import Run, load_run
from training.train import best, main_score, train
from training.trainer import FREE_TO_CHANGE

LEARNED: Final = 0.99
"""Validation accuracy from which a start counts as one that learned."""

Job = tuple[str, tuple[int, ...], int]
"""Variant of the shapes, feature maps, and number of the start."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One start: filters of each layer (`second` 0: one layer), and how well what it kept does."""

    variant: str
    layers: int
    first: int
    second: int
    start: int
    parameters: int
    accuracy: float
    """On the validation part."""
    epochs: int

    @property
    def learned(self) -> bool:
        """Whether it got nearly everything right."""
        return self.accuracy >= LEARNED


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
    """Train every network from every start on every variant; finished ones in `folder` are not repeated.

    `parts` are the pictures of each variant. Raises `RunError` if `folder` holds starts with other settings
    or of other pictures.
    """
    pictures = {variant: fingerprint(training) for variant, (training, _validation) in parts.items()}
    jobs = list(product(parts, architectures(counts), range(1, starts + 1)))
    for variant, maps, start in watch(jobs, len(jobs)):
        convolutions = sum(bool(count) for count in maps)
        source = f"shapes:{variant},count={len(parts[variant][0])}"
        chosen = dataclasses.replace(
            recipe, data=source, feature_maps=maps, conv_sizes=recipe.conv_sizes[:convolutions], seed=start
        )
        run = folder / variant / "-".join(str(count) for count in maps if count) / f"start-{start}"
        if not (run / "final.pt").is_file():
            begun = (run / "last.pt").is_file()
            train(chosen, *parts[variant], run, data=source, resume=begun)
        finished = load_run(run)
        check_same(finished, chosen, pictures[variant])
        yield outcome_of(finished, variant, maps, start)


def check_same(run: Run, recipe: Recipe, pictures: str) -> None:
    """Raises `RunError` if a finished start is of another recipe, or of other pictures than these."""
    other = [
        field.name
        for field in dataclasses.fields(recipe)
        if field.name not in FREE_TO_CHANGE and getattr(run.recipe, field.name) != getattr(recipe, field.name)
    ]
    if run.pictures != pictures:
        other.append("pictures")
    if other:
        raise RunError(
            f"{run.folder}: was trained otherwise ({', '.join(other)}) than are asked for; use a new "
            "--out folder."
        )


def outcome_of(run: Run, variant: str, maps: tuple[int, ...], start: int) -> Outcome:
    """Read what a finished start tells."""
    import pandas as pd

    history = pd.read_csv(run.folder / "history.csv").to_dict("records")
    rows = [{str(key): float(value) for key, value in row.items()} for row in history]
    kept = best(rows) if run.recipe.keep == "best" else rows[-1]
    filters = [count for count in maps if count]
    return Outcome(
        variant=variant,
        layers=len(filters),
        first=filters[0],
        second=filters[1] if len(filters) > 1 else 0,
        start=start,
        parameters=count_parameters(run.network),
        accuracy=main_score(kept),
        epochs=len(rows),
    )
