"""A finished session as something to look back at: its log as a history, its events, its file's pictures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fer_desktop.capture.choose import make_source
from fer_desktop.capture.source import Source, SourceKind
from fer_desktop.engine.result import NOT_ANALYSED, Face, Result
from fer_desktop.errors import UserError
from fer_desktop.session.columns import Column, Report, read_columns
from fer_desktop.session.events import FACE_NAMED, MARKER, NOTE, Event, face_of
from fer_desktop.session.metadata import SourceFacts
from fer_desktop.session.reader import Session
from fer_desktop.ui.history import FRAME_TYPE, MOST_FACES, History, entry_type, label_code, parts_of_one
from fer_desktop.ui.lookback import result_of
from fer_desktop.ui.moments import Moment, TimeBase
from fer_desktop.ui.plot import Flag
from fer_desktop.ui.review import Past
from fer_desktop.vision import crop
from fer_desktop.vision.model_file import ModelFile

_BOX: Final = ("box_x", "box_y", "box_w", "box_h")
_FILES: Final = {"video", "folder", "demo"}
_SAME_S: Final = 0.01
"""A frame whose time in the file differs by more is of another file."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A session that was read."""

    session: Session
    past: Past
    model: ModelFile | None
    """The network that made it, if it is here."""


def open_past(
    session: Session, load_model: Callable[[str], ModelFile | None], report: Report
) -> Opened | None:
    """Read all of a session; None where `report` did not want to go on. Raises `SessionError`.

    `load_model` gives the network with this SHA-256, if there is one.
    """
    labels = session.metadata.model.labels
    values = [f"{prefix}_{label}" for prefix in "ps" for label in labels]
    names = ("frame", "t_s", "media_t_s", "face_id", "success", "reason", "label", *_BOX, *values)
    columns = read_columns(session, names, report)
    if columns is None:
        return None
    source = session.metadata.source
    history = history_of(columns, labels, TimeBase.INDEX if source.kind == "folder" else TimeBase.MEDIA)
    events = session.events()
    for event in events:
        face_id = face_of(event)
        if event.kind == FACE_NAMED and face_id is not None:
            history.people.call(face_id, event.label)
    model = load_model(session.metadata.model.sha256)
    pictures = FilePictures(source, labels, model, session.metadata.detector)
    last = history.last_time() or 0.0
    known = source.duration_s if source.kind in _FILES and source.kind != "folder" else None
    past = Past(
        history,
        (source.width, source.height),
        pictures.find,
        pictures.close,
        _flags(events, columns, history),
        max(known or 0.0, last),
    )
    return Opened(session, past, model)


def history_of(columns: Mapping[str, Column], labels: tuple[str, ...], base: TimeBase) -> History:
    """The analysed frames of a log, in the order of their times; of a frame that came twice, the last one."""
    reasons = columns["reason"]
    success = _numbers(columns, "success") == 1
    analysed = np.array([reason != NOT_ANALYSED for reason in reasons], bool)
    rows = np.flatnonzero(analysed)
    times = _times(columns, base)[rows]
    index = _numbers(columns, "frame")[rows].astype(np.int64)
    begins = np.flatnonzero(
        np.concatenate(([True], (np.diff(index) != 0) | (np.diff(times) != 0)))[: len(rows)]
    )
    counts = np.diff(np.append(begins, len(rows)))
    faces = success[rows]
    counts_seen = np.add.reduceat(faces.astype(np.int64), begins) if len(begins) else counts
    entries = _entries(columns, rows[faces], labels)
    frames = np.zeros(len(begins), FRAME_TYPE)
    words = ["", *sorted({reasons[row] for row in rows[begins].tolist()} - {""})]
    frames["index"] = index[begins]
    frames["faces"] = np.minimum(counts_seen, MOST_FACES)
    frames["first"] = np.concatenate(([0], np.cumsum(counts_seen)[:-1])) if len(begins) else 0
    frames["reason"] = [words.index(reasons[row]) for row in rows[begins].tolist()]
    frames["main"] = _main(entries["id"], frames)
    when = times[begins]
    order = np.argsort(when, kind="stable")
    last = np.append(np.diff(when[order]) > 0, True)[: len(order)]
    history = History(base)
    history.labels = labels
    history.fill(when[order][last], frames[order][last], entries, words)
    return history


def _numbers(columns: Mapping[str, Column], name: str) -> NDArray[np.float64]:
    return np.asarray(columns[name], np.float64)


def _times(columns: Mapping[str, Column], base: TimeBase) -> NDArray[np.float64]:
    """When each row was: the time in the file where it has one, else since the session's start."""
    if base is TimeBase.INDEX:
        return _numbers(columns, "frame")
    media = _numbers(columns, "media_t_s")
    return np.where(np.isnan(media), _numbers(columns, "t_s"), media)


def _entries(
    columns: Mapping[str, Column], rows: NDArray[np.int64], labels: tuple[str, ...]
) -> NDArray[np.void]:
    entries = np.zeros(len(rows), entry_type(len(labels)))
    entries["id"] = _numbers(columns, "face_id")[rows]
    for name, prefix in (("raw", "p"), ("shown", "s")):
        for place, label in enumerate(labels):
            values = np.nan_to_num(_numbers(columns, f"{prefix}_{label}")[rows])
            entries[name][:, place] = parts_of_one(values.astype(np.float32))
    codes = {word: label_code(word, labels) for word in set(columns["label"])}
    written = columns["label"]
    entries["label"] = [codes[written[row]] for row in rows.tolist()]
    entries["stable"] = entries["label"]
    for place, name in enumerate(_BOX):
        entries["box"][:, place] = _numbers(columns, name)[rows]
    return entries


def _main(ids: NDArray[np.int32], frames: NDArray[np.void]) -> NDArray[np.int64]:
    """For each frame the face that is in the session most often; -1 without any."""
    main = np.full(len(frames), -1, np.int64)
    if len(ids):
        known, places, counts = np.unique(ids, return_inverse=True, return_counts=True)
        rank = np.argsort(np.argsort(-counts, kind="stable"))
        by_rank = known[np.argsort(-counts, kind="stable")]
        seen = frames["faces"] > 0
        main[seen] = by_rank[np.minimum.reduceat(rank[places], frames["first"][seen])]
    return main


def _flags(events: Sequence[Event], columns: Mapping[str, Column], history: History) -> tuple[Flag, ...]:
    """What happened, at the times of the history; what a person called it, else its kind."""
    clock, when = _numbers(columns, "t_s"), _times(columns, history.time_base)
    flags = []
    for event in events:
        if event.kind in {MARKER, NOTE} and len(clock):
            row = min(int(np.searchsorted(clock, event.t_s)), len(clock) - 1)
            flags.append(Flag(float(when[row]), event.label or event.kind))
    return tuple(flags)


class FilePictures:
    """The pictures of the file that a session was made of, while that is still there. Used by one thread."""

    def __init__(
        self, facts: SourceFacts, labels: tuple[str, ...], model: ModelFile | None, detector: str | None
    ) -> None:
        self._facts = facts
        self._labels = labels
        self._model = model
        self._kind = "cascade" if detector == "cascade" else "yunet"
        self._source: Source | None = None
        self._tried = False

    def find(self, moment: Moment) -> Result | None:
        """The moment with its picture; None where there is no file, or another one by now."""
        source = self._opened()
        if source is None:
            return None
        try:
            source.seek(moment.index)
            frame = source.read()
        except UserError:
            return None
        if frame is None or frame.index != moment.index:
            return None
        is_video = self._facts.kind != SourceKind.FOLDER.value
        if is_video and (frame.media_t_s is None or abs(frame.media_t_s - moment.t) > _SAME_S):
            return None
        bare = result_of(moment, frame.image)
        return replace(bare, faces=tuple(self._with_face_seen(face, bare) for face in bare.faces))

    def close(self) -> None:
        if self._source is not None:
            self._source.close()
            self._source = None

    def _opened(self) -> Source | None:
        """The file, if it is the one that the session tells of."""
        if not self._tried:
            self._tried = True
            facts = self._facts
            if facts.kind not in _FILES or (facts.kind != "demo" and not Path(facts.path).exists()):
                return None
            source = make_source("demo" if facts.kind == "demo" else facts.path)
            try:
                info = source.open()
            except UserError:
                return None
            found = (info.width, info.height, info.frame_count)
            if found != (facts.width, facts.height, facts.frame_count):
                source.close()
                return None
            self._source = source
        return self._source

    def _with_face_seen(self, face: Face, result: Result) -> Face:
        """The face as the network saw it, where the network is known."""
        if self._model is None:
            return face
        square = crop.face_square(face.reading.box, self._model.crop, self._kind)
        seen = crop.cut_face(result.frame.image, square, self._model.input_size)
        return replace(face, reading=replace(face.reading, square=square, seen=seen))
