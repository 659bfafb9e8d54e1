"""What timeline and panel say of the time: whose curves, which moment is marked, and whether it is now."""

from __future__ import annotations

from fer_desktop.capture.source import SourceKind
from fer_desktop.ui.controller import LiveController
from fer_desktop.ui.face_panel import FacePanel
from fer_desktop.ui.feed import Shown
from fer_desktop.ui.moments import TimeBase
from fer_desktop.ui.timeline import Timeline
from fer_desktop.ui.words import translate


class TimeScreen:
    """The window calls `tick` before the timeline draws, and `new_source` for another source."""

    def __init__(self, controller: LiveController, timeline: Timeline, panel: FacePanel) -> None:
        self._controller = controller
        self._timeline = timeline
        self._panel = panel
        controller.review.moved.connect(self._moved)

    def new_source(self) -> None:
        """Give the timeline what there is to draw."""
        running, past = self._controller.current, self._controller.review.past
        if running is None:
            finished = past is not None and past.finished
            self._timeline.set_history(
                past.history if past and finished else None, past.duration if past else None, whole=True
            )
            return
        info = running.info
        length = None if info is None else info.duration_s
        if info is not None and info.kind is SourceKind.FOLDER:
            length = None if info.frame_count is None else float(max(1, info.frame_count - 1))
        still = running.kind is SourceKind.PHOTO
        self._timeline.set_history(None if still else running.feed.history, length)

    def tick(self, shown: Shown | None, now_s: float) -> None:
        """Mark the moment that is wanted, or the place in a file of the picture on screen."""
        running, review = self._controller.current, self._controller.review
        timeline = self._timeline
        timeline.face = review.face if running is None or review.on else running.feed.chosen
        timeline.moment = review.at
        if running is not None and shown is not None and running.feed.history.time_base is not TimeBase.CLOCK:
            timeline.moment = running.feed.time_of(shown.result)
        timeline.flags = review.flags
        when, ago = review.when(now_s)
        if ago:
            when = translate("FacePanel", "Not live: {time}, {ago} ago").format(time=when, ago=ago)
        elif when:
            when = translate("FacePanel", "At {time}").format(time=when)
        self._panel.set_when(when)

    def _moved(self) -> None:
        at = self._controller.review.at
        if at is not None:
            self._timeline.reveal(at)
