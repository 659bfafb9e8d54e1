"""Writing reports: beside their place first, then moved there; nothing half-written stays."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from fer_desktop.errors import SessionError
from fer_desktop.session.exports.export import at_rest, staging_in
from fer_desktop.session.exports.material import Material
from fer_desktop.session.exports.pack import opened
from fer_desktop.session.folder import refuse_own_file
from fer_desktop.session.reader import whole_records
from fer_desktop.session.report.session_page import session_page


def report_session(
    path: Path,
    out: Path,
    *,
    replace: bool = False,
    report: Callable[[int, int], None] = lambda _done, _total: None,
) -> Path:
    """Write the report of a session folder or research pack to the file `out`.

    `report` hears of rows done and rows in all; what it raises ends the work. Raises `SessionError`.
    """
    refuse(out, replace=replace)
    with opened(path) as session:
        name = session.folder.resolve().name
        with staging_in(out.parent) as staging, at_rest(session, staging) as resting:
            total = sum(1 for _ in whole_records(resting.folder / resting.log.file))
            done = 0

            def tick(rows: int) -> None:
                nonlocal done
                done += rows
                report(done, total)

            page = session_page(Material(resting, name, tick))
            put(out, staging, lambda made: made.write_text(page, encoding="utf-8", newline="\n"))
    return out


def refuse(out: Path, *, replace: bool) -> None:
    """Raises `SessionError` for a file that is there already, unless it may be replaced."""
    if out.is_dir():
        raise SessionError(f"'{out}' is a folder.", "Name a file for the report, such as report.html.")
    refuse_own_file(out)
    if out.exists() and not replace:
        raise SessionError(f"'{out}' is there already.", "Choose another name with --out, or add --replace.")


def put(out: Path, staging: Path, write: Callable[[Path], object]) -> None:
    """Let a file be written in the scratch folder, and move it to its place in one step."""
    made = staging / out.name
    write(made)
    made.replace(out)
