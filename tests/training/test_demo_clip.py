"""The demo clip shows what its list says: a face, a second one that crosses, then none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import cv2.data
import numpy as np
import pytest
from numpy.typing import NDArray

FOLDER = Path(__file__).resolve().parents[2] / "assets" / "demo"
SCORE: dict[str, Any] = json.loads((FOLDER / "demo.json").read_text(encoding="utf-8"))
Picture = NDArray[np.uint8]


@pytest.fixture(scope="module")
def frames() -> list[Picture]:
    """Every fifth frame in grey."""
    capture = cv2.VideoCapture(str(FOLDER / "demo.mp4"))
    pictures: list[Picture] = []
    number = 0
    while capture.grab():
        if number % 5 == 0:
            picture = capture.retrieve()[1]
            pictures.append(np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8))
        number += 1
    capture.release()
    assert number == SCORE["frames"] == 600
    return pictures


def within(frames: list[Picture], part: dict[str, Any]) -> list[Picture]:
    first, last = (round(part[side] * SCORE["fps"] / 5) for side in ("start_s", "end_s"))
    return frames[first:last]


def face_widths(picture: Picture) -> list[int]:
    """Widths of the faces that OpenCV's cascade finds, in pixels."""
    cascade = cv2.CascadeClassifier(f"{cv2.data.haarcascades}haarcascade_frontalface_default.xml")
    boxes = cascade.detectMultiScale(picture, scaleFactor=1.1, minNeighbors=5, minSize=(80, 80))
    return [int(width) for _x, _y, width, _height in boxes]


def test_the_clip_is_small_and_of_the_promised_size(frames: list[Picture]) -> None:
    assert (FOLDER / "demo.mp4").stat().st_size < 3_000_000
    assert frames[0].shape == (480, 640)


def test_every_expression_has_its_two_seconds() -> None:
    shown = [part["expression"] for part in SCORE["main"]]
    assert shown == ["neutral", "happiness", "surprise", "sadness", "anger", "disgust", "neutral"]
    assert all(part["end_s"] - part["start_s"] == pytest.approx(2) for part in SCORE["main"])


@pytest.mark.parametrize("number", range(7))
def test_the_cascade_finds_the_main_face_in_every_expression(frames: list[Picture], number: int) -> None:
    shown = within(frames, SCORE["main"][number])
    assert sum(max(face_widths(picture), default=0) > 180 for picture in shown) >= len(shown) - 1


def test_two_faces_are_seen_before_and_after_the_crossing(frames: list[Picture]) -> None:
    crossing = within(frames, SCORE["crossing"])
    counts = [len(face_widths(picture)) for picture in crossing]
    half = len(counts) // 2
    assert max(counts[:half]) == 2
    assert max(counts[half:]) == 2
    assert 1 in counts[half - 2 : half + 2]


def test_the_end_has_no_face(frames: list[Picture]) -> None:
    empty = within(frames, SCORE["faceless"])
    assert len(empty) >= 12
    assert not any(face_widths(picture) for picture in empty)
