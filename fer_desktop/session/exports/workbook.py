"""`xlsx`: a workbook of log, states, events, summary and data dictionary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from fer_desktop.session.exports.dictionary_table import DICTIONARY, dictionary_entries
from fer_desktop.session.exports.material import Material
from fer_desktop.session.exports.summary import SUMMARY, percent, summary_rows
from fer_desktop.session.exports.text import xml_text
from fer_desktop.session.frames import has_media_time
from fer_desktop.session.reader import changed_tables
from fer_desktop.session.schema import EVENTS, STATES
from fer_desktop.session.table import Column, Kind, Table, Value

MOST_ROWS: Final = 1_048_576
"""Of a sheet, the header among them; Excel opens no more."""
_WIDTHS: Final = {Kind.INTEGER: 9.0, Kind.REAL: 12.0, Kind.TEXT: 18.0}
_WIDER: Final = {"utc": 26.0, "detail": 60.0, "meaning": 100.0, "name": 30.0}


def write_workbook(material: Material, path: Path, home: Path | None) -> None:  # noqa: ARG001
    """One file; the log goes on in `Log 2`, ... where Excel's rows do not suffice."""
    session = material.session
    with workbook(path) as book:
        add_table(book, "Log", session.log, material.rows())
        add_table(book, "States", STATES, map(asdict, session.states()))
        add_table(book, "Events", EVENTS, map(asdict, session.events()))
        _add_summary(book, material)
        add_table(book, "Dictionary", DICTIONARY, as_rows(DICTIONARY, dictionary_entries(session)))


@contextmanager
def workbook(path: Path) -> Iterator[Any]:
    """A new workbook, saved at the end."""
    from openpyxl import Workbook  # noqa: PLC0415 - needed for workbooks only

    book = Workbook(write_only=True)
    try:
        yield book
        book.save(path)
    finally:
        # After an error its sheets are open files that complain when they are collected.
        for sheet in book.worksheets:
            if not sheet.closed:
                sheet.close()


def _add_summary(book: Any, material: Material) -> None:
    sheet = book.create_sheet("Summary")
    _set_widths(sheet, SUMMARY.columns)
    sheet.column_dimensions["A"].width = 32
    sheet.column_dimensions["B"].width = 24
    for name, value in session_facts(material):
        cells = _Cells(sheet, [Kind.TEXT, Kind.TEXT if isinstance(value, str) else Kind.REAL], [0, 0])
        sheet.append(cells.of((name, value)))
    sheet.append([])
    sheet.append(_header(sheet, SUMMARY))
    rows = as_rows(SUMMARY, summary_rows(material.statistics))
    _append(sheet, SUMMARY, rows)


def session_facts(material: Material) -> Iterator[tuple[str, Value]]:
    """The head of a summary: what was looked at, and how much of it is known."""
    metadata, statistics = material.metadata, material.statistics
    frames = statistics.frames
    yield "Session", material.name
    yield "Source", metadata.source.name
    yield "Start (UTC)", metadata.clocks.utc_start
    yield "Complete", "yes" if metadata.complete else "no: it was cut off or stopped early"
    yield "Changed since it was closed", ", ".join(changed_tables(material.session)) or "nothing"
    yield "Times", "position in the file" if has_media_time(metadata) else "since session start"
    yield "Duration (s)", round(statistics.duration_s, 6)
    yield "Without any frame (s)", round(statistics.gap_s, 6)
    yield "Frames in the log", frames.read
    yield "Frames analysed", frames.analysed
    yield "Frames passed over", frames.dropped
    yield "Frames that failed", frames.errors
    yield "Frames not recorded", metadata.counters.not_recorded
    yield "Analysed frames without a face", frames.faceless
    yield "Coverage (a face was seen)", percent(statistics.coverage)
    yield "Network", f"{metadata.model.name} {metadata.model.version} ({metadata.model.head})"
    yield "Program", f"{metadata.app.name} {metadata.app.version}"


def add_table(book: Any, title: str, table: Table[Any], rows: Iterable[dict[str, Any]]) -> None:
    """A sheet with a header; it goes on in another one where Excel's rows do not suffice."""
    remaining = iter(rows)
    number, full = 1, True
    while full:
        sheet = book.create_sheet(title if number == 1 else f"{title} {number}")
        sheet.freeze_panes = "A2"
        _set_widths(sheet, table.columns)
        sheet.append(_header(sheet, table))
        full = _append(sheet, table, remaining)
        number += 1


def _append(sheet: Any, table: Table[Any], rows: Iterable[dict[str, Any]]) -> bool:
    """Write rows; True where the sheet is full (there may be none left for the next one)."""
    cells = _Cells(
        sheet, [column.kind for column in table.columns], [column.digits for column in table.columns]
    )
    for count, row in enumerate(rows, start=2):
        sheet.append(cells.of([row[name] for name in table.names]))
        if count == MOST_ROWS:
            return True
    return False


class _Cells:
    """One cell per column, used again for every row: a write-only sheet writes them out at once."""

    def __init__(self, sheet: Any, kinds: Sequence[Kind], digits: Sequence[int]) -> None:
        from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415

        self._kinds = kinds
        self._cells = [WriteOnlyCell(sheet) for _ in kinds]
        for cell, kind, places in zip(self._cells, kinds, digits, strict=True):
            if kind is Kind.REAL and places:
                cell.number_format = f"0.{'0' * places}"

    def of(self, values: Sequence[Value]) -> list[Any]:
        return [
            _filled(cell, kind, value)
            for cell, kind, value in zip(self._cells, self._kinds, values, strict=True)
        ]


def _filled(cell: Any, kind: Kind, value: Value) -> Any:
    # What needs no format goes without a cell, which is several times as fast.
    if value is None or value == "" or kind is Kind.INTEGER:
        return None if value == "" else value
    if kind is Kind.TEXT:
        cell.value = xml_text(str(value))
        # Or else a marker called "=1+1" were a formula, and "#N/A" an error.
        cell.data_type = "s"
    else:
        cell.value = value
    return cell


def _header(sheet: Any, table: Table[Any]) -> list[Any]:
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415
    from openpyxl.styles import Font  # noqa: PLC0415

    cells = [WriteOnlyCell(sheet, name) for name in table.names]
    for cell in cells:
        cell.font = Font(bold=True)
    return cells


def _set_widths(sheet: Any, columns: Sequence[Column[Any]]) -> None:
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    for number, column in enumerate(columns, start=1):
        width = _WIDER.get(column.name, max(_WIDTHS[column.kind], len(column.name) + 2.0))
        sheet.column_dimensions[get_column_letter(number)].width = width


def as_rows(table: Table[Any], entries: Iterable[Any]) -> Iterator[dict[str, Any]]:
    """The values of a table's columns by their names."""
    for entry in entries:
        yield {column.name: column.value(entry) for column in table.columns}
