"""Some columns of a log at once, quickly: what a window needs of a session of hours within seconds."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from fer_desktop.errors import SessionError
from fer_desktop.session.reader import Session, whole_records
from fer_desktop.session.table import Kind

_BATCH: Final = 2000
"""Rows at a time: few enough that other threads, such as a window's, hardly notice."""

Column = NDArray[np.float64] | list[str]
Report = Callable[[float], bool]
"""Takes the share that is done, 0 to 1; returns whether to go on."""


def read_columns(
    session: Session, names: Sequence[str], report: Report = lambda _: True
) -> dict[str, Column] | None:
    """Columns of the log by name: numbers as (rows,) float64 with NaN where missing, texts as lists.

    None where `report` did not want to go on. Raises `SessionError` for a missing or damaged file, and
    `KeyError` for a name that the log does not have.
    """
    path = session.folder / session.log.file
    table = session.log
    places = [table.names.index(name) for name in names]
    numbers = [table.columns[place].kind is not Kind.TEXT for place in places]
    found: list[list[Any]] = [[] for _ in names]
    try:
        whole, done = max(1, path.stat().st_size), 0
        for batch in _batches(path, table.names):
            cells = list(zip(*batch, strict=True))
            for kept, place, number in zip(found, places, numbers, strict=True):
                if number:
                    kept.append(np.fromiter((float(cell or "nan") for cell in cells[place]), np.float64))
                else:
                    kept.extend(cells[place])
            done += sum(map(len, map(",".join, batch)))
            if not report(min(1.0, done / whole)):
                return None
    except FileNotFoundError as error:
        if session.complete:
            raise SessionError(f"'{path}' is missing.", "Restore it from a copy.") from error
    except OSError as error:
        raise SessionError(
            f"'{path}' cannot be read ({error.strerror or error}).", "Check the disk and its rights."
        ) from error
    except ValueError as error:
        raise SessionError(f"'{path}' is damaged ({error}).", "Restore it from a copy.") from error
    return {
        name: np.concatenate([np.zeros(0), *kept]) if number else kept
        for name, kept, number in zip(names, found, numbers, strict=True)
    }


def _batches(path: Path, names: tuple[str, ...]) -> Iterator[list[list[str]]]:
    """The rows of a log of these columns, some at a time; raises `SessionError` and OSError."""
    records = csv.reader((record.decode() for record in whole_records(path)), strict=True)
    try:
        if tuple(next(records, names)) != names:
            raise SessionError(f"'{path}' has other columns than its session.", "Restore it from a copy.")
        while batch := list(islice(records, _BATCH)):
            if any(len(record) != len(names) for record in batch):
                raise ValueError("a row has too few or too many cells")  # noqa: TRY301 - told with the line
            yield batch
    except (ValueError, csv.Error) as error:
        raise SessionError(
            f"'{path}' is damaged near line {records.line_num} ({error}).", "Restore it from a copy."
        ) from error
