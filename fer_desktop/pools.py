"""Where sources are analysed: in this process, or in some of this computer (`cluster.py` has others)."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from multiprocessing.sharedctypes import RawArray
from typing import Any, Final, TypeVar

from fer_desktop.analyse import Progress
from fer_desktop.work import Done, Work, carry_out, look_at

_UNKNOWN: Final = -1
_LAST_BREATH_S: Final = 10.0

Value = TypeVar("Value")

Show = Callable[[int, Progress], None]
"""Takes the place (0 to `width` - 1) that a source is analysed at, and how far it is."""


class Pool(ABC):
    """Runs work at `width` places at once. Used from one thread."""

    width: int = 1
    threads: int | None = None
    """For each network, so that all places together do not ask for more processors than there are."""

    @abstractmethod
    def look_at(self, source: str) -> Future[str | None]: ...

    @abstractmethod
    def carry_out(self, work: Work, place: int) -> Future[Done]: ...

    def poll(self) -> None:
        """Show how far the work is, where it does not show itself."""
        return

    def stop(self) -> None:
        """Ask what runs to end early and keep what it has."""
        return

    def restart(self) -> None:
        """Begin again after a process has died."""
        raise NotImplementedError

    def close(self) -> None:
        """Give everything back; waits for what runs."""
        return


class Here(Pool):
    """One source after the other in this process."""

    def __init__(self, show: Show) -> None:
        self._show = show

    def look_at(self, source: str) -> Future[str | None]:
        return _ended(look_at(source))

    def carry_out(self, work: Work, place: int) -> Future[Done]:
        return _ended(carry_out(work, lambda progress: self._show(place, progress), lambda: False))


def _ended(value: Value) -> Future[Value]:
    future: Future[Value] = Future()
    future.set_result(value)
    return future


class Processes(Pool):
    """Worker processes of this computer, each with its share of the processors."""

    def __init__(self, jobs: int, show: Show) -> None:
        self.width = jobs
        self.threads = max(1, min(4, (os.cpu_count() or 1) // jobs))
        self._show = show
        # [stop, done of place 0, total of place 0, done of place 1, ...]: no lock that could be left locked.
        self._shared = RawArray("q", 1 + 2 * jobs)
        self._executor = self._start()

    def look_at(self, source: str) -> Future[str | None]:
        return self._executor.submit(look_at, source)

    def carry_out(self, work: Work, place: int) -> Future[Done]:
        self._shared[1 + 2 * place : 3 + 2 * place] = [0, _UNKNOWN]
        return self._executor.submit(_carry_out_in_worker, work, place)

    def poll(self) -> None:
        for place in range(self.width):
            done, total = self._shared[1 + 2 * place : 3 + 2 * place]
            self._show(place, Progress(done, None if total == _UNKNOWN else total, ""))

    def stop(self) -> None:
        self._shared[0] = 1

    def restart(self) -> None:
        self._executor.shutdown(wait=False)
        self._executor = self._start()

    def close(self) -> None:
        self._executor.shutdown(cancel_futures=True)

    def _start(self) -> Executor:
        # Threads of onnxruntime and OpenCV do not survive a fork.
        return ProcessPoolExecutor(
            self.width,
            multiprocessing.get_context("spawn"),
            _begin_worker,
            (self._shared, logging.getLogger().level),
        )


_shared: Any = None


def _begin_worker(shared: Any, level: int) -> None:
    global _shared  # noqa: PLW0603 - what a process is started with can reach its tasks in no other way
    _shared = shared
    # Ctrl-C reaches all processes of a terminal; ours are told by the first one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.basicConfig(level=level if level == logging.DEBUG else logging.CRITICAL)
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        _shared[0] = 1
        time.sleep(_LAST_BREATH_S)
        os._exit(1)


def _carry_out_in_worker(work: Work, place: int) -> Done:
    def report(progress: Progress) -> None:
        total = _UNKNOWN if progress.total is None else progress.total
        _shared[1 + 2 * place : 3 + 2 * place] = [progress.done, total]

    return carry_out(work, report, lambda: bool(_shared[0]))
