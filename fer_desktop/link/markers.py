"""Markers of other programs, such as a stimulus presentation, received over the Lab Streaming Layer."""

from __future__ import annotations

import logging
import platform
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from fer_desktop.errors import LinkError
from fer_desktop.link.lsl import MARKERS, load_pylsl, offset_to

ANY: Final = "any"
_POLL_S: Final = 0.05
"""Markers carry their own times, so that this is no loss of precision."""
_LOOK_S: Final = 1.0
_ANSWER_S: Final = 1.0
_AGAIN_S: Final = 10.0
"""For so long a clock that did not answer is not asked again: each time costs `_ANSWER_S`."""
_AHEAD_S: Final = 5.0
"""A marker cannot have been set after it came; up to here two clocks may disagree."""
_STOP_S: Final = 3.0
_LONGEST: Final = 500

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Marker:
    """What another program said, and when."""

    perf_s: float
    """On the clock of `time.perf_counter()`."""
    text: str
    stream: str
    doubt: str = ""
    """Why the time is that of arrival; empty: it is the sender's own."""

    @property
    def exact(self) -> bool:
        """Whether the time is that at which it was set."""
        return not self.doubt

    @property
    def detail(self) -> str:
        """Where it came from, as a sentence of events.csv."""
        note = f"; time of arrival, as {self.doubt}" if self.doubt else ""
        return f"LSL stream {self.stream}{note}"


class MarkerInlet:
    """Listens in a thread of its own to marker streams that may come, go and come back."""

    def __init__(self, stream: str, take: Callable[[Marker], object]) -> None:
        """`stream`: the name of one, or `any`. `take` is called in the thread."""
        self._wanted = stream
        self._take = take
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="link-markers", daemon=True)
        self._opened = threading.Event()
        self.error: LinkError | None = None
        """Why nothing is received."""

    def start(self) -> None:
        self._thread.start()

    def wait_opened(self, timeout_s: float) -> None:
        """Wait until it listens; raises `LinkError` where it cannot."""
        self._opened.wait(timeout_s)
        if self.error is not None:
            raise self.error

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(_STOP_S)
        if self._thread.is_alive():
            log.warning("listening to markers did not end within %.0f s", _STOP_S)

    def _run(self) -> None:
        try:
            pylsl = load_pylsl()
        except LinkError as error:
            self.error = error
            return
        finally:
            self._opened.set()
        resolver = pylsl.ContinuousResolver(prop="type", value="Markers")
        streams: dict[str, _Stream] = {}
        looked_s = 0.0
        while not self._stop.wait(_POLL_S):
            if time.perf_counter() - looked_s >= _LOOK_S:
                looked_s = time.perf_counter()
                self._look(pylsl, resolver, streams)
            for uid, stream in list(streams.items()):
                if self._stop.is_set():
                    return
                try:
                    for marker in stream.markers():
                        self._take(marker)
                except Exception as error:  # the library has names of its own for a stream that is gone
                    log.info("the marker stream %s is lost: %s", stream.name, error)
                    del streams[uid]

    def _look(self, pylsl: Any, resolver: Any, streams: dict[str, _Stream]) -> None:
        for info in resolver.results():
            name = info.name()
            wanted = name == self._wanted or (self._wanted == ANY and name != MARKERS)
            if not wanted or info.uid() in streams or self._stop.is_set():
                continue
            try:
                streams[info.uid()] = _Stream(pylsl, info)
            except Exception as error:  # it may have gone this very moment
                log.info("the marker stream %s cannot be opened: %s", name, error)


class _Stream:
    def __init__(self, pylsl: Any, info: Any) -> None:
        self.name = info.name()
        self._pylsl = pylsl
        # Without recovery a lost stream says so; it is found again by name.
        self._inlet = pylsl.StreamInlet(info, recover=False)
        self._inlet.open_stream(timeout=_ANSWER_S)
        self._here = info.hostname() == platform.node()
        self._ask_from_s = time.perf_counter()

    def markers(self) -> Iterator[Marker]:
        """What has come since the last time."""
        # Bytes: a text that is not UTF-8 would cost this marker and all that came with it.
        samples, stamps = self._inlet.pull_chunk(timeout=0.0, as_numpy=True)
        if not len(stamps):
            return
        came_s = time.perf_counter()
        to_perf_s = self._to_perf_s()
        for values, stamp in zip(samples.tolist(), stamps.tolist(), strict=True):
            text = " ".join(_text(value) for value in values)[:_LONGEST]
            set_s, doubt = came_s, "the sender's clock did not answer"
            if to_perf_s is not None:
                set_s, doubt = stamp + to_perf_s, ""
                if not set_s <= came_s + _AHEAD_S:  # nor is NaN a time
                    set_s, doubt = came_s, "the sender's stamps are of another clock"
            yield Marker(set_s, text, self.name, doubt)

    def _to_perf_s(self) -> float | None:
        """What makes a stamp of the sender one of `perf_counter`; None while its clock does not answer."""
        # On one computer all programs share the library's clock.
        correction = 0.0
        if not self._here:
            if time.perf_counter() < self._ask_from_s:
                return None
            try:
                correction = self._inlet.time_correction(timeout=_ANSWER_S)
            except Exception:  # its own TimeoutError or LostError; firewalls let the data through, not this
                self._ask_from_s = time.perf_counter() + _AGAIN_S
                return None
        return correction - offset_to(self._pylsl.local_clock)


def _text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
