"""How far the log lags behind what happens: a square that flashes, and a camera that looks at it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from typing import Annotated, Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from fer_desktop.capture.frame import Frame
from fer_desktop.capture.source import SourceInfo
from fer_desktop.errors import UserError

Numbers = NDArray[np.float64]

_GRID: Final = (24, 16)
"""The square may fill a small part of the picture: each of these parts is looked at for itself."""
_LONGEST_S: Final = 1.5
_STEP_S: Final = 0.005
_LEAST_LIKENESS: Final = 0.6
"""Correlation with the flashes under which a part of the picture does not show them."""
_NEAR_S: Final = 0.15
"""How far one change may stray from the mean delay, and how long two pictures may be apart around it."""
_LEAST_CHANGES: Final = 8


@dataclass(frozen=True, slots=True)
class DelayFacts:
    """What the self-test found for one camera."""

    source: Annotated[str, "Name of the camera."]
    median_ms: Annotated[float, "From a change on the screen to the `t_s` of the picture that shows it."]
    jitter_ms: Annotated[float, "Standard deviation over the changes; part of it is the time between frames."]
    changes: Annotated[int, "Changes of the square that were seen."]
    fps: Annotated[float, "Frames per second during the test."]
    width: Annotated[int, "Pixels."]
    height: Annotated[int, "Pixels."]
    measured_utc: Annotated[str, "When it was measured (ISO 8601, UTC)."]
    nominal_fps: Annotated[float | None, "Frames per second as the camera states them."] = None
    pixels: Annotated[str, "Form in which the camera was asked for its pictures, such as `MJPG`."] = ""


@dataclass(frozen=True, slots=True)
class Glance:
    """One picture, as far as the test needs it."""

    captured_s: float
    brightness: Numbers
    """(parts,) mean grey value of each part."""


def glance(frame: Frame) -> Glance:
    """What a frame shows of the square."""
    grey = cv2.cvtColor(frame.image, cv2.COLOR_BGR2GRAY)
    parts = cv2.resize(grey.astype(np.float32), _GRID, interpolation=cv2.INTER_AREA)
    return Glance(frame.captured_s, np.asarray(parts, np.float64).ravel())


def measured(changes_s: Sequence[float], glances: Sequence[Glance], info: SourceInfo) -> DelayFacts:
    """Delay and jitter from the times at which the square changed (dark at first) and the pictures.

    A change is where the brightness passes its middle, between two pictures in proportion. Raises
    `UserError` where the pictures do not show the flashes.
    """
    flips = np.array(changes_s, np.float64)
    delays = _delays(flips, glances) if len(glances) > 1 and len(flips) else np.array([])
    if len(delays) < _LEAST_CHANGES:
        raise UserError(
            f"{info.name} did not see the square flash ({len(delays)} of {len(flips)} changes).",
            "Point the camera at the screen so that the square fills the picture, and try again.",
        )
    passed_s = glances[-1].captured_s - glances[0].captured_s
    now = datetime.now(UTC).replace(tzinfo=None).isoformat(timespec="seconds")
    return DelayFacts(
        source=info.name,
        median_ms=round(1000 * float(np.median(delays)), 1),
        jitter_ms=round(1000 * float(np.std(delays)), 1),
        changes=len(delays),
        fps=round((len(glances) - 1) / passed_s, 1) if passed_s > 0 else 0.0,
        width=info.width,
        height=info.height,
        measured_utc=f"{now}Z",
        nominal_fps=info.nominal_fps,
        pixels=info.pixels,
    )


def kept_with(kept: Iterable[str], facts: DelayFacts) -> tuple[str, ...]:
    """The results that the settings keep, with a new one in the place of that camera's old one."""
    others = [text for text in kept if (known := _read(text)) is not None and known.source != facts.source]
    return (*others, json.dumps(asdict(facts)))


def delay_of(kept: Iterable[str], info: SourceInfo) -> DelayFacts | None:
    """What was measured for this camera in this mode; another one may take another time."""
    if not info.live:
        return None
    here = _mode(info.name, info)
    found = (facts for facts in map(_read, kept) if facts is not None and _mode(facts.source, facts) == here)
    return next(found, None)


def _mode(camera: str, mode: SourceInfo | DelayFacts) -> tuple[object, ...]:
    # Drivers state the same rate as 30 and as 30.00003.
    rate = None if mode.nominal_fps is None else round(mode.nominal_fps)
    return camera, mode.width, mode.height, rate, mode.pixels


def _read(text: str) -> DelayFacts | None:
    try:
        data: dict[str, Any] = json.loads(text)
        return DelayFacts(**{field.name: data[field.name] for field in fields(DelayFacts)})
    except (ValueError, KeyError, TypeError):
        return None


def _delays(flips: Numbers, glances: Sequence[Glance]) -> Numbers:
    """(n,) seconds, one for each change that was seen."""
    times = np.array([seen.captured_s for seen in glances])
    parts = _standardised(np.array([seen.brightness for seen in glances]))
    lags = np.arange(0.0, _LONGEST_S, _STEP_S)
    expected = _standardised(np.array([_lit(flips, times - lag) for lag in lags]).T).T
    likeness = expected @ parts / len(times)
    best = int(likeness.max(axis=1).argmax())
    peak = float(likeness[best].max())
    if peak < _LEAST_LIKENESS:
        return np.array([])
    trace = parts[:, likeness[best] >= 0.8 * peak].mean(axis=1)
    lit = _lit(flips, times - lags[best]) > 0
    middle = (trace[lit].mean() + trace[~lit].mean()) / 2
    found = [
        _crossing(times, trace - middle, flip + lags[best], rising=place % 2 == 0) - flip
        for place, flip in enumerate(flips)
    ]
    return np.array([delay for delay in found if np.isfinite(delay)])


def _lit(flips: Numbers, times: Numbers) -> Numbers:
    """1 while the square is bright, else 0."""
    return (np.searchsorted(flips, times, side="right") % 2).astype(np.float64)


def _standardised(columns: Numbers) -> Numbers:
    """Each column with mean 0 and standard deviation 1; 0 where it does not change."""
    centred = columns - columns.mean(axis=0)
    spread = centred.std(axis=0)
    return np.asarray(centred / np.where(spread > 1e-6, spread, np.inf))


def _crossing(times: Numbers, values: Numbers, near_s: float, *, rising: bool) -> float:
    """When the values pass 0 in this direction, nearest to a time; NaN if they do not."""
    before, after = values[:-1], values[1:]
    passes = (before < 0) & (after >= 0) if rising else (before >= 0) & (after < 0)
    passes &= np.diff(times) <= _NEAR_S
    at = times[:-1][passes] + np.diff(times)[passes] * before[passes] / (before[passes] - after[passes])
    if not len(at):
        return float("nan")
    nearest = float(at[np.abs(at - near_s).argmin()])
    return nearest if abs(nearest - near_s) <= _NEAR_S else float("nan")
