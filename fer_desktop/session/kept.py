"""Sessions and research packs, wherever they lie in a folder, told apart by whose they are."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any, Final
from unicodedata import normalize

from fer_desktop.session.folder import is_session
from fer_desktop.session.lock import FILE as LOCK
from fer_desktop.session.lock import is_held
from fer_desktop.session.metadata import FILE

_LARGEST_BYTES: Final = 16_000_000
"""Of a session.json; anything larger is something else."""
_JUNCTION: Final = 0xA0000003
"""`IO_REPARSE_TAG_MOUNT_POINT`."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A session folder, a copy of one, or a pack."""

    path: Path
    name: str
    """Of the session; exports begin with it."""
    participant: str
    """Empty where none was given."""
    keep_until: date | None
    source: str
    """The file that was analysed; empty for a camera or stream."""
    being_written: bool = False
    """It is recorded or recovered at this moment."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What might be a session, but nobody can tell whose."""

    path: Path


def kept_in(folder: Path, stop: Callable[[], bool] = lambda: False) -> Iterator[Kept | Unreadable]:
    """Everything in `folder` and below, the outer ones first; links are not followed.

    Ends early once `stop` says so.
    """
    closed: list[Unreadable] = []
    walk = os.walk(folder, onerror=lambda error: closed.append(Unreadable(Path(str(error.filename)))))
    for place, folders, files in walk:
        folders.sort()
        if stop():
            return
        folders[:] = [name for name in folders if not _is_junction(Path(place) / name)]
        if (kept := _in_folder(Path(place))) is not None:
            yield kept
        for name in sorted(files):
            path = Path(place) / name
            if name.lower().endswith(".zip") and not path.is_symlink():
                pack = _pack(path)
                if pack is not None:
                    yield pack
    yield from closed


def _in_folder(folder: Path) -> Kept | Unreadable | None:
    try:
        return session_in(folder) if is_session(folder) else None
    except OSError:  # it may be listed, but not entered
        return Unreadable(folder)


def _is_junction(path: Path) -> bool:
    """Whether it is Windows' other kind of link to a folder, which `os.walk` follows (until Python 3.12)."""
    with suppress(OSError):
        return getattr(os.lstat(path), "st_reparse_tag", 0) == _JUNCTION
    return False


def outermost(found: list[Kept]) -> list[Kept]:
    """Without those that lie in the folder of another one of them."""
    paths = {kept.path for kept in found}
    return [kept for kept in found if paths.isdisjoint(kept.path.parents)]


def expired(found: list[Kept], today: date) -> list[Kept]:
    """Those whose last day is over, the oldest first."""
    over = [kept for kept in found if kept.keep_until is not None and kept.keep_until < today]
    return sorted(outermost(over), key=lambda kept: (kept.keep_until or today, kept.path))


def session_in(folder: Path) -> Kept | Unreadable:
    """Whose the session in this folder is. Where session.json is damaged its lock file may tell."""
    for name in (FILE, LOCK):
        path = folder / name
        with suppress(OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            if path.stat().st_size <= _LARGEST_BYTES:
                data = json.loads(path.read_bytes())
                kept = _kept(folder, folder.name, data)
                return replace(kept, being_written=_is_cut_off(data) and is_held(folder))
    return Unreadable(folder)


def _is_cut_off(data: dict[str, Any]) -> bool:
    """What `Metadata.cut_off` says, of a session.json whose other fields need not be right."""
    ended = data.get("files") and data.get("error") is None
    return not (data.get("complete") or data.get("recovered") or ended)


def _pack(path: Path) -> Kept | Unreadable | None:
    """None for a zip file without a session; one with more than that may be several people's."""
    holds_one = False
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [info for info in archive.infolist() if PurePosixPath(info.filename).name == FILE]
            if not entries:
                return None
            holds_one = True
            roots = {PurePosixPath(name).parts[:1] for name in archive.namelist()} - {("__MACOSX",)}
            inner = entries[0]
            parts = PurePosixPath(inner.filename).parts
            if len(entries) > 1 or len(roots) > 1 or len(parts) != 2 or inner.file_size > _LARGEST_BYTES:
                return Unreadable(path)
            return _kept(path, parts[0], json.loads(archive.read(inner)))
    except (zipfile.BadZipFile, RuntimeError):
        return Unreadable(path) if holds_one or path.stem.endswith("_pack") else None
    except Exception:  # zlib.error, LZMAError, struct.error, ...: a file of somebody else may be anything
        return Unreadable(path)


def _kept(path: Path, name: str, data: dict[str, Any]) -> Kept:
    until = data.get("keep_until")
    source = data["source"]
    is_file = source["kind"] not in {"camera", "stream", "demo"}
    return Kept(
        path,
        name,
        normalize("NFC", str(data.get("participant") or "")),
        None if until is None else date.fromisoformat(until),
        str(source["path"]) if is_file else "",
    )
