"""What a check finds: sentences about a file and a line, each told once however often it is true."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np

from fer_desktop.session.blocks import Mask


class Severity(Enum):
    """Whether a finding speaks against the data."""

    ERROR = "error"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to know about a session."""

    severity: Severity
    file: str
    line: int | None
    """Where the file has it first; None where that makes no sense."""
    sentence: str

    def __str__(self) -> str:
        place = f"{self.file}, line {self.line}" if self.line is not None else self.file
        return f"{place}: {self.sentence}"


class Findings:
    """Collects them in the order in which they were first seen."""

    def __init__(self) -> None:
        self._found: dict[tuple[Severity, str, str], tuple[int | None, int]] = {}

    def error(self, file: str, sentence: str, line: int | None = None) -> None:
        self._add(Severity.ERROR, file, sentence, line, 1)

    def note(self, file: str, sentence: str) -> None:
        self._add(Severity.NOTE, file, sentence, None, 1)

    def rows(self, file: str, sentence: str, lines: Sequence[int], wrong: Mask) -> None:
        """An error of all rows (R,) where `wrong` is true."""
        count = int(np.count_nonzero(wrong))
        if count:
            self._add(Severity.ERROR, file, sentence, lines[int(wrong.argmax())], count)

    def all(self) -> tuple[Finding, ...]:
        """Each sentence once, with the number of rows that it is true of."""
        return tuple(
            Finding(severity, file, line, sentence if count == 1 else f"{sentence} ({count:,} times)")
            for (severity, file, sentence), (line, count) in self._found.items()
        )

    def _add(self, severity: Severity, file: str, sentence: str, line: int | None, count: int) -> None:
        key = severity, file, sentence
        first, before = self._found.get(key, (line, 0))
        self._found[key] = first, before + count
