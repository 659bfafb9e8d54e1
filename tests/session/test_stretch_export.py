"""A stretch of a session as CSV: the log's own rows, none added, none changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from fer_desktop.errors import SessionError, UserError
from fer_desktop.session.exports.export import export
from fer_desktop.session.exports.stretch import Stretch, export_stretch
from fer_desktop.session.report.report import report_session

from .recorded import camera


def times(path: Path) -> list[float]:
    header, *rows = path.read_text(encoding="utf-8").splitlines()
    place = header.split(",").index("t_s")
    return [float(row.split(",")[place]) for row in rows]


def test_rows_are_those_of_the_log_byte_for_byte(tmp_path: Path) -> None:
    session = camera(tmp_path)
    out = tmp_path / "stretch.csv"
    count = export_stretch(session, Stretch("t_s", 1.0, 2.0), out)
    log = (session / "log.csv").read_bytes().splitlines(keepends=True)
    header, *rows = out.read_bytes().splitlines(keepends=True)
    assert header == log[0]
    assert len(rows) == count > 30
    wanted = [line for line in log[1:] if 1.0 <= float(line.split(b",")[1]) < 2.0]
    assert rows == wanted, "rows without a face and passed-over frames are there too"
    assert list(tmp_path.glob(".export-*")) == []


def test_the_first_moment_is_in_it_and_the_last_is_not(tmp_path: Path) -> None:
    session = camera(tmp_path)
    export_stretch(session, Stretch("frame", 10, 12), tmp_path / "a.csv")
    export_stretch(session, Stretch("frame", 12, 14), tmp_path / "b.csv")
    both = times(tmp_path / "a.csv") + times(tmp_path / "b.csv")
    assert both == sorted(both)
    frames = {round(30 * (t - 0.5)) for t in both}
    assert frames == {10, 11, 12, 13}


def test_a_stretch_from_one_frame_to_another_is_exact_though_the_log_has_fewer_digits(tmp_path: Path) -> None:
    """The window knows moments to the last bit; the log has microseconds."""
    session = camera(tmp_path)
    logged = sorted(set(times(session / "log.csv")))
    for number in range(5, 60, 5):
        first, last = (logged[place] + shift for place, shift in ((number, 4e-7), (number + 3, -4e-7)))
        export_stretch(session, Stretch("t_s", first, last), tmp_path / "stretch.csv")
        assert sorted(set(times(tmp_path / "stretch.csv"))) == logged[number : number + 3]


@pytest.mark.parametrize("name", ["log.csv", "LOG.CSV", "events.csv", "session.json", "annotated.mp4"])
def test_nothing_is_written_over_the_session_itself(tmp_path: Path, name: str) -> None:
    session = camera(tmp_path)
    before = {path.name: path.read_bytes() for path in session.iterdir()}
    with pytest.raises(SessionError, match="belongs to the session in this folder"):
        export_stretch(session, Stretch("t_s", 0.0, 9.0), session / name)
    with pytest.raises(SessionError, match="belongs to the session in this folder"):
        report_session(session, session / name, replace=True)
    with pytest.raises(SessionError, match="belongs to the session in this folder"):
        export(session, ["openface"], session / "log.csv", replace=True)
    assert {path.name: path.read_bytes() for path in session.iterdir()} == before


def test_a_log_that_is_still_written_gives_its_whole_rows(tmp_path: Path) -> None:
    session = camera(tmp_path)
    log = session / "log.csv"
    text = (session / "session.json").read_text(encoding="utf-8")
    (session / "session.json").write_text(
        text.replace('"complete": true', '"complete": false'), encoding="utf-8"
    )
    log.write_bytes(log.read_bytes()[:-7])
    count = export_stretch(session, Stretch("t_s", 0.0, 1e9), tmp_path / "all.csv")
    assert count == len(log.read_bytes().splitlines()) - 2, "neither the header nor the torn row"


def test_a_stretch_without_rows_writes_nothing_and_keeps_what_was_there(tmp_path: Path) -> None:
    session = camera(tmp_path)
    out = tmp_path / "stretch.csv"
    out.write_text("mine", encoding="utf-8")
    for stretch in (Stretch("t_s", 100.0, 200.0), Stretch("media_t_s", 0.0, 100.0)):
        with pytest.raises(SessionError, match="no rows in this stretch"):
            export_stretch(session, stretch, out)
    assert out.read_text(encoding="utf-8") == "mine"
    export_stretch(session, Stretch("t_s", 1.0, 2.0), out)
    assert out.read_text(encoding="utf-8").startswith("frame,t_s,")


def test_what_cannot_be_written_or_read_is_told_with_its_name(tmp_path: Path) -> None:
    session = camera(tmp_path)
    whole = Stretch("t_s", 0.0, 1e9)
    with pytest.raises(SessionError, match="is a folder"):
        export_stretch(session, whole, session)
    (tmp_path / "file").touch()
    with pytest.raises(SessionError, match="file"):
        export_stretch(session, whole, tmp_path / "file" / "stretch.csv")
    log = session / "log.csv"
    log.write_bytes(log.read_bytes().replace(b"\n5,", b"\n5,5,", 1))
    with pytest.raises(SessionError, match=r"log\.csv' is damaged near line 7"):
        export_stretch(session, whole, tmp_path / "stretch.csv")
    assert not (tmp_path / "stretch.csv").exists()


def test_it_can_be_stopped(tmp_path: Path) -> None:
    def stop(_done: int, _total: int) -> None:
        raise UserError("Stopped.")

    with pytest.raises(UserError, match="Stopped"):
        export_stretch(camera(tmp_path), Stretch("t_s", 0.0, 9.0), tmp_path / "stretch.csv", report=stop)
    assert not (tmp_path / "stretch.csv").exists()
