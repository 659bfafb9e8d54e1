"""Scenes made ahead, by several processes, and kept as JPEG with their labels.

A folder of parts, each of two files: `NUMBER.jpegs` and `NUMBER.npz`. A part that is whole is not made
again, so a stopped command goes on where it was.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import zipfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from training.detector.boxes import Picture
from training.detector.scenes import SIDE, make_scene
from training.detector.stock import Stock, read_stock
from training.detector.teacher import FaceFinder, Labels
from training.errors import DataError, RunError
from training.files import write_whole

PART: Final = 500
"""Scenes of a part."""
_QUALITY: Final = 95
"""Of JPEG: what it changes is less than what `light` does."""

Watch = Callable[[Iterable[int], int], Iterable[int]]
"""Passes finished parts on and shows how far it is of how many."""


@dataclass(frozen=True, slots=True)
class Order:
    """Which scenes to make; the same order gives the same scenes."""

    faces: str
    """Folder of the stock."""
    teacher: str
    """Detector that places boxes and landmarks once more; empty for none."""
    count: int
    seed: int = 0
    side: int = SIDE


def make_scenes(order: Order, out: Path, processes: int, watch: Watch) -> None:
    """Make what is missing of an order. Raises `RunError` if the folder holds scenes of another one."""
    told = out / "scenes.json"
    wanted = asdict(order)
    if told.is_file():
        theirs = json.loads(told.read_text(encoding="utf-8"))
        other = [name for name in wanted if name != "count" and theirs.get(name) != wanted[name]]
        if other:
            raise RunError(f"{out}: holds scenes made otherwise ({', '.join(other)}); choose a new --out.")
    read_stock(Path(order.faces))  # what is missing is better told here than by each process
    write_whole(told, json.dumps(wanted, indent=1) + "\n")
    parts = range(-(-order.count // PART))
    missing = [part for part in parts if _length(_index(out, part)) < len(_numbers(order, part))]
    for _part in watch(_made(order, out, missing, processes), len(missing)):
        pass


def _made(order: Order, out: Path, missing: list[int], processes: int) -> Iterator[int]:
    if processes <= 1:
        kitchen = _Kitchen(order, out)
        for part in missing:
            yield kitchen.make(part)
        return
    # Fresh processes: OpenCV's threads do not survive a fork.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, context, _start, (order, out)) as pool:
        yield from pool.map(_make, missing)


class _Kitchen:
    """What a process needs to make scenes."""

    def __init__(self, order: Order, out: Path) -> None:
        cv2.setNumThreads(1)  # several processes already use all processors
        self._order, self._out = order, out
        self._stock: Stock = read_stock(Path(order.faces))
        self._teacher = FaceFinder(Path(order.teacher)) if order.teacher else None

    def make(self, part: int) -> int:
        order = self._order
        scenes = [
            make_scene(self._stock, (order.seed, number), order.side, self._teacher)
            for number in _numbers(order, part)
        ]
        quality = [cv2.IMWRITE_JPEG_QUALITY, _QUALITY]
        jpegs = [cv2.imencode(".jpg", picture, quality)[1] for picture, _labels in scenes]
        write_whole(_jpegs(self._out, part), b"".join(jpeg.tobytes() for jpeg in jpegs))
        index = {
            "sizes": np.array([len(jpeg) for jpeg in jpegs], np.int64),
            "counts": np.array([len(labels.sure) for _picture, labels in scenes], np.int64),
            "faces": np.concatenate([labels.faces for _picture, labels in scenes]),
            "sure": np.concatenate([labels.sure for _picture, labels in scenes]),
        }
        partial = _index(self._out, part).with_suffix(".tmp")
        with partial.open("wb") as file:
            np.savez(file, allow_pickle=False, **index)
        partial.replace(_index(self._out, part))
        return part


_kitchens: list[_Kitchen] = []
"""The one of this process."""


def _start(order: Order, out: Path) -> None:
    _kitchens.append(_Kitchen(order, out))


def _make(part: int) -> int:
    return _kitchens[0].make(part)


def _numbers(order: Order, part: int) -> range:
    """The scenes of a part; the last one may be short."""
    return range(part * PART, min((part + 1) * PART, order.count))


def _length(index: Path) -> int:
    """How many scenes a part has: a last one that was short is to be made again when more are wanted."""
    if not index.is_file():
        return 0
    with np.load(index) as content:
        return len(content["sizes"])


def _jpegs(folder: Path, part: int) -> Path:
    return folder / f"{part:05d}.jpegs"


def _index(folder: Path, part: int) -> Path:
    return folder / f"{part:05d}.npz"


class SceneFolder:
    """Scenes that were made ahead, by number."""

    def __init__(self, folder: Path) -> None:
        """Raises `DataError` if there are none or a part is damaged."""
        self._folder = folder
        paths = sorted(folder.glob("[0-9]*.npz"))
        if not paths:
            raise DataError(
                f"{folder}: holds no scenes; make them with `python -m training detector scenes`."
            )
        self._bytes: list[NDArray[np.uint8]] = []
        self._places: list[tuple[int, int, int]] = []
        self._labels: list[Labels] = []
        digest = hashlib.sha256()
        for number, path in enumerate(paths):
            try:
                with np.load(path) as index:
                    sizes, counts, faces, sure = (
                        index[name] for name in ("sizes", "counts", "faces", "sure")
                    )
                self._bytes.append(np.memmap(path.with_suffix(".jpegs"), np.uint8, "r"))
            except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
                raise DataError(f"{path}: is damaged; remove it and make the scenes again.") from error
            ends = np.cumsum(sizes)
            self._places += [
                (number, int(end - size), int(end)) for size, end in zip(sizes, ends, strict=True)
            ]
            rows = np.cumsum(counts)
            self._labels += [
                Labels(faces[row - count : row], sure[row - count : row])
                for count, row in zip(counts, rows, strict=True)
            ]
            digest.update(sizes.tobytes())
            digest.update(faces.tobytes())
        self.fingerprint = digest.hexdigest()[:16]
        self.side = self[0][0].shape[0]

    def __reduce__(self) -> tuple[type[SceneFolder], tuple[Path]]:
        """Another process opens the files itself: sending their content there would take minutes."""
        return SceneFolder, (self._folder,)

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, number: int) -> tuple[Picture, Labels]:
        part, start, end = self._places[number]
        picture = cv2.imdecode(self._bytes[part][start:end], cv2.IMREAD_COLOR)
        return np.asarray(picture, np.uint8), self._labels[number]
