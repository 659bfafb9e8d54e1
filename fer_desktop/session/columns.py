"""Some columns of a log at once, quickly: what a window needs of a session of hours within seconds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from fer_desktop.session.reader import Session, damaged, records
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
    whole, done, line = max(1, _bytes_of(path)), 0, 0
    rows = records(session.folder, table, session.complete)
    while batch := list(islice(rows, _BATCH)):
        cells = list(zip(*(row for _, row in batch), strict=True))
        try:
            for kept, place, number in zip(found, places, numbers, strict=True):
                if number:
                    kept.append(np.fromiter((float(cell or "nan") for cell in cells[place]), np.float64))
                else:
                    kept.extend(cells[place])
        except ValueError as error:
            raise damaged(path, line, error) from error
        line = batch[-1][0]
        done += sum(len(",".join(row)) for _, row in batch)
        if not report(min(1.0, done / whole)):
            return None
    return {
        name: np.concatenate([np.zeros(0), *kept]) if number else kept
        for name, kept, number in zip(names, found, numbers, strict=True)
    }


def _bytes_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0  # `records` says what is wrong
