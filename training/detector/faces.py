"""Making the stock: every source looked at by the teacher once, and kept in a folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from training.detector.boxes import Picture
from training.detector.sources import Source, Wanted
from training.detector.stock import read_shelf, shelf_exists, write_shelf
from training.detector.teacher import FaceFinder, Labels

Watch = Callable[[Iterable[Picture], str], Iterable[Picture]]
"""Passes pictures on and shows how far it is."""


@dataclass(frozen=True, slots=True)
class Made:
    """What became of one source."""

    name: str
    seen: int | None
    """Pictures looked at; None if the source was finished before."""
    pictures: int
    faces: int


def make_shelf(source: Source, teacher: FaceFinder, folder: Path, watch: Watch) -> Made:
    """Label one source and write it, or leave it as it is if that was done before."""
    seen = None
    if not shelf_exists(folder, source.name):
        pictures = _Counted(watch(source.read(), source.name))
        write_shelf(folder, source.name, _labelled(pictures, source, teacher))
        seen = pictures.count
    shelf = read_shelf(folder, source.name)
    return Made(source.name, seen, len(shelf), sum(int(labels.sure.sum()) for labels in shelf.labels))


class _Counted:
    """Pictures that are counted as they pass."""

    def __init__(self, pictures: Iterable[Picture]) -> None:
        self._pictures = pictures
        self.count = 0

    def __iter__(self) -> Iterator[Picture]:
        for picture in self._pictures:
            self.count += 1
            yield picture


def _labelled(
    pictures: Iterable[Picture], source: Source, teacher: FaceFinder
) -> Iterator[tuple[Picture, Labels]]:
    """The pictures that the source is wanted for."""
    wanted = source.wanted
    for picture in pictures:
        looks = wanted in {Wanted.FACES, Wanted.EITHER}
        labels = teacher.label(picture, source.side, source.margin) if looks else Labels.none()
        if looks and labels.sure.any():
            yield picture, labels
        elif wanted is Wanted.ALL:
            yield picture, Labels.none()
        elif wanted is not Wanted.FACES and not len(labels.sure) and teacher.sees_nothing(picture):
            yield picture, labels
