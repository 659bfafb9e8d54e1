"""The report of one session: its numbers are those of the log, and anybody can read it anywhere."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QByteArray
from PySide6.QtSvg import QSvgRenderer

from fer_desktop.emotions import FERPLUS_LABELS
from fer_desktop.errors import SessionError
from fer_desktop.session.exports.export import export
from fer_desktop.session.exports.material import Material
from fer_desktop.session.frames import LoggedFrame, LogRecord, frames_of
from fer_desktop.session.reader import read_session
from fer_desktop.session.report.gather import Gathered, between_markers, gather
from fer_desktop.session.report.html import Html, joined, tag
from fer_desktop.session.report.report import report_session
from fer_desktop.session.report.svg import clock, time_ticks
from fer_desktop.session.report.timeline import COLUMNS, Course, CourseTally
from fer_desktop.session.report.timeline_plot import timeline_plot
from fer_desktop.session.statistics import statistics_of

from .pages import Page, drawings
from .recorded import ODD_NAME, SESSIONS, camera, cut_off, photos, video
from .studies import session_of


def made(folder: Path, out: Path) -> str:
    return report_session(folder, out / "report.html", replace=True).read_text(encoding="utf-8")


@pytest.mark.parametrize("make", SESSIONS)
def test_every_session_becomes_a_page_that_stands_alone(make: str, tmp_path: Path) -> None:
    text = made(SESSIONS[make](tmp_path), tmp_path / "out")
    page = Page(text)
    assert page.loads == []
    assert page.elements.isdisjoint({"script", "link", "img", "iframe", "object"})
    assert set(re.findall(r"https?://[^\s\"<]*", text)) <= {"http://www.w3.org/2000/svg"}
    assert "url(" not in text
    assert "@media print" in text
    assert page.unnamed == []
    assert len(page.ids) == len(set(page.ids))
    assert page.targets
    assert set(page.targets) <= set(page.ids)
    assert "AI Act, Article 5(1)(f)" in text


@pytest.mark.parametrize("make", SESSIONS)
def test_every_drawing_is_sound_and_says_what_it_shows(make: str, tmp_path: Path) -> None:
    for drawing in drawings(made(SESSIONS[make](tmp_path), tmp_path / "out")):
        root = ET.fromstring(drawing)
        assert root[0].tag.endswith("title")
        assert root[1].text
        assert "nan" not in drawing
        assert QSvgRenderer(QByteArray(drawing.encode())).isValid()


def test_texts_of_strangers_are_texts_not_markup(tmp_path: Path) -> None:
    text = made(video(tmp_path), tmp_path / "out")
    Page(text)
    assert "Ω &amp; &lt;b&gt;" in text
    assert "<b>" not in text.split("</header>")[1]
    assert ODD_NAME.split(",", maxsplit=1)[0].replace('"', "&quot;") in text
    assert "\u0007" not in text


def test_the_page_does_not_tell_where_the_source_lies(tmp_path: Path) -> None:
    assert str(tmp_path) not in made(video(tmp_path), tmp_path / "out")


def test_shares_and_coverage_are_those_of_the_summary(tmp_path: Path) -> None:
    folder = camera(tmp_path)
    (tables,) = export(folder, ["csv"], tmp_path / "exports")
    summary = pd.read_csv(tables / "summary.csv")
    rows = Page(made(folder, tmp_path / "out")).rows("who")
    assert set(rows) == {"all faces", "face 1", "face 2"}
    for name, cells in rows.items():
        face_id = None if name == "all faces" else int(name.removeprefix("face "))
        own = summary[summary.face_id.isna() if face_id is None else summary.face_id == face_id]
        assert cells[0] == f"{100 * own.coverage.iloc[0]:.1f} %"
        assert cells[2:] == [f"{100 * share:.1f} %" for share in own.share]


def test_frames_and_reasons_are_those_of_the_log(tmp_path: Path) -> None:
    folder = camera(tmp_path)
    log = pd.read_csv(folder / "log.csv")
    page = Page(made(folder, tmp_path / "out"))
    assert page.rows("frames")["read"][0] == str(log.frame.nunique())
    assert page.rows("reason")["the face was too small"] == [str((log.reason == "too_small").sum())]


def test_quality_is_the_spread_of_the_columns_of_the_log(tmp_path: Path) -> None:
    folder = camera(tmp_path)
    log = pd.read_csv(folder / "log.csv")
    measures = {measure.name: measure for measure in gathered(folder).measures}
    confidence, work = measures["Confidence of the detector"], measures["Detection and network"]
    assert confidence.count == (log.success == 1).sum()
    assert confidence.median == pytest.approx(log.confidence.median())
    frames = log.drop_duplicates("frame")
    assert work.count == frames.infer_ms.notna().sum()
    assert work.high == pytest.approx(frames.infer_ms.quantile(0.95))
    assert "Inclination" not in measures, "no detector here gives one"


def test_a_session_that_was_cut_off_says_so_at_once(tmp_path: Path) -> None:
    text = made(cut_off(tmp_path), tmp_path / "out")
    assert "cut off or stopped" in text.split('id="coverage"')[0]


def test_a_table_that_was_changed_is_named(tmp_path: Path) -> None:
    folder = camera(tmp_path)
    states = folder / "states.csv"
    states.write_bytes(states.read_bytes() + b"1,anger,0.1,0.2,0.5,3\n")
    assert "Changed after the recording was closed: states.csv" in made(folder, tmp_path / "out")


def test_stretches_lie_between_markers_and_have_their_own_shares(tmp_path: Path) -> None:
    folder = session_of(
        tmp_path,
        "trial",
        {"neutral": 2, "happiness": 4, "away": 1, "surprise": 2},
        [(2.0, "joke"), (6.0, "bang")],
    )
    rows = Page(made(folder, tmp_path / "out")).rows("stretch")
    labels = [*FERPLUS_LABELS, "unsure"]
    assert list(rows) == ["before any marker", "1 joke", "2 bang"]
    assert rows["1 joke"][:3] == ["0:02 to 0:06", "100.0 %", "4.0"]
    assert rows["1 joke"][3 + labels.index("happiness")] == "100.0 %"
    assert rows["2 bang"][1] == "66.7 %"
    assert rows["2 bang"][3 + labels.index("surprise")] == "100.0 %"


def test_without_markers_there_are_no_stretches(tmp_path: Path) -> None:
    folder = session_of(tmp_path, "plain", {"neutral": 1})
    assert between_markers(Material(read_session(folder), "plain", lambda _: None).events) == []
    assert 'id="stretches"' not in made(folder, tmp_path / "out")


def test_photos_are_listed_with_their_labels_and_have_no_timeline(tmp_path: Path) -> None:
    text = made(photos(tmp_path), tmp_path / "out")
    assert 'id="timeline"' not in text
    rows = Page(text).rows("picture")
    assert rows['="0".png'] == ["no face"]
    assert rows['="2".png'] == ["sadness 80 %"]


def test_the_same_session_makes_the_same_page(tmp_path: Path) -> None:
    folder = camera(tmp_path)
    assert made(folder, tmp_path / "a") == made(folder, tmp_path / "b")


def test_a_pack_is_reported_like_its_session(tmp_path: Path) -> None:
    folder = camera(tmp_path)
    (pack,) = export(folder, ["pack"], tmp_path / "exports")
    assert made(pack, tmp_path / "a") == made(folder, tmp_path / "b")


def test_nothing_is_written_over_unless_asked_for(tmp_path: Path) -> None:
    folder, out = camera(tmp_path), tmp_path / "page.html"
    out.write_text("mine", encoding="utf-8")
    with pytest.raises(SessionError, match="is there already"):
        report_session(folder, out)
    assert out.read_text(encoding="utf-8") == "mine"
    with pytest.raises(SessionError, match="is a folder"):
        report_session(folder, tmp_path)


def gathered(folder: Path) -> Gathered:
    return gather(Material(read_session(folder), folder.name, lambda _: None))


def course_of(frames: list[LoggedFrame], columns: int = COLUMNS) -> Course:
    tally = CourseTally(
        FERPLUS_LABELS, [1], frames[0].time_s, frames[-1].time_s, nominal_fps=30.0, columns=columns
    )
    for frame in frames:
        tally.add(frame)
    return tally.finish()


def frame(time_s: float, label: str | None, happiness: float = 0.1, reason: str = "no_face") -> LoggedFrame:
    values = {f"p_{name}": happiness if name == "happiness" else 0.1 for name in FERPLUS_LABELS}
    row: LogRecord = {"face_id": 1, "label": label, **values}
    return LoggedFrame(0, time_s, time_s, "" if label else reason, (row,) if label else ())


def test_a_gap_in_the_timeline_stays_a_gap() -> None:
    frames = [frame(0.0, "neutral"), frame(0.5, "neutral"), frame(8.0, "neutral"), frame(8.5, None)]
    frames += [frame(9.0, None), frame(9.5, "anger"), frame(10.0, "anger")]
    course = course_of(frames, columns=20)
    mean = course.faces[1].mean[:, 0]
    assert np.flatnonzero(np.isfinite(mean)).tolist() == [0, 1, 16, 19]
    assert np.flatnonzero(course.watched > 0.1).tolist() == [0, 16, 17, 18, 19]


def test_a_short_peak_in_two_hours_is_not_lost_and_the_drawing_stays_small() -> None:
    """One frame alone shows a smile."""
    count, peak, happiness = 72_000, 20_000, FERPLUS_LABELS.index("happiness")
    calm, smile = frame(0.0, "neutral").faces, frame(0.0, "neutral", 0.9).faces
    tally = CourseTally(FERPLUS_LABELS, [1], 0.0, 7200.0, nominal_fps=10.0)
    for number in range(count):
        faces = smile if number == peak else calm
        tally.add(LoggedFrame(number, number / 10, number / 10, "", faces))
    course = tally.finish()
    column = peak * COLUMNS // count
    assert course.faces[1].mean.shape == (COLUMNS, len(FERPLUS_LABELS))
    assert course.faces[1].high[:, happiness].max() == 0.9
    assert int(course.faces[1].high[:, happiness].argmax()) == column
    assert course.faces[1].mean[column, happiness] < 0.11
    assert len(timeline_plot(course, 1, [None] * 9, [])) < 100_000


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([0.04, 0.1, 0.3, 0.9, 3.0]),
            st.sampled_from(["anger", "neutral", "unsure", None, "not_analysed"]),
        ),
        min_size=2,
        max_size=40,
    ),
    st.sampled_from([3, 40, 500]),
)
def test_the_columns_of_a_timeline_add_up_to_the_statistics(
    script: list[tuple[float, str | None]], columns: int
) -> None:
    time_s, frames = 1.0, []
    for step_s, label in script:
        time_s += step_s
        missing = label == "not_analysed"
        frames.append(
            frame(time_s, None if missing else label, reason="not_analysed" if missing else "no_face")
        )
    statistics = statistics_of(frames, FERPLUS_LABELS, nominal_fps=30.0)
    course = course_of(frames, columns)
    face = course.faces[1]
    width_s = (course.end_s - course.start_s) / columns
    spent = np.nansum(face.top * face.seen[:, None], axis=0) * width_s
    assert spent == pytest.approx([label.seconds for label in statistics.everyone.labels], abs=1e-6)
    assert course.watched.sum() * width_s == pytest.approx(statistics.watched_s, abs=1e-6)


def test_frames_of_photos_know_their_file(tmp_path: Path) -> None:
    frames = frames_of(read_session(photos(tmp_path)).rows())
    assert [found.file for found in frames] == [f'="{number}".png' for number in range(4)]


@pytest.mark.parametrize(
    ("start_s", "end_s"), [(0.0, 0.4), (0.0, 3.0), (5.2, 61.0), (0.0, 7200.0), (3.0, 3.0)]
)
def test_a_time_axis_has_a_few_marks_inside(start_s: float, end_s: float) -> None:
    ticks = time_ticks(start_s, end_s)
    assert 1 <= len(ticks) <= 10
    assert all(start_s - 1e-6 <= tick <= end_s + 1e-6 for tick in ticks)
    assert len({clock(tick) for tick in ticks}) == len(ticks)


def test_times_are_written_as_people_write_them() -> None:
    assert [clock(seconds) for seconds in (0, 65, 3723, 1.5)] == ["0:00", "1:05", "1:02:03", "0:01.5"]


def test_markup_escapes_all_but_itself() -> None:
    made_here = tag("p", "<i>", tag("b", "&"), title='"quoted"')
    assert made_here == '<p title="&quot;quoted&quot;">&lt;i&gt;<b>&amp;</b></p>'
    assert joined([Html("<hr>"), "<hr>"]) == "<hr>&lt;hr&gt;"
