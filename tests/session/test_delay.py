"""The delay self-test on made-up pictures of a camera whose delay is known."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from itertools import accumulate
from pathlib import Path

import numpy as np
import pytest

from fer_desktop.capture.frame import Frame
from fer_desktop.capture.source import SourceInfo, SourceKind
from fer_desktop.errors import UserError
from fer_desktop.session.delay import DelayFacts, Glance, delay_of, glance, kept_with, measured
from fer_desktop.session.metadata import read_metadata
from fer_desktop.session.recorder import Recorder

from .synthetic import make_info, make_model

FACTS = DelayFacts("Test camera", 84.0, 9.0, 39, 30.0, 640, 480, "2026-03-01T10:00:00Z", 30.0, "MJPG")


def flashes(count: int = 40, seed: int = 1) -> list[float]:
    """When a square changed, from second 100 on."""
    return list(accumulate(np.random.default_rng(seed).uniform(0.35, 0.65, count), initial=100.0))[1:]


def seen(
    changes_s: list[float],
    delay_s: float,
    *,
    fps: float = 30.0,
    wander_s: float = 0.0,
    side: float = 0.8,
    contrast: float = 180.0,
    exposure_s: float = 0.01,
    lost: float = 0.0,
    seed: int = 2,
) -> list[Glance]:
    """A noisy camera that stamps its pictures `delay_s` after the middle of their exposure.

    `wander_s` is the standard deviation of that delay, `side` the square's share of the picture's width,
    `lost` the share of pictures that never arrive.
    """
    random = np.random.default_rng(seed)
    flips = np.array(changes_s)
    glances: list[Glance] = []
    for moment in np.arange(98.5, changes_s[-1] + 2, 1 / fps):
        if random.random() < lost:
            continue
        during = np.linspace(moment - exposure_s / 2, moment + exposure_s / 2, 9)
        lit = float((np.searchsorted(flips, during, side="right") % 2).mean())
        image = random.normal(50, 6, (24, 32, 3))
        height, width = round(24 * side), round(32 * side)
        image[:height, -width:] += contrast * lit
        stamp = moment + delay_s + random.normal(0, wander_s)
        glances.append(glance(Frame(len(glances), np.clip(image, 0, 255).astype(np.uint8), stamp)))
    return glances


@pytest.mark.parametrize(
    ("delay_s", "fps"), [(0.0, 30.0), (0.033, 60.0), (0.12, 15.0), (0.12, 30.0), (1.2, 30.0)]
)
def test_a_known_delay_is_found(delay_s: float, fps: float) -> None:
    changes = flashes()
    facts = measured(changes, seen(changes, delay_s, fps=fps), make_info())
    assert facts.median_ms == pytest.approx(1000 * delay_s, abs=250 / fps)
    assert facts.jitter_ms < 400 / fps, "no more than the time between frames makes"
    assert facts.changes >= 38
    assert facts.fps == pytest.approx(fps, rel=0.02)


def test_a_delay_that_wanders_has_more_jitter() -> None:
    changes = flashes()
    steady = measured(changes, seen(changes, 0.1, fps=60), make_info())
    uneasy = measured(changes, seen(changes, 0.1, fps=60, wander_s=0.02), make_info())
    assert uneasy.median_ms == pytest.approx(100, abs=10)
    assert uneasy.jitter_ms > 2 * steady.jitter_ms


@pytest.mark.parametrize(
    "trouble",
    [{"side": 0.12}, {"contrast": 25.0}, {"exposure_s": 0.033}, {"lost": 0.2}],
    ids=["a small square", "little contrast", "a long exposure", "lost pictures"],
)
def test_it_is_found_in_poor_pictures_too(trouble: dict[str, float]) -> None:
    changes = flashes()
    facts = measured(changes, seen(changes, 0.12, **trouble), make_info())  # type: ignore[arg-type]
    assert facts.median_ms == pytest.approx(120, abs=12)


def test_pictures_without_the_square_are_refused_in_a_sentence() -> None:
    changes = flashes()
    with pytest.raises(UserError, match=r"Test camera did not see the square flash \(0 of 40 changes\)"):
        measured(changes, seen(changes, 0.1, contrast=0.0), make_info())


def test_flashes_of_something_else_are_not_taken_for_ours() -> None:
    changes = flashes()
    with pytest.raises(UserError, match="did not see the square"):
        measured(changes, seen(flashes(seed=7), 0.1), make_info())


@pytest.mark.parametrize("count", [0, 1])
def test_a_camera_that_gave_nothing_is_refused(count: int) -> None:
    changes = flashes()
    with pytest.raises(UserError, match="did not see the square"):
        measured(changes, seen(changes, 0.1)[:count], make_info())


def info_of(name: str = "Test camera", **mode: object) -> SourceInfo:
    return replace(make_info(name), **{"pixels": "MJPG", **mode})  # type: ignore[arg-type]


def test_a_new_result_replaces_that_of_the_same_camera() -> None:
    kept = kept_with((), FACTS)
    other = DelayFacts(**{**asdict(FACTS), "source": "Other"})
    newer = DelayFacts(**{**asdict(FACTS), "median_ms": 70.0})
    kept = kept_with(kept_with((*kept, "damaged"), other), newer)
    assert delay_of(kept, info_of()) == newer
    assert delay_of(kept, info_of("Other")) == other
    assert len(kept) == 2


def test_it_counts_for_this_camera_in_this_mode_only() -> None:
    kept = kept_with((), FACTS)
    assert delay_of(kept, info_of()) == FACTS
    assert delay_of(kept, info_of("Another camera")) is None
    assert delay_of(kept, info_of(kind=SourceKind.VIDEO)) is None
    assert delay_of(kept, info_of(nominal_fps=30.0001)) == FACTS
    for other in ({"width": 1280}, {"nominal_fps": 60.0}, {"nominal_fps": None}, {"pixels": "YUYV"}):
        assert delay_of(kept, info_of(**other)) is None, other
    assert delay_of(("", "{}", "[]", "null"), info_of()) is None


def test_a_result_says_of_which_mode_it_is() -> None:
    changes = flashes()
    here = info_of(nominal_fps=60.0, pixels="YUYV")
    facts = measured(changes, seen(changes, 0.1), here)
    assert delay_of(kept_with((), facts), here) == facts


def test_the_session_carries_it(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path, make_info(), make_model(), "CPU", {}, delay=FACTS)
    folder = recorder.start()
    recorder.stop()
    assert read_metadata(folder).delay == FACTS
    assert json.loads((folder / "session.json").read_text(encoding="utf-8"))["delay"]["median_ms"] == 84.0
