"""Reading sessions back, whole or cut off anywhere."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fer_desktop.errors import SessionError
from fer_desktop.session.reader import Session, read_session
from fer_desktop.session.table import Value
from fer_desktop.session.writer import whole_length

from .synthetic import make_face, make_recorder, make_result


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    recorder = make_recorder(tmp_path_factory.mktemp("sessions"), block=True)
    folder = recorder.start()
    for index in range(12):
        recorder(make_result(index, make_face(1), media_t_s=index / 10, file=f'odd, "{index}"\nname.png'))
        recorder.event("marker", "naïve", "line one\nline two")
    recorder(make_result(12, media_t_s=1.2))
    recorder.stop()
    return folder


@pytest.fixture
def session(recorded: Path, tmp_path: Path) -> Session:
    folder = tmp_path / "copy"
    shutil.copytree(recorded, folder)
    return read_session(folder)


def rows_of(session: Session) -> list[dict[str, Value]]:
    return list(session.rows())


def test_rows_come_back_with_their_types(session: Session) -> None:
    rows = rows_of(session)
    assert len(rows) == 13
    assert rows[3]["frame"] == 3
    assert rows[3]["media_t_s"] == 0.3
    assert rows[3]["file"] == 'odd, "3"\nname.png'
    assert rows[3]["success"] == 1
    assert rows[3]["roll"] is None
    assert rows[12]["p_anger"] is None
    assert rows[12]["reason"] == "no_face"


def test_numbers_come_back_as_arrays_with_nan_for_what_is_missing(session: Session) -> None:
    arrays = session.arrays()
    assert "label" not in arrays
    np.testing.assert_allclose(arrays["media_t_s"], np.arange(13) / 10)
    assert np.isnan(arrays["p_happiness"][12])
    assert not np.isnan(arrays["p_happiness"][:12]).any()


def test_a_column_that_is_not_there_is_an_error_not_an_empty_list(session: Session) -> None:
    with pytest.raises(KeyError):
        session.column("c_anger")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(share=st.floats(0, 1), file=st.sampled_from(["log.csv", "states.csv", "events.csv"]))
def test_a_table_cut_off_at_any_byte_gives_its_whole_rows(
    recorded: Path, tmp_path: Path, share: float, file: str
) -> None:
    folder = tmp_path / "cut"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(recorded, folder)
    data = (recorded / file).read_bytes()
    (folder / file).write_bytes(data[: int(share * len(data))])

    def read(session: Session) -> list[object]:
        tables = {"log.csv": session.rows, "states.csv": session.states, "events.csv": session.events}
        return list(tables[file]())

    cut, whole = read(read_session(folder)), read(read_session(recorded))
    assert cut == whole[: len(cut)]
    missing = data[len(data) - len(data[int(share * len(data)) :]) :]
    assert len(whole) - len(cut) <= missing.count(b"\n") + 1


@given(st.lists(st.lists(st.text('ab,"\n', max_size=5), min_size=1, max_size=3), max_size=6), st.data())
def test_the_whole_part_of_a_torn_file_ends_with_a_row(rows: list[list[str]], data: st.DataObject) -> None:
    ends = [0]
    text = io.StringIO(newline="")
    table = csv.writer(text, lineterminator="\n")
    for row in rows:
        table.writerow(row)
        ends.append(text.tell())
    cut = data.draw(st.integers(0, ends[-1]))
    assert whole_length(text.getvalue().encode()[:cut]) == max(end for end in ends if end <= cut)


def test_bytes_of_nothing_after_a_power_cut_are_left_out(session: Session) -> None:
    log = session.folder / "log.csv"
    log.write_bytes(log.read_bytes() + b"\0" * 700)
    assert len(rows_of(session)) == 13


def test_a_session_cut_off_before_its_first_row_is_empty_not_an_error(session: Session) -> None:
    metadata = session.folder / "session.json"
    data = json.loads(metadata.read_text(encoding="utf-8"))
    metadata.write_text(json.dumps({**data, "complete": False}), encoding="utf-8")
    (session.folder / "log.csv").unlink()
    (session.folder / "states.csv").write_bytes(b"face_i")
    cut = read_session(session.folder)
    assert not cut.complete
    assert rows_of(cut) == []
    assert cut.states() == []


def test_a_complete_session_whose_log_is_missing_is_refused(session: Session) -> None:
    (session.folder / "log.csv").unlink()
    with pytest.raises(SessionError, match=r"log\.csv' is missing"):
        rows_of(session)


def test_damage_in_the_middle_is_named_with_its_line(session: Session) -> None:
    log = session.folder / "log.csv"
    log.write_bytes(log.read_bytes().replace(b"\n3,", b"\nthree,"))
    with pytest.raises(SessionError, match=r"log\.csv' is damaged near line 5"):
        rows_of(session)


def test_columns_that_do_not_belong_to_the_session_are_refused(session: Session) -> None:
    log = session.folder / "log.csv"
    log.write_bytes(log.read_bytes().replace(b"p_anger", b"p_angry", 1))
    with pytest.raises(SessionError, match="other columns"):
        rows_of(session)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "is not a session"),
        ("", "is damaged"),
        ("[]", "is damaged"),
        ('{"schema_version": 1}', "is damaged"),
        ('{"schema_vers', "is damaged"),
    ],
)
def test_a_folder_that_is_no_session_is_refused_with_a_sentence(
    tmp_path: Path, content: str | None, sentence: str
) -> None:
    if content is not None:
        (tmp_path / "session.json").write_text(content, encoding="utf-8")
    with pytest.raises(SessionError, match=sentence) as caught:
        read_session(tmp_path)
    assert caught.value.remedy


def test_a_file_in_place_of_a_folder_is_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "log.csv").touch()
    with pytest.raises(SessionError, match="is not a session"):
        read_session(tmp_path / "log.csv")


def test_a_session_of_the_first_version_is_read_without_what_came_later(session: Session) -> None:
    log, metadata = session.folder / session.log.file, session.folder / "session.json"
    rows = list(csv.reader(io.StringIO(log.read_text(encoding="utf-8"), newline="")))
    later, sharpness = rows[0].index("yaw"), session.column("sharpness")
    with log.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(row[:later] + row[later + 1 :] for row in rows)
    data = json.loads(metadata.read_text(encoding="utf-8"))
    metadata.write_text(json.dumps({**data, "schema_version": 1}), encoding="utf-8")
    old = read_session(session.folder)
    assert "yaw" not in old.log.names
    assert [row["sharpness"] for row in rows_of(old)] == sharpness


def test_a_session_of_a_newer_version_asks_for_an_update(session: Session) -> None:
    metadata = session.folder / "session.json"
    data = json.loads(metadata.read_text(encoding="utf-8"))
    metadata.write_text(json.dumps({**data, "schema_version": 3}), encoding="utf-8")
    with pytest.raises(SessionError, match="newer version"):
        read_session(session.folder)
