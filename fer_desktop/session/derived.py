"""Exports and reports that lie outside of sessions, known by the sessions' names."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fer_desktop.session.exports.formats import FORMATS
from fer_desktop.session.report.page import sessions_of

_PAGES: Final = (".html", ".htm")
_OWN_NAME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ_")
"""How `session.folder.new_folder` begins a name."""


@dataclass(frozen=True, slots=True)
class Derived:
    """A file or folder that was made from sessions."""

    path: Path
    sessions: frozenset[str]
    """Their names."""
    is_report: bool
    is_certain: bool = True
    """False for a file that only its name makes an export, where that name may be anybody's."""


def derived_from(names: Iterable[str], folder: Path, without: set[Path]) -> Iterator[Derived]:
    """What was made from sessions of these names, in `folder` and below but not in the paths `without`.

    Links are not followed.
    """
    exports = {f"{name}{form.ending}": name for name in names for form in FORMATS.values()}
    wanted = frozenset(exports.values())
    for place, folders, files in os.walk(folder):
        here = Path(place)
        for entry in sorted({*folders, *files} & exports.keys()):
            if here / entry not in without:
                name = exports[entry]
                certain = _is_ours(entry, name)
                yield Derived(here / entry, frozenset({name}), is_report=False, is_certain=certain)
        for entry in sorted(files):
            sessions = _sessions_of_page(here / entry)
            if sessions & wanted:
                yield Derived(here / entry, sessions, is_report=True)
        # Nothing within what goes as a whole is to be counted again.
        folders[:] = sorted(name for name in folders if here / name not in without and name not in exports)


def _is_ours(entry: str, name: str) -> bool:
    """Whether nobody else would call a file so: by its ending, or as the session still has its own name.

    `P01.xlsx` beside a session that was renamed to `P01` may be the user's table.
    """
    return entry.removeprefix(name).startswith("_") or _OWN_NAME.match(name) is not None


def _sessions_of_page(path: Path) -> frozenset[str]:
    if path.name.lower().endswith(_PAGES):
        with suppress(OSError):
            return sessions_of(path)
    return frozenset()
