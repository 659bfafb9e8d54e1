"""The parts of a report about what was looked at, how well, and when things happened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from fer_desktop import __version__
from fer_desktop.session.events import unreadable
from fer_desktop.session.exports.material import Material
from fer_desktop.session.exports.summary import percent
from fer_desktop.session.frames import TimedEvent, has_media_time, has_time
from fer_desktop.session.metadata import Metadata
from fer_desktop.session.reader import changed_tables
from fer_desktop.session.report.html import Html, facts, figure, paragraph, table, tag
from fer_desktop.session.report.quality import Measure
from fer_desktop.session.report.shares_plot import whole_bar
from fer_desktop.session.report.svg import clock
from fer_desktop.session.statistics import Statistics

_EVENTS_LISTED: Final = 200
_REASONS: Final = {
    "no_face": "no face was found",
    "too_dark": "too dark",
    "too_small": "the face was too small",
    "out_of_frame": "the face was cut off by the edge of the picture",
    "not_analysed": "passed over (the computer was too slow, or only each N-th frame was asked for)",
    "error": "the analysis failed",
}


def warnings_of(material: Material) -> list[str]:
    """What a reader must not miss."""
    metadata, frames = material.metadata, material.statistics.frames
    found = []
    if not metadata.complete:
        found.append("This session was cut off or stopped before the end of its source.")
    if metadata.error:
        found.append(f"Writing stopped early: {metadata.error}")
    if changed := changed_tables(material.session):
        found.append(f"Changed after the recording was closed: {', '.join(changed)}.")
    if metadata.counters.not_recorded:
        found.append(
            f"{metadata.counters.not_recorded} frames have no row, as the disk was too slow or failed."
        )
    if unread := unreadable(told.event for told in material.events):
        found.append(unread)
    if not frames.read:
        found.append("The log has no rows: there is nothing to report.")
    elif not frames.with_face:
        found.append("No face was found in any frame.")
    elif (coverage := material.statistics.coverage) is not None and coverage < 0.5:
        found.append(f"A face was seen in {percent(coverage)} only: all shares are shares of that part.")
    return found


def about_part(metadata: Metadata, labels: Sequence[str]) -> tuple[Html, ...]:
    """Source, versions, network and settings."""
    source, clocks, model = metadata.source, metadata.clocks, metadata.model
    rate = f", nominally {source.nominal_fps:g} frames/s" if source.nominal_fps else ""
    settings = {name: value for name, value in metadata.settings.items() if value is not None}
    rows = [
        ("Source", f"{source.kind}: {source.name}"),
        ("Picture", f"{source.width} x {source.height} pixels{rate}"),
        (
            "Recorded",
            f"{clocks.utc_start} to {clocks.utc_end or 'unknown'} (UTC; there: {clocks.utc_offset})",
        ),
        ("Times", _times(metadata)),
        ("Network", f"{model.name} {model.version}, label set {model.head}, run on {metadata.provider}"),
        ("Labels", ", ".join(labels)),
        (
            "Answers",
            f"calibrated with temperature {model.temperature:g}; unsure under {model.unsure_below:g}",
        ),
        ("Model file", f"{model.file}, SHA-256 {model.sha256}"),
        ("Face detector", metadata.detector or "unknown"),
        ("Settings", "; ".join(f"{name} = {value}" for name, value in settings.items()) or "none"),
        ("Recorded with", f"{metadata.app.name} {metadata.app.version}"),
        ("Reported with", f"{metadata.app.name} {__version__}"),
    ]
    return (facts(rows),)


def coverage_part(
    metadata: Metadata, statistics: Statistics, measures: Sequence[Measure]
) -> tuple[Html, ...]:
    """How much is known, why the rest is not, and how good the pictures were."""
    frames = statistics.frames
    parts = [
        figure(whole_bar("What is known of the whole", _known(statistics)), _known_caption(statistics)),
        table(
            ["frames", "number", "of those read"],
            [
                (name, str(number), percent(number / frames.read if frames.read else None))
                for name, number in (
                    ("read", frames.read),
                    ("analysed", frames.analysed),
                    ("with a face", frames.with_face),
                    ("without a face", frames.faceless),
                    ("passed over", frames.dropped),
                    ("failed", frames.errors),
                )
            ],
            f"Frames in the log. Not recorded, as the disk was too slow: {metadata.counters.not_recorded}.",
        ),
    ]
    if frames.reasons:
        rows = [(_REASONS.get(reason, reason), str(number)) for reason, number in frames.reasons.items()]
        parts.append(table(["reason", "frames"], rows, "Why frames have no face, most frequent first."))
    if measures:
        parts.append(_measures(measures))
    return tuple(parts)


def events_table(events: Sequence[TimedEvent]) -> Html:
    """Markers, pauses and losses with the numbers that they have in the timelines."""
    if not events:
        return paragraph("Nothing was noted: no markers, pauses or losses.")
    rows = [
        (
            str(number),
            clock(event.time_s),
            event.event.kind.replace("_", " "),
            event.event.label,
            event.event.detail,
        )
        for number, event in enumerate(events[:_EVENTS_LISTED], start=1)
    ]
    more = len(events) - len(rows)
    rest = f" {more} more are in events.csv." if more else ""
    return table(
        ["number", "time", "what", "name", "detail"],
        rows,
        f"Events, numbered as above the timelines.{rest}",
        words=True,
    )


def _times(metadata: Metadata) -> str:
    if not has_time(metadata):
        return "none: photos are counted"
    return "position in the file" if has_media_time(metadata) else "since the session began, taken at capture"


def _known(statistics: Statistics) -> list[tuple[str, float, str]]:
    if statistics.timed:
        seen, watched, gap = statistics.with_face_s, statistics.watched_s, statistics.gap_s
        parts = [
            ("a face was seen", seen),
            ("looked at, without a face", watched - seen),
            ("frames, but no answer", statistics.duration_s - watched - gap),
            ("no frames (pauses, interruptions)", gap),
        ]
        whole = statistics.duration_s
        return [
            (
                name,
                max(0.0, part),
                f"{max(0.0, part):.1f} s ({percent(max(0.0, part) / whole if whole else None)})",
            )
            for name, part in parts
        ]
    frames = statistics.frames
    counts = [
        ("with a face", frames.with_face),
        ("without a face", frames.faceless),
        ("failed", frames.errors),
        ("not looked at", frames.dropped),
    ]
    return [(name, count, f"{count} pictures") for name, count in counts]


def _known_caption(statistics: Statistics) -> str:
    if not statistics.timed:
        return f"All {statistics.frames.read} pictures."
    return (
        f"The whole duration of {statistics.duration_s:.1f} s. Everything on this page is known for the "
        "first part only."
    )


def _measures(measures: Sequence[Measure]) -> Html:
    rows = [
        (
            f"{measure.name} ({measure.unit})",
            f"{measure.low:.4g}",
            f"{measure.median:.4g}",
            f"{measure.high:.4g}",
            str(measure.count),
            tag("span", measure.meaning, class_="faint"),
        )
        for measure in measures
    ]
    return table(
        ["measure", "5 %", "median", "95 %", "values", "what it is"],
        rows,
        "Quality: nine tenths of the values lie between the columns 5 % and 95 %.",
        remarks=True,
    )
