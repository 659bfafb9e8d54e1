"""`fer-desktop forget`, `expired` and `notice`: what the recorded person may expect."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.markup import escape

from fer_desktop import paths
from fer_desktop.errors import UserError
from fer_desktop.session.folder import sessions_folder
from fer_desktop.session.forget import Holdings, delete, holdings_of
from fer_desktop.session.kept import Kept, Unreadable, expired, kept_in
from fer_desktop.session.notice import LANGUAGES, Blanks, write_notice
from fer_desktop.session.subject import participant_code
from fer_desktop.settings_store import SettingsStore

_FAILED: Final = 1

_out = Console(highlight=False)
_err = Console(stderr=True, highlight=False)

Folder = Annotated[Path | None, typer.Argument(help="Where to look; else the folder of the recordings.")]


def forget_command(
    participant: Annotated[str, typer.Argument(help="The participant's code, as in session.json.")],
    folder: Folder = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete everything of a participant: sessions, copies, packs, exports, reports. Asks first."""
    code = participant_code(participant)
    if not code:
        raise typer.BadParameter("Name a participant.")
    home = (folder or _recordings()).resolve()
    holdings = holdings_of(code, home)
    if not holdings.paths and not holdings.left:
        there = f"There are {', '.join(holdings.others)}." if holdings.others else "There is no other one."
        raise UserError(f"Nothing of participant '{code}' is in '{home}'.", there)
    for path in holdings.paths:
        _say(str(path))
    _tell_limits(holdings)
    if not holdings.paths:
        raise typer.Exit(_FAILED)
    if not yes:
        typer.confirm(f"Delete these {len(holdings.paths)} for good?", abort=True)
    for path in holdings.paths:
        delete(path)
    _say(
        f"Deleted of participant {code}: sessions {len(holdings.sessions)}, packs {len(holdings.packs)}, "
        f"exports {len(holdings.exports)}, reports {len(holdings.reports)}."
    )
    _err.print(
        "Out of reach: copies in other folders, on other disks and in backups, what was sent or "
        "published, and consent forms on paper.",
        soft_wrap=True,
    )
    if holdings.left:
        raise typer.Exit(_FAILED)


def _tell_limits(holdings: Holdings) -> None:
    """What will stay, and why."""
    for path in holdings.being_written:
        _warn(f"'{path}' stays: it is being recorded. End the recording, and run the command again.")
    for path in holdings.shared:
        _warn(f"'{path}' stays: others are in it, too. Look at it yourself.")
    for path in holdings.unclear:
        _warn(f"'{path}' stays: whose it is cannot be told. Look at it yourself.")
    for source in holdings.sources:
        _warn(f"'{source}' stays: it was analysed, but it is a file of yours. Delete it yourself.")


def expired_command(folder: Folder = None) -> None:
    """List the sessions and packs whose last day of keeping is over. Deletes nothing."""
    home = folder or _recordings()
    if folder is not None and not home.is_dir():
        raise UserError(f"'{home}' is not a folder.", "Name the folder of the sessions.")
    found = list(kept_in(home))
    over = expired([kept for kept in found if isinstance(kept, Kept)], date.today())
    for kept in over:
        whose = f" of {kept.participant}" if kept.participant else ""
        _say(f"{kept.keep_until}{whose}: {kept.path}")
    if not over:
        _say("No session is past its last day.")
    for unread in (kept for kept in found if isinstance(kept, Unreadable)):
        _warn(f"'{unread.path}' cannot be read: whether its last day is over cannot be told.")


def notice_command(  # noqa: PLR0917 - one parameter per option; typer calls it by name
    out: Annotated[Path, typer.Option(help="The page to write (.html).")],
    language: Annotated[str, typer.Option(help=f"{' or '.join(LANGUAGES)}.")] = "en",
    who: Annotated[str, typer.Option(help="Who records: name and address.")] = "",
    contact: Annotated[str, typer.Option(help="Whom to ask, and the data protection officer.")] = "",
    purpose: Annotated[str, typer.Option(help="What for.")] = "",
    keep: Annotated[str, typer.Option(help="Until when the recordings are kept.")] = "",
    replace: Annotated[bool, typer.Option("--replace", help="Write over a page that is there.")] = False,
) -> None:
    """Write the page for the person who is recorded; what is left out can be filled in by hand."""
    if language not in LANGUAGES:
        raise typer.BadParameter(f"'{language}' is not one of {', '.join(LANGUAGES)}.")
    if out.exists() and not replace:
        raise UserError(f"'{out}' is there already.", "Choose another name, or add --replace.")
    write_notice(out, language, Blanks(who, contact, purpose, keep))
    _say(str(out))


def _recordings() -> Path:
    return sessions_folder(SettingsStore(paths.settings_file()).current)


def _say(text: str) -> None:
    _out.print(escape(text), soft_wrap=True)


def _warn(text: str) -> None:
    _err.print(escape(text), style="yellow", soft_wrap=True)
