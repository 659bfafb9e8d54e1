"""Withdrawal: everything of one participant is found, shown and deleted."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fer_desktop.errors import SessionError
from fer_desktop.session.exports.formats import FORMATS
from fer_desktop.session.kept import Kept, Unreadable, kept_in, outermost
from fer_desktop.session.metadata import FILE


@dataclass(frozen=True, slots=True)
class Holdings:
    """What a folder holds of one participant, and what stands in the way of saying so."""

    sessions: tuple[Path, ...]
    """Session folders and copies of them, with all that lies in them."""
    packs: tuple[Path, ...]
    exports: tuple[Path, ...]
    """Exports of these sessions that lie elsewhere in the folder."""
    unclear: tuple[Path, ...]
    """Not deleted: nobody can tell whose it is, or somebody else's session lies in it."""
    sources: tuple[str, ...]
    """Files that were analysed; they are not the program's and are never touched."""
    others: tuple[str, ...]
    """The other participants there."""

    @property
    def paths(self) -> tuple[Path, ...]:
        """All that is to be deleted."""
        return (*self.exports, *self.packs, *self.sessions)


def holdings_of(participant: str, folder: Path) -> Holdings:
    """Everything of a participant in `folder` and below; raises `SessionError` if that is no folder."""
    if not folder.is_dir():
        raise SessionError(f"'{folder}' is not a folder.", "Name the folder of the sessions.")
    found = list(kept_in(folder))
    readable = [kept for kept in found if isinstance(kept, Kept)]
    theirs = [kept for kept in readable if kept.participant == participant]
    strangers = [kept for kept in readable if kept.participant != participant]
    shared = {kept.path for kept in theirs if any(kept.path in other.path.parents for other in strangers)}
    clear = outermost([kept for kept in theirs if kept.path not in shared])
    roots = {kept.path for kept in clear}
    exports = list(_exports_of({kept.name for kept in theirs}, folder, roots))
    ambiguous = {kept.name for kept in strangers}
    return Holdings(
        sessions=tuple(kept.path for kept in clear if kept.path.is_dir()),
        packs=tuple(kept.path for kept in clear if not kept.path.is_dir()),
        exports=tuple(path for path, name in exports if name not in ambiguous),
        unclear=(
            *sorted(shared),
            *(path for path, name in exports if name in ambiguous),
            *(kept.path for kept in found if isinstance(kept, Unreadable)),
        ),
        sources=tuple(sorted({kept.source for kept in theirs if kept.source})),
        others=tuple(sorted({kept.participant for kept in strangers if kept.participant})),
    )


def delete(path: Path) -> None:
    """Delete a session, pack or export for good; raises `SessionError`.

    session.json goes last: what is left of a deletion that was stopped is still found as the participant's.
    """
    try:
        if not path.is_dir() or path.is_symlink():
            path.unlink(missing_ok=True)
            return
        for child in path.iterdir():
            if child.is_dir() and not child.is_symlink():
                shutil.rmtree(child)
            elif child.name != FILE:
                child.unlink()
        (path / FILE).unlink(missing_ok=True)
        path.rmdir()
    except OSError as error:
        raise SessionError(
            f"'{path}' could not be deleted ({error.strerror or error}).",
            "Close what uses it, and run the command again.",
        ) from error


def _exports_of(names: set[str], folder: Path, roots: set[Path]) -> Iterator[tuple[Path, str]]:
    """(path, session) of every export that bears the name of one of the sessions, outside of `roots`."""
    wanted = {f"{name}{form.ending}": name for name in names for form in FORMATS.values()}
    for place, folders, files in os.walk(folder):
        here = Path(place)
        for entry in sorted({*folders, *files} & wanted.keys()):
            if here / entry not in roots:
                yield here / entry, wanted[entry]
        # Nothing within what goes as a whole is to be counted again.
        folders[:] = sorted(name for name in folders if here / name not in roots and name not in wanted)
