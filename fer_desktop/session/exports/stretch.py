"""A stretch of a session as CSV: its rows as they stand in the log, byte for byte, under the same header."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from fer_desktop.errors import SessionError
from fer_desktop.session.exports.export import staging_in
from fer_desktop.session.folder import refuse_own_file
from fer_desktop.session.reader import Session, damaged, read_session, records, whole_records
from fer_desktop.session.report.report import put
from fer_desktop.session.table import Kind

_REPORT_EVERY: Final = 5000


@dataclass(frozen=True, slots=True)
class Stretch:
    """From here to there, by one column of the log: rows at `start` and later, before `end`."""

    column: str
    """`t_s`, `media_t_s` or `frame`."""
    start: float
    end: float


def export_stretch(
    folder: Path,
    stretch: Stretch,
    out: Path,
    *,
    report: Callable[[int, int], object] = lambda _done, _total: None,
) -> int:
    """Write the rows of a session within a stretch to `out`, over one that is there; returns how many.

    The session may still be recorded: whole rows until now count. `report` hears of bytes done and bytes in
    all; what it raises ends the work. Raises `SessionError`, also for a stretch without rows: then nothing is
    written.
    """
    if out.is_dir():
        raise SessionError(f"'{out}' is a folder.", "Name a file, such as stretch.csv.")
    refuse_own_file(out)
    session = read_session(folder)
    kept = 0
    with staging_in(out.parent) as staging:

        def write(made: Path) -> None:
            nonlocal kept
            with made.open("wb") as file:
                file.write(session.log.header.encode())
                for line in _lines(session, stretch, report):
                    file.write(line)
                    kept += 1
            if not kept:
                raise SessionError(
                    "The session has no rows in this stretch.", "Choose a stretch that was recorded."
                )

        put(out, staging, write)
    return kept


def _lines(session: Session, stretch: Stretch, report: Callable[[int, int], object]) -> Iterator[bytes]:
    """The rows of the stretch as they stand in the file."""
    path = session.folder / session.log.file
    if not path.exists():
        return
    place, done, total = session.log.names.index(stretch.column), 0, path.stat().st_size
    start, end = stretch.start, stretch.end
    column = session.log.columns[place]
    if column.kind is Kind.REAL:  # to the log's digits: what begins with a frame has it
        start, end = round(start, column.digits), round(end, column.digits)
    rows = records(session.folder, session.log, session.complete)
    written = islice(whole_records(path), 1, None)
    for number, (line, (where, row)) in enumerate(zip(written, rows, strict=False)):
        done += len(line)
        if number % _REPORT_EVERY == 0:
            report(done, total)
        try:
            at = float(row[place]) if row[place] else None
        except ValueError as error:
            raise damaged(path, where, error) from error
        if at is not None and start <= at < end:
            yield line
