"""Statistics of a session, checked against the log itself and against states.csv."""

from __future__ import annotations

import math
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fer_desktop.emotions import FERPLUS_LABELS, UNSURE
from fer_desktop.session.frames import LoggedFrame, LogRecord, frames_of, timed_events
from fer_desktop.session.reader import read_session
from fer_desktop.session.states import GAP_S
from fer_desktop.session.statistics import (
    FaceStatistics,
    LabelStatistics,
    Statistics,
    session_statistics,
    statistics_of,
)

from .recorded import SESSIONS, camera, empty, photos, video, write_session
from .synthetic import make_face, make_result

LABELS = (*FERPLUS_LABELS, UNSURE)


def label_of(face: FaceStatistics, name: str) -> LabelStatistics:
    return next(label for label in face.labels if label.label == name)


def frame(time_s: float, *faces: tuple[int, str], reason: str = "") -> LoggedFrame:
    rows: tuple[LogRecord, ...] = tuple(
        {"face_id": face_id, "label": label, **{f"p_{name}": 0.1 for name in FERPLUS_LABELS}}
        for face_id, label in faces
    )
    return LoggedFrame(0, time_s, time_s, reason or ("" if faces else "no_face"), rows)


def stretch(
    frames: list[LoggedFrame], start_s: float | None = None, end_s: float | None = None
) -> Statistics:
    return statistics_of(frames, FERPLUS_LABELS, nominal_fps=30.0, start_s=start_s, end_s=end_s)


@pytest.mark.parametrize("make", ["camera", "video", "empty"])
def test_seconds_and_runs_are_those_of_states_csv(make: str, tmp_path: Path) -> None:
    folder = SESSIONS[make](tmp_path)
    seconds: dict[tuple[int | None, str], float] = defaultdict(float)
    runs: dict[tuple[int | None, str], int] = defaultdict(int)
    states = pd.read_csv(folder / "states.csv")
    for run in states.itertuples():
        seconds[run.face_id, run.label] += run.end_s - run.start_s
        runs[run.face_id, run.label] += 1
    statistics = session_statistics(read_session(folder))
    found = {
        (face.face_id, label.label): (label.seconds, label.runs)
        for face in statistics.faces
        for label in face.labels
        if label.runs
    }
    assert found.keys() == seconds.keys()
    for key, (spent, count) in found.items():
        assert spent == pytest.approx(seconds[key], abs=1e-5)
        assert count == runs[key]
    assert sum(label.runs for label in statistics.everyone.labels) == len(states)


def test_frames_means_and_deviations_are_those_of_the_log(tmp_path: Path) -> None:
    folder = camera(tmp_path)
    log = pd.read_csv(folder / "log.csv")
    faces = log[log.success == 1]
    statistics = session_statistics(read_session(folder))
    assert statistics.frames.read == log.frame.nunique() == 120
    assert statistics.frames.analysed + statistics.frames.dropped + statistics.frames.errors == 120
    assert statistics.frames.reasons == log[log.success == 0].reason.value_counts().to_dict()
    assert statistics.everyone.frames == len(faces)
    for face in statistics.faces:
        rows = faces[faces.face_id == face.face_id]
        assert face.frames == len(rows)
        for name in FERPLUS_LABELS:
            label = label_of(face, name)
            assert label.mean == pytest.approx(rows[f"p_{name}"].mean())
            assert label.sd == pytest.approx(rows[f"p_{name}"].std(), abs=1e-7)
            assert label.frames == (rows.label == name).sum()


def test_a_pause_is_time_without_coverage(tmp_path: Path) -> None:
    statistics = session_statistics(read_session(camera(tmp_path)))
    assert statistics.duration_s == pytest.approx(119 / 30 + 5, abs=1e-5)
    assert statistics.gap_s == pytest.approx(5 + 1 / 30, abs=1e-5)
    assert statistics.coverage is not None
    assert statistics.coverage == pytest.approx(statistics.with_face_s / statistics.duration_s)
    assert statistics.with_face_s < statistics.watched_s < statistics.duration_s - statistics.gap_s + 1e-9


def test_a_part_of_a_file_that_is_seen_twice_counts_twice_and_never_covers_more_than_all(
    tmp_path: Path,
) -> None:
    folder = video(tmp_path)
    media = pd.read_csv(folder / "log.csv").media_t_s
    statistics = session_statistics(read_session(folder))
    assert statistics.duration_s == pytest.approx(media[39] + media[79], abs=1e-5)
    assert statistics.coverage == pytest.approx(1.0)
    assert statistics.start_s == 0
    assert statistics.end_s == pytest.approx(media.max())


def test_photos_have_shares_of_pictures_not_of_time(tmp_path: Path) -> None:
    statistics = session_statistics(read_session(photos(tmp_path)))
    assert not statistics.timed
    assert statistics.duration_s == statistics.watched_s == statistics.everyone.seconds == 0
    assert statistics.coverage == 0.75
    assert label_of(statistics.everyone, "sadness").share == 1
    assert [face.coverage for face in statistics.faces] == [0.25] * 3


def test_nothing_recorded_is_nothing_not_zero_percent(tmp_path: Path) -> None:
    statistics = session_statistics(read_session(empty(tmp_path)))
    assert statistics.frames.read == 0
    assert statistics.coverage is None
    assert statistics.faces == ()
    assert label_of(statistics.everyone, "neutral").share is None
    assert label_of(statistics.everyone, "neutral").mean is None


def test_a_frame_speaks_until_the_next_analysed_one_but_not_across_a_gap() -> None:
    frames = [
        frame(0.0, (1, "anger")),
        frame(0.1, reason="not_analysed"),
        frame(0.4, (1, "neutral")),
        frame(0.5, (1, "neutral")),
        frame(60.0, (1, "neutral")),
        frame(60.2, (1, "neutral")),
    ]
    (face,) = stretch(frames).faces
    assert label_of(face, "anger").seconds == pytest.approx(0.4)
    assert label_of(face, "neutral").seconds == pytest.approx(0.3)
    assert label_of(face, "neutral").longest_s == pytest.approx(0.2)
    assert label_of(face, "neutral").runs == 2
    assert stretch(frames).coverage == pytest.approx(0.7 / 60.2)


def test_changes_are_counted_between_labels_that_touch() -> None:
    frames = [
        frame(0.0, (1, "anger")),
        frame(0.1, (1, "unsure")),
        frame(0.2, (1, "anger")),
        frame(0.3),
        frame(0.4, (1, "neutral")),
        frame(5.0, (1, "anger")),
    ]
    (face,) = stretch(frames).faces
    place = LABELS.index
    assert face.transitions[place("anger")][place("unsure")] == 1
    assert face.transitions[place("unsure")][place("anger")] == 1
    assert sum(map(sum, face.transitions)) == 2, "a face that is away, or a gap, is no change"


def test_a_stretch_knows_the_frame_that_began_before_it() -> None:
    frames = [frame(number / 2, (1, "anger" if number < 4 else "neutral")) for number in range(8)]
    part = stretch(frames, 0.75, 2.25)
    (face,) = part.faces
    assert part.duration_s == part.watched_s == 1.5
    assert label_of(face, "anger").seconds == 1.25
    assert label_of(face, "neutral").seconds == 0.25
    assert part.frames.read == face.frames == 3
    assert face.transitions[0][LABELS.index("neutral")] == 1
    assert part.coverage == 1


def test_a_stretch_within_a_pause_has_no_coverage() -> None:
    part = stretch([frame(0.0, (1, "anger")), frame(60.0, (1, "anger"))], 10, 20)
    assert (part.duration_s, part.gap_s, part.coverage) == (10, 10, 0)
    assert part.faces == ()


def test_events_of_a_stretch_are_those_inside(tmp_path: Path) -> None:
    session = read_session(camera(tmp_path))
    assert [timed.event.kind for timed in session_statistics(session, 1.0, 7.4).events] == [
        "marker",
        "marker",
        "pause",
    ]


def test_an_event_in_a_file_stands_at_the_last_frame_that_had_been_read(tmp_path: Path) -> None:
    folder = video(tmp_path)
    log = pd.read_csv(folder / "log.csv")
    (timed,) = timed_events(read_session(folder), read_session(folder).rows())
    assert timed.event.t_s == 0.255
    assert timed.time_s == log[log.t_s <= 0.255].media_t_s.iloc[-1]


def test_a_frame_that_was_gone_back_to_is_another_frame(tmp_path: Path) -> None:
    results = [
        make_result(7, make_face(1), make_face(2), captured_s=0.0, media_t_s=0.1),
        make_result(7, make_face(1), captured_s=0.5, media_t_s=0.1),
    ]
    frames = list(frames_of(read_session(write_session(tmp_path, results)).rows()))
    assert [(found.index, len(found.faces)) for found in frames] == [(7, 2), (7, 1)]


moments = st.lists(
    st.tuples(
        st.sampled_from([0.0, 0.25, 0.25, 0.25, 0.5, 2.0, -1.0]),
        st.one_of(
            st.dictionaries(st.integers(1, 2), st.sampled_from(["anger", "neutral", "unsure"]), max_size=2),
            st.sampled_from(["not_analysed", "error"]),
        ),
    ),
    max_size=25,
)


@settings(deadline=None)
@given(moments, st.integers(0, 24))
def test_two_halves_add_up_to_the_whole(
    script: list[tuple[float, dict[int, str] | str]], eighths: int
) -> None:
    time_s, frames = 4.0, []
    for step_s, content in script:
        time_s += step_s
        if isinstance(content, str):
            frames.append(frame(time_s, reason=content))
        else:
            frames.append(frame(time_s, *content.items()))
    cut_s = 4.0 + eighths / 8
    whole, parts = stretch(frames), [stretch(frames, None, cut_s), stretch(frames, cut_s, None)]
    for field in ("duration_s", "watched_s", "with_face_s", "gap_s"):
        assert getattr(whole, field) == pytest.approx(sum(getattr(part, field) for part in parts))
    for number, label in enumerate(whole.everyone.labels):
        halves = [part.everyone.labels[number] for part in parts]
        assert label.seconds == pytest.approx(sum(half.seconds for half in halves))
        assert label.frames == sum(half.frames for half in halves)
    assert whole.frames.read == len(frames) == sum(part.frames.read for part in parts)


@settings(deadline=None)
@given(moments)
def test_time_with_a_face_is_what_a_slow_look_at_each_moment_finds(
    script: list[tuple[float, dict[int, str] | str]],
) -> None:
    time_s, frames = 0.0, []
    for step_s, content in script:
        time_s += abs(step_s)
        frames.append(
            frame(time_s, reason=content) if isinstance(content, str) else frame(time_s, *content.items())
        )
    seen = 0
    for moment in np.arange(0.0625, time_s, 0.125):
        before = [found for found in frames if found.time_s <= moment]
        after = [found for found in frames if found.time_s > moment]
        held = next((found for found in reversed(before) if found.analysed), None)
        if held is None or not held.faces:
            continue
        until = next((found for found in after if found.analysed), None)
        if until is None:
            continue
        between = [found.time_s for found in frames if held.time_s <= found.time_s <= until.time_s]
        if all(b - a <= GAP_S for a, b in pairwise(between)):
            seen += 1
    assert math.isclose(stretch(frames).with_face_s, seen * 0.125, abs_tol=1e-9)
