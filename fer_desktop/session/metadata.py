"""session.json: what made the log, with what, when, and whether it was brought to its end."""

from __future__ import annotations

import json
import math
import os
import re
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar

from fer_desktop import __version__
from fer_desktop.capture.source import SourceInfo
from fer_desktop.emotions import EMOTIONS
from fer_desktop.session.clock import SessionClock
from fer_desktop.session.delay import DelayFacts
from fer_desktop.session.fields import wrong_fields
from fer_desktop.session.schema import SCHEMA_VERSION
from fer_desktop.session.subject import NOBODY, ConsentFacts, Subject
from fer_desktop.vision.model_file import ModelFile

FILE: Final = "session.json"
APP_NAME: Final = "FER Desktop"
_LOGIN: Final = re.compile(r"://[^/\s]*@")

Part = TypeVar("Part")


@dataclass(frozen=True, slots=True)
class AppFacts:
    """The program that wrote the session."""

    name: Annotated[str, "Name of the program."]
    version: Annotated[str, "Its version."]


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """The network behind the numbers."""

    name: Annotated[str, "Name in the model file."]
    version: Annotated[str, "Version in the model file."]
    file: Annotated[str, "Name of the model file."]
    sha256: Annotated[str, "SHA-256 of the model file."]
    head: Annotated[str, "The label set that was used."]
    labels: Annotated[tuple[str, ...], "Its labels, in the network's order."]
    temperature: Annotated[float, "The logits were divided by it (calibration)."]
    unsure_below: Annotated[float, "The label is `unsure` where the highest probability is under it."]


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """Where the frames came from."""

    kind: Annotated[str, "`camera`, `video`, `photo`, `folder`, `stream` or `demo`."]
    name: Annotated[str, "Name of the camera or file."]
    path: Annotated[str, "Path, address or identity; user name and password are left out."]
    width: Annotated[int, "Pixels."]
    height: Annotated[int, "Pixels."]
    nominal_fps: Annotated[float | None, "Frames per second as stated; real times are in the log."]
    frame_count: Annotated[int | None, "Frames as the file states them, where it does."]
    duration_s: Annotated[float | None, "Duration as the file states it, where it does."]
    sha256: Annotated[
        str | None,
        "SHA-256 of the analysed file; of a folder of photos, that of the list of its pictures "
        "(`<SHA-256>  <name>` and a line feed for each). null for cameras, streams and recordings.",
    ] = None


@dataclass(frozen=True, slots=True)
class Counters:
    """Every frame that reached the recorder: `read` = `analysed` + `dropped` + `errors` + `not_recorded`."""

    read: Annotated[int, "Frames read from the source."] = 0
    analysed: Annotated[int, "Frames that detector and network looked at."] = 0
    dropped: Annotated[int, "Frames passed over (`not_analysed`)."] = 0
    errors: Annotated[int, "Frames whose analysis failed (`error`)."] = 0
    not_recorded: Annotated[int, "Frames without a row, as the disk was too slow or failed."] = 0
    faceless: Annotated[int, "Analysed frames without a face."] = 0
    rows: Annotated[int, "Rows of log.csv."] = 0


@dataclass(frozen=True, slots=True)
class ClockFacts:
    """When, and by which clocks."""

    utc_start: Annotated[str, "Session start, the zero of `t_s` (ISO 8601, UTC)."]
    utc_end: Annotated[str | None, "Session end by the same clock; null until then."]
    duration_s: Annotated[float | None, "From start to end; null until then."]
    perf_counter_resolution_s: Annotated[float, "Resolution of the monotonic clock behind `t_s`."]
    time_zone: Annotated[str, "Name of the computer's time zone at the start."]
    utc_offset: Annotated[str, "Its offset from UTC, such as `+01:00`."]


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A table as it was left, so that a later change can be found."""

    rows: Annotated[int, "Rows without the header."]
    bytes: Annotated[int, "Size."]
    sha256: Annotated[str, "SHA-256 of the whole file."]


@dataclass(frozen=True, slots=True)
class Recovery:
    """How a session that was cut off was made whole again."""

    utc: Annotated[str, "When it was recovered (ISO 8601, UTC)."]
    version: Annotated[str, "The version of the program that did it."]
    torn_bytes: Annotated[
        dict[str, int], "Bytes of the torn row at the end of each table, kept in `<table>.torn`."
    ]


@dataclass(frozen=True, slots=True)
class FilmFacts:
    """The annotated video."""

    file: Annotated[str, "Name in the session folder."]
    frames: Annotated[int, "Its pictures: all analysed frames."]
    faces_blurred: Annotated[bool, "Whether faces were made unrecognisable."]
    sound: Annotated[bool, "Whether it has the source's sound."]


@dataclass(frozen=True, slots=True)
class Metadata:
    """The whole of session.json."""

    schema_version: Annotated[int, "Version of this format."]
    complete: Annotated[bool, "false while recording, and for a session that was cut off."]
    error: Annotated[str | None, "Why writing stopped before the end, if it did."]
    app: Annotated[AppFacts, "The program."]
    model: Annotated[ModelFacts, "The network."]
    detector: Annotated[str | None, "The face detector."]
    provider: Annotated[str, "What really ran the network: `CPU` or `CUDA`."]
    source: Annotated[SourceFacts, "Where the frames came from."]
    settings: Annotated[dict[str, Any], "Settings that shape the numbers."]
    counters: Annotated[Counters, "Frames and rows; all 0 until the end."]
    clocks: Annotated[ClockFacts, "When, and by which clocks."]
    files: Annotated[dict[str, FileFacts], "The tables as they were left; empty until the end."]
    recovered: Annotated[
        Recovery | None, "How a session that was cut off was made whole again; null where it was not."
    ] = None
    film: Annotated[FilmFacts | None, "The annotated video; null without one."] = None
    participant: Annotated[str | None, "Code of the person who was recorded; null: none given."] = None
    consent: Annotated[ConsentFacts | None, "The person's consent, if it was noted."] = None
    keep_until: Annotated[str | None, "Last day of keeping the session (ISO 8601); null: no date."] = None
    delay: Annotated[DelayFacts | None, "What `fer-desktop delay` found for this camera, if it was run."] = (
        None
    )

    @property
    def cut_off(self) -> bool:
        """Whether it never came to an end, or to one without its last runs, and nobody has mended that."""
        return not self.complete and self.recovered is None and (not self.files or self.error is not None)


def without_login(text: str) -> str:
    """Text without the user names and passwords that addresses of network cameras carry."""
    return _LOGIN.sub("://", text)


def first_metadata(
    clock: SessionClock,
    info: SourceInfo,
    model: ModelFile,
    provider: str,
    settings: Mapping[str, object],
    *,
    source_sha256: str | None = None,
    subject: Subject = NOBODY,
    delay: DelayFacts | None = None,
) -> Metadata:
    """What is known when a session starts; the rest is added at its end."""
    head = model.heads[0]
    local = clock.start.astimezone()
    detector = settings.get("detector")
    return Metadata(
        schema_version=SCHEMA_VERSION,
        complete=False,
        error=None,
        app=AppFacts(APP_NAME, __version__),
        model=ModelFacts(
            name=model.name,
            version=str(model.version),
            file=model.path.name,
            sha256=model.sha256,
            head=head.name,
            labels=tuple(head.labels),
            temperature=head.temperature,
            unsure_below=head.unsure_below,
        ),
        detector=None if detector is None else str(detector),
        provider=provider,
        source=SourceFacts(
            kind=info.kind.value,
            name=info.name,
            path=info.path,
            width=info.width,
            height=info.height,
            nominal_fps=info.nominal_fps,
            frame_count=info.frame_count,
            duration_s=info.duration_s,
            sha256=source_sha256,
        ),
        settings={str(key): value for key, value in settings.items()},
        counters=Counters(),
        clocks=ClockFacts(
            utc_start=clock.utc(0),
            utc_end=None,
            duration_s=None,
            perf_counter_resolution_s=time.get_clock_info("perf_counter").resolution,
            time_zone=local.tzname() or "",
            utc_offset=_offset(local),
        ),
        files={},
        participant=subject.participant or None,
        consent=subject.consent,
        keep_until=subject.keep_until(clock.start),
        delay=delay,
    )


def metadata_bytes(metadata: Metadata) -> bytes:
    """What stands in session.json."""
    text = json.dumps(_plain(asdict(metadata)), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    # What is no valid Unicode becomes a JSON escape.
    return text.encode("utf-8", "backslashreplace")


def write_metadata(folder: Path, metadata: Metadata) -> None:
    """Put session.json in place in one step, so that it is whole at any moment; raises OSError."""
    replace_file(folder / FILE, [metadata_bytes(metadata)])


def replace_file(path: Path, parts: Iterable[bytes]) -> None:
    """Write a file beside `path` and put it in its place, on the disk too; raises OSError."""
    temporary = path.with_name(f"{path.name}.tmp")
    try:
        with temporary.open("wb") as file:
            file.writelines(parts)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def read_metadata(folder: Path) -> Metadata:
    """Read session.json; raises OSError, or ValueError where it is not what `write_metadata` writes."""
    return parse_metadata((folder / FILE).read_bytes())


def parse_metadata(text: bytes) -> Metadata:
    """The metadata in the text of a session.json; raises ValueError."""
    data = json.loads(text)
    for wrong in wrong_fields(Metadata, data):
        raise ValueError(wrong)
    if not set(data["model"]["labels"]) <= set(EMOTIONS):
        raise ValueError("model.labels are not expressions")
    for name in ("utc_start", "utc_end"):
        moment = data["clocks"][name]
        if moment is not None and datetime.fromisoformat(moment).tzinfo is None:
            raise ValueError(f"clocks.{name} has no time zone")
    if data.get("keep_until") is not None:
        date.fromisoformat(data["keep_until"])
    parts = {
        "app": _part(AppFacts, data["app"]),
        "model": _part(ModelFacts, {**data["model"], "labels": tuple(data["model"]["labels"])}),
        "source": _part(SourceFacts, data["source"]),
        "counters": _part(Counters, data["counters"]),
        "clocks": _part(ClockFacts, data["clocks"]),
        "files": {name: _part(FileFacts, facts) for name, facts in data["files"].items()},
    }
    later = {"recovered": Recovery, "film": FilmFacts, "consent": ConsentFacts, "delay": DelayFacts}
    for name, kind in later.items():
        parts[name] = None if data.get(name) is None else _part(kind, data[name])
    return _part(Metadata, {**data, **parts})


def _part(kind: type[Part], data: Mapping[str, Any]) -> Part:
    known = {entry.name for entry in fields(kind)}  # type: ignore[arg-type]
    return kind(**{name: value for name, value in data.items() if name in known})


def _plain(value: object) -> object:
    """`value` as JSON can hold it; numbers that are no numbers become null."""
    if isinstance(value, Mapping):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(entry) for entry in value]
    if isinstance(value, Enum):
        return _plain(value.value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, int):
        return value
    return without_login(str(value))


def _offset(local: datetime) -> str:
    return local.isoformat()[-6:]


def _sync_folder(folder: Path) -> None:
    """Put the new name on the disk too; only POSIX can, and not on every file system."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError:
        return
    finally:
        os.close(descriptor)
