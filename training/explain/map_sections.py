"""The page's sections on feature maps and activations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from training.explain.filters import convolution_weights
from training.explain.looking import spread
from training.explain.map_figures import (
    filters_figure,
    layer_figure,
    readable_kernels,
    strongest,
    units_figure,
)
from training.explain.maps import Kind, LayerMaps, layer_maps
from training.explain.page import Section, write_rows
from training.explain.subject import Settings, Subject


@dataclass(frozen=True, slots=True)
class Dead:
    """A filter or hidden unit that never changes, whatever the picture."""

    activations: str
    """Layer of the activation function."""
    source: str
    """Layer whose filter it is."""
    filter: int


def map_sections(
    subject: Subject, out: Path, settings: Settings, dead: Mapping[str, Sequence[int]]
) -> list[Section]:
    """Every filter's activations for all pictures, and every layer's maps of the first ones."""
    layers = layer_maps(subject.network, subject.pictures.images)
    sections = [activations_section(subject, layers, out, settings, dead)]
    if any(layer.kind == "feature maps" for layer in layers.values()):
        sections.append(maps_section(subject, layers, out, settings))
    return sections


def maps_section(subject: Subject, layers: Mapping[str, LayerMaps], out: Path, settings: Settings) -> Section:
    """What each convolution makes of a picture, and what its activation function leaves of that."""
    section = Section(
        "maps",
        "Feature maps, layer by layer",
        "Each square is one filter's map of the picture, all of a layer on one scale: on the left what "
        "the convolution gives (red above 0, blue below), on the right what the activation function leaves "
        "of it. First layers find edges and spots; later ones react to larger, rarer things.",
    )
    followers = {
        layer.source: layer for layer in reversed(list(layers.values())) if layer.kind == "activations"
    }
    shown_layers = layers_to_show(section, layers, "feature maps", settings.most_layers)
    for row in range(min(settings.maps_of, len(subject.pictures))):
        for layer in layers.values():
            if layer.name not in shown_layers:
                continue
            after = followers.get(layer.name)
            shown = [layer.of_picture(row), *([after.of_picture(row)] if after is not None else [])]
            filters = strongest(layer.values, settings.most_filters)
            title = f"{layer.name}, maps of {layer.size}: {_amount(filters, layer)}"
            figure = layer_figure(subject.pictures.images[row], shown, filters, title)
            section.draw(figure, out / f"maps-picture-{row + 1}-{layer.name}.png")
    return section


def activations_section(
    subject: Subject,
    layers: Mapping[str, LayerMaps],
    out: Path,
    settings: Settings,
    dead: Mapping[str, Sequence[int]],
) -> Section:
    """Every filter's activations for all chosen pictures, and the filters that never react."""
    section = Section(
        "activations",
        "Activations of every filter",
        "A row is a picture, a column a filter; each filter has its own scale over all rows, and dark is 0 "
        "(white, with functions that go below 0). Columns that differ between classes are what the network "
        "tells them apart by; crossed-out filters are dead.",
    )
    gone = [Dead(name, layers[name].source, number) for name, some in dead.items() for number in some]
    write_rows(gone, Dead, out / "dead-filters.csv")
    pictures = len(subject.part)
    for name, some in dead.items():
        if some:
            numbers = ", ".join(map(str, some))
            section.findings.append(
                f"{name}: {len(some)} of {layers[name].values.shape[1]} are dead, the same at every place of "
                f"all {pictures} pictures: {numbers}."
            )
    if not gone:
        section.findings.append(f"No filter or hidden unit is dead over {pictures} pictures.")
    weights = convolution_weights(subject.network)
    for name in layers_to_show(section, layers, "activations", settings.most_layers):
        layer = layers[name]
        path = out / f"activations-{name}.png"
        own = dead[name]
        title = f"{name}, activations of {layer.source}"
        if layer.values.ndim == 2:
            section.draw(units_figure(layer, subject.words, own, title), path)
            continue
        filters = strongest(layer.values, settings.most_filters)
        kernels = readable_kernels(weights.get(layer.source), layer.values.shape[1])
        figure = filters_figure(
            subject.pictures.images,
            subject.words,
            layer,
            filters=filters,
            dead=own,
            kernels=kernels,
            title=f"{title}: {_amount(filters, layer)}",
        )
        section.draw(figure, path)
    return section


def layers_to_show(section: Section, layers: Mapping[str, LayerMaps], kind: Kind, most: int) -> list[str]:
    """Layers of a kind; the section says if some are left out."""
    names = [name for name, layer in layers.items() if layer.kind == kind]
    shown = spread(names, most)
    if len(shown) < len(names):
        section.findings.append(f"{len(shown)} of {len(names)} layers are shown.")
    return shown


def _amount(filters: Sequence[int], layer: LayerMaps) -> str:
    count = layer.values.shape[1]
    return f"{count} filters" + (f", the {len(filters)} that vary most" if len(filters) < count else "")
