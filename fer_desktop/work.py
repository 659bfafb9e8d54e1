"""One source of many: what is asked for, what became of it. Runs in this process or in any other."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from fer_desktop.analyse import Options, Outcome, Progress, analyse, noted_interrupt
from fer_desktop.capture.choose import make_source
from fer_desktop.capture.fingerprint import fingerprint
from fer_desktop.errors import UserError
from fer_desktop.session.film.annotate import Made, annotate, can_be_filmed

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
class FilmWish:
    """An annotated video is wanted with the session."""

    blur: bool = False


@dataclass(frozen=True, slots=True)
class Work:
    """One source, what to do with it, and where its session goes."""

    source: str
    out: Path
    options: Options
    film: FilmWish | None = None
    source_sha256: str | None = None
    session: Path | None = None
    """The whole session that there is already; only its film is missing."""


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a source."""

    source: str
    status: Status
    outcome: Outcome | None = None
    folder: Path | None = None
    """The session that holds it, wherever there is a whole one."""
    film: Made | None = None
    sentence: str = ""
    """Why it failed, and the remedy; or of what it is a copy."""


def look_at(source: str) -> str | None:
    """The fingerprint of a source, by which it is recognised."""
    try:
        return fingerprint(make_source(source))
    except UserError:  # analysing it says what is wrong
        return None


def carry_out(work: Work, report: Report, stop: Stop) -> Done:
    """Analyse one source, and film it; whatever a user can mend comes back as a sentence."""
    outcome, folder = None, work.session
    try:
        if work.film is not None:
            _check_film(work.source)
        if folder is None:
            sha256 = work.source_sha256
            outcome = analyse(work.source, work.out, work.options, report, stop, source_sha256=sha256)
            if not outcome.complete:
                return Done(work.source, Status.STOPPED, outcome)
            folder = outcome.folder
        if work.film is None:
            return Done(work.source, Status.DONE, outcome, folder)
        film = _film(work, work.film, folder, report, stop)
        status = Status.DONE if film is not None else Status.STOPPED
        return Done(work.source, status, outcome, folder, film)
    except UserError as error:
        log.debug("because of this:", exc_info=error)
        return Done(work.source, Status.FAILED, outcome, folder, sentence=str(error))


def _check_film(text: str) -> None:
    source = make_source(text)
    if not can_be_filmed(source.kind):
        raise UserError(
            f"'{source.name}' is a {source.kind.value}; an annotated video is made of video files only.",
            "Leave out --video.",
        )


def _film(work: Work, wish: FilmWish, folder: Path, report: Report, stop: Stop) -> Made | None:
    (path,) = make_source(work.source).files()
    with noted_interrupt() as interrupted:
        return annotate(
            folder,
            source=path,
            blur=wish.blur,
            report=lambda done, total: report(Progress(done, total, "film")),
            stop=lambda: interrupted.is_set() or stop(),
        )
