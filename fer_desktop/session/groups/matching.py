"""Which row of the table of participants is about which session."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fer_desktop.errors import SessionError
from fer_desktop.session.groups.participants import Participants, Row

MOST_LEVELS: Final = 6


@dataclass(frozen=True, slots=True)
class Matched:
    """The rows of each session, and what was left out, in sentences."""

    rows: dict[Path, list[Row]]
    """By the path of the session, in the order of the table."""
    by: str
    """The column that tells groups; empty: there are none."""
    levels: tuple[str, ...]
    """Its values in the order of the table; one empty one where there are no groups."""
    left_out: list[str]
    by_table: bool = True
    """A table says who is who; otherwise the sessions do, as far as they know."""

    def level(self, row: Row) -> str:
        """The group or condition of a row."""
        return row.variables[self.by] if self.by else ""


def match(sessions: Sequence[Path], table: Participants | None, by: str | None) -> Matched:
    """Raises `SessionError` for a session that the table does not know, or that cannot be told from another.

    Without a table each session is a participant of its own, unless it says itself whose it is.
    """
    paths = {path.resolve(): path for path in sessions}
    if table is None:
        alone = {path: [Row(0, path.name, _plain_name(path), None, "", {})] for path in paths}
        return Matched(alone, "", ("",), [], by_table=False)
    if by is not None and by not in table.variables:
        known = ", ".join(table.variables) or "it has no other columns"
        raise SessionError(f"'{table.path}' has no column '{by}'.", f"Choose one of these: {known}.")
    left_out: list[str] = []
    rows: dict[Path, list[Row]] = {}
    for row in table.rows:
        path = _path_of(row, list(paths), table)
        if path is None:
            left_out.append(f"Line {row.number} of the table: '{row.session}' was not given.")
        else:
            rows.setdefault(path, []).append(row)
    _refuse_unknown([paths[path] for path in paths if path not in rows], table)
    if by is not None:
        for row in [row for found in rows.values() for row in found if not row.variables[by]]:
            left_out.append(f"Line {row.number} of the table: '{row.session}' has no {by}.")
        rows = {path: [row for row in found if row.variables[by]] for path, found in rows.items()}
        rows = {path: found for path, found in rows.items() if found}
    if not rows:
        raise SessionError(f"'{table.path}' has no {by} for any of the sessions.", "Fill the column.")
    used = sorted((row for found in rows.values() for row in found), key=lambda row: row.number)
    levels = tuple(dict.fromkeys(row.variables[by] for row in used)) if by is not None else ("",)
    if len(levels) > MOST_LEVELS:
        raise SessionError(
            f"'{by}' has {len(levels)} different values; at most {MOST_LEVELS} groups can be compared.",
            "Choose another column, or put values together in the table.",
        )
    return Matched(rows, by or "", levels, left_out)


def _path_of(row: Row, paths: Sequence[Path], table: Participants) -> Path | None:
    found = [path for path in paths if _is_meant(row.session, path, table.path)]
    if len(found) > 1:
        raise SessionError(
            f"'{row.session}' (line {row.number} of '{table.path}') is the name of several sessions.",
            "Write the path of its folder there.",
        )
    return found[0] if found else None


def _is_meant(written: str, path: Path, table: Path) -> bool:
    if written in {path.name, _plain_name(path)}:
        return True
    return path in {Path(written).resolve(), (table.parent / written).resolve()}


def _plain_name(path: Path) -> str:
    """The session's name, also of a pack."""
    return path.name.removesuffix(".zip").removesuffix("_pack")


def _refuse_unknown(sessions: Sequence[Path], table: Participants) -> None:
    if sessions:
        more = f" (and {len(sessions) - 1} more)" if len(sessions) > 1 else ""
        raise SessionError(
            f"'{sessions[0]}'{more} is not in '{table.path}'.",
            "Add a line with the name of its folder, or leave the session out.",
        )
