"""`counts`, `demo-data`, `photos`, `people` and `framing`: what there is to learn from, and making more."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.table import Table

from training.commands.common import DataOption, DetectorOption, OutOption, console, progress
from training.data.choose import load_data, training_and_validation
from training.data.counts import check_counts, shared_pictures
from training.data.demo import write_demo
from training.data.examples import DataSet
from training.data.statistics import pixel_statistics
from training.errors import DataError
from training.framing import OURS, cascade, live_framing, measure_framing, write_crop, yunet
from training.photos import FaceFinder, convert_photos

MODEL = Path("assets/models/expression.onnx")


class Kind(StrEnum):
    """What demonstration data shows."""

    SHAPES = "shapes"
    DIGITS = "digits"


DEMO = {Kind.SHAPES: "shapes:count=600", Kind.DIGITS: "digits"}
"""The data behind each kind."""


class Form(StrEnum):
    """How demonstration data is written."""

    FOLDERS = "folders"
    CSV = "csv"


def counts_command(data: DataOption = None) -> None:
    """Count the pictures of each class and part, check them, and tell what the pictures are like."""
    if not data:
        raise DataError("Say what to count: --data FILE, FOLDER, digits or shapes.")
    loaded = load_data(data)
    for head in next(iter(loaded.parts.values())).heads:
        console.print(_class_table(loaded, head))
    for line in check_counts(loaded):
        console.print(line, markup=False, highlight=False)
    for name, other, copies in shared_pictures(loaded):
        console.print(
            f"{name}: {copies:,} of {len(loaded.part(name)):,} pictures are also in {other}, pixel by pixel."
        )
    name, examples = next(iter(loaded.parts.items()))
    statistics = pixel_statistics(examples.images)
    console.print(
        f"{name}: {examples.side} x {examples.side} pixels, mean grey value {statistics.global_mean:.1f}, "
        f"standard deviation {statistics.global_std:.1f} ({statistics.std.min():.1f} to "
        f"{statistics.std.max():.1f} by pixel), {examples.images.nbytes / 2**20:,.1f} MiB."
    )


def _class_table(data: DataSet, head: str) -> Table:
    table = Table("class", *data.parts, title=f"Labels '{head}'")
    for column in table.columns[1:]:
        column.justify = "right"
    truths = [examples.truths[head] for examples in data.parts.values()]
    counts = [truth.counts() for truth in truths]
    for label in truths[0].labels:
        shares = (f"{count[label]:,} ({count[label] / max(1, sum(count.values())):6.1%})" for count in counts)
        table.add_row(label, *shares)
    unlabelled = [int((truth.answers < 0).sum()) for truth in truths]
    if any(unlabelled):
        table.add_row("no clear answer", *(f"{count:,}" for count in unlabelled), end_section=True)
    table.add_section()
    table.add_row("in all", *(f"{len(examples):,}" for examples in data.parts.values()))
    return table


def demo_data_command(
    out: OutOption,
    kind: Annotated[Kind, typer.Option(help="What the pictures show.")] = Kind.SHAPES,
    form: Annotated[Form, typer.Option(help="Class folders of PNG files, or a table like Kaggle's.")] = (
        Form.FOLDERS
    ),
) -> None:
    """Write a small data set to look at, to change, and to train on."""
    written = write_demo(load_data(DEMO[kind]), out, table=form is Form.CSV)
    console.print(f"{written:,} pictures in {out}", markup=False)


def photos_command(
    source: Annotated[Path, typer.Argument(help="Folder of photos; sub-folders are kept as classes.")],
    out: OutOption,
    detector: DetectorOption = "face_detector",
    framing: Annotated[
        Path, typer.Option(help="How faces are cut: what `framing` wrote, or a model file.")
    ] = OURS,
    side: Annotated[int, typer.Option(help="Width and height of a face in pixels.", min=8, max=512)] = 48,
    largest: Annotated[bool, typer.Option("--largest", help="Only the largest face of each photo.")] = False,
    sheet: Annotated[
        int, typer.Option(help="Each file is a sheet of so many rows and columns of photos.", min=1)
    ] = 1,
) -> None:
    """Cut the faces out of photos as grey pictures to train or to measure on."""
    finder = FaceFinder(detector, live_framing(framing), side, largest_only=largest, sheet=sheet)
    done = convert_photos(source, out, finder, _watch)
    for sentence in done.damaged:
        console.print(sentence, markup=False, highlight=False, soft_wrap=True)
    console.print(
        f"{done.faces:,} faces of {done.photos:,} photos; {len(done.without_face):,} photos without a face, "
        f"{len(done.damaged):,} damaged. See {out / 'faces.csv'}.",
        markup=False,
        soft_wrap=True,
    )


def people_command(
    source: Annotated[Path, typer.Argument(help="Folder with a folder of photos per person, or one photo.")],
    out: OutOption,
    model: Annotated[Path, typer.Option(help="Model file that reads the faces.")] = MODEL,
    detector: DetectorOption = "face_detector",
) -> None:
    """Tell which expressions people show in their photos, as a spreadsheet and as charts."""
    # Imported here: ONNX Runtime and the plots take seconds that the other commands should not.
    from training import people
    from training.measure.plots import save_plot

    if source.is_dir():
        people.check_out(source, out)
    reader = people.Reader(model, detector)
    if source.is_file():
        faces = reader.faces(source)
        if not faces:
            raise DataError(f"{source}: no face is found in it.")
        for number, (face, shares) in enumerate(faces, 1):
            path = out / f"{source.name}-{number}.png"
            title = f"{source.name}: {reader.labels[int(shares.argmax())]}"
            save_plot(people.draw_photo(face, shares, reader.labels, title), path)
            console.print(str(path), markup=False, soft_wrap=True)
        return
    findings = people.read_people(source, reader, _watch)
    table = Table("person", "photos", "with a face", "shows most often")
    for person, row in findings.absolute.iterrows():
        shown = row[list(reader.labels)]
        often = shown[shown > 0].sort_values(ascending=False, kind="stable").head(3)
        words = ", ".join(f"{label} {count / shown.sum():.0%}" for label, count in often.items())
        table.add_row(str(person), f"{row.sum():,}", f"{shown.sum():,}", words)
    console.print(table)
    for path in people.write_findings(findings, out):
        console.print(str(path), markup=False, soft_wrap=True)


def framing_command(
    detector: Annotated[Path, typer.Option(help="Face detector in YuNet's format (ONNX).")],
    data: DataOption = None,
    out: Annotated[Path, typer.Option(help="JSON file to write.")] = OURS,
    pictures: Annotated[int, typer.Option(help="How many Training pictures to look at.", min=1)] = 1500,
) -> None:
    """Measure where FER2013's square lies around the boxes of the cascade and of a YuNet detector."""
    if not data:
        raise DataError("Say which faces to look at: --data FILE or FOLDER of FER2013.")
    training, _validation = training_and_validation(load_data(data))
    rows = np.random.default_rng(0).permutation(len(training))[:pictures]
    framings = [measure_framing(training.select(rows), detect) for detect in (cascade(), yunet(detector))]
    table = Table("detector", "found", "centre", "size", "landmarks")
    for title, framing in zip(("cascade", detector.stem), framings, strict=True):
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in framing.landmarks)
        middle, size = f"{framing.cx:.1f}, {framing.cy:.1f}", f"{framing.w:.1f} x {framing.h:.1f}"
        table.add_row(title, f"{framing.found:.1%}", middle, size, points)
    console.print(table)
    write_crop(out, *framings)


def _watch(photos: list[Path]) -> Iterable[Path]:
    return progress(photos, "Looking at photos")
