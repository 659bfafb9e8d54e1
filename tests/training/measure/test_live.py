"""What a live face loses: frames, disturbances and counts are what they say."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from fer_desktop.emotions import FER2013_LABELS
from fer_desktop.vision.crop import cut_face, face_square
from fer_desktop.vision.detector import LIVE_SIDE, STILL_SIDE, CascadeDetector
from fer_desktop.vision.faces import Box, Detection
from tests.training.made_data import made_examples
from tests.training.measure.lab import run
from training.data.examples import Truth
from training.data.pictures import write_picture
from training.errors import LabError
from training.framing import OURS, live_framing
from training.measure.live import (
    AS_CUT,
    AS_INCLINED,
    AS_TURNED,
    CASES,
    HEIGHT,
    MISPLACED,
    SQUARE,
    THROUGH,
    WIDTH,
    Case,
    Outcome,
    blurred,
    compressed,
    face_in,
    far_away,
    frame_of,
    in_the_middle,
    lit,
    lit_from_the_side,
    measure_live,
    outcome_of,
    rotated,
)
from training.measure.live_plot import live_figure

ROOT = Path(__file__).resolve().parents[3]
MODEL = ROOT / "assets" / "models" / "expression.onnx"
Picture = NDArray[np.uint8]
FRAMING = live_framing(OURS)


@cache
def demo_faces() -> list[Picture]:
    """Faces of the demo clip's one-person part, cut as the product cuts them."""
    capture = cv2.VideoCapture(str(ROOT / "assets" / "demo" / "demo.mp4"))
    faces = []
    for second in (1, 2, 3, 4):
        capture.set(cv2.CAP_PROP_POS_FRAMES, 30 * second)
        frame = np.asarray(capture.read()[1], np.uint8)
        (found,) = CascadeDetector().detect(frame, STILL_SIDE)
        faces.append(cut_face(frame, face_square(found.box, FRAMING, "cascade"), 48))
    capture.release()
    return faces


def likeness(one: Picture, other: Picture) -> float:
    return float(np.corrcoef(one.ravel(), other.ravel())[0, 1])


def seen(picture: Picture, case: Case, seed: int = 1) -> Picture | None:
    return face_in(picture, case, CascadeDetector(), FRAMING, np.random.default_rng(seed))


def test_a_square_at_its_place_is_the_picture_again() -> None:
    for face in demo_faces():
        again = seen(face, Case(MISPLACED, "not at all"))
        assert again is not None
        assert np.abs(again.astype(float) - face).mean() < 1


@pytest.mark.parametrize(("shift", "move"), [((0.125, 0), (6, 0)), ((0, -0.125), (0, -6))])
def test_a_misplaced_square_sees_a_moved_picture(shift: tuple[float, float], move: tuple[int, int]) -> None:
    face = demo_faces()[0]
    moved = seen(face, Case(MISPLACED, "moved", shift=shift))
    assert moved is not None
    x, y = move
    inner = face[6 + y : 42 + y, 6 + x : 42 + x]
    assert likeness(moved[6:42, 6:42], inner) > 0.99 > likeness(moved[6:42, 6:42], face[6:42, 6:42])


def test_a_square_too_large_sees_the_face_smaller() -> None:
    face = demo_faces()[0]
    small = seen(face, Case(MISPLACED, "large", scale=1.5))
    assert small is not None
    middle = cv2.resize(face, (32, 32), interpolation=cv2.INTER_AREA)
    assert likeness(small[8:40, 8:40], np.asarray(middle, np.uint8)) > 0.99


def test_the_products_own_eyes_cut_the_face_nearly_as_it_was() -> None:
    for face in demo_faces():
        live = seen(face, Case(THROUGH, "live"))
        assert live is not None
        assert likeness(live, face) > 0.85
    flat = np.full((48, 48), 128, np.uint8)
    assert seen(flat, Case(THROUGH, "live")) is None


def test_the_face_in_the_middle_counts_and_none_far_from_it() -> None:
    near, nearer, far = (Detection(Box(x, 230, 20, 20), 1.0) for x in (270, 300, 500))
    assert in_the_middle([near, far, nearer]) is nearer
    assert in_the_middle([far]) is None
    assert in_the_middle([]) is None


def test_a_face_that_is_made_up_at_the_edges_does_not_count() -> None:
    left, top = WIDTH / 2 - SQUARE / 2, HEIGHT / 2 - SQUARE / 2
    beside, reaching = (Detection(Box(left - share * 100, top, 100, 150), 1.0) for share in (0.3, 0.2))
    assert in_the_middle([beside]) is None
    assert in_the_middle([beside, reaching]) is reaching
    assert in_the_middle([reaching], width=SQUARE // 2) is None
    larger = Detection(Box(left - 50, top - 50, SQUARE + 100, SQUARE + 100), 1.0)
    assert in_the_middle([larger]) is None


def test_disturbances_do_what_they_are_called() -> None:
    rng = np.random.default_rng(1)
    frame = frame_of(demo_faces()[0])
    assert frame.shape == (HEIGHT, WIDTH)
    dark = lit(0.25)(frame, rng)
    assert dark.mean() == pytest.approx(frame.mean() / 4, rel=0.02)
    noisy = lit(1.0, noise=4)(np.full_like(frame, 128), rng)
    assert noisy.std() == pytest.approx(4, rel=0.05)
    bright = lit(3.0)(frame, rng)
    assert bright.max() == 255
    shaded = lit_from_the_side(0.2)(np.full_like(frame, 200), rng)
    assert {int(shaded[0, 0]), int(shaded[0, -1])} == {40, 200}
    sharp, soft = (cv2.Laplacian(f, cv2.CV_32F).var() for f in (frame, blurred(0.02)(frame, rng)))
    assert soft < sharp / 2
    blocks = compressed(5)(frame, rng)
    assert 0.9 < likeness(blocks, frame) < 0.9999
    face = (slice(150, 330), slice(230, 410))
    for degrees in (10, 20):
        turned = rotated(degrees)(frame, rng)
        middle = (WIDTH / 2 - 0.5, HEIGHT / 2 - 0.5)
        back = [
            cv2.warpAffine(turned, cv2.getRotationMatrix2D(middle, angle, 1), (WIDTH, HEIGHT))
            for angle in (degrees, -degrees)
        ]
        assert max(likeness(np.asarray(b, np.uint8)[face], frame[face]) for b in back) > 0.99
    far = far_away(24)(frame, rng)
    assert far.shape == frame.shape
    small: Picture = np.asarray(cv2.resize(frame[144:336, 224:416], (24, 24), interpolation=cv2.INTER_AREA))
    assert likeness(far[228:252, 308:332], small) > 0.99


def test_counting_leaves_out_what_is_not_found_and_compares_in_pairs() -> None:
    truth = Truth.of_answers(FER2013_LABELS, np.array([6, 6, 6, 3, 3, -1], np.int64))
    found = np.array([True, True, False, True, True, True])
    before = np.array([6, 6, 6, 3, 3, 3])
    now = np.array([6, 4, 6, 3, 0, 3])
    outcome = outcome_of(CASES[0], "fer2013", truth, found, (now, before))
    assert (outcome.pictures, outcome.counted, outcome.hits) == (5, 4, 2)
    assert outcome.accuracy == 0.5
    assert outcome.difference == -0.5
    assert outcome.interval[0] < -0.5 <= outcome.interval[1]
    assert outcome.neutral_called_negative == 0.5
    none = outcome_of(CASES[0], "fer2013", truth, np.zeros(6, bool), (now, before))
    assert none.counted == 0
    assert none.neutral_called_negative is None
    assert np.isnan(none.accuracy)
    assert np.isnan(none.difference)


def test_few_faces_are_not_drawn_as_if_they_told_something() -> None:
    cases = {"none": 0, "few": 29, "enough": 30}
    outcomes = [
        Outcome(THROUGH, name, "fer2013", 100, found, 0, -1.0, (-1.0, -1.0), None)
        for name, found in cases.items()
    ]
    points, shares = live_figure(outcomes).axes
    assert [label.get_text() for label in points.get_yticklabels()] == ["enough", "few", "none"]
    assert [text.get_text() for text in points.texts] == ["-100.0"]
    assert [text.get_text() for text in shares.texts] == ["30", "29", "0"]


def test_all_cases_are_measured_on_the_same_pictures() -> None:
    faces = np.stack(demo_faces())
    examples = made_examples(faces, [0, 1, 0, 1], ("zero", "one"))

    def by_light(images: Picture) -> dict[str, NDArray[np.float32]]:
        """A network that answers `one` for dark pictures."""
        dark = images.mean((1, 2)) < 80
        return {"classes": np.stack([~dark, dark], 1).astype(np.float32)}

    cases = [CASES[0], Case(THROUGH, "dark", lit(0.4)), Case(MISPLACED, "right", shift=(0.05, 0))]
    outcomes = list(measure_live(examples, by_light, CascadeDetector(), FRAMING, cases=cases))
    assert [(outcome.group, outcome.hits) for outcome in outcomes] == [
        (AS_CUT, 2),
        (THROUGH, 2),
        (MISPLACED, 2),
    ]
    assert outcomes[1].counted == 4
    assert len({case.name for case in CASES}) == len(CASES)


class SeesEyes(CascadeDetector):
    """Knows where the face and its eyes are in a frame that was inclined by so many degrees."""

    kind = "yunet"
    nose = (0.5, 0.5)

    def __init__(self, roll: float) -> None:
        self._roll = np.radians(roll)

    def detect(self, image: Picture, long_side: int = LIVE_SIDE) -> list[Detection]:  # noqa: ARG002
        box, scale = FRAMING.boxes["yunet"], SQUARE / FRAMING.square
        left, top = WIDTH / 2 - SQUARE / 2, HEIGHT / 2 - SQUARE / 2
        centre = left + scale * box.cx, top + scale * box.cy
        width, height = scale * box.w, scale * box.h
        landmarks = np.array([(0, 0), (0, 0), self.nose, (0, 1), (1, 1)], np.float32)
        landmarks[1] = np.cos(self._roll), np.sin(self._roll)
        return [Detection(Box(centre[0] - width / 2, centre[1] - height / 2, width, height), 1.0, landmarks)]


def test_a_small_picture_in_the_frame_has_a_small_face() -> None:
    face, rng = demo_faces()[0], np.random.default_rng(1)
    assert face_in(face, Case(THROUGH, ""), SeesEyes(0), FRAMING, rng) is not None
    assert face_in(face, Case(THROUGH, "", width=SQUARE // 3), SeesEyes(0), FRAMING, rng) is None
    far = [case for case in CASES if case.name.startswith("far away")]
    assert [case.width for case in far] == [int(case.name.split()[2]) for case in far]
    assert {case.width for case in CASES if case not in far} == {SQUARE}


def test_an_inclined_head_is_turned_upright_unless_the_case_says_not_to() -> None:
    face = demo_faces()[0]
    clockwise = -1 if np.random.default_rng(1).random() < 0.5 else 1
    upright, lying = (
        face_in(
            face,
            Case(THROUGH, "", rotated(25), turned=turned),
            SeesEyes(clockwise * 25),
            FRAMING,
            np.random.default_rng(1),
        )
        for turned in (True, False)
    )
    assert upright is not None
    assert lying is not None
    assert likeness(face, upright) > 0.95 > likeness(face, lying)


def test_only_a_detector_that_sees_eyes_is_asked_what_turning_gives() -> None:
    examples = made_examples(np.stack(demo_faces()), [0, 1, 0, 1], ("zero", "one"))
    cases = (Case(AS_CUT, "as it is"), Case(AS_INCLINED, "inclined", rotated(20), turned=False))

    def answer(images: Picture) -> dict[str, NDArray[np.float32]]:
        return {"classes": np.eye(2, dtype=np.float32)[[0] * len(images)]}

    for detector, names in ((CascadeDetector(), ["as it is"]), (SeesEyes(20), ["as it is", "inclined"])):
        outcomes = measure_live(examples, answer, detector, FRAMING, cases=cases)
        assert [outcome.name for outcome in outcomes] == names


def test_faces_are_counted_by_how_far_their_heads_are_turned() -> None:
    examples = made_examples(np.stack(demo_faces()), [0, 1, 0, 1], ("zero", "one"))
    # The nose lies on the line of the right eye: far aside.
    aside, ahead = SeesEyes(0), SeesEyes(0)
    aside.nose, ahead.nose = (0.0, 0.5), (0.5, 0.5)
    cases = [Case(AS_CUT, "as it is"), *(case for case in CASES if case.group == AS_TURNED)]

    def answer(images: Picture) -> dict[str, NDArray[np.float32]]:
        return {"classes": np.eye(2, dtype=np.float32)[[0] * len(images)]}

    counts = {}
    for name, detector in (("aside", aside), ("ahead", ahead)):
        outcomes = measure_live(examples, answer, detector, FRAMING, cases=cases)
        counts[name] = {outcome.name: outcome.counted for outcome in outcomes if outcome.counted}
    assert counts["aside"] == {"as it is": 4, "turned by 30 to 45 degrees": 4}
    assert counts["ahead"] == {"as it is": 4, "turned by 0 to 10 degrees": 4}


def test_the_command_writes_tables_and_plots(tmp_path: Path) -> None:
    for number, face in enumerate(demo_faces()):
        for part, picture in (("train", face[:, ::-1] if number else face), ("test", face)):
            folder = tmp_path / "faces" / part / ("happy" if number % 2 else "neutral")
            write_picture(folder / f"{number}.png", picture)
    out = tmp_path / "live"
    said = run("live", "--model", MODEL, "--data", tmp_path / "faces", "--out", out).output
    assert "detector face_detector" in said
    assert "square moved up by 5%" in said
    with (out / "live.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["name"] for row in rows] == [case.name for case in CASES]
    assert all(row["pictures"] == "3" for row in rows), "the copy of a learned one counts"
    assert (out / "live-fer2013.png").stat().st_size > 10_000


def test_ctrl_c_keeps_what_was_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(picture: Picture, case: Case, *_: object) -> Picture:
        if case is CASES[2]:
            raise KeyboardInterrupt
        return picture

    monkeypatch.setattr("training.measure.live.face_in", stopped)
    for word, face in zip(("happy", "neutral"), demo_faces(), strict=False):
        write_picture(tmp_path / "faces" / "train" / word / "0.png", face[:, ::-1])
        write_picture(tmp_path / "faces" / "test" / word / "0.png", face)
    with pytest.raises(LabError, match=r"Stopped\. What was measured is kept in .*live\.csv"):
        run("live", "--model", MODEL, "--data", tmp_path / "faces", "--out", tmp_path / "out")
    with (tmp_path / "out" / "live.csv").open(newline="") as file:
        assert [row["name"] for row in csv.DictReader(file)] == [case.name for case in CASES[:2]]


def test_wrong_input_gets_a_sentence(tmp_path: Path) -> None:
    for word, face in zip(("happy", "neutral"), demo_faces(), strict=False):
        for part in ("train", "test"):
            write_picture(tmp_path / "copies" / part / word / "0.png", face)
    with pytest.raises(LabError, match="Every picture is a copy of one that was learned"):
        run("live", "--out", tmp_path / "out", "--data", tmp_path / "copies", "--model", MODEL)
    words = ("live", "--out", tmp_path / "out", "--data", "digits")
    with pytest.raises(LabError, match="none of the labels of Validation of digits"):
        run(*words, "--model", MODEL)
    with pytest.raises(LabError, match=r"none\.onnx"):
        run(*words, "--model", tmp_path / "none.onnx")
    with pytest.raises(LabError, match="YuNet"):
        run(*words, "--model", MODEL, "--detector", MODEL)
    assert not (tmp_path / "out").exists()
