"""`study`: document D's question, how many filters a network needs and how often it learns at all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import numpy as np
import typer
from rich.table import Table

from training.commands.afterwards import AFTERWARDS
from training.commands.common import OutOption, console, progress
from training.data.choose import load_data, training_and_validation
from training.errors import DataError, RunError
from training.files import write_whole
from training.recipe_files import load_recipe

if TYPE_CHECKING:
    import pandas as pd

    from training.study import Job, Outcome


def study_command(
    out: OutOption,
    variant: Annotated[
        list[str] | None,
        typer.Option(help="Shapes to learn: wide, narrow, rotated. Repeatable; all without one."),
    ] = None,
    filters: Annotated[str, typer.Option(help="Filter counts to try in each layer.")] = "2,4,8,16,32",
    starts: Annotated[int, typer.Option(help="Random starts of each network.", min=1)] = 10,
    epochs: Annotated[int, typer.Option(help="Epochs of each start.", min=1)] = 15,
    pictures: Annotated[
        int, typer.Option(help="Training pictures; validation has half as many.", min=6)
    ] = 1500,
) -> None:
    """Train networks of one and two layers from many random starts; tell which learned, prune the best."""
    from training.study import run_study

    counts = counts_of(filters)
    recipe = load_recipe("shapes-study", {"epochs": [str(epochs)]})
    names = list(dict.fromkeys(variant or ["wide", "narrow", "rotated"]))
    parts = {name: training_and_validation(load_data(f"shapes:{name},count={pictures}")) for name in names}
    outcomes: list[Outcome] = []
    try:
        for outcome in run_study(
            recipe, parts, counts=counts, starts=starts, folder=out / "runs", watch=watch
        ):
            outcomes.append(outcome)
            write_starts(outcomes, out)
    except KeyboardInterrupt:
        raise RunError(
            f"Stopped. {len(outcomes)} starts are kept in {out}; the same command goes on."
        ) from None
    table = summary(outcomes)
    table.to_csv(out / "learned.csv", index=False)
    show(table)
    draw(table, out / "learned.png")
    for name in names:
        smallest = smallest_that_learned([outcome for outcome in outcomes if outcome.variant == name])
        if smallest is None:
            console.print(f"{name}: no start learned the task.")
            continue
        maps = "-".join(str(count) for count in (smallest.first, smallest.second) if count)
        run = out / "runs" / name / maps / f"start-{smallest.start}"
        console.print(f"{name}: the smallest network that learned is {maps} (start {smallest.start}).")
        for what in ("explain", "prune"):
            for path in AFTERWARDS[what](run, *parts[name], f"shapes:{name},count={pictures}"):
                console.print(f"{name}, {what}: {path}")


def counts_of(filters: str) -> list[int]:
    """The filter counts that `--filters` names, rising, each once. Raises `DataError` for what is none."""
    try:
        counts = {int(word) for word in filters.split(",")}
    except ValueError:
        raise DataError(f"--filters '{filters}': write whole numbers with commas, 2,4,8.") from None
    if min(counts) < 1:
        raise DataError(f"--filters '{filters}': {min(counts)} filters make no layer; write 1 or more.")
    return sorted(counts)


def watch(jobs: Iterable[Job], total: int) -> Iterable[Job]:
    """The jobs with a progress bar."""
    return progress(jobs, "starts", total)


def write_starts(outcomes: Sequence[Outcome], out: Path) -> None:
    """One row per start, kept after each one."""
    import pandas as pd

    write_whole(out / "starts.csv", pd.DataFrame([asdict(o) for o in outcomes]).to_csv(index=False))


def summary(outcomes: Sequence[Outcome]) -> pd.DataFrame:
    """One row per network: how many starts learned, with a 95 % interval, and the best accuracies."""
    import pandas as pd

    from training.measure.metrics import wilson

    rows = pd.DataFrame([asdict(outcome) for outcome in outcomes])
    rows["learned"] = [outcome.learned for outcome in outcomes]
    rows["perfect"] = rows["accuracy"] == 1
    keys = ["variant", "layers", "first", "second", "parameters"]
    grouped = rows.groupby(keys, sort=False)
    table = grouped.agg(
        starts=("start", "size"),
        learned=("learned", "sum"),
        perfect=("perfect", "sum"),
        median_accuracy=("accuracy", "median"),
        best_accuracy=("accuracy", "max"),
    ).reset_index()
    bounds = [wilson(int(row.learned), int(row.starts)) for row in table.itertuples()]
    table["learned_low"], table["learned_high"] = zip(*bounds, strict=True)
    return table


def smallest_that_learned(outcomes: Sequence[Outcome]) -> Outcome | None:
    """The network with the fewest parameters of those that learned; of its starts the best one."""
    able = [outcome for outcome in outcomes if outcome.learned]
    return min(able, key=lambda outcome: (outcome.parameters, -outcome.accuracy), default=None)


def show(table: pd.DataFrame) -> None:
    """The summary on the console."""
    from training.study import LEARNED

    shown = Table(
        "shapes",
        "filters",
        "parameters",
        "learned",
        "perfect",
        "median",
        "best",
        title=f"Learned: {LEARNED:.0%} or more of validation right; perfect: all",
    )
    for row in table.to_dict("records"):
        maps = f"{row['first']}-{row['second']}" if row["second"] else f"{row['first']}"
        shown.add_row(
            row["variant"],
            maps,
            f"{row['parameters']:,}",
            f"{row['learned']} of {row['starts']}",
            str(row["perfect"]),
            f"{row['median_accuracy']:.1%}",
            f"{row['best_accuracy']:.1%}",
        )
    console.print(shown)


def draw(table: pd.DataFrame, path: Path) -> None:
    """Share of starts that learned: a column for one layer, a square for two, a row per kind of shapes."""
    from matplotlib.figure import Figure

    names = list(table["variant"].unique())
    counts = sorted(table["first"].unique())
    figure = Figure(figsize=(7.5, 3.6 * len(names)), layout="constrained")
    grid = figure.subplots(len(names), 2, squeeze=False, width_ratios=[1, len(counts)])
    for (single, double), name in zip(grid, names, strict=True):
        of = table[table["variant"] == name]
        for axes, layers in ((single, 1), (double, 2)):
            rows = of[of["layers"] == layers]
            shares = rows["learned"] / rows["starts"]
            cells = shares.to_numpy().reshape(len(counts), -1)
            picture = axes.imshow(cells, vmin=0, vmax=1, cmap="cividis", aspect="equal")
            for (y, x), share in np.ndenumerate(cells):
                best = rows["best_accuracy"].to_numpy().reshape(cells.shape)[y, x]
                ink = "black" if share > 0.5 else "white"
                axes.text(x, y, f"{share:.0%}\n({best:.1%})", ha="center", va="center", color=ink, fontsize=7)
            axes.set_yticks(range(len(counts)), [str(count) for count in counts])
            axes.set_title(f"{name}: {'one layer' if layers == 1 else 'two layers'}", fontsize=10)
            axes.set_ylabel("filters of the first layer")
            if layers == 1:
                axes.set_xticks([])
            else:
                axes.set_xticks(range(len(counts)), [str(count) for count in counts])
                axes.set_xlabel("filters of the second layer")
                figure.colorbar(picture, ax=axes, label="share of starts that learned (best accuracy)")
    figure.savefig(path, dpi=130)
