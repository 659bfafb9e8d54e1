"""What must be true of every row and frame of a log, checked a block at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from math import nan
from typing import Final

import numpy as np

from fer_desktop.emotions import UNSURE
from fer_desktop.engine.result import ERROR, NOT_ANALYSED
from fer_desktop.session.blocks import Block, Mask, Numbers
from fer_desktop.session.findings import Findings
from fer_desktop.session.metadata import Metadata

_FILE: Final = "log.csv"
_REASONS: Final = ("no_face", "too_dark", "too_small", "out_of_frame", NOT_ANALYSED, ERROR)
_ROUNDING: Final = 1e-5
"""Probabilities have five decimals, and the network's own last digits."""
_ENTROPY_ROUNDING: Final = 2e-3
"""Of the rounded probabilities: a share near zero moves it most."""
_UTC_ROUNDING_MS: Final = 1.5
_OF_A_FACE: Final = ("face_id", "confidence", "box_x", "box_y", "box_w", "box_h", "roll", "yaw", "brightness")
_SAME_IN_A_FRAME: Final = ("media_t_s", "infer_ms", "latency_ms", "dropped_before")


class LogRules:
    """Looks at one block after the other; remembers the last frame."""

    def __init__(self, metadata: Metadata, findings: Findings) -> None:
        self._labels = metadata.model.labels
        self._unsure_below = metadata.model.unsure_below
        self._start_ms = datetime.fromisoformat(metadata.clocks.utc_start).timestamp() * 1000
        self._findings = findings
        self._before: dict[str, float] | None = None

    def look(self, block: Block) -> None:
        """Tell what is wrong with these rows."""
        self._look_at_times(block)
        faces = self._look_at_success(block)
        for prefix in ("p", "s", "b"):
            self._look_at_shares(block, prefix, faces)
        self._look_at_labels(block, faces)
        self._look_within_frames(block, faces)
        self._look_between_frames(block)

    def _tell(self, sentence: str, block: Block, wrong: Mask) -> None:
        self._findings.rows(_FILE, sentence, block.lines, wrong)

    def _look_at_times(self, block: Block) -> None:
        t_s = block.numbers["t_s"]
        self._tell("frame is not a number from 0 on.", block, ~(block.numbers["frame"] >= 0))
        self._tell("t_s is not a time from 0 on.", block, ~(t_s >= 0))
        utc_ms = np.array([_utc_ms(text) for text in block.texts["utc"]])
        self._tell("utc is not a time in ISO 8601 with milliseconds and Z.", block, np.isnan(utc_ms))
        with np.errstate(invalid="ignore"):
            off = np.abs(utc_ms - self._start_ms - 1000 * t_s) > _UTC_ROUNDING_MS
        self._tell("utc is not the session's start plus t_s.", block, off)

    def _look_at_success(self, block: Block) -> Mask:
        """Also returns which rows (R,) are about a face."""
        success, numbers = block.numbers["success"], block.numbers
        faces: Mask = success == 1
        reasons = np.array(block.texts["reason"])
        labels = np.array(block.texts["label"])
        self._tell("success is neither 0 nor 1.", block, ~np.isin(success, (0, 1)))
        self._tell("a face has a reason for being none.", block, faces & (reasons != ""))
        self._tell("a row without a face has no known reason.", block, ~faces & ~np.isin(reasons, _REASONS))
        self._tell("a face has no face_id.", block, faces & np.isnan(numbers["face_id"]))
        told: Mask = labels != ""
        for name in numbers:
            if name in _OF_A_FACE or name[:2] in {"p_", "s_", "b_"}:
                told |= ~np.isnan(numbers[name])
        self._tell("a row without a face has values of one.", block, ~faces & told)
        unseen = np.isin(reasons, (NOT_ANALYSED, ERROR))
        timed = ~np.isnan(numbers["infer_ms"]) | ~np.isnan(numbers["latency_ms"])
        self._tell("a frame that was not analysed has the time that it took.", block, unseen & timed)
        return faces

    def _look_at_shares(self, block: Block, prefix: str, faces: Mask) -> None:
        shares = _shares(block, prefix, self._labels)
        missing: Mask = np.isnan(shares)
        given = ~missing.all(axis=1)
        name = f"{prefix}_"
        wanted = faces if prefix != "b" else faces & given
        self._tell(f"a probability of {name} is missing.", block, wanted & missing.any(axis=1))
        outside = np.asarray(((shares < 0) | (shares > 1)).any(axis=1))
        self._tell(f"a probability of {name} is not between 0 and 1.", block, outside)
        whole = wanted & ~missing.any(axis=1)
        off = np.abs(shares.sum(axis=1) - 1) > _ROUNDING * len(self._labels)
        self._tell(f"the probabilities of {name} do not add up to 1.", block, whole & off)
        foreign = [
            values
            for column, values in block.numbers.items()
            if column.startswith(name) and column[len(name) :] not in self._labels
        ]
        if foreign:
            told = np.asarray(~np.isnan(np.stack(foreign, axis=1)).all(axis=1))
            self._tell(f"{name} has an expression that the network does not know.", block, told)

    def _look_at_labels(self, block: Block, faces: Mask) -> None:
        shares = np.nan_to_num(_shares(block, "p", self._labels))
        highest = shares.max(axis=1)
        place = {label: number for number, label in enumerate(self._labels)}
        places = np.array([place.get(label, -1) for label in block.texts["label"]])
        unsure = np.array([label == UNSURE for label in block.texts["label"]])
        named = faces & (places >= 0)
        self._tell("label is not one of the network's.", block, faces & ~named & ~unsure)
        own = shares[np.arange(len(places)), np.maximum(places, 0)]
        self._tell("label is not the most probable expression.", block, named & (own < highest - _ROUNDING))
        low = self._unsure_below - _ROUNDING
        self._tell("label should be unsure: its probability is too low.", block, named & (highest < low))
        high = self._unsure_below + _ROUNDING
        sure = faces & unsure & (highest >= high)
        self._tell("label is unsure though one expression is probable enough.", block, sure)
        with np.errstate(divide="ignore", invalid="ignore"):
            bits = -np.where(shares > 0, shares * np.log2(shares), 0.0).sum(axis=1)
            off = np.abs(bits - block.numbers["entropy"]) > _ENTROPY_ROUNDING
        self._tell("entropy is not that of the probabilities.", block, faces & off)

    def _look_within_frames(self, block: Block, faces: Mask) -> None:
        frame = block.frame_of_row
        first = block.firsts[frame]
        for name in _SAME_IN_A_FRAME:
            values = block.numbers[name]
            same = (values == values[first]) | (np.isnan(values) & np.isnan(values[first]))
            self._tell(f"{name} is not the same in all rows of a frame.", block, ~same)
        files = np.array(block.texts["file"])
        self._tell("file is not the same in all rows of a frame.", block, files != files[first])
        sizes = np.bincount(frame)[frame]
        self._tell("a frame without a face has more than one row.", block, ~faces & (sizes > 1))
        order = np.lexsort((block.numbers["face_id"], frame))
        ids = block.numbers["face_id"][order]
        twice = np.zeros(len(order), np.bool_)
        twice[order[1:]] = (ids[1:] == ids[:-1]) & (frame[order][1:] == frame[order][:-1])
        self._tell("a face is in a frame twice.", block, twice)

    def _look_between_frames(self, block: Block) -> None:
        """Each frame after the one before it, the first of the block after the last of the previous one."""
        lines = [block.lines[row] for row in block.firsts]
        now = {name: block.numbers[name][block.firsts] for name in ("frame", "t_s", "media_t_s")}
        now["dropped_before"] = block.numbers["dropped_before"][block.firsts]
        reasons = np.array(block.texts["reason"])[block.firsts]
        now["passed_over"] = (reasons == NOT_ANALYSED).astype(np.float64)
        if self._before is not None:
            now = {name: np.concatenate(([self._before[name]], values)) for name, values in now.items()}
        else:
            lines = lines[1:]
        self._before = {name: float(values[-1]) for name, values in now.items()}
        step = np.diff(now["frame"])
        self._findings.rows(_FILE, "t_s goes back.", lines, np.diff(now["t_s"]) < 0)
        media_back = (step == 1) & (np.diff(now["media_t_s"]) < 0)
        self._findings.rows(_FILE, "media_t_s goes back though frame goes on.", lines, media_back)
        passed = now["passed_over"][:-1]
        expected = np.where(passed == 1, now["dropped_before"][:-1] + 1, 0)
        off = (now["dropped_before"][1:] != expected) & (step == 1)
        self._findings.rows(_FILE, "dropped_before does not count the frames passed over.", lines, off)


def _shares(block: Block, prefix: str, labels: Sequence[str]) -> Numbers:
    """(rows, labels) in the network's order; NaN where missing."""
    return np.stack([block.numbers[f"{prefix}_{label}"] for label in labels], axis=1)


def _utc_ms(text: str) -> float:
    """Milliseconds since 1970 of `2026-01-02T03:04:05.678Z`; NaN for anything else."""
    if len(text) != 24 or text[-1] != "Z":
        return nan
    try:
        return datetime.fromisoformat(text).timestamp() * 1000
    except ValueError:
        return nan
