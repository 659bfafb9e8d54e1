"""Pruning by what each filter is worth: drop the one that is missed least, measure, and repeat.

The greedy order removes every filter in turn and drops for good the one whose loss costs least accuracy. The
cheaper one follows the L1 norms of the filters (Li et al. 2017). Either way the network of each step really
is smaller, and its accuracy is measured on it.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from training.data.examples import Examples
from training.errors import DataError, RunError
from training.files import write_whole
from training.measure.metrics import accuracy, cross_entropy, predict
from training.networks.network import Network, count_macs, count_parameters
from training.shrink import prunable_layers, reach, shrink

Order = Literal["greedy", "l1"]
Filter = tuple[str, int]
"""A convolution's name and the number of one of its filters."""

BATCH: Final = 256


@dataclass(frozen=True, slots=True)
class Pace:
    """How thoroughly the filter to drop is sought."""

    order: Order = "greedy"
    candidates: int = 0
    """Greedy: only so many filters with the smallest L1 norms are tried each time; 0 is all."""
    per_step: int = 1
    """Filters that are dropped at once."""
    stop_at: float = 0.0
    """The first step with less accuracy is the last one."""

    def __post_init__(self) -> None:
        if self.order == "greedy" and 0 < self.candidates < self.per_step:
            raise RunError(
                f"{self.per_step} filters cannot be dropped at once of {self.candidates} candidates: "
                "give as many candidates at least, or 0 for all."
            )


@dataclass(frozen=True, slots=True)
class Step:
    """A network on the way from the whole one (step 0) to one filter per convolution."""

    number: int
    removed: tuple[Filter, ...]
    """What this step dropped, with the numbers that the filters had in the whole network."""
    accuracy: float
    loss: float
    parameters: int
    macs: int
    kept: Mapping[str, tuple[int, ...]]
    """The filters that are left of each convolution, by their numbers in the whole network."""


def prune(
    network: Network, examples: Examples, pace: Pace, ranked_on: Examples | None = None
) -> Iterator[Step]:
    """The steps down to one filter per convolution, as they are found; accuracy is of the main head.

    `ranked_on`: the pictures that the greedy order tries filters on, where `examples`, by which each step is
    measured, are too many for that. Raises `RunError` if no convolution of the network can lose a filter,
    `DataError` without answers.
    """
    layers = prunable_layers(network)
    if not layers:
        raise RunError("This network has no convolution that could lose a filter, so it cannot be pruned.")
    if not (_answers(network, examples) >= 0).any():
        raise DataError("Pruning needs pictures with a known answer, and these have none.")
    kept = {name: tuple(range(_convolution(network, name).out_channels)) for name in layers}
    current, number = network, 0
    step = _measured(current, examples, 0, (), kept)
    yield step
    while step.accuracy >= pace.stop_at and any(len(filters) > 1 for filters in kept.values()):
        chosen = _chosen(current, layers, ranked_on or examples, pace)
        removed = tuple((layer, kept[layer][place]) for layer, place in chosen)
        left = {
            layer: [place for place in range(len(kept[layer])) if (layer, place) not in chosen]
            for layer, _ in chosen
        }
        current = shrink(current, left)
        kept = kept | {layer: tuple(kept[layer][place] for place in places) for layer, places in left.items()}
        number += 1
        step = _measured(current, examples, number, removed, kept)
        yield step


def smallest_within(steps: Sequence[Step], tolerance: float) -> Step:
    """The last step that is at most so much less accurate than the whole network."""
    bound = steps[0].accuracy - tolerance - 1e-9
    return max((step for step in steps if step.accuracy >= bound), key=lambda step: step.number)


def _convolution(network: Network, name: str) -> nn.Conv2d:
    layer = network.get_submodule(name)
    assert isinstance(layer, nn.Conv2d)
    return layer


def _answers(network: Network, examples: Examples) -> NDArray[np.int64]:
    """What the network's main head should say, which need not be the first label set of the pictures."""
    main = next(iter(network.labels))
    return examples.with_heads([main]).main.answers


def _measured(
    network: Network,
    examples: Examples,
    number: int,
    removed: tuple[Filter, ...],
    kept: Mapping[str, tuple[int, ...]],
) -> Step:
    logits = predict(network, examples.images)[next(iter(network.labels))]
    answers = _answers(network, examples)
    side = examples.side - 2 * network.border
    return Step(
        number,
        removed,
        accuracy(logits, answers),
        cross_entropy(logits, answers),
        count_parameters(network),
        count_macs(network, side),
        kept,
    )


def l1_norms(network: Network, layers: Sequence[str]) -> dict[Filter, float]:
    """The L1 norm of every filter that is not the last of its convolution, in units of that
    convolution's mean: norms of kernels of different sizes cannot be compared."""
    norms: dict[Filter, float] = {}
    for name in layers:
        sums = _convolution(network, name).weight.detach().abs().sum((1, 2, 3))
        if len(sums) > 1:
            shares = sums / sums.mean().clamp(min=1e-12)
            norms |= {(name, place): share for place, share in enumerate(shares.tolist())}
    return norms


def _chosen(network: Network, layers: Sequence[str], examples: Examples, pace: Pace) -> list[Filter]:
    """The filters to drop next, by their present numbers, never all of one convolution."""
    norms = l1_norms(network, layers)
    ranked = sorted(norms, key=lambda entry: norms[entry])
    if pace.order == "greedy":
        tried = ranked[: pace.candidates or None]
        hits = hits_without(network, tried, examples)
        # Sorting is stable, so that of equally harmless filters the one with the smallest norm goes.
        ranked = sorted(tried, key=lambda entry: -hits[entry])
    left = {name: _convolution(network, name).out_channels for name in layers}
    chosen: list[Filter] = []
    for layer, place in ranked:
        if left[layer] > 1 and len(chosen) < pace.per_step:
            left[layer] -= 1
            chosen.append((layer, place))
    return chosen


@torch.no_grad()
def hits_without(network: Network, filters: Sequence[Filter], examples: Examples) -> dict[Filter, int]:
    """How many pictures the main head gets right without each of these filters, one at a time.

    Nothing is computed again that lies before the layers which read the filter's map.
    """
    network.eval()
    device = next(network.parameters()).device
    by_start: dict[int, list[Filter]] = {}
    for layer, place in filters:
        by_start.setdefault(_start(network, layer), []).append((layer, place))
    hits = dict.fromkeys(filters, 0)
    right = _answers(network, examples)
    for begin in range(0, len(examples), BATCH):
        rows = slice(begin, begin + BATCH)
        answers = right[rows]
        pixels = torch.from_numpy(examples.images[rows]).to(device)[:, None].float()
        seen = network.centre(pixels).contiguous(memory_format=torch.channels_last)
        maps = network.normalise(seen)
        for start in range(len(network.trunk) + 1):
            for layer, place in by_start.get(start, ()):
                said = _said_without(network, maps, start, layer, place)
                hits[layer, place] += int((said == answers).sum())
            if start < len(network.trunk):
                maps = network.trunk[start](maps)
    return hits


def _start(network: Network, layer: str) -> int:
    """The first part of the trunk that reads the maps of a convolution; its length if heads or neck do."""
    part, _, rest = reach(network, layer).readers[0].partition(".")
    return int(rest.partition(".")[0]) if part == "trunk" else len(network.trunk)


def _said_without(network: Network, maps: Tensor, start: int, layer: str, place: int) -> NDArray[np.int64]:
    """The main head's answers if the readers of a filter's map get zeros instead."""
    count = _convolution(network, layer).out_channels

    def silence(_reader: nn.Module, inputs: tuple[Tensor]) -> tuple[Tensor]:
        heard = inputs[0].clone()
        # Flattened maps lie one after the other.
        width = heard.shape[1] // count
        heard[:, place * width : (place + 1) * width] = 0
        return (heard,)

    hooks = [
        network.get_submodule(name).register_forward_pre_hook(silence)
        for name in reach(network, layer).readers
    ]
    try:
        logits = network.answer(network.trunk[start:](maps))[0]
    finally:
        for hook in hooks:
            hook.remove()
    said: NDArray[np.int64] = logits.argmax(1).cpu().numpy()
    return said


def some_of(examples: Examples, count: int) -> Examples:
    """At most so many of the pictures with an answer, each class in its share; 0 is all of them."""
    answers = examples.main.answers
    known = np.flatnonzero(answers >= 0)
    if not count or count >= len(known):
        return examples.select(known)
    by_class = known[np.argsort(answers[known], kind="stable")]
    places = np.linspace(0, len(by_class) - 1, count).round().astype(np.intp)
    return examples.select(np.sort(by_class[places]))


def write_steps(steps: Sequence[Step], path: Path) -> None:
    """One row per removed filter as CSV; the figures are of the network after its step."""
    text = io.StringIO()
    text.write("step,layer,filter,accuracy,loss,parameters,macs\n")
    for step in steps:
        for layer, place in step.removed or (("", ""),):
            text.write(
                f"{step.number},{layer},{place},{step.accuracy:.6f},{step.loss:.6f},"
                f"{step.parameters},{step.macs}\n"
            )
    write_whole(path, text.getvalue())
