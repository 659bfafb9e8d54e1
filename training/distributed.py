"""Several processes that train one network together, started by `torchrun`."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

import torch
from torch import distributed, nn
from torch.nn.parallel import DistributedDataParallel

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class World:
    """Which process this is and of how many; each takes its share of every batch."""

    rank: int = 0
    size: int = 1

    @property
    def leads(self) -> bool:
        """The one process that measures, writes and prints."""
        return self.rank == 0

    def wrap(self, network: nn.Module, device: torch.device) -> nn.Module:
        """The network with gradients averaged over all processes."""
        if self.size == 1:
            return network
        return DistributedDataParallel(network, device_ids=[device] if device.type == "cuda" else None)

    def mean(self, value: torch.Tensor) -> torch.Tensor:
        """The mean over all processes, so that what is decided by it is decided alike."""
        if self.size > 1:
            distributed.all_reduce(value)
            value = value / self.size
        return value

    def told_by_leader(self, value: T) -> T:
        """The leader's value, in every process."""
        if self.size == 1:
            return value
        shared = [value]
        distributed.broadcast_object_list(shared, src=0)
        return shared[0]


@contextmanager
def joined(device: str) -> Iterator[World]:
    """The processes that `torchrun` started, or this one alone without it."""
    if "WORLD_SIZE" not in os.environ:
        yield World()
        return
    cuda = device.startswith("cuda") or (device == "auto" and torch.cuda.is_available())
    if cuda:
        torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
    distributed.init_process_group("nccl" if cuda else "gloo")
    try:
        yield World(distributed.get_rank(), distributed.get_world_size())
        distributed.barrier()  # a process that leaves while another still talks to it can be aborted
    finally:
        gc.collect()  # what still holds the group would end its threads too late
        distributed.destroy_process_group()
