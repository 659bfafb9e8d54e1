"""FER2013 is read as published, in all its variants, and a wrong file is named with its line."""

from __future__ import annotations

import gzip
import time
from pathlib import Path

import cv2
import numpy as np
import pytest

from fer_desktop.emotions import FERPLUS_LABELS
from tests.training.made_data import (
    FERPLUS_COLUMNS,
    made_faces,
    made_votes,
    pixel_text,
    write_ferplus,
    write_kaggle,
    write_table,
)
from training.data.fer2013 import load_fer2013
from training.errors import DataError

USAGES = ["Training"] * 4 + ["PublicTest"] * 2 + ["PrivateTest"]
FACES = made_faces(7)
BLACK = pixel_text(np.zeros((48, 48), np.uint8))


@pytest.mark.parametrize("name", ["fer2013.csv", "fer2013.csv.gz"])
def test_kaggles_table_is_read_plain_and_compressed(tmp_path: Path, name: str) -> None:
    data = load_fer2013(write_kaggle(tmp_path / name, FACES, USAGES))
    assert [len(part) for part in data.parts.values()] == [4, 2, 1]
    assert np.array_equal(data.part("Training").images, FACES.images[:4])
    assert data.part("Training").images.dtype == np.uint8
    assert data.part("PublicTest").truths["fer2013"].answers.tolist() == [4, 5]
    assert data.part("PublicTest").names.tolist() == ["row 4", "row 5"]
    assert list(data.part("Training").truths) == ["fer2013"]


def test_columns_may_stand_in_any_order_with_blanks_and_quotes(tmp_path: Path) -> None:
    rows = [(3, f" {USAGES[0]}", f'"{pixel_text(FACES.images[0])}"')]
    data = load_fer2013(write_table(tmp_path / "icml_face_data.csv", ("emotion", " Usage", " pixels"), rows))
    assert np.array_equal(data.part("Training").images[0], FACES.images[0])
    assert data.part("Training").main.answers.tolist() == [3]


def test_a_table_without_usage_is_one_part(tmp_path: Path) -> None:
    rows = [(3, BLACK), (6, BLACK)]
    write_ferplus(tmp_path / "fer2013new.csv", made_votes(np.array([3, 6])), ["Training"] * 2)
    data = load_fer2013(write_table(tmp_path / "train.csv", ("emotion", "pixels"), rows))
    assert data.part("all").main.answers.tolist() == [3, 6]
    assert list(data.part("all").truths) == ["fer2013"]


def test_the_challenges_test_table_has_no_answers(tmp_path: Path) -> None:
    data = load_fer2013(write_table(tmp_path / "test.csv", ("pixels",), [(BLACK,)]))
    assert data.part("all").main.answers.tolist() == [-1]
    assert data.part("all").main.targets.sum() == 0


def test_a_quotation_mark_left_open_in_the_last_column_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "icml_face_data.csv"
    path.write_text(f'emotion,Usage,pixels\n0,Training,"{BLACK}"\n1,Training,"{BLACK}\n', encoding="utf-8")
    with pytest.raises(DataError, match=r"icml_face_data\.csv, line 3: is not a CSV file"):
        load_fer2013(path)
    path.write_text('"emotion,Usage,pixels\n', encoding="utf-8")
    with pytest.raises(DataError, match=r"icml_face_data\.csv, line 1: is not a CSV file"):
        load_fer2013(path)


def test_a_row_over_several_lines_is_named_by_its_first(tmp_path: Path) -> None:
    path = tmp_path / "fer2013.csv"
    path.write_text(f'emotion,pixels\n0,"{BLACK}\n"\n9,"{BLACK}\n"\n', encoding="utf-8")
    with pytest.raises(DataError, match="line 4: emotion '9'"):
        load_fer2013(path)


def test_votes_without_labels_are_the_only_truth(tmp_path: Path) -> None:
    rows = [(BLACK, usage) for usage in USAGES]
    path = write_table(tmp_path / "fer2013.csv", ("pixels", "Usage"), rows)
    write_ferplus(tmp_path / "fer2013new.csv", made_votes(np.zeros(7, int)), USAGES)
    assert list(load_fer2013(path).part("Training").truths) == ["ferplus"]


def test_ferplus_votes_are_joined_by_row_and_come_in_our_order(tmp_path: Path) -> None:
    path = write_kaggle(tmp_path / "fer2013.csv", FACES, USAGES)
    write_ferplus(tmp_path / "fer2013new.csv", made_votes(np.array([7, 6, 5, 4, 3, 2, 1])), USAGES)
    data = load_fer2013(path)
    assert list(data.part("Training").heads) == ["ferplus", "fer2013"]
    assert data.part("Training").main.labels == FERPLUS_LABELS
    assert data.part("Training").main.answers.tolist() == [7, 6, 5, 4]
    assert data.part("PublicTest").main.votes
    assert data.part("PublicTest").main.targets.argmax(1).tolist() == [3, 2]


@pytest.mark.parametrize("usages", [USAGES[:6], [*USAGES, "PrivateTest"]])
def test_votes_of_another_length_are_refused(tmp_path: Path, usages: list[str]) -> None:
    path = write_kaggle(tmp_path / "fer2013.csv", FACES, USAGES)
    write_ferplus(tmp_path / "fer2013new.csv", made_votes(np.zeros(len(usages), int)), usages)
    with pytest.raises(
        DataError, match=rf"fer2013new\.csv: {len(usages)} rows for the 7 pictures of fer2013\.csv"
    ):
        load_fer2013(path)


def test_votes_for_other_rows_are_refused(tmp_path: Path) -> None:
    path = write_kaggle(tmp_path / "fer2013.csv", FACES, USAGES)
    write_ferplus(tmp_path / "fer2013new.csv", made_votes(np.zeros(7, int)), USAGES[::-1])
    with pytest.raises(DataError, match=r"fer2013new\.csv, line 2: Usage 'PrivateTest', but 'Training'"):
        load_fer2013(path)


def test_a_folder_that_holds_the_table_is_enough(tmp_path: Path) -> None:
    write_kaggle(tmp_path / "fer2013.csv.gz", FACES, USAGES)
    assert len(load_fer2013(tmp_path).part("PublicTest")) == 2


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (f"0,{BLACK} 0,Training", r"line 3: 2305 pixels instead of 2304 \(48 x 48\)"),
        (f"0,{' '.join(['9'] * 47 * 47)},Training", r"line 3: 2209 \(47 x 47\) pixels instead of 2304"),
        (f"0,{' '.join(['9'] * 47 * 48)},Training", r"line 3: 2256 \(48 x 47\) pixels instead of 2304"),
        (f"7,{BLACK},Training", "line 3: emotion '7' is not in 0 to 6"),
        (f"-1,{BLACK},Training", "line 3: emotion '-1' is not in 0 to 6"),
        (f"happy,{BLACK},Training", "line 3: emotion 'happy' is not in 0 to 6"),
        (f"0,{BLACK[:-1]}x,Training", "line 3: 'x' is not a pixel value"),
        (f"0,{BLACK[:-1]}256,Training", "line 3: '256' is not a pixel value from 0 to 255"),
        (f"0,{BLACK[:-1]}65536,Training", "line 3: '65536' is not a pixel value from 0 to 255"),
        (f"0,{BLACK[:-1]}4294967301,Training", "line 3: '4294967301' is not a pixel value from 0 to 255"),
        (f"0,{BLACK[:-1]}{'9' * 30},Training", f"line 3: '{'9' * 30}' is not a pixel value from 0 to 255"),
        (f'0,"{BLACK},Training', "line 3: is not a CSV file .*; a quotation mark may be open"),
        (
            f'0,"{BLACK},Training\n0,{BLACK},Training',
            "line 3: is not a CSV file .*a quotation mark may be open",
        ),
        (f"0,{BLACK[:-1]}-1,Training", "line 3: '-1' is not a pixel value from 0 to 255"),
        (f"0,{BLACK},Trainin", "line 3: Usage 'Trainin' is not one of Training, PublicTest, PrivateTest"),
        (f"0,{BLACK[:1000]}", "line 3: has 2 of 3 columns; the file may be cut off"),
    ],
)
def test_a_bad_row_is_named_with_file_and_line(tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "fer2013.csv"
    path.write_text(f"emotion,pixels,Usage\n0,{BLACK},Training\n{line}\n", encoding="utf-8")
    with pytest.raises(DataError, match=said) as caught:
        load_fer2013(path)
    assert str(caught.value).startswith(str(path))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"emotion,pixels,Usage\n", "has no pictures"),
        (b"label,image\n0,1\n", "first line must name the column pixels"),
        (b"emotion,pixels,Usage\n\xff\xfe\x00", "is not text in UTF-8"),
        (b"emotion,pixels\n0," + b"1" * 200_000, "is not a CSV file"),
    ],
)
def test_a_file_that_is_no_table_is_named(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "fer2013.csv"
    path.write_bytes(content)
    with pytest.raises(DataError, match=said) as caught:
        load_fer2013(path)
    assert str(path) in str(caught.value)


def _cut_off(content: bytes) -> bytes:
    return content[: len(content) // 2]


def _no_gzip(_content: bytes) -> bytes:
    return b"emotion,pixels,Usage\n"


def _garbled(content: bytes) -> bytes:
    return content[:200] + bytes(200) + content[400:]


@pytest.mark.parametrize("damage", [_cut_off, _no_gzip, _garbled])
def test_a_damaged_gzip_file_is_named(tmp_path: Path, damage: object) -> None:
    path = write_kaggle(tmp_path / "fer2013.csv.gz", FACES, USAGES)
    assert callable(damage)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(DataError, match="damaged or no gzip file"):
        load_fer2013(path)


def test_a_table_cut_in_the_middle_of_a_row_is_refused_wherever_it_is_cut(tmp_path: Path) -> None:
    whole = write_kaggle(tmp_path / "whole.csv", FACES, USAGES).read_bytes()
    path = tmp_path / "fer2013.csv"
    for end in (*range(60, len(whole), 1997), len(whole) - 3, len(whole) - 14):
        path.write_bytes(whole[:end])
        with pytest.raises(DataError) as caught:
            load_fer2013(path)
        line = whole[:end].count(b"\n") + 1
        assert str(caught.value).startswith(f"{path}, line {line}: ")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"nowhere\.csv: cannot be read"):
        load_fer2013(tmp_path / "nowhere.csv")
    with pytest.raises(DataError, match=r"has neither fer2013\.csv nor labels\.csv"):
        load_fer2013(tmp_path)


def write_sheets(folder: Path, rows: int) -> np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]:
    """A folder with one sheet and `rows` labels; returns the faces."""
    faces = np.random.default_rng(0).integers(0, 256, (1024, 48, 48), np.uint8)
    sheet = faces.reshape(32, 32, 48, 48).transpose(0, 2, 1, 3).reshape(1536, 1536)
    cv2.imwrite(str(folder / "sheet_00.png"), sheet)
    columns = ("row", "usage", "emotion", *FERPLUS_COLUMNS, "unknown", "NF")
    votes = (10, *[0] * 9)
    write_table(folder / "labels.csv", columns, [(i, USAGES[i % 7], i % 7, *votes) for i in range(rows)])
    return faces


def test_sheets_hold_faces_row_by_row(tmp_path: Path) -> None:
    faces = write_sheets(tmp_path, 70)
    training = load_fer2013(tmp_path).part("Training")
    assert np.array_equal(training.images[4], faces[7])
    assert training.names[4] == "row 7"
    assert set(training.main.answers.tolist()) == {FERPLUS_LABELS.index("neutral")}


def test_sheets_that_do_not_match_their_labels_are_refused(tmp_path: Path) -> None:
    write_sheets(tmp_path, 1025)
    with pytest.raises(DataError, match="1025 rows, the sheets have places for 1024"):
        load_fer2013(tmp_path)
    cv2.imwrite(str(tmp_path / "sheet_01.png"), np.zeros((10, 20), np.uint8))
    with pytest.raises(DataError, match=r"sheet_01\.png: is 20 x 10 pixels instead of 1536 x 1536"):
        load_fer2013(tmp_path)


def test_a_vote_that_is_no_number_is_named(tmp_path: Path) -> None:
    path = write_kaggle(tmp_path / "fer2013.csv", FACES, USAGES)
    votes = write_ferplus(tmp_path / "fer2013new.csv", made_votes(np.zeros(7, int)), USAGES)
    votes.write_text(votes.read_text().replace(",10,", ",ten,", 1))
    with pytest.raises(DataError, match=r"fer2013new\.csv, line 2: 'ten' is not a number of votes"):
        load_fer2013(path)


def test_two_thousand_rows_load_within_a_few_seconds(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    texts = [pixel_text(image) for image in rng.integers(0, 256, (20, 48, 48), np.uint8)]
    path = tmp_path / "fer2013.csv.gz"
    lines = [f"0,{texts[i % 20]},Training" for i in range(2000)]
    path.write_bytes(gzip.compress("\n".join(["emotion,pixels,Usage", *lines]).encode(), 1))
    started = time.perf_counter()
    load_fer2013(path)
    # All of FER2013 is 18 times as long; converting pixels one by one takes ten times as long as this does.
    assert time.perf_counter() - started < 3


def test_the_lent_sheets_have_the_known_size(shared_data: Path) -> None:
    assert len(load_fer2013(shared_data / "fer2013").part("PublicTest")) == 3589
