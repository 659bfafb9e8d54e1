"""What all explanations share: pixels that a network sees, the score to explain, maps of whole pictures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from training.errors import RunError
from training.networks.network import Network

BATCH: Final = 32
"""Pictures that are differentiated at once."""

Images = NDArray[np.uint8]
Classes = NDArray[np.int64]
Maps = NDArray[np.float32]
"""One number per pixel of whole pictures, (N, S, S); 0 in the border that the network does not see."""


@contextmanager
def answering(network: Network) -> Iterator[None]:
    """The network in evaluation mode, and as it was afterwards."""
    was_training = network.training
    network.eval()
    try:
        yield
    finally:
        network.train(was_training)


def seen_pixels(network: Network, images: Images) -> Tensor:
    """The part (N, 1, side, side) of whole pictures (N, S, S) that the network sees, on its device."""
    device = next(network.parameters()).device
    return network.centre(torch.from_numpy(images).to(device)[:, None].float())


def class_scores(network: Network, pixels: Tensor, head: str, classes: Tensor) -> Tensor:
    """Logits (N,) of one class per picture."""
    logits: Tensor = network(pixels)[list(network.labels).index(head)]
    return logits.gather(1, classes[:, None])[:, 0]


def whole(network: Network, maps: Tensor) -> Maps:
    """Maps (N, side, side) of what the network sees as maps (N, S, S) of whole pictures."""
    padded = torch.nn.functional.pad(maps.detach(), [network.border] * 4)
    return np.asarray(padded.cpu().numpy(), np.float32)


def head_of(network: Network, head: str | None) -> str:
    """The named head, or the main one. Raises `RunError` if there is no such head."""
    if head is None:
        return next(iter(network.labels))
    if head not in network.labels:
        raise RunError(f"The network has no labels '{head}'; it has {', '.join(network.labels)}.")
    return head


def spread(names: Sequence[str], most: int) -> list[str]:
    """At most so many names, evenly from the first to the last; all if `most` is 0."""
    if not most or len(names) <= most:
        return list(names)
    return [names[place] for place in np.linspace(0, len(names) - 1, most).round().astype(int)]


def batches(count: int) -> Iterator[slice]:
    """Slices that cover so many pictures."""
    for start in range(0, count, BATCH):
        yield slice(start, min(count, start + BATCH))
