"""What a network consists of: shape, parameters and work of each layer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.table import Table
from torch import Tensor, nn

from training.networks.network import Network, count_parameters, layer_macs, watch_layers


@dataclass(frozen=True, slots=True)
class LayerRow:
    """One layer, in the order in which a picture passes through them."""

    name: str
    kind: str
    shape: tuple[int, ...]
    """Shape of its output for one picture: (C, h, w) or (C,)."""
    parameters: int
    macs: int
    """Multiply-accumulate operations for one picture."""


def summarise(network: Network, side: int) -> list[LayerRow]:
    """The layers of a network that sees `side` pixels, borders left out, found by running it once."""
    rows: list[LayerRow] = []

    def look(name: str, layer: nn.Module, output: Tensor) -> None:
        shape = tuple(output.shape[1:])
        rows.append(LayerRow(name, _kind(layer), shape, count_parameters(layer), layer_macs(layer, output)))

    watch_layers(network, side, look)
    return rows


def _kind(layer: nn.Module) -> str:
    """The layer in words, with what its output's shape does not tell."""
    kind = type(layer).__name__
    match layer:
        case nn.Conv2d():
            how = "depthwise convolution" if layer.groups > 1 else "convolution"
            stride = f", stride {layer.stride[0]}" if layer.stride[0] > 1 else ""
            kind = f"{how} {layer.kernel_size[0]}x{layer.kernel_size[1]}{stride}"
        case nn.MaxPool2d() | nn.AvgPool2d():
            how = "max-pooling" if isinstance(layer, nn.MaxPool2d) else "average pooling"
            kind = f"{how} {layer.kernel_size}x{layer.kernel_size}"
        case nn.BatchNorm2d():
            kind = "batch normalisation"
        case nn.Linear():
            kind = "fully connected"
        case nn.Dropout():
            kind = f"dropout {layer.p:g}"
    return kind


def summary_table(rows: Sequence[LayerRow]) -> Table:
    """The rows and their totals as a table for the console."""
    table = Table(show_footer=True)
    table.add_column("Layer", "Total")
    table.add_column("Kind")
    table.add_column("Output", justify="right")
    table.add_column("Parameters", f"{sum(row.parameters for row in rows):,}", justify="right")
    table.add_column("MACs", f"{sum(row.macs for row in rows):,}", justify="right")
    for row in rows:
        shape = "x".join(map(str, row.shape))
        numbers = (f"{number:,}" if number else "" for number in (row.parameters, row.macs))
        table.add_row(row.name, row.kind, shape, *numbers)
    return table
