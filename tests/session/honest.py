"""Sessions in which all is as it should be, finished or cut off as a kill leaves them."""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from fer_desktop.capture.source import SourceKind
from fer_desktop.emotions import FERPLUS_LABELS
from fer_desktop.engine.result import Face, Result
from fer_desktop.session.recorder import Recorder
from fer_desktop.vision.classifier import entropy_bits

from .synthetic import make_face, make_info, make_recorder, make_result

STEP_S = 0.004
"""Between frames, so that a session of seconds is made in no time."""


def honest_face(face_id: int = 1, label: str = "happiness", probability: float = 0.86) -> Face:
    face = make_face(face_id, label, probability)
    entropy = entropy_bits(face.reading.probabilities)
    return replace(face, reading=replace(face.reading, entropy=entropy))


def script(frames: int) -> list[Result]:
    """Faces come and go, frames are passed over or fail, and there is a jump back in the middle."""
    results = []
    passed_over = 0
    captured_s = time.perf_counter()
    for number in range(frames):
        index = number if number < frames // 2 else number - frames // 4
        faces: Sequence[Face] = ()
        reason = {3: "not_analysed", 4: "not_analysed", 7: "no_face", 8: "too_dark", 9: "error"}.get(
            number % 12, ""
        )
        if not reason:
            faces = [honest_face(1, FERPLUS_LABELS[number // 5 % 3]), honest_face(2, "unsure", 0.3)]
        results.append(
            make_result(
                index,
                *faces[: 1 + number % 2],
                reason=reason,
                captured_s=captured_s + number * STEP_S,
                media_t_s=index / 30,
                dropped_before=passed_over,
            )
        )
        passed_over = passed_over + 1 if reason == "not_analysed" else 0
    return results


def _recorder(parent: Path, name: str) -> Recorder:
    return make_recorder(parent, make_info(name, SourceKind.VIDEO), block=True)


def finished(parent: Path, frames: int = 48, name: str = "clip.mp4") -> Path:
    """A session that came to its end."""
    recorder = _recorder(parent, name)
    recorder.start()
    for result in script(frames):
        recorder(result)
    recorder.event("marker", "naïve, of course", 'line "one"\nline two')
    time.sleep(frames * STEP_S)
    return recorder.stop()


def cut_off(parent: Path, frames: int = 48, name: str = "clip.mp4") -> Path:
    """What a session leaves whose recorder was killed after so many frames."""
    scratch = parent / "scratch"
    recorder = _recorder(scratch, name)
    folder = recorder.start()
    recorder.event("marker", "naïve, of course", 'line "one"\nline two')
    results = script(frames)
    for result in results:
        recorder(result)
    rows = sum(len(result.faces) or 1 for result in results)
    while recorder.rows < rows:
        time.sleep(0.01)
    time.sleep(0.05)
    copy = parent / folder.name
    shutil.copytree(folder, copy)
    recorder.stop()
    shutil.rmtree(scratch)
    return copy
