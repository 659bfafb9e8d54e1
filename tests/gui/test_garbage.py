"""Widgets in reference cycles die in the GUI thread, whatever other threads do."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from fer_desktop.ui.garbage import Collector


class Knot:
    """Something that only the collector of cycles frees."""

    def __init__(self, died_in: list[int]) -> None:
        self.itself = self
        self._died_in = died_in

    def __del__(self) -> None:
        self._died_in.append(threading.get_ident())


@pytest.fixture
def collector(qtbot: QtBot) -> Iterator[Collector]:  # noqa: ARG001 - timers need an application
    made = Collector()
    made.start()
    yield made
    made.stop()
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0


def allocate_much() -> None:
    kept = [[number] for number in range(200_000)]
    assert kept


def test_other_threads_collect_nothing_and_this_one_does(collector: Collector) -> None:
    died_in: list[int] = []
    knot = weakref.ref(Knot(died_in))
    worker = threading.Thread(target=allocate_much)
    worker.start()
    worker.join()
    assert knot() is not None
    kept = [[number] for number in range(2_000)]
    collector.collect()
    assert knot() is None
    assert died_in == [threading.get_ident()]
    assert len(kept) == 2_000


def test_the_timer_does_it(collector: Collector, qtbot: QtBot) -> None:
    died_in: list[int] = []
    knot = weakref.ref(Knot(died_in))
    kept = [[number] for number in range(2_000)]
    qtbot.waitUntil(lambda: knot() is None, timeout=5000)
    assert died_in == [threading.get_ident()]
    assert collector is not None
    assert len(kept) == 2_000
