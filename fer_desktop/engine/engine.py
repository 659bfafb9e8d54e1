"""Frames from a source through vision to observers, in two threads.

The capture thread reads and paces; the vision thread looks, smooths and tells the observers. Live
sources and played files are handed over "latest wins"; an analysed file loses no frame.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from enum import Enum
from typing import Final

from fer_desktop.capture.frame import Frame
from fer_desktop.capture.source import Shortfall, Source, SourceInfo, SourceKind
from fer_desktop.engine.baseline import Baselines
from fer_desktop.engine.counters import Counters, Tally
from fer_desktop.engine.handover import Delivery, Handover, without_image
from fer_desktop.engine.reader import EngineState, Reader
from fer_desktop.engine.result import ERROR, NOT_ANALYSED, Result
from fer_desktop.engine.smoothing import TAU_S, Smoother
from fer_desktop.errors import UserError
from fer_desktop.vision.vision import Vision

log = logging.getLogger(__name__)

Observer = Callable[[Result], None]
"""Called in the vision thread for every frame read, in order; must return quickly."""

_BROKEN_AFTER: Final = 30
_STILL_KINDS: Final = {SourceKind.PHOTO, SourceKind.FOLDER}


def not_loaded(error: Exception) -> UserError:
    """What is told where a network cannot be loaded and nobody foresaw why."""
    # A thread that dies silently would leave a source that never opens: any fault is shown.
    log.error("a network could not be loaded", exc_info=error)
    return UserError(f"The network could not be loaded ({error}).", "Choose another one in the settings.")


class Pace(Enum):
    """How a source is read."""

    LATEST = "latest"
    """In real time; a frame that comes while vision is busy replaces the one that waits."""
    EVERY_FRAME = "every frame"
    """As fast as vision goes, without any loss; for files."""


class Engine:
    """Runs one source through vision. Made once per source; `start`, then `stop`."""

    def __init__(
        self,
        source: Source,
        load_vision: Callable[[], Vision],
        observers: Sequence[Observer] = (),
        *,
        pace: Pace = Pace.LATEST,
        every: int = 1,
        start_s: float | None = None,
        end_s: float | None = None,
        smoothing_s: float = TAU_S,
        prepare: Callable[[SourceInfo, Vision], None] | None = None,
    ) -> None:
        """`every` n analyses each n-th frame only; `start_s` and `end_s` are media times of a file.

        `prepare` is called once when source and network are ready and no frame has been read; a
        `UserError` that it raises fails the engine.
        """
        self.source = source
        self.error: UserError | None = None
        self.vision: Vision | None = None
        self.baselines: Baselines | None = None
        """Of the faces of this source; None until the network is loaded."""
        self._load_vision = load_vision
        self._prepare = prepare
        self._observers = list(observers)
        self._observers_lock = threading.Lock()
        self._every = every
        self._smoothing_s = smoothing_s
        self._tally = Tally()
        self._handover = Handover(latest_wins=pace is Pace.LATEST)
        self._stop = threading.Event()
        self._finished = threading.Event()
        self._reader = Reader(
            source,
            self._handover,
            self._tally,
            self._stop,
            paced=pace is Pace.LATEST,
            start_s=start_s,
            end_s=end_s,
        )
        self._threads = [
            threading.Thread(target=self._capture, name="fer-capture", daemon=True),
            threading.Thread(target=self._look, name="fer-vision", daemon=True),
        ]
        self._vision_ready = threading.Event()
        self._shown_index = -1
        self._dropped_before = 0
        self._failures = 0

    @property
    def state(self) -> EngineState:
        """Where the engine stands; `FAILED` has an `error`."""
        return EngineState.FAILED if self.error is not None else self._reader.state

    @property
    def info(self) -> SourceInfo | None:
        """What the source said of itself once it was open."""
        return self._reader.info

    @property
    def shortfall(self) -> Shortfall | None:
        """What a file that was read to its end announces and did not give; None: nothing."""
        return self._reader.shortfall

    def counters(self) -> Counters:
        return self._tally.counters()

    def start(self) -> None:
        """Begin; returns at once. The source and the network are opened by their threads."""
        self._reader.state = EngineState.OPENING
        for thread in self._threads:
            thread.start()

    def stop(self, timeout_s: float = 3.0) -> None:
        """End both threads and close the source. May be called twice."""
        self._stop.set()
        self._reader.wake()
        self._vision_ready.set()
        self._handover.close()
        for thread in self._threads:
            if thread.is_alive() and thread is not threading.current_thread():
                thread.join(timeout_s)
                if thread.is_alive():
                    log.warning("the thread %s did not end within %.0f s", thread.name, timeout_s)
        if self._reader.state is not EngineState.FAILED:
            self._reader.state = EngineState.STOPPED

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait until the source has ended and all was analysed, or the engine failed."""
        return self._finished.wait(timeout_s)

    def pause(self) -> None:
        """Hold still. A live source goes on being read, its frames are passed over."""
        self._reader.pause()

    def resume(self) -> None:
        """Go on; a file that has ended starts again from its beginning."""
        self._reader.resume()

    def toggle_pause(self) -> None:
        if self.state is EngineState.RUNNING:
            self.pause()
        else:
            self.resume()

    def seek(self, index: int) -> None:
        """Show the frame with this index next (files and folders); a paused file stays paused."""
        self._reader.seek(index)

    def seek_time(self, media_t_s: float) -> None:
        """Show the frame that is on screen at this media time."""
        self._reader.seek_time(media_t_s)

    def step(self, frames: int) -> None:
        """Go some frames forward or back from the one that was shown last, and hold there."""
        self._reader.pause()
        self._reader.seek(max(0, self._shown_index + frames))

    def add_observer(self, observer: Observer) -> None:
        with self._observers_lock:
            self._observers.append(observer)

    def remove_observer(self, observer: Observer) -> None:
        with self._observers_lock:
            self._observers.remove(observer)

    def _capture(self) -> None:
        try:
            self._reader.open()
            self._vision_ready.wait()
            if self._stop.is_set() or self.info is None or self.vision is None:
                return
            if self._prepare is not None:
                self._prepare(self.info, self.vision)
            self._reader.run()
        except UserError as error:
            self._fail(error)
        except Exception as error:
            # A thread that dies silently would leave a frozen window: any fault is shown.
            log.exception("capture failed")
            self._fail(UserError(f"Reading {self.source.name} failed: {error}", "Open it again."))
        finally:
            self.source.close()

    def _look(self) -> None:
        try:
            self.vision = self._load_vision()
        except UserError as error:
            self._fail(error)
            return
        except Exception as error:
            self._fail(not_loaded(error))
            return
        finally:
            self._vision_ready.set()
        head = self.vision.model.heads[0]
        self.baselines = Baselines(head)
        smoother = Smoother(head, self._smoothing_s)
        while not self._stop.is_set():
            delivery = self._handover.take(timeout_s=0.2)
            if delivery is not None:
                try:
                    self._deliver(delivery, self.vision, smoother)
                except UserError as error:
                    self._fail(error)
                    return
                except Exception as error:
                    log.exception("an observer failed")
                    self._fail(UserError(f"Analysing {self.source.name} failed: {error}", "Open it again."))
                    return

    def _deliver(self, delivery: Delivery, vision: Vision, smoother: Smoother) -> None:
        for frame in delivery.passed_over:
            self._pass_over(frame)
        if delivery.frame is not None:
            self._look_at(delivery.frame, vision, smoother)
        if delivery.ended:
            self._reader.ended()
            self._finished.set()

    def _look_at(self, frame: Frame, vision: Vision, smoother: Smoother) -> None:
        if self._every > 1 and frame.index % self._every:
            self._pass_over(without_image(frame))
            return
        self._shown_index = frame.index
        self._tell(self._analyse(frame, vision, smoother))
        self._dropped_before = 0

    def _pass_over(self, frame: Frame) -> None:
        self._tally.dropped()
        self._tell(Result(frame, (), NOT_ANALYSED, None, None, self._dropped_before))
        self._dropped_before += 1

    def _analyse(self, frame: Frame, vision: Vision, smoother: Smoother) -> Result:
        t_s = frame.captured_s if frame.media_t_s is None else frame.media_t_s
        kind = self.info.kind if self.info is not None else None
        try:
            sight = vision.look(frame.image, t_s, still=kind in _STILL_KINDS)
        except Exception as error:
            # One broken picture must not end a session; many in a row are a fault to be told.
            log.exception("frame %d could not be analysed", frame.index)
            self._failures += 1
            if self._failures >= _BROKEN_AFTER:
                raise UserError(
                    f"The network fails on every frame: {error}", "Choose another model."
                ) from error
            self._tally.analysed(faceless=True)
            return Result(frame, (), ERROR, None, None, self._dropped_before)
        self._failures = 0
        baselines = self.baselines
        assert baselines is not None
        baselines.observe(sight.faces, t_s)
        faces = smoother.smooth(sight.faces, t_s, baselines.correction)
        latency_ms = 1000 * (time.perf_counter() - frame.captured_s)
        infer_ms = sight.detect_ms + sight.classify_ms
        self._tally.analysed(faceless=not faces)
        return Result(frame, faces, sight.reason, infer_ms, latency_ms, self._dropped_before)

    def _tell(self, result: Result) -> None:
        with self._observers_lock:
            observers = tuple(self._observers)
        for observer in observers:
            observer(result)

    def _fail(self, error: UserError) -> None:
        self.error = error
        self._finished.set()
        self._stop.set()
        self._reader.wake()
        self._vision_ready.set()
        self._handover.close()
