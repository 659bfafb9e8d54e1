"""The gradient of a network's answer with respect to the pixels, as an ordinary ONNX graph.

Simonyan, Vedaldi and Zisserman 2014 ("Deep inside convolutional networks"). ONNX Runtime cannot
differentiate, so the backward pass is traced into plain operations and exported like a forward pass.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import torch
from torch import Tensor, nn
from torch._decomp import core_aten_decompositions
from torch.fx import GraphModule
from torch.fx.experimental.proxy_tensor import make_fx
from torch.nn import functional

from training.data import SIDE
from training.deploy import deployable
from training.networks import BORDER, HEADS, ExpressionNet, centre
from training.onnx_files import export_graph

aten = torch.ops.aten


def gradient_of(network: ExpressionNet) -> Callable[[Tensor, Tensor], Tensor]:
    """A function of `face` (1, 1, 48, 48) and `weights` (1, 8): the gradient of the weighted logits of
    the first head with respect to the face, (1, 1, 48, 48), by autograd."""

    def gradient(face: Tensor, weights: Tensor) -> Tensor:
        seen = centre(face).detach().requires_grad_(True)
        logits = network.heads[0](network.features(seen).mean((2, 3)))
        (slope,) = torch.autograd.grad((logits * weights).sum(), seen)
        return functional.pad(slope, [BORDER] * 4)

    return gradient


def _convolution_backward(
    slope: Tensor,
    inputs: Tensor,
    weight: Tensor,
    _bias_sizes: Sequence[int] | None,
    stride: Sequence[int],
    padding: Sequence[int],
    *_rest: Any,
) -> tuple[Tensor, None, None]:
    """The slope at a convolution's input is a convolution with the turned, transposed kernel.

    Faster in ONNX Runtime than its ConvTranspose. Ours all have stride 1, no dilation, no groups.
    """
    assert tuple(stride) == (1, 1)
    turned = weight.transpose(0, 1).flip(2, 3)
    outer = [size - 1 - pad for size, pad in zip(weight.shape[2:], padding, strict=True)]
    back = aten.convolution.default(slope, turned, None, [1, 1], outer, [1, 1], False, [0, 0], 1)
    assert back.shape == inputs.shape
    return back, None, None


def _relu_backward(slope: Tensor, outputs: Tensor, _threshold: float) -> Tensor:
    return slope * torch.sign(outputs)  # a ReLU's output is never negative


def _stretch(maps: Tensor, factor: int) -> Tensor:
    """Repeat each value `factor` times in both directions."""
    n, c, h, w = maps.shape
    wide = maps.reshape(n, c, h, 1, w, 1).expand(n, c, h, factor, w, factor)
    return wide.reshape(n, c, h * factor, w * factor)


def _max_pool_backward(slope: Tensor, inputs: Tensor, kernel: Sequence[int], *_rest: Any) -> Tensor:
    """The slope goes to the largest value of each window; rows and columns that no window covers get 0.

    Equal largest values all get it: after a ReLU they are zeros, where the slope stops anyway.
    """
    factor = kernel[0]
    height, width = slope.shape[2] * factor, slope.shape[3] * factor
    covered = inputs[:, :, :height, :width]
    below = torch.sign(_stretch(functional.max_pool2d(covered, factor), factor) - covered)
    back = _stretch(slope, factor) * (1 - below)
    return functional.pad(back, [0, inputs.shape[3] - width, 0, inputs.shape[2] - height])


DECOMPOSITIONS: Final[dict[Any, Callable[..., Any]]] = {
    **core_aten_decompositions(),
    aten.convolution_backward.default: _convolution_backward,
    aten.threshold_backward.default: _relu_backward,
    aten.max_pool2d_with_indices_backward.default: _max_pool_backward,
}


def traced_gradient(network: ExpressionNet) -> GraphModule:
    """`gradient_of` written out in operations that ONNX has."""
    face = 255 * torch.rand(1, 1, SIDE, SIDE, generator=torch.Generator().manual_seed(0))
    weights = functional.one_hot(torch.tensor([0]), len(next(iter(HEADS.values())))).float()
    traced = make_fx(gradient_of(network), decomposition_table=DECOMPOSITIONS)(face, weights)
    for node in list(traced.graph.nodes):
        if node.target in (aten.alias.default, aten.detach.default):
            node.replace_all_uses_with(node.args[0])
            traced.graph.erase_node(node)
    traced.graph.eliminate_dead_code()
    traced.recompile()
    return traced


class _Gradient(nn.Module):
    """The exporter takes modules whose `forward` names its inputs."""

    def __init__(self, traced: GraphModule) -> None:
        super().__init__()
        self.traced = traced

    def forward(self, face: Tensor, weights: Tensor) -> Tensor:
        result: Tensor = self.traced(face, weights)
        return result


def export_saliency(network: ExpressionNet, path: Path) -> None:
    """Write `<name>.saliency.onnx`, checked against autograd for every class.

    Raises `ExportError` if ONNX Runtime's gradient is another one.
    """
    shipped = deployable(network)
    classes = len(next(iter(HEADS.values())))
    rng = torch.Generator().manual_seed(1)
    faces = (255 * torch.rand(classes, 1, 1, SIDE, SIDE, generator=rng)).round()
    expected = gradient_of(shipped)
    cases = []
    for face, weights in zip(faces, torch.eye(classes)[:, None], strict=True):
        cases.append(((face, weights), (expected(face, weights),)))
    export_graph(
        _Gradient(traced_gradient(shipped)), path, ("face", "weights"), ("gradient",), cases, relative=True
    )
