"""Withdrawal takes nothing of anybody else, and no file of the user's, whatever lies around."""

from __future__ import annotations

import json
import unicodedata
import zipfile
from datetime import date
from pathlib import Path

from fer_desktop.session.exports.export import export
from fer_desktop.session.forget import delete, holdings_of
from fer_desktop.session.kept import Kept, Unreadable, expired, kept_in
from fer_desktop.session.metadata import FILE

from .test_privacy import mark, session_of


def zipped(path: Path, *folders: Path, base: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for folder in folders:
            for file in folder.rglob("*"):
                archive.write(file, file.relative_to(base))
    return path


def two_people(parent: Path) -> tuple[Path, Path]:
    first, second = session_of("P01", parent / "a"), session_of("P02", parent / "b")
    return first.rename(parent / "S1"), second.rename(parent / "S2")


def test_an_archive_of_a_whole_study_is_nobodys_to_delete(tmp_path: Path) -> None:
    first, second = two_people(tmp_path)
    study = zipped(tmp_path / "study.zip", first, second, base=tmp_path)
    deeper = zipped(tmp_path / "deeper.zip", first, base=tmp_path.parent)
    for participant, folder in (("P01", first), ("P02", second)):
        holdings = holdings_of(participant, tmp_path)
        assert holdings.paths == (folder,)
        assert set(holdings.unclear) == {study, deeper}


def test_a_pack_that_macos_zipped_again_is_still_theirs(tmp_path: Path) -> None:
    folder = session_of("P01", tmp_path / "a").rename(tmp_path / "S1")
    (tmp_path / "__MACOSX" / "S1").mkdir(parents=True)
    (tmp_path / "__MACOSX" / "S1" / "._log.csv").write_bytes(b"mac")
    pack = zipped(tmp_path / "S1.zip", folder, tmp_path / "__MACOSX", base=tmp_path)
    assert holdings_of("P01", tmp_path).packs == (pack,)


def test_a_pack_of_another_one_under_a_name_of_theirs_stays(tmp_path: Path) -> None:
    theirs, other = session_of("P01", tmp_path), session_of("P02", tmp_path / "other")
    (pack,) = export(other, ["pack"], tmp_path / "packs")
    pack = pack.rename(pack.with_name(f"{theirs.name}_pack.zip"))
    holdings = holdings_of("P01", tmp_path)
    assert holdings.paths == (theirs,)
    pack.write_bytes(b"PK\x03\x04 damaged")
    holdings = holdings_of("P01", tmp_path)
    assert holdings.paths == (theirs,)
    assert holdings.unclear == (pack,), "said once"


def test_a_session_of_another_one_within_an_export_of_theirs_stays(tmp_path: Path) -> None:
    theirs = session_of("P01", tmp_path)
    (bids,) = export(theirs, ["bids"], tmp_path / "out")
    other = session_of("P02", bids / "sourcedata")
    other = other.rename(other.with_name("other"))
    for path in holdings_of("P01", tmp_path).paths:
        delete(path)
    assert (other / "log.csv").is_file()
    assert not theirs.exists()


def test_what_cannot_be_read_within_a_session_of_theirs_stays_with_it(tmp_path: Path) -> None:
    theirs = session_of("P01", tmp_path)
    inner = session_of("P02", theirs / "other")
    (inner / FILE).write_text("{", encoding="utf-8")
    holdings = holdings_of("P01", tmp_path)
    assert holdings.paths == ()
    assert set(holdings.unclear) == {theirs, inner}


def test_tables_of_the_user_beside_a_renamed_session_stay(tmp_path: Path) -> None:
    theirs = session_of("P01", tmp_path).rename(tmp_path / "P01")
    table, annotation = tmp_path / "P01.xlsx", tmp_path / "consent" / "P01.eaf"
    annotation.parent.mkdir()
    for file in (table, annotation):
        file.write_bytes(b"of the user")
    (tables,) = export(theirs, ["openface"], tmp_path / "out")
    holdings = holdings_of("P01", tmp_path)
    assert set(holdings.paths) == {theirs, tables}
    assert set(holdings.unclear) == {table, annotation}


def test_files_of_any_kind_do_not_stop_it(tmp_path: Path) -> None:
    theirs = session_of("P01", tmp_path)
    (pack,) = export(theirs, ["pack"], tmp_path / "packs")
    with zipfile.ZipFile(pack) as archive:
        info = next(info for info in archive.infolist() if info.filename.endswith(FILE))
    data = bytearray(pack.read_bytes())
    begins = info.header_offset + 30 + len(info.filename)
    data[begins + 5 : begins + 60] = b"\xff" * 55
    pack.write_bytes(data)
    deep = tmp_path / "deep"
    deep.mkdir()
    for name in (FILE, "log.csv"):
        (deep / name).write_text("[" * 200_000, encoding="utf-8")
    holdings = holdings_of("P01", tmp_path)
    assert holdings.sessions == (theirs,)
    assert set(holdings.unclear) == {pack, deep}


def test_a_pack_behind_a_link_is_not_theirs_to_count(tmp_path: Path) -> None:
    home, elsewhere = tmp_path / "home", tmp_path / "elsewhere"
    theirs = session_of("P01", elsewhere)
    (pack,) = export(theirs, ["pack"], elsewhere)
    home.mkdir()
    (home / "link.zip").symlink_to(pack)
    assert holdings_of("P01", home).paths == ()


def test_a_code_is_the_same_however_its_letters_are_put_together(tmp_path: Path) -> None:
    apart = unicodedata.normalize("NFD", "Zoé")
    theirs = session_of(apart, tmp_path)
    assert holdings_of("Zoé", tmp_path).sessions == (theirs,)


def test_a_film_that_goes_with_its_session_is_not_said_to_stay(tmp_path: Path) -> None:
    theirs = session_of("P01", tmp_path)
    source = json.loads((theirs / FILE).read_text(encoding="utf-8"))["source"]
    inside, outside = theirs / "film.mp4", tmp_path / "film.mp4"
    mark(theirs, source={**source, "kind": "video", "path": str(inside)})
    assert holdings_of("P01", tmp_path).sources == ()
    mark(theirs, source={**source, "kind": "video", "path": str(outside)})
    assert holdings_of("P01", tmp_path).sources == (str(outside),)


def test_a_session_past_its_day_is_found_within_one_that_is_not(tmp_path: Path) -> None:
    outer = session_of("P01", tmp_path, keep_until="2999-01-01")
    inner = session_of("P02", outer / "in", keep_until="2020-01-01")
    found = list(kept_in(tmp_path))
    assert not any(isinstance(kept, Unreadable) for kept in found)
    over = expired([kept for kept in found if isinstance(kept, Kept)], date(2026, 1, 1))
    assert [kept.path for kept in over] == [inner]
