"""What timeline and panel say of the time: whose curves, which moment is marked, and whether it is now."""

from __future__ import annotations

from collections.abc import Sequence

from fer_desktop.capture.source import SourceKind
from fer_desktop.ui.controller import LiveController
from fer_desktop.ui.face_panel import FacePanel
from fer_desktop.ui.feed import Shown
from fer_desktop.ui.moments import TimeBase
from fer_desktop.ui.timeline import Timeline
from fer_desktop.ui.words import translate


class TimeScreen:
    """The window calls `tick` before the timeline draws, and `new_source` for another source."""

    def __init__(self, controller: LiveController, timeline: Timeline, panels: Sequence[FacePanel]) -> None:
        self._controller = controller
        self._timeline = timeline
        self._panels = panels
        self.when = ""
        """What is said of the time of a past moment; empty for the present."""
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
        timeline.face = self._controller.chosen_face
        timeline.moment = review.at
        if running is not None and shown is not None and running.feed.history.time_base is not TimeBase.CLOCK:
            timeline.moment = running.feed.time_of(shown.result)
        timeline.flags = review.flags
        self._say_whose(shown)
        self.when, ago = self._when(now_s)
        for panel in self._panels:
            panel.set_when(f"{self.when}, {ago}" if ago else self.when)

    def _say_whose(self, shown: Shown | None) -> None:
        """The chosen face, or else the one on screen; one that is gone for the moment is still the one."""
        face_id = self._timeline.face
        if face_id is None and shown is not None and shown.face is not None:
            face_id = shown.face.reading.face_id
        if face_id is not None:
            self._timeline.show_face(face_id)

    def _when(self, now_s: float) -> tuple[str, str]:
        """When a past moment was, and how long ago where that says more; empty for the present."""
        when, ago = self._controller.review.when(now_s)
        if ago:
            not_live = translate("FacePanel", "Not live: {time}").format(time=when)
            return not_live, translate("FacePanel", "{time} ago").format(time=ago)
        return (translate("FacePanel", "At {time}").format(time=when) if when else ""), ""

    def _moved(self) -> None:
        at = self._controller.review.at
        if at is not None:
            self._timeline.reveal(at)
