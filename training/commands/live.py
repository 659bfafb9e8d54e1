"""`live`: what a model file loses between pictures as the data cut them and faces before a camera."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import numpy as np
import typer
from numpy.typing import NDArray

from training.commands.common import (
    DataOption,
    DetectorOption,
    OutOption,
    console,
    data_of,
    print_table,
    progress,
)
from training.data.examples import Examples
from training.data.fer2013 import SIDE
from training.errors import DataError, RunError
from training.files import write_whole
from training.measure.parts import choose_parts
from training.recipe import Recipe

if TYPE_CHECKING:
    from training.measure.live import Outcome


def live_command(
    model: Annotated[Path, typer.Option(help="ONNX model file to measure.")],
    out: OutOption,
    data: DataOption = None,
    part: Annotated[
        list[str] | None,
        typer.Option(
            help="Part of the data to measure on; PublicTest or Validation without one. Repeatable."
        ),
    ] = None,
    detector: DetectorOption = "face_detector",
    side: Annotated[
        int,
        typer.Option(
            min=48,
            max=1024,
            help="Width that pictures from files are given. The default is FER2013's; wider ones show better "
            "what a camera sees.",
        ),
    ] = SIDE,
    pictures: Annotated[int, typer.Option(min=0, help="Pictures to look at, drawn by chance; 0: all.")] = 0,
) -> None:
    """Measure faces through the product's detector and crop: turned, blurred, dark, far away, misplaced.

    Exact copies of pictures that a network was trained or chosen by are left out: before a camera there are
    none. Training pictures themselves are measured where that part is asked for.
    """
    from training.framing import live_framing
    from training.measure.evaluation import answered
    from training.measure.live import CASES, measure_live
    from training.measure.live_plot import live_figure
    from training.measure.plots import save_plot
    from training.onnx_files import predict_with_file
    from training.photos import detector_for

    framing = live_framing(model)
    eyes = detector_for(detector, framing)
    chosen = choose_parts(data_of(data, Recipe(), side), part or [])
    examples = new_among(chosen.examples, chosen.seen)
    if pictures:
        examples = drawn(examples, pictures)
    side = round(framing.square)
    if not answered(predict_with_file(model, np.zeros((1, side, side), np.uint8)), examples):
        raise DataError(f"{model}: answers for none of the labels of {chosen.pictures}.")
    outcomes: list[Outcome] = []
    measured = measure_live(
        examples,
        lambda images: predict_with_file(model, images),
        eyes,
        framing,
        watch=lambda cases: progress(cases, "ways to see a face", len(CASES)),
    )
    try:
        for outcome in measured:
            outcomes.append(outcome)
            write_table(outcomes, out / "live.csv")
    except KeyboardInterrupt:
        kept = f" What was measured is kept in {out / 'live.csv'}." if outcomes else ""
        raise RunError(f"Stopped.{kept}") from None
    console.print(
        f"{model.name}: {len(examples):,} pictures, {chosen.pictures}, detector {eyes.name}", markup=False
    )
    heads = list(dict.fromkeys(outcome.head for outcome in outcomes))
    for head in heads:
        show(head, [outcome for outcome in outcomes if outcome.head == head])
    for head in heads:
        figure = live_figure([outcome for outcome in outcomes if outcome.head == head])
        console.print(f"Plot: {save_plot(figure, out / f'live-{head}.png')}")
    console.print(f"Figures: {out / 'live.csv'}")


def new_among(examples: Examples, seen: NDArray[np.bool_] | None) -> Examples:
    """Those that are not `seen` (N,). Raises `DataError` if there are none."""
    if seen is None:
        return examples
    if seen.all():
        raise DataError("Every picture is a copy of one that was learned; give others to measure on.")
    return examples.select(~seen)


def drawn(examples: Examples, pictures: int) -> Examples:
    """At most so many of them, drawn by chance and always the same."""
    if pictures >= len(examples):
        return examples
    return examples.select(np.sort(np.random.default_rng(0).permutation(len(examples))[:pictures]))


def show(head: str, outcomes: Sequence[Outcome]) -> None:
    """One head's tables on the console."""
    from training.measure.live import LIVE_HEADER, row_of

    console.print(f"Labels {head}", markup=False)
    for group, members in groupby(outcomes, lambda outcome: outcome.group):
        print_table((group, *LIVE_HEADER[1:]), [row_of(outcome) for outcome in members])


def write_table(outcomes: Sequence[Outcome], path: Path) -> None:
    """All figures, one row per head and case."""
    import pandas as pd

    rows = [
        {name: value for name, value in asdict(outcome).items() if name != "interval"}
        | {"accuracy": outcome.accuracy, "low": outcome.interval[0], "high": outcome.interval[1]}
        for outcome in outcomes
    ]
    write_whole(path, pd.DataFrame(rows).to_csv(index=False))
