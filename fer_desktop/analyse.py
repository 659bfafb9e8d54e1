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
from fer_desktop.capture.fingerprint import fingerprint
from fer_desktop.capture.source import SourceInfo, SourceKind
from fer_desktop.engine.engine import Engine, Pace
from fer_desktop.engine.result import Result
from fer_desktop.errors import UserError
from fer_desktop.link.live import OFF, LinkChoice, LiveLink, linked
from fer_desktop.link.markers import Marker
from fer_desktop.session.delay import delay_of
from fer_desktop.session.events import UNREADABLE, unreadable_detail
from fer_desktop.session.recorder import Recorder
from fer_desktop.session.subject import NOBODY, Subject
from fer_desktop.vision.vision import Vision

_LIVE_KINDS = {SourceKind.CAMERA, SourceKind.STREAM}
_POLL_S = 0.1


@dataclass(frozen=True, slots=True)
class Options:
    """How to analyse."""

    model: str = ""
    """Name of a network that the program brings along, or a path; empty: the default one."""
    detector: str = ""
    """`face_detector` (or empty) for the one that comes along, `cascade`, or a path."""
    provider: str = "auto"
    every: int = 1
    start_s: float | None = None
    end_s: float | None = None
    threads: int | None = None
    """Of the network on the CPU; changes nothing but the speed. None takes those that there are."""
    link: LinkChoice = OFF
    subject: Subject = NOBODY
    delays: tuple[str, ...] = ()
    """Results of the delay self-test, as the settings keep them."""


def settings_of(options: Options, detector: str, detector_sha256: str | None) -> dict[str, object]:
    """What shapes the numbers besides source and network; stored with each session."""
    return {
        "detector": detector,
        "detector_sha256": detector_sha256,
        "every": options.every,
        "start_s": options.start_s,
        "end_s": options.end_s,
    }


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an analysis is. `total` is None where the source does not know its end."""

    done: int
    total: int | None
    provider: str
    """What really runs the network, or what else is done."""


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
    unread: str = ""
    """What of the file could not be read, as a sentence; empty if it gave all that it announces."""


class _Keeper:
    """Starts the recorder once source and network are known, passes results on, and counts."""

    def __init__(self, out: Path, options: Options, source_sha256: str | None) -> None:
        self.recorder: Recorder | None = None
        self.frames = 0
        self.labels: Counter[str] = Counter()
        self.link: LiveLink | None = None
        self._names: tuple[str, ...] = ()
        self._out = out
        self._options = options
        self._source_sha256 = source_sha256

    def start(self, info: SourceInfo, vision: Vision) -> None:
        recorder = Recorder(
            self._out,
            info,
            vision.model,
            vision.provider,
            settings_of(self._options, vision.detector_name, vision.detector_sha256),
            source_sha256=self._source_sha256,
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
            self.recorder.others_marker(marker.text, marker.detail, marker.perf_s)


def analyse(
    text: str,
    out: Path,
    options: Options,
    report: Callable[[Progress], None] = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
    *,
    source_sha256: str | None = None,
) -> Outcome:
    """Analyse one source into a new session folder within `out`; its `fingerprint`, if it is known already.

    Raises `UserError` if it cannot be opened, linked, read or written; what was written until then is kept.
    Ctrl-C, or `stop` (asked ten times a second), ends it early: the outcome then is not `complete`.
    """
    source = make_source(text)
    live = source.kind in _LIVE_KINDS
    keeper = _Keeper(out, options, source_sha256 or fingerprint(source))
    model = paths.find_model(options.model)
    engine = Engine(
        source,
        lambda: Vision(model, options.detector, options.provider, options.threads, thrifty=live),
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
                if stop():
                    interrupted.set()
        except KeyboardInterrupt:
            interrupted.set()
        finally:
            engine.stop()
        report(_progress(engine, keeper))
        return _finish(engine, keeper, interrupted=interrupted.is_set())


@contextmanager
def noted_interrupt() -> Iterator[threading.Event]:
    """Ctrl-C only sets an event, so that a second one cannot cut off the end of what the first one asked for.

    After one, further ones are ignored for as long as the program still lives.

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
        # Who asked to stop is being obeyed; asking again must not cut off what is said in the end.
        obeyed = interrupted.is_set() or signal.getsignal(signal.SIGINT) == signal.SIG_IGN
        signal.signal(signal.SIGINT, signal.SIG_IGN if obeyed else before)


def _progress(engine: Engine, keeper: _Keeper) -> Progress:
    total = engine.info.frame_count if engine.info is not None else None
    return Progress(keeper.frames, total, engine.vision.provider if engine.vision is not None else "")


def _finish(engine: Engine, keeper: _Keeper, *, interrupted: bool) -> Outcome:
    complete = engine.error is None and not interrupted
    if keeper.recorder is None:
        raise engine.error or UserError("Stopped before the first frame.", "Nothing was written.")
    unread = unreadable_detail(engine.shortfall) if complete and engine.shortfall is not None else ""
    if unread:
        keeper.recorder.event(UNREADABLE, detail=unread)
    try:
        folder = keeper.recorder.stop(complete=complete)
    except UserError as error:
        raise engine.error or error from error
    if engine.error is not None:
        raise engine.error
    counters = engine.counters()
    labels = dict(keeper.labels.most_common())
    return Outcome(folder, keeper.frames, counters.analysed, counters.faceless, labels, complete, unread)
