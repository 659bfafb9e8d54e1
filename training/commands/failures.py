"""`failures`: the average face of each common error of a network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from training.commands.common import DataOption, console, data_of
from training.errors import DataError
from training.measure.parts import choose_parts
from training.recipe import Recipe

if TYPE_CHECKING:
    from training.data.examples import Examples
    from training.measure.metrics import Logits


def failures_command(
    model: Annotated[Path, typer.Option(help="ONNX model file to look at.")],
    detector: Annotated[Path, typer.Option(help="Face detector in YuNet's format (ONNX), for landmarks.")],
    out: Annotated[Path, typer.Option(help="Picture to write, PNG or SVG.")],
    data: DataOption = None,
    part: Annotated[
        str | None, typer.Option(help="Part of the data to look at; PublicTest or Validation without one.")
    ] = None,
) -> None:
    """Show what faces look like that are taken for something else: averages of many, which show nobody."""
    from training.onnx_files import predict_with_file

    if out.suffix not in {".png", ".svg"}:
        raise typer.BadParameter(f"the picture must be called NAME.png or NAME.svg, not {out.name}.")
    chosen = choose_parts(data_of(data, Recipe()), [part] if part else [])
    logits = predict_with_file(model, chosen.examples.images)
    console.print(f"Average faces: {draw_failures(logits, chosen.examples, detector, out)}", soft_wrap=True)


def draw_failures(logits: Logits, examples: Examples, detector: Path, out: Path) -> Path:
    """Draw the commonest confusions of the first head into a picture, and return its path.

    Raises `DataError` if the detector cannot be read, or if no confusion has faces enough for an average.
    """
    from training.composites import load_detector
    from training.measure.evaluation import answered
    from training.measure.failures import LEAST, average_failures, failures_figure
    from training.measure.plots import save_plot

    found = load_detector(detector)
    truths = answered(logits, examples)
    if not truths:
        raise DataError(f"The pictures have no answers for the heads {', '.join(logits)}.")
    head, truth = next(iter(truths.items()))
    rows = average_failures(examples.images, logits[head], truth.answers, found)
    if not rows:
        raise DataError(
            f"No class is taken for another in {LEAST} pictures with landmarks or more, and the average of "
            "fewer might show somebody; measure on more pictures."
        )
    return save_plot(failures_figure(rows, truth.labels), out)
