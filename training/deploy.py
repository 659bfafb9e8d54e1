"""A trained network as it is shipped: loaded from its run, batch norm folded, one face in, answers out."""

from __future__ import annotations

import copy
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.fusion import fuse_conv_bn_eval

from training.networks import ARCHITECTURES, ExpressionNet, centre
from training.train import RunError


def load_network(run: Path) -> ExpressionNet:
    """The averaged network of a finished run, in evaluation mode.

    Raises `RunError` if the folder has no `final.pt` or it is damaged.
    """
    path = run / "final.pt"
    if not path.is_file():
        raise RunError(f"{path}: does not exist; the run has not finished (train --resume finishes it).")
    try:
        state = torch.load(path, weights_only=True)
        network = ARCHITECTURES[state["recipe"]["network"]].build(dropout=0.0)
        network.load_state_dict(state["weights"])
    except (RuntimeError, KeyError, EOFError, ValueError) as error:
        raise RunError(f"{path}: is not the result of a run ({error}).") from error
    return network.eval()


def deployable(network: ExpressionNet) -> ExpressionNet:
    """A copy for inference: batch norm folded into the convolutions, no in-place operations, no gradients
    for parameters. Its answers differ from the original's by rounding only."""
    shipped = copy.deepcopy(network).eval()
    assert isinstance(shipped.trunk, nn.Sequential)
    layers: list[nn.Module] = []
    for layer in shipped.trunk:
        if isinstance(layer, nn.BatchNorm2d):
            convolution = layers.pop()
            assert isinstance(convolution, nn.Conv2d)
            layers.append(fuse_conv_bn_eval(convolution, layer))
        elif isinstance(layer, nn.ReLU):
            layers.append(nn.ReLU(inplace=False))
        else:
            layers.append(layer)
    shipped.trunk = nn.Sequential(*layers)
    return shipped.requires_grad_(False)


class Answers(nn.Module):
    """The graph of a model file: pixels `face` (N, 1, 48, 48) to the logits of each head and the class
    activation maps `cam` (N, 8, h, w) of the first one (Zhou et al. 2016)."""

    def __init__(self, network: ExpressionNet) -> None:
        super().__init__()
        self.network = network

    def forward(self, face: Tensor) -> tuple[Tensor, ...]:
        maps = self.network.features(centre(face))
        pooled = maps.mean((2, 3))
        first = self.network.heads[0]
        assert isinstance(first, nn.Linear)
        cam = functional.conv2d(maps, first.weight[:, :, None, None])
        return (*(head(pooled) for head in self.network.heads), cam)
