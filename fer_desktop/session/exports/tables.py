"""`csv`: the session's own tables as they are, with summary and data dictionary beside them."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

from fer_desktop.session.exports.dictionary_table import DICTIONARY, dictionary_entries
from fer_desktop.session.exports.material import Material
from fer_desktop.session.exports.summary import SUMMARY, summary_rows
from fer_desktop.session.metadata import FILE
from fer_desktop.session.reader import Session, whole_records
from fer_desktop.session.schema import EVENTS, STATES
from fer_desktop.session.table import Table

Row = TypeVar("Row")


def write_tables(material: Material, path: Path, home: Path | None) -> None:  # noqa: ARG001
    """Log, states, events and session.json as they were recorded, and two tables more."""
    copy_session(material.session, path)
    write_sidecars(material, path)


def write_sidecars(material: Material, folder: Path) -> None:
    """summary.csv and dictionary.csv."""
    _write(folder, SUMMARY, summary_rows(material.statistics))
    _write(folder, DICTIONARY, dictionary_entries(material.session))


def copy_session(session: Session, folder: Path) -> None:
    """The session's four files in a new folder; the torn last row of one that was cut off is left out."""
    folder.mkdir(parents=True)
    shutil.copyfile(session.folder / FILE, folder / FILE)
    for table in (session.log, STATES, EVENTS):
        source = session.folder / table.file
        with (folder / table.file).open("wb") as file:
            for record in whole_records(source) if source.is_file() else ():
                file.write(record)
            if not file.tell():
                file.write(table.header.encode())


def _write(folder: Path, table: Table[Row], rows: Iterable[Row]) -> None:
    with (folder / table.file).open("w", encoding="utf-8", newline="") as file:
        file.write(table.header)
        file.writelines(table.line(row) for row in rows)
