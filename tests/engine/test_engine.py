"""The engine's promises: no frame of an analysed file is lost, live is never waited for, and whatever
goes wrong is a state with a sentence, not a hang."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import pytest

from fer_desktop.capture.frame import Frame, Image
from fer_desktop.capture.source import Source, SourceInfo
from fer_desktop.engine.engine import Engine, Pace
from fer_desktop.engine.reader import EngineState
from fer_desktop.engine.result import Result
from fer_desktop.errors import ModelError, SourceError, UserError
from fer_desktop.vision.faces import Sight
from fer_desktop.vision.vision import Vision
from tests.gui.fakes import FakeCamera, FakeClip, FakeVision, as_vision


class SlowVision(FakeVision):
    """Takes its time, like a weak computer."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds

    def look(self, image: Image, t_s: float, *, still: bool = False) -> Sight:
        time.sleep(self.seconds)
        return super().look(image, t_s, still=still)


class BrokenVision(FakeVision):
    """Fails on some frames."""

    def __init__(self, fails: Callable[[int], bool]) -> None:
        super().__init__()
        self.looks = 0
        self.fails = fails

    def look(self, image: Image, t_s: float, *, still: bool = False) -> Sight:
        self.looks += 1
        if self.fails(self.looks - 1):
            raise RuntimeError("made to fail")
        return super().look(image, t_s, still=still)


@contextmanager
def running(
    source: Source, vision: FakeVision | None = None, **options: object
) -> Iterator[tuple[Engine, list[Result]]]:
    results: list[Result] = []
    engine = Engine(source, lambda: as_vision(vision or FakeVision()), [results.append], **options)  # type: ignore[arg-type]
    engine.start()
    try:
        yield engine, results
    finally:
        engine.stop()
        assert not [thread for thread in threading.enumerate() if thread.name.startswith("fer-")]


def wait_until(condition: Callable[[], bool], timeout_s: float = 5.0) -> None:
    end = time.perf_counter() + timeout_s
    while not condition():
        assert time.perf_counter() < end, "it did not happen in time"
        time.sleep(0.01)


def test_an_analysed_file_loses_no_frame_however_slow_vision_is() -> None:
    with running(FakeClip(frames=40), SlowVision(0.005), pace=Pace.EVERY_FRAME) as (engine, results):
        assert engine.wait(20)
        assert [result.frame.index for result in results] == list(range(40))
        assert all(result.analysed and result.dropped_before == 0 for result in results)
        counters = engine.counters()
        assert (counters.read, counters.analysed, counters.dropped) == (40, 40, 0)
        assert engine.state is EngineState.ENDED


def test_every_third_frame_is_analysed_and_the_others_are_told_as_such() -> None:
    with running(FakeClip(frames=10), pace=Pace.EVERY_FRAME, every=3) as (engine, results):
        assert engine.wait(20)
    assert [result.frame.index for result in results] == list(range(10))
    assert [result.frame.index for result in results if result.analysed] == [0, 3, 6, 9]
    skipped = [result for result in results if not result.analysed]
    assert {result.reason for result in skipped} == {"not_analysed"}
    assert [result.dropped_before for result in results if result.analysed] == [0, 2, 2, 2]


def test_only_the_asked_stretch_of_a_file_is_analysed() -> None:
    with running(FakeClip(frames=100), pace=Pace.EVERY_FRAME, start_s=1.0, end_s=2.0) as (engine, results):
        assert engine.wait(20)
    assert [result.frame.index for result in results] == list(range(25, 50))


def test_a_camera_is_not_waited_for_and_every_frame_is_accounted_for() -> None:
    with running(FakeCamera(fps=60), SlowVision(0.06)) as (engine, results):
        wait_until(lambda: len(results) > 40, 10)
        counters = engine.counters()
        assert counters.dropped > counters.analysed
    indices = [result.frame.index for result in results]
    assert indices == list(range(indices[0], indices[0] + len(indices))), "in order, none missing"
    analysed = [result for result in results if result.analysed]
    assert max(result.latency_ms or 0 for result in analysed) < 400, "old frames are not queued up"


def test_the_camera_begins_only_when_the_network_is_ready() -> None:
    ready_s: list[float] = []

    def load() -> Vision:
        time.sleep(0.3)
        ready_s.append(time.perf_counter())
        return as_vision(FakeVision())

    results: list[Result] = []
    engine = Engine(FakeCamera(), load, [results.append])
    engine.start()
    try:
        wait_until(lambda: len(results) > 3)
    finally:
        engine.stop()
    assert results[0].frame.index == 0
    assert results[0].frame.captured_s >= ready_s[0]


def test_a_lost_camera_is_a_state_and_comes_back() -> None:
    camera = FakeCamera()
    with running(camera) as (engine, results):
        wait_until(lambda: len(results) > 3)
        camera.unplug()
        wait_until(lambda: engine.state is EngineState.LOST)
        before = len(results)
        camera.plug_in()
        wait_until(lambda: engine.state is EngineState.RUNNING and len(results) > before + 3)
        assert engine.error is None


def test_pausing_a_camera_passes_its_frames_over() -> None:
    with running(FakeCamera(fps=60)) as (engine, results):
        wait_until(lambda: len(results) > 3)
        engine.pause()
        wait_until(lambda: engine.state is EngineState.PAUSED)
        time.sleep(0.1)
        start = len(results)
        wait_until(lambda: len(results) > start + 3)
        assert not any(result.analysed for result in results[start:])
        engine.resume()
        wait_until(lambda: results[-1].analysed)


def test_a_played_file_takes_its_own_time() -> None:
    started = time.perf_counter()
    with running(FakeClip(frames=15)) as (engine, results):
        assert engine.wait(10)
        took = time.perf_counter() - started
        assert engine.state is EngineState.ENDED
    assert took >= 14 / 25
    assert results[-1].frame.index == 14


def test_pausing_a_file_holds_the_picture_and_resuming_goes_on_from_there() -> None:
    with running(FakeClip(frames=100)) as (engine, results):
        wait_until(lambda: len(results) > 3)
        engine.pause()
        wait_until(lambda: engine.state is EngineState.PAUSED)
        time.sleep(0.15)
        held = len(results)
        time.sleep(0.15)
        assert len(results) == held
        engine.resume()
        wait_until(lambda: len(results) > held + 3)
    indices = [result.frame.index for result in results]
    assert indices == sorted(set(indices)), "no frame twice, none missing in between"


def test_seeking_a_paused_file_shows_that_frame_and_stays_paused() -> None:
    with running(FakeClip(frames=100)) as (engine, results):
        wait_until(lambda: len(results) > 2)
        engine.pause()
        wait_until(lambda: engine.state is EngineState.PAUSED)
        engine.seek(60)
        wait_until(lambda: results[-1].frame.index == 60)
        engine.step(-1)
        wait_until(lambda: results[-1].frame.index == 59)
        engine.seek_time(3.0)
        wait_until(lambda: results[-1].frame.index == 75)
        time.sleep(0.1)
        assert results[-1].frame.index == 75
        assert engine.state is EngineState.PAUSED


def test_a_file_that_has_ended_plays_again_from_its_beginning() -> None:
    with running(FakeClip(frames=5)) as (engine, results):
        wait_until(lambda: engine.state is EngineState.ENDED)
        engine.resume()
        wait_until(lambda: len(results) >= 10)
    assert results[5].frame.index == 0


def test_a_file_that_has_ended_can_be_sought() -> None:
    with running(FakeClip(frames=20)) as (engine, results):
        wait_until(lambda: engine.state is EngineState.ENDED)
        engine.step(-3)
        wait_until(lambda: results[-1].frame.index == 16)
        wait_until(lambda: engine.state is EngineState.PAUSED)


def test_a_source_that_cannot_be_opened_is_a_failed_state_with_its_sentence() -> None:
    camera = FakeCamera()
    camera.fails_with = SourceError("The camera is used by another program.", "Close it.")
    with running(camera) as (engine, results):
        assert engine.wait(5)
        assert engine.state is EngineState.FAILED
        assert engine.error is camera.fails_with
        assert camera.closed.wait(2)
    assert results == []


def test_a_model_that_cannot_be_loaded_is_a_failed_state_and_closes_the_camera() -> None:
    def load() -> Vision:
        raise ModelError("x.onnx is not a network.", "Choose another one.")

    camera = FakeCamera()
    engine = Engine(camera, load)
    engine.start()
    assert engine.wait(5)
    assert engine.state is EngineState.FAILED
    assert str(engine.error) == "x.onnx is not a network. Choose another one."
    assert camera.closed.wait(2)
    engine.stop()


def test_a_frame_that_breaks_vision_is_an_error_row_and_the_next_goes_on() -> None:
    vision = BrokenVision(lambda look: look == 2)
    with running(FakeClip(frames=6), vision, pace=Pace.EVERY_FRAME) as (engine, results):
        assert engine.wait(10)
        assert engine.error is None
    assert [result.reason for result in results] == ["", "", "error", "", "", ""]


def test_vision_that_always_breaks_ends_with_a_sentence() -> None:
    with running(FakeClip(frames=100), BrokenVision(lambda _: True), pace=Pace.EVERY_FRAME) as (engine, _):
        assert engine.wait(10)
        assert engine.state is EngineState.FAILED
        assert "fails on every frame" in str(engine.error)


def test_preparing_happens_before_the_first_frame_and_may_refuse() -> None:
    seen: list[SourceInfo] = []
    with running(FakeClip(frames=3), pace=Pace.EVERY_FRAME, prepare=lambda info, _: seen.append(info)) as (
        engine,
        results,
    ):
        assert engine.wait(5)
        assert len(results) == 3
    assert [info.name for info in seen] == ["clip.mp4"]

    def refuse(_info: SourceInfo, _vision: Vision) -> None:
        raise UserError("The folder is not writable.", "Choose another one.")

    with running(FakeClip(), pace=Pace.EVERY_FRAME, prepare=refuse) as (engine, results):
        assert engine.wait(5)
        assert engine.state is EngineState.FAILED
    assert results == []


def test_stopping_is_quick_at_any_moment_and_may_be_said_twice() -> None:
    for delay in (0.0, 0.02, 0.2):
        engine = Engine(FakeCamera(), lambda: as_vision(SlowVision(0.05)))
        engine.start()
        time.sleep(delay)
        started = time.perf_counter()
        engine.stop()
        engine.stop()
        assert time.perf_counter() - started < 2
        assert engine.state is EngineState.STOPPED


def test_smoothed_values_follow_the_raw_ones() -> None:
    with running(FakeClip(frames=10), pace=Pace.EVERY_FRAME) as (engine, results):
        assert engine.wait(10)
    face = results[-1].faces[0]
    assert face.smoothed.argmax() == face.reading.probabilities.argmax()
    assert face.smoothed.sum() == pytest.approx(1, abs=1e-5)


def test_passed_over_frames_hold_no_pictures() -> None:
    with running(FakeClip(frames=10), pace=Pace.EVERY_FRAME, every=5) as (engine, results):
        assert engine.wait(10)
    frames: list[Frame] = [result.frame for result in results if not result.analysed]
    assert all(frame.image.size == 0 for frame in frames)
    assert results[0].frame.image.dtype == np.uint8
