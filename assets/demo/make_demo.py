"""Make the demo clip: two people who do not exist, as averages of many aligned faces.

    python -m assets.demo.make_demo --faces DIR --fer2013 DIR --detector yunet.onnx --judge MODEL.onnx

`--faces` holds a folder of grey faces per expression, `--fer2013` the data that the networks are trained
on, `--detector` is any network in YuNet's format, `--judge` a model file of ours: of the faces of a class
it chooses those that show the expression clearly. None of the pictures is part of the project. Needs
PyAV (a development dependency) and the laboratory.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Final

import av
import cv2
import numpy as np
import typer

from fer_desktop.emotions import EMOTIONS
from training.composites import (
    CANVAS,
    MIDDLE,
    Bytes,
    Floats,
    Judge,
    composite,
    ellipse,
    finish,
    make_judge,
    read_faces,
)
from training.data.fer2013 import load_fer2013

WIDTH, HEIGHT, FPS = 640, 480, 30
CANDIDATES: Final = 120
"""FER2013 pictures of a class that are looked at: those that the crowd agrees on most."""

HOLD_S, MORPH_S, LEAVE_S, END_S = 2.0, 0.5, 0.8, 20.0
PLAY: Final = ("neutral", "happiness", "surprise", "sadness", "anger", "disgust", "neutral")
FROM_FER2013: Final = ("neutral", "happiness", "surprise", "anger", "disgust")
"""The first person's expressions that FER2013 shows more clearly than the other faces do (its sad
pictures are mostly of crying children)."""
EXAGGERATION: Final = 1.4
"""How far sadness is pushed from the neutral face and disgust from what it is mistaken for, anger and
neutral: averaging weakens an expression."""
LEAVES_S: Final = len(PLAY) * HOLD_S + (len(PLAY) - 1) * MORPH_S
ENTERS_S: Final = 5.2
PATH: Final = ((0.0, 800), (0.9, 540), (1.9, 520), (2.8, 120), (3.8, 100), (4.7, -160))
"""The second person: seconds after entering, and the place across the picture. Comes in on the right,
lingers, passes behind the first one, lingers, and leaves on the left."""
CROSSING: Final = (ENTERS_S, ENTERS_S + PATH[-1][0])


@dataclass(frozen=True, slots=True)
class Person:
    """A composite face per expression (grey, CANVAS) and the colours around it (BGR)."""

    faces: dict[str, Floats]
    hair: Floats
    clothes: Floats
    chroma: tuple[float, float]
    """Red and blue difference of the skin at full light (YCrCb)."""


def make_people(
    folder: Path, fer2013: Path, detector: cv2.FaceDetectorYN, judge: Judge
) -> tuple[Person, Person]:
    """Two people, from different collections of faces."""
    known = load_fer2013(fer2013).part("Training")
    shares = known.with_heads(["ferplus"]).main.targets

    def from_fer2013(expression: str) -> Floats:
        agreed = np.argsort(-shares[:, EMOTIONS.index(expression)], kind="stable")[:CANDIDATES]
        enlarged = (cv2.resize(known.images[i], (240, 240), interpolation=cv2.INTER_CUBIC) for i in agreed)
        return composite((np.asarray(face, np.uint8) for face in enlarged), expression, detector, judge)

    def from_folder(expression: str) -> Floats:
        return composite(read_faces(folder / expression), expression, detector, judge)

    means = {expression: from_fer2013(expression) for expression in FROM_FER2013}
    second = {expression: from_folder(expression) for expression in ("neutral", "happiness")}
    grief = np.asarray(cv2.GaussianBlur(from_folder("sadness") - second["neutral"], (0, 0), 2), np.float32)
    calm = (means["neutral"] + second["neutral"]) / 2
    means["sadness"] = np.asarray(calm + EXAGGERATION * grief, np.float32)
    mistaken = (means["neutral"] + means["anger"]) / 2
    exaggerated = mistaken + EXAGGERATION * (means["disgust"] - mistaken)
    means["disgust"] = np.asarray(exaggerated, np.float32)
    return (
        Person(
            {expression: finish(mean, 150) for expression, mean in means.items()},
            hair=np.array([34, 46, 68], np.float32),
            clothes=np.array([122, 104, 62], np.float32),
            chroma=(24, -26),
        ),
        Person(
            {expression: finish(mean, 128) for expression, mean in second.items()},
            hair=np.array([40, 40, 44], np.float32),
            clothes=np.array([70, 82, 138], np.float32),
            chroma=(26, -28),
        ),
    )


def morph(one: Floats, other: Floats, share: float) -> Floats:
    """A face between two: each is bent towards the other along the optical flow, then faded over."""
    if share <= 0 or share >= 1:
        return one if share <= 0 else other
    unused = np.empty(0, np.float32)  # OpenCV's place for a second map
    empty = np.zeros((*CANVAS[::-1], 2), np.float32)
    flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    there = np.asarray(flow.calc(one.astype(np.uint8), other.astype(np.uint8), empty), np.float32)
    # Both faces are symmetric, so what moves to one side only is an error of the flow.
    there = np.asarray(cv2.GaussianBlur(there + there[:, ::-1] * [-1, 1], (0, 0), 6) / 2, np.float32)
    columns, rows = np.meshgrid(np.arange(CANVAS[0]), np.arange(CANVAS[1]))
    grid = np.dstack([columns, rows]).astype(np.float32)
    bent_one, bent_other = (
        cv2.remap(face, np.asarray(grid + way * there, np.float32), unused, cv2.INTER_LINEAR)
        for face, way in ((one, -share), (other, 1 - share))
    )
    return np.asarray((1 - share) * bent_one + share * bent_other, np.float32)


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
    colours = np.dstack([grey, 128 + chroma[0] * strength, 128 + chroma[1] * strength])
    tinted = cv2.cvtColor(colours.round().astype(np.uint8), cv2.COLOR_YCrCb2BGR)
    return np.asarray(tinted, np.float32)


def blend(below: Floats, above: Floats, mask: Floats) -> Floats:
    """`above` where the mask (h, w) is 1, `below` where it is 0."""
    return np.asarray(below + mask[..., None] * (above - below), np.float32)


def skin_tone(face: Floats) -> float:
    """The usual grey value of a finished face."""
    return float(np.median(face[110:280, 90:230]))


def draw_head(person: Person, face: Floats) -> tuple[Floats, Floats]:
    """The head in CANVAS: colours (BGR) and opacity."""
    shade = np.full(CANVAS[::-1], skin_tone(face) * 0.8, np.float32)
    feathered = ellipse(MIDDLE, (78, 116), 9)
    shell = ellipse((160, 190), (90, 130), 3)
    ears = np.maximum(ellipse((72, 200), (14, 27), 3), ellipse((248, 200), (14, 27), 3))
    hair = ellipse((160, 158), (101, 130), 4)
    above_ears = np.clip((225 - np.arange(CANVAS[1], dtype=np.float32)[:, None]) / 50, 0, 1)
    hair = np.asarray(hair * above_ears, np.float32)
    strands = np.random.default_rng(1).normal(0, 1, (1, CANVAS[0])).astype(np.float32)
    strands = 1 + 0.25 * np.asarray(cv2.GaussianBlur(strands, (0, 0), 1.5), np.float32)
    hair_colour = np.asarray(np.ones((*CANVAS[::-1], 3)) * person.hair * strands[..., None], np.float32)
    colour = blend(hair_colour, skin(np.asarray(shade * 0.9, np.float32), person.chroma), ears)
    colour = blend(colour, skin(np.asarray(feathered * face + (1 - feathered) * shade), person.chroma), shell)
    colour = blend(colour, hair_colour, ellipse((160, 44), (88, 30), 7) * hair)
    return colour, np.maximum(np.maximum(hair, ears), shell)


def paint(frame: Floats, colour: Floats, opacity: Floats, place: Floats) -> Floats:
    """Lay a picture in CANVAS over the frame, moved by an affine map (2, 3)."""
    size = (WIDTH, HEIGHT)
    moved = cv2.warpAffine(colour, place, size, borderMode=cv2.BORDER_REPLICATE)
    mask = cv2.warpAffine(opacity, place, size)
    return blend(frame, np.asarray(moved, np.float32), np.asarray(mask, np.float32))


def paint_person(frame: Floats, person: Person, face: Floats, place: Floats, t_s: float) -> Floats:
    """Paint shoulders, neck and head at `place` (x, y, scale); the head sways a little, the body less."""
    x, y, scale = map(float, place)
    sway_x, sway_y = 7 * math.sin(1.1 * t_s), 4 * math.sin(1.7 * t_s + 1)
    roll = math.radians(2.5 * math.sin(0.8 * t_s))
    warm = (1.4 * person.chroma[0], 1.4 * person.chroma[1])
    throat = skin(np.full((1, 1), skin_tone(face) * 0.62, np.float32), warm)[0, 0]
    parts = (
        (0.5, 112, (50, 95), throat),
        (0.3, 335, (235, 165), person.clothes),
        (0.3, 186, (64, 26), throat * 0.92),
    )
    for sway, below, (half_width, half_height), colour in parts:
        mask = np.zeros((HEIGHT, WIDTH), np.float32)
        middle = (round(x + sway * sway_x), round(y + below * scale))
        axes = (round(half_width * scale), round(half_height * scale))
        cv2.ellipse(mask, middle, axes, 0, 0, 360, 1.0, -1, cv2.LINE_AA)
        frame = blend(frame, np.asarray(colour, np.float32), np.asarray(cv2.GaussianBlur(mask, (0, 0), 2.5)))
    cos, sin = scale * math.cos(roll), scale * math.sin(roll)
    turn = np.array([[cos, -sin], [sin, cos]])
    shift = np.array([x + sway_x, y + sway_y]) - turn @ MIDDLE
    return paint(frame, *draw_head(person, face), np.asarray(np.hstack([turn, shift[:, None]]), np.float32))


def backdrop() -> Floats:
    """A soft wall with light from the upper left (BGR)."""
    columns, rows = np.meshgrid(np.linspace(0, 1, WIDTH), np.linspace(0, 1, HEIGHT))
    light = np.exp(-((columns - 0.25) ** 2 + (rows - 0.2) ** 2) / 0.5)[..., None]
    wall = np.array([128, 120, 108]) + light * np.array([66, 72, 78])
    grain = np.random.default_rng(0).normal(0, 1.2, (HEIGHT, WIDTH, 1))
    return np.asarray(wall + grain, np.float32)


def walk(t_s: float) -> float:
    """Where on PATH the second person is."""
    for (start_s, start), (end_s, end) in pairwise(PATH):
        if t_s < end_s:
            return start + (end - start) * ease((t_s - start_s) / (end_s - start_s))
    return PATH[-1][1]


def frames(first: Person, second: Person) -> Iterator[Bytes]:
    """The clip, frame by frame (BGR)."""
    wall = backdrop()
    for number in range(round(END_S * FPS)):
        t_s = number / FPS
        frame = wall
        enters, leaves = CROSSING
        if enters <= t_s < leaves:
            look = morph(second.faces["neutral"], second.faces["happiness"], ease(t_s - enters - 0.9))
            place = np.array([walk(t_s - enters), 200, 0.66], np.float32)
            frame = paint_person(frame, second, look, place, t_s + 5)
        if t_s < LEAVES_S + LEAVE_S:
            gone = ease((t_s - LEAVES_S) / LEAVE_S)
            place = np.array([320 + 580 * gone, 215, 0.92], np.float32)
            frame = paint_person(frame, first, expression_at(first, t_s), place, t_s)
        yield np.clip(frame, 0, 255).astype(np.uint8)


def write_video(path: Path, pictures: Iterator[Bytes]) -> None:
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
    partial.replace(path)


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
    fer2013: Annotated[Path, typer.Option(help="FER2013 with FERPlus, as for training.")],
    detector: Annotated[Path, typer.Option(help="Face detector in YuNet's format (ONNX).")],
    judge: Annotated[Path, typer.Option(help="Model file of ours that chooses clear faces.")],
    out: Annotated[Path, typer.Option(help="The clip; demo.json goes beside it.")] = Path(
        "assets/demo/demo.mp4"
    ),
) -> None:
    """Make the demo clip and the list of what it shows when."""
    cv2.setNumThreads(1)
    network = cv2.FaceDetectorYN.create(str(detector), "", (320, 320), 0.6)
    write_video(out, frames(*make_people(faces, fer2013, network, make_judge(judge))))
    out.with_name("demo.json").write_text(json.dumps(score(), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
