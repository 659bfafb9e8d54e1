"""`export`: from a finished run to a file that FER Desktop runs, with its saliency graph and card."""

# PyTorch and ONNX take seconds to import, which `--help` should not.
from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from training.commands.common import DataOption, RunOption, console, data_of
from training.data.choose import training_and_validation
from training.data.examples import Examples, seen_in
from training.errors import ExportError

if TYPE_CHECKING:
    from training.export import Exported
    from training.prior import Expectation
    from training.run import Run

FRAMING: Final = Path(__file__).parents[1] / "framing.json"


def export_command(
    run: RunOption,
    out: Annotated[Path, typer.Option(help="Model file to write, NAME.onnx; the others lie beside it.")],
    data: DataOption = None,
    name: Annotated[str | None, typer.Option(help="Name of the model; the file's without one.")] = None,
    version: Annotated[str, typer.Option(help="Version of the model.")] = "1.0",
    crop: Annotated[
        Path,
        typer.Option(
            help="How the training pictures are framed, written by `framing`.",
            show_default="training/framing.json",
        ),
    ] = FRAMING,
    prior: Annotated[
        list[str] | None,
        typer.Option(
            metavar="LABEL=SHARE",
            help="How common an expression is where the model will be used, for its first head: neutral=0.5 "
            "makes it call fewer neutral faces something else. Repeatable.",
        ),
    ] = None,
    balance: Annotated[
        float,
        typer.Option(
            metavar="0..1",
            help="Lift expressions that are rare in the data, for its first head: 0 answers as it was "
            "learned, 1 takes all to be equally common.",
        ),
    ] = 0.0,
    unlabelled_are: Annotated[
        str,
        typer.Option(
            metavar="TEXT",
            help="What the pictures are that the network learned without labels, and on which terms; for its "
            "card.",
        ),
    ] = "",
    failures: Annotated[
        Path | None,
        typer.Option(
            metavar="DETECTOR",
            help="Show average faces of the commonest errors in the card, aligned by this face detector in "
            "YuNet's format (ONNX).",
        ),
    ] = None,
    live: Annotated[
        str | None,
        typer.Option(
            metavar="DETECTOR",
            help="Say in the card what is lost before a camera with this face detector (`cascade`, or an "
            "ONNX file in YuNet's format). Takes a quarter of an hour with FER2013.",
        ),
    ] = None,
) -> None:
    """Write model file, saliency graph and model card, measured on the validation part."""
    from training.prior import Expectation, parse_shares
    from training.run import load_run

    if out.suffix != ".onnx":
        raise typer.BadParameter(f"the model file must be called NAME.onnx, not {out.name}.")
    expectation = Expectation(balance, parse_shares(prior or ()))
    finished = load_run(run)
    if unlabelled_are and not finished.unlabelled:
        raise ExportError(f"{run}: learned no pictures without labels; leave --unlabelled-are out.")
    training, validation = parts_for(finished, data)
    source = data or finished.recipe.data
    files = write_files(
        finished,
        training,
        validation,
        source,
        out,
        name or out.stem,
        version,
        crop,
        expectation,
        unlabelled_are=unlabelled_are,
    )
    show(finished, files)
    if live is not None:
        from training.commands.live import new_among

        show_live(files, new_among(validation, seen_in(validation, training)), live)
    if failures is not None:
        show_failures(files, validation, failures)


def show_failures(files: Exported, examples: Examples, detector: Path) -> None:
    """Add the average faces of the commonest errors to the card."""
    from training.card import failures_section
    from training.commands.failures import draw_failures
    from training.files import write_whole
    from training.onnx_files import predict_with_file

    picture = files.model.with_suffix(".failures.png")
    logits = predict_with_file(files.model, examples.images)
    draw_failures(logits, examples, detector, picture)
    write_whole(files.card, files.card.read_text(encoding="utf-8") + failures_section(picture.name))
    console.print(str(picture), soft_wrap=True)


def show_live(files: Exported, examples: Examples, detector: str) -> None:
    """Add what is lost before a camera to the card; `examples` are no copies of what was learned."""
    from training.card import live_section
    from training.commands.common import progress
    from training.files import write_whole
    from training.framing import live_framing
    from training.measure.live import CASES, measure_live
    from training.onnx_files import predict_with_file
    from training.photos import detector_for

    framing = live_framing(files.model)
    eyes = detector_for(detector, framing)
    outcomes = measure_live(
        examples,
        lambda images: predict_with_file(files.model, images),
        eyes,
        framing,
        watch=lambda cases: progress(cases, "ways to see a face", len(CASES)),
    )
    section = live_section(list(outcomes), eyes.name)
    write_whole(files.card, files.card.read_text(encoding="utf-8") + section)


def parts_for(run: Run, source: str | None) -> tuple[Examples, Examples]:
    """Training and validation part of the run's data, or of `source`, with its heads.

    Raises `RunError` if it answers for something else, or may have learned what would be held out now.
    """
    from training.measure.learned import check_new, learned_by_run

    data = data_of(source, run.recipe)
    training, validation = (fitting(run, part) for part in training_and_validation(data))
    check_new([learned_by_run(run)], data, otherwise="give data with parts of its own")
    return training, validation


def fitting(run: Run, examples: Examples) -> Examples:
    """The pictures with the run's heads, its main one first.

    Raises `RunError` or `DataError` if they have another size, other labels, or lack a head.
    """
    from training.measure.candidate import check_fit

    check_fit(run, examples)
    return examples.with_heads(list(run.heads))


def export_run(run: Path, training: Examples, validation: Examples, source: str) -> list[Path]:
    """Export a finished run into its own folder; returns the files."""
    return export_into(run, training, validation, source, run.resolve().name)


def export_into(run: Path, training: Examples, validation: Examples, source: str, name: str) -> list[Path]:
    """Export a finished run under this name into its folder `export`; returns the files."""
    from training.run import load_run

    finished = load_run(run)
    path = run / "export" / f"{name}.onnx"
    files = write_files(finished, training, validation, source, path, name, "1.0", FRAMING)
    show(finished, files)
    return [files.model, files.saliency, files.card]


def write_files(
    run: Run,
    training: Examples,
    validation: Examples,
    source: str,
    path: Path,
    name: str,
    version: str,
    crop: Path,
    expectation: Expectation | None = None,
    *,
    unlabelled_are: str = "",
) -> Exported:
    """Write the three files of a run; nothing but `path`'s name is told of where they lie.

    `expectation`: how common the first head is to take its labels to be; as it was learned without one.
    `unlabelled_are`: what the pictures without labels are.
    """
    from training.export import export_all, identify
    from training.framing import read_crop
    from training.prior import AS_LEARNED, correct_prior
    from training.records import code_revision

    validation = fitting(run, validation)
    told = expectation or AS_LEARNED
    network, prior = (
        (run.network, None) if told == AS_LEARNED else correct_prior(run.network, validation, told)
    )
    identity = identify(
        training,
        validation,
        source,
        name=name,
        version=version,
        network=run.recipe.network,
        origin=origin_of(run),
        git=code_revision(),
        crop=read_crop(crop),
        learned_from={
            "pictures": run.pictures,
            "held_out": run.recipe.held_out,
            "split_seed": run.recipe.split_seed,
        },
        prior=prior,
        unlabelled=run.unlabelled,
        unlabelled_are=unlabelled_are,
    )
    return export_all(network, training, validation, identity, path)


def origin_of(run: Run) -> str:
    """How the network came to be, for its card."""
    from training.run import load_checkpoint

    begun = "trained on from another network" if run.recipe.start_from else "trained from scratch"
    origin = "distilled from other networks" if run.recipe.teachers else begun
    kept = load_checkpoint(run.folder / "final.pt")["kept"]
    if kept:
        left = ", ".join(f"{layer} {len(filters)}" for layer, filters in kept.items())
        origin += f", then pruned by accuracy, as a rule on the validation part (filters left: {left})"
    return origin


def show(run: Run, files: Exported) -> None:
    """What was written and how well it does, on the console."""
    from training.card import share_with_interval
    from training.export import product_refuses

    for head, report in files.evaluation.heads.items():
        console.print(
            f"ONNX file, {head}: {share_with_interval(report.hits, report.total)} right", markup=False
        )
    parity = files.parity
    console.print(
        f"Top label as in single precision: {parity.agreeing:,} of {parity.pictures:,} pictures; "
        f"largest difference of a logit {parity.difference:.2g}"
    )
    refused = product_refuses(run.network)
    if refused:
        console.print(refused, soft_wrap=True)
    for path in (files.model, files.saliency, files.card):
        console.print(f"{path}  {path.stat().st_size:,} bytes", soft_wrap=True)
