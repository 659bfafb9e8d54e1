"""The summary agrees with the network and with counting by hand."""

from __future__ import annotations

from io import StringIO

import pytest
import torch
from rich.console import Console

from training.names import ARCHITECTURE_NAMES
from training.networks.build import build_network
from training.networks.network import Network, count_macs, count_parameters
from training.networks.summary import LayerRow, summarise, summary_table
from training.recipe import Recipe

HEADS = {"ferplus": tuple("abcdefgh"), "fer2013": tuple("abcdefg")}


@pytest.mark.parametrize("name", ARCHITECTURE_NAMES)
def test_totals_are_those_of_the_network(name: str) -> None:
    with torch.device("meta"):
        network = build_network(Recipe(network=name), HEADS, 48)
    rows = summarise(network, 44)
    assert sum(row.parameters for row in rows) == count_parameters(network)
    assert sum(row.macs for row in rows) == count_macs(network, 44)


def test_rows_follow_the_picture_through_the_network() -> None:
    recipe = Recipe(
        network="builder", border=0, conv_sizes=(3,), feature_maps=(4, 0), mlp_hiddens=(5,), normalise="scale"
    )
    assert summarise(build_network(recipe, {"answer": ("no", "yes")}, 8), 8) == [
        LayerRow("normalise", "Scale", (1, 8, 8), 0, 0),
        LayerRow("trunk.0", "convolution 3x3", (4, 6, 6), 40, 36 * 4 * 9),
        LayerRow("trunk.1", "ReLU", (4, 6, 6), 0, 0),
        LayerRow("trunk.2", "max-pooling 2x2", (4, 3, 3), 0, 0),
        LayerRow("neck.0", "Flatten", (36,), 0, 0),
        LayerRow("neck.1", "dropout 0.3", (36,), 0, 0),
        LayerRow("neck.2", "fully connected", (5,), 36 * 5 + 5, 36 * 5),
        LayerRow("neck.3", "ReLU", (5,), 0, 0),
        LayerRow("neck.4", "dropout 0.3", (5,), 0, 0),
        LayerRow("heads.answer", "fully connected", (2,), 12, 10),
    ]


def test_whitening_is_work_but_not_learned() -> None:
    network = build_network(Recipe(network="dense", border=0, normalise="pca"), HEADS, 8)
    row = summarise(network, 8)[0]
    assert (row.name, row.parameters, row.macs) == ("normalise", 0, 64 * 64)


def test_depthwise_convolutions_and_strides_are_named() -> None:
    with torch.device("meta"):
        network = build_network(Recipe(network="mini-xception"), HEADS, 48)
    found = {row.kind for row in summarise(network, 44)}
    assert {"depthwise convolution 3x3", "convolution 1x1, stride 2"} <= found


def test_the_table_shows_rows_and_totals(tiny_network: Network) -> None:
    console = Console(width=120, record=True, file=StringIO())
    rows = summarise(tiny_network, 44)
    console.print(summary_table(rows))
    text = console.export_text()
    assert "heads.fer2013" in text
    assert f"{count_parameters(tiny_network):,}" in text
    assert f"{count_macs(tiny_network, 44):,}" in text
