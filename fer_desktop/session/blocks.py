"""The log read in blocks of columns: quick enough for hours of it, and never held in memory as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isfinite, nan
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from fer_desktop.session.reader import Session, damaged, records
from fer_desktop.session.table import Column, Kind

Mask = NDArray[np.bool_]
Numbers = NDArray[np.float64]

_ROWS: Final = 4096


@dataclass(frozen=True, slots=True)
class Block:
    """Some rows of the log, of whole frames."""

    lines: Sequence[int]
    """Lines of the file on which the rows end."""
    texts: dict[str, Sequence[str]]
    numbers: dict[str, Numbers]
    """(rows,) each; NaN where missing."""
    firsts: NDArray[np.intp]
    """Number of each frame's first row within the block."""

    @property
    def frame_of_row(self) -> NDArray[np.intp]:
        """(rows,) the number of a row's frame within the block."""
        begins = np.zeros(len(self.lines), np.intp)
        begins[self.firsts] = 1
        return np.cumsum(begins) - 1


def read_blocks(session: Session, rows: int = _ROWS) -> Iterator[Block]:
    """The log in its order, some `rows` at a time; raises `SessionError` for a damaged file."""
    lines: list[int] = []
    waiting: list[list[str]] = []
    for line, record in records(session.folder, session.log, session.complete):
        # A frame shown twice is two frames; it has two times. Blocks end between frames.
        if len(waiting) >= rows and record[:2] != waiting[-1][:2]:
            yield _block(session, lines, waiting)
            lines, waiting = [], []
        lines.append(line)
        waiting.append(record)
    if waiting:
        yield _block(session, lines, waiting)


def _block(session: Session, lines: list[int], rows: list[list[str]]) -> Block:
    texts: dict[str, Sequence[str]] = {}
    numbers: dict[str, Numbers] = {}
    for column, cells in zip(session.log.columns, zip(*rows, strict=True), strict=True):
        if column.kind is Kind.TEXT:
            texts[column.name] = cells
            continue
        try:
            numbers[column.name] = _numbers(column, cells)
        except ValueError as error:
            path = session.folder / session.log.file
            raise damaged(path, lines[_first_wrong(column, cells)], error) from error
    frames = numbers["frame"]
    begins = np.ones(len(rows), np.bool_)
    begins[1:] = (frames[1:] != frames[:-1]) | (numbers["t_s"][1:] != numbers["t_s"][:-1])
    return Block(lines, texts, numbers, np.flatnonzero(begins))


def _numbers(column: Column[Any], cells: Sequence[str]) -> Numbers:
    read = int if column.kind is Kind.INTEGER else float
    values = np.array([read(cell) if cell else nan for cell in cells], np.float64)
    if np.count_nonzero(~np.isfinite(values)) != cells.count(""):
        raise ValueError(f"'{cells[_first_wrong(column, cells)]}' is no {column.kind.value} number")
    return values


def _first_wrong(column: Column[Any], cells: Sequence[str]) -> int:
    for place, cell in enumerate(cells):
        try:
            if cell and not isfinite(float(column.parse(cell) or 0)):
                return place
        except ValueError:
            return place
    return 0
