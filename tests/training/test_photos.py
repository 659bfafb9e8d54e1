"""Photos become the faces that the product would cut; tried on the demo clip's people."""

from __future__ import annotations

import csv
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from fer_desktop.vision.crop import cut_face, face_square
from fer_desktop.vision.detector import STILL_SIDE, CascadeDetector
from training.data.choose import load_data
from training.data.pictures import read_grey
from training.errors import DataError
from training.framing import OURS, live_framing
from training.photos import FaceFinder, convert_photos, photos_in

DEMO = Path(__file__).resolve().parents[2] / "assets" / "demo" / "demo.mp4"
Picture = NDArray[np.uint8]


def frame_at(second: float) -> Picture:
    """A frame (480, 640, 3) of the demo clip: one face at 1 s, two at 7 s, none at 19.5 s."""
    capture = cv2.VideoCapture(str(DEMO))
    capture.set(cv2.CAP_PROP_POS_FRAMES, round(30 * second))
    picture = capture.read()[1]
    capture.release()
    return np.asarray(picture, np.uint8)


ONE, TWO, NONE = frame_at(1), frame_at(7), frame_at(19.5)


@pytest.fixture(scope="module")
def finder() -> FaceFinder:
    return FaceFinder("cascade", live_framing(OURS))


def save(path: Path, picture: Picture) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), picture)
    return path


def table(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_a_face_is_cut_as_the_product_cuts_it(tmp_path: Path, finder: FaceFinder) -> None:
    (face,) = finder.faces(save(tmp_path / "one.png", ONE))
    (detection,) = CascadeDetector().detect(ONE, STILL_SIDE)
    square = face_square(detection.box, live_framing(OURS), "cascade")
    assert np.array_equal(face.image, cut_face(ONE, square, 48))
    assert (face.x, face.y, face.side) == (square.x, square.y, square.w)
    assert face.score == detection.score


def test_folders_of_photos_become_folders_of_faces(tmp_path: Path, finder: FaceFinder) -> None:
    photos, out = tmp_path / "photos", tmp_path / "out"
    save(photos / "happy" / "one.png", ONE)
    save(photos / "happy" / "one.jpg", ONE)
    save(photos / "sad" / "two.png", TWO)
    save(photos / "sad" / "wall.png", NONE)
    save(photos / "sad" / "torn.png", ONE).write_bytes(b"torn")
    done = convert_photos(photos, out, finder)
    assert (done.photos, done.faces) == (5, 4)
    assert done.without_face == (photos / "sad" / "wall.png",)
    assert done.damaged == (
        f"{photos / 'sad' / 'torn.png'}: is damaged or not a picture; replace or remove it.",
    )
    assert (out / "without_face.txt").read_text().split() == [str(Path("sad") / "wall.png")]
    rows = table(out / "faces.csv")
    assert [row["face"] for row in rows] == [
        "happy/one.jpg-1.png",
        "happy/one.png-1.png",
        "sad/two.png-1.png",
        "sad/two.png-2.png",
    ]
    assert float(rows[2]["side"]) > float(rows[3]["side"])
    assert read_grey(out / rows[0]["face"]).shape == (48, 48)
    assert load_data(str(out)).part("Training").heads.keys() == {"fer2013"}


def test_only_the_largest_face_on_demand_and_a_second_run_takes_none_of_its_own(tmp_path: Path) -> None:
    finder = FaceFinder("cascade", live_framing(OURS), largest_only=True)
    save(tmp_path / "two.png", TWO)
    for _ in range(2):
        done = convert_photos(tmp_path, tmp_path / "faces", finder)
        assert (done.photos, done.faces) == (1, 1)


def test_a_sheet_is_looked_at_photo_by_photo(tmp_path: Path, finder: FaceFinder) -> None:
    sheet = save(tmp_path / "sheet.png", np.vstack([np.hstack([ONE, NONE]), np.hstack([NONE, TWO])]))
    divided = FaceFinder("cascade", live_framing(OURS), largest_only=True, sheet=2)
    first, second = divided.faces(sheet)
    (alone,), (largest, _) = (finder.faces(save(tmp_path / "a.png", photo)) for photo in (ONE, TWO))
    assert np.array_equal(first.image, alone.image)
    assert np.array_equal(second.image, largest.image)
    height, width = ONE.shape[:2]
    assert (second.x, second.y) == (largest.x + width, largest.y + height)
    assert (first.x, first.y) == (alone.x, alone.y)
    with pytest.raises(DataError, match="are no sheet of 7 x 7 photos"):
        FaceFinder("cascade", live_framing(OURS), sheet=7).faces(sheet)


def test_a_photo_cut_close_around_the_face_is_looked_at_with_a_margin(
    tmp_path: Path, finder: FaceFinder
) -> None:
    (whole,) = finder.faces(save(tmp_path / "one.png", ONE))
    x, y, side = round(whole.x), round(whole.y), round(whole.side)
    trimmed = round(0.12 * side)
    close = ONE[y + trimmed : y + side - trimmed, x + trimmed : x + side - trimmed]
    assert CascadeDetector().detect(close, STILL_SIDE) == []
    (face,) = finder.faces(save(tmp_path / "close.png", close))
    assert face.x == pytest.approx(-trimmed, abs=0.06 * side)
    assert face.side == pytest.approx(side, rel=0.12)


def test_faces_have_the_wanted_side(tmp_path: Path) -> None:
    (face,) = FaceFinder("cascade", live_framing(OURS), 64).faces(save(tmp_path / "one.png", ONE))
    assert face.image.shape == (64, 64)


def test_a_single_photo_is_enough(tmp_path: Path, finder: FaceFinder) -> None:
    done = convert_photos(save(tmp_path / "one.png", ONE), tmp_path / "out", finder)
    assert done.faces == 1
    assert (tmp_path / "out" / "one.png-1.png").is_file()


def test_a_folder_without_photos_and_a_wrong_detector_get_sentences(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="has no photos"):
        photos_in(tmp_path)
    with pytest.raises(DataError, match=r"detector file .*none\.onnx does not exist"):
        FaceFinder(str(tmp_path / "none.onnx"), live_framing(OURS))


def test_a_folder_that_cannot_be_written_gets_a_sentence(tmp_path: Path, finder: FaceFinder) -> None:
    photo = save(tmp_path / "one.png", ONE)
    with pytest.raises(DataError, match="cannot be written"):
        convert_photos(photo, photo, finder)


def test_faces_are_found_in_real_photos(shared_data: Path, finder: FaceFinder) -> None:
    assert len(finder.faces(shared_data / "photos" / "happy.jpg")) == 1
    assert len(finder.faces(shared_data / "photos" / "five_faces.jpg")) >= 5


def test_faces_are_not_taken_for_photos_however_the_folders_are_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(tmp_path / "one.png", ONE)
    save(tmp_path / "faces" / "one.png-1.png", ONE)
    monkeypatch.chdir(tmp_path)
    assert photos_in(tmp_path, Path("faces")) == [tmp_path / "one.png"]
