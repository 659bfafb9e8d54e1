"""`evaluate`, `compare` and `report`: how good networks are, and where they fail."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from training.commands.common import DataOption, console, data_of, print_table, progress
from training.data.examples import Examples, seen_in
from training.errors import RunError
from training.measure.parts import Chosen, choose_parts
from training.recipe import Recipe

# PyTorch takes seconds to import, which `--help` should not, so functions import what needs it.
if TYPE_CHECKING:
    from training.measure.candidate import Candidate, Doubt
    from training.measure.learned import Learned
    from training.measure.metrics import Logits
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
    from training.measure.candidate import measure_doubt
    from training.measure.numbers import network_numbers, write_json

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
        pictures = {"pictures": measured[0].pictures}
        console.print(f"Figures: {write_json(pictures | {'networks': numbers}, json)}")


def compare_command(
    networks: Annotated[list[Path], typer.Argument(help="Run folders and ONNX model files, two or more.")],
    out: Annotated[Path, typer.Option(help="Folder to write to; made if missing.")] = Path("comparison"),
    data: DataOption = None,
    part: PartOption = None,
    views: ViewsOption = "single",
) -> None:
    """Compare networks on the same pictures: McNemar's test, bootstrap, plots; comparison.html and tables."""
    from training.measure.comparison import write_comparison

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
    from training.measure.report import write_report

    if not run.is_dir():
        raise RunError(f"{run}: is no folder of a run.")
    (measured,) = measure([run], data, part, views)
    for path in write_report(measured, out or run / "report.html", plots):
        console.print(f"Report: {path}")


def report_run(folder: Path, training: Examples, validation: Examples, source: str) -> list[Path]:
    """The report of a run that has just finished, on its validation part."""
    from training.measure.report import write_report

    pictures = f"validation part of {Path(source).name}"
    chosen = Chosen(validation, pictures, seen_in(validation, training))
    measured = measured_of(answers_of(opened(folder), validation, "single"), chosen)
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
    from training.measure.candidate import ensemble
    from training.measure.learned import check_new
    from training.measure.metrics import average_probabilities
    from training.measure.tables import VIEW_WORDS

    if not networks:
        raise RunError("Say what to measure: --run FOLDER, --model FILE, or several of them.")
    found = dict(zip(names_of(networks), [opened(path) for path in networks], strict=True))
    told = [learned_by(network) for network in found.values()]
    files_last = sorted(zip(found.values(), told, strict=True), key=lambda pair: isinstance(pair[0], Path))
    recipes = [learned.recipe for _, learned in files_last if learned.recipe is not None]
    data = data_of(source, recipes[0] if recipes else Recipe())
    if not set(parts or ()) >= set(data.parts):
        check_new(told, data, otherwise="measure all of it with --part Training --part Validation")
    chosen = choose_parts(data, parts or ())
    candidates, fits = [], []
    for name, network in progress(list(found.items()), "measuring"):
        candidates.append(dataclasses.replace(answers_of(network, chosen.examples, views), name=name))
        if chosen.fit_on is not None:
            fits.append(answers_of(network, chosen.fit_on, views, timed=False).logits)
    if together and len(candidates) > 1:
        candidates.append(ensemble(candidates))
        if fits:
            fits.append(average_probabilities(fits))
    if len({candidate.views for candidate in candidates}) > 1:
        candidates = [
            dataclasses.replace(candidate, name=f"{candidate.name} ({VIEW_WORDS[candidate.views]})")
            for candidate in candidates
        ]
    return [
        measured_of(candidate, chosen, fits[number] if fits else None)
        for number, candidate in enumerate(candidates)
    ]


def opened(path: Path) -> Run | Path:
    """A finished run on the fastest device here, or a model file as it is."""
    from training.run import load_run
    from training.trainer import choose_device

    if not path.exists():
        raise RunError(f"{path}: does not exist; name the folder of a finished run or an ONNX model file.")
    if not path.is_dir():
        return path
    run = load_run(path)
    run.network.to(choose_device("auto"))
    return run


def learned_by(network: Run | Path) -> Learned:
    """What a run or a model file tells of its training."""
    from training.measure.learned import learned_by_file, learned_by_run

    return learned_by_file(network) if isinstance(network, Path) else learned_by_run(network)


def answers_of(network: Run | Path, examples: Examples, views: Views, *, timed: bool = True) -> Candidate:
    """The answers of a run or a model file."""
    from training.measure.candidate import from_file, from_run

    if isinstance(network, Path):
        return from_file(network, examples, timed=timed)
    return from_run(network, examples, views, timed=timed)


def measured_of(candidate: Candidate, chosen: Chosen, fit: Logits | None = None) -> Measured:
    """A network with all its measures; `fit`: its answers to `chosen.fit_on`."""
    from training.measure.evaluation import evaluate_examples, fit_heads
    from training.measure.report import Measured

    fitted = None
    if fit is not None and chosen.fit_on is not None:
        fitted = fit_heads(fit, chosen.fit_on, chosen.fit_part)
    evaluation = evaluate_examples(
        candidate.logits, chosen.examples, chosen.seen, fitted=fitted, earlier=chosen.earlier
    )
    return Measured(candidate, evaluation, chosen.examples, chosen.pictures)


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


def show(measured: Measured) -> None:
    """All measures of one network, on the console."""
    from training.measure.tables import CLASS_HEADER, class_rows, cost_words, measure_rows

    console.print(f"{measured.candidate.name}: {measured.looked}", markup=False)
    for head, report in measured.evaluation.heads.items():
        print_table(("labels " + head, "value"), measure_rows(measured.evaluation, head))
        print_table(CLASS_HEADER, class_rows(report))
        said = [(label, *map(str, row)) for label, row in zip(report.labels, report.confusion, strict=True)]
        print_table(("right: said", *report.labels), said)
    console.print(cost_words(measured.candidate))


def show_side_by_side(measured: Sequence[Measured]) -> None:
    """One row per network for each label set that all of them have."""
    from training.measure.metrics import common_heads
    from training.measure.report import looked_at
    from training.measure.tables import milliseconds, model_rows

    console.print(looked_at(measured), markup=False)
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
