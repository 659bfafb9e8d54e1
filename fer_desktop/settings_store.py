"""The file that keeps what a user has chosen, as JSON, shared by all programs that run."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from fer_desktop.settings import TABLE, CameraChoice, Settings, SettingsError

_ALLOWED: Final = {line.name: {value for value, _ in line.choices} for line in TABLE if line.kind == "choice"}


class SettingsStore:
    """The settings and the file that keeps them.

    A file that cannot be understood is set aside with the ending `.bak`, defaults hold, and
    `trouble` says so; a single value of a wrong type falls back to its default.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.trouble: SettingsError | None = None
        self.current = self._saved = self._load()

    def change(self, **values: object) -> Settings:
        """Replace some fields and write the file at once; raises `SettingsError` if that fails."""
        return self.keep(dataclasses.replace(self.current, **values))  # type: ignore[arg-type]  # of any field

    def keep(self, settings: Settings) -> Settings:
        """Make these the current settings and write what is new; raises `SettingsError` if that fails.

        Another program that runs may have written the file meanwhile: its other choices stay.
        """
        self.current = settings
        if settings == self._saved and self.path.exists():
            return settings
        scratch = self.path.with_name(self.path.name + ".tmp")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            whole = dataclasses.asdict(self._merged(settings))
            scratch.write_text(json.dumps(whole, indent=2) + "\n", encoding="utf-8")
            os.replace(scratch, self.path)  # noqa: PTH105 - the atomic call, said plainly
        except OSError as error:
            raise SettingsError(
                f"The settings could not be saved in {self.path} ({error.strerror or error}).",
                "They hold until the program is closed.",
            ) from error
        self._saved = settings
        return settings

    def in_file(self) -> Settings:
        """What the file holds now, as another program may have written it; ours where it cannot be read."""
        try:
            return _read(self.path)
        except (OSError, ValueError, RecursionError):
            return self.current

    def _load(self) -> Settings:
        try:
            return _read(self.path)
        except FileNotFoundError:
            return Settings()
        except (OSError, ValueError, RecursionError):
            return self._set_aside()

    def _merged(self, settings: Settings) -> Settings:
        """What the file holds now, but for what was changed here since it was read or written."""
        changed = {
            field.name: getattr(settings, field.name)
            for field in _fields()
            if getattr(settings, field.name) != getattr(self._saved, field.name)
        }
        return dataclasses.replace(self.in_file(), **changed)

    def _set_aside(self) -> Settings:
        kept = self.path.with_name(self.path.name + ".bak")
        remedy = f"The old file is kept as {kept.name}."
        try:
            os.replace(self.path, kept)  # noqa: PTH105 - as above
        except OSError:
            remedy = "The old file could not be set aside and will be overwritten."
        self.trouble = SettingsError(
            f"The settings file {self.path} could not be read; the defaults are used.", remedy
        )
        return Settings()


def _read(path: Path) -> Settings:
    """What a file holds; raises `OSError`, `ValueError` or, where it is very deep, `RecursionError`."""
    stored = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(stored, dict):
        raise ValueError("not an object")  # noqa: TRY004 - handled like broken JSON
    values = {f.name: _checked(f, stored[f.name]) for f in _fields() if f.name in stored}
    return dataclasses.replace(Settings(), **values)  # type: ignore[arg-type]  # checked one by one


def _fields() -> tuple[dataclasses.Field[object], ...]:
    return dataclasses.fields(Settings)


def _checked(field: dataclasses.Field[object], value: object) -> object:
    if field.name == "cameras":
        return tuple(_cameras(value))
    if isinstance(field.default, tuple):
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        return field.default
    if type(value) is not type(field.default) or value not in _ALLOWED.get(field.name, {value}):
        return field.default
    return value


def _cameras(value: object) -> Iterator[CameraChoice]:
    """The choices that are whole, each value of the right type."""
    types = {field.name: type(field.default) for field in dataclasses.fields(CameraChoice)}
    types["camera"] = str
    for entry in value if isinstance(value, list) else []:
        if isinstance(entry, dict) and {name: type(part) for name, part in entry.items()} == types:
            yield CameraChoice(**entry)
