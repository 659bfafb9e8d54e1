"""Consent, last day of keeping, and withdrawal: what is found, what goes, and what is said to stay."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from fer_desktop.capture.source import SourceKind
from fer_desktop.errors import SessionError, UserError
from fer_desktop.session.exports.export import export
from fer_desktop.session.forget import delete, holdings_of
from fer_desktop.session.kept import Kept, Unreadable, expired, kept_in
from fer_desktop.session.metadata import FILE, read_metadata
from fer_desktop.session.notice import LANGUAGES, VERSION, Blanks, notice_file, notice_page, notice_to_read
from fer_desktop.session.recorder import Recorder
from fer_desktop.session.subject import Subject, consent_now, participant_code

from .recorded import camera, write_session
from .synthetic import make_face, make_info, make_model, make_result

# A change of a page needs a new VERSION, and its check sum here: consents name the version that was read.
PAGES = {"1": "c339103576ed75e4"}


def mark(folder: Path, **facts: Any) -> Path:
    """Write facts into a session's session.json, as an older or another program may have."""
    data = json.loads((folder / FILE).read_text(encoding="utf-8"))
    (folder / FILE).write_text(json.dumps({**data, **facts}), encoding="utf-8")
    return folder


def session_of(participant: str | None, parent: Path, **facts: Any) -> Path:
    return mark(camera(parent), participant=participant, **facts)


def test_participant_consent_and_last_day_are_in_the_session(tmp_path: Path) -> None:
    subject = Subject("P01", consent_now("1", "  A. B. "), 30)
    recorder = Recorder(tmp_path, make_info(), make_model(), "CPU", {}, subject=subject)
    folder = recorder.start()
    recorder.stop()
    metadata = read_metadata(folder)
    assert metadata.participant == "P01"
    assert metadata.consent is not None
    assert (metadata.consent.text_version, metadata.consent.noted_by) == ("1", "A. B.")
    noted = datetime.fromisoformat(metadata.consent.given_utc)
    assert abs((datetime.now(UTC) - noted).total_seconds()) < 60
    started = datetime.fromisoformat(metadata.clocks.utc_start)
    assert metadata.keep_until is not None
    assert (date.fromisoformat(metadata.keep_until) - started.date()).days == 30


def test_a_session_of_nobody_says_null_and_one_without_the_fields_is_still_read(tmp_path: Path) -> None:
    folder = camera(tmp_path)
    data = json.loads((folder / FILE).read_text(encoding="utf-8"))
    assert (data["participant"], data["consent"], data["keep_until"]) == (None, None, None)
    for name in ("participant", "consent", "keep_until"):
        del data[name]
    (folder / FILE).write_text(json.dumps(data), encoding="utf-8")
    assert read_metadata(folder).participant is None


@pytest.mark.parametrize("text", ["x" * 65, "P\n01", "P\u202e01"])
def test_codes_that_cannot_be_one_are_refused(text: str) -> None:
    with pytest.raises(UserError, match="participant's code"):
        participant_code(text)


def test_withdrawal_finds_sessions_copies_exports_and_packs_and_nobody_elses(tmp_path: Path) -> None:
    theirs = session_of("P01", tmp_path)
    other = session_of("P02", tmp_path / "elsewhere", clocks=None)
    other = other.rename(other.with_name("other session"))
    nobodys = session_of(None, tmp_path / "more")
    nobodys = nobodys.rename(nobodys.with_name("nobody's session"))
    inside = export(theirs, ["elan"])
    outside = export(theirs, ["pack", "csv", "openface"], tmp_path / "study")
    copy = tmp_path / "backup" / "a copy"
    shutil.copytree(theirs, copy)

    holdings = holdings_of("P01", tmp_path)
    assert set(holdings.sessions) == {theirs, copy, outside[1]}
    assert holdings.packs == (outside[0],)
    assert holdings.exports == (outside[2],)
    assert holdings.unclear == ()
    assert holdings.others == ("P02",)
    for path in holdings.paths:
        delete(path)
    assert not any(path.exists() for path in (theirs, copy, *inside, *outside))
    assert (other / "log.csv").is_file()
    assert (nobodys / "log.csv").is_file()
    assert holdings_of("P01", tmp_path).paths == ()


def test_an_analysed_file_is_named_and_never_touched(tmp_path: Path) -> None:
    video = tmp_path / "film.mp4"
    video.write_bytes(b"a film")
    info = make_info("film.mp4", SourceKind.VIDEO, str(video))
    mark(write_session(tmp_path, [make_result(0, make_face())], info=info), participant="P01")
    holdings = holdings_of("P01", tmp_path)
    assert holdings.sources == (str(video),)
    for path in holdings.paths:
        delete(path)
    assert video.is_file()


def test_a_folder_with_somebody_elses_session_in_it_stays(tmp_path: Path) -> None:
    outer = session_of("P01", tmp_path)
    session_of("P02", outer / "mixed up")
    holdings = holdings_of("P01", tmp_path)
    assert holdings.paths == ()
    assert holdings.shared == (outer,)


def test_an_export_whose_name_two_people_share_stays(tmp_path: Path) -> None:
    theirs = session_of("P01", tmp_path / "a")
    session_of("P02", tmp_path / "b")
    (made,) = export(theirs, ["openface"], tmp_path / "study")
    holdings = holdings_of("P01", tmp_path)
    assert holdings.unclear == (made,)
    assert made not in holdings.paths


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    damaged = session_of("P01", tmp_path)
    (damaged / FILE).write_text("{", encoding="utf-8")
    (tmp_path / "x_pack.zip").write_bytes(b"no zip")
    (tmp_path / "holidays.zip").write_bytes(b"no zip either, and no pack")
    assert set(holdings_of("P01", tmp_path).unclear) == {damaged, tmp_path / "x_pack.zip"}


def test_links_are_neither_followed_nor_is_their_aim_deleted(tmp_path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("links need rights there")
    home = tmp_path / "home"
    theirs = session_of("P01", home)
    treasure = tmp_path / "treasure"
    treasure.mkdir()
    (treasure / "gold").write_text("mine")
    (theirs / "link").symlink_to(treasure)
    elsewhere = session_of("P01", tmp_path / "elsewhere")
    (home / "linked session").symlink_to(elsewhere)
    for path in holdings_of("P01", home).paths:
        delete(path)
    assert not theirs.exists()
    assert (treasure / "gold").is_file()
    assert (elsewhere / "log.csv").is_file()


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="needs a user without all rights")
def test_what_cannot_be_deleted_is_told_and_can_be_found_again(tmp_path: Path) -> None:
    theirs = session_of("P01", tmp_path)
    inner = theirs / "exports"
    inner.mkdir()
    (inner / "a").write_text("x")
    inner.chmod(0o500)
    try:
        with pytest.raises(SessionError, match="could not be deleted"):
            delete(theirs)
    finally:
        inner.chmod(0o700)
    assert holdings_of("P01", tmp_path).sessions == (theirs,)


def test_a_deletion_that_stops_half_way_can_be_found_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = session_of("P01", tmp_path)
    (theirs / "exports").mkdir()

    def refuse(_path: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(shutil, "rmtree", refuse)
    with pytest.raises(SessionError, match=r"could not be deleted \(Permission denied\)"):
        delete(theirs)
    assert holdings_of("P01", tmp_path).sessions == (theirs,)


def test_past_its_last_day_means_the_day_after(tmp_path: Path) -> None:
    over = session_of("P01", tmp_path / "a", keep_until="2026-03-01")
    session_of("P02", tmp_path / "b", keep_until="2026-03-02")
    session_of(None, tmp_path / "c")
    found = [kept for kept in kept_in(tmp_path) if isinstance(kept, Kept)]
    assert [kept.path for kept in expired(found, date(2026, 3, 2))] == [over]
    assert [kept.path for kept in expired(found, date(2026, 3, 1))] == []


def test_a_date_that_is_none_is_not_taken_for_one(tmp_path: Path) -> None:
    folder = session_of("P01", tmp_path, keep_until="soon")
    assert list(kept_in(tmp_path)) == [Unreadable(folder)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_notice_can_be_filled_in_and_needs_nothing_else(language: str) -> None:
    page = notice_page(language, Blanks(who="Lab <b>", keep="2030"))
    assert "Lab &lt;b&gt;" in page
    assert ">2030</span>" in page
    assert "{{" not in page
    assert f": {VERSION}</p>" in page
    assert "://" not in page, "nothing is loaded from elsewhere"
    assert page.count('contenteditable="true"') == 7
    assert "2024/1689" in notice_to_read(language)
    assert notice_to_read(language).count("contenteditable") == 4


def test_the_notice_has_a_new_version_whenever_its_text_changes() -> None:
    text = "".join(notice_file(language).read_text(encoding="utf-8") for language in LANGUAGES)
    assert hashlib.sha256(text.encode()).hexdigest()[:16] == PAGES[VERSION]
