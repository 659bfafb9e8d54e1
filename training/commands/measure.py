"""`evaluate`, `compare` and `report`: how good networks are, and where they fail."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
import typer
from numpy.typing import NDArray
from rich.markup import escape
from rich.table import Table

from training.commands.common import DataOption, console, data_of, progress
from training.data.choose import TRAINING, VALIDATION
from training.data.examples import DataSet, Examples, Truth, seen_in
from training.errors import DataError, RunError
from training.recipe import Recipe

# PyTorch takes seconds to import, which `--help` should not, so functions import what needs it.
if TYPE_CHECKING:
    from training.measure.candidate import Candidate, Doubt
    from training.measure.report import Measured
    from training.run import Run

PartOption = Annotated[
    list[str] | None,
    typer.Option(
        "--part", help="Part of the data to measure on; PublicTest or Validation without one. Repeatable."
    ),
]
Views = Literal["single", "flip", "ten"]
ViewsOption = Annotated[
    Views,
    typer.Option(
        help="Looks at each picture: one; with its mirror image; five crops and their mirror images. "
        "Model files look once.",
    ),
]


def evaluate_command(
    data: DataOption = None,
    run: Annotated[list[Path] | None, typer.Option(help="Folder of a finished run. Repeatable.")] = None,
    model: Annotated[list[Path] | None, typer.Option(help="ONNX model file. Repeatable.")] = None,
    part: PartOption = None,
    views: ViewsOption = "single",
    mc_dropout: Annotated[
        int, typer.Option(min=0, help="Passes of Monte-Carlo dropout: does the network know when it errs?")
    ] = 0,
    json: Annotated[Path | None, typer.Option(help="Write all figures into this file, too.")] = None,
) -> None:
    """Measure networks: accuracy with intervals, classes, confusions, calibration; ensembles."""
    from training.measure.candidate import measure_doubt  # noqa: PLC0415
    from training.measure.numbers import network_numbers, write_json  # noqa: PLC0415

    measured = measure([*(run or ()), *(model or ())], data, part, views)
    if len(measured) == 1:
        show(measured[0])
    else:
        show_side_by_side(measured)
    numbers = {m.candidate.name: network_numbers(m.candidate, m.evaluation) for m in measured}
    if mc_dropout:
        for entry in measured:
            if entry.candidate.run is not None:
                doubt = measure_doubt(entry.candidate.run, entry.examples, mc_dropout)
                numbers[entry.candidate.name]["mc_dropout"] = dataclasses.asdict(doubt)
                show_doubt(entry.candidate.name, doubt)
    if json is not None:
        pictures = {"pictures": measured[0].pictures, "views": views}
        console.print(f"Figures: {write_json(pictures | {'networks': numbers}, json)}")


def compare_command(
    networks: Annotated[list[Path], typer.Argument(help="Run folders and ONNX model files, two or more.")],
    out: Annotated[Path, typer.Option(help="Folder to write to; made if missing.")] = Path("comparison"),
    data: DataOption = None,
    part: PartOption = None,
    views: ViewsOption = "single",
) -> None:
    """Compare networks on the same pictures: McNemar's test, bootstrap, plots; comparison.html and tables."""
    from training.measure.comparison import write_comparison  # noqa: PLC0415

    if len(networks) < 2:
        raise RunError(f"{networks[0]}: is only one network; name two or more to compare.")
    measured = measure(networks, data, part, views, together=False)
    show_side_by_side(measured)
    for path in write_comparison(measured, out):
        console.print(f"Comparison: {path}")


def report_command(
    run: Annotated[Path, typer.Option("--run", help="Folder of a finished run.")],
    data: DataOption = None,
    out: Annotated[Path | None, typer.Option(help="Page to write; report.html in the run's folder.")] = None,
    part: PartOption = None,
    views: ViewsOption = "single",
    plots: Annotated[
        Path | None, typer.Option(help="Write each plot into this folder, too, as PNG and SVG.")
    ] = None,
) -> None:
    """One page that tells all of a run: recipe, curves, measures, confusions with pictures, failures."""
    from training.measure.report import write_report  # noqa: PLC0415

    if not run.is_dir():
        raise RunError(f"{run}: is no folder of a run.")
    (measured,) = measure([run], data, part, views)
    for path in write_report(measured, out or run / "report.html", plots):
        console.print(f"Report: {path}")


def report_run(folder: Path, training: Examples, validation: Examples, source: str) -> list[Path]:
    """The report of a run that has just finished, on its validation part."""
    from training.measure.report import write_report  # noqa: PLC0415

    pictures = f"validation part of {Path(source).name}"
    candidate = answers_of(opened(folder), validation, "single")
    measured = measured_of(candidate, validation, seen_in(validation, training), pictures)
    return write_report(measured, folder / "report.html")


def measure(
    networks: Sequence[Path],
    source: str | None,
    parts: Sequence[str] | None,
    views: Views,
    *,
    together: bool = True,
) -> list[Measured]:
    """Every network on the same parts; then, if `together`, several as an ensemble.

    Raises `LabError` if they cannot be measured on this data.
    """
    from training.measure.candidate import ensemble  # noqa: PLC0415

    if not networks:
        raise RunError("Say what to measure: --run FOLDER, --model FILE, or several of them.")
    found = dict(zip(names_of(networks), [opened(path) for path in networks], strict=True))
    recipes = [network.recipe for network in found.values() if not isinstance(network, Path)]
    data = data_of(source, recipes[0] if recipes else Recipe())
    check_split(data, recipes)
    names = list(parts or [validation_part(data)])
    examples = joined([data.part(name) for name in names])
    training = data.parts.get(TRAINING) if TRAINING not in names else None
    seen = None if training is None else seen_in(examples, training)
    candidates = [
        dataclasses.replace(answers_of(network, examples, views), name=name)
        for name, network in progress(list(found.items()), "measuring")
    ]
    if together and len(candidates) > 1:
        candidates.append(ensemble(candidates))
    pictures = f"{' and '.join(names)} of {Path(data.name).name}"
    return [measured_of(candidate, examples, seen, pictures) for candidate in candidates]


def opened(path: Path) -> Run | Path:
    """A finished run on the fastest device here, or a model file as it is."""
    from training.run import load_run  # noqa: PLC0415
    from training.trainer import choose_device  # noqa: PLC0415

    if not path.exists():
        raise RunError(f"{path}: does not exist; name the folder of a finished run or an ONNX model file.")
    if not path.is_dir():
        return path
    run = load_run(path)
    run.network.to(choose_device("auto"))
    return run


def answers_of(network: Run | Path, examples: Examples, views: Views) -> Candidate:
    """The answers of a run or a model file."""
    from training.measure.candidate import from_file, from_run  # noqa: PLC0415

    if isinstance(network, Path):
        return from_file(network, examples)
    return from_run(network, examples, views)


def measured_of(
    candidate: Candidate, examples: Examples, seen: NDArray[np.bool_] | None, pictures: str
) -> Measured:
    """A network with all its measures."""
    from training.measure.evaluation import evaluate_examples  # noqa: PLC0415
    from training.measure.report import Measured  # noqa: PLC0415

    return Measured(candidate, evaluate_examples(candidate.logits, examples, seen), examples, pictures)


def names_of(paths: Sequence[Path]) -> list[str]:
    """What networks are called: the folder's or file's name; the whole path where two are alike.

    Raises `RunError` if one is named twice.
    """
    names = [path.resolve().name for path in paths]
    names = [str(path) if names.count(name) > 1 else name for path, name in zip(paths, names, strict=True)]
    for name in names:
        if names.count(name) > 1:
            raise RunError(f"{name}: is named twice; name different networks.")
    return names


def check_split(data: DataSet, recipes: Sequence[Recipe]) -> None:
    """Raises `RunError` if the runs held out different pictures of data that has no parts of its own."""
    if "Validation" in data.parts and len({(recipe.split_seed, recipe.held_out) for recipe in recipes}) > 1:
        raise RunError(
            f"{data.name}: these runs held out different pictures (split_seed or held_out differ), so no "
            "picture is new to all of them; train them with the same, or on data with parts."
        )


def validation_part(data: DataSet) -> str:
    """The part to measure on if none is named."""
    for name in VALIDATION:
        if name in data.parts:
            return name
    raise DataError(
        f"{data.name}: has neither {' nor '.join(VALIDATION)}; choose of {', '.join(data.parts)} with --part."
    )


def joined(parts: Sequence[Examples]) -> Examples:
    """The pictures of several parts, with the label sets that all of them have."""
    truths = {
        head: Truth(
            truth.labels,
            np.concatenate([part.truths[head].answers for part in parts]),
            np.concatenate([part.truths[head].targets for part in parts]),
            truth.votes,
        )
        for head, truth in parts[0].truths.items()
        if all(head in part.truths for part in parts)
    }
    images, names = (np.concatenate([getattr(part, what) for part in parts]) for what in ("images", "names"))
    return Examples(images, truths, names)


def show(measured: Measured) -> None:
    """All measures of one network, on the console."""
    from training.measure.tables import CLASS_HEADER, class_rows, cost_words, measure_rows  # noqa: PLC0415

    console.print(f"{measured.candidate.name}: {measured.pictures}")
    for head, report in measured.evaluation.heads.items():
        print_table(("labels " + head, "value"), measure_rows(measured.evaluation, head))
        print_table(CLASS_HEADER, class_rows(report))
        said = [(label, *map(str, row)) for label, row in zip(report.labels, report.confusion, strict=True)]
        print_table(("right: said", *report.labels), said)
    console.print(cost_words(measured.candidate))


def show_side_by_side(measured: Sequence[Measured]) -> None:
    """One row per network for each label set that all of them have."""
    from training.measure.metrics import common_heads  # noqa: PLC0415
    from training.measure.tables import milliseconds, model_rows  # noqa: PLC0415

    console.print(measured[0].pictures)
    candidates = [entry.candidate for entry in measured]
    for head in common_heads([entry.evaluation.heads for entry in measured]):
        reports = {entry.candidate.name: entry.evaluation.heads[head] for entry in measured}
        rows = [
            (name, *row[:2], milliseconds(entry.candidate, 1))
            for (name, *row), entry in zip(model_rows(candidates, reports), measured, strict=True)
        ]
        print_table((f"labels {head}", "accuracy", "macro F1", "ms each"), rows)


def show_doubt(name: str, doubt: Doubt) -> None:
    """What Monte-Carlo dropout says of a network, on the console."""
    print_table(
        (f"{name}: dropout, {doubt.passes} passes", "right", "wrong"),
        [
            ("Entropy of the answer (nats)", f"{doubt.entropy_right:.3f}", f"{doubt.entropy_wrong:.3f}"),
            ("Disagreement (nats)", f"{doubt.disagreement_right:.4f}", f"{doubt.disagreement_wrong:.4f}"),
        ],
    )
    console.print(
        f"Accuracy of the mean {doubt.accuracy:.1%}, cross-entropy {doubt.cross_entropy:.3f}. "
        f"A wrong answer has more entropy than a right one in {doubt.finds_errors:.0%} of such pairs."
    )


def print_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table of words and then figures; where it is narrow, words break and figures do not."""
    table = Table()
    for word, *values in zip(header, *rows, strict=True):
        words = word == header[0]
        table.add_column(
            escape(word),
            justify="left" if words else "right",
            overflow="fold",
            min_width=None if words else max(map(len, values)),
        )
    for row in rows:
        table.add_row(*map(escape, row))
    console.print(table)
