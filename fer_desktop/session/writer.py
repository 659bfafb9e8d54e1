"""Tables on disk that are whole at any moment: only complete rows stay, whatever goes wrong."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final, Generic

from fer_desktop.session.table import Row, Table

LONGEST_ROW: Final = 1 << 16
"""Bytes. What goes on for longer without an end is no torn row but damage."""
_QUOTE = b'"'


def whole_length(data: bytes) -> int:
    """Bytes of the complete rows at the start of `data`, itself the beginning of a CSV file.

    A row ends at a line feed outside of quotes, that is, after an even number of them.
    """
    end = data.rfind(b"\n")
    while end >= 0 and data.count(_QUOTE, 0, end) % 2:
        end = data.rfind(b"\n", 0, end)
    return end + 1


def whole_size(path: Path) -> int:
    """The same for a file of any size; raises OSError."""
    size = whole = quotes = 0
    with path.open("rb") as file:
        for line in file:
            size += len(line)
            quotes += line.count(_QUOTE)
            if quotes % 2 == 0 and line.endswith(b"\n"):
                whole = size
    return whole


def sha256_of(path: Path) -> str:
    """Of a whole file; raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def open_new(path: Path) -> io.RawIOBase:
    """Open a file that must not exist yet, without a buffer of ours between a row and the system."""
    return path.open("xb", buffering=0)


class TableFile(Generic[Row]):
    """A CSV file that only grows. All methods may raise OSError."""

    def __init__(self, folder: Path, table: Table[Row]) -> None:
        self.table = table
        self.path = folder / table.file
        self.rows = 0
        self.size = 0
        self._hash = hashlib.sha256()
        self._waiting: list[bytes] = [_encoded(table.header)]
        self._header_written = False
        self._unsynced = True
        self._file = open_new(self.path)
        try:
            self.flush()
        except OSError:
            self._file.close()
            raise

    def add(self, rows: Iterable[Row]) -> None:
        """Keep rows for the next `flush`."""
        self._waiting += [_encoded(self.table.line(row)) for row in rows]

    def flush(self) -> None:
        """Hand all rows to the system, so that other programs see them and a crash of ours loses none.

        If that fails, the rows that fitted stay and the torn one is cut off.
        """
        if not self._waiting:
            return
        data = b"".join(self._waiting)
        lines, self._waiting = self._waiting, []
        written = 0
        try:
            while written < len(data):
                written += self._file.write(data[written:]) or 0
        except OSError:
            whole = whole_length(data[:written])
            self._file.truncate(self.size + whole)
            self._count(data[:whole], lines)
            raise
        self._count(data, lines)

    def sync(self) -> None:
        """Have the system put everything on the disk, so that a power cut loses nothing of it."""
        if self._unsynced:
            os.fsync(self._file.fileno())
            self._unsynced = False

    def close(self) -> None:
        self._file.close()

    @property
    def sha256(self) -> str:
        """Of everything written so far."""
        return self._hash.hexdigest()

    def _count(self, data: bytes, lines: list[bytes]) -> None:
        left = len(data)
        kept = 0
        for line in lines:
            left -= len(line)
            if left < 0:
                break
            kept += 1
        if kept and not self._header_written:
            self._header_written = True
            kept -= 1
        self.rows += kept
        self.size += len(data)
        self._hash.update(data)
        self._unsynced = True


def _encoded(text: str) -> bytes:
    # File names that are no valid Unicode (Linux allows them) must not break the file for all readers.
    return text.encode("utf-8", "backslashreplace")
