"""Writing the comparison of several sessions: a page, and a workbook beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fer_desktop.session.exports.export import staging_in
from fer_desktop.session.groups.comparing import compare
from fer_desktop.session.groups.findings import Findings
from fer_desktop.session.groups.frequencies import added_up
from fer_desktop.session.groups.group_page import group_page
from fer_desktop.session.groups.matching import match
from fer_desktop.session.groups.participants import read_participants
from fer_desktop.session.groups.sheet import write_sheet
from fer_desktop.session.groups.study import read_study
from fer_desktop.session.report.report import put, refuse


@dataclass(frozen=True, slots=True)
class Request:
    """What to compare, and how."""

    sessions: tuple[Path, ...]
    """Folders or packs."""
    table: Path | None = None
    """Who is who; None: each session is a participant of its own."""
    by: str | None = None
    """The column of the table that tells groups or conditions."""
    window_s: float = 5.0
    """Seconds before and after markers in mean curves."""
    sheet: bool = False
    """Also a workbook with the frequencies, beside the page."""


def report_groups(
    request: Request,
    out: Path,
    *,
    replace: bool = False,
    report: Callable[[int, int], None] = lambda _done, _total: None,
) -> list[Path]:
    """Write the page to `out`; returns what was made.

    `report` hears of sessions done and in all; what it raises ends the work. Raises `SessionError`.
    """
    workbook = out.with_suffix(".xlsx")
    targets = [out, workbook] if request.sheet else [out]
    for target in targets:
        refuse(target, replace=replace)
    found = findings(request, report)
    page = group_page(request.table.stem if request.table else f"{len(request.sessions)} sessions", found)
    with staging_in(out.parent) as staging:
        if request.sheet:
            put(workbook, staging, lambda made: write_sheet(made, found))
        put(out, staging, lambda made: made.write_text(page, encoding="utf-8", newline="\n"))
    return targets


def findings(request: Request, report: Callable[[int, int], None]) -> Findings:
    """Read and compare; raises `SessionError`."""
    table = read_participants(request.table) if request.table else None
    matched = match(request.sessions, table, request.by)
    study = read_study(matched, request.window_s, report)
    gathered = added_up(study.looked)
    people = [person for level in matched.levels for person in gathered if person.level == level]
    comparison = compare(people, study.labels, matched.levels) if matched.by else None
    return Findings(study, matched, people, comparison, request.window_s)
