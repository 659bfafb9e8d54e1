"""How a table is described: columns that write their own cells and read them back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from math import isfinite
from typing import Generic, TypeVar

Value = str | int | float | None
Row = TypeVar("Row")


class Kind(Enum):
    """What a cell holds; the value is the word used in the documentation."""

    INTEGER = "integer"
    REAL = "real"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """One column: what it is called, where its value comes from, and what it means."""

    name: str
    kind: Kind
    unit: str
    description: str
    value: Callable[[Row], Value]
    digits: int = 0
    """Decimals of a real number."""

    def cell(self, row: Row) -> str:
        """The value as it stands in the file: empty for what is missing, unknown or infinite."""
        value = self.value(row)
        if value is None:
            return ""
        if isinstance(value, str):
            return quoted(value)
        if self.kind is Kind.INTEGER:
            return str(int(value))
        # `z`: a number that rounds to zero has no sign.
        return f"{value:z.{self.digits}f}" if isfinite(value) else ""

    def parse(self, cell: str) -> Value:
        """The value of a cell without its quotes; raises ValueError."""
        if self.kind is Kind.TEXT:
            return cell
        if not cell:
            return None
        return int(cell) if self.kind is Kind.INTEGER else float(cell)


class Table(Generic[Row]):
    """The columns of one file, in their order."""

    def __init__(self, file: str, columns: Sequence[Column[Row]]) -> None:
        self.file = file
        self.columns = tuple(columns)
        self.names = tuple(column.name for column in columns)

    @property
    def header(self) -> str:
        return ",".join(self.names) + "\n"

    def line(self, row: Row) -> str:
        return ",".join([column.cell(row) for column in self.columns]) + "\n"


def quoted(text: str) -> str:
    """Text as a CSV cell (RFC 4180): quoted only where a comma, quote or line break asks for it."""
    if any(sign in text for sign in ',"\n\r'):
        return '"' + text.replace('"', '""') + '"'
    return text
