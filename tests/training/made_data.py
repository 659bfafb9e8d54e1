"""Small data sets in FER2013's formats: bright discs and bars stand in for expressions."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fer_desktop.emotions import EMOTIONS
from training.data import REJECTIONS, SIDE, FaceSet

FERPLUS_COLUMNS = ("neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt")


def made_faces(count: int, seed: int = 0) -> FaceSet:
    """Noisy pictures whose class decides which of seven stripes is bright; the crowd agrees."""
    rng = np.random.default_rng(seed)
    emotion = np.arange(count) % 7
    images = rng.integers(60, 120, (count, SIDE, SIDE))
    for image, label in zip(images, emotion, strict=True):
        image[4 + 6 * label : 9 + 6 * label, 8:40] += 100
    votes = np.zeros((count, len(EMOTIONS)), np.float32)
    votes[np.arange(count), emotion] = 10
    rejected = np.zeros((count, len(REJECTIONS)), np.float32)
    return FaceSet(images.astype(np.uint8), emotion.astype(np.int64), votes, rejected)


def write_kaggle(path: Path, faces: FaceSet, usages: list[str]) -> Path:
    """Write Kaggle's CSV, compressed if the name ends in .gz."""
    lines = ["emotion,pixels,Usage"]
    for emotion, image, usage in zip(faces.emotion, faces.images, usages, strict=True):
        lines.append(f"{emotion},{' '.join(map(str, image.ravel()))},{usage}")
    text = "\n".join(lines) + "\n"
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(text.encode()))
    else:
        path.write_text(text, encoding="utf-8")
    return path


def write_ferplus(path: Path, votes: NDArray[np.float32], usages: list[str]) -> None:
    """Write FERPlus' CSV, whose columns stand in another order than ours."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["Usage", "Image name", *FERPLUS_COLUMNS, *REJECTIONS])
        for number, (row, usage) in enumerate(zip(votes, usages, strict=True)):
            by_name = dict(zip(EMOTIONS, row, strict=True))
            counts = [int(by_name[name]) for name in FERPLUS_COLUMNS]
            writer.writerow([usage, f"fer{number:07d}.png", *counts, 0, 0])


def write_dataset(folder: Path, training: int = 56, validation: int = 28) -> Path:
    """A folder with fer2013.csv and fer2013new.csv; returns the former."""
    folder.mkdir(parents=True, exist_ok=True)
    faces = made_faces(training + validation)
    usages = ["Training"] * training + ["PublicTest"] * validation
    write_ferplus(folder / "fer2013new.csv", faces.votes, usages)
    return write_kaggle(folder / "fer2013.csv", faces, usages)
