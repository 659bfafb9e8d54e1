"""Analysing on an existing Dask cluster, an extra: its workers see the same files under the same paths."""

from __future__ import annotations

import importlib
import importlib.metadata
import logging
import time
import uuid
from concurrent.futures import Executor, Future
from typing import Any, Final

from fer_desktop.errors import UserError
from fer_desktop.pools import Pool
from fer_desktop.work import Done, Work, carry_out, look_at

_CONNECT_S: Final = 5
_ASK_S: Final = 1.0
"""How often a task asks whether it is still wanted."""


class Cluster(Pool):
    """The workers of a Dask scheduler. They see the same files under the same paths."""

    threads = 1  # a worker runs as many tasks at once as it has threads

    def __init__(self, address: str) -> None:
        """Raises `UserError` if the scheduler cannot be reached, or its workers do not fit."""
        distributed = _distributed()
        if not logging.getLogger().isEnabledFor(logging.DEBUG):
            logging.getLogger("distributed").setLevel(logging.CRITICAL + 1)
        try:
            # A client with an address that it cannot parse hangs at the end of the program.
            distributed.comm.get_address_host(address)
            self._client: Any = distributed.Client(address, timeout=_CONNECT_S, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            raise UserError(
                f"The scheduler at '{address}' cannot be reached.",
                "Check that 'dask scheduler' runs there, and the address (such as tcp://host:8786).",
            ) from error
        try:
            self._check_workers(address)
        except BaseException:
            self._client.close()
            raise
        self._executor: Executor = self._client.get_executor(pure=False)
        self._stop_name = f"fer-desktop-{uuid.uuid4().hex}"
        self._stop_event = distributed.Event(self._stop_name, client=self._client)

    @property
    def width(self) -> int:  # type: ignore[override]
        # Twice, so that a worker that is ready finds work; workers may come and go.
        threads: dict[str, int] = self._client.nthreads()
        return max(1, 2 * sum(threads.values()))

    def look_at(self, source: str) -> Future[str | None]:
        return self._executor.submit(look_at, source)

    def carry_out(self, work: Work, place: int) -> Future[Done]:
        del place
        return self._executor.submit(_carry_out_on_cluster, work, self._stop_name)

    def stop(self) -> None:
        self._stop_event.set()

    def close(self) -> None:
        self._executor.shutdown(wait=False)
        self._client.close()

    def _check_workers(self, address: str) -> None:
        ours = importlib.metadata.version("fer-desktop")
        versions = self._client.run(importlib.metadata.version, "fer-desktop", on_error="return")
        if not versions:
            raise UserError(
                f"The scheduler at '{address}' has no workers.", f"Start some: dask worker {address}."
            )
        for worker, version in versions.items():
            if version != ours:
                has = "no FER Desktop" if isinstance(version, Exception) else f"FER Desktop {version}"
                raise UserError(
                    f"The worker {worker} has {has}, and here is {ours}.", "Install the same there."
                )


def _carry_out_on_cluster(work: Work, stop_name: str) -> Done:
    unwanted = _distributed().Event(stop_name)
    asked_s = time.perf_counter()

    def stop() -> bool:
        nonlocal asked_s
        if time.perf_counter() - asked_s < _ASK_S:
            return False
        asked_s = time.perf_counter()
        return bool(unwanted.is_set())

    return carry_out(work, lambda _: None, stop)


def _distributed() -> Any:
    try:
        return importlib.import_module("distributed")
    except ImportError as error:
        raise UserError(
            "A cluster needs Dask, which is not installed.",
            "Install it: pip install 'fer-desktop[cluster]'.",
        ) from error
