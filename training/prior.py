"""Answers for faces among which some expressions are commoner than in the data (Saerens et al. 2002).

A network learns how common each class is where it learns. In front of a camera most faces are neutral most of
the time; a network that expects fewer of them takes some for sad or angry. And one that has learned from few
faces of disgust says disgust more seldom than it should: shares that are taken to be more alike lift what is
rare (logit adjustment, Menon et al. 2021).
"""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from training.data.examples import Examples
from training.errors import ExportError
from training.measure.calibration import fit_temperature
from training.measure.evaluation import HeadReport, measure_head, sure_accuracy
from training.measure.metrics import predict, softmax
from training.networks.network import Network

Shares = NDArray[np.float64]
"""How common each label (C,) is; they add up to 1."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """How common a head is to take its labels to be; without anything said, as it was learned."""

    balance: float = 0.0
    """How far all shares move towards being alike: 0 not at all, 1 all the way."""
    named: Mapping[str, float] = field(default_factory=dict)
    """Shares of some labels; the others divide the rest."""

    def __post_init__(self) -> None:
        """Raises `ExportError` for a balance outside 0 to 1."""
        if not 0 <= self.balance <= 1:
            raise ExportError(
                f"--balance {self.balance:g}: give a number from 0 (as learned) to 1 (all equally common)."
            )


AS_LEARNED: Final = Expectation()


@dataclass(frozen=True, slots=True)
class Correction:
    """What a head expected, what it expects now, and how it did before."""

    head: str
    expected: Mapping[str, float]
    """How common the network took each label to be: the mean of its calibrated probabilities."""
    wanted: Mapping[str, float]
    """How common each one is taken to be now."""
    expectation: Expectation
    before: HeadReport


def parse_shares(words: Sequence[str]) -> dict[str, float]:
    """`neutral=0.5` as label and share. Raises `ExportError` for other words and for shares of 1 or more."""
    shares = {}
    for word in words:
        label, _, number = word.partition("=")
        try:
            share = float(number)
        except ValueError:
            share = math.nan
        if not label or not 0 < share < 1:
            raise ExportError(
                f"--prior {word}: write LABEL=SHARE with a share between 0 and 1, neutral=0.5 say."
            )
        shares[label] = share
    if sum(shares.values()) >= 1:
        raise ExportError("--prior: the shares of some labels must leave something for the others.")
    return shares


def wanted_shares(expected: Shares, labels: Sequence[str], named: Mapping[str, float]) -> Shares:
    """The named labels have their shares, the others divide the rest as they did before.

    Raises `ExportError` for a label that does not exist, and if no label is left to have the rest.
    """
    unknown = [label for label in named if label not in labels]
    if unknown:
        raise ExportError(f"--prior: there is no label '{unknown[0]}'; the head has {', '.join(labels)}.")
    if len(named) == len(labels):
        raise ExportError("--prior: leave at least one label out; it gets what the others leave.")
    others = np.array([label not in named for label in labels])
    rest = 1 - sum(named.values())
    return np.where(
        others,
        expected * rest / expected[others].sum(),
        [named.get(label, 0.0) for label in labels],
    )


def balanced_shares(expected: Shares, balance: float) -> Shares:
    """Shares to the power of 1 - balance: for 0 as they are, for 1 all alike."""
    powers: Shares = expected ** (1 - balance)
    shares: Shares = powers / powers.sum()
    return shares


def correct_prior(
    network: Network, examples: Examples, expectation: Expectation
) -> tuple[Network, Correction]:
    """A copy of the network whose first head expects these shares, and what that changed.

    All shares are balanced first, then the named ones are set.

    Its logits are moved by the temperature times log(wanted / expected), so that calibrated probabilities
    change by just that ratio before they are normalised. `examples` tell temperature and expected shares.
    """
    head, labels = next(iter(network.labels.items()))
    truth = examples.truths[head]
    logits = predict(network, examples.images)[head]
    before = measure_head(logits, truth, sure_accuracy(head))
    temperature = fit_temperature(logits, truth.answers)
    expected = softmax(logits[truth.answers >= 0], temperature).mean(0, dtype=np.float64)
    wanted = wanted_shares(balanced_shares(expected, expectation.balance), labels, expectation.named)
    corrected = copy.deepcopy(network)
    linear = corrected.heads[head]
    assert isinstance(linear, nn.Linear)
    with torch.no_grad():
        linear.bias.add_(torch.from_numpy(temperature * np.log(wanted / expected)).to(linear.bias))
    return corrected, Correction(
        head,
        dict(zip(labels, expected.tolist(), strict=True)),
        dict(zip(labels, wanted.tolist(), strict=True)),
        expectation,
        before,
    )
