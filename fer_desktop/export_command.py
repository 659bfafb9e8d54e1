"""`fer-desktop export`: sessions in the forms of other tools."""

from __future__ import annotations

import logging
import threading
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from fer_desktop.analyse import noted_interrupt
from fer_desktop.errors import UserError
from fer_desktop.session.exports.export import export, names_a_file, told_of_persons
from fer_desktop.session.exports.formats import FORMATS

_FAILED: Final = 1
_NAMES: Final = ", ".join(FORMATS)

_out = Console(highlight=False)
_err = Console(stderr=True, highlight=False)

log = logging.getLogger(__name__)


def _known(formats: list[str]) -> list[str]:
    for name in formats:
        if name not in FORMATS:
            raise typer.BadParameter(f"'{name}' is not one of {_NAMES}.")
    return formats


def export_command(
    sessions: Annotated[list[Path], typer.Argument(metavar="SESSION", help="Session folders, or packs.")],
    formats: Annotated[
        list[str], typer.Option("--format", help=f"{_NAMES}; may be given several times.", callback=_known)
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            help="The folder that the files go to, else 'exports' inside each session; of one session "
            "and one format that is a file, also that file's name."
        ),
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Write over exports that are there.")] = False,
) -> None:
    """Write sessions in the forms of other tools."""
    if out is not None and len(sessions) > 1 and names_a_file(out, formats):
        raise typer.BadParameter(f"{len(sessions)} sessions do not go into one file; name a folder.")
    failed = False
    with noted_interrupt() as interrupted:
        for session in sessions:
            try:
                made = _export_with_bar(session, formats, out, replace, interrupted)
            except UserError as error:
                log.debug("because of this:", exc_info=error)
                _err.print(escape(str(error)), style="red", soft_wrap=True)
                failed = True
                if interrupted.is_set():
                    break
                continue
            for path in made:
                _out.print(escape(str(path)), soft_wrap=True)
            for told in told_of_persons(session, formats, made):
                _err.print(escape(told.sentence), style="yellow", soft_wrap=True)
    if failed:
        raise typer.Exit(_FAILED)


def _export_with_bar(
    session: Path, formats: list[str], out: Path | None, replace: bool, interrupted: threading.Event
) -> list[Path]:
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=_err, disable=not _err.is_terminal, transient=True) as bar:
        task = bar.add_task(escape(session.name), total=None)

        def report(done: int, total: int) -> None:
            if interrupted.is_set():
                raise UserError("Stopped.", "Nothing half-written was left.")
            bar.update(task, completed=done, total=total)

        return export(session, formats, out, replace=replace, report=report)
