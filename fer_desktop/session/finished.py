"""Which sources have been analysed already: recognised by what they hold, never by name or date."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from fer_desktop.session.metadata import FILE, Metadata, read_metadata
from fer_desktop.session.reader import Session


@dataclass(frozen=True, slots=True)
class Identity:
    """All that the numbers of a session depend on; equal ones need not be computed again."""

    source_sha256: str
    model_sha256: str
    settings: str
    """As JSON, so that it is the same before and after a file."""


def identity(source_sha256: str, model_sha256: str, settings: Mapping[str, object]) -> Identity:
    """The identity of a source, a network and the settings that session.json tells of."""
    return Identity(source_sha256, model_sha256, json.dumps(settings, sort_keys=True))


def finished_sessions(parent: Path) -> dict[Identity, Session]:
    """The whole sessions among the folders of `parent`, by what they were made from."""
    found = {}
    for folder, metadata in _sessions(parent):
        if metadata.source.sha256 is not None and metadata.complete and _untouched(folder, metadata):
            key = identity(metadata.source.sha256, metadata.model.sha256, metadata.settings)
            found[key] = Session(folder, metadata)
    return found


def _sessions(parent: Path) -> Iterator[tuple[Path, Metadata]]:
    for file in sorted(parent.glob(f"*/{FILE}")):
        try:
            yield file.parent, read_metadata(file.parent)
        except (OSError, ValueError):  # a damaged session stands for nothing
            continue


def _untouched(folder: Path, metadata: Metadata) -> bool:
    """Whether its tables are there with the sizes that they had at the end."""
    try:
        return all((folder / name).stat().st_size == facts.bytes for name, facts in metadata.files.items())
    except OSError:
        return False
