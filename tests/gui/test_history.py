"""What was seen is remembered: compactly, for an hour at least, and found again."""

from __future__ import annotations

import numpy as np
import pytest

from fer_desktop.emotions import EMOTIONS, UNSURE
from fer_desktop.engine.result import Face
from fer_desktop.ui.history import MOST_FRAMES, History
from fer_desktop.ui.moments import NOBODY, TimeBase
from fer_desktop.vision.faces import Box, FaceReading


def face(face_id: int = 1, label: str = "happiness", share: float = 0.9, size: float = 40.0) -> Face:
    shares = np.full(len(EMOTIONS), (1 - share) / (len(EMOTIONS) - 1), np.float32)
    shares[EMOTIONS.index(label)] = share
    shown = np.full(len(EMOTIONS), 1 / len(EMOTIONS), np.float32)
    word = label if share > 0.4 else UNSURE
    seen = np.zeros((48, 48), np.uint8)
    box = Box(10.5, 20.25, size, size)
    reading = FaceReading(face_id, box, 0.9, np.log(shares), shares, word, 1.0, None, 90.0, 50.0, box, seen)
    return Face(reading, shown, word, 0.0)


def history(most_frames: int = MOST_FRAMES, time_base: TimeBase = TimeBase.CLOCK) -> History:
    made = History(time_base, most_frames)
    made.labels = EMOTIONS
    return made


def put(into: History, t: float, *faces: Face) -> None:
    into.append(t, round(t * 10), faces, faces[0] if faces else None, "" if faces else "too_dark")


def test_a_moment_comes_back_with_its_faces() -> None:
    known = history()
    put(known, 1.0, face(7, "fear", 0.8), face(8, "anger", 0.3, 20))
    put(known, 2.0)
    moment = known.moment(1.2)
    assert moment is not None
    assert (moment.t, moment.index, moment.main, moment.reason) == (1.0, 10, 7, "")
    first, second = moment.faces
    assert (first.face_id, first.label, second.label) == (7, "fear", UNSURE)
    assert first.raw[2] == pytest.approx(0.8, abs=1e-5)
    assert first.shown == pytest.approx(1 / 8, abs=1e-5)
    assert first.box == Box(10.5, 20.25, 40, 40)
    empty = known.moment(5.0)
    assert empty is not None
    assert (empty.faces, empty.reason, empty.main) == ((), "too_dark", None)


def test_steps_go_from_frame_to_frame_and_stop_at_the_ends() -> None:
    known = history()
    assert known.moment(0.0) is None
    for t in (0.0, 0.1, 0.4):
        put(known, t, face())
    assert [known.moment(0.1, steps).t for steps in (-5, -1, 0, 1, 5)] == [0.0, 0.0, 0.1, 0.4, 0.4]  # type: ignore[union-attr]


def test_the_next_and_the_last_change_of_label_are_found() -> None:
    known = history()
    for t, label in enumerate(("anger", "anger", "fear", "fear", "", "fear")):
        put(known, float(t), *([face(label=label)] if label else []))
    forward = [known.change(t, 1) for t in (0.0, 2.0, 4.0, 5.0)]
    assert [None if found is None else found.t for found in forward] == [2.0, 4.0, 5.0, None]
    back = [known.change(t, -1) for t in (5.0, 3.0, 2.0)]
    assert [None if found is None else found.t for found in back] == [4.0, 2.0, None]


def test_a_stretch_begins_with_the_frame_that_was_on_then() -> None:
    known = history()
    for t in range(4):
        put(known, float(t), *([] if t == 2 else [face(label="surprise")]))
    rows = known.rows(0.5, 3.0)
    assert rows.times.tolist() == [0.0, 1.0, 2.0]
    assert rows.labels.tolist() == [5, 5, NOBODY]
    assert np.isnan(rows.raw[2]).all()


def test_at_least_three_quarters_are_kept_when_it_is_full() -> None:
    known = history(most_frames=8000)
    for number in range(20_000):
        put(known, number / 10, face(number), face(number + 1))
        assert number < 8000 or known.count >= 6000
    assert known.last_time() == 1999.9
    moment = known.moment(1500.0)
    assert moment is not None
    assert [seen.face_id for seen in moment.faces] == [15_000, 15_001]
    oldest = known.moment(0.0)
    assert oldest is not None
    assert [seen.face_id for seen in oldest.faces] == [round(oldest.t * 10), round(oldest.t * 10) + 1]


def test_an_hour_of_a_face_at_thirty_frames_a_second_fits_into_sixteen_megabytes() -> None:
    known = history()
    one = face()
    for number in range(3600 * 30):
        put(known, number / 30, one)
    assert known.count == 3600 * 30
    assert known.bytes < 16e6


def test_a_gap_that_was_jumped_over_is_filled_in_order() -> None:
    known = history(time_base=TimeBase.MEDIA)
    for t in (0.0, 0.1, 5.0, 5.1, 0.2, 0.3, 5.1):
        put(known, t, face(round(10 * t)))
    assert known.count == 6
    assert known.rows(0, 10).times.tolist() == [0.0, 0.1, 0.2, 0.3, 5.0, 5.1]
    for t in (0.3, 5.0):
        moment = known.moment(t)
        assert moment is not None
        assert moment.faces[0].face_id == round(10 * t)


def test_a_wide_view_averages_and_shows_a_gap_that_is_as_wide_as_a_point() -> None:
    known = history()
    for number in range(80_000):
        away = 40_000 <= number < 41_000
        put(known, number / 10, *([] if away or number % 10 == 0 else [face()]))
    curves = known.curves(0, 8000)
    assert 700 < len(curves.times) <= 900
    ((start, end),) = curves.gaps()
    assert start == pytest.approx(4000, abs=12)
    assert end == pytest.approx(4100, abs=12)
