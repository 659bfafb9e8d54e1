"""One look at a frame: find, follow, cut and read all faces, or say why there are none."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fer_desktop.vision import crop
from fer_desktop.vision.classifier import Classifier
from fer_desktop.vision.detector import make_detector
from fer_desktop.vision.faces import Box, FaceReading, Sight
from fer_desktop.vision.follow import Follower
from fer_desktop.vision.model_file import ModelFile
from fer_desktop.vision.tracker import Track

Image = NDArray[np.uint8]

SMALLEST_FACE: Final = 20
"""Faces narrower than this many pixels show too little to be read."""
_DARK: Final = 20.0
_RECENTLY_S: Final = 1.0


class Vision:
    """Detector, tracker and network, used from one thread."""

    def __init__(
        self,
        model: Path,
        detector: str = "",
        provider: str = "auto",
        threads: int | None = None,
        *,
        thrifty: bool = False,
    ) -> None:
        """Load everything and run it once; raises `ModelError`.

        `detector` is the path of an ONNX file in YuNet's format, `face_detector` (or empty) for the one
        that comes along, or `cascade`; `provider` is `auto`, `cuda` or `cpu`; `threads` are those of the
        network on the CPU; `thrifty` lets a slow detector look at fewer whole pictures (see `Follower`).
        """
        self._classifier = Classifier(model, provider, threads)
        self._detector = make_detector(detector)
        self._follower = Follower(self._detector, thrifty=thrifty)

    @property
    def model(self) -> ModelFile:
        return self._classifier.model

    @property
    def labels(self) -> tuple[str, ...]:
        return self.model.labels

    @property
    def provider(self) -> str:
        """Where the network really runs: `CPU` or `CUDA`."""
        return self._classifier.provider

    @property
    def provider_note(self) -> str:
        """Why it does not run where one might expect; empty where there is nothing to say."""
        return self._classifier.provider_note

    @property
    def detector_name(self) -> str:
        return self._detector.name

    @property
    def detector_kind(self) -> str:
        """How its boxes lie around a face: `cascade` or `yunet`."""
        return self._detector.kind

    @property
    def detector_sha256(self) -> str | None:
        """Of the detector's file; None for the built-in cascade."""
        return self._detector.sha256

    def reset(self) -> None:
        """Forget all faces (another source or another place in a file); ids are not used again."""
        self._follower.reset()

    def look(self, image: Image, t_s: float, *, still: bool = False) -> Sight:
        """Read all faces of a BGR frame (H, W, 3).

        `t_s` is the frame's time, increasing from frame to frame; a `still` is a photo that has
        nothing to do with the frame before.
        """
        started = time.perf_counter()
        tracks = self._follower.still(image, t_s) if still else self._follower.follow(image, t_s)
        found = time.perf_counter()
        large = [track for track in tracks if track.box.w >= SMALLEST_FACE]
        readings = self._read(image, large)
        read = time.perf_counter()
        reason = "" if readings else self._why_nothing(image, tracks, t_s)
        return Sight(readings, reason, 1000 * (found - started), 1000 * (read - found))

    def _read(self, image: Image, tracks: list[Track]) -> tuple[FaceReading, ...]:
        if not tracks:
            return ()
        size, framing = self.model.input_size, self.model.crop
        squares = [crop.face_square(track.box, framing, self._detector.kind) for track in tracks]
        turns = [crop.turn_of(track.landmarks) for track in tracks]
        cuts = [crop.cut_face(image, square, size, turn) for square, turn in zip(squares, turns, strict=True)]
        return tuple(
            FaceReading(
                face_id=track.face_id if track.face_id is not None else -1,
                box=track.box,
                confidence=track.score,
                logits=scores.logits,
                probabilities=scores.probabilities,
                label=scores.label,
                entropy=scores.entropy,
                roll=crop.roll_degrees(track.landmarks),
                yaw=crop.yaw_degrees(track.landmarks),
                brightness=crop.brightness(cut),
                sharpness=crop.sharpness(cut),
                square=square,
                seen=cut,
                turn=turn,
            )
            for track, square, turn, cut, scores in zip(
                tracks, squares, turns, cuts, self._classifier.classify(cuts), strict=True
            )
        )

    def _why_nothing(self, image: Image, tracks: list[Track], t_s: float) -> str:
        if tracks:
            return "too_small"
        if float(image[::16, ::16].mean()) < _DARK:
            return "too_dark"
        height, width = image.shape[:2]
        for track in self._follower.tracker.tracks:
            recent = t_s - track.updated_s <= _RECENTLY_S
            if track.face_id is not None and recent and not _inside(track.predicted(t_s), width, height):
                return "out_of_frame"
        return "no_face"


def _inside(box: Box, width: int, height: int) -> bool:
    """Whether the middle three fifths of a box are within the picture."""
    inset_x, inset_y = 0.2 * box.w, 0.2 * box.h
    return (
        box.x + inset_x >= 0
        and box.y + inset_y >= 0
        and box.x + box.w - inset_x <= width
        and box.y + box.h - inset_y <= height
    )
