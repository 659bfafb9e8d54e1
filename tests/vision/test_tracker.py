"""A person keeps one id: through crossings, short absences and fast moves; ids are never reused."""

from __future__ import annotations

import math

from fer_desktop.vision.faces import Box, Detection
from fer_desktop.vision.tracker import MEMORY_S, Tracker

RATE = 30.0


def face_at(x: float, y: float = 100.0, size: float = 80.0, score: float = 0.99) -> Detection:
    return Detection(Box(x - size / 2, y - size / 2, size, size), score)


def ids_at(tracker: Tracker) -> dict[int, float]:
    return {track.face_id: track.box.centre[0] for track in tracker.visible if track.face_id is not None}


def test_one_face_that_moves_slowly_has_one_id() -> None:
    tracker = Tracker()
    for i in range(90):
        tracker.update([face_at(100 + 2 * i)], i / RATE)
        assert list(ids_at(tracker)) == [1]


def test_a_fast_move_keeps_the_id() -> None:
    tracker = Tracker()
    for i in range(60):
        tracker.update([face_at(300 + 200 * math.sin(2 * math.pi * i / 30))], i / RATE)
    assert list(ids_at(tracker)) == [1]


def test_two_people_who_cross_keep_their_ids() -> None:
    tracker = Tracker()
    for i in range(90):
        left, right = 100 + 5 * i, 550 - 5 * i
        hidden = abs(left - right) < 50
        tracker.update([face_at(left)] if hidden else [face_at(left), face_at(right)], i / RATE)
        tracker.expire(i / RATE)
    ids = ids_at(tracker)
    assert ids[1] > 500, "the one from the left is now on the right"
    assert ids[2] < 150


def test_one_who_passes_behind_a_sitting_person_keeps_the_id() -> None:
    tracker = Tracker()
    for i in range(120):
        walking = 60 + 5 * i
        detections = [face_at(350, size=90)]
        if abs(walking - 350) > 60:
            detections.append(face_at(walking, size=70))
        tracker.update(detections, i / RATE)
        tracker.expire(i / RATE)
    ids = ids_at(tracker)
    assert len(ids) == 2
    assert abs(ids[1] - 350) < 5
    assert ids[2] > 600
    assert tracker._next_id == 3  # no id was spent in between


def test_a_short_absence_keeps_the_id_and_a_long_one_does_not() -> None:
    tracker = Tracker()
    tracker.update([face_at(200)], 0.0)
    for t in (0.5, 1.0, MEMORY_S - 0.5):
        tracker.update([], t)
        tracker.expire(t)
        assert ids_at(tracker) == {}
    tracker.update([face_at(230)], MEMORY_S - 0.1)
    assert list(ids_at(tracker)) == [1]
    later = 2 * MEMORY_S + 1
    tracker.update([], later)
    tracker.expire(later)
    tracker.update([face_at(230)], later + 0.1)
    assert list(ids_at(tracker)) == [2], "a new id, never the old one again"


def test_a_face_far_away_is_somebody_else() -> None:
    tracker = Tracker()
    tracker.update([face_at(100)], 0.0)
    tracker.update([face_at(600)], 1 / RATE)
    assert list(ids_at(tracker)) == [2]


def test_a_face_of_quite_another_size_is_somebody_else() -> None:
    tracker = Tracker()
    tracker.update([face_at(200, size=200)], 0.0)
    tracker.update([face_at(200, size=30)], 1 / RATE)
    assert list(ids_at(tracker)) == [2]


def test_a_weak_detection_counts_only_when_it_is_seen_again() -> None:
    tracker = Tracker()
    tracker.update([face_at(100, score=0.6)], 0.0)
    tracker.expire(0.0)
    assert ids_at(tracker) == {}
    tracker.update([face_at(101, score=0.6)], 1 / RATE)
    assert list(ids_at(tracker)) == [1]


def test_a_weak_detection_that_never_comes_back_costs_no_id() -> None:
    tracker = Tracker()
    tracker.update([face_at(100, score=0.6)], 0.0)
    tracker.update([], 0.1)
    tracker.expire(0.1)
    assert tracker.tracks == []
    tracker.update([face_at(400)], 0.2)
    assert list(ids_at(tracker)) == [1]


def test_forgetting_ends_all_tracks_but_not_the_counting() -> None:
    tracker = Tracker()
    tracker.update([face_at(100), face_at(300)], 0.0)
    tracker.forget()
    tracker.update([face_at(100)], 0.1)
    assert list(ids_at(tracker)) == [3]
