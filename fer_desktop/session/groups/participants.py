"""The table that says who is who: one row for each session of a participant."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fer_desktop.errors import SessionError

SESSION: Final = "session"
PARTICIPANT: Final = "participant"
FACE: Final = "face_id"
STRETCH: Final = "stretch"
_MOST_BYTES: Final = 5_000_000
_SEPARATORS: Final = ",;\t"
_EXAMPLE: Final = (
    "It needs a row of names, 'session' and 'participant' among them, then a row for each session."
)


@dataclass(frozen=True, slots=True)
class Row:
    """What the table says of one session, or of one face or stretch of it."""

    number: int
    """Line in the file, the header is 1."""
    session: str
    """Name or path of the session folder."""
    participant: str
    face_id: int | None
    """None: all faces."""
    stretch: str
    """Name of the marker that it begins at; empty: the whole session."""
    variables: dict[str, str]


@dataclass(frozen=True, slots=True)
class Participants:
    """The table as a person wrote it."""

    path: Path
    variables: tuple[str, ...]
    """The names of all other columns, in their order."""
    rows: tuple[Row, ...]


def read_participants(path: Path) -> Participants:
    """Read a CSV with commas, semicolons or tabs, in UTF-8, UTF-16 or as Excel saves it in the West.

    Raises `SessionError` with a sentence that names the row.
    """
    records = _records(path)
    if not records:
        raise SessionError(f"'{path}' is empty.", _EXAMPLE)
    names = [name.strip() for name in records[0][1]]
    lowered = [name.lower() for name in names]
    for needed in (SESSION, PARTICIPANT):
        if needed not in lowered:
            raise SessionError(f"'{path}' has no column '{needed}'.", _EXAMPLE)
    for name in lowered:
        if name and lowered.count(name) > 1:
            raise SessionError(f"'{path}' has two columns '{name}'.", "Rename one of them.")
    known = {SESSION, PARTICIPANT, FACE, STRETCH}
    variables = tuple(name for name in names if name and name.lower() not in known)
    rows = tuple(_row(path, number, names, record) for number, record in records[1:])
    if not rows:
        raise SessionError(f"'{path}' has no rows under its names.", _EXAMPLE)
    _refuse_twice(path, rows)
    return Participants(path, variables, rows)


def _records(path: Path) -> list[tuple[int, list[str]]]:
    """Line numbers and cells; empty lines are left out."""
    text = _text(path)
    first = text.lstrip("\n").partition("\n")[0]
    separator = max(_SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        return [(reader.line_num, record) for record in reader if any(cell.strip() for cell in record)]
    except csv.Error as error:
        raise SessionError(
            f"'{path}' is damaged near line {reader.line_num} ({error}).", "Save it as CSV again."
        ) from error


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise SessionError(f"'{path}' is too large for a table of participants.", _EXAMPLE)
        data = path.read_bytes()
    except OSError as error:
        raise SessionError(
            f"'{path}' cannot be read ({error.strerror or error}).", "Check the name of the table."
        ) from error
    if data.startswith(b"PK\x03\x04"):
        raise SessionError(f"'{path}' is a workbook or an archive.", "Save the table as CSV.")
    encodings = ("utf-16",) if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text.replace("\r\n", "\n").replace("\r", "\n")
    raise SessionError(f"'{path}' is not a text.", "Save the table as CSV, in UTF-8.")


def _row(path: Path, number: int, names: Sequence[str], record: Sequence[str]) -> Row:
    if len(record) > len(names) and any(cell.strip() for cell in record[len(names) :]):
        raise SessionError(
            f"'{path}' has more cells in line {number} than names.", "Put texts with commas into quotes."
        )
    cells = {name: cell.strip() for name, cell in zip(names, record, strict=False)}
    own = {name.lower(): cell for name, cell in cells.items()}
    for needed in (SESSION, PARTICIPANT):
        if not own.get(needed):
            raise SessionError(
                f"'{path}' has no {needed} in line {number}.", "Fill the cell, or remove the line."
            )
    face = own.get(FACE, "")
    if face and not face.isdecimal():
        raise SessionError(
            f"'{path}' has the face_id '{face}' in line {number}.", "Give a whole number, or leave it empty."
        )
    return Row(
        number,
        own[SESSION],
        own[PARTICIPANT],
        int(face) if face else None,
        own.get(STRETCH, ""),
        {name: cells.get(name, "") for name in names if name},
    )


def _refuse_twice(path: Path, rows: Sequence[Row]) -> None:
    seen: dict[tuple[str, int | None, str], int] = {}
    for row in rows:
        key = row.session, row.face_id, row.stretch
        if key in seen:
            raise SessionError(
                f"'{path}' has '{row.session}' in line {seen[key]} and again in line {row.number}.",
                "Remove one, or tell them apart by the columns face_id and stretch.",
            )
        seen[key] = row.number
