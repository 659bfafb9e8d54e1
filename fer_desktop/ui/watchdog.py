"""Notices when the window does not answer, and writes down what held it up."""

from __future__ import annotations

import faulthandler
import logging
import re
import tempfile
import threading
import time
from typing import Final

log = logging.getLogger(__name__)

STALL_S: Final = 0.05
"""A window that answers later than this is felt to stick."""
_LOOK_S: Final = 0.01
_THREAD: Final = re.compile(
    r"^(?:Current thread|Thread) 0x(?P<ident>[0-9a-f]+).*\n(?P<calls>(?:  .*\n?)*)", re.MULTILINE
)


class Watchdog:
    """A thread that expects `beat` from the thread that made it, and logs that thread's stack if it lacks.

    Each stall is one entry: where the thread was when it was noticed, and how long it lasted.
    """

    def __init__(self, stall_s: float = STALL_S) -> None:
        self._stall_s = stall_s
        self._watched = threading.get_ident()
        self._beat_s = time.perf_counter()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self.stalls = 0
        """How many there were."""

    def start(self) -> None:
        self.beat()
        self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)
        self._thread.start()

    def beat(self) -> None:
        """The window answers."""
        self._beat_s = time.perf_counter()

    def stop(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join(1.0)
            self._thread = None

    def _watch(self) -> None:
        where = ""
        stalled_s = 0.0
        while not self._stop.wait(_LOOK_S):
            late_s = time.perf_counter() - self._beat_s
            if late_s > self._stall_s:
                # The first look is the one that tells: later ones may show what came after.
                where = where or stack_of(self._watched)
                stalled_s = late_s
            elif where:
                self.stalls += 1
                log.warning("the window did not answer for %.0f ms; it was at\n%s", 1000 * stalled_s, where)
                where = ""


def stack_of(ident: int) -> str:
    """Where a thread is, innermost call first, as text.

    Written by `faulthandler`, which looks without holding on: a frame in our hands would keep what it owns
    alive beyond its end, a painter beyond its paint event, and free it in the wrong thread.
    """
    try:
        with tempfile.TemporaryFile() as file:
            faulthandler.dump_traceback(file, all_threads=True)
            file.seek(0)
            text = file.read().decode("utf-8", "replace")
    except OSError:
        text = ""
    for found in _THREAD.finditer(text):
        if int(found["ident"], 16) == ident:
            return found["calls"].rstrip()
    return "an unknown place"
