"""The data dictionary as a table, for the formats that carry one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from fer_desktop.session.dictionary import described_fields
from fer_desktop.session.exports.summary import SUMMARY
from fer_desktop.session.metadata import FILE, Metadata
from fer_desktop.session.reader import Session
from fer_desktop.session.schema import EVENTS, STATES
from fer_desktop.session.table import Column, Kind, Table


@dataclass(frozen=True, slots=True)
class Entry:
    """One column of a table, or one field of session.json."""

    table: str
    name: str
    kind: str
    unit: str
    meaning: str


DICTIONARY: Final[Table[Entry]] = Table(
    "dictionary.csv",
    (
        Column("table", Kind.TEXT, "", "The file, or the sheet of that name.", lambda entry: entry.table),
        Column("name", Kind.TEXT, "", "Name of the column or field.", lambda entry: entry.name),
        Column("type", Kind.TEXT, "", "`integer`, `real` or `text`.", lambda entry: entry.kind),
        Column("unit", Kind.TEXT, "", "Unit or range.", lambda entry: entry.unit),
        Column("meaning", Kind.TEXT, "", "What it says.", lambda entry: entry.meaning),
    ),
)


def dictionary_entries(session: Session) -> Iterator[Entry]:
    """All columns of this session's tables and of the summary, then the fields of session.json."""
    for table in (session.log, STATES, EVENTS, SUMMARY):
        for column in table.columns:
            yield Entry(table.file, column.name, column.kind.value, column.unit, column.description)
    for name, meaning in described_fields(Metadata):
        yield Entry(FILE, name, "", "", meaning)
