"""What people show is counted per photo and per person."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.training.test_photos import NONE, ONE, TWO, save
from training.errors import DataError
from training.people import (
    DAMAGED,
    NO_FACE,
    Reader,
    draw_people,
    draw_photo,
    read_people,
    summarise_people,
    write_findings,
)

LABELS = ("happiness", "sadness", "neutral")


def rows() -> list[dict[str, object]]:
    shown = {"Ada": ["happiness"] * 3 + ["sadness", NO_FACE], "Bob": ["neutral", DAMAGED], "Cy": [NO_FACE]}
    return [
        {"person": person, "photo": f"{person}/{i}.jpg", "label": label, "faces": 1, "happiness": 0.5}
        for person, labels in shown.items()
        for i, label in enumerate(labels)
    ]


def test_frequencies_are_counted_per_person() -> None:
    findings = summarise_people(rows(), LABELS)
    assert findings.absolute.loc["Ada"].tolist() == [3, 1, 0, 1, 0]
    assert findings.absolute.loc["Bob"].tolist() == [0, 0, 1, 0, 1]
    assert findings.relative.loc["Ada"].tolist() == [0.75, 0.25, 0]
    assert findings.relative.loc["Cy"].isna().all()


def test_the_spreadsheet_holds_all_three_tables(tmp_path: Path) -> None:
    findings = summarise_people(rows(), LABELS)
    files = write_findings(findings, tmp_path)
    assert [path.name for path in files] == [
        "people.xlsx",
        "photos.csv",
        "absolute.csv",
        "relative.csv",
        "people.png",
    ]
    sheets = pd.read_excel(files[0], sheet_name=None, index_col=0)
    assert sheets["absolute"].loc["Ada", "happiness"] == 3
    assert sheets["relative"].loc["Ada", "sadness"] == 0.25
    assert len(sheets["photos"]) == 8
    assert pd.read_csv(files[1])["happiness"].tolist() == [0.5] * 8


def test_the_chart_has_a_bar_per_person_who_was_seen() -> None:
    (axes,) = draw_people(summarise_people(rows(), LABELS)).axes
    assert [label.get_text() for label in axes.get_yticklabels()] == ["Ada  (4)", "Bob  (1)"]
    widths = [[bar.get_width() for bar in bars] for bars in axes.containers]
    assert widths == [[75, 0], [25, 0], [0, 100]]


def test_photos_of_people_are_read_with_a_model_file(tmp_path: Path, tiny_model: Path) -> None:
    # The tiny model calls bright faces happy and dark ones sad.
    save(tmp_path / "Ada" / "bright.png", np.clip(ONE * 1.3 + 20, 0, 255).astype(np.uint8))
    save(tmp_path / "Ada" / "summer" / "dark.png", (ONE * 0.4).astype(np.uint8))
    save(tmp_path / "Ada" / "wall.png", NONE)
    save(tmp_path / "Bob" / "two.png", np.clip(TWO * 1.3 + 20, 0, 255).astype(np.uint8))
    save(tmp_path / "Bob" / "torn.png", ONE).write_bytes(b"torn")
    reader = Reader(tiny_model)
    findings = read_people(tmp_path, reader)
    labels = dict(zip(findings.photos["photo"], findings.photos["label"], strict=True))
    assert labels == {
        "Ada/bright.png": "happiness",
        "Ada/summer/dark.png": "sadness",
        "Ada/wall.png": NO_FACE,
        "Bob/two.png": "happiness",
        "Bob/torn.png": DAMAGED,
    }
    assert findings.photos.set_index("photo").loc["Bob/two.png", "faces"] == 2
    probabilities = findings.photos.set_index("photo")[list(reader.labels)].loc["Ada/bright.png"]
    assert probabilities.sum() == pytest.approx(1)
    ((face, shares),) = reader.faces(tmp_path / "Ada" / "bright.png")
    odds = np.exp(0.1 * (face.image.mean() - 128))
    assert shares[reader.labels.index("happiness")] == pytest.approx(odds / (odds + 1 / odds + 6), abs=1e-4)


def test_the_temperature_of_the_model_counts(tmp_path: Path) -> None:
    import json

    from tests.fakes.models import description, write_model

    photo = save(tmp_path / "one.png", ONE)
    heads = description()["heads"]
    heads[0]["temperature"] = 4.0
    cool = write_model(tmp_path / "cool.onnx", json.dumps(description(heads=heads)))
    ((face, shares),) = Reader(cool).faces(photo)
    odds = np.exp(0.1 * (face.image.mean() - 128) / 4)
    assert shares[3] == pytest.approx(odds / (odds + 1 / odds + 6), abs=1e-4)


def test_a_photo_has_a_bar_for_each_probability(tmp_path: Path, tiny_model: Path) -> None:
    reader = Reader(tiny_model)
    ((face, shares),) = reader.faces(save(tmp_path / "one.png", ONE))
    _picture, axes = draw_photo(face, shares, reader.labels, "one").axes
    assert [bar.get_width() for bar in axes.containers[0]] == pytest.approx((100 * shares).tolist())


def test_a_folder_without_people_gets_a_sentence(tmp_path: Path, tiny_model: Path) -> None:
    reader = Reader(tiny_model)
    with pytest.raises(DataError, match="has no sub-folders; make one per person"):
        read_people(tmp_path, reader)
    (tmp_path / "Ada").mkdir()
    with pytest.raises(DataError, match="Ada: has no photos"):
        read_people(tmp_path, reader)
    with pytest.raises(DataError, match="not a readable ONNX file"):
        Reader(save(tmp_path / "x.png", ONE))
