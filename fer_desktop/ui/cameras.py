"""Which cameras there are, what they can be asked for, and small live pictures of them.

Drivers may be slow to answer or not answer at all: each is asked in a thread of its own.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fer_desktop.capture.modes import Modes
from fer_desktop.capture.source import Source, SourceState
from fer_desktop.errors import UserError
from fer_desktop.ui.feed import for_screen

log = logging.getLogger(__name__)

THUMBNAIL: Final = (320, 180)
"""Pixels within which thumbnails are made."""
_LOOK_EVERY_S: Final = 1.0
_AGAIN_S: Final = 2.0
"""A camera that did not open is tried again after this time: another program may have let it go."""
_JOIN_S: Final = 3.0


@dataclass(frozen=True, slots=True)
class Camera:
    """A camera as lists show it."""

    name: str
    source: str
    """What opens it, like `camera:0`."""
    key: str = ""
    """What it is known by when it is plugged in again."""
    index: int | None = None
    """Its number with the system, where that is known."""


class Preview:
    """One camera that is looked at beside the one in use, from now until `end`."""

    def __init__(self, make: Callable[[], Source]) -> None:
        self._make = make
        self._ending = threading.Event()
        self.began_s = time.perf_counter()
        self.picture: NDArray[np.uint8] | None = None
        """(H, W, 4) BGRA, the newest; nobody may write to it."""
        self.error: UserError | None = None
        """Why there is none."""
        self._thread = threading.Thread(target=self._run, name="fer-preview", daemon=True)
        self._thread.start()

    @property
    def over(self) -> bool:
        """Whether the camera has been given back."""
        return not self._thread.is_alive()

    def end(self) -> None:
        """Give the camera back; returns at once, `over` tells when it is done."""
        self._ending.set()

    def join(self) -> None:
        self._thread.join(_JOIN_S)
        if not self.over:
            log.warning("a camera did not let go of its preview within %.0f s", _JOIN_S)

    def _run(self) -> None:
        source = None
        try:
            source = self._make()
            source.open()
            while not self._ending.is_set() and source.state is SourceState.OPEN:
                frame = source.read()
                if frame is not None:
                    self.picture = for_screen(frame.image, THUMBNAIL)
        except UserError as error:
            self.error = error
        except Exception as error:
            # A thread that dies silently would leave a thumbnail that never comes: the fault is shown.
            log.exception("a preview failed")
            self.error = UserError(f"This camera cannot be shown: {error}")
        finally:
            if source is not None:
                source.close()


class Cameras:
    """`look` once or `watch` while cameras are listed, `look_at` those that are to be seen, `stop` last."""

    def __init__(
        self,
        find: Callable[[], Sequence[Camera]],
        modes: Callable[[Camera], Modes],
        preview: Callable[[Camera], Source],
    ) -> None:
        self._find = find
        self._modes = modes
        self._preview = preview
        self._previews: dict[Camera, Preview] = {}
        self._leaving: list[Preview] = []
        self._stopped = threading.Event()
        self._watching: list[threading.Thread] = []
        self._looking: threading.Thread | None = None
        self.known: tuple[Camera, ...] | None = None
        """The cameras that were plugged in when somebody last looked; None before the first answer."""
        self.found: tuple[tuple[Camera, Modes], ...] | None = None
        """The cameras that are plugged in, with what they can be asked for; None until they are known."""

    @property
    def keys(self) -> frozenset[str]:
        """Those of the cameras that are known."""
        return frozenset(camera.key for camera in self.known or ())

    @property
    def looking(self) -> bool:
        """Whether a `look` has not been answered yet."""
        return self._looking is not None and self._looking.is_alive()

    def look(self) -> None:
        """Begin to ask once what is plugged in; returns at once."""
        if not self.looking:
            self._looking = threading.Thread(target=self._ask, name="fer-cameras", daemon=True)
            self._looking.start()

    def watch(self) -> None:
        """Begin to look once a second for what is plugged in or out."""
        self.found = None
        self._stopped = stopped = threading.Event()
        thread = threading.Thread(target=self._watch, args=(stopped,), name="fer-cameras", daemon=True)
        self._watching = [*(t for t in self._watching if t.is_alive()), thread]
        thread.start()

    def look_at(self, wanted: Collection[Camera], now_s: float) -> None:
        """Have a preview of each of these, and of no other; none after `stop`."""
        wanted = () if self._stopped.is_set() else wanted
        for camera, preview in list(self._previews.items()):
            failed = preview.over and now_s - preview.began_s > _AGAIN_S
            if camera not in wanted or failed:
                preview.end()
                self._leaving.append(self._previews.pop(camera))
        self._leaving = [preview for preview in self._leaving if not preview.over]
        for camera in wanted:
            if camera not in self._previews:
                self._previews[camera] = Preview(partial(self._preview, camera))

    def preview(self, camera: Camera) -> Preview | None:
        """That of this camera, if there is one."""
        return self._previews.get(camera)

    @property
    def leaving(self) -> bool:
        """Whether a camera that is no longer looked at has not been given back yet."""
        return any(not preview.over for preview in self._leaving)

    def stop(self) -> None:
        """End all of it; returns at once."""
        self._stopped.set()
        self.look_at((), time.perf_counter())

    def join(self) -> None:
        """Wait until all of it has ended."""
        self.stop()
        for preview in self._leaving:
            preview.join()
        for thread in (*self._watching, *filter(None, [self._looking])):
            thread.join(_JOIN_S)

    def _ask(self) -> tuple[Camera, ...]:
        self.known = found = tuple(self._find())
        return found

    def _watch(self, stopped: threading.Event) -> None:
        known: dict[Camera, Modes] = {}
        while not stopped.is_set():
            known = {camera: known.get(camera) or self._modes(camera) for camera in self._ask()}
            if not stopped.is_set():
                self.found = tuple(known.items())
            stopped.wait(_LOOK_EVERY_S)
