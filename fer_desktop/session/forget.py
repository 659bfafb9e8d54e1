"""Withdrawal: everything of one participant is found, shown and deleted."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fer_desktop.errors import SessionError
from fer_desktop.session.derived import Derived, derived_from
from fer_desktop.session.kept import Kept, Unreadable, kept_in, outermost, session_in
from fer_desktop.session.lock import FILE as LOCK
from fer_desktop.session.metadata import FILE

_LAST: Final = (LOCK, FILE)
"""Both say whose session it is."""


@dataclass(frozen=True, slots=True)
class Holdings:
    """What a folder holds of one participant, and what stands in the way of saying so."""

    sessions: tuple[Path, ...]
    """Session folders and copies of them, with all that lies in them."""
    packs: tuple[Path, ...]
    exports: tuple[Path, ...]
    """Exports of these sessions that lie elsewhere in the folder."""
    reports: tuple[Path, ...]
    """Pages about nothing but these sessions."""
    being_written: tuple[Path, ...]
    """Not deleted: recorded or recovered at this moment."""
    shared: tuple[Path, ...]
    """Not deleted: others are in it, too."""
    unclear: tuple[Path, ...]
    """Not deleted: nobody can tell whose it is."""
    sources: tuple[str, ...]
    """Files that were analysed; they are not the program's and are never touched."""
    others: tuple[str, ...]
    """The other participants there."""

    @property
    def paths(self) -> tuple[Path, ...]:
        """All that is to be deleted."""
        return (*self.reports, *self.exports, *self.packs, *self.sessions)

    @property
    def left(self) -> tuple[Path, ...]:
        """All that somebody has to look at."""
        return (*self.being_written, *self.shared, *self.unclear)


def holdings_of(participant: str, folder: Path) -> Holdings:
    """Everything of a participant in `folder` and below; raises `SessionError` if that is no folder."""
    if not folder.is_dir():
        raise SessionError(f"'{folder}' is not a folder.", "Name the folder of the sessions.")
    found = list(kept_in(folder))
    readable = [kept for kept in found if isinstance(kept, Kept)]
    theirs = [kept for kept in readable if kept.participant == participant]
    strangers = [kept for kept in readable if kept.participant != participant]
    unread = [kept for kept in found if isinstance(kept, Unreadable)]
    written = _holding(theirs, [kept for kept in theirs if kept.being_written])
    shared = _holding(theirs, strangers) - written
    doubtful = _holding(theirs, unread) - written - shared
    clear = outermost([kept for kept in theirs if kept.path not in written | shared | doubtful])
    roots = {kept.path for kept in clear}
    names, ambiguous = {kept.name for kept in theirs}, {kept.name for kept in strangers}
    derived = list(derived_from(names, folder, roots | written | shared | doubtful))
    whole = [one for one in derived if one.sessions <= names and not one.sessions & ambiguous]
    # A name says less than what lies there, and a name of somebody's own may be that of anything.
    others = _places([*strangers, *unread])
    whole = [one for one in whole if one.path not in others and one.is_certain]
    return Holdings(
        sessions=tuple(kept.path for kept in clear if kept.path.is_dir()),
        packs=tuple(kept.path for kept in clear if not kept.path.is_dir()),
        exports=tuple(one.path for one in whole if not one.is_report),
        reports=tuple(one.path for one in whole if one.is_report),
        being_written=tuple(sorted(written)),
        shared=(*sorted(shared), *_pages_about_others(derived, names)),
        unclear=tuple(
            dict.fromkeys(
                (
                    *(one.path for one in derived if one.sessions <= names and one not in whole),
                    *_workbooks_beside(whole),
                    *sorted(doubtful),
                    *(kept.path for kept in unread),
                )
            )
        ),
        sources=tuple(sorted({kept.source for kept in theirs if _stays(kept.source, roots)})),
        others=tuple(sorted({kept.participant for kept in strangers if kept.participant})),
    )


def delete(path: Path) -> None:
    """Delete a session, pack, export or report for good; raises `SessionError`.

    session.json goes last: what is left of a deletion that was stopped is still found as the participant's.
    """
    if path.is_dir() and not path.is_symlink():
        kept = session_in(path)
        if isinstance(kept, Kept) and kept.being_written:
            raise SessionError(
                f"'{path}' is being recorded.", "End the recording, and run the command again."
            )
    try:
        if not path.is_dir() or path.is_symlink():
            path.unlink(missing_ok=True)
            return
        for child in path.iterdir():
            if child.is_dir() and not child.is_symlink():
                _remove_folder(child)
            elif child.name not in _LAST:
                child.unlink(missing_ok=True)
        for name in _LAST:
            (path / name).unlink(missing_ok=True)
        path.rmdir()
    except OSError as error:
        raise SessionError(
            f"'{path}' could not be deleted ({error.strerror or error}).",
            "Close what uses it, and run the command again.",
        ) from error


def _remove_folder(folder: Path) -> None:
    """With all that is in it; what goes by itself meanwhile, as macOS' `._` files, is no trouble."""
    try:
        shutil.rmtree(folder)
    except FileNotFoundError:
        if folder.exists():
            shutil.rmtree(folder)


def _stays(source: str, roots: set[Path]) -> bool:
    """Whether it is a file that was analysed and lies outside of all that goes as a whole."""
    return bool(source) and {root.resolve() for root in roots}.isdisjoint(Path(source).resolve().parents)


def _holding(theirs: Iterable[Kept], inner: Iterable[Kept | Unreadable]) -> set[Path]:
    """Those of their folders that are, or have within them, one of `inner`."""
    return {kept.path for kept in theirs} & _places(inner)


def _places(found: Iterable[Kept | Unreadable]) -> set[Path]:
    """Where they are, and all folders around them."""
    return {place for kept in found for place in (kept.path, *kept.path.parents)}


def _pages_about_others(derived: Iterable[Derived], names: set[str]) -> Iterator[Path]:
    """Comparisons of several people, with their workbooks."""
    mixed = [one for one in derived if not one.sessions <= names]
    yield from (one.path for one in mixed)
    yield from _workbooks_beside(mixed)


def _workbooks_beside(pages: Iterable[Derived]) -> Iterator[Path]:
    """What `report --sheet` writes beside a page; it does not say whose it is."""
    for page in pages:
        workbook = page.path.with_suffix(".xlsx")
        if page.is_report and workbook.is_file():
            yield workbook
