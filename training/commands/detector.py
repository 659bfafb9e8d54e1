"""`detector`: our own face detector, from pictures to a file that `cv2.FaceDetectorYN` loads."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from training.commands.common import OutOption, console, print_table, progress
from training.errors import RunError
from training.names import PRECISIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from training.detector.boxes import Picture
    from training.detector.measure import Case, Speed

detector_app: Final = typer.Typer(
    help="Train a face detector in YuNet's format: faces, scenes, train, export, measure, mine.",
    no_args_is_help=True,
)

DataFolder = Annotated[
    Path,
    typer.Option("--data", help="Folder with portraits, faces, wild, fer2013, photos, clips; any may lack."),
]
ReferenceOption = Annotated[
    Path,
    typer.Option("--reference", help="Detector in YuNet's format (ONNX) that labels, or is the measure."),
]
SURE: Final = 0.7
"""YuNet's own threshold."""
ThresholdOption = Annotated[
    float, typer.Option(min=0.05, max=1, help="Score from which the program is to believe this detector.")
]
FinishedRun = Annotated[Path, typer.Option("--run", help="Folder of a finished `detector train`.")]


@detector_app.command("faces")
def faces_command(
    data: DataFolder,
    reference: ReferenceOption,
    out: OutOption,
    backgrounds: Annotated[
        Path | None,
        typer.Option(help="Folder of photographs without faces, with its sub-folders: wallpapers, say."),
    ] = None,
) -> None:
    """Look at all pictures once with the reference, and keep what scenes are made of. Goes on if stopped."""
    import cv2

    from training.detector.faces import make_shelf
    from training.detector.sources import sources_in
    from training.detector.teacher import FaceFinder

    def watch(pictures: Iterable[Picture], name: str) -> Iterable[Picture]:
        return progress(pictures, f"{name}: pictures looked at")

    cv2.setNumThreads(1)  # so small a network only loses time on more
    teacher = FaceFinder(reference)
    sources, lacks = sources_in(data, backgrounds)
    for lack in lacks:
        console.print(lack, markup=False, soft_wrap=True)
    rows = []
    try:
        for source in sources:
            made = make_shelf(source, teacher, out, watch)
            seen = "finished before" if made.seen is None else f"{made.seen:,}"
            rows.append((made.name, seen, f"{made.pictures:,}", f"{made.faces:,}"))
    except KeyboardInterrupt:
        raise RunError(f"Stopped. Whole sources are kept in {out}; the same command goes on.") from None
    print_table(("source", "looked at", "kept", "faces"), rows)


@detector_app.command("mine")
def mine_command(
    faces: Annotated[
        Path, typer.Option(help="Folder that `detector faces` wrote; the places are added to it.")
    ],
    model: Annotated[Path, typer.Option(help="A trained detector's ONNX file.")],
    threshold: Annotated[float, typer.Option(help="Score from which a place counts.", min=0.05)] = 0.4,
) -> None:
    """Collect what a trained detector takes for faces where none are, for the scenes of a next training."""
    from training.detector.mining import HARD, hard_windows
    from training.detector.stock import read_stock, write_shelf
    from training.detector.teacher import FaceFinder

    windows = hard_windows(
        read_stock(faces),
        FaceFinder(model, threshold),
        lambda entries: progress(entries, "pictures without faces"),
    )
    found = write_shelf(faces, HARD, windows)
    console.print(f"{found:,} places that {model.name} takes for faces, added to {faces}", markup=False)


@detector_app.command("scenes")
def scenes_command(
    faces: Annotated[Path, typer.Option(help="Folder that `detector faces` wrote.")],
    out: OutOption,
    count: Annotated[int, typer.Option(help="How many scenes.", min=1)] = 60000,
    reference: Annotated[
        Path | None,
        typer.Option(help="Detector that places boxes and landmarks once more, in the finished scene."),
    ] = None,
    side: Annotated[int, typer.Option(help="Width and height of a scene, a multiple of 32.", min=64)] = 320,
    seed: Annotated[int, typer.Option(help="Another seed makes other scenes.", min=0)] = 0,
    processes: Annotated[int, typer.Option(help="Processes that make them.", min=1)] = 1,
) -> None:
    """Make scenes ahead: faces of all sizes in all surroundings, disturbed. Goes on if stopped."""
    from training.detector.scene_files import PART, Order, make_scenes
    from training.errors import RecipeError

    if side % 32:
        raise RecipeError(f"--side {side} is not a multiple of 32.")
    order = Order(str(faces), str(reference or ""), count, seed, side)
    try:
        make_scenes(order, out, processes, lambda parts, total: progress(parts, f"{PART} scenes each", total))
    except KeyboardInterrupt:
        raise RunError(f"Stopped. Whole parts are kept in {out}; the same command goes on.") from None
    console.print(f"{count:,} scenes in {out}", markup=False)


@detector_app.command("train")
def train_command(
    scenes: Annotated[Path, typer.Option(help="Folder that `detector scenes` wrote.")],
    out: OutOption = Path("runs/detector"),
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a stopped run.")] = False,
    epochs: Annotated[int, typer.Option(help="How often all scenes are seen.", min=1)] = 10,
    batch: Annotated[int, typer.Option(help="Scenes of a step.", min=2)] = 32,
    rate: Annotated[float, typer.Option(help="Highest learning rate.")] = 2e-3,
    held_out: Annotated[int, typer.Option(help="Scenes that are only measured on.", min=1)] = 500,
    seed: Annotated[int, typer.Option(help="Decides everything random.", min=0)] = 0,
    precision: Annotated[str, typer.Option(help=f"Of {', '.join(PRECISIONS)}.")] = "fp32",
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:1.")] = "auto",
    threads: Annotated[int, typer.Option(help="Threads of the processor; 0: all.", min=0)] = 0,
    workers: Annotated[int, typer.Option(help="Processes that read scenes.", min=0)] = 0,
) -> None:
    """Train the detector on scenes."""
    import torch

    from training.detector.scene_files import SceneFolder
    from training.detector.settings import Settings
    from training.detector.train import Machine, train
    from training.trainer import choose_device

    if threads:
        torch.set_num_threads(threads)
    settings = Settings(
        epochs=epochs, batch=batch, rate=rate, held_out=held_out, seed=seed, precision=precision
    )
    try:
        final = train(
            settings,
            SceneFolder(scenes),
            out,
            Machine(choose_device(device), workers),
            resume=resume,
            watch=progress,
            report=show_epoch,
        )
    except KeyboardInterrupt:
        raise RunError(
            f"Stopped. Whole epochs are kept in {out}; the same command with --resume goes on."
        ) from None
    console.print(f"Weights: {final}")


def show_epoch(row: dict[str, float]) -> None:
    """One line of the console per epoch."""
    console.print(
        f"epoch {row['epoch']:3.0f}  loss {row['loss']:.3f} (face {row['face_loss']:.3f}, quality "
        f"{row['quality_loss']:.3f}, box {row['box_loss']:.3f}, landmarks {row['landmark_loss']:.3f})  "
        f"held out: recall {row['recall']:.3f}  false {row['false_share']:.3f}  landmarks "
        f"{row['landmark_error']:.3f}  {row['seconds']:.0f} s",
        highlight=False,
        soft_wrap=True,
    )


@detector_app.command("measure")
def measure_command(
    model: Annotated[Path, typer.Option(help="The detector's ONNX file.")],
    data: DataFolder,
    reference: ReferenceOption,
    out: OutOption,
    backgrounds: Annotated[
        Path | None, typer.Option(help="The folder that `detector faces` was given: it left out every fifth.")
    ] = None,
    threshold: ThresholdOption = SURE,
) -> None:
    """Compare with a reference and the cascade on photos and clips that no training has seen."""
    from training.detector.measure import (
        measure_detector,
        measure_false_alarms,
        measure_speed,
        unseen_pictures,
        write_measures,
    )
    from training.detector.sources import unseen_without_faces

    pictures = list(unseen_pictures(data))
    seen = progress(pictures, "unseen pictures")
    cases = measure_detector(model, reference, seen, threshold=threshold)
    empty = progress(unseen_without_faces(backgrounds), "pictures without faces")
    alarms = measure_false_alarms(model, reference, empty, threshold=threshold)
    speeds = measure_speed(model, reference, pictures[0])
    console.print(f"{len(pictures)} pictures that no training has seen; faces are those of {reference.stem}")
    header = ("detector", "threshold", "side", "faces", "recall", "detections", "false", "landmarks")
    print_table(header, [row_of(case) for case in cases])
    rows = [(told.detector, f"{told.pictures:,}", f"{told.alarms:,}") for told in alarms]
    print_table(("detector", "pictures without faces", "faces seen in them"), rows)
    print_table(("detector", "OpenCV ms", "ONNX Runtime ms"), [speed_row(speed) for speed in speeds])
    write_measures(cases, alarms, speeds, out)
    console.print(f"Figures: {out / 'detector.csv'}, {out / 'detector.json'}", markup=False, soft_wrap=True)


def row_of(case: Case) -> Sequence[str]:
    """A line of the table; what cannot be told is left empty."""
    counted = case.agreement
    sides = f"{case.low:.0f}+" if case.high == float("inf") else f"{case.low:.0f} to {case.high:.0f}"
    return (
        case.detector,
        f"{case.threshold:.2g}" if case.threshold else "",
        sides,
        f"{counted.known:,}",
        f"{counted.recall:.1%}" if counted.known else "",
        f"{counted.detections:,}",
        f"{counted.false:,}",
        f"{counted.landmark_error:.3f}" if len(counted.errors) else "",
    )


def speed_row(speed: Speed) -> Sequence[str]:
    """Best milliseconds for one picture on one thread."""
    runtime = "" if speed.onnxruntime_ms is None else f"{speed.onnxruntime_ms:.2f}"
    return speed.detector, f"{speed.opencv_ms:.2f}", runtime


@detector_app.command("export")
def export_command(
    run: FinishedRun,
    out: Annotated[Path, typer.Option("--out", help="ONNX file to write; its card lies beside it.")],
    measures: Annotated[
        Path | None, typer.Option(help="Folder of `detector measure`, whose figures the card quotes.")
    ] = None,
    threshold: ThresholdOption = SURE,
) -> None:
    """Write the detector as ONNX, proved against PyTorch and in OpenCV, and a card."""
    from training.detector.card import write_card
    from training.detector.export import export_detector
    from training.detector.train import load_detector

    network = load_detector(run)
    export_detector(network, out)
    card = write_card(out, run, network, measures, threshold)
    console.print(f"{out}, {card}", markup=False, soft_wrap=True)
