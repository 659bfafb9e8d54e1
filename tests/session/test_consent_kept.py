"""Consent, delay and markers of other programs in what comes after a recording: check, recovery, packs."""

from __future__ import annotations

import shutil
import time
import zipfile
from pathlib import Path

from fer_desktop.session.check import check
from fer_desktop.session.delay import DelayFacts
from fer_desktop.session.events import Event
from fer_desktop.session.exports.export import export
from fer_desktop.session.exports.material import Material
from fer_desktop.session.exports.methods import methods_paragraph
from fer_desktop.session.exports.pack import opened
from fer_desktop.session.metadata import FILE, read_metadata
from fer_desktop.session.reader import read_session
from fer_desktop.session.recorder import Recorder
from fer_desktop.session.recovery import recover
from fer_desktop.session.subject import Subject, consent_now

from .honest import script
from .recorded import write_session
from .synthetic import make_face, make_recorder, make_result
from .test_privacy import mark

SUBJECT = Subject("P01", consent_now("1", "A. B."), 30)
DELAY = DelayFacts("Test camera", 84.0, 9.0, 39, 30.0, 640, 480, "2026-03-01T10:00:00Z")


def recording(parent: Path) -> tuple[Recorder, Path]:
    recorder = make_recorder(parent, block=True, subject=SUBJECT, delay=DELAY)
    folder = recorder.start()
    results = script(24)
    for result in results:
        recorder(result)
    recorder.others_marker("picture 12, naïve", "LSL stream Stimuli", time.perf_counter())
    rows = sum(len(result.faces) or 1 for result in results)
    while recorder.rows < rows:
        time.sleep(0.01)
    return recorder, folder


def test_a_session_with_consent_delay_and_received_markers_checks_out(tmp_path: Path) -> None:
    recorder, folder = recording(tmp_path)
    time.sleep(0.1)
    recorder.stop()
    outcome = check(folder)
    assert outcome.findings == ()
    assert read_metadata(folder).delay == DELAY
    (table, _) = export(folder, ["csv", "pack"])
    assert check(table).sound, "what was exported is a session, too"
    paragraph = methods_paragraph(Material(read_session(folder), folder.name, lambda _rows: None))
    assert (
        "they lag 84 ms (standard deviation 9 ms) behind what happens; this was not subtracted" in paragraph
    )


def test_a_recovered_session_still_says_whose_it_is_and_until_when(tmp_path: Path) -> None:
    recorder, folder = recording(tmp_path / "now")
    left = tmp_path / "left"
    shutil.copytree(folder, left)
    recorder.stop()
    assert recover(left) is not None
    metadata = read_metadata(left)
    assert (metadata.participant, metadata.consent, metadata.delay) == ("P01", SUBJECT.consent, DELAY)
    assert metadata.keep_until == read_metadata(folder).keep_until is not None
    assert check(left).sound


def test_a_last_day_that_is_none_is_found_by_the_check(tmp_path: Path) -> None:
    recorder, folder = recording(tmp_path)
    recorder.stop()
    mark(folder, keep_until="soon")
    assert not check(folder).sound


def test_a_pack_takes_the_consent_along_and_says_what_of_persons_is_in_it(tmp_path: Path) -> None:
    events = [
        Event(1.0, "face_named", "Ana", "face 1"),
        Event(2.0, "note", "she laughed", "1.0 s long"),
    ]
    results = [make_result(index, make_face(), captured_s=index / 10) for index in range(30)]
    folder = write_session(tmp_path, results, events)
    consent = {"text_version": "1", "given_utc": "2026-03-01T10:00:00Z", "noted_by": "A. B."}
    mark(folder, participant="P01", consent=consent, keep_until="2030-01-31")
    (pack,) = export(folder, ["pack"])
    with zipfile.ZipFile(pack) as archive:
        readme = archive.read(f"{folder.name}/README.md").decode()
        assert archive.read(f"{folder.name}/{FILE}") == (folder / FILE).read_bytes()
    assert readme.endswith(
        "It carries the participant's code (P01); a consent, noted by A. B.; names given to faces (Ana); "
        "notes about stretches.\n"
    )
    with opened(pack) as session:
        assert session.metadata.consent is not None
        assert session.metadata.keep_until == "2030-01-31"


def test_a_pack_of_nobody_says_nothing_of_persons(tmp_path: Path) -> None:
    folder = write_session(tmp_path, [make_result(0, make_face(), captured_s=0.0)])
    (pack,) = export(folder, ["pack"])
    with zipfile.ZipFile(pack) as archive:
        assert "It carries" not in archive.read(f"{folder.name}/README.md").decode()
