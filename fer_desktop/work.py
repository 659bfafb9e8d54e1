"""One source of many: what is asked for, what became of it. Runs in this process or in any other."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from fer_desktop.analyse import Options, Outcome, Progress, analyse
from fer_desktop.capture.choose import make_source
from fer_desktop.capture.fingerprint import fingerprint
from fer_desktop.errors import UserError

log = logging.getLogger(__name__)

Report = Callable[[Progress], None]
Stop = Callable[[], bool]


class Status(Enum):
    """How a source stands at the end."""

    DONE = "done"
    ALREADY = "done already"
    FAILED = "failed"
    STOPPED = "stopped early"


@dataclass(frozen=True, slots=True)
class Work:
    """One source, what to do with it, and where its session goes."""

    source: str
    out: Path
    options: Options
    source_sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a source."""

    source: str
    status: Status
    outcome: Outcome | None = None
    folder: Path | None = None
    """The session that holds it, wherever there is a whole one."""
    sentence: str = ""
    """Why it failed, and the remedy; or of what it is a copy."""


def look_at(source: str) -> str | None:
    """The fingerprint of a source, by which it is recognised."""
    try:
        return fingerprint(make_source(source))
    except UserError:  # analysing it says what is wrong
        return None


def carry_out(work: Work, report: Report, stop: Stop) -> Done:
    """Analyse one source; whatever a user can mend comes back as a sentence."""
    try:
        outcome = analyse(work.source, work.out, work.options, report, stop, source_sha256=work.source_sha256)
    except UserError as error:
        log.debug("because of this:", exc_info=error)
        return Done(work.source, Status.FAILED, sentence=str(error))
    status = Status.DONE if outcome.complete else Status.STOPPED
    return Done(work.source, status, outcome, outcome.folder if outcome.complete else None)
