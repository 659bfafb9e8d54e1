"""`pack`: one zip with the session, all its exports and what a reader of the numbers has to know.

Unzipped it is a session folder; `opened` reads it as it is.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Final

from fer_desktop.errors import SessionError
from fer_desktop.session.exports.material import Material
from fer_desktop.session.exports.methods import methods_paragraph
from fer_desktop.session.exports.model_card import model_card
from fer_desktop.session.exports.persons import persons_sentence
from fer_desktop.session.exports.tables import copy_session, write_sidecars
from fer_desktop.session.exports.text import one_line
from fer_desktop.session.metadata import FILE
from fer_desktop.session.reader import Session, read_session
from fer_desktop.session.schema import EVENTS, STATES

MANIFEST: Final = "SHA256SUMS"
_SESSION_FILES: Final = frozenset({FILE, "log.csv", STATES.file, EVENTS.file})
_FIRST_DATE: Final = (1980, 1, 1, 0, 0, 0)


def begin_pack(material: Material, folder: Path) -> None:
    """The session and the pages about it, in a new folder; the exports are added to it by others."""
    copy_session(material.session, folder)
    write_sidecars(material, folder)
    pages = {
        "README.md": _readme(material),
        "methods.md": f"# Methods\n\n{methods_paragraph(material)}\n",
        "model-card.md": model_card(material.metadata.model),
    }
    for name, text in pages.items():
        (folder / name).write_text(text, encoding="utf-8")


def end_pack(folder: Path, path: Path) -> None:
    """Zip a folder with the check sums of its files (as `sha256sum --check` reads them), in a fixed order."""
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    names = {file: file.relative_to(folder).as_posix() for file in files}
    manifest = folder / MANIFEST
    manifest.write_text(
        "".join(f"{_sha256(file)}  {name}\n" for file, name in names.items()), encoding="utf-8"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
        for file, name in [(manifest, MANIFEST), *names.items()]:
            # No times of this computer: the same files give the same zip.
            entry = zipfile.ZipInfo(f"{folder.name}/{name}", _FIRST_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            entry.file_size = file.stat().st_size
            with file.open("rb") as source, archive.open(entry, "w") as target:
                shutil.copyfileobj(source, target)


@contextmanager
def opened(path: Path) -> Iterator[Session]:
    """A session folder, or a pack unpacked for as long as it is needed; raises `SessionError`."""
    if not path.is_file():
        yield read_session(path)
        return
    with tempfile.TemporaryDirectory(prefix="fer-desktop-") as scratch:
        yield read_session(_unpack(path, Path(scratch)))


def _unpack(path: Path, scratch: Path) -> Path:
    """Only the session's own files, whose names are known, and only if their check sums hold."""
    try:
        with zipfile.ZipFile(path) as archive:
            root = _root(archive)
            sums = _sums(archive.read(f"{root}/{MANIFEST}").decode())
            folder = scratch / PurePosixPath(root).name
            folder.mkdir()
            for name in sorted(_SESSION_FILES):
                with archive.open(f"{root}/{name}") as source, (folder / name).open("wb") as target:
                    shutil.copyfileobj(source, target)
                if _sha256(folder / name) != sums.get(name):
                    raise SessionError(
                        f"'{path}' is damaged: {name} is not what was packed.", "Take another copy."
                    )
    except OSError as error:
        raise SessionError(
            f"'{path}' cannot be unpacked ({error.strerror or error}).", "Check the disk and its rights."
        ) from error
    except (zipfile.BadZipFile, KeyError, ValueError, EOFError, NotImplementedError, RuntimeError) as error:
        raise SessionError(
            f"'{path}' is neither a session folder nor a research pack ({error}).",
            "Choose a folder that FER Desktop recorded, or a pack that it made.",
        ) from error
    return folder


def _root(archive: zipfile.ZipFile) -> str:
    """The one folder that everything is in."""
    roots = {PurePosixPath(name).parts[0] for name in archive.namelist()}
    if len(roots) != 1 or ".." in roots or "/" in roots:
        raise ValueError("not one folder inside")
    return roots.pop()


def _sums(text: str) -> dict[str, str]:
    pairs = [line.split("  ", 1) for line in text.splitlines()]
    return {name: digest for digest, name in pairs}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _readme(material: Material) -> str:
    return (
        f"""\
# {material.name}

A research pack of {material.metadata.app.name}: one session, in its own form and in those of other tools.

| file | what |
|---|---|
| `session.json`, `log.csv`, `states.csv`, `events.csv` | the session as recorded: this folder opens as one |
| `summary.csv` | how long each face showed what, with its coverage |
| `dictionary.csv` | every column and field, with unit and meaning |
| `methods.md` | a methods paragraph with versions, settings and coverage |
| `model-card.md` | what the network was trained on, how well it does, and what it is not for |
| `exports/` | the same data for Excel, Parquet, ELAN, BIDS, and in the forms of OpenFace and FaceReader |
| `{MANIFEST}` | check sums of all files: `sha256sum --check {MANIFEST}` |

No picture of a face is in it. `session.json` names the source with its path.
{one_line(persons_sentence(material.session))}
""".rstrip()
        + "\n"
    )
