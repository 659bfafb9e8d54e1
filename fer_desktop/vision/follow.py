"""Following faces through a moving picture at a fraction of the detector's cost.

The whole picture is searched only every few frames. In between each face is looked for near to
where it was, and where the detector fails there (a turned head, a hand before the mouth) its pixels
are followed for a moment (pyramidal Lucas-Kanade with forward-backward check, Kalal et al. 2010).
"""

from __future__ import annotations

import time
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from fer_desktop.vision.detector import LIVE_SIDE, Detector
from fer_desktop.vision.faces import Box, Detection
from fer_desktop.vision.tracker import Track, Tracker

Image = NDArray[np.uint8]

FLOW_ONLY_S: Final = 1.0
"""How long a face is believed in without a detector having seen it."""
JUMP_S: Final = 2.0
"""A longer pause between two frames (a seek, a sleeping computer) starts all tracks anew."""

AFFORDABLE_MS: Final = 5.0
"""A detector that takes longer for the whole picture is not asked on every live frame."""

_SEARCH_INTERVAL: Final = 3
_COST_GAIN: Final = 0.2
_FLOW_SIDE: Final = 240
_SAME_FACE: Final = 0.4
_THUMBNAIL: Final = (32, 24)
_CUT_CORRELATION: Final = 0.25


class Follower:
    """Finds and follows all faces of one source.

    `thrifty`: on a machine where the detector takes its time, whole pictures are searched less often, as
    suits a live view. What is found in a file does not hang on the machine.
    """

    def __init__(self, detector: Detector, *, thrifty: bool = False) -> None:
        self.detector = detector
        self.tracker = Tracker()
        self._thrifty = thrifty
        self._cost_ms = 0.0
        self._since_full = detector.interval
        self._last_s = 0.0
        self._previous: Image | None = None
        self._thumbnail: NDArray[np.float32] | None = None

    def reset(self) -> None:
        """Begin again, as with another source; ids go on."""
        self.tracker.forget()
        self._since_full = self.detector.interval
        self._previous = None
        self._thumbnail = None

    def still(self, image: Image, t_s: float) -> list[Track]:
        """All faces of a photo, each with an id of its own."""
        self.reset()
        found = self.detector.detect_still(image)
        self.tracker.update([Detection(d.box, 1.0, d.landmarks) for d in found], t_s)
        for track, detection in zip(self.tracker.tracks, found, strict=True):
            track.score = detection.score
        return self.tracker.visible

    def follow(self, image: Image, t_s: float) -> list[Track]:
        """The faces of the next frame of a moving picture, by id."""
        if abs(t_s - self._last_s) > JUMP_S or self._is_other_scene(image):
            self.tracker.forget()
            self._since_full = self.detector.interval
            self._previous = None
        self._last_s = t_s
        small, scale = _reduced_grey(image)
        followed, detections = self._search(image, small, scale, t_s)
        unmatched = self.tracker.update(detections, t_s, already_seen=followed)
        for track in unmatched:
            if t_s - track.detected_s <= FLOW_ONLY_S and not self._is_covered(track, t_s):
                self._follow_pixels(track, small, scale, t_s)
        if any(not track.visible for track in unmatched):
            self._since_full = max(self._since_full, self.interval - _SEARCH_INTERVAL)
        self._previous = small
        self.tracker.expire(t_s)
        return self.tracker.visible

    def _search(
        self, image: Image, small: Image, scale: float, t_s: float
    ) -> tuple[list[Track], list[Detection]]:
        """Look for faces as cheaply as this frame allows.

        Returns the tracks whose pixels were followed, and the detections of all other faces.
        """
        visible = [track for track in self.tracker.tracks if track.visible]
        interval = self.interval if visible else min(self.interval, _SEARCH_INTERVAL)
        self._since_full += 1
        found: list[Detection] = []
        whole = self._since_full >= interval
        if whole:
            self._since_full = 0
            found = self._detect(image)
        followed: list[Track] = []
        for track in visible:
            expected = track.predicted(t_s)
            if any(detection.box.overlap(expected) > _SAME_FACE for detection in found):
                continue
            if (
                not whole
                and track.frames_followed + 1 < self.detector.near_interval
                and not self._is_covered(track, t_s)
                and self._follow_pixels(track, small, scale, t_s)
            ):
                followed.append(track)
                continue
            near = self.detector.detect_near(image, expected)
            others = [detection.box for detection in found] + [other.box for other in followed]
            if near is not None and not any(near.box.overlap(box) > _SAME_FACE for box in others):
                found.append(near)
        return followed, found

    @property
    def interval(self) -> int:
        """Every so many frames the whole picture is searched while faces are in sight."""
        costly = self._thrifty and self._cost_ms > AFFORDABLE_MS
        return max(self.detector.interval, _SEARCH_INTERVAL) if costly else self.detector.interval

    def _detect(self, image: Image) -> list[Detection]:
        started = time.perf_counter()
        found = self.detector.detect(image, LIVE_SIDE)
        cost_ms = 1000 * (time.perf_counter() - started)
        self._cost_ms += (_COST_GAIN if self._cost_ms else 1.0) * (cost_ms - self._cost_ms)
        return found

    def _is_covered(self, track: Track, t_s: float) -> bool:
        """Whether another face is where this one must be: then its pixels are not followed."""
        expected = track.predicted(t_s)
        return any(
            other.visible and other is not track and other.box.overlap(expected) > 0.15
            for other in self.tracker.tracks
        )

    def _follow_pixels(self, track: Track, small: Image, scale: float, t_s: float) -> bool:
        if self._previous is None or self._previous.shape != small.shape:
            return False
        box = follow_box(self._previous, small, _scaled(track.box, scale))
        if box is None:
            return False
        track.move_to(_scaled(box, 1 / scale), t_s, detected=False)
        return True

    def _is_other_scene(self, image: Image) -> bool:
        """A cut: the picture has nothing in common with the last one, however its light changed."""
        rows, columns = image.shape[0] // _THUMBNAIL[1] or 1, image.shape[1] // _THUMBNAIL[0] or 1
        sample = cv2.resize(image[::rows, ::columns], _THUMBNAIL, interpolation=cv2.INTER_AREA)
        grey = cv2.cvtColor(sample, cv2.COLOR_BGR2GRAY).astype(np.float32)
        centred = grey - grey.mean()
        norm = float(np.linalg.norm(centred))
        flat = norm < 2 * grey.size**0.5
        thumbnail = centred / max(norm, 1e-6)
        before, self._thumbnail = self._thumbnail, None if flat else thumbnail
        if before is None or flat:
            return False
        return float((before * thumbnail).sum()) < _CUT_CORRELATION


def _scaled(box: Box, scale: float) -> Box:
    return Box(box.x * scale, box.y * scale, box.w * scale, box.h * scale)


def _reduced_grey(image: Image) -> tuple[Image, float]:
    scale = min(1.0, _FLOW_SIDE / max(image.shape[:2]))
    size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
    small = cv2.resize(image, size, interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), np.uint8), scale


def follow_box(before: Image, after: Image, box: Box) -> Box | None:
    """Where the pixels of a box went between two grey pictures; None if they cannot be followed."""
    steps = (np.arange(6) + 0.5) / 6
    grid_x, grid_y = np.meshgrid(box.x + box.w * steps, box.y + box.h * steps)
    points = np.stack([grid_x.ravel(), grid_y.ravel()], 1).astype(np.float32)[:, None]
    there, found = _flow(before, after, points)
    back, found_back = _flow(after, before, there)
    error = np.linalg.norm(back - points, axis=2).ravel()
    height, width = after.shape
    inside = (there[..., 0] >= 0) & (there[..., 0] < width) & (there[..., 1] >= 0) & (there[..., 1] < height)
    good = found & found_back & (error < 1.0) & inside.ravel()
    if good.sum() < len(points) / 2:
        return None
    start, end = points[good, 0], there[good, 0]
    shift = np.median(end - start, axis=0)
    spread_before = np.linalg.norm(start - np.median(start, axis=0), axis=1)
    spread_after = np.linalg.norm(end - np.median(end, axis=0), axis=1)
    usable = spread_before > 1
    ratio = float(np.median(spread_after[usable] / spread_before[usable])) if usable.any() else 1.0
    ratio = min(1.1, max(0.9, ratio))
    centre_x, centre_y = box.centre
    w, h = box.w * ratio, box.h * ratio
    return Box(centre_x + float(shift[0]) - w / 2, centre_y + float(shift[1]) - h / 2, w, h)


def _flow(
    before: Image, after: Image, points: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Where points (N, 1, 2) went, and which of them were found."""
    # OpenCV writes its answer into the array of guesses, so each call gets one of its own.
    there, found, _ = cv2.calcOpticalFlowPyrLK(
        before, after, points, points.copy(), winSize=(13, 13), maxLevel=2
    )
    return np.asarray(there, np.float32), np.asarray(found).ravel() == 1
