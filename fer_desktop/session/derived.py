"""Exports and reports that lie outside of sessions, known by the sessions' names."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fer_desktop.session.exports.formats import FORMATS
from fer_desktop.session.report.page import sessions_of

_PAGES: Final = (".html", ".htm")


@dataclass(frozen=True, slots=True)
class Derived:
    """A file or folder that was made from sessions."""

    path: Path
    sessions: frozenset[str]
    """Their names."""
    is_report: bool


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
                yield Derived(here / entry, frozenset({exports[entry]}), is_report=False)
        for entry in sorted(files):
            sessions = _sessions_of_page(here / entry)
            if sessions & wanted:
                yield Derived(here / entry, sessions, is_report=True)
        # Nothing within what goes as a whole is to be counted again.
        folders[:] = sorted(name for name in folders if here / name not in without and name not in exports)


def _sessions_of_page(path: Path) -> frozenset[str]:
    if path.name.lower().endswith(_PAGES):
        with suppress(OSError):
            return sessions_of(path)
    return frozenset()
