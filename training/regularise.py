"""What keeps a network from learning its pictures by heart, and dropout as a measure of doubt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Generator, Tensor, nn

from training.networks.activations import ACTIVATION_MODULES

DROPOUT_MODULES: Final = (nn.Dropout, nn.Dropout2d)


def _weights(network: nn.Module) -> list[nn.Parameter]:
    """Weights as against biases and the two parameters of a normalisation."""
    return [parameter for parameter in network.parameters() if parameter.ndim > 1]


def l1_penalty(network: nn.Module) -> Tensor:
    """Sum of the absolute weights, a scalar; drives single weights to 0."""
    return torch.stack([weight.abs().sum() for weight in _weights(network)]).sum()


def l2_penalty(network: nn.Module) -> Tensor:
    """Half the sum of the squared weights, a scalar; its gradient is the weights themselves."""
    return torch.stack([weight.square().sum() for weight in _weights(network)]).sum() / 2


@torch.no_grad()
def limit_norms(network: nn.Module, limit: float) -> None:
    """Shorten the weights into each unit or filter to a norm of at most `limit` (Hinton et al. 2012)."""
    for layer in network.modules():
        if isinstance(layer, nn.Linear | nn.Conv2d):
            norms = layer.weight.flatten(1).norm(dim=1)
            scale = (limit / norms.clamp(min=1e-12)).clamp(max=1)
            layer.weight.mul_(scale.view(-1, *[1] * (layer.weight.ndim - 1)))


@contextmanager
def noisy_weights(network: nn.Module, std: float, rng: Generator) -> Iterator[None]:
    """Gaussian noise on the weights for one forward and backward pass; exactly the old ones afterwards.

    The backward pass belongs inside too: the gradient is that of the disturbed network. `rng` must
    be a generator of the network's device.
    """
    weights = _weights(network) if std else []
    before = [weight.detach().clone() for weight in weights]
    with torch.no_grad():
        for weight in weights:
            weight.add_(torch.randn(weight.shape, generator=rng, device=rng.device), alpha=std)
    try:
        yield
    finally:
        with torch.no_grad():
            for weight, old in zip(weights, before, strict=True):
                weight.copy_(old)


def add_activity_noise(network: nn.Module, std: float) -> None:
    """Gaussian noise behind every activation function, in training mode only.

    It is made by hooks, so that the network's form and its saved weights stay the same.
    """

    def disturb(layer: nn.Module, _inputs: Any, output: Tensor) -> Tensor:
        return output + std * torch.randn_like(output) if layer.training else output

    for layer in network.modules():
        if isinstance(layer, ACTIVATION_MODULES):
            layer.register_forward_hook(disturb)


def mix(
    pictures: Tensor, targets: Sequence[Tensor], alpha: float, rng: Generator
) -> tuple[Tensor, list[Tensor]]:
    """Mixup (Zhang et al. 2018): each picture (N, 1, S, S) blended with another of the batch, and the
    targets (N, C) of each head likewise.

    The share is drawn once per batch from Beta(alpha, alpha). `rng` must be a generator of the
    pictures' device.
    """
    # PyTorch's own Beta distribution knows no generator, so a resumed run would draw other shares.
    seed = int(torch.randint(2**62, (), generator=rng, device=rng.device))
    share = float(np.random.default_rng(seed).beta(alpha, alpha))
    others = torch.randperm(len(pictures), generator=rng, device=rng.device)

    def blend(values: Tensor) -> Tensor:
        return share * values + (1 - share) * values[others]

    return blend(pictures), [blend(target) for target in targets]


@contextmanager
def keep_dropout(network: nn.Module) -> Iterator[None]:
    """The network in evaluation mode, but with its dropout at work; its own modes afterwards."""
    modes = {layer: layer.training for layer in network.modules()}
    network.eval()
    for layer in modes:
        if isinstance(layer, DROPOUT_MODULES):
            layer.train()
    try:
        yield
    finally:
        for layer, mode in modes.items():
            layer.training = mode


@torch.no_grad()
def mc_predict(network: nn.Module, pictures: Tensor, passes: int, seed: int, batch: int = 256) -> Tensor:
    """Probabilities (passes, N, C) of the first head with another dropout mask in every pass.

    Monte-Carlo dropout: the spread over the passes is the network's doubt about its weights (Gal and
    Ghahramani 2016). `pictures` float32 (N, 1, side, side), as the network sees them.
    """
    devices = [pictures.device] if pictures.is_cuda else []
    with keep_dropout(network), torch.random.fork_rng(devices):
        torch.manual_seed(seed)
        return torch.stack(
            [
                torch.cat([network(part)[0].float().softmax(1) for part in torch.split(pictures, batch)])
                for _ in range(passes)
            ]
        )


def _entropy(probabilities: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    certain = np.clip(probabilities.astype(np.float64), 1e-12, 1)
    entropy: NDArray[np.float64] = -(certain * np.log(certain)).sum(-1)
    return entropy


def predictive_entropy(probabilities: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """All doubt (N,) in nats: entropy of the mean over the passes of (passes, N, C)."""
    return _entropy(probabilities.mean(0, dtype=np.float64))


def mutual_information(probabilities: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """The part (N,) of the doubt in nats that more training data could remove: how much the passes
    of (passes, N, C) disagree (Houlsby et al. 2011). 0 where all passes agree.
    """
    within: NDArray[np.float64] = _entropy(probabilities).mean(0)
    return np.maximum(predictive_entropy(probabilities) - within, 0)
