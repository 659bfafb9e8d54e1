"""What a log adds up to: where every frame went, for how long faces showed what, and when it ended."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from fer_desktop.engine.result import ERROR, NOT_ANALYSED
from fer_desktop.session.blocks import Block
from fer_desktop.session.events import PAUSE, RESUME, SEEK, SOURCE_BACK, SOURCE_LOST, Event, frames_dropped
from fer_desktop.session.metadata import Counters
from fer_desktop.session.states import Seen, StateRun, StateRuns


@dataclass(frozen=True, slots=True)
class Coverage:
    """Where the frames of a session went: `frames` is the sum of all that follow but the seconds."""

    frames: int
    with_face: int
    without_face: dict[str, int]
    """Analysed frames without a face, by reason."""
    passed_over: int
    """Not analysed: too many at once, or only each n-th was wanted."""
    paused: int
    """Not analysed, as a person had paused the picture."""
    errors: int
    not_recorded: int
    """Without a row, as the disk was too slow or failed."""
    paused_s: float
    lost_s: float
    """Time in which the source was gone."""

    @property
    def sentence(self) -> str:
        """In one line, without what did not happen."""
        reasons = ", ".join(f"{reason} {count:,}" for reason, count in sorted(self.without_face.items()))
        parts = {
            "with a face": self.with_face,
            f"without ({reasons})": sum(self.without_face.values()),
            "passed over": self.passed_over,
            "paused": self.paused,
            "failed": self.errors,
            "not recorded": self.not_recorded,
        }
        told = [f"{count:,} {what}" for what, count in parts.items() if count]
        told += [f"source lost for {self.lost_s:.1f} s"] if self.lost_s else []
        return f"{self.frames:,} frames" + (f": {', '.join(told)}" if told else "")


class Account:
    """Takes in a log block by block. Keeps sums only, and the runs that are open."""

    def __init__(self, labels: Sequence[str], nominal_fps: float | None, events: Iterable[Event]) -> None:
        self._labels = tuple(labels)
        self._runs = StateRuns(labels, nominal_fps)
        events = list(events)
        self._end_s = max((event.t_s for event in events), default=0.0)
        self._pauses = spans(events, PAUSE, RESUME)
        self._losses = spans(events, SOURCE_LOST, SOURCE_BACK)
        self._without_face: Counter[str] = Counter()
        self._with_face = self._passed_over = self._paused = self._errors = 0
        self._seeks = sorted(round(event.t_s, 6) for event in events if event.kind == SEEK)
        self._before: tuple[float, float] | None = None
        self.missing = 0
        """Frames without a row between others, where nobody had sought."""
        self.missing_line: int | None = None
        self.unsought_line: int | None = None
        """Where a frame first comes again or goes back though nobody had sought."""
        self.rows = 0
        self.events = len(events)
        self.not_recorded = sum(frames_dropped(event) for event in events)

    @property
    def end_s(self) -> float:
        """Time of the last row or event."""
        return self._end_s

    @property
    def frames(self) -> int:
        """Frames that have a row."""
        return (
            self._with_face
            + sum(self._without_face.values())
            + self._passed_over
            + self._paused
            + self._errors
        )

    def add(self, block: Block) -> list[StateRun]:
        """Count the frames of a block; returns the runs that ended in it."""
        self.rows += len(block.lines)
        t_s, media_t_s = block.numbers["t_s"], block.numbers["media_t_s"]
        self._end_s = max(self._end_s, float(np.nanmax(t_s, initial=0.0)))
        times = np.where(np.isnan(media_t_s), t_s, media_t_s)[block.firsts].tolist()
        captured = t_s[block.firsts].tolist()
        reasons, success = block.texts["reason"], block.numbers["success"].tolist()
        seen = self._seen(block)
        self._note_jumps(block)
        ends = [*block.firsts[1:].tolist(), len(block.lines)]
        ended: list[StateRun] = []
        for first, end, time_s, captured_s in zip(block.firsts.tolist(), ends, times, captured, strict=True):
            reason = reasons[first]
            if success[first] == 1:
                self._with_face += 1
                ended += self._runs.add_seen(time_s, seen[first:end])
            elif reason in {NOT_ANALYSED, ERROR}:
                self._count_unseen(reason, captured_s)
                ended += self._runs.add_seen(time_s, None)
            else:
                self._without_face[reason] += 1
                ended += self._runs.add_seen(time_s, ())
        return ended

    def close(self) -> list[StateRun]:
        """The runs that last to the end."""
        return self._runs.close()

    def counters(self, received: int = 0) -> Counters:
        """As session.json has them; `received`: how many frames there were, where that is known."""
        without = sum(self._without_face.values())
        not_recorded = max(self.not_recorded, self.missing, received - self.frames)
        return Counters(
            read=self.frames + not_recorded,
            analysed=self._with_face + without,
            dropped=self._passed_over + self._paused,
            errors=self._errors,
            not_recorded=not_recorded,
            faceless=without,
            rows=self.rows,
        )

    def coverage(self, received: int = 0) -> Coverage:
        """Where the frames went; `received` as for `counters`."""
        counters = self.counters(received)
        return Coverage(
            frames=counters.read,
            with_face=self._with_face,
            without_face=dict(self._without_face),
            passed_over=self._passed_over,
            paused=self._paused,
            errors=self._errors,
            not_recorded=counters.not_recorded,
            paused_s=self._seconds(self._pauses),
            lost_s=self._seconds(self._losses),
        )

    def _note_jumps(self, block: Block) -> None:
        indices, times = (block.numbers[name][block.firsts].tolist() for name in ("frame", "t_s"))
        for index, t_s, first in zip(indices, times, block.firsts.tolist(), strict=True):
            before, self._before = self._before, (index, t_s)
            if before is None or index == before[0] + 1 or self._sought(before[1], t_s):
                continue
            if index > before[0]:
                self.missing += int(index - before[0]) - 1
                self.missing_line = self.missing_line or block.lines[first]
            else:
                self.unsought_line = self.unsought_line or block.lines[first]

    def _sought(self, after_s: float, until_s: float) -> bool:
        return bisect_right(self._seeks, until_s) > bisect_right(self._seeks, after_s)

    def _count_unseen(self, reason: str, captured_s: float) -> None:
        if reason == ERROR:
            self._errors += 1
        elif any(start <= captured_s < end for start, end in self._pauses):
            self._paused += 1
        else:
            self._passed_over += 1

    def _seen(self, block: Block) -> list[Seen]:
        shares = np.stack([block.numbers[f"p_{label}"] for label in self._labels], axis=1)
        place = {label: number for number, label in enumerate(self._labels)}
        highest = np.nan_to_num(shares).max(axis=1).tolist()
        ids = np.nan_to_num(block.numbers["face_id"], nan=-1).astype(np.int64).tolist()
        labels = block.texts["label"]
        return [
            (ids[row], label, highest[row] if label not in place else float(shares[row, place[label]]))
            for row, label in enumerate(labels)
        ]

    def _seconds(self, stretches: Sequence[tuple[float, float]]) -> float:
        return sum(max(0.0, min(end, self._end_s) - start) for start, end in stretches)


def spans(events: Iterable[Event], begins: str, ends: str) -> list[tuple[float, float]]:
    """Stretches of time between two kinds of events; one that does not end lasts for ever."""
    found: list[tuple[float, float]] = []
    since: float | None = None
    for event in events:
        if event.kind == begins and since is None:
            since = event.t_s
        elif event.kind == ends and since is not None:
            found.append((since, event.t_s))
            since = None
    return found if since is None else [*found, (since, float("inf"))]
