"""The gradient of a network's answer with respect to the pixels, as an ordinary ONNX graph.

Simonyan, Vedaldi and Zisserman 2014 ("Deep inside convolutional networks"). ONNX Runtime cannot
differentiate, so the backward pass is traced into plain operations and exported like a forward pass.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch._decomp import core_aten_decompositions
from torch.fx import GraphModule
from torch.fx.experimental.proxy_tensor import make_fx
from torch.nn import functional

from training.deploy import deployable
from training.errors import ExportError
from training.networks.network import Network
from training.onnx_files import Case, export_graph

aten = torch.ops.aten


def gradient_of(network: Network) -> Callable[[Tensor, Tensor], Tensor]:
    """A function of whole pictures `face` (1, 1, S, S) and `weights` (1, C): the gradient of the weighted
    logits of the first head with respect to the face, (1, 1, S, S), by autograd."""

    def gradient(face: Tensor, weights: Tensor) -> Tensor:
        seen = network.centre(face).detach().requires_grad_(True)
        logits = network(seen)[0]
        (slope,) = torch.autograd.grad((logits * weights).sum(), seen)
        return functional.pad(slope, [network.border] * 4)

    return gradient


def _convolution_backward(  # noqa: PLR0917 - the operation's own arguments
    slope: Tensor,
    inputs: Tensor,
    weight: Tensor,
    _bias_sizes: Sequence[int] | None,
    stride: Sequence[int],
    padding: Sequence[int],
    dilation: Sequence[int],
    _transposed: bool,
    _output_padding: Sequence[int],
    groups: int,
    _mask: Sequence[bool],
) -> tuple[Tensor, None, None]:
    """The slope at a convolution's input is a convolution with the turned, transposed kernel.

    That is faster in ONNX Runtime than its ConvTranspose, which is left to convolutions with a stride.
    """
    outputs, inner, height, width = weight.shape
    if tuple(stride) == (1, 1) and tuple(dilation) == (1, 1):
        by_group = weight.reshape(groups, outputs // groups, inner, height, width).transpose(1, 2)
        outer = [height - 1 - padding[0], width - 1 - padding[1]]
        if min(outer) >= 0:
            turned = by_group.flatten(0, 1).flip(2, 3)
            back = aten.convolution.default(slope, turned, None, [1, 1], outer, [1, 1], False, [0, 0], groups)
            return back, None, None
    # Rows and columns at the far edges that the stride did not reach.
    reached = [
        (size - 1) * step - 2 * pad + spread * (kernel - 1) + 1
        for size, step, pad, spread, kernel in zip(
            slope.shape[2:], stride, padding, dilation, weight.shape[2:], strict=True
        )
    ]
    over = [size - covered for size, covered in zip(inputs.shape[2:], reached, strict=True)]
    back = aten.convolution.default(slope, weight, None, stride, padding, dilation, True, over, groups)
    return back, None, None


def _relu_backward(slope: Tensor, outputs: Tensor, _threshold: float) -> Tensor:
    return slope * torch.sign(outputs)  # a ReLU's output is never negative


def _stretch(maps: Tensor, factors: Sequence[int]) -> Tensor:
    """Repeat each value so many times in both directions."""
    n, c, h, w = maps.shape
    rows, columns = factors
    wide = maps.reshape(n, c, h, 1, w, 1).expand(n, c, h, rows, w, columns)
    return wide.reshape(n, c, h * rows, w * columns)


def _max_pool_backward(
    slope: Tensor,
    inputs: Tensor,
    _kernel: Sequence[int],
    _stride: Sequence[int],
    _padding: Sequence[int],
    _dilation: Sequence[int],
    _ceil: bool,
    places: Tensor,
) -> Tensor:
    """The slope goes to the largest value of each window, to the first one if several are equal."""
    flat = torch.zeros_like(inputs).flatten(2)
    return flat.scatter_add(2, places.flatten(2), slope.flatten(2)).reshape(inputs.shape)


def _average_pool_backward(
    slope: Tensor,
    inputs: Tensor,
    kernel: Sequence[int],
    stride: Sequence[int],
    padding: Sequence[int],
    *_rest: Any,
) -> Tensor:
    """Each value of a window gets its share; rows and columns that no window covers get 0."""
    if tuple(stride or kernel) != tuple(kernel) or any(padding):
        raise ExportError("The gradient of average pooling with overlapping or padded windows is unknown.")
    back = _stretch(slope, kernel) / (kernel[0] * kernel[1])
    margin = [0, inputs.shape[3] - back.shape[3], 0, inputs.shape[2] - back.shape[2]]
    return functional.pad(back, margin)


DECOMPOSITIONS: Final[dict[Any, Callable[..., Any]]] = {
    **core_aten_decompositions(),
    aten.convolution_backward.default: _convolution_backward,
    aten.threshold_backward.default: _relu_backward,
    aten.max_pool2d_with_indices_backward.default: _max_pool_backward,
    aten.avg_pool2d_backward.default: _average_pool_backward,
}


def traced_gradient(network: Network, side: int) -> GraphModule:
    """`gradient_of` for whole pictures of `side` pixels, written out in operations that ONNX has."""
    face = 255 * torch.rand(1, 1, side, side, generator=torch.Generator().manual_seed(0))
    weights = torch.eye(len(next(iter(network.labels.values()))))[:1]
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


def export_saliency(
    network: Network, side: int, path: Path, pictures: NDArray[np.uint8] | None = None
) -> None:
    """Write `<name>.saliency.onnx` for whole pictures of `side` pixels, checked against autograd for every
    class on noise and on `pictures` (N, S, S).

    Raises `ExportError` if ONNX Runtime's gradient is another one.
    """
    shipped = deployable(network)
    classes = len(next(iter(network.labels.values())))
    rng = torch.Generator().manual_seed(1)
    faces = (255 * torch.rand(classes, 1, side, side, generator=rng)).round()
    if pictures is not None:
        faces = torch.cat([faces, torch.from_numpy(pictures)[:, None].float()])
    expected = gradient_of(shipped)
    cases: list[Case] = []
    for number, face in enumerate(faces):
        weights = torch.eye(classes)[[number % classes]]
        cases.append(((face[None], weights), (expected(face[None], weights),)))
    graph = _Gradient(traced_gradient(shipped, side))
    export_graph(graph, path, ("face", "weights"), ("gradient",), cases, directions=True)
