"""Runs of one label, checked against a slow and obvious way of finding them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fer_desktop.emotions import FERPLUS_LABELS
from fer_desktop.engine.result import Result
from fer_desktop.session.states import GAP_S, StateRun, StateRuns

from .synthetic import make_face, make_result

Moment = tuple[float, Result]


def runs_of(moments: list[Moment], fps: float | None = 30.0) -> list[StateRun]:
    runs = StateRuns(FERPLUS_LABELS, fps)
    found = [run for time_s, result in moments for run in runs.add(time_s, result)]
    return found + runs.close()


def naive_runs(moments: list[Moment]) -> list[StateRun]:
    """Cut at gaps, leave out what was not analysed, then follow each face through the rest."""
    pieces: list[list[Moment]] = []
    for number, (time_s, result) in enumerate(moments):
        if number == 0 or not 0 <= time_s - moments[number - 1][0] <= GAP_S:
            pieces.append([])
        pieces[-1].append((time_s, result))
    found = []
    for piece in pieces:
        analysed = [(time_s, result) for time_s, result in piece if result.analysed]
        for face_id in {face.reading.face_id for _, result in analysed for face in result.faces}:
            shown = [
                next((face.reading for face in result.faces if face.reading.face_id == face_id), None)
                for _, result in analysed
            ]
            first = 0
            while first < len(shown):
                reading = shown[first]
                last = first
                while last + 1 < len(shown) and (
                    (after := shown[last + 1]) is not None
                    and reading is not None
                    and after.label == reading.label
                ):
                    last += 1
                if reading is not None:
                    run = [found_reading for found_reading in shown[first : last + 1] if found_reading]
                    mean = sum(float(each.probabilities.max()) for each in run) / len(run)
                    end = analysed[min(last + 1, len(analysed) - 1)][0]
                    found.append(StateRun(face_id, reading.label, analysed[first][0], end, mean, len(run)))
                first = last + 1
    return found


readings = st.tuples(st.sampled_from(["happiness", "anger", "unsure"]), st.sampled_from([0.3, 0.5, 0.9]))
frames = st.tuples(
    st.sampled_from([0.0, 0.04, 0.04, 0.04, 0.5, 1.0, 1.5, -0.5]),
    st.one_of(
        st.dictionaries(st.integers(1, 3), readings, max_size=3),
        st.sampled_from(["not_analysed", "error", "no_face"]),
    ),
)


@given(st.lists(frames, max_size=40))
def test_runs_are_those_that_a_slow_reading_of_the_whole_session_finds(
    script: list[tuple[float, dict[int, tuple[str, float]] | str]],
) -> None:
    time_s = 0.0
    moments: list[Moment] = []
    for index, (step_s, content) in enumerate(script):
        time_s += step_s
        if isinstance(content, str):
            result = make_result(index, reason=content)
        else:
            faces = [make_face(face_id, *reading) for face_id, reading in content.items()]
            result = make_result(index, *faces)
        moments.append((time_s, result))

    def order(run: StateRun) -> tuple[int, float, float, str]:
        return run.face_id, run.start_s, run.end_s, run.label

    found, expected = sorted(runs_of(moments), key=order), sorted(naive_runs(moments), key=order)
    assert [order(run) for run in found] == [order(run) for run in expected]
    assert sum(run.frames for run in found) == sum(len(result.faces) for _, result in moments)
    for run, other in zip(found, expected, strict=True):
        assert run.frames == other.frames
        assert run.mean_probability == pytest.approx(other.mean_probability)


def test_neighbouring_runs_touch_so_that_durations_add_up() -> None:
    moments = [
        (number / 10, make_result(number, make_face(1, label)))
        for number, label in enumerate(["anger", "anger", "happiness", "happiness", "neutral", "neutral"])
    ]
    assert [(run.label, run.start_s, run.end_s, run.frames) for run in runs_of(moments)] == [
        ("anger", 0.0, 0.2, 2),
        ("happiness", 0.2, 0.4, 2),
        ("neutral", 0.4, 0.5, 2),
    ]


def test_frames_that_nobody_analysed_end_no_run() -> None:
    moments = [
        (0.0, make_result(0, make_face())),
        (0.1, make_result(1, reason="not_analysed")),
        (0.2, make_result(2, make_face())),
    ]
    (run,) = runs_of(moments)
    assert (run.start_s, run.end_s, run.frames) == (0.0, 0.2, 2)


def test_a_pause_is_not_counted_as_time_in_which_the_face_was_seen() -> None:
    moments = [(time_s, make_result(0, make_face())) for time_s in (0.0, 0.1, 60.0, 60.1)]
    assert [(run.start_s, run.end_s) for run in runs_of(moments)] == [(0.0, 0.1), (60.0, 60.1)]


def test_a_time_lapse_of_one_frame_in_five_seconds_has_no_gaps() -> None:
    moments = [(number * 5.0, make_result(number, make_face())) for number in range(4)]
    (run,) = runs_of(moments, fps=0.2)
    assert (run.start_s, run.end_s) == (0.0, 15.0)
