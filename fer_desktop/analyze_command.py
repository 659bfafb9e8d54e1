"""The body of `fer-desktop analyze`: one display for all sources, and a table of what failed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar
from rich.table import Table

from fer_desktop.analyse import Options, Outcome, Progress
from fer_desktop.batch import Batch, make_plan
from fer_desktop.capture.expand import expand
from fer_desktop.cluster import Cluster
from fer_desktop.errors import UserError
from fer_desktop.pools import Here, Pool, Processes, Show
from fer_desktop.work import Done, FilmWish, Status

DONE: Final = 0
FAILED: Final = 1
_NO_LIMIT: Final = 10_000

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


@dataclass(frozen=True, slots=True)
class How:
    """How many sources at once, and where."""

    jobs: int = 1
    scheduler: str | None = None
    again: bool = False
    film: FilmWish | None = None


class Display:
    """One bar for each source that is analysed, and one for all where there are several."""

    def __init__(self, sources: int) -> None:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[provider]}"),
        )
        self._bar = Bar(*columns, console=err, disable=not err.is_terminal, transient=True)
        self._all: TaskID | None = None
        self._failed = 0
        if sources > 1:
            self._all = self._bar.add_task("all", total=sources, rate="", provider="")
        self._rows: dict[int, TaskID] = {}

    def __enter__(self) -> Display:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def begun(self, source: str, place: int) -> None:
        name = Path(source).name or source
        self._rows[place] = self._bar.add_task(escape(name), total=None, rate="", provider="")

    def show(self, place: int, progress: Progress) -> None:
        """How far the source at this place is."""
        if place not in self._rows:
            return
        row = self._rows[place]
        elapsed = next((task.elapsed for task in self._bar.tasks if task.id == row), None) or 0
        rate = f"{progress.done / elapsed:.0f} frames/s" if elapsed > 0 else ""
        self._bar.update(
            row, completed=progress.done, total=progress.total, rate=rate, provider=progress.provider
        )

    def ended(self, done: Done, place: int) -> None:
        if place in self._rows:
            self._bar.remove_task(self._rows.pop(place))
        if self._all is not None:
            self._failed += done.status is Status.FAILED
            failed = f"{self._failed} failed" if self._failed else ""
            self._bar.update(self._all, advance=1, rate=failed)
        print_done(done)


def analyse_all(texts: Sequence[str], out_dir: Path, options: Options, how: How) -> int:
    """Analyse all that the texts stand for and say what became of it; returns the exit code.

    Raises `UserError` where nothing at all can be done.
    """
    sources, failures = named_sources(texts)
    done: list[Done] = []
    if sources:
        plan = make_plan(out_dir, options, again=how.again, film=how.film)
        with Display(len(sources)) as display, closing(_pool(how, len(sources), display.show)) as pool:
            done = Batch(plan, pool, display.begun, display.ended).run(sources)
    several = len(sources) + len(failures) > 1
    failures += [one for one in done if one.status is Status.FAILED]
    if several:
        _print_summary(len(sources), done)
    _print_unread(done)
    _print_failures(failures, several)
    stopped = len(done) < len(sources) or any(one.status is Status.STOPPED for one in done)
    return FAILED if failures or stopped else DONE


def named_sources(texts: Sequence[str]) -> tuple[list[str], list[Done]]:
    """What the texts stand for, each source once, and the texts that stand for nothing."""
    sources: dict[str, None] = {}
    failures = []
    for text in texts:
        try:
            sources |= dict.fromkeys(expand(text))
        except UserError as error:
            failures.append(Done(text, Status.FAILED, sentence=str(error)))
    return list(sources), failures


def _pool(how: How, sources: int, show: Show) -> Pool:
    if how.scheduler is not None:
        return Cluster(how.scheduler)
    jobs = min(how.jobs, sources)
    return Processes(jobs, show) if jobs > 1 else Here(show)


def print_done(done: Done) -> None:
    """One line for a source that is through; failures wait for the table."""
    if done.status is Status.ALREADY:
        where = f"done already: {done.folder}" if done.folder else f"left out. {done.sentence}"
        out.print(f"{escape(done.source)}: {escape(where)}", soft_wrap=True)
    elif done.outcome is not None:
        out.print(f"{escape(str(done.outcome.folder))}: {outcome_sentence(done.outcome)}", soft_wrap=True)
    if done.film is not None:
        sentence = f"{done.film.path}: {done.film.frames} pictures. {done.film.note}".strip()
        out.print(escape(sentence), soft_wrap=True)


def outcome_sentence(outcome: Outcome) -> str:
    """`600 frames, 600 analysed, 540 with a face (happiness 40 %, ...)`."""
    with_face = outcome.analysed - outcome.faceless
    faces = sum(outcome.labels.values())
    sentence = f"{outcome.frames} frames, {outcome.analysed} analysed, {with_face} with a face"
    if faces:
        shares = [f"{label} {100 * count / faces:.0f} %" for label, count in outcome.labels.items()]
        sentence += f" ({', '.join(shares[:3])})"
    return sentence if outcome.complete else f"Stopped early; what was done is kept: {sentence}"


def _print_summary(sources: int, done: Sequence[Done]) -> None:
    counts = Counter(one.status for one in done)
    parts = [f"{counts[status]} {status.value}" for status in Status if counts[status]]
    if len(done) < sources:
        parts.append(f"{sources - len(done)} not begun")
    out.print(f"{sources} sources: {', '.join(parts)}", soft_wrap=True)


def _print_unread(done: Sequence[Done]) -> None:
    """What files announce and did not give; what they gave is analysed."""
    for one in done:
        if one.outcome is not None and one.outcome.unread:
            sentence = f"{one.source}: {one.outcome.unread} Copy it again from its origin."
            err.print(escape(sentence), style="yellow", soft_wrap=True)


def _print_failures(failures: Sequence[Done], several: bool) -> None:
    if not several:
        for failure in failures:
            err.print(escape(failure.sentence), style="red", soft_wrap=True)
        return
    if failures:
        table = Table("source", "what was wrong", box=None)
        for failure in failures:
            table.add_row(escape(failure.source), escape(failure.sentence), style="red")
        # In a file, where no screen sets a limit, each failure has one line.
        wide = err if err.is_terminal else Console(stderr=True, highlight=False, width=_NO_LIMIT)
        wide.print(table)
