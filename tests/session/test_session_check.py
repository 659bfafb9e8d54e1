"""Checking: an honest session is said to be sound, and every way of lying that we know is found."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fer_desktop.emotions import FER2013_LABELS
from fer_desktop.session.blocks import read_blocks
from fer_desktop.session.check import Check, check
from fer_desktop.session.findings import Severity
from fer_desktop.session.reader import read_session
from fer_desktop.session.table import quoted

from .honest import finished, honest_face
from .synthetic import make_info, make_recorder, make_result
from .test_session_disk_trouble import FullDisk, record_until_it_fails

Row = dict[str, str]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return finished(tmp_path_factory.mktemp("sessions"))


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "session")


def errors(result: Check) -> list[str]:
    return [str(finding) for finding in result.findings if finding.severity is Severity.ERROR]


def notes(result: Check) -> list[str]:
    return [finding.sentence for finding in result.findings if finding.severity is Severity.NOTE]


def change_json(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    path = folder / "session.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    change(data)
    path.write_text(json.dumps(data), encoding="utf-8")


def change_table(folder: Path, change: Callable[[list[Row]], object], name: str = "log.csv") -> None:
    """Change rows as somebody would in a spreadsheet; the hashes are left out, as they would tell it all."""
    path = folder / name
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = list(rows[0])
    change(rows)
    lines = [",".join(names), *(",".join(quoted(row[name]) for name in names) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="")
    change_json(folder, lambda data: data.update(files={}))


def of_face(rows: list[Row], number: int = 0) -> Row:
    return [row for row in rows if row["success"] == "1"][number]


def test_an_honest_session_is_sound_and_says_where_its_frames_went(folder: Path) -> None:
    result = check(folder)
    assert result.sound
    assert result.findings == ()
    assert result.coverage is not None
    assert result.coverage.sentence == (
        "48 frames: 28 with a face, 8 without (no_face 4, too_dark 4), 8 passed over, 4 failed"
    )


def test_a_session_without_hashes_is_sound_with_a_note(folder: Path) -> None:
    change_json(folder, lambda data: (data.update(files={}), data.pop("recovered")))
    result = check(folder)
    assert result.sound
    assert notes(result) == ["It has no hashes, so a later change of its tables cannot be found."]


def lies() -> dict[str, tuple[Callable[[list[Row]], object], str]]:
    def first(**cells: str) -> Callable[[list[Row]], object]:
        return lambda rows: of_face(rows).update(cells)

    def empty(**cells: str) -> Callable[[list[Row]], object]:
        return lambda rows: next(row for row in rows if row["reason"] == "no_face").update(cells)

    def passed_over(**cells: str) -> Callable[[list[Row]], object]:
        return lambda rows: next(row for row in rows if row["reason"] == "not_analysed").update(cells)

    return {
        "a share above 1": (first(p_anger="1.5"), "p_ is not between 0 and 1"),
        "shares of 0.9 in all": (first(p_anger="0.76000"), "p_ do not add up to 1"),
        "a share left out": (first(p_fear=""), "probability of p_ is missing"),
        "smoothed shares that are none": (first(s_anger="0.9"), "s_ do not add up to 1"),
        "half a baseline": (first(b_anger="0.5"), "probability of b_ is missing"),
        "another label": (first(label="neutral"), "label is not the most probable"),
        "a label of nowhere": (first(label="bored"), "label is not one of the network's"),
        "unsure without a reason": (first(label="unsure"), "unsure though one expression is probable"),
        "another entropy": (first(entropy="0.10000"), "entropy is not that of the probabilities"),
        "a face without an id": (first(face_id=""), "a face has no face_id"),
        "a face with a reason": (first(reason="too_dark"), "has a reason for being none"),
        "success of 2": (first(success="2"), "success is neither 0 nor 1"),
        "a face where none is": (empty(face_id="3"), "a row without a face has values of one"),
        "a probability of zero": (empty(p_anger="0.00000"), "a row without a face has values of one"),
        "an unknown reason": (empty(reason="tired"), "has no known reason"),
        "a time for no work": (passed_over(infer_ms="3.00"), "not analysed has the time that it took"),
        "another utc": (first(utc="2020-01-01T00:00:00.000Z"), "utc is not the session's start plus t_s"),
        "a local time": (first(utc="2020-01-01 00:00"), "utc is not a time in ISO 8601"),
        "time that goes back": (
            lambda rows: rows[20].update(t_s="0.000000"),
            "t_s goes back",
        ),
        "media time that goes back": (
            lambda rows: next(row for row in rows if row["reason"] == "error").update(media_t_s="0.1"),
            "media_t_s goes back",
        ),
        "passed over and not counted": (
            lambda rows: next(row for row in rows if row["dropped_before"] == "1").update(dropped_before="0"),
            "dropped_before does not count",
        ),
        "a face twice": (
            lambda rows: next(row for row in rows if row["face_id"] == "2").update(face_id="1"),
            "a face is in a frame twice",
        ),
        "a frame less": (lambda rows: rows.pop(0), "counters.not_recorded is 0, by the log it is 1"),
        "a frame less in the middle": (
            lambda rows: rows.remove(next(row for row in rows if row["reason"] == "no_face")),
            "1 frames are missing, and no event says why",
        ),
        "a face less": (
            lambda rows: rows.remove(next(row for row in rows if row["face_id"] == "2")),
            "states.csv, line",
        ),
        "a word for a number": (first(box_x="left"), "damaged near line 2"),
        "not a number": (first(sharpness="nan"), "damaged near line 2 ('nan' is no real number)"),
    }


@pytest.mark.parametrize("lie", lies())
def test_a_log_that_lies_is_found_out(folder: Path, lie: str) -> None:
    change, sentence = lies()[lie]
    change_table(folder, change)
    result = check(folder)
    assert not result.sound
    assert any(sentence in error for error in errors(result)), errors(result)


def test_an_error_names_the_file_and_the_line_and_counts_its_rows(folder: Path) -> None:
    def spoil(rows: list[Row]) -> None:
        for number in (2, 5, 6):
            of_face(rows, number)["entropy"] = "0.10000"

    lines = (folder / "log.csv").read_text(encoding="utf-8").splitlines()
    third = [number for number, line in enumerate(lines, 1) if ",1,1,," in line or ",2,1,," in line][2]
    change_table(folder, spoil)
    assert errors(check(folder)) == [
        f"log.csv, line {third}: entropy is not that of the probabilities. (3 times)"
    ]


def test_runs_that_do_not_follow_from_the_log_are_found(folder: Path) -> None:
    change_table(folder, lambda rows: rows[1].update(end_s="9.000000"), "states.csv")
    assert errors(check(folder)) == ["states.csv, line 3: It is not what the log gives when computed again."]
    change_table(folder, lambda rows: rows.clear(), "states.csv")
    assert not check(folder).sound


def test_a_jump_within_a_file_needs_its_event(folder: Path) -> None:
    change_table(folder, lambda rows: rows.pop(0), "events.csv")
    (error,) = errors(check(folder))
    assert "frame does not go on, and no seek event says why." in error


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda data: data.pop("model"), "model is missing"),
        (lambda data: data["counters"].update(read="48"), "counters.read is not of type int"),
        (lambda data: data.update(schema_version="1"), "schema_version is not of type int"),
        (lambda data: data["model"].update(labels="anger"), "model.labels is not a list of texts"),
        (lambda data: data["model"].update(labels=["joy"]), "model.labels are not expressions"),
        (lambda data: data["counters"].update(analysed=1), "counters.analysed is 1, by the log it is 36"),
        (lambda data: data["counters"].update(faceless=0), "counters.faceless is 0, by the log it is 8"),
        (lambda data: data["counters"].update(not_recorded=5), "counters.not_recorded is 5"),
        (lambda data: data["files"]["log.csv"].update(rows=1), "files.log.csv.rows is 1"),
        (lambda data: data["clocks"].update(utc_start="now"), "Invalid isoformat string"),
        (lambda data: data["clocks"].update(utc_start="2026-01-01T00:00:00"), "has no time zone"),
        (lambda data: data["clocks"].update(duration_s=99.0), "utc_end is not clocks.utc_start plus"),
        (lambda data: data["clocks"].update(utc_start="2020-01-01T00:00:00.000Z"), "utc is not"),
        (lambda data: data["model"].update(unsure_below=0.9), "label should be unsure"),
        (lambda data: data["model"].update(labels=list(FER2013_LABELS)), "other columns"),
    ],
)
def test_a_description_that_does_not_fit_is_found_out(
    folder: Path, change: Callable[[dict[str, Any]], object], sentence: str
) -> None:
    change_json(folder, change)
    result = check(folder)
    assert any(sentence in error for error in errors(result)), errors(result)


def test_a_changed_table_is_found_by_its_hash_or_size(folder: Path) -> None:
    log = folder / "log.csv"
    data = log.read_bytes()
    log.write_bytes(data.replace(b"127.50", b"127.51", 1))
    assert "its SHA-256 is another one" in errors(check(folder))[0]
    log.write_bytes(data[:-1])
    found = errors(check(folder))
    assert any("Its last row is torn" in error for error in found)
    assert any("bytes, at the end of the session it had" in error for error in found)


@pytest.mark.parametrize("name", ["log.csv", "states.csv", "events.csv"])
@pytest.mark.parametrize("empty", [True, False])
def test_a_table_that_is_gone_or_empty_is_found(folder: Path, name: str, empty: bool) -> None:
    (folder / name).write_bytes(b"") if empty else (folder / name).unlink()
    found = errors(check(folder))
    assert any(error.startswith(f"{name}: ") for error in found), found


def test_a_session_that_is_being_recorded_is_not_called_damaged(tmp_path: Path) -> None:
    recorder = make_recorder(tmp_path)
    folder = recorder.start()
    recorder(make_result(0, honest_face()))
    while not recorder.rows:
        pass
    result = check(folder)
    assert result.sound
    assert notes(result) == ["It is being recorded."]
    recorder.stop()


def test_a_session_that_was_stopped_early_is_sound(tmp_path: Path) -> None:
    recorder = make_recorder(tmp_path, block=True)
    folder = recorder.start()
    recorder(make_result(0, honest_face()))
    recorder.stop(complete=False)
    result = check(folder)
    assert result.sound
    assert notes(result) == ["It was stopped before the end of its source."]


def test_frames_that_a_slow_disk_cost_are_accounted_for(tmp_path: Path) -> None:
    recorder = make_recorder(tmp_path, queue_limit=10)
    folder = recorder.start()
    for index in range(300):
        recorder(make_result(index, honest_face()))
    recorder.stop()
    result = check(folder)
    assert errors(result) == []
    assert result.coverage is not None
    assert result.coverage.frames == 300
    assert 0 < result.coverage.not_recorded == 300 - result.coverage.with_face


def test_pauses_and_losses_have_their_own_place(tmp_path: Path) -> None:
    recorder = make_recorder(tmp_path, make_info(), block=True)
    folder = recorder.start()
    recorder(make_result(0, honest_face()))
    recorder.event("pause")
    for index in range(1, 4):
        recorder(make_result(index, reason="not_analysed", dropped_before=index - 1))
    recorder.event("resume")
    recorder(make_result(4, honest_face(), dropped_before=3))
    recorder.event("source_lost")
    recorder.stop()
    coverage = check(folder).coverage
    assert coverage is not None
    assert (coverage.paused, coverage.passed_over) == (3, 0)
    assert coverage.lost_s >= 0


def test_blocks_of_any_size_keep_frames_together(folder: Path) -> None:
    session = read_session(folder)
    whole = next(read_blocks(session))
    for rows in (1, 2, 5):
        blocks = list(read_blocks(session, rows))
        assert len(blocks) > 3
        joined = np.concatenate([block.numbers["frame"] for block in blocks])
        np.testing.assert_array_equal(joined, whole.numbers["frame"])
        assert sum(len(block.firsts) for block in blocks) == len(whole.firsts) == 48


def test_a_disk_that_was_full_is_told_with_its_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fer_desktop.session import writer

    monkeypatch.setattr(writer, "open_new", lambda path: FullDisk(path, "xb"))
    recorder = make_recorder(tmp_path)
    folder = recorder.start()
    record_until_it_fails(recorder)
    with pytest.raises(Exception, match="is full"):
        recorder.stop()
    (error,) = [error for error in errors(check(folder)) if "cut off" in error]
    assert "is full" in error
    assert "fer-desktop recover" in error
