"""Who writes a session: a lock that the system takes away from a process that ends, however it ends."""

from __future__ import annotations

import errno
import os
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

FILE: Final = "recording.lock"
_HELD: Final = frozenset({errno.EACCES, errno.EAGAIN, errno.EDEADLK})
_TRIES: Final = 20
_BETWEEN_TRIES_S: Final = 0.01
"""Who only asks holds a lock too, for much less than this."""
_QUIET_S: Final = 60.0
"""Where locks do not work, a session that has not changed for so long is nobody's."""

if sys.platform == "win32":
    import msvcrt

    _FAR: Final = 1 << 30
    """Windows lets nobody read a locked byte: one far behind the text is locked."""

    def _take(descriptor: int) -> None:
        os.lseek(descriptor, _FAR, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _take(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


class HeldError(OSError):
    """Another recorder or recovery is at work in this folder."""


class SessionLock:
    """Held from its making until `release`, or until the process is gone.

    A file system without locks does not keep anybody from recording: then nobody holds it.
    """

    def __init__(self, folder: Path, note: bytes = b"") -> None:
        """`note` is what a new file holds. Raises `HeldError`, or OSError where no file can be made."""
        self._path = folder / FILE
        self._file = self._path.open("ab", buffering=0)
        try:
            self._hold()
            if not self._path.stat().st_size:
                self._file.write(note)
        except OSError:
            self._file.close()
            raise

    def release(self, *, done: bool) -> None:
        """Let go; `done`: the session is at its end and needs no lock any more. May be called twice."""
        if self._file.closed:
            return
        # Windows removes no open file.
        self._file.close()
        if done:
            with suppress(OSError):
                self._path.unlink(missing_ok=True)

    def _hold(self) -> None:
        for _ in range(_TRIES):
            try:
                _take(self._file.fileno())
            except OSError as error:
                if error.errno not in _HELD:
                    return
                time.sleep(_BETWEEN_TRIES_S)
            else:
                return
        raise HeldError


def is_held(folder: Path) -> bool:
    """Whether a living process writes this session.

    Where nobody can tell, as there is no lock or the file system knows none, a session that changed within
    the last minute counts as being written. Raises OSError for a folder that cannot be read.
    """
    try:
        file = (folder / FILE).open("r+b", buffering=0)
    except OSError:
        return _is_fresh(folder)
    with file:
        try:
            _take(file.fileno())
        except OSError as error:
            return error.errno in _HELD or _is_fresh(folder)
    return False


def _is_fresh(folder: Path) -> bool:
    now = time.time()
    # A clock that was set back must not keep a session from being recovered for ever.
    return any(abs(now - path.stat().st_mtime) < _QUIET_S for path in folder.iterdir())
