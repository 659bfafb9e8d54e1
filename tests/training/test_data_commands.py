"""The commands around data say what they did, and leave nothing half done."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.training.made_data import write_dataset
from tests.training.test_photos import NONE, ONE, save
from training.__main__ import main
from training.data.choose import load_data


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    from training.commands.common import console

    monkeypatch.setattr(console, "width", 200)


def lab(monkeypatch: pytest.MonkeyPatch, *words: str | Path) -> int:
    """Run `python -m training WORDS`; returns its exit code."""
    monkeypatch.setattr("sys.argv", ["training", *map(str, words)])
    with pytest.raises(SystemExit) as caught:
        main()
    return int(caught.value.code or 0)


Captured = pytest.CaptureFixture[str]


def test_counts_are_printed_and_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    assert lab(monkeypatch, "counts", "--data", write_dataset(tmp_path, 28, 7)) == 0
    said = capsys.readouterr().out
    assert "Labels 'ferplus'" in said
    assert "4 ( 14.3%)" in said
    assert "28 pictures are not FER2013's Training" in said
    assert "0 of 7 pictures are also in Training" in said
    assert "mean grey value" in said


@pytest.mark.parametrize(
    ("words", "sizes", "head"),
    [
        ("--kind shapes --form folders", [600, 300], "classes"),
        ("--kind shapes --form csv", [600, 300], "fer2013"),
        ("--kind digits --form csv", [1007, 257], "fer2013"),
    ],
)
def test_demo_data_can_be_learned_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str, sizes: list[int], head: str
) -> None:
    out = tmp_path / "demo"
    assert lab(monkeypatch, "demo-data", "--out", out, *words.split()) == 0
    data = load_data(str(out))
    assert list(data.parts) == ["Training", "PublicTest"]
    assert [len(part) for part in data.parts.values()] == sizes
    assert list(data.part("Training").heads) == [head]


def test_demo_folders_hold_the_pictures_as_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "demo"
    lab(monkeypatch, "demo-data", "--out", out)
    images = load_data(str(out), side=28).part("Training").images
    drawn = load_data("shapes:count=600").part("Training").images
    assert {image.tobytes() for image in images} == {image.tobytes() for image in drawn}


def test_demo_data_never_mixes_with_what_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    (tmp_path / "mine.txt").write_text("precious")
    assert lab(monkeypatch, "demo-data", "--out", tmp_path) == 1
    assert "is not empty; choose a new folder" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_photos_are_converted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    photos, out = tmp_path / "photos", tmp_path / "faces"
    save(photos / "happy" / "one.png", ONE)
    save(photos / "happy" / "wall.png", NONE)
    save(photos / "happy" / "torn.png", ONE).write_bytes(b"torn")
    assert lab(monkeypatch, "photos", photos, "--out", out, "--side", "32") == 0
    said = capsys.readouterr().out
    assert "torn.png: is damaged or not a picture" in said
    assert "1 faces of 3 photos; 1 photos without a face, 1 damaged" in said
    assert (out / "happy" / "one.png-1.png").is_file()


def test_people_are_compared_and_a_photo_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured, tiny_model: Path
) -> None:
    photo = save(tmp_path / "people" / "Ada" / "one.png", ONE)
    out = tmp_path / "out"
    assert lab(monkeypatch, "people", tmp_path / "people", "--out", out, "--model", tiny_model) == 0
    assert "Ada" in capsys.readouterr().out
    assert (out / "people.xlsx").is_file()
    assert lab(monkeypatch, "people", photo, "--out", out, "--model", tiny_model) == 0
    assert (out / "one.png-1.png").stat().st_size > 5000
    for inside in (tmp_path / "people" / "charts", tmp_path / "people" / "Ada"):
        assert lab(monkeypatch, "people", tmp_path / "people", "--out", inside, "--model", tiny_model) == 1
        assert "its charts would be taken for photos" in capsys.readouterr().err
    assert list((tmp_path / "people").iterdir()) == [tmp_path / "people" / "Ada"]
    beside = tmp_path / "people"
    assert lab(monkeypatch, "people", beside, "--out", beside, "--model", tiny_model) == 0
    wall = save(tmp_path / "wall.png", NONE)
    assert lab(monkeypatch, "people", wall, "--out", out, "--model", tiny_model) == 1
    assert "no face is found" in capsys.readouterr().err


def test_framing_needs_data_and_a_detector(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    text = tmp_path / "text.onnx"
    text.write_text("not a model")
    assert lab(monkeypatch, "framing", "--detector", text) == 1
    assert "Say which faces to look at" in capsys.readouterr().err
    data, out = write_dataset(tmp_path / "data", 7, 7), tmp_path / "crop.json"
    assert lab(monkeypatch, "framing", "--data", data, "--detector", text, "--out", out) == 1
    assert not out.exists()
