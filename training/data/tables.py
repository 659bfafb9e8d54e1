"""CSV files, plain or compressed, whose every fault is a sentence with file and line."""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from training.errors import DataError


@dataclass(frozen=True, slots=True)
class Table:
    """An open CSV file: its columns, and its rows one by one.

    Blanks around a column's name are dropped and capitals do not count, for Kaggle itself publishes
    `emotion, Usage, pixels` and `emotion,pixels,Usage`.
    """

    path: Path
    columns: tuple[str, ...]
    reader: Any
    """What `csv.reader` returns; its class has no public name."""

    def has(self, name: str) -> bool:
        return name.casefold() in self.columns

    def rows(self, names: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
        """Line number and the cells of these columns, for each row that is not blank."""
        missing = [name for name in names if not self.has(name)]
        if missing:
            raise DataError(f"{self.path}: the first line must name the column {' and '.join(missing)}.")
        places = [self.columns.index(name.casefold()) for name in names]
        while True:
            # Where the row begins: one with an open quotation mark ends anywhere.
            line = self.reader.line_num + 1
            try:
                cells = next(self.reader, None)
            except csv.Error as error:
                raise _no_csv(self.path, line, error) from error
            if cells is None:
                return
            if not cells:
                continue
            if len(cells) != len(self.columns):
                raise DataError(
                    f"{self.path}, line {line}: has {len(cells)} of {len(self.columns)} columns; the file "
                    "may be cut off: fetch it again."
                )
            yield line, [cells[place].strip() for place in places]


@contextmanager
def open_table(path: Path) -> Iterator[Table]:
    """Open a CSV file, compressed if its name ends in .gz. Raises `DataError` for whatever is wrong."""
    reader = None
    try:
        with _open_text(path) as file:
            reader = csv.reader(file, strict=True)
            columns = tuple(name.strip().casefold() for name in next(reader, ()))
            if not columns:
                raise DataError(f"{path}: is empty; fetch it again.")
            yield Table(path, columns, reader)
    except UnicodeDecodeError as error:
        raise DataError(
            f"{path}{_after(reader)}: is not text in UTF-8; choose a CSV file (.csv or .csv.gz)."
        ) from error
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise DataError(
            f"{path}{_after(reader)}: is damaged or no gzip file ({error}); fetch it again."
        ) from error
    except csv.Error as error:
        raise _no_csv(path, 1, error) from error
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror}).") from error


def _no_csv(path: Path, line: int, error: csv.Error) -> DataError:
    return DataError(
        f"{path}, line {line}: is not a CSV file ({error}); a quotation mark may be open, or the "
        "file cut off."
    )


def _after(reader: Any) -> str:
    return f", after line {reader.line_num}" if reader is not None and reader.line_num else ""


def _open_text(path: Path) -> IO[str]:
    # Spreadsheets put a mark of byte order at the beginning, which utf-8-sig drops.
    if path.suffix.lower() == ".gz":
        return gzip.open(path, "rt", newline="", encoding="utf-8-sig")
    return path.open(newline="", encoding="utf-8-sig")
