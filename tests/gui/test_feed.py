"""What the vision thread hands to the screen: the newest frame, and the last minute."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fer_desktop.capture.frame import Frame
from fer_desktop.emotions import EMOTIONS
from fer_desktop.engine.result import NOT_ANALYSED, Face, Result
from fer_desktop.ui.curves import MOST_POINTS
from fer_desktop.ui.feed import ScreenFeed, painted_size
from fer_desktop.ui.moments import TimeBase
from fer_desktop.vision.faces import Box, FaceReading

IMAGE = np.zeros((90, 160, 3), np.uint8)


def face(face_id: int, size: float = 40.0, share: float = 0.5) -> Face:
    shares = np.full(len(EMOTIONS), (1 - share) / (len(EMOTIONS) - 1), np.float32)
    shares[3] = share
    box, seen = Box(10, 10, size, size), np.zeros((48, 48), np.uint8)
    reading = FaceReading(
        face_id, box, 0.9, np.log(shares), shares, "happiness", 1.0, None, 90.0, 50.0, box, seen
    )
    return Face(reading, shares, "happiness", 0.0)


def result(index: int, t_s: float, *faces: Face, reason: str = "no_face", media: bool = False) -> Result:
    frame = Frame(index, IMAGE, t_s, t_s if media else None)
    return Result(frame, faces, "" if faces else reason, 5.0, 9.0, 0)


def fed(time_base: TimeBase = TimeBase.CLOCK) -> ScreenFeed:
    feed = ScreenFeed(time_base)
    feed.labels = EMOTIONS
    return feed


def test_the_newest_frame_comes_as_bgra_with_its_own_faces() -> None:
    feed = fed()
    assert feed.newest() is None
    feed(result(0, 0.0, face(1)))
    shown = feed.newest()
    assert shown is feed.newest()
    assert shown is not None
    assert shown.pixels.shape == (90, 160, 4)
    assert shown.face is not None
    assert shown.face.reading.face_id == 1


def test_frames_that_were_passed_over_are_not_shown() -> None:
    feed = fed()
    feed(result(0, 0.0, face(1)))
    before = feed.newest()
    feed(result(1, 0.1, reason=NOT_ANALYSED))
    assert feed.newest() is before
    assert len(feed.history.curves(-1, 1, feed.chosen).times) == 1


def test_a_minute_at_sixty_frames_a_second_stays_under_the_limit_of_points() -> None:
    feed = fed()
    for index in range(9000):
        feed(result(index, index / 60, face(1)))
    curves = feed.history.curves(150 - 60, 150, feed.chosen)
    assert 500 < len(curves.times) <= MOST_POINTS
    assert (np.diff(curves.times) > 0).all()
    assert curves.times[0] == pytest.approx(90, abs=0.2)
    assert curves.times[-1] == pytest.approx(150, abs=0.2)
    assert np.isfinite(curves.values).all()
    assert curves.values[:, 3] == pytest.approx(0.5, abs=1e-4)


def test_no_face_is_a_gap_and_never_zero() -> None:
    feed = fed()
    for index in range(90):
        feed(result(index, index / 30, *([] if 30 <= index < 60 else [face(1)])))
    curves = feed.history.curves(0, 3, feed.chosen)
    assert np.isnan(curves.values[30:60]).all()
    ((start, end),) = curves.gaps()
    assert start == pytest.approx(1.0, abs=0.05)
    assert end == pytest.approx(2.0, abs=0.05)


def test_time_without_frames_is_a_gap() -> None:
    feed = fed()
    for t_s in (0.0, 0.03, 0.06, 4.0, 4.03, 4.06):
        feed(result(0, t_s, face(1)))
    curves = feed.history.curves(0, 5, feed.chosen)
    assert len(curves.gaps()) == 1
    assert np.isnan(curves.values).any(axis=1).sum() == 1


def test_a_seek_back_keeps_what_is_known_and_takes_the_new_values() -> None:
    feed = fed(TimeBase.MEDIA)
    for index in range(50):
        feed(result(index, index / 25, face(1, share=0.5), media=True))
    feed(result(10, 0.4, face(2, share=0.9), media=True))
    curves = feed.history.curves(0, 10)
    assert len(curves.times) == 50
    assert curves.values[10, 3] == pytest.approx(0.9, abs=1e-4)
    assert curves.values[11, 3] == pytest.approx(0.5, abs=1e-4)


def test_each_face_has_its_own_history() -> None:
    feed = fed()
    for index in range(30):
        feed(result(index, index / 30, face(1, 60, 0.9), face(2, 30, 0.2)))
    assert feed.history.curves(0, 1, feed.chosen).values[:, 3] == pytest.approx(0.9, abs=1e-4)
    feed.choose(2)
    assert feed.history.curves(0, 1, feed.chosen).values[:, 3] == pytest.approx(0.2, abs=1e-4)


def test_the_main_face_is_kept_when_another_comes_closer() -> None:
    feed = fed()
    feed(result(0, 0.0, face(1, 40)))
    feed(result(1, 0.1, face(1, 40), face(2, 80)))
    shown = feed.newest()
    assert shown is not None
    assert shown.face is not None
    assert shown.face.reading.face_id == 1


def test_the_main_face_comes_back_after_a_moment_and_is_followed_by_another_after_longer() -> None:
    feed = fed()

    def followed(t_s: float, *faces: Face) -> int | None:
        feed(result(0, t_s, *faces))
        shown = feed.newest()
        assert shown is not None
        return None if shown.face is None else shown.face.reading.face_id

    assert followed(0.0, face(1), face(2, 20)) == 1
    assert followed(0.5, face(2, 20)) == 2
    assert followed(0.6, face(1), face(2, 20)) == 1
    assert followed(0.9, face(2, 20)) == 2
    assert followed(2.0, face(2, 20)) == 2
    assert followed(2.1, face(1), face(2, 20)) == 2


def test_a_chosen_face_that_left_is_waited_for_and_then_given_up() -> None:
    feed = fed()
    feed.choose(2)
    for t_s in (0.0, 1.0, 2.9):
        feed(result(0, t_s, face(1)))
        shown = feed.newest()
        assert shown is not None
        assert shown.face is None
    feed(result(0, 3.1, face(1)))
    assert feed.chosen is None
    shown = feed.newest()
    assert shown is not None
    assert shown.face is not None


@given(
    st.tuples(st.integers(1, 20_000), st.integers(1, 20_000)),
    st.tuples(st.integers(0, 5000), st.integers(0, 5000)),
)
def test_the_painted_size_never_exceeds_the_view_nor_vanishes(
    frame: tuple[int, int], view: tuple[int, int]
) -> None:
    size = painted_size(frame, view)
    assert min(size) >= 1
    if min(view) > 0:
        assert size[0] <= view[0] + 1
        assert size[1] <= view[1] + 1
