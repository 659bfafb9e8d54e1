"""A network explained as a whole: pictures, tables, and one page that shows them all."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np

from training.errors import RunError
from training.explain.face_figures import questions_figure
from training.explain.failing import Failure, failing
from training.explain.filter_figures import randomisation_figure
from training.explain.filter_sections import filter_section
from training.explain.filters import convolution_weights
from training.explain.gradcam import gradcam, last_layer
from training.explain.map_sections import map_sections
from training.explain.maps import dead_filters
from training.explain.occlusion import occlusion
from training.explain.page import Section, write_explained, write_rows
from training.explain.randomisation import Method, Step, edges, randomise, unchanged
from training.explain.saliency import saliency
from training.explain.subject import Settings, Subject
from training.measure.compare import worst_errors
from training.measure.face_plots import failures_figure

READING: Final = {
    "saliency": "Sensitivity is the size of the class score's gradient with respect to each pixel (Simonyan "
    "et al. 2014): where it is bright, or red over the picture, small changes would move the score most.",
    "gradcam": "Grad-CAM (Selvaraju et al. 2017) shows, coarsely, the places whose maps in layer {layer} "
    "speak for the class; what speaks against it is left out.",
    "occlusion": "Occlusion shows how far the probability of the class falls while a patch of {patch} px "
    "hides a place: red places were needed, blue ones spoke against it.",
}
SHOWN_FAILURES: Final = 36
CHECKED_PICTURES: Final = 8
"""Pictures whose maps are compared while weights become random."""
CHECKED_SAMPLES: Final = 2
"""Noisy copies in that comparison, which makes the maps of many networks."""


def explain(subject: Subject, out: Path, settings: Settings, title: str, summary: str) -> Path:
    """Write pictures and tables into `out`, and `explained.html`, which shows them all; returns the page.

    What needs convolutions, or known answers, is left out where there are none. Raises `RunError` if a
    file cannot be written, or a setting does not fit the network.
    """
    sections: list[Section] = []
    methods = methods_of(subject, settings, settings.samples)
    wanted = {name: method for name, method in methods.items() if name in settings.what}
    if wanted:
        sections.append(answers_section(subject, out, settings, wanted))
    if "randomisation" in settings.what:
        few = methods_of(subject, settings, min(settings.samples, CHECKED_SAMPLES))
        # Occlusion would take as long as all the rest.
        checked = {name: method for name, method in few.items() if name != "occlusion"}
        sections.append(randomisation_section(subject, out, settings, checked))
    if {"maps", "filters"} & set(settings.what):
        dead = dead_filters(subject.network, subject.part.images)
        if "maps" in settings.what:
            sections += map_sections(subject, out, settings, dead)
        if "filters" in settings.what and convolution_weights(subject.network):
            sections.append(filter_section(subject.network, out, settings.most_layers))
    if "failures" in settings.what and np.any(subject.truth.answers >= 0):
        sections.append(failures_section(subject, out))
    if not sections:
        raise RunError(
            f"This network and these pictures have nothing to show of {', '.join(settings.what)}: Grad-CAM "
            "and filters need convolutions, failures need right answers."
        )
    return write_explained(title, summary, sections, out / "explained.html")


def methods_of(subject: Subject, settings: Settings, samples: int) -> dict[str, Method]:
    """The explanations of an answer that this network allows, for any pictures and classes.

    `samples`: noisy copies, if saliency is to be averaged over noise.
    """
    head, patch = subject.head, settings.patch_of(subject.pictures.side)
    methods: dict[str, Method] = {
        "saliency": lambda network, images, classes: saliency(
            network, images, classes, head, flip=settings.flip, noise=settings.noise, samples=samples
        ),
        "gradcam": lambda network, images, classes: gradcam(network, images, classes, head, settings.layer),
        "occlusion": lambda network, images, classes: occlusion(
            network,
            images,
            classes,
            head,
            patch=patch,
            stride=settings.stride or max(1, patch // 2),
            cover=settings.cover,
        ),
    }
    if not convolution_weights(subject.network):
        del methods["gradcam"]
    return methods


def answers_section(
    subject: Subject, out: Path, settings: Settings, methods: Mapping[str, Method]
) -> Section:
    """Pictures beside the maps of each method."""
    layer = settings.layer or (last_layer(subject.network) if "gradcam" in methods else "")
    patch = settings.patch_of(subject.pictures.side)
    reading = " ".join(READING[name].format(layer=layer, patch=patch) for name in methods)
    section = Section("answers", "What answers rest on", reading)
    maps = {name: method(subject.network, subject.asked, subject.wanted) for name, method in methods.items()}
    section.draw(
        questions_figure(subject.pictures.images, subject.questions, maps),
        out / "answers.png",
        "Beside each picture: the class that is asked for and its probability, then the right class. "
        "✓ and ✗ tell whether the network's answer is right. Every map has its own scale; under occlusion "
        "stands how far the probability changes.",
    )
    return section


def randomisation_section(
    subject: Subject, out: Path, settings: Settings, methods: Mapping[str, Method]
) -> Section:
    """How much of the maps is left when the network has forgotten what it learned."""
    section = Section(
        "randomisation",
        "Can these maps be trusted?",
        "Weights are replaced by random ones, layer by layer from the head down (Adebayo et al. 2018); batch "
        "normalisation and learned slopes begin anew with them. Maps "
        "that explain the network must change; those of the control, the picture's own edges, cannot.",
    )
    chosen = np.linspace(0, len(subject.asked) - 1, min(CHECKED_PICTURES, len(subject.asked))).astype(int)
    steps = randomise(
        subject.network,
        subject.asked[chosen],
        subject.wanted[chosen],
        {**methods, "edges (control)": edges},
        draws=settings.draws,
    )
    write_rows(steps, Step, out / "randomisation.csv")
    flagged = unchanged(steps)
    for name, last in {step.method: step for step in steps}.items():
        verdict = (
            "the map looks the same without what was learned, so it says nothing about the network."
            if name in flagged
            else "it changes with the weights, as it must."
        )
        section.findings.append(
            f"{name}: with all weights random, rank correlation {last.spearman:.2f} and structural "
            f"similarity {last.ssim:.2f} are left; {verdict}"
        )
    section.draw(
        randomisation_figure(steps),
        out / "randomisation.png",
        f"Mean over {len(chosen)} pictures and {settings.draws} random networks; bands: from the lowest to "
        "the highest network. Dashed: flagged. All figures: randomisation.csv.",
    )
    return section


def failures_section(subject: Subject, out: Path) -> Section:
    """The list of the pictures that fail, and the most confident ones to look at."""
    names = [str(name) for name in subject.part.names]
    failures = failing(subject.logits, subject.truth, names)
    known = int(np.sum(subject.truth.answers >= 0))
    write_rows(failures, Failure, out / "failures.csv")
    section = Section(
        "failures",
        "Pictures that fail",
        "Look for what they share: another framing, a doubtful label, two classes that resemble each other. "
        "All are listed in failures.csv with right answer, answer and probabilities.",
        [f"{len(failures)} of {known} pictures fail ({len(failures) / known:.1%})."],
    )
    if failures:
        rows = worst_errors(subject.logits, subject.truth.answers, SHOWN_FAILURES)
        section.draw(
            failures_figure(rows, subject.logits, subject.part, subject.truth),
            out / "failures.png",
            "The most confident errors first. Above: the network's answer and its probability; below: the "
            "right answer and where the picture comes from.",
        )
    return section
