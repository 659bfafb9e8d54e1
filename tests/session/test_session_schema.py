"""The log's cells: what a spreadsheet, pandas or R would find in them."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fer_desktop.emotions import FER2013_LABELS, FERPLUS_LABELS
from fer_desktop.engine.result import Result
from fer_desktop.session.dictionary import data_dictionary, described_fields
from fer_desktop.session.metadata import Metadata
from fer_desktop.session.schema import EVENTS, STATES, log_rows, log_table
from fer_desktop.session.table import quoted

from .synthetic import make_face, make_result

CONTRACT = (
    "frame,t_s,utc,media_t_s,file,face_id,success,reason,confidence,label,"
    "p_anger,p_disgust,p_fear,p_happiness,p_sadness,p_surprise,p_neutral,p_contempt,entropy,"
    "s_anger,s_disgust,s_fear,s_happiness,s_sadness,s_surprise,s_neutral,s_contempt,"
    "b_anger,b_disgust,b_fear,b_happiness,b_sadness,b_surprise,b_neutral,b_contempt,"
    "box_x,box_y,box_w,box_h,roll,yaw,brightness,sharpness,infer_ms,latency_ms,dropped_before"
)


def lines_of(result: Result, labels: tuple[str, ...] = FERPLUS_LABELS) -> list[str]:
    table = log_table(labels)
    return [table.line(row) for row in log_rows(result, 1.25, "2026-01-02T03:04:05.678Z")]


def cells_of(result: Result, labels: tuple[str, ...] = FERPLUS_LABELS) -> dict[str, str]:
    (line,) = lines_of(result, labels)
    (record,) = csv.reader(io.StringIO(line, newline=""))
    return dict(zip(log_table(labels).names, record, strict=True))


def test_the_log_has_the_columns_of_the_contract_in_its_order() -> None:
    assert log_table(FERPLUS_LABELS).header == CONTRACT + "\n"


def test_a_model_without_contempt_has_no_column_for_it() -> None:
    without = CONTRACT.replace(",p_contempt", "").replace(",s_contempt", "").replace(",b_contempt", "")
    assert log_table(FER2013_LABELS).header == without + "\n"


def test_states_and_events_have_the_columns_of_the_contract() -> None:
    assert STATES.header == "face_id,label,start_s,end_s,mean_probability,frames\n"
    assert EVENTS.header == "t_s,kind,label,detail\n"


def test_a_face_is_written_with_its_numbers_in_fixed_decimals() -> None:
    (line,) = lines_of(make_result(7, make_face(), media_t_s=0.2333333333, dropped_before=2))
    assert line == (
        "7,1.250000,2026-01-02T03:04:05.678Z,0.233333,,1,1,,0.93000,happiness,"
        "0.02000,0.02000,0.02000,0.86000,0.02000,0.02000,0.02000,0.02000,0.75000,"
        "0.12500,0.12500,0.12500,0.12500,0.12500,0.12500,0.12500,0.12500,"
        ",,,,,,,,"
        "10.25,-3.50,120.00,121.00,,,127.50,250.50,12.34,23.46,2\n"
    )


def test_a_face_with_a_baseline_has_raw_and_corrected_values_side_by_side() -> None:
    corrected = np.array([0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.70, 0.09], np.float32)
    cells = cells_of(make_result(7, replace(make_face(), corrected=corrected, corrected_smoothed=corrected)))
    assert cells["p_happiness"] == "0.86000"
    assert cells["s_neutral"] == "0.12500"
    assert cells["b_happiness"] == "0.04000"
    assert cells["b_neutral"] == "0.70000"
    assert cells["label"] == "happiness"


def test_each_face_of_a_frame_has_its_row() -> None:
    lines = lines_of(make_result(3, make_face(1), make_face(2)))
    assert [line.split(",")[5] for line in lines] == ["1", "2"]


@pytest.mark.parametrize("reason", ["no_face", "too_dark", "too_small", "out_of_frame"])
def test_a_frame_without_a_face_says_why_and_has_no_made_up_numbers(reason: str) -> None:
    cells = cells_of(make_result(4, reason=reason))
    assert {name: cell for name, cell in cells.items() if cell} == {
        "frame": "4",
        "t_s": "1.250000",
        "utc": "2026-01-02T03:04:05.678Z",
        "success": "0",
        "reason": reason,
        "infer_ms": "12.34",
        "latency_ms": "23.46",
        "dropped_before": "0",
    }


def test_a_frame_that_was_passed_over_has_no_inference_time() -> None:
    cells = cells_of(make_result(4, reason="not_analysed"))
    assert (cells["success"], cells["reason"]) == ("0", "not_analysed")
    assert cells["infer_ms"] == cells["latency_ms"] == ""


def test_numbers_that_are_none_are_empty_not_nan() -> None:
    face = make_face()
    reading = replace(face.reading, entropy=float("nan"), sharpness=float("inf"), roll=-0.0001)
    cells = cells_of(make_result(0, replace(face, reading=reading)))
    assert cells["entropy"] == cells["sharpness"] == ""
    assert cells["roll"] == "0.00"


def test_probabilities_are_found_by_name_whatever_order_the_model_has() -> None:
    labels = ("neutral", "happiness", "anger")
    cells = cells_of(make_result(0, make_face(label="happiness", labels=labels)), labels)
    assert cells["p_happiness"] == "0.86000"
    assert cells["p_neutral"] == cells["p_anger"] == "0.07000"
    assert cells["p_disgust"] == cells["s_fear"] == ""


def test_the_log_holds_raw_probabilities_and_the_smoothed_ones_apart() -> None:
    face = make_face()
    cells = cells_of(make_result(0, face))
    raw = [float(cells[f"p_{name}"]) for name in FERPLUS_LABELS]
    smoothed = [float(cells[f"s_{name}"]) for name in FERPLUS_LABELS]
    np.testing.assert_allclose(raw, face.reading.probabilities, atol=5e-6)
    np.testing.assert_allclose(smoothed, face.smoothed, atol=5e-6)


def test_there_is_no_blank_after_a_comma() -> None:
    assert ", " not in lines_of(make_result(0, make_face()))[0]


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_file_name_comes_back_from_its_cell(name: str) -> None:
    line = io.StringIO(f"{quoted(name)},end\n", newline="")
    (record,) = csv.reader(line, strict=True)
    assert record == [name, "end"]


@pytest.mark.parametrize("name", ["a,b.png", 'the "best".png', "two\nlines.png", "return\r.png"])
def test_file_names_with_signs_of_the_format_are_quoted(name: str) -> None:
    assert cells_of(make_result(0, make_face(), file=name))["file"] == name


def test_the_committed_data_dictionary_is_in_step_with_the_schema() -> None:
    committed = Path(__file__).resolve().parents[2] / "docs" / "session-format.md"
    assert committed.read_text(encoding="utf-8") == data_dictionary(), (
        "python -m fer_desktop.session.dictionary > docs/session-format.md"
    )


def test_the_data_dictionary_describes_every_column_and_field() -> None:
    text = data_dictionary()
    for table in (log_table(FERPLUS_LABELS), STATES, EVENTS):
        for column in table.columns:
            assert f"| `{column.name}` |" in text
            assert column.description.endswith(".")
    names = [name for name, _ in described_fields(Metadata)]
    assert {"complete", "model.sha256", "counters.faceless", "clocks.time_zone", "files.*.sha256"} <= set(
        names
    )
