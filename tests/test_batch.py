"""What becomes of many sources when processes die, workers are lost, and schedulers are not there."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Future
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from fer_desktop import paths
from fer_desktop.analyse import Options, Progress
from fer_desktop.batch import Batch, Plan, make_plan
from fer_desktop.cluster import Cluster
from fer_desktop.errors import UserError
from fer_desktop.pools import Pool, Processes
from fer_desktop.session.reader import read_session
from fer_desktop.work import Done, Status, Work


class DeadlyPool(Pool):
    """Its processes die of some sources, and take all others with them."""

    width = 3

    def __init__(self, deadly: set[str]) -> None:
        self._deadly = deadly
        self._underway: list[tuple[Work, Future[Done]]] = []
        self.restarts = 0

    def look_at(self, source: str) -> Future[str | None]:
        del source
        future: Future[str | None] = Future()
        future.set_result(None)
        return future

    def carry_out(self, work: Work, place: int) -> Future[Done]:
        assert place not in range(len(self._underway)), "two share a place"
        future: Future[Done] = Future()
        self._underway.append((work, future))
        return future

    def poll(self) -> None:
        died = any(Path(work.source).name in self._deadly for work, _ in self._underway)
        for work, future in self._underway:
            if died:
                future.set_exception(BrokenExecutor())
            else:
                future.set_result(Done(work.source, Status.DONE))
        self._underway.clear()

    def restart(self) -> None:
        self.restarts += 1


def plan(out: Path) -> Plan:
    return Plan(out, Options(), False, "", {}, {})


def test_a_source_that_kills_its_process_costs_nobody_else_anything(tmp_path: Path) -> None:
    sources = [f"{letter}.mp4" for letter in "abcdefgh"]
    pool = DeadlyPool({"b.mp4", "g.mp4"})
    done = Batch(plan(tmp_path), pool).run(sources)
    assert {one.source: one.status for one in done} == {
        source: Status.FAILED if source in {"b.mp4", "g.mp4"} else Status.DONE for source in sources
    }
    assert all("died" in one.sentence for one in done if one.status is Status.FAILED)


def test_a_fault_of_ours_is_a_failure_of_that_source_only(tmp_path: Path) -> None:
    class FaultyPool(DeadlyPool):
        def poll(self) -> None:
            for work, future in self._underway:
                if work.source.endswith("b.mp4"):
                    future.set_exception(KeyError("x"))
                else:
                    future.set_result(Done(work.source, Status.DONE))
            self._underway.clear()

    done = Batch(plan(tmp_path), FaultyPool(set())).run(["a.mp4", "b.mp4"])
    assert {one.source: one.status for one in done} == {"a.mp4": Status.DONE, "b.mp4": Status.FAILED}
    assert any("KeyError" in one.sentence for one in done)


def test_a_worker_process_that_is_killed_has_its_file_done_again(tmp_path: Path, tiny_model: Path) -> None:
    clips = copies_of_the_demo(tmp_path, 3)
    out = tmp_path / "out"
    victim = killed_when(lambda: multiprocessing.active_children()[0].pid, lambda: has_rows(out))
    options = Options(str(tiny_model), end_s=4)
    with closing(Processes(2, lambda _place, _progress: None)) as pool:
        done = Batch(make_plan(out, options, again=False), pool).run(clips)
    victim.join()
    assert_each_is_whole_once(done, out, clips)


def test_bars_are_told_how_far_each_job_is(tmp_path: Path, tiny_model: Path) -> None:
    clips = copies_of_the_demo(tmp_path, 2)
    told: dict[int, list[Progress]] = {0: [], 1: []}
    with closing(Processes(2, lambda place, progress: told[place].append(progress))) as pool:
        Batch(make_plan(tmp_path / "out", Options(str(tiny_model), end_s=4), again=False), pool).run(clips)
    for progress in told.values():
        assert max(one.done for one in progress) > 50
        assert 600 in {one.total for one in progress}


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0", silence_logs=50
    ) as running:
        yield running


@pytest.mark.timeout(400)  # a new worker takes half a minute to start on a busy machine
@pytest.mark.filterwarnings("ignore::ResourceWarning:(distributed|tornado|asyncio)")
def test_a_worker_of_a_cluster_that_is_lost_has_its_file_done_again(
    cluster: Any, tmp_path: Path, tiny_model: Path
) -> None:
    clips = copies_of_the_demo(tmp_path, 3)
    out = tmp_path / "out"
    with closing(Cluster(cluster.scheduler_address)) as pool:
        pid = next(iter(pool._client.run(os.getpid).values()))
        victim = killed_when(lambda: pid, lambda: has_rows(out))
        done = Batch(make_plan(out, Options(str(tiny_model), end_s=4), again=False), pool).run(clips)
    victim.join()
    assert_each_is_whole_once(done, out, clips)
    halves = [folder for folder in out.iterdir() if not read_session(folder).complete]
    assert len(halves) == 1, "what the lost worker had written stays, and is not taken for whole"


def test_a_cluster_does_not_do_again_what_is_done(cluster: Any, tmp_path: Path, tiny_model: Path) -> None:
    clips = copies_of_the_demo(tmp_path, 1)
    out = tmp_path / "out"
    statuses = []
    for _ in range(2):
        with closing(Cluster(cluster.scheduler_address)) as pool:
            (done,) = Batch(make_plan(out, Options(str(tiny_model), end_s=1), again=False), pool).run(clips)
        statuses.append(done.status)
    assert statuses == [Status.DONE, Status.ALREADY]


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nonsense://somewhere", "tcp://host.invalid:8786"])
def test_a_scheduler_that_is_not_there_is_told_in_a_sentence_soon(address: str) -> None:
    pytest.importorskip("distributed")
    started = time.perf_counter()
    with pytest.raises(UserError, match="cannot be reached") as caught:
        Cluster(address)
    assert address in str(caught.value)
    assert time.perf_counter() - started < 15


def test_a_scheduler_without_workers_is_told() -> None:
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(
            n_workers=0, processes=False, dashboard_address=":0", silence_logs=50
        ) as lonely,
        pytest.raises(UserError, match="has no workers"),
    ):
        Cluster(lonely.scheduler_address)


def copies_of_the_demo(folder: Path, count: int) -> list[str]:
    """Files with the demo clip's film, each with other bytes after its last box."""
    film = paths.demo_clip().read_bytes()
    clips = [folder / f"{number}.mp4" for number in range(count)]
    for number, clip in enumerate(clips):
        clip.write_bytes(film + bytes([0] * 7 + [number]))
    return [str(clip) for clip in clips]


def has_rows(out: Path) -> bool:
    return sum(log.stat().st_size > 5000 for log in out.glob("*/log.csv")) == 2


def killed_when(pid: Callable[[], int | None], moment: Callable[[], bool]) -> threading.Thread:
    """Kills a process at a moment."""

    def wait_and_kill() -> None:
        deadline = time.monotonic() + 60
        while not moment() and time.monotonic() < deadline:
            time.sleep(0.02)
        victim = pid()
        assert victim is not None
        os.kill(victim, signal.SIGTERM if os.name == "nt" else signal.SIGKILL)

    thread = threading.Thread(target=wait_and_kill)
    thread.start()
    return thread


def assert_each_is_whole_once(done: list[Done], out: Path, clips: list[str]) -> None:
    assert sorted(one.source for one in done) == clips
    assert {one.status for one in done} == {Status.DONE}
    whole = [s for s in map(read_session, out.iterdir()) if s.complete]
    assert sorted(session.metadata.source.path for session in whole) == clips
    assert {len(set(session.column("frame"))) for session in whole} == {120}
