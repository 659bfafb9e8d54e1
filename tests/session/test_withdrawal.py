"""Withdrawal beside recordings that go on, damaged sessions, reports and films."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from fer_desktop.errors import SessionError
from fer_desktop.session.forget import delete, holdings_of
from fer_desktop.session.groups.report import Request, report_groups
from fer_desktop.session.lock import FILE as LOCK
from fer_desktop.session.metadata import FILE
from fer_desktop.session.report.report import report_session
from fer_desktop.session.subject import Subject

from . import studies
from .synthetic import make_face, make_recorder, make_result
from .test_privacy import mark, session_of

P01 = Subject("P01")


def test_a_session_that_is_being_recorded_stays_until_it_is_over(tmp_path: Path) -> None:
    recorder = make_recorder(tmp_path, subject=P01)
    folder = recorder.start()
    earlier = session_of("P01", tmp_path)
    holdings = holdings_of("P01", tmp_path)
    assert holdings.paths == (earlier,)
    assert holdings.being_written == (folder,)
    with pytest.raises(SessionError, match="is being recorded"):
        delete(folder)
    recorder(make_result(0, make_face()))
    recorder.stop()
    assert (folder / "log.csv").read_text(encoding="utf-8").count("\n") == 2, "nothing of it was lost"
    assert set(holdings_of("P01", tmp_path).paths) == {earlier, folder}
    delete(folder)
    assert not folder.exists()


def test_a_recording_within_another_folder_of_theirs_is_not_taken_along(tmp_path: Path) -> None:
    outer = session_of("P01", tmp_path)
    recorder = make_recorder(outer / "more", subject=P01)
    folder = recorder.start()
    holdings = holdings_of("P01", tmp_path)
    assert holdings.paths == ()
    assert set(holdings.being_written) == {outer, folder}
    recorder.stop()


def test_whose_a_session_is_that_was_cut_off_stands_in_its_lock_too(tmp_path: Path) -> None:
    recorder = make_recorder(tmp_path / "now", subject=P01)
    folder = recorder.start()
    left = tmp_path / "left"
    shutil.copytree(folder, left)
    recorder.stop()
    shutil.rmtree(folder)
    (left / FILE).write_bytes(b"\0" * 100)
    assert (left / LOCK).is_file()
    assert holdings_of("P01", tmp_path).sessions == (left,)
    (left / LOCK).unlink()
    assert holdings_of("P01", tmp_path).unclear == (left,)


def test_tables_without_a_session_json_are_told(tmp_path: Path) -> None:
    folder = session_of("P01", tmp_path)
    (folder / FILE).unlink()
    assert holdings_of("P01", tmp_path).unclear == (folder,)


def test_the_annotated_video_goes_with_its_session(tmp_path: Path) -> None:
    folder = session_of("P01", tmp_path)
    (folder / "annotated.mp4").write_bytes(b"a film")
    delete(folder)
    assert not folder.exists()


def test_reports_about_nobody_else_go_and_comparisons_are_told(tmp_path: Path) -> None:
    shows = {"happiness": 1.0}
    theirs = mark(studies.session_of(tmp_path, "ana", shows), participant="P01")
    other = mark(studies.session_of(tmp_path, "ben", shows), participant="P02")
    own = report_session(theirs, tmp_path / "pages" / "ana & co.html")
    others = report_session(other, tmp_path / "pages" / "ben.html")
    page, workbook = report_groups(Request((theirs, other), sheet=True), tmp_path / "pages" / "all.html")
    (tmp_path / "notes.html").write_text(f"<p>{theirs.name}</p>", encoding="utf-8")

    holdings = holdings_of("P01", tmp_path)
    assert holdings.reports == (own,)
    assert holdings.shared == (page, workbook)
    assert holdings.unclear == ()
    for path in holdings.paths:
        delete(path)
    assert not own.exists()
    assert others.is_file()


def test_a_workbook_beside_a_report_of_theirs_alone_is_told(tmp_path: Path) -> None:
    shows = {"happiness": 1.0}
    both = [mark(studies.session_of(tmp_path, name, shows), participant="P01") for name in ("one", "two")]
    page, workbook = report_groups(Request(tuple(both), sheet=True), tmp_path / "all.html")
    holdings = holdings_of("P01", tmp_path)
    assert holdings.reports == (page,)
    assert holdings.unclear == (workbook,)
