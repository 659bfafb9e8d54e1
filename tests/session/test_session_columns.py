"""Columns of a log at once: the same values as row by row, and the same sentences."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from fer_desktop.errors import SessionError
from fer_desktop.session.columns import read_columns
from fer_desktop.session.reader import Session, read_session
from tests.session.synthetic import make_face, make_recorder, make_result

NAMES = ("frame", "t_s", "media_t_s", "face_id", "reason", "label", "p_anger", "box_x")


@pytest.fixture
def session(tmp_path: Path) -> Session:
    recorder = make_recorder(tmp_path, block=True)
    recorder.start()
    for index in range(5000):
        faces = [make_face(1, "fear" if index % 3 else "anger")] if index % 5 else []
        recorder(make_result(index, *faces, reason="" if faces else "too_dark"))
    return read_session(recorder.stop())


def test_columns_hold_what_the_rows_hold(session: Session) -> None:
    columns = read_columns(session, NAMES)
    assert columns is not None
    rows = list(session.rows())
    assert len(rows) == 5000
    for name in NAMES:
        wanted = [row[name] for row in rows]
        if name in {"reason", "label"}:
            assert columns[name] == wanted
        else:
            np.testing.assert_array_equal(columns[name], np.array(wanted, np.float64))


def test_progress_rises_to_the_end_and_can_be_stopped(session: Session) -> None:
    shares: list[float] = []

    def note(share: float) -> bool:
        shares.append(share)
        return True

    read_columns(session, NAMES, note)
    assert len(shares) >= 3
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1.0, abs=0.02)
    assert read_columns(session, NAMES, lambda _: False) is None


def test_a_torn_last_row_is_left_out(session: Session) -> None:
    log = session.folder / "log.csv"
    log.write_bytes(log.read_bytes()[:-7])
    columns = read_columns(session, NAMES)
    assert columns is not None
    assert len(columns["frame"]) == 4999


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (b"frame,t_s", b"image,t_s", "other columns"),
        (b"\n2500,", b"\n2500,1,", "damaged near line"),
        (b"\n2500,", b"\nmany,", "damaged"),
    ],
)
def test_a_damaged_log_is_told_in_a_sentence(session: Session, old: bytes, new: bytes, sentence: str) -> None:
    log = session.folder / "log.csv"
    log.write_bytes(log.read_bytes().replace(old, new))
    with pytest.raises(SessionError, match=sentence):
        read_columns(session, NAMES)


def test_a_log_that_is_gone_is_told_in_a_sentence(session: Session) -> None:
    (session.folder / "log.csv").unlink()
    with pytest.raises(SessionError, match="missing"):
        read_columns(session, NAMES)
