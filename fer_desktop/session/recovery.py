"""Making sessions whole that were cut off: by a crash, a power cut, a full disk, a stick pulled out.

The rows are there already. What is torn is put away, runs, sums and hashes are made from the rows, and
session.json says what was done. Each step leaves the session such that the whole can be done again.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from fer_desktop import __version__
from fer_desktop.errors import SessionError
from fer_desktop.session.account import Account, Coverage
from fer_desktop.session.blocks import read_blocks
from fer_desktop.session.clock import SessionClock
from fer_desktop.session.folder import cannot_write, is_session
from fer_desktop.session.lock import FILE as LOCK
from fer_desktop.session.lock import HeldError, SessionLock, is_held
from fer_desktop.session.metadata import (
    ClockFacts,
    FileFacts,
    Recovery,
    parse_metadata,
    replace_file,
    write_metadata,
)
from fer_desktop.session.reader import Session, read_session
from fer_desktop.session.schema import EVENTS, SCHEMA_VERSION, STATES
from fer_desktop.session.states import StateRun
from fer_desktop.session.table import Table
from fer_desktop.session.writer import sha256_of, whole_size

_TORN: Final = ".torn"
_CHUNK: Final = 1 << 20


class BeingRecordedError(SessionError):
    """Somebody writes this session now."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """A session that was cut off and is whole now."""

    folder: Path
    coverage: Coverage
    seconds: float
    """Time of its last row or event."""
    torn_bytes: dict[str, int]
    """What stands in `<table>.torn`."""


def sessions_to_recover(parent: Path) -> list[Path]:
    """Sessions directly within a folder that were cut off, oldest first; none if it cannot be read.

    Those that a living process writes are left out, and those whose session.json says nothing any more.
    """
    try:
        return sorted(folder for folder in parent.iterdir() if is_session(folder) and _is_left(folder))
    except OSError:
        return []


def recover(folder: Path) -> Recovered | None:
    """Make a session whole; None if it was not cut off. May be interrupted, and called again.

    Raises `SessionError` if it is being recorded, cannot be written, or is damaged beyond a torn end.
    """
    if not _open(folder).metadata.cut_off:
        return None
    try:
        if is_held(folder):
            raise BeingRecordedError(f"'{folder}' is being recorded.", "Recover it when that is over.")
        lock = SessionLock(folder)
    except HeldError as error:
        raise BeingRecordedError(f"'{folder}' is being recovered.", "Wait until that is done.") from error
    except OSError as error:
        raise cannot_write(folder, error) from error
    done = False
    try:
        session = _open(folder)
        recovered = _recover(session) if session.metadata.cut_off else None
        done = True
    except OSError as error:
        raise cannot_write(folder, error) from error
    finally:
        lock.release(done=done)
    return recovered


def _is_left(folder: Path) -> bool:
    try:
        return _open(folder).metadata.cut_off and not is_held(folder)
    except (SessionError, OSError):
        return False


def _open(folder: Path) -> Session:
    """A session whose session.json may be lost; raises `SessionError`."""
    try:
        return read_session(folder)
    except SessionError:
        # What the recorder wrote first stands in its lock file too.
        try:
            metadata = parse_metadata((folder / LOCK).read_bytes())
        except (OSError, ValueError):
            metadata = None
        if metadata is None or metadata.schema_version > SCHEMA_VERSION:
            raise
        return Session(folder, metadata)


def _recover(session: Session) -> Recovered:
    folder, metadata = session.folder, session.metadata
    account = Account(metadata.model.labels, metadata.source.nominal_fps, session.events())
    runs = _Runs(session, account)
    replace_file(folder / STATES.file, runs)
    torn = {}
    for table in (session.log, EVENTS):
        _put_away_torn(folder / table.file, table)
        kept = folder / (table.file + _TORN)
        if kept.exists():
            torn[table.file] = kept.stat().st_size
    rows = {session.log.file: account.rows, STATES.file: runs.count, EVENTS.file: account.events}
    received = metadata.counters.read
    write_metadata(
        folder,
        replace(
            metadata,
            counters=account.counters(received),
            clocks=_ended(metadata.clocks, account.end_s),
            files={name: _facts(folder / name, count) for name, count in rows.items()},
            recovered=Recovery(SessionClock.now().utc(0), __version__, torn),
        ),
    )
    return Recovered(folder, account.coverage(received), account.end_s, torn)


class _Runs:
    """The whole of states.csv, made from the log while it is written."""

    def __init__(self, session: Session, account: Account) -> None:
        self._session = session
        self._account = account
        self.count = 0

    def __iter__(self) -> Iterator[bytes]:
        yield STATES.header.encode()
        for block in read_blocks(self._session):
            yield self._lines(self._account.add(block))
        yield self._lines(self._account.close())

    def _lines(self, runs: Sequence[StateRun]) -> bytes:
        self.count += len(runs)
        return "".join(STATES.line(run) for run in runs).encode()


def _put_away_torn(path: Path, table: Table[Any]) -> None:
    """Leave a table with its whole rows only; what follows them is kept beside it."""
    if not path.exists():
        path.touch()
    whole = whole_size(path)
    if path.stat().st_size > whole:
        replace_file(path.with_name(path.name + _TORN), _bytes_from(path, whole))
        with path.open("r+b") as file:
            file.truncate(whole)
            os.fsync(file.fileno())
    if not whole:
        replace_file(path, [table.header.encode()])


def _bytes_from(path: Path, start: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(start)
        while chunk := file.read(_CHUNK):
            yield chunk


def _ended(clocks: ClockFacts, end_s: float) -> ClockFacts:
    """Ended by the recorder's own word, else with the last row or event."""
    if clocks.duration_s is not None:
        return clocks
    start = SessionClock(datetime.fromisoformat(clocks.utc_start).timestamp(), 0.0)
    return replace(clocks, utc_end=start.utc(end_s), duration_s=round(end_s, 6))


def _facts(path: Path, rows: int) -> FileFacts:
    return FileFacts(rows, path.stat().st_size, sha256_of(path))
