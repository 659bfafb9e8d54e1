"""The laboratory's command line: `python -m training COMMAND`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from training.card import Identity, confusion_rows, recall_rows, share_with_interval
from training.data import DataError, load_fer2013, seen_in
from training.deploy import load_network
from training.evaluate import Evaluation, evaluate, predict
from training.export import export_all
from training.framing import cascade, measure_framing, read_crop, write_crop, yunet
from training.networks import ARCHITECTURES, count_macs, count_parameters
from training.onnx_files import ExportError, predict_with_file
from training.plots import plot_history
from training.recipe import RecipeError, load_recipe
from training.train import EpochRecord, RunError, describe_environment, train

app = typer.Typer(
    help="Train, measure and export expression networks.", no_args_is_help=True, add_completion=False
)
console = Console()

FRAMING = Path(__file__).with_name("framing.json")

Data = Annotated[
    Path, typer.Option(help="fer2013.csv (FERPlus' fer2013new.csv beside it), or a sheet folder.")
]


@app.command("list")
def list_command() -> None:
    """Show the networks that can be trained, with their sizes."""
    table = Table("network", "parameters", "MACs per face")
    for name, architecture in ARCHITECTURES.items():
        network = architecture.build(dropout=0)
        table.add_row(name, f"{count_parameters(network):,}", f"{count_macs(network):,}")
    console.print(table)


@app.command("train")
def train_command(
    data: Data,
    out: Annotated[Path, typer.Option(help="Run folder to make, or to go on with --resume.")],
    recipe: Annotated[Path | None, typer.Option(help="TOML file, see training/recipes.")] = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="Override a value: --set epochs=3. Repeatable.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a stopped run.")] = False,
) -> None:
    """Train a network on FER2013's Training part, watched on PublicTest."""
    resolved = load_recipe(recipe, set_ or [])
    training, validation = load_fer2013(data, "Training"), load_fer2013(data, "PublicTest")
    console.print(f"Training {training.class_counts()}")
    console.print(f"PublicTest {validation.class_counts()}")

    def progress(batches: Iterable[Any], title: str) -> Iterable[Any]:
        if not console.is_terminal:
            return batches
        steps = len(training) // resolved.batch
        return track(batches, title, total=steps, console=console, transient=True)

    def report(row: EpochRecord) -> None:
        console.print(
            f"epoch {row.epoch:3d}  {row.size} px  rate {row.rate:.4f}  loss {row.loss:.4f}  "
            f"PublicTest fer2013 {row.fer2013_accuracy:.4f}  ferplus {row.ferplus_accuracy:.4f}  "
            f"{row.seconds:.0f} s"
        )

    final = train(resolved, data, training, validation, out, resume=resume, progress=progress, report=report)
    plot_history(out / "history.csv", out / "curves.png")
    console.print(f"Weights: {final}")


@app.command("evaluate")
def evaluate_command(
    data: Data,
    run: Annotated[Path | None, typer.Option(help="Folder of a finished run.")] = None,
    model: Annotated[Path | None, typer.Option(help="ONNX model file to measure instead of a run.")] = None,
) -> None:
    """Measure a network on PublicTest: accuracy, recall, confusions, calibration."""
    if (run is None) == (model is None):
        raise typer.BadParameter("give either --run or --model.")
    training, validation = load_fer2013(data, "Training"), load_fer2013(data, "PublicTest")
    if model is not None:
        logits = predict_with_file(model, validation)
    else:
        assert run is not None
        logits = predict(load_network(run), validation)
    _show(evaluate(logits, validation, seen_in(validation, training)))


@app.command("export")
def export_command(  # noqa: PLR0917 - typer makes options of them all
    data: Data,
    run: Annotated[Path, typer.Option(help="Folder of a finished run.")],
    out: Annotated[Path, typer.Option(help="Model file to write, NAME.onnx; the others lie beside it.")],
    name: Annotated[str | None, typer.Option(help="Name of the model; the file's without one.")] = None,
    version: Annotated[str, typer.Option(help="Version of the model.")] = "1.0",
    crop: Annotated[
        Path, typer.Option(help="How the training pictures are framed, written by `framing`.")
    ] = FRAMING,
) -> None:
    """Measure a run on PublicTest, then write model file, saliency graph and model card."""
    network, framing = load_network(run), read_crop(crop)
    training, validation = load_fer2013(data, "Training"), load_fer2013(data, "PublicTest")
    evaluation = evaluate(predict(network, validation), validation, seen_in(validation, training))
    _show(evaluation)
    architecture = load_recipe(run / "recipe.toml", []).network
    identity = Identity(name or out.stem, version, architecture, describe_environment(data)["git"], framing)
    files = export_all(network, evaluation, identity, out)
    for path in (files.model, files.saliency, files.card):
        console.print(f"{path}  {path.stat().st_size:,} bytes")


@app.command("framing")
def framing_command(
    data: Data,
    detector: Annotated[Path, typer.Option(help="Face detector in YuNet's format (ONNX).")],
    out: Annotated[Path, typer.Option(help="JSON file to write.")] = FRAMING,
    pictures: Annotated[int, typer.Option(help="How many Training pictures to look at.", min=1)] = 1500,
) -> None:
    """Measure where FER2013's square lies around the boxes of the cascade and of a YuNet detector."""
    training = load_fer2013(data, "Training")
    rows = np.random.default_rng(0).permutation(len(training))[:pictures]
    framings = [measure_framing(training.select(rows), detect) for detect in (cascade(), yunet(detector))]
    table = Table("detector", "found", "centre", "size", "landmarks")
    for title, framing in zip(("cascade", detector.stem), framings, strict=True):
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in framing.landmarks)
        middle, size = f"{framing.cx:.1f}, {framing.cy:.1f}", f"{framing.w:.1f} x {framing.h:.1f}"
        table.add_row(title, f"{framing.found:.1%}", middle, size, points)
    console.print(table)
    write_crop(out, *framings)


def _show(evaluation: Evaluation) -> None:
    for head, report in evaluation.heads.items():
        summary = Table(
            "PublicTest, single pass", "accuracy", "unseen", "macro-F1", "ECE", "sure", "right when sure"
        )
        summary.add_row(
            head,
            share_with_interval(report.hits, report.total),
            f"{evaluation.unseen_accuracy[head]:.1%} of {evaluation.unseen_total[head]}",
            f"{report.macro_f1:.3f}",
            f"{report.ece_before:.3f} -> {report.ece_after:.3f}",
            f"{report.coverage:.1%} from {report.unsure_below:.2f}",
            f"{report.covered_accuracy:.1%}",
        )
        console.print(summary)
        details = Table(head, "pictures", "recall", *(f"as {label}" for label in report.labels))
        for recall, confusion in zip(recall_rows(report), confusion_rows(report), strict=True):
            details.add_row(*recall, *confusion[1:])
        console.print(details)
        console.print(f"neutral called negative: {report.neutral_called_negative:.1%}")


def main() -> None:
    """Run the command line; known errors become one sentence and exit code 1."""
    try:
        app()
    except (DataError, RecipeError, RunError, ExportError) as error:
        Console(stderr=True).print(str(error), style="red", soft_wrap=True)
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
