"""Writing exports: everything beside its place first, then moved there; nothing half-written stays."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from fer_desktop.errors import SessionError
from fer_desktop.session.exports.formats import FORMATS
from fer_desktop.session.exports.material import Material
from fer_desktop.session.exports.pack import opened
from fer_desktop.session.exports.persons import Persons, Told, persons_of
from fer_desktop.session.exports.tables import copy_session
from fer_desktop.session.folder import cannot_write, refuse_own_file
from fer_desktop.session.reader import Session, read_session, whole_records


def export(
    path: Path,
    formats: Sequence[str],
    out: Path | None = None,
    *,
    replace: bool = False,
    report: Callable[[int, int], None] = lambda _done, _total: None,
) -> list[Path]:
    """Write a session folder or research pack in some of `FORMATS`; returns what was made, in their order.

    Goes to the folder `out`, else to a folder `exports` inside the session (beside a pack); where
    `names_a_file`, to that file. `report` hears of rows done
    and rows in all; what it raises ends the export. Raises `SessionError`: nothing is written over that was
    there, unless with `replace`, and nothing half-written is left.
    """
    out = out or (path.parent if path.is_file() else path) / "exports"
    with opened(path) as session:
        name = session.folder.resolve().name
        if names_a_file(out, formats):
            refuse_own_file(out)
            targets, out = {formats[0]: out}, out.parent
        else:
            targets = {form: out / f"{name}{FORMATS[form].ending}" for form in dict.fromkeys(formats)}
        _refuse_existing(targets.values(), replace=replace)
        with staging_in(out) as staging, at_rest(session, staging) as resting:
            tick = _counted(resting, list(targets), report)
            material = Material(resting, name, tick)
            for form, target in targets.items():
                FORMATS[form].write(material, staging / target.name, out)
            for target in targets.values():
                _put(staging / target.name, target, staging, replace=replace)
    return list(targets.values())


def told_of_persons(path: Path, formats: Sequence[str], made: Sequence[Path]) -> list[Told]:
    """What the exports `made` of a session carry of persons; those that carry the same are told together.

    An export is made to be handed on: nothing of a person goes with it unsaid. Raises `SessionError`.
    """
    files: dict[Persons, list[str]] = {}
    with opened(path) as session:
        for form, file in zip(dict.fromkeys(formats), made, strict=True):
            persons = persons_of(session, FORMATS[form].carries)
            if persons.parts:
                files.setdefault(persons, []).append(file.name)
    return [Told(tuple(names), persons) for persons, names in files.items()]


def names_a_file(out: Path, formats: Sequence[str]) -> bool:
    """Whether `out` is meant as the file to make: there is one format, a file, and it ends like it."""
    one = FORMATS[formats[0]].ending if len(set(formats)) == 1 else ""
    return "." in one and out.suffix.lower() == Path(f"name{one}").suffix and not out.is_dir()


def _refuse_existing(targets: Iterable[Path], *, replace: bool) -> None:
    for target in targets:
        if target.exists() and not replace:
            raise SessionError(
                f"'{target}' is there already.", "Choose another folder with --out, or add --replace."
            )


@contextmanager
def staging_in(out: Path) -> Iterator[Path]:
    """A scratch folder on the same disk; a folder `out` that was made for nothing goes with it."""
    new = not out.exists()
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".export-", dir=out, ignore_cleanup_errors=True) as scratch:
            yield Path(scratch)
    except OSError as error:
        raise cannot_write(out, error) from error
    finally:
        if new and out.is_dir() and not any(out.iterdir()):
            out.rmdir()


@contextmanager
def at_rest(session: Session, staging: Path) -> Iterator[Session]:
    """The session, or a copy of one that may still grow, so that all formats see the same rows."""
    if session.complete:
        yield session
        return
    copy = staging / "session"
    copy_session(session, copy)
    yield read_session(copy)


def _counted(
    session: Session, formats: Sequence[str], report: Callable[[int, int], None]
) -> Callable[[int], None]:
    passes = sum(FORMATS[form].passes for form in formats)
    total = passes * sum(1 for _ in whole_records(session.folder / "log.csv"))
    done = 0

    def tick(rows: int) -> None:
        nonlocal done
        done += rows
        report(done, total)

    return tick


def _put(made: Path, target: Path, staging: Path, *, replace: bool) -> None:
    _refuse_existing([target], replace=replace)
    if not target.is_dir():
        made.replace(target)
        return
    # A folder cannot be replaced in one step.
    old = target.replace(staging / f"{target.name}.old")
    try:
        made.replace(target)
    except OSError:
        old.replace(target)
        raise
