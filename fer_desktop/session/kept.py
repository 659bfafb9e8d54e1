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

from fer_desktop.session.folder import is_session
from fer_desktop.session.lock import FILE as LOCK
from fer_desktop.session.lock import is_held
from fer_desktop.session.metadata import FILE

_LARGEST_BYTES: Final = 16_000_000
"""Of a session.json; anything larger is something else."""


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
        if is_session(Path(place)):
            yield session_in(Path(place))
        for name in sorted(files):
            if name.lower().endswith(".zip"):
                pack = _pack(Path(place) / name)
                if pack is not None:
                    yield pack
    yield from closed


def outermost(found: list[Kept]) -> list[Kept]:
    """Without those that lie in the folder of another one of them."""
    paths = {kept.path for kept in found}
    return [kept for kept in found if paths.isdisjoint(kept.path.parents)]


def expired(found: list[Kept], today: date) -> list[Kept]:
    """Those whose last day is over, the oldest first."""
    over = [kept for kept in outermost(found) if kept.keep_until is not None and kept.keep_until < today]
    return sorted(over, key=lambda kept: (kept.keep_until or today, kept.path))


def session_in(folder: Path) -> Kept | Unreadable:
    """Whose the session in this folder is. Where session.json is damaged its lock file may tell."""
    for name in (FILE, LOCK):
        path = folder / name
        with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
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
    """None for a zip file that is no pack."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [info for info in archive.infolist() if PurePosixPath(info.filename).name == FILE]
            inner = next((info for info in entries if len(PurePosixPath(info.filename).parts) == 2), None)
            if inner is None:
                return None
            if inner.file_size > _LARGEST_BYTES:
                return Unreadable(path)
            name = PurePosixPath(inner.filename).parts[0]
            return _kept(path, name, json.loads(archive.read(inner)))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, EOFError, NotImplementedError):
        return Unreadable(path)
    except (zipfile.BadZipFile, RuntimeError):
        return Unreadable(path) if path.stem.endswith("_pack") else None


def _kept(path: Path, name: str, data: dict[str, Any]) -> Kept:
    until = data.get("keep_until")
    source = data["source"]
    is_file = source["kind"] not in {"camera", "stream", "demo"}
    return Kept(
        path,
        name,
        str(data.get("participant") or ""),
        None if until is None else date.fromisoformat(until),
        str(source["path"]) if is_file else "",
    )
