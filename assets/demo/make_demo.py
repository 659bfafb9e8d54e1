"""Make the demo clip: two people who do not exist, as averages of many aligned faces.

    python assets/demo/make_demo.py --faces DIR --detector yunet.onnx

`--faces` holds one folder of grey faces per expression; `--detector` is any network in YuNet's format.
Neither is part of the project. Needs PyAV (a development dependency).
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import av
import cv2
import numpy as np
import typer
from numpy.typing import NDArray

Floats = NDArray[np.float32]

WIDTH, HEIGHT, FPS = 640, 480, 30
CANVAS: Final = (320, 360)
"""Width and height of the picture that faces are aligned in; eyes at y = 150."""
EYES: Final = np.array([[118, 150], [202, 150]], np.float32)
MIRRORED: Final = [1, 0, 2, 4, 3]
NEAR_FRONTAL: Final = 64
"""Faces of a class that are averaged: the most symmetric ones."""

HOLD_S, MORPH_S, LEAVE_S, END_S = 2.0, 0.5, 0.8, 20.0
PLAY: Final = ("neutral", "happiness", "surprise", "sadness", "anger", "disgust", "neutral")
EXAGGERATION: Final = {
    "neutral": 0.0,
    "happiness": 1.1,
    "surprise": 1.25,
    "sadness": 1.25,
    "anger": 1.2,
    "disgust": 1.2,
}
"""How far an expression is pushed from the neutral face: averaging weakens it, 1 leaves it so."""
LEAVES_S: Final = len(PLAY) * HOLD_S + (len(PLAY) - 1) * MORPH_S
CROSSING: Final = (5.6, 9.4)
"""Seconds at which the second person enters on the right and has left on the left."""


@dataclass(frozen=True, slots=True)
class Person:
    """A composite face per expression (grey, CANVAS) and the colours around it (BGR)."""

    faces: dict[str, Floats]
    hair: tuple[int, int, int]
    clothes: tuple[int, int, int]
    chroma: tuple[float, float]
    """Red and blue difference of the skin at full light (YCrCb)."""


def find_landmarks(detector: cv2.FaceDetectorYN, face: NDArray[np.uint8]) -> Floats | None:
    """The five landmarks (5, 2) of the largest face in a tightly cut picture, if one is found."""
    margin = face.shape[0] // 4
    padded = cv2.copyMakeBorder(face, margin, margin, margin, margin, cv2.BORDER_REPLICATE)
    detector.setInputSize((padded.shape[1], padded.shape[0]))
    _, rows = detector.detect(cv2.cvtColor(padded, cv2.COLOR_GRAY2BGR))
    if rows is None:
        return None
    best = max(rows, key=lambda row: float(row[2] * row[3]))
    points: Floats = np.asarray(best[4:14], np.float32).reshape(5, 2) - margin
    return points


def eyes_to_place(points: Floats) -> Floats:
    """Turn, scale and move landmarks so that the eyes are at EYES."""
    source, target = (complex(*(p[1] - p[0])) for p in (points, EYES))
    ratio = target / source
    turn = np.array([[ratio.real, -ratio.imag], [ratio.imag, ratio.real]], np.float32)
    return ((points - points[0]) @ turn.T + EYES[0]).astype(np.float32)


def asymmetry(placed: Floats) -> float:
    """How far nose and mouth are from the middle line, and how tilted the mouth is, in pixels."""
    middle = CANVAS[0] / 2
    mouth = placed[3:]
    return float(
        abs(placed[2, 0] - middle) + abs(mouth[:, 0].mean() - middle) + abs(mouth[0, 1] - mouth[1, 1]) / 2
    )


def aligned_faces(folder: Path, detector: cv2.FaceDetectorYN) -> tuple[Floats, Floats]:
    """The near-frontal faces of a class, mapped onto its mean landmarks: pictures (N, h, w) with mean 0
    and deviation 1 in the face, and the share of each pixel that the photograph covers."""
    found = []
    for path in sorted(folder.iterdir()):
        picture = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
        if picture is None:
            raise typer.BadParameter(f"{path} is not a picture.")
        grey = picture.astype(np.uint8)
        points = find_landmarks(detector, grey)
        if points is not None:
            found.append((asymmetry(eyes_to_place(points)), grey, points))
    found = sorted(found, key=lambda entry: entry[0])[:NEAR_FRONTAL]
    placed = np.array([eyes_to_place(points) for _, _, points in found])
    mirror = placed[:, MIRRORED] * [-1, 1] + [CANVAS[0], 0]
    shape = (placed.mean(0) + mirror.mean(0)) / 2
    equalise = cv2.createCLAHE(2.0, (4, 4))
    pictures, covers = [], []
    for _, grey, points in found:
        homogeneous = np.hstack([points, np.ones((5, 1), np.float32)])
        affine = np.linalg.lstsq(homogeneous, shape, rcond=None)[0].T
        evened = equalise.apply(grey)
        warped = cv2.warpAffine(
            evened, affine, CANVAS, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
        )
        cover = cv2.warpAffine(np.ones(grey.shape, np.float32), affine, CANVAS)
        picture = warped.astype(np.float32)
        inside = picture[oval(95, 125) > 0.5]
        pictures.append((picture - inside.mean()) / inside.std())
        covers.append(cover)
    return np.array(pictures, np.float32), np.array(covers, np.float32)


def oval(half_width: float, half_height: float, feather: float = 0.0) -> Floats:
    """A mask over CANVAS, 1 inside an ellipse around the face, fading over `feather` pixels."""
    mask = np.zeros(CANVAS[::-1], np.float32)
    axes = (round(half_width), round(half_height))
    cv2.ellipse(mask, (CANVAS[0] // 2, 188), axes, 0, 0, 360, 1.0, -1, cv2.LINE_AA)
    return cv2.GaussianBlur(mask, (0, 0), feather).astype(np.float32) if feather else mask


def average(pictures: Floats, covers: Floats) -> Floats:
    """The mean face of pictures and their mirror images (h, w), deviation 1 in the face."""
    both = np.concatenate([pictures, pictures[:, :, ::-1]])
    weights = np.concatenate([covers, covers[:, :, ::-1]]) + 1e-3
    mean = (both * weights).sum(0) / weights.sum(0)
    inside = mean[oval(95, 125) > 0.5]
    return ((mean - inside.mean()) / inside.std()).astype(np.float32)


def split_by_look(pictures: Floats, direction: Floats | None) -> tuple[NDArray[np.bool_], Floats]:
    """Divide faces into two halves that look most unlike each other; also return by what.

    Light from one side is no trait of a person, so each face is averaged with its mirror first.
    """
    even = (pictures + pictures[:, :, ::-1]) / 2
    small = np.array([cv2.resize(face, (40, 45))[8:40, 8:32].ravel() for face in even])
    small -= small.mean(0)
    if direction is None:
        direction = np.linalg.svd(small, full_matrices=False)[2][0].astype(np.float32)
        direction *= np.sign(direction.sum())
    scores = small @ direction
    return scores > np.median(scores), direction


def finish(face: Floats, light: float) -> Floats:
    """Grey values from a standardised face, with the contrast and the edges that averaging lost."""
    softened = cv2.GaussianBlur(face, (0, 0), 3)
    return np.clip((face + 0.8 * (face - softened)) * 42 + light, 8, 247).astype(np.float32)


def make_people(folder: Path, detector: cv2.FaceDetectorYN) -> tuple[Person, Person]:
    """Two people from disjoint halves of the faces of every class."""
    direction: Floats | None = None
    means: tuple[dict[str, Floats], dict[str, Floats]] = ({}, {})
    for expression in dict.fromkeys(PLAY):
        pictures, covers = aligned_faces(folder / expression, detector)
        half, direction = split_by_look(pictures, direction)
        for person, chosen in zip(means, (half, ~half), strict=True):
            person[expression] = average(pictures[chosen], covers[chosen])
    for person, light in zip(means, (150, 128), strict=True):
        calm = person["neutral"]
        for expression, mean in person.items():
            person[expression] = finish(calm + max(1.0, EXAGGERATION[expression]) * (mean - calm), light)
    first = Person(means[0], hair=(38, 48, 66), clothes=(122, 104, 62), chroma=(17, -21))
    second = Person(means[1], hair=(34, 34, 38), clothes=(70, 82, 138), chroma=(20, -24))
    return first, second


def morph(one: Floats, other: Floats, share: float) -> Floats:
    """A face between two: each is bent towards the other along the optical flow, then faded over."""
    if share <= 0 or share >= 1:
        return one if share <= 0 else other
    flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    there = cv2.GaussianBlur(flow.calc(one.astype(np.uint8), other.astype(np.uint8), None), (0, 0), 4)
    columns, rows = np.meshgrid(np.arange(CANVAS[0]), np.arange(CANVAS[1]))
    grid = np.dstack([columns, rows]).astype(np.float32)
    bent_one = cv2.remap(one, grid - share * there, None, cv2.INTER_LINEAR)
    bent_other = cv2.remap(other, grid + (1 - share) * there, None, cv2.INTER_LINEAR)
    return ((1 - share) * bent_one + share * bent_other).astype(np.float32)


def expression_at(person: Person, t_s: float) -> Floats:
    """The face of the play at a time: held, then morphed into the next."""
    number = min(int(t_s / (HOLD_S + MORPH_S)), len(PLAY) - 1)
    within = t_s - number * (HOLD_S + MORPH_S)
    following = PLAY[min(number + 1, len(PLAY) - 1)]
    return morph(person.faces[PLAY[number]], person.faces[following], ease((within - HOLD_S) / MORPH_S))


def ease(share: float) -> float:
    """A smooth step from 0 to 1."""
    share = min(1.0, max(0.0, share))
    return share * share * (3 - 2 * share)


def skin(grey: Floats, chroma: tuple[float, float]) -> Floats:
    """Tint a grey face (BGR); its luminance stays what it was."""
    strength = grey / 255
    colours = [grey, 128 + chroma[0] * strength, 128 + chroma[1] * strength]
    return cv2.cvtColor(np.dstack(colours).round().astype(np.uint8), cv2.COLOR_YCrCb2BGR).astype(np.float32)


def draw_head(person: Person, face: Floats) -> tuple[Floats, Floats]:
    """The head in CANVAS with a margin below for the neck: colours (BGR) and opacity."""
    hair = ellipse_mask((160, 168), (110, 142), 5)
    shell = ellipse_mask((160, 190), (91, 130), 4)
    tone = float(np.median(face[110:280, 90:230]))
    shade = np.full(CANVAS[::-1], tone * 0.78, np.float32)
    feathered = oval(80, 116, 9)
    grey = feathered * face + (1 - feathered) * shade
    colour = shell[..., None] * skin(grey, person.chroma) + (1 - shell[..., None]) * np.float32(person.hair)
    fringe = ellipse_mask((160, 52), (86, 30), 9)[..., None]
    colour = fringe * np.float32(person.hair) + (1 - fringe) * colour
    below_ears = np.clip((250 - np.arange(CANVAS[1])[:, None]) / 40, 0, 1).astype(np.float32)
    return colour.astype(np.float32), np.maximum(hair * below_ears, shell)


def ellipse_mask(middle: tuple[int, int], axes: tuple[int, int], feather: float) -> Floats:
    mask = np.zeros(CANVAS[::-1], np.float32)
    cv2.ellipse(mask, middle, axes, 0, 0, 360, 1.0, -1, cv2.LINE_AA)
    return cv2.GaussianBlur(mask, (0, 0), feather).astype(np.float32)


def paint(frame: Floats, colour: Floats, opacity: Floats, place: Floats) -> None:
    """Lay a picture with opacity over the frame, moved by an affine map (2, 3)."""
    size = (WIDTH, HEIGHT)
    moved = cv2.warpAffine(colour, place, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    alpha = cv2.warpAffine(opacity, place, size, flags=cv2.INTER_LINEAR)[..., None]
    frame *= 1 - alpha
    frame += alpha * moved


def paint_person(
    frame: Floats, person: Person, face: Floats, x: float, y: float, scale: float, t_s: float
) -> None:
    """Paint shoulders, neck and head; the head sways a little, the body less."""
    sway_x, sway_y = 7 * math.sin(1.1 * t_s), 4 * math.sin(1.7 * t_s + 1)
    roll = math.radians(2.5 * math.sin(0.8 * t_s))
    body = np.zeros((HEIGHT, WIDTH, 2), np.float32)
    neck = (round(x + 0.5 * sway_x), round(y + 118 * scale))
    cv2.ellipse(body, neck, (round(52 * scale), round(90 * scale)), 0, 0, 360, (1, 0), -1, cv2.LINE_AA)
    chest = (round(x + 0.3 * sway_x), round(y + 325 * scale))
    cv2.ellipse(body, chest, (round(185 * scale), round(165 * scale)), 0, 0, 360, (0, 1), -1, cv2.LINE_AA)
    body = cv2.GaussianBlur(body, (0, 0), 2.5)
    throat = skin(np.full((1, 1), float(np.median(face[110:280, 90:230])) * 0.6, np.float32), person.chroma)
    for mask, colour in ((body[..., 0], throat[0, 0]), (body[..., 1], np.float32(person.clothes))):
        frame *= 1 - mask[..., None]
        frame += mask[..., None] * colour
    cos, sin = scale * math.cos(roll), scale * math.sin(roll)
    turn = np.array([[cos, -sin], [sin, cos]])
    middle = np.array([x + sway_x, y + sway_y]) - turn @ [CANVAS[0] / 2, 188]
    paint(frame, *draw_head(person, face), np.hstack([turn, middle[:, None]]).astype(np.float32))


def backdrop() -> Floats:
    """A soft wall with light from the upper left (BGR)."""
    columns, rows = np.meshgrid(np.linspace(0, 1, WIDTH), np.linspace(0, 1, HEIGHT))
    light = np.exp(-((columns - 0.25) ** 2 + (rows - 0.2) ** 2) / 0.5)[..., None]
    wall = np.array([128, 120, 108]) + light * np.array([66, 72, 78])
    grain = np.random.default_rng(0).normal(0, 1.2, (HEIGHT, WIDTH, 1))
    return (wall + grain).astype(np.float32)


def frames(first: Person, second: Person) -> Iterator[NDArray[np.uint8]]:
    """The clip, frame by frame (BGR)."""
    wall = backdrop()
    for number in range(round(END_S * FPS)):
        t_s = number / FPS
        frame = wall.copy()
        enters, leaves = CROSSING
        if enters <= t_s < leaves:
            way = (t_s - enters) / (leaves - enters)
            look = morph(second.faces["neutral"], second.faces["happiness"], ease(4 * way - 0.5))
            paint_person(frame, second, look, WIDTH + 130 - way * (WIDTH + 260), 200, 0.66, t_s + 5)
        if t_s < LEAVES_S + LEAVE_S:
            gone = ease((t_s - LEAVES_S) / LEAVE_S) ** 1.5
            paint_person(frame, first, expression_at(first, t_s), 320 + 560 * gone, 215, 0.92, t_s)
        yield np.clip(frame, 0, 255).astype(np.uint8)


def write_video(path: Path, pictures: Iterator[NDArray[np.uint8]]) -> None:
    """Encode as H.264 that every player and OpenCV's decoder reads; a torn file is never left behind."""
    partial = path.with_name(path.stem + ".tmp.mp4")
    with av.open(str(partial), "w", options={"movflags": "faststart"}) as container:
        stream = container.add_stream(
            "libx264", rate=FPS, options={"crf": "21", "preset": "slow", "threads": "1"}
        )
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for picture in pictures:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        container.mux(stream.encode())
    os.replace(partial, path)


def score() -> dict[str, object]:
    """What is to be seen when, for the tests."""
    step = HOLD_S + MORPH_S
    main = [
        {"start_s": i * step, "end_s": i * step + HOLD_S, "expression": expression}
        for i, expression in enumerate(PLAY)
    ]
    return {
        "fps": FPS,
        "frames": round(END_S * FPS),
        "main": main,
        "leaving": {"start_s": LEAVES_S, "end_s": LEAVES_S + LEAVE_S},
        "crossing": {"start_s": CROSSING[0], "end_s": CROSSING[1]},
        "faceless": {"start_s": LEAVES_S + LEAVE_S, "end_s": END_S},
    }


def main(
    faces: Annotated[Path, typer.Option(help="Folder with a folder of grey faces per expression.")],
    detector: Annotated[Path, typer.Option(help="Face detector in YuNet's format (ONNX).")],
    out: Annotated[Path, typer.Option(help="The clip to write; demo.json is written beside it.")] = Path(
        "assets/demo/demo.mp4"
    ),
) -> None:
    """Make the demo clip and the list of what it shows when."""
    cv2.setNumThreads(1)
    network = cv2.FaceDetectorYN.create(str(detector), "", (320, 320), 0.6)
    write_video(out, frames(*make_people(faces, network)))
    out.with_name("demo.json").write_text(json.dumps(score(), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
