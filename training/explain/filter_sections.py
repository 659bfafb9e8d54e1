"""The page's section on filters."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from training.explain.filter_figures import kernels_figure, l1_figure, similarity_figure
from training.explain.filters import (
    Pair,
    Ranked,
    convolution_weights,
    cosines,
    most_similar,
    rank_filters,
)
from training.explain.looking import spread
from training.explain.page import Section, write_rows
from training.networks.network import Network

PAIRS: Final = 10
"""Most similar pairs of each layer that are written down."""
SHOWN_PAIRS: Final = 3
MOST_FILTERS: Final = 512
"""Layers with more filters are not compared pair by pair."""


def filter_section(network: Network, out: Path, most: int) -> Section:
    """Sizes, likeness and kernels of all convolutions' filters, as tables; of `most` layers as pictures."""
    section = Section(
        "filters",
        "Filters",
        "A filter with a small L1 norm adds little, and one that resembles another adds little new: both are "
        "the first to try when a network is to be pruned. Batch normalisation rescales filters, so that "
        "norms then tell less.",
    )
    weights = convolution_weights(network)
    ranked = {layer: rank_filters(layer, values) for layer, values in weights.items()}
    matrices = {
        layer: cosines(values) for layer, values in weights.items() if 1 < len(values) <= MOST_FILTERS
    }
    pairs = {layer: most_similar(layer, matrix, PAIRS) for layer, matrix in matrices.items()}
    write_rows([one for layer in ranked.values() for one in layer], Ranked, out / "filters.csv")
    write_rows([pair for layer in pairs.values() for pair in layer], Pair, out / "similar-filters.csv")
    section.tables.append(
        (
            "The most similar filters of each layer",
            ["layer", "filters", "cosine"],
            [
                [pair.layer, f"{pair.first} and {pair.second}", f"{pair.cosine:.3f}"]
                for layer in pairs.values()
                for pair in layer[:SHOWN_PAIRS]
            ],
        )
    )
    shown = spread(list(weights), most)
    if len(shown) < len(weights):
        section.findings.append(f"{len(shown)} of {len(weights)} layers are drawn; the tables have all.")
    section.draw(
        l1_figure({layer: ranked[layer] for layer in shown}),
        out / "filters-l1.png",
        "All figures: filters.csv.",
    )
    compared = {layer: matrices[layer] for layer in shown if layer in matrices}
    if compared:
        section.draw(
            similarity_figure(compared),
            out / "filters-similarity.png",
            "Off the diagonal, red squares are filters that do the same. Pairs: similar-filters.csv.",
        )
    for layer in shown:
        if weights[layer].shape[-1] > 1:
            section.draw(kernels_figure(layer, weights[layer]), out / f"kernels-{layer}.png")
    return section
