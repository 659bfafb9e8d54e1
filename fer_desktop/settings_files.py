"""Settings as a file that is passed on: all that the dialog shows, and nothing that belongs to one computer's
windows, cameras and recent files. A file is taken as a whole or not at all."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Final

from fer_desktop.settings import TABLE, Setting, Settings, SettingsError

_FORMAT_KEY: Final = "fer_desktop_settings"
_FORMAT: Final = 1
_LARGEST: Final = 1_000_000
_REMEDY: Final = "Choose a file that this dialog exported; nothing was changed."
_MEND: Final = "Mend the file, or choose another one; nothing was changed."


def shared_values(settings: Settings) -> dict[str, str]:
    """What the dialog shows, by the names of the settings."""
    return {line.name: str(getattr(settings, line.name)) for line in TABLE}


def export_settings(settings: Settings, path: Path) -> None:
    """Write the file, over one that is there; raises `SettingsError`."""
    values = shared_values(settings)
    for name, value in values.items():
        if not _is_unicode(value):
            raise SettingsError(
                f"'{name}' is {value!a}, a name that is no Unicode: it cannot be exported.",
                "Rename that file or folder, and choose it again.",
            )
    text = json.dumps({_FORMAT_KEY: _FORMAT, "settings": values}, indent=2, ensure_ascii=False)
    scratch = path.with_name(path.name + ".tmp")
    try:
        scratch.write_text(text + "\n", encoding="utf-8")
        os.replace(scratch, path)  # noqa: PTH105 - the atomic call, said plainly
    except OSError as error:
        scratch.unlink(missing_ok=True)
        raise SettingsError(
            f"The settings could not be written to {path} ({error.strerror or error}).",
            "Choose another place.",
        ) from error


def read_settings_file(path: Path) -> dict[str, str]:
    """The values of a file, all of them valid here; raises `SettingsError`. Those it leaves out stay."""
    stored = _stored(path)
    if not isinstance(stored, dict) or not isinstance(stored.get("settings"), dict):
        raise SettingsError(f"{path.name} holds no settings of FER Desktop.", _REMEDY)
    version = stored.get(_FORMAT_KEY)
    if isinstance(version, int) and version > _FORMAT:
        raise SettingsError(f"{path.name} was exported by a newer version.", "Update FER Desktop.")
    if version != _FORMAT:
        raise SettingsError(f"{path.name} holds no settings of FER Desktop.", _REMEDY)
    lines = {line.name: line for line in TABLE}
    for name, value in stored["settings"].items():
        if name not in lines:
            raise SettingsError(f"{path.name} has a setting that does not exist here: '{name}'.", _MEND)
        _check(path, lines[name], value)
    return dict(stored["settings"])


def _is_unicode(text: str) -> bool:
    """Names of files may be any bytes on Linux; those that are no UTF-8 come as halves of characters."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _stored(path: Path) -> Any:
    try:
        if path.stat().st_size > _LARGEST:
            raise SettingsError(f"{path.name} is too large to be a settings file.", _REMEDY)
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise SettingsError(f"{path} does not exist.", _REMEDY) from error
    except OSError as error:
        reason = error.strerror or error
        raise SettingsError(f"{path} cannot be read ({reason}).", "Check the file and its rights.") from error
    except (ValueError, RecursionError) as error:
        raise SettingsError(f"{path.name} is not a settings file: it is no valid JSON.", _REMEDY) from error


def _check(path: Path, line: Setting, value: object) -> None:
    values = [choice for choice, _ in line.choices]
    if isinstance(value, str) and (value in values or (line.kind != "choice" and _can_be_named(line, value))):
        return
    if line.kind == "network" and isinstance(value, str):
        raise SettingsError(f"In {path.name}, '{line.name}' is the file '{value}', which is not here.", _MEND)
    if line.kind == "text":
        allowed = "any text"
    elif line.kind == "folder":
        allowed = "the full path of a folder, or empty"
    else:
        allowed = ", ".join(f"'{choice}'" for choice in values)
    if line.kind == "network":
        allowed = f"{allowed} or the path of a file"
    raise SettingsError(f"In {path.name}, '{line.name}' is {value!r}; it can be {allowed}.", _MEND)


def _can_be_named(line: Setting, value: str) -> bool:
    """Whether this can stand here: any text, a network that exists, a folder that may still be made."""
    if line.kind == "text":
        return True
    try:
        return Path(value).is_file() if line.kind == "network" else not value or Path(value).is_absolute()
    except (OSError, ValueError):  # not a possible name
        return False
