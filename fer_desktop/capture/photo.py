"""Photos: one, or a folder of them in the order that people expect."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from fer_desktop.capture import opencv  # noqa: F401  (keeps OpenCV quiet about damaged pictures)
from fer_desktop.capture.frame import Frame, Image
from fer_desktop.capture.sniff import Content, check_file, content_of
from fer_desktop.capture.source import Source, SourceInfo, SourceKind, SourceState
from fer_desktop.errors import SourceError

PHOTO_SUFFIXES: Final = frozenset({".jpg", ".jpeg", ".jpe", ".png", ".webp", ".bmp", ".tif", ".tiff"})

_SHOWN_S = 1.0
"""How long a picture of a folder stands for when one asks by time."""


def read_photo(path: Path) -> Image:
    """The picture upright (EXIF orientation applied) as 8-bit BGR; raises `SourceError`.

    Grey, 16-bit and transparent pictures are converted; transparent places become white.
    """
    check_file(path, "picture")
    try:
        data = np.fromfile(path, dtype=np.uint8)
        image = cv2.imdecode(data, cv2.IMREAD_COLOR)
        if image is not None and _may_be_transparent(data):
            image = _on_white(np.asarray(image, dtype=np.uint8), data)
    except cv2.error as error:
        raise SourceError(
            f"'{path.name}' is too large a picture to be opened.", "Make it smaller and try again."
        ) from error
    except MemoryError as error:
        raise SourceError(
            f"'{path.name}' needs more memory than there is.", "Make it smaller and try again."
        ) from error
    except OSError as error:
        raise SourceError(
            f"'{path}' cannot be read: {error.strerror or error}.", "Check the disk or copy the file."
        ) from error
    if image is None:
        kind = content_of(path)
        if kind in {Content.TEXT, Content.AUDIO, Content.VIDEO}:
            what = kind.value
            raise SourceError(f"'{path.name}' holds {what}, not a picture.", "Choose a picture file.")
        raise SourceError(
            f"'{path.name}' cannot be read as a picture.",
            "It may be damaged; save it again as JPEG or PNG.",
        )
    return np.ascontiguousarray(image, dtype=np.uint8)


def natural_order(name: str) -> tuple[tuple[int, int, str], ...]:
    """Sort key that puts `img2` before `img10`."""
    parts = re.findall(r"\d+|\D+", name.casefold())
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts)


class FolderSource(Source):
    """The pictures of a folder, one frame each; other files are passed over.

    A picture that cannot be read is passed over too and its name kept in `skipped`.
    """

    def __init__(self, path: Path | str) -> None:
        self._path = Path(path)
        self._photos: list[Path] = []
        self._next = 0
        self.skipped: list[str] = []

    @property
    def kind(self) -> SourceKind:
        return SourceKind.FOLDER

    @property
    def name(self) -> str:
        return self._path.resolve().name

    def files(self) -> list[Path]:
        return self._list()

    def open(self) -> SourceInfo:
        self.close()
        self._photos = self._list()
        self._next = 0
        self.skipped = []
        first = self._read_next()
        if first is None:
            raise SourceError(
                f"None of the {len(self.skipped)} pictures in '{self._path}' can be read.",
                "They may be damaged; choose another folder.",
            )
        self.state = SourceState.OPEN
        return SourceInfo(
            kind=self.kind,
            name=self.name,
            path=str(self._path.resolve()),
            width=first.shape[1],
            height=first.shape[0],
            nominal_fps=None,
            frame_count=len(self._photos),
            duration_s=len(self._photos) * _SHOWN_S,
        )

    def read(self) -> Frame | None:
        if self.state is not SourceState.OPEN:
            return None
        image = self._read_next()
        if image is None:
            self.state = SourceState.ENDED
            return None
        frame = Frame(self._next, image, time.perf_counter(), file=self._photos[self._next].name)
        self._next += 1
        return frame

    def seek(self, index: int) -> None:
        if self.state is SourceState.CLOSED:
            raise SourceError(f"'{self.name}' is not open.", "Open it before seeking.")
        self._next = min(max(index, 0), max(len(self._photos) - 1, 0))
        self.state = SourceState.OPEN

    def index_at(self, media_t_s: float) -> int:
        return min(max(int(media_t_s / _SHOWN_S), 0), max(len(self._photos) - 1, 0))

    def close(self) -> None:
        self.state = SourceState.CLOSED

    def _list(self) -> list[Path]:
        if not self._path.is_dir():
            raise SourceError(f"There is no folder '{self._path}'.", "Check the name.")
        try:
            found = [file for file in self._path.iterdir() if _is_photo(file)]
        except OSError as error:
            raise SourceError(
                f"The folder '{self._path}' cannot be read: {error.strerror or error}.",
                "Change its permissions or choose another one.",
            ) from error
        if not found:
            raise SourceError(
                f"There are no pictures in the folder '{self._path}'.",
                f"Choose a folder with {', '.join(sorted(PHOTO_SUFFIXES))} files.",
            )
        return sorted(found, key=lambda file: (natural_order(file.name), file.name))

    def _read_next(self) -> Image | None:
        """The picture at `_next`, dropping those that cannot be read from the list."""
        while self._next < len(self._photos):
            try:
                return read_photo(self._photos[self._next])
            except SourceError:
                self.skipped.append(self._photos.pop(self._next).name)
        return None


class PhotoSource(Source):
    """One photo: one frame, then the end."""

    def __init__(self, path: Path | str) -> None:
        self._path = Path(path)
        self._image: Image | None = None
        self._given = False

    @property
    def kind(self) -> SourceKind:
        return SourceKind.PHOTO

    @property
    def name(self) -> str:
        return self._path.name

    def files(self) -> list[Path]:
        return [self._path]

    def open(self) -> SourceInfo:
        self.close()
        image = read_photo(self._path)
        self._image = image
        self.state = SourceState.OPEN
        return SourceInfo(
            kind=self.kind,
            name=self.name,
            path=str(self._path.resolve()),
            width=image.shape[1],
            height=image.shape[0],
            nominal_fps=None,
            frame_count=1,
            duration_s=None,
        )

    def read(self) -> Frame | None:
        if self._image is None or self.state is not SourceState.OPEN:
            return None
        if self._given:
            self.state = SourceState.ENDED
            return None
        self._given = True
        return Frame(0, self._image, time.perf_counter())

    def seek(self, index: int) -> None:
        del index  # there is only one frame
        if self._image is None:
            raise SourceError(f"'{self.name}' is not open.", "Open it before seeking.")
        self._given = False
        self.state = SourceState.OPEN

    def index_at(self, media_t_s: float) -> int:
        del media_t_s
        return 0

    def close(self) -> None:
        self._image = None
        self._given = False
        self.state = SourceState.CLOSED


def _is_photo(file: Path) -> bool:
    hidden = file.name.startswith(".")  # macOS leaves `._name.jpg` files that hold no picture
    return file.suffix.lower() in PHOTO_SUFFIXES and not hidden and file.is_file()


def _may_be_transparent(data: Image) -> bool:
    head = data[:32].tobytes()
    if head.startswith(b"\x89PNG"):
        return len(head) > 25 and head[25] in {4, 6}  # colour types with an alpha channel
    return head[8:12] == b"WEBP" and head[12:16] in {b"VP8L", b"VP8X"}


def _on_white(image: Image, data: Image) -> Image:
    """The picture laid over white, where its alpha channel has the same shape as it (not rotated)."""
    full = cv2.imdecode(data, cv2.IMREAD_UNCHANGED)
    if full is None or full.ndim != 3 or full.shape[2] != 4 or full.shape[:2] != image.shape[:2]:
        return image
    scale = 65535.0 if full.dtype == np.uint16 else 255.0
    alpha = full[:, :, 3:].astype(np.float32) / scale
    return np.asarray(image * alpha + 255.0 * (1.0 - alpha) + 0.5, dtype=np.uint8)
