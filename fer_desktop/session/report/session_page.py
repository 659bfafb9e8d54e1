"""The report of one session."""

from __future__ import annotations

from fer_desktop.session.exports.material import Material
from fer_desktop.session.exports.methods import methods_paragraph
from fer_desktop.session.exports.summary import percent
from fer_desktop.session.report.faces_part import (
    labels_of,
    pictures_part,
    runs_part,
    shares_of,
    shares_part,
    stretches_part,
)
from fer_desktop.session.report.gather import Gathered, gather
from fer_desktop.session.report.html import Html, figure, paragraph, tag
from fer_desktop.session.report.page import Part, Tile, note, page
from fer_desktop.session.report.source_part import about_part, coverage_part, events_table, warnings_of
from fer_desktop.session.report.svg import clock
from fer_desktop.session.report.timeline_plot import timeline_plot
from fer_desktop.session.report.words import limits, meanings
from fer_desktop.session.statistics import Statistics


def session_page(material: Material) -> Html:
    """The whole page; the same session always makes the same page. Raises `SessionError`."""
    gathered = gather(material)
    metadata, statistics = material.metadata, gathered.statistics
    parts = [
        Part(
            "about",
            "What this is",
            (note(warnings_of(material)), *about_part(metadata, labels_of(statistics)[:-1])),
        ),
        Part("coverage", "Coverage and quality", coverage_part(metadata, statistics, gathered.measures)),
    ]
    if statistics.timed:
        parts.append(Part("timeline", "Timeline", _timelines(gathered)))
    else:
        parts.append(Part("pictures", "Pictures", pictures_part(gathered.pictures, statistics.frames.read)))
    parts.append(Part("shares", "Shares", shares_part(gathered)))
    if statistics.timed:
        parts.append(Part("runs", "Runs and changes", runs_part(gathered)))
    if gathered.stretches:
        between = stretches_part(gathered.stretches, gathered.stretches_left_out)
        parts.append(Part("stretches", "Between markers", between))
    parts += [
        Part("limits", "What the numbers are not", (limits(),)),
        Part("words", "Words", (meanings(),)),
        Part("methods", "Methods paragraph", (paragraph(methods_paragraph(material), class_="methods"),)),
    ]
    summary = (
        "Which facial expressions a network read in this session, how much of it is known, and how far the "
        "numbers can be trusted."
    )
    tiles = _tiles(statistics)
    return page("Report of a session", material.name, summary, tiles, parts, sessions=[material.name])


def _tiles(statistics: Statistics) -> list[Tile]:
    frames = statistics.frames
    if statistics.timed:
        tiles = [
            Tile("Duration", clock(statistics.duration_s), f"{frames.read} frames in the log"),
            Tile("Coverage", percent(statistics.coverage), "of it with a face"),
            Tile("Faces", str(len(statistics.faces)), "followed by place and size, not recognised"),
        ]
    else:
        tiles = [
            Tile("Pictures", str(frames.read), f"{frames.analysed} analysed"),
            Tile("Coverage", percent(statistics.coverage), "of them with a face"),
            Tile("Faces", str(statistics.everyone.frames), "in all pictures"),
        ]
    known = [label for label in statistics.everyone.labels if label.share]
    if known:
        most = max(known, key=lambda label: label.share or 0.0)
        unit = "of the seen time of all faces" if statistics.timed else "of the faces"
        tiles.append(Tile("Most often", most.label, f"{percent(most.share)} {unit}"))
    return tiles


def _timelines(gathered: Gathered) -> tuple[Html, ...]:
    statistics = gathered.statistics
    events = [(number, event.time_s) for number, event in enumerate(statistics.events, start=1)]
    parts: list[Html] = []
    for face in gathered.drawn:
        assert face.face_id is not None
        drawn = timeline_plot(gathered.course, face.face_id, shares_of(face), events)
        title = f"Face {face.face_id}, seen for {percent(face.coverage)} of the duration"
        parts += [tag("h3", title), figure(drawn)]
    if not parts:
        return (paragraph("No face was seen."), events_table(statistics.events))
    if len(gathered.drawn) < len(statistics.faces):
        sentence = f"The {len(gathered.drawn)} faces that were seen longest, of {len(statistics.faces)}."
        parts.append(paragraph(sentence, class_="faint"))
    how = paragraph(
        "Hills: the mean probability of each expression; the pale band is its range where many frames share "
        "a column. Bars under the hills: where that was the label for at least half of a column. Grey: this "
        "face was not seen; hatched: there were no frames. Right: share of the time that the face was seen."
    )
    return (how, *parts, events_table(statistics.events))
