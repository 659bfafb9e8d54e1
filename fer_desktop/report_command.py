"""`fer-desktop report`: one page about a session, or about several compared."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from fer_desktop.analyse import noted_interrupt
from fer_desktop.errors import UserError

_ENDINGS: Final = frozenset({".html", ".htm"})

_out = Console(highlight=False)
_err = Console(stderr=True, highlight=False)


def _page(out: Path) -> Path:
    if out.suffix.lower() not in _ENDINGS:
        raise typer.BadParameter(f"'{out}' does not end in .html.")
    return out


def report_command(  # noqa: PLR0917 - one parameter per option; typer calls it by name
    sessions: Annotated[list[Path], typer.Argument(metavar="SESSION", help="Session folders, or packs.")],
    out: Annotated[Path, typer.Option(help="The page to write (.html).", callback=_page)],
    table: Annotated[
        Path | None,
        typer.Option(help="CSV with the columns session and participant, and any others to compare by."),
    ] = None,
    by: Annotated[str | None, typer.Option(help="The column of the table that tells the groups.")] = None,
    window: Annotated[
        float, typer.Option(min=0.5, max=60, help="Seconds before and after markers in mean curves.")
    ] = 5.0,
    sheet: Annotated[bool, typer.Option("--sheet", help="Also write the frequencies as .xlsx.")] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Write over a report that is there.")] = False,
) -> None:
    """Write a page about a session, or compare the people in several (it needs no network to be read)."""
    if by is not None and table is None:
        raise typer.BadParameter("--by needs a table: add --table participants.csv.")
    alone = len(sessions) == 1 and table is None
    if sheet and alone:
        raise typer.BadParameter("--sheet needs several sessions, or --table. See: fer-desktop export.")
    with noted_interrupt() as interrupted, _bar() as bar:
        report = _reporting(bar, interrupted)
        if alone:
            from fer_desktop.session.report.report import report_session  # noqa: PLC0415 - only when asked

            made = [report_session(sessions[0], out, replace=replace, report=report)]
        else:
            from fer_desktop.session.groups.report import Request, report_groups  # noqa: PLC0415

            request = Request(tuple(sessions), table, by, window, sheet)
            made = report_groups(request, out, replace=replace, report=report)
    for path in made:
        _out.print(escape(str(path)), soft_wrap=True)


def _bar() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    return Progress(*columns, console=_err, disable=not _err.is_terminal, transient=True)


def _reporting(bar: Progress, interrupted: threading.Event) -> Callable[[int, int], None]:
    task = bar.add_task("report", total=None)

    def report(done: int, total: int) -> None:
        if interrupted.is_set():
            raise UserError("Stopped.", "Nothing half-written was left.")
        bar.update(task, completed=done, total=total)

    return report
