"""The one contract of everything that gives frames: cameras, videos, photos, streams."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from fer_desktop.capture.frame import Frame


class SourceKind(Enum):
    """What a source is; the value is the word used in files and on the command line."""

    CAMERA = "camera"
    VIDEO = "video"
    PHOTO = "photo"
    FOLDER = "folder"
    STREAM = "stream"
    DEMO = "demo"


class SourceState(Enum):
    """Where a source stands. A lost camera is a state, not an error: it may come back."""

    CLOSED = "closed"
    OPEN = "open"
    LOST = "lost"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """What `open` found out. Sizes and rates are read back, not those asked for."""

    kind: SourceKind
    name: str
    """For people and folder names: a camera's name, a file's name without its folder."""
    path: str
    """Where it is: absolute path, URL, or a device's identity; empty where there is none."""
    width: int
    height: int
    nominal_fps: float | None
    frame_count: int | None
    """Frames of a file or pictures of a folder, where known."""
    duration_s: float | None
    pixels: str = ""
    """Four letters: the form in which a camera was asked for its pictures; empty for all else."""

    @property
    def live(self) -> bool:
        """True for sources that do not wait for the reader (cameras and streams)."""
        return self.kind in {SourceKind.CAMERA, SourceKind.STREAM}


@dataclass(frozen=True, slots=True)
class Shortfall:
    """What a file announces and does not give."""

    cut_off: bool
    """The file is shorter than its container says."""
    frames: int | None
    """How many frames of its index could not be read; None where it has no index that counts."""

    @property
    def why(self) -> str:
        """In three words, for logs."""
        return "it is cut off" if self.cut_off else "it is damaged"


class Source(ABC):
    """A sequence of frames.

    Constructing never fails and opens nothing; `open` raises `SourceError`. All other calls come
    from the one thread that reads. `close` may be called at any time, twice, and before `open`.
    """

    state: SourceState = SourceState.CLOSED
    shortfall: Shortfall | None = None
    """Known once a file has been read to its end; None: all that it announces was there."""

    @property
    @abstractmethod
    def kind(self) -> SourceKind: ...

    @property
    @abstractmethod
    def name(self) -> str: ...

    def files(self) -> list[Path]:
        """The files that it reads, in their order; empty for live sources. May raise `SourceError`."""
        return []

    @abstractmethod
    def open(self) -> SourceInfo:
        """Get ready to read from the first frame; raises `SourceError`."""

    @abstractmethod
    def read(self) -> Frame | None:
        """The next frame, waiting at most about half a second for it.

        None means "not now": look at `state`. OPEN: a live source had nothing new in time. LOST: the
        device is gone; keep calling, it is looked for again. ENDED: a file has no more frames.
        """

    def seek(self, index: int) -> None:
        """Make the frame with this index the next one read (exactly that one).

        Only for sources that are not live; clamps to the frames that exist; raises `SourceError`.
        """
        raise NotImplementedError(f"{type(self).__name__} is live")

    def index_at(self, media_t_s: float) -> int:
        """Index of the frame that is on screen at this media time (files only)."""
        raise NotImplementedError(f"{type(self).__name__} is live")

    @abstractmethod
    def close(self) -> None:
        """Give back the device or file."""
