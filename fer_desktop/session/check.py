"""Whether a session is what it says: schema, cells, times, sums, runs and hashes, all looked at anew."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Final

from fer_desktop.errors import SessionError
from fer_desktop.session.account import Account, Coverage
from fer_desktop.session.blocks import read_blocks
from fer_desktop.session.events import Event, unreadable
from fer_desktop.session.findings import Finding, Findings, Severity
from fer_desktop.session.lock import is_held
from fer_desktop.session.metadata import FILE, Counters
from fer_desktop.session.reader import Session, read_session
from fer_desktop.session.rules import LogRules
from fer_desktop.session.schema import EVENTS, STATES
from fer_desktop.session.states import StateRun
from fer_desktop.session.writer import sha256_of, whole_size

LOG: Final = "log.csv"
_UTC_ROUNDING_S: Final = 2e-3
_LATE_S: Final = 1.0
"""What was under way while the session was being ended may still be in it."""
_MEAN_ROUNDING: Final = 3e-5


@dataclass(frozen=True, slots=True)
class Check:
    """What a check found."""

    folder: Path
    coverage: Coverage | None
    """Where the frames went; None if the log cannot be read to its end."""
    findings: tuple[Finding, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing speaks against the data."""
        return all(finding.severity is not Severity.ERROR for finding in self.findings)


def check(folder: Path) -> Check:
    """Look at everything in a session folder. Holds no table in memory but events and runs.

    What is wrong is a finding, never an error of its own.
    """
    findings = Findings()
    coverage = None
    try:
        session = read_session(folder)
        written = session.metadata.cut_off and is_held(folder)
        _check_description(session, written, findings)
        coverage = _check_tables(session, written, findings)
    except SessionError as error:
        findings.error(FILE, error.sentence)
    except OSError as error:
        findings.error(FILE, f"The folder cannot be read ({error.strerror or error}).")
    return Check(folder, coverage, findings.all())


def _check_description(session: Session, written: bool, findings: Findings) -> None:
    metadata, clocks = session.metadata, session.metadata.clocks
    if metadata.recovered is not None:
        torn = sum(metadata.recovered.torn_bytes.values())
        kept = f"; {torn:,} torn bytes are kept beside the tables" if torn else ""
        findings.note(FILE, f"It was cut off, and recovered at {metadata.recovered.utc}{kept}.")
    elif written:
        findings.note(FILE, "It is being recorded.")
    elif metadata.cut_off:
        why = f" ({metadata.error})" if metadata.error else ""
        findings.error(FILE, f"It was cut off{why}; fer-desktop recover makes it whole.")
    elif not metadata.complete:
        findings.note(FILE, "It was stopped before the end of its source.")
    if not metadata.files and not metadata.cut_off:
        findings.note(FILE, "It has no hashes, so a later change of its tables cannot be found.")
    if clocks.utc_end is not None and clocks.duration_s is not None:
        lasted = datetime.fromisoformat(clocks.utc_end) - datetime.fromisoformat(clocks.utc_start)
        if abs(lasted.total_seconds() - clocks.duration_s) > _UTC_ROUNDING_S:
            findings.error(FILE, "clocks.utc_end is not clocks.utc_start plus clocks.duration_s.")


def _check_tables(session: Session, written: bool, findings: Findings) -> Coverage | None:
    """Also returns where the frames went, unless the log is damaged."""
    events: list[Event] = []
    runs: list[StateRun] = []
    try:
        events = session.events()
    except SessionError as error:
        findings.error(EVENTS.file, error.sentence)
    try:
        runs = session.states()
    except SessionError as error:
        findings.error(STATES.file, error.sentence)
    if not session.metadata.cut_off:
        for name in (LOG, STATES.file, EVENTS.file):
            _check_file(session, name, findings)
    if unread := unreadable(events):
        findings.note(EVENTS.file, unread)
    metadata = session.metadata
    account = Account(metadata.model.labels, metadata.source.nominal_fps, events)
    rules = LogRules(metadata, findings)
    comparison = _Comparison(runs, findings, whole=not metadata.cut_off)
    try:
        for block in read_blocks(session):
            found = account.add(block)
            # While it is written, states and events grow behind our back.
            if not written:
                rules.look(block)
                comparison.add(found)
    except SessionError as error:
        findings.error(LOG, error.sentence)
        return None
    if not metadata.cut_off:
        comparison.add(account.close())
        comparison.end()
        _check_jumps(session, account, findings)
        _check_sums(session, account, len(runs), findings)
        _check_times(session, account, events, findings)
    return account.coverage(metadata.counters.read)


def _check_file(session: Session, name: str, findings: Findings) -> None:
    path = session.folder / name
    try:
        size = path.stat().st_size
        if not size:
            findings.error(name, "It is empty; not even its columns are named.")
        elif whole_size(path) != size:
            findings.error(name, "Its last row is torn.")
        facts = session.metadata.files.get(name)
        if facts is None:
            return
        if facts.bytes != size:
            findings.error(name, f"It has {size:,} bytes, at the end of the session it had {facts.bytes:,}.")
        elif sha256_of(path) != facts.sha256:
            findings.error(name, "It was changed after the end of the session: its SHA-256 is another one.")
    except FileNotFoundError:
        findings.error(name, "It is missing.")
    except OSError as error:
        findings.error(name, f"It cannot be read ({error.strerror or error}).")


def _check_jumps(session: Session, account: Account, findings: Findings) -> None:
    if account.missing > session.metadata.counters.not_recorded:
        sentence = f"{account.missing:,} frames are missing, and no event says why."
        findings.error(LOG, sentence, account.missing_line)
    if account.unsought_line is None:
        return
    if session.metadata.recovered is None:
        findings.error(LOG, "frame does not go on, and no seek event says why.", account.unsought_line)
    else:
        findings.note(LOG, "frame does not go on; the seek event was lost when the session was cut off.")


def _check_sums(session: Session, account: Account, runs: int, findings: Findings) -> None:
    told, found = session.metadata.counters, account.counters(session.metadata.counters.read)
    for field in fields(Counters):
        one, other = getattr(told, field.name), getattr(found, field.name)
        if one != other:
            findings.error(FILE, f"counters.{field.name} is {one:,}, by the log it is {other:,}.")
    rows = {LOG: account.rows, STATES.file: runs, EVENTS.file: account.events}
    for name, facts in session.metadata.files.items():
        if facts.rows != rows.get(name):
            findings.error(FILE, f"files.{name}.rows is {facts.rows:,}, there are {rows.get(name, 0):,}.")


def _check_times(session: Session, account: Account, events: Iterable[Event], findings: Findings) -> None:
    duration_s = session.metadata.clocks.duration_s
    if duration_s is None:
        findings.error(FILE, "clocks.duration_s is missing.")
    elif account.end_s > duration_s + _LATE_S:
        findings.error(FILE, f"The last row or event is at {account.end_s:.3f} s, after the session's end.")
    if any(event.t_s < 0 for event in events):
        findings.error(EVENTS.file, "An event is before the session's start.")


class _Comparison:
    """Lays the runs of states.csv beside those that the log gives."""

    def __init__(self, told: list[StateRun], findings: Findings, *, whole: bool) -> None:
        """`whole`: none may be missing."""
        self._told = iter(told)
        self._findings = findings
        self._whole = whole
        self._line = 1

    def add(self, found: list[StateRun]) -> None:
        for run in found:
            self._line += 1
            told = next(self._told, None)
            if self._whole if told is None else not _same(told, run):
                self._tell()

    def end(self) -> None:
        """There must not be more."""
        for _ in self._told:
            self._line += 1
            self._tell()

    def _tell(self) -> None:
        self._findings.error(STATES.file, "It is not what the log gives when computed again.", self._line)


def _same(one: StateRun, other: StateRun) -> bool:
    return (
        (one.face_id, one.label, one.frames) == (other.face_id, other.label, other.frames)
        and abs(one.start_s - other.start_s) < 1.5e-6
        and abs(one.end_s - other.end_s) < 1.5e-6
        and abs(one.mean_probability - other.mean_probability) < _MEAN_ROUNDING
    )
