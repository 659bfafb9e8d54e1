"""Sessions read back: whole rows only, with their types, also from one that was cut off."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer_desktop.errors import SessionError
from fer_desktop.session.events import Event
from fer_desktop.session.metadata import FILE, Metadata, read_metadata
from fer_desktop.session.schema import EVENTS, SCHEMA_VERSION, STATES, LogRow, log_table
from fer_desktop.session.states import StateRun
from fer_desktop.session.table import Kind, Table, Value
from fer_desktop.session.writer import LONGEST_ROW, sha256_of


@dataclass(frozen=True, slots=True)
class Session:
    """A session folder; tables are read from the disk each time they are asked for."""

    folder: Path
    metadata: Metadata

    @property
    def complete(self) -> bool:
        """False for a session that was cut off, stopped early, or is still being recorded."""
        return self.metadata.complete

    @property
    def log(self) -> Table[LogRow]:
        """The columns of the log."""
        return log_table(self.metadata.model.labels, self.metadata.schema_version)

    def rows(self) -> Iterator[dict[str, Value]]:
        """The rows of the log, by column name; None (text: empty) where a value is missing.

        Does not hold the file in memory. Raises `SessionError` for a damaged file.
        """
        return (row for _, row in _numbered_rows(self.folder, self.log, self.complete))

    def column(self, name: str) -> list[Value]:
        """One column of the log; raises KeyError for a name that the log does not have."""
        if name not in self.log.names:
            raise KeyError(name)
        return [row[name] for row in self.rows()]

    def arrays(self) -> dict[str, NDArray[np.float64]]:
        """All numbers of the log as (rows,) float64, NaN where missing."""
        numbers = [column.name for column in self.log.columns if column.kind is not Kind.TEXT]
        lists: dict[str, list[Any]] = {name: [] for name in numbers}
        for row in self.rows():
            for name in numbers:
                lists[name].append(row[name])
        return {name: np.array(values, dtype=np.float64) for name, values in lists.items()}

    def states(self) -> list[StateRun]:
        """The runs of one label."""
        return [StateRun(**row) for row in _full_rows(self.folder, STATES, self.complete)]

    def events(self) -> list[Event]:
        """Markers, pauses, losses."""
        return [Event(**row) for row in _full_rows(self.folder, EVENTS, self.complete)]


def read_session(folder: Path) -> Session:
    """Open a session folder; raises `SessionError` with a sentence for one that is none."""
    try:
        metadata = read_metadata(folder)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise SessionError(
            f"'{folder}' is not a session: it has no {FILE}.", "Choose a folder that FER Desktop recorded."
        ) from error
    except OSError as error:
        raise SessionError(
            f"'{folder / FILE}' cannot be read ({error.strerror or error}).", "Check the disk and its rights."
        ) from error
    except ValueError as error:
        raise SessionError(
            f"'{folder / FILE}' is damaged ({error}).",
            "Restore it from a copy; the tables can still be opened.",
        ) from error
    if metadata.schema_version > SCHEMA_VERSION:
        raise SessionError(
            f"'{folder}' was recorded by a newer version ({metadata.app.version}).", "Update FER Desktop."
        )
    return Session(folder, metadata)


def changed_tables(session: Session) -> list[str]:
    """Tables that are not what they were when the session was closed (by SHA-256); raises OSError.

    A session that was cut off has nothing to compare with.
    """
    return [
        name
        for name, facts in session.metadata.files.items()
        # Only names that a session has: session.json may come from anywhere.
        if name in {session.log.file, STATES.file, EVENTS.file}
        and sha256_of(session.folder / name) != facts.sha256
    ]


def records(folder: Path, table: Table[Any], complete: bool) -> Iterator[tuple[int, list[str]]]:
    """The whole rows of a table as they stand in its file, each with the line on which it ends.

    Does not hold the file in memory. Raises `SessionError` for a damaged file.
    """
    path = folder / table.file
    try:
        # strict: a quote in the wrong place is damage, not text.
        rows = csv.reader((record.decode() for record in whole_records(path)), strict=True)
        header = next(rows, None)
        if header is None:
            return
        if tuple(header) != table.names:
            raise SessionError(f"'{path}' has other columns than its session.", "Restore it from a copy.")
        for row in rows:
            if len(row) != len(header):
                raise damaged(path, rows.line_num, f"{len(row)} cells instead of {len(header)}")
            yield rows.line_num, row
    except FileNotFoundError as error:
        if complete:
            raise SessionError(f"'{path}' is missing.", "Restore it from a copy.") from error
        # Cut off between the folder and this file: there are no rows.
    except OSError as error:
        raise SessionError(
            f"'{path}' cannot be read ({error.strerror or error}).", "Check the disk and its rights."
        ) from error
    except (ValueError, csv.Error) as error:
        raise damaged(path, rows.line_num, error) from error


def damaged(path: Path, line: int, why: object) -> SessionError:
    """The sentence for a table with a row that is none."""
    return SessionError(f"'{path}' is damaged near line {line} ({why}).", "Restore it from a copy.")


def _full_rows(folder: Path, table: Table[Any], complete: bool) -> Iterator[dict[str, Any]]:
    """Rows of a table in which no number can be missing."""
    for line, row in _numbered_rows(folder, table, complete):
        if None in row.values():
            raise damaged(folder / table.file, line, "a number is missing")
        yield row


def _numbered_rows(folder: Path, table: Table[Any], complete: bool) -> Iterator[tuple[int, dict[str, Value]]]:
    for line, record in records(folder, table, complete):
        try:
            row = {
                column.name: column.parse(cell) for column, cell in zip(table.columns, record, strict=True)
            }
        except ValueError as error:
            raise damaged(folder / table.file, line, error) from error
        yield line, row


def whole_records(path: Path) -> Iterator[bytes]:
    """Records with their line feed; a torn last one, without it or with an open quote, is left out."""
    with path.open("rb") as file:
        record = b""
        for line in file:
            record += line
            if not record.endswith(b"\n"):
                return
            if record.count(b'"') % 2 == 0:
                yield record
                record = b""
            elif len(record) > LONGEST_ROW:
                raise ValueError("a quote that is never closed")
