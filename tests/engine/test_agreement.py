"""Where two networks agree over time: bounded, drawn in few parts, gaps left open."""

from __future__ import annotations

import numpy as np
import pytest

from fer_desktop.emotions import UNSURE
from fer_desktop.engine.agreement import COLUMNS, Agreement, Agreements, agreement

SAME, DIFFERENT, OPEN = Agreement.SAME, Agreement.DIFFERENT, Agreement.UNSURE


def test_labels_are_the_same_different_or_one_of_them_is_no_word_at_all() -> None:
    assert agreement("fear", "fear") is SAME
    assert agreement("fear", "anger") is DIFFERENT
    assert agreement("fear", UNSURE) is OPEN
    assert agreement(UNSURE, UNSURE) is OPEN


def test_a_course_has_runs_and_shares_of_the_time_that_is_known() -> None:
    agreements = Agreements()
    for place in range(100):  # ten seconds, ten times a second
        agreements.add(place / 10, 1, SAME if place < 75 else DIFFERENT)
    course = agreements.course(0.0, 10.0, 1)
    assert [how for _, _, how in course.runs] == [SAME, DIFFERENT]
    (start, turn, _), (turn_too, end, _) = course.runs
    assert (start, turn, turn_too, end) == pytest.approx((0.0, 7.5, 7.5, 10.0), abs=0.11)
    assert (course.same, course.different) == pytest.approx((0.75, 0.25), abs=0.02)


def test_a_word_holds_for_a_second_and_no_longer() -> None:
    agreements = Agreements()
    for t in (0.0, 0.8, 5.0):
        agreements.add(t, 1, SAME)
    runs = agreements.course(0.0, 10.0, 1).runs
    edges = [edge for start, end, _ in runs for edge in (start, end)]
    assert edges == pytest.approx([0.0, 1.8, 5.0, 6.0], abs=0.1)


def test_a_word_from_before_the_view_ends_when_it_would_have_ended_there() -> None:
    agreements = Agreements()
    agreements.add(0.0, 1, SAME)
    ((start, end, how),) = agreements.course(0.9, 3.0, 1).runs
    assert (start, end) == pytest.approx((0.9, 1.0))
    assert how is SAME
    assert agreements.course(1.05, 3.0, 1).runs == ()

    agreements.add(999.5, 1, SAME)
    whole = agreements.course(1000.0, 4000.0, 1)  # whose parts are ten seconds wide
    assert (whole.runs, whole.same, whole.different) == ((), 0.0, 0.0)


def test_faces_do_not_mix_and_nothing_known_is_nothing_drawn() -> None:
    agreements = Agreements()
    agreements.add(1.0, 1, SAME)
    agreements.add(1.0, 2, DIFFERENT)
    assert agreements.course(0.0, 2.0, 2).different == 1.0
    assert agreements.course(0.0, 2.0, 3).runs == ()
    assert agreements.course(50.0, 60.0, 1).runs == ()


def test_jumps_back_in_a_file_are_borne_and_the_view_may_be_as_wide_as_it_likes() -> None:
    agreements = Agreements()
    for t in [*np.arange(60.0, 70.0, 0.1), *np.arange(0.0, 10.0, 0.1)]:
        agreements.add(float(t), 1, SAME)
    assert len(agreements.course(0.0, 100.0, 1).runs) == 2
    assert len(agreements.course(0.0, 36_000.0, 1).runs) <= COLUMNS


def test_the_same_parts_are_told_apart_while_time_moves_on() -> None:
    agreements = Agreements()
    rng = np.random.default_rng(4)
    for place in range(600):
        agreements.add(place / 10, 1, Agreement(int(rng.integers(3))))
    early, late = (agreements.course(start, start + 30.0, 1).runs for start in (10.0, 10.037))
    inner = {run for run in early if run[0] > 12.0 and run[1] < 38.0}
    assert inner
    assert inner <= set(late)


def test_memory_is_bounded_and_the_oldest_goes_first() -> None:
    agreements = Agreements(most=5000)
    for place in range(20_000):
        agreements.add(place / 10, 1, SAME)
    assert agreements._count <= 5000
    assert len(agreements._times) <= 5000
    assert agreements.course(0.0, 10.0, 1).runs == ()
    assert agreements.course(1990.0, 2000.0, 1).same == 1.0
