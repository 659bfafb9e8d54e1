"""Analysing sources without a window: each becomes a session folder, no frame of a file is lost."""

from __future__ import annotations

import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fer_desktop import paths
from fer_desktop.capture.choose import make_source
from fer_desktop.capture.source import SourceInfo, SourceKind
from fer_desktop.engine.engine import Engine, Pace
from fer_desktop.engine.result import Result
from fer_desktop.errors import UserError
from fer_desktop.link.live import OFF, LinkChoice, LiveLink, linked
from fer_desktop.link.markers import Marker
from fer_desktop.session.delay import delay_of
from fer_desktop.session.events import MARKER
from fer_desktop.session.recorder import Recorder
from fer_desktop.session.subject import NOBODY, Subject
from fer_desktop.vision.vision import Vision

_LIVE_KINDS = {SourceKind.CAMERA, SourceKind.STREAM}
_POLL_S = 0.1


@dataclass(frozen=True, slots=True)
class Options:
    """How to analyse; stored with each session."""

    model: Path | None = None
    detector: str = "cascade"
    provider: str = "auto"
    every: int = 1
    start_s: float | None = None
    end_s: float | None = None
    link: LinkChoice = OFF
    subject: Subject = NOBODY
    delays: tuple[str, ...] = ()
    """Results of the delay self-test, as the settings keep them."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an analysis is. `total` is None where the source does not know its end."""

    done: int
    total: int | None
    provider: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an analysis left behind."""

    folder: Path
    frames: int
    analysed: int
    faceless: int
    labels: dict[str, int]
    """Faces per label, most frequent first."""
    complete: bool
    """False if it was stopped before the source's end."""


class _Keeper:
    """Starts the recorder once source and network are known, passes results on, and counts."""

    def __init__(self, out: Path, options: Options) -> None:
        self.recorder: Recorder | None = None
        self.frames = 0
        self.labels: Counter[str] = Counter()
        self.link: LiveLink | None = None
        self._names: tuple[str, ...] = ()
        self._out = out
        self._options = options

    def start(self, info: SourceInfo, vision: Vision) -> None:
        settings = {
            "detector": vision.detector_name,
            "every": self._options.every,
            "start_s": self._options.start_s,
            "end_s": self._options.end_s,
        }
        recorder = Recorder(
            self._out,
            info,
            vision.model,
            vision.provider,
            settings,
            block=not info.live,
            subject=self._options.subject,
            delay=delay_of(self._options.delays, info),
        )
        recorder.start()
        self.recorder = recorder
        self._names = vision.labels

    def keep(self, result: Result) -> None:
        assert self.recorder is not None, "the engine prepares before it reads"
        if self.recorder.error is not None:
            raise self.recorder.error
        self.recorder(result)
        if self.link is not None:
            self.link.observe(result, self._names)
        self.frames += 1
        self.labels.update(face.reading.label for face in result.faces)

    def take_marker(self, marker: Marker) -> None:
        """Another program's marker becomes an event of the session."""
        if self.recorder is not None:
            self.recorder.event(MARKER, marker.text, marker.detail, perf_s=marker.perf_s)


def analyse(
    text: str, out: Path, options: Options, report: Callable[[Progress], None] = lambda _: None
) -> Outcome:
    """Analyse one source into a new session folder within `out`.

    Raises `UserError` if it cannot be opened, linked, read or written; what was written until then is kept.
    A `KeyboardInterrupt` while it runs ends it early: the outcome then is not `complete`.
    """
    source = make_source(text)
    live = source.kind in _LIVE_KINDS
    keeper = _Keeper(out, options)
    model = options.model or paths.default_model()
    engine = Engine(
        source,
        lambda: Vision(model, options.detector, options.provider),
        [keeper.keep],
        pace=Pace.LATEST if live else Pace.EVERY_FRAME,
        every=options.every,
        start_s=options.start_s,
        end_s=options.end_s,
        prepare=keeper.start,
    )
    with linked(options.link, keeper.take_marker) as keeper.link, noted_interrupt() as interrupted:
        engine.start()
        try:
            while not engine.wait(_POLL_S) and not interrupted.is_set():
                report(_progress(engine, keeper))
        except KeyboardInterrupt:
            interrupted.set()
        finally:
            engine.stop()
        report(_progress(engine, keeper))
        return _finish(engine, keeper, interrupted=interrupted.is_set())


@contextmanager
def noted_interrupt() -> Iterator[threading.Event]:
    """Ctrl-C only sets an event, so that a second one cannot cut off the end of what the first one asked for.

    Only the main thread is interrupted at all.
    """
    interrupted = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield interrupted
        return
    before = signal.signal(signal.SIGINT, lambda _signal, _frame: interrupted.set())
    try:
        yield interrupted
    finally:
        signal.signal(signal.SIGINT, before)


def _progress(engine: Engine, keeper: _Keeper) -> Progress:
    total = engine.info.frame_count if engine.info is not None else None
    return Progress(keeper.frames, total, engine.vision.provider if engine.vision is not None else "")


def _finish(engine: Engine, keeper: _Keeper, *, interrupted: bool) -> Outcome:
    complete = engine.error is None and not interrupted
    if keeper.recorder is None:
        raise engine.error or UserError("Stopped before the first frame.", "Nothing was written.")
    try:
        folder = keeper.recorder.stop(complete=complete)
    except UserError as error:
        raise engine.error or error from error
    if engine.error is not None:
        raise engine.error
    counters = engine.counters()
    labels = dict(keeper.labels.most_common())
    return Outcome(folder, keeper.frames, counters.analysed, counters.faceless, labels, complete)
