"""Sessions and research packs, wherever they lie in a folder, told apart by whose they are."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any, Final

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
        if FILE in files:
            yield _session(Path(place))
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


def _session(folder: Path) -> Kept | Unreadable:
    path = folder / FILE
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            return Unreadable(folder)
        return _kept(folder, folder.name, json.loads(path.read_bytes()))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Unreadable(folder)


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
