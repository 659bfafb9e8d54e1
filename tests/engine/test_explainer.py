"""The thread that explains: never in the way, never behind, and calm."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from fer_desktop.engine.explainer import Explainer, Explanation, Question
from fer_desktop.errors import ModelError
from fer_desktop.vision.insight import Area

Explains = Callable[..., Explainer]


class Bright:
    """Heat is the face's own brightness, plus a tenth of the label."""

    def __init__(self) -> None:
        self.asked = 0
        self.go_on = threading.Event()
        self.go_on.set()

    def heat(self, face: NDArray[np.uint8], label: int) -> NDArray[np.float32]:
        assert self.go_on.wait(5)
        self.asked += 1
        return (face / 255 + label / 10).astype(np.float32)

    def read(self, face: NDArray[np.uint8]) -> NDArray[np.float32]:
        """The share of the commonest grey, and the rest."""
        share = float((face == np.bincount(face.ravel()).argmax()).mean())
        return np.array([share, 1 - share], np.float32)


def question(
    light: int, t_s: float = 0.0, face_id: int = 1, label: int = 0, cover: Area | None = None
) -> Question:
    return Question(face_id, label, np.full((4, 4), light, np.uint8), t_s, cover)


@pytest.fixture
def heats() -> Bright:
    return Bright()


@pytest.fixture
def explainer(heats: Bright) -> Iterator[Explainer]:
    made = Explainer(lambda: heats, rate_hz=500)
    made.start()
    yield made
    heats.go_on.set()
    made.stop()
    assert not any(thread.name == "explainer" for thread in threading.enumerate())


def answer_to(explainer: Explainer, asked: Question) -> Explanation:
    explainer.ask(asked)
    until(lambda: explainer.newest is not None and explainer.newest.question is asked)
    assert explainer.newest is not None
    return explainer.newest


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.001)


def test_the_answer_belongs_to_its_question(explainer: Explainer) -> None:
    answer = answer_to(explainer, question(51, label=3))
    assert answer.heat == pytest.approx(np.full((4, 4), 0.5))
    assert (answer.question.face_id, answer.question.label) == (1, 3)


def test_heat_glides_with_the_time_that_went_by(explainer: Explainer) -> None:
    answer_to(explainer, question(0, t_s=0))
    assert answer_to(explainer, question(255, t_s=0.3)).heat[0, 0] == pytest.approx(1 - np.exp(-1))
    assert answer_to(explainer, question(255, t_s=0.9)).heat[0, 0] == pytest.approx(1 - np.exp(-3))


@pytest.mark.parametrize(
    "other",
    [
        question(255, t_s=0.1, face_id=2),
        question(255, t_s=5),
        question(255, t_s=-3),
    ],
)
def test_another_face_or_another_time_begins_anew(explainer: Explainer, other: Question) -> None:
    answer_to(explainer, question(0, t_s=0))
    assert answer_to(explainer, other).heat[0, 0] == 1


def test_a_covered_part_is_read_and_glides_too(explainer: Explainer) -> None:
    """Of sixteen different pixels, a covered quarter has one grey."""
    face = np.arange(16, dtype=np.uint8).reshape(4, 4) * 10
    corner, half = Area(0, 0, 0.5, 0.5), Area(0, 0, 1, 0.5)

    def asked(t_s: float, cover: Area | None) -> Question:
        return Question(1, 0, face.copy(), t_s, cover)

    assert answer_to(explainer, asked(0.0, None)).covered is None
    first = answer_to(explainer, asked(0.1, corner)).covered
    assert first is not None
    assert first[0] == pytest.approx(4 / 16)
    # Another area is another question: its answer does not glide from the one before.
    second = answer_to(explainer, asked(0.2, half)).covered
    assert second is not None
    assert second[0] == pytest.approx(8 / 16)
    explainer.ask(Question(1, 0, np.full((4, 4), 7, np.uint8), 0.5, half))
    until(lambda: explainer.newest is not None and explainer.newest.question.t_s == 0.5)
    assert explainer.newest is not None
    assert explainer.newest.covered is not None
    assert explainer.newest.covered[0] == pytest.approx(1 - 0.5 * np.exp(-1), abs=1e-3)


def test_a_cover_is_read_at_once_on_a_picture_that_stands_still(explainer: Explainer) -> None:
    seen = np.full((4, 4), 9, np.uint8)
    assert answer_to(explainer, Question(1, 0, seen, 0.0)).covered is None
    assert answer_to(explainer, Question(1, 0, seen, 0.0, Area(0, 0, 1, 1))).covered is not None


def test_another_expression_begins_anew(explainer: Explainer) -> None:
    answer_to(explainer, question(0))
    assert answer_to(explainer, question(0, t_s=0.1, label=5)).heat[0, 0] == pytest.approx(0.5)


def test_a_question_replaces_one_that_waits(explainer: Explainer, heats: Bright) -> None:
    heats.go_on.clear()
    explainer.ask(question(10))
    until(lambda: not explainer._thread.waits)
    started = time.perf_counter()
    for light in range(100):
        explainer.ask(question(light, face_id=2))
    assert time.perf_counter() - started < 0.5
    heats.go_on.set()
    until(lambda: explainer.newest is not None and explainer.newest.question.face_id == 2)
    assert heats.asked == 2
    assert explainer.newest is not None
    assert explainer.newest.question.seen[0, 0] == 99


def test_a_picture_that_stands_still_is_explained_once(explainer: Explainer, heats: Bright) -> None:
    asked = question(10)
    answer_to(explainer, asked)
    for _ in range(3):
        explainer.ask(asked)
        until(lambda: not explainer._thread.waits)
    time.sleep(0.02)
    assert heats.asked == 1


def test_it_rests_between_answers(heats: Bright) -> None:
    explainer = Explainer(lambda: heats, rate_hz=20)
    explainer.start()
    end = time.monotonic() + 0.5
    count = 0
    while time.monotonic() < end:
        count += 1
        explainer.ask(question(count % 250, t_s=count))
        time.sleep(0.001)
    explainer.stop()
    assert 2 <= heats.asked <= 11


def test_what_cannot_be_loaded_is_told_and_asking_does_no_harm() -> None:
    def load() -> Bright:
        raise ModelError("no companion", "export it")

    explainer = Explainer(load)
    explainer.start()
    until(lambda: explainer.error is not None)
    explainer.ask(question(1))
    explainer.stop()
    assert explainer.error is not None
    assert str(explainer.error).startswith("no companion")
    assert explainer.newest is None


def test_a_fault_is_told_in_a_sentence(heats: Bright) -> None:
    explainer = Explainer(lambda: heats)
    heats.heat = lambda *_: 1 / 0  # type: ignore[method-assign,assignment]
    explainer.start()
    explainer.ask(question(1))
    until(lambda: explainer.error is not None)
    explainer.stop()
    assert "cannot be shown: division by zero" in str(explainer.error)


def test_it_can_be_stopped_before_it_was_started(heats: Bright) -> None:
    Explainer(lambda: heats).stop()
