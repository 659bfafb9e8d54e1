"""Small data sets in the forms that the laboratory reads: bright stripes stand in for expressions."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from fer_desktop.emotions import FER2013_LABELS, FERPLUS_LABELS
from training.data.examples import Examples, Truth
from training.data.votes import REJECTIONS, Votes

FERPLUS_COLUMNS = ("neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt")


def made_faces(count: int, seed: int = 0, side: int = 48) -> Examples:
    """Noisy pictures whose class decides which of seven stripes is bright; the crowd agrees.

    Heads `ferplus` (votes) and `fer2013`.
    """
    rng = np.random.default_rng(seed)
    answers = np.arange(count) % len(FER2013_LABELS)
    images = rng.integers(60, 120, (count, side, side))
    step, left, right = side // 8, side // 6, 5 * side // 6
    for image, answer in zip(images, answers, strict=True):
        top = side // 12 + step * answer
        image[top : top + max(1, step - 1), left:right] += 100
    truths = {
        "ferplus": made_votes(answers).truth(),
        "fer2013": Truth.of_answers(FER2013_LABELS, answers.astype(np.int64)),
    }
    names = np.array([f"row {number}" for number in range(count)])
    return Examples(images.astype(np.uint8), truths, names)


def made_votes(answers: NDArray[np.integer]) -> Votes:
    """Ten people of one mind about every picture."""
    labels = np.zeros((len(answers), len(FERPLUS_LABELS)), np.float32)
    labels[np.arange(len(answers)), answers] = 10
    return Votes(labels, np.zeros((len(answers), len(REJECTIONS)), np.float32))


def made_examples(images: NDArray[np.uint8], answers: Sequence[int], labels: Sequence[str]) -> Examples:
    """Pictures with one head, `classes`."""
    truth = Truth.of_answers(labels, np.array(answers, np.int64))
    return Examples(images, {"classes": truth}, np.array([f"row {i}" for i in range(len(images))]))


def write_table(path: Path, header: Sequence[str], rows: Sequence[Sequence[object]]) -> Path:
    """Write a CSV file as it stands, compressed if its name ends in .gz."""
    text = "\n".join(",".join(map(str, row)) for row in (header, *rows)) + "\n"
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


def pixel_text(image: NDArray[np.uint8]) -> str:
    """The grey values of a picture as Kaggle writes them."""
    return " ".join(map(str, image.ravel()))


def write_kaggle(path: Path, faces: Examples, usages: Sequence[str]) -> Path:
    """Write Kaggle's CSV."""
    answers = faces.truths["fer2013"].answers
    rows = [
        (answer, pixel_text(image), usage)
        for answer, image, usage in zip(answers, faces.images, usages, strict=True)
    ]
    return write_table(path, ("emotion", "pixels", "Usage"), rows)


def write_ferplus(path: Path, votes: Votes, usages: Sequence[str]) -> Path:
    """Write FERPlus' CSV, whose columns stand in another order than ours."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["Usage", "Image name", *FERPLUS_COLUMNS, *REJECTIONS])
        for number, (row, rejected, usage) in enumerate(
            zip(votes.labels, votes.rejected, usages, strict=True)
        ):
            by_name = dict(zip(FERPLUS_LABELS, row, strict=True))
            counts = [int(by_name[name]) for name in FERPLUS_COLUMNS]
            writer.writerow([usage, f"fer{number:07d}.png", *counts, *map(int, rejected)])
    return path


def write_dataset(folder: Path, training: int = 56, validation: int = 28) -> Path:
    """A folder with fer2013.csv and fer2013new.csv; returns the former."""
    folder.mkdir(parents=True, exist_ok=True)
    faces = made_faces(training + validation)
    usages = ["Training"] * training + ["PublicTest"] * validation
    write_ferplus(folder / "fer2013new.csv", made_votes(faces.truths["fer2013"].answers), usages)
    return write_kaggle(folder / "fer2013.csv", faces, usages)


def write_classes(root: Path, counts: dict[str, int], side: int = 48, seed: int = 0) -> Path:
    """Class folders with so many noisy PNG files each."""
    rng = np.random.default_rng(seed)
    for name, count in counts.items():
        (root / name).mkdir(parents=True, exist_ok=True)
        for number in range(count):
            cv2.imwrite(str(root / name / f"{number:03d}.png"), rng.integers(0, 256, (side, side), np.uint8))
    return root
