"""Many sources, some at once: what is finished is passed over, what fails is told, a stop keeps the rest."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from fer_desktop import paths
from fer_desktop.analyse import Options, noted_interrupt, settings_of
from fer_desktop.capture.choose import make_source, path_of
from fer_desktop.capture.source import SourceKind
from fer_desktop.pools import Pool
from fer_desktop.session.finished import Identity, finished_sessions, identity
from fer_desktop.session.reader import Session
from fer_desktop.vision.detector import CASCADE, OWN, make_detector
from fer_desktop.vision.model_file import read_model_file
from fer_desktop.work import Done, FilmWish, Status, Work

_POLL_S: Final = 0.1


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do with each source."""

    out: Path
    options: Options
    again: bool
    """Analyse also what is finished."""
    model_sha256: str
    settings: Mapping[str, object]
    finished: Mapping[Identity, Session]
    """Whole sessions of before."""
    film: FilmWish | None = None

    def identity(self, source_sha256: str) -> Identity:
        return identity(source_sha256, self.model_sha256, self.settings)


def make_plan(out: Path, options: Options, *, again: bool, film: FilmWish | None = None) -> Plan:
    """Read model and detector, so that what is wrong with them is told once; raises `UserError`."""
    model = read_model_file(paths.find_model(options.model))
    detector = make_detector(options.detector)
    settings = settings_of(options, detector.name, detector.sha256)
    finished = {} if again else finished_sessions(out)
    return Plan(out, options, again, model.sha256, settings, finished, film)


@dataclass(slots=True)
class _Job:
    work: Work
    shown: str
    """The source as the user named it."""
    looked_at: bool = False
    place: int = 0


@dataclass(slots=True)
class Batch:
    """Takes sources through a pool. Runs once."""

    plan: Plan
    pool: Pool
    begun: Callable[[str, int], None] = lambda _source, _place: None
    """Told of each source that is now analysed, and at which place of the pool."""
    ended: Callable[[Done, int], None] = lambda _done, _place: None
    """Told of each source that is through, and where it was."""
    _waiting: deque[_Job] = field(default_factory=deque)
    _suspects: deque[_Job] = field(default_factory=deque)
    """They were under way when a process died: one by one they show whose fault it was."""
    _underway: dict[Future[Any], _Job] = field(default_factory=dict)
    _claimed: dict[Identity, str] = field(default_factory=dict)
    _done: list[Done] = field(default_factory=list)

    def run(self, sources: Sequence[str]) -> list[Done]:
        """What became of the sources, in the order in which they ended. Ctrl-C ends it early: what was
        not begun is left out."""
        options = _understood_elsewhere(replace(self.plan.options, threads=self.pool.threads))
        for source in sources:
            work = Work(_absolute(source), self.plan.out.absolute(), options, self.plan.film)
            self._waiting.append(_Job(work, source))
        with noted_interrupt() as interrupted:
            stopping = False
            while self._underway or (not stopping and (self._suspects or self._waiting)):
                if not stopping:
                    self._top_up()
                finished, _ = wait(self._underway, _POLL_S, FIRST_COMPLETED)
                self.pool.poll()
                self._take(finished)
                stopped_early = any(done.status is Status.STOPPED for done in self._done)
                if not stopping and (interrupted.is_set() or stopped_early):
                    stopping = True
                    self.pool.stop()
        return self._done

    def _top_up(self) -> None:
        while len(self._underway) < (1 if self._suspects else self.pool.width):
            queue = self._suspects or self._waiting
            if not queue:
                return
            job = queue[0]
            try:
                self._submit(job)
            except BrokenExecutor:
                self._separate([])
                return
            queue.popleft()

    def _submit(self, job: _Job) -> None:
        if not job.looked_at:
            self._underway[self.pool.look_at(job.work.source)] = job
            return
        taken = {other.place for other in self._underway.values() if other.looked_at}
        job.place = next(place for place in range(len(taken) + 1) if place not in taken)
        self._underway[self.pool.carry_out(job.work, job.place)] = job
        self.begun(job.shown, job.place)

    def _take(self, finished: set[Future[Any]]) -> None:
        broken = []
        for future in finished:
            job = self._underway.pop(future)
            error = future.exception()
            if isinstance(error, BrokenExecutor):
                broken.append(job)
            elif error is not None:
                self._fail(job, f"Analysing '{job.shown}' failed ({type(error).__name__}: {error}).")
            elif job.looked_at:
                self._end(job, replace(future.result(), source=job.shown))
            else:
                self._consider(job, future.result())
        if broken:
            self._separate(broken)

    def _consider(self, job: _Job, source_sha256: str | None) -> None:
        """Whether a source that is recognised needs to be analysed at all."""
        job.looked_at = True
        if source_sha256 is not None and not self.plan.again:
            key = self.plan.identity(source_sha256)
            session = self.plan.finished.get(key)
            if session is not None and (sentence := self._otherwise(session)):
                self._end(job, Done(job.shown, Status.FAILED, folder=session.folder, sentence=sentence))
                return
            if session is not None and not self._needs_film(session):
                self._end(job, self._already(job, session))
                return
            first = self._claimed.setdefault(key, job.shown)
            if first != job.shown:
                self._end(job, Done(job.shown, Status.ALREADY, sentence=f"It is a copy of '{first}'."))
                return
            job.work = replace(job.work, session=session.folder if session is not None else None)
        job.work = replace(job.work, source_sha256=source_sha256)
        self._waiting.appendleft(job)

    def _otherwise(self, session: Session) -> str:
        """Why a session is not what was asked for although its numbers are: it is somebody else's."""
        subject, metadata = self.plan.options.subject, session.metadata
        until = subject.keep_until(datetime.fromisoformat(metadata.clocks.utc_start))
        same_person = subject.participant in {"", metadata.participant}
        if same_person and until in {None, metadata.keep_until}:
            return ""
        whose = metadata.participant or "nobody in particular"
        kept = f"kept until {metadata.keep_until}" if metadata.keep_until else "without a last day"
        return (
            f"'{session.folder}' was made from it before: of {whose}, {kept}. "
            "Use --again for a new session, and delete that one."
        )

    def _needs_film(self, session: Session) -> bool:
        film = session.metadata.film
        return self.plan.film is not None and (film is None or not (session.folder / film.file).exists())

    def _already(self, job: _Job, session: Session) -> Done:
        """Done before; but a film with faces is not one without them."""
        film, wish = session.metadata.film, self.plan.film
        if film is None or wish is None or film.faces_blurred == wish.blur:
            return Done(job.shown, Status.ALREADY, folder=session.folder)
        how = "blurred" if film.faces_blurred else "not blurred"
        sentence = (
            f"'{session.folder / film.file}' exists already, with faces {how}. "
            "Move it away, or use --again for a new session."
        )
        return Done(job.shown, Status.FAILED, folder=session.folder, sentence=sentence)

    def _separate(self, broken: list[_Job]) -> None:
        """A process has died, and all others with it: begin again, and find out who it was."""
        lost = [*broken, *self._underway.values()]
        self._underway.clear()
        self.pool.restart()
        if len(lost) == 1:
            self._fail(lost[0], f"The process that analysed '{lost[0].shown}' died. Is there enough memory?")
        else:
            self._suspects.extend(lost)

    def _fail(self, job: _Job, sentence: str) -> None:
        self._end(job, Done(job.shown, Status.FAILED, sentence=sentence))

    def _end(self, job: _Job, done: Done) -> None:
        self._done.append(done)
        self.ended(done, job.place)


def _absolute(source: str) -> str:
    """With a path that processes in other folders understand, too."""
    if make_source(source).kind in {SourceKind.VIDEO, SourceKind.PHOTO, SourceKind.FOLDER}:
        return str(path_of(source).absolute())
    return source


def _understood_elsewhere(options: Options) -> Options:
    """Without names and paths that mean something else in another folder or on another machine."""
    detector = options.detector
    known = not options.model or options.model in paths.models()
    return replace(
        options,
        model=options.model if known else str(Path(options.model).absolute()),
        detector=detector if detector in {"", OWN, CASCADE} else str(Path(detector).absolute()),
    )
