"""Looking back: which past moment is on screen, while what is live goes on untouched."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QObject, Signal

from fer_desktop.engine.pictures import Pictures
from fer_desktop.ui.feed import Shown
from fer_desktop.ui.history import History
from fer_desktop.ui.lookback import FindPicture, LookBack, Sighting, Wish
from fer_desktop.ui.moments import Moment, TimeBase
from fer_desktop.ui.notifications import Notifications
from fer_desktop.ui.plot import Flag
from fer_desktop.ui.recording import Endings
from fer_desktop.ui.time_axis import minutes, tenths, time_of_day

_TOLD: Final = "look back"


def _nothing() -> None:
    """There is nothing to close."""


@dataclass(frozen=True, slots=True)
class Past:
    """What one can look back at."""

    history: History
    frame_size: tuple[int, int]
    find: FindPicture
    close: Callable[[], object] = _nothing
    flags: tuple[Flag, ...] = ()
    duration: float | None = None
    """Of a session that is finished; None for what goes on."""

    @property
    def finished(self) -> bool:
        return self.duration is not None


def past_of(history: History, frame_size: tuple[int, int], pictures: Pictures) -> Past:
    """What was seen of a camera until now, with the pictures that were kept."""
    return Past(history, frame_size, lambda moment: pictures.find(moment.t))


class Review(QObject):
    """The window calls `tick` on its timer and shows what that gives instead of the newest frame."""

    moved = Signal()
    """Another moment is wanted, or none any more."""

    def __init__(self, endings: Endings, notifications: Notifications) -> None:
        super().__init__()
        self._endings = endings
        self._notifications = notifications
        self._lookback: LookBack | None = None
        self._serial = 0
        self._wish: Wish | None = None
        self.past: Past | None = None
        self.view_size = (0, 0)
        """Device pixels that a picture may take; the window keeps it up to date."""
        self.flags: tuple[Flag, ...] = ()
        """What happened and when, in the history's time base."""
        self.face: int | None = None
        """Whose bars are wanted; None: the main face of the moment."""

    def begin(self, past: Past | None) -> None:
        """Another source: what can be looked back at from now on."""
        self.stop()
        self.past = past
        self.flags = () if past is None else past.flags
        self.face = None

    def stop(self) -> None:
        """End the thread, without waiting for it here."""
        if self._lookback is not None:
            self._endings.start(self._lookback.stop)
        elif self.past is not None:
            self.past.close()
        self._lookback = self.past = None
        self.leave()

    @property
    def on(self) -> bool:
        """Whether a past moment is wanted."""
        return self._wish is not None

    @property
    def at(self) -> float | None:
        """The moment that is wanted, in the history's time base."""
        return None if self._wish is None else self._wish.moment.t

    @property
    def sighting(self) -> Sighting | None:
        """The moment on screen: the one that is wanted or, until that is there, the one before."""
        return None if self._wish is None or self._lookback is None else self._lookback.newest

    @property
    def settled(self) -> bool:
        """Whether the moment that is wanted is the one on screen."""
        sighting = self.sighting
        return sighting is not None and sighting.wish is self._wish

    def go(self, t: float, steps: int = 0) -> None:
        """Show the frame nearest to a time, or so many frames after it."""
        if self.past is not None:
            self._want(self.past.history.moment(t, steps))

    def step(self, steps: int) -> None:
        """Go some frames on or back, from the newest one where none is on screen."""
        here = self._here()
        if here is not None:
            self.go(here, steps)

    def change(self, direction: int) -> None:
        """Go to the next (1) or last (-1) frame at which another expression began."""
        here = self._here()
        if self.past is not None and here is not None:
            self._want(self.past.history.change(here, direction, self.face))

    def choose(self, face_id: int | None) -> None:
        """Show this face of the moment; None: the main one."""
        self.face = face_id
        self.look_again()

    def look_again(self) -> None:
        """Show the moment anew, after something was said of its faces."""
        if self.past is not None and self.face in self.past.history.people.hidden:
            self.face = None
        if self._wish is not None:
            self.go(self._wish.moment.t)

    def add_flag(self, flag: Flag) -> None:
        """Something happened."""
        self.flags = (*self.flags, flag)

    def leave(self) -> None:
        """Back to what is new."""
        if self._wish is not None:
            self._wish = None
            self.moved.emit()

    def tick(self) -> Shown | None:
        """What to show instead of the newest frame; None while nobody looks back."""
        lookback = self._lookback
        if lookback is not None and lookback.error is not None:
            self._notifications.post_error(lookback.error, _TOLD)
            lookback.error = None
        sighting = self.sighting
        return None if sighting is None else sighting.shown

    def when(self, now_s: float) -> tuple[str, str]:
        """The moment on screen as a text, and how long ago it was (empty for a finished session)."""
        sighting = self.sighting
        if sighting is None or self.past is None:
            return "", ""
        t = sighting.wish.moment.t
        base = self.past.history.time_base
        if base is TimeBase.CLOCK:
            return time_of_day(t, tenth=True), minutes(now_s - t)
        return (tenths(t) if base is TimeBase.MEDIA else f"{t + 1:.0f}"), ""

    def _here(self) -> float | None:
        if self.at is not None or self.past is None:
            return self.at
        return self.past.history.first_time() if self.past.finished else self.past.history.last_time()

    def _want(self, moment: Moment | None) -> None:
        past = self.past
        if moment is None or past is None:
            return
        if self._lookback is None:
            self._lookback = LookBack(past.history, past.frame_size, past.find, past.close)
            self._lookback.start()
        self._serial -= 1
        face_id = moment.main if self.face is None else self.face
        self._wish = Wish(self._serial, moment, face_id, self.view_size)
        self._lookback.wish(self._wish)
        self.moved.emit()
