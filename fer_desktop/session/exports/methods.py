"""The methods paragraph: what was measured with which versions and settings, and how much of it is known."""

from __future__ import annotations

from fer_desktop.session.events import unreadable
from fer_desktop.session.exports.material import Material
from fer_desktop.session.exports.summary import percent
from fer_desktop.session.frames import has_media_time, has_time
from fer_desktop.session.metadata import Metadata
from fer_desktop.session.reader import changed_tables
from fer_desktop.session.statistics import Statistics


def methods_paragraph(material: Material) -> str:
    """Ready to be put into a paper and shortened there; no line breaks."""
    metadata, statistics = material.metadata, material.statistics
    sentences = [
        f"Facial expressions were measured with {metadata.app.name} {metadata.app.version}.",
        *_network(metadata),
        *_source(metadata),
        *_coverage(material, statistics),
        "The labels say what a face shows, as crowds label pictures, not what a person feels.",
    ]
    return " ".join(sentences)


def _network(metadata: Metadata) -> list[str]:
    model = metadata.model
    return [
        f"Faces were found with the detector '{metadata.detector}' and read by the network "
        f"'{model.name}' {model.version} (label set {model.head}: {', '.join(model.labels)}; SHA-256 "
        f"{model.sha256}; run on {metadata.provider}).",
        f"Probabilities were calibrated by temperature scaling (T = {model.temperature:g}); a face whose "
        f"highest probability was under {model.unsure_below:g} was labelled unsure.",
    ]


def _source(metadata: Metadata) -> list[str]:
    source = metadata.source
    rate = f", nominally {source.nominal_fps:g} frames/s" if source.nominal_fps else ""
    settings = "; ".join(
        f"{name} = {value}" for name, value in metadata.settings.items() if value is not None
    )
    sentences = [
        f"The source was the {source.kind} '{source.name}' ({source.width} x {source.height} pixels{rate}); "
        f"the session began at {metadata.clocks.utc_start}."
    ]
    if settings:
        sentences.append(f"Settings: {settings}.")
    if not has_time(metadata):
        sentences.append("Photos have no time; shares are shares of pictures.")
    elif has_media_time(metadata):
        sentences.append("Times are the presentation times of the frames in the file.")
    else:
        sentences.append("Times were taken when a frame was captured, by a monotonic clock.")
    if metadata.delay is not None:
        sentences.append(
            f"By a test with a flashing square they lag {metadata.delay.median_ms:.0f} ms (standard "
            f"deviation {metadata.delay.jitter_ms:.0f} ms) behind what happens; this was not subtracted."
        )
    return sentences


def _coverage(material: Material, statistics: Statistics) -> list[str]:
    metadata, frames = material.metadata, statistics.frames
    unit = f"{statistics.duration_s:.3f} s" if statistics.timed else f"{frames.read} pictures"
    sentences = [
        f"Of {frames.read} logged frames {frames.analysed} were analysed, {frames.dropped} passed over, and "
        f"{frames.errors} failed; {frames.with_face} showed at least one face.",
        f"Coverage: a face was seen in {percent(statistics.coverage)} of {unit}.",
    ]
    if statistics.gap_s:
        sentences.append(f"For {statistics.gap_s:.3f} s there was no frame (pauses and interruptions).")
    if metadata.counters.not_recorded:
        sentences.append(f"{metadata.counters.not_recorded} frames have no row, as the disk was too slow.")
    if unread := unreadable(told.event for told in material.events):
        sentences.append(unread)
    if changed := changed_tables(material.session):
        sentences.append(f"Changed after the recording was closed: {', '.join(changed)}.")
    if not metadata.complete:
        sentences.append("The session was cut off or stopped before the end of its source.")
    return sentences
