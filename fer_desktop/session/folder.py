"""Names and making of session folders: legal on every system, never over an older one."""

from __future__ import annotations

import errno
import os
import unicodedata
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Final

from fer_desktop import paths
from fer_desktop.errors import SessionError
from fer_desktop.session.lock import FILE as LOCK
from fer_desktop.session.metadata import FILE as METADATA
from fer_desktop.settings import Settings

_FORBIDDEN: Final = frozenset('<>:"/\\|?*')
_UNPRINTABLE: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})
_DEVICES: Final = frozenset(
    {"CON", "PRN", "AUX", "NUL"} | {f"{port}{n}" for port in ("COM", "LPT") for n in "123456789¹²³"}
)
_LONGEST_BYTES: Final = 80
"""Of a source's name: leaves room for time, suffix and files under Windows' limit of 260 for a path."""
_OWN: Final = frozenset({METADATA, LOCK, "log.csv", "states.csv", "events.csv", "annotated.mp4"})
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})


def safe_name(name: str) -> str:
    """Return `name` as a file name that Windows, Linux and macOS accept; other scripts stay as they are."""
    name = unicodedata.normalize("NFC", name)
    kept = "".join(
        "_" if sign in _FORBIDDEN or unicodedata.category(sign) in _UNPRINTABLE else sign for sign in name
    )
    short = kept.strip().encode()[:_LONGEST_BYTES].decode(errors="ignore").rstrip(". ")
    if short.split(".")[0].rstrip().upper() in _DEVICES:
        short = f"_{short}"
    return short or "source"


def new_folder(parent: Path, start: datetime, source_name: str) -> Path:
    """Make `<start in UTC>_<source name>` within `parent`; raises `SessionError`.

    Where the name is taken, also by another program at this very moment, `-2`, `-3`, ... is appended.
    """
    stem = f"{start:%Y-%m-%dT%H-%M-%SZ}_{safe_name(source_name)}"
    try:
        parent.mkdir(parents=True, exist_ok=True)
        for number in count(1):
            folder = parent / (stem if number == 1 else f"{stem}-{number}")
            try:
                folder.mkdir()
            except FileExistsError:
                continue
            return folder
    except OSError as error:
        raise cannot_write(parent, error) from error
    raise AssertionError("counting does not end")


def is_session(folder: Path) -> bool:
    """Whether there is a session in this folder, or what is left of one."""
    return any((folder / name).is_file() for name in (METADATA, LOCK)) or (
        (folder / "log.csv").is_file() and (folder / "states.csv").is_file()
    )


def refuse_own_file(out: Path) -> None:
    """Raises `SessionError` for a file that a session consists of: nothing else may be written over it."""
    # Without regard to case, as Windows and macOS have it.
    if out.name.casefold() in _OWN and is_session(out.parent):
        raise SessionError(f"'{out.name}' belongs to the session in this folder.", "Choose another name.")


def find_sessions(path: Path) -> list[Path]:
    """The folder itself if it is a session, else all sessions below it by name; raises `SessionError`."""
    if not path.exists():
        raise SessionError(f"There is no folder '{path}'.", "Check the name.")
    if not path.is_dir():
        raise SessionError(f"'{path}' is a file.", "Name the folder of the session.")
    found: list[Path] = []
    for name, below, _ in os.walk(path):
        if is_session(Path(name)):
            found.append(Path(name))
            below.clear()
        below.sort()
    if not found:
        raise SessionError(f"There is no session in '{path}'.", "Choose a folder that FER Desktop recorded.")
    return found


def sessions_folder(settings: Settings) -> Path:
    """Where this user's recordings go."""
    return Path(settings.sessions_folder) if settings.sessions_folder else paths.sessions_dir()


def cannot_write(folder: Path, error: OSError) -> SessionError:
    """The sentence and remedy for a folder that refuses to be written."""
    if error.errno in _FULL:
        return SessionError(f"The disk of '{folder}' is full.", "Free some space or choose another folder.")
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        return SessionError(f"'{folder}' may not be written to.", "Choose a folder of your own.")
    if isinstance(error, (FileExistsError, NotADirectoryError)):
        return SessionError(f"'{folder}' is not a folder.", "Choose a folder for the sessions.")
    if isinstance(error, FileNotFoundError):
        return SessionError(
            f"'{folder}' is gone: it was moved, renamed or removed.",
            "Put the disk back or choose another folder.",
        )
    if error.errno == errno.EFBIG:
        return SessionError(
            f"A file in '{folder}' is as large as this disk allows.",
            "Choose a folder on a disk with another file system.",
        )
    return SessionError(
        f"'{folder}' cannot be written to ({error.strerror or error}).",
        "Check the disk or choose another folder.",
    )
