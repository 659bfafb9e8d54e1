"""`fer-desktop check` and `fer-desktop recover`: whether sessions are whole, and making them so."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

from fer_desktop import paths
from fer_desktop.errors import SessionError, UserError
from fer_desktop.session.check import Check, check
from fer_desktop.session.findings import Severity
from fer_desktop.session.folder import find_sessions, sessions_folder
from fer_desktop.session.recovery import BeingRecordedError, Recovered, recover
from fer_desktop.settings_store import SettingsStore

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def check_all(places: Iterable[Path], *, as_json: bool) -> bool:
    """Check sessions and folders of sessions, a line each; returns whether all of it is sound."""
    sound = True
    reports = []
    for folder in _sessions(places):
        if isinstance(folder, UserError):
            _complain(folder)
            sound = False
            continue
        outcome = check(folder)
        sound = sound and outcome.sound
        if as_json:
            reports.append(_as_json(outcome))
        else:
            _print_check(outcome)
    if as_json:
        sys.stdout.write(json.dumps(reports, indent=2) + "\n")
    return sound


def recover_all(places: Sequence[Path]) -> bool:
    """Recover what was cut off in sessions or folders of sessions; returns whether all could be done.

    Without places: in the folder of this user's recordings.
    """
    done = True
    count = 0
    for folder in _sessions(places) if places else _own_sessions():
        try:
            if isinstance(folder, UserError):
                raise folder
            recovered = recover(folder)
        except UserError as error:
            _complain(error)
            # That somebody records among many sessions is no failure.
            done = done and isinstance(error, BeingRecordedError) and folder not in places
        else:
            if recovered is not None:
                count += 1
                _print_recovered(recovered)
    if done and not count:
        out.print("There is nothing to recover.")
    return done


def _own_sessions() -> list[Path]:
    store = SettingsStore(paths.settings_file())
    if store.trouble is not None:
        _complain(store.trouble)
    try:
        return find_sessions(sessions_folder(store.current))
    except SessionError:
        return []


def _sessions(places: Iterable[Path]) -> Iterator[Path | UserError]:
    """Each session once, in the order of the places; an error where there is none."""
    seen: set[Path] = set()
    for place in places:
        try:
            found = find_sessions(place)
        except SessionError as error:
            yield error
            continue
        for folder in found:
            if folder.resolve() not in seen:
                seen.add(folder.resolve())
                yield folder


def _print_check(outcome: Check) -> None:
    name = escape(str(outcome.folder))
    errors = sum(finding.severity is Severity.ERROR for finding in outcome.findings)
    if outcome.sound and outcome.coverage is not None:
        out.print(f"{name}: {outcome.coverage.sentence}; all accounted for", soft_wrap=True)
    else:
        out.print(f"{name}: {errors} {'error' if errors == 1 else 'errors'}", style="red", soft_wrap=True)
    for finding in outcome.findings:
        style = "red" if finding.severity is Severity.ERROR else ""
        out.print(f"  {escape(str(finding))}", style=style, soft_wrap=True)


def _as_json(outcome: Check) -> dict[str, Any]:
    return {
        "session": str(outcome.folder),
        "sound": outcome.sound,
        "coverage": None if outcome.coverage is None else asdict(outcome.coverage),
        "findings": [{**asdict(finding), "severity": finding.severity.value} for finding in outcome.findings],
    }


def _print_recovered(recovered: Recovered) -> None:
    name = escape(str(recovered.folder))
    out.print(
        f"{name}: recovered up to {recovered.seconds:.1f} s; {recovered.coverage.sentence}", soft_wrap=True
    )
    for table, size in recovered.torn_bytes.items():
        out.print(f"  {size:,} bytes of a torn row are kept in {table}.torn", soft_wrap=True)


def _complain(error: UserError) -> None:
    err.print(escape(str(error)), style="red", soft_wrap=True)
