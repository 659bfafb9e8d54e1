"""The parts of a report about who showed what: shares, runs, changes, stretches."""

from __future__ import annotations

from collections.abc import Sequence

from fer_desktop.session.exports.summary import percent
from fer_desktop.session.report.gather import Gathered, Picture, Stretch, longest
from fer_desktop.session.report.html import Html, figure, paragraph, table, tag
from fer_desktop.session.report.shares_plot import Bar, share_bars
from fer_desktop.session.report.svg import clock
from fer_desktop.session.statistics import FaceStatistics, LabelStatistics, Statistics

_LISTED = 30


def labels_of(statistics: Statistics) -> tuple[str, ...]:
    """The model's labels and unsure, in order."""
    return tuple(label.label for label in statistics.everyone.labels)


def shares_part(gathered: Gathered) -> tuple[Html, ...]:
    """How long each face showed what."""
    statistics = gathered.statistics
    listed = longest(statistics.faces, _LISTED) if statistics.timed else ()
    several = len(listed) != 1
    faces = (*([statistics.everyone] if several else []), *listed)
    labels = labels_of(statistics)
    bars = [Bar(face_name(face), f"{percent(face.coverage)}", shares_of(face)) for face in faces]
    unit = "time that the face was seen" if statistics.timed else "pictures of a face"
    caption = f"Shares of the {unit}, in %. Coverage at the right: of the whole duration."
    if not statistics.timed:
        caption = "Shares of the faces in all pictures, in %. Coverage at the right: pictures with a face."
    rows = [
        (
            face_name(face),
            percent(face.coverage),
            f"{face.seconds:.1f}" if statistics.timed else str(face.frames),
            *(percent(label.share) for label in face.labels),
        )
        for face in faces
    ]
    parts = [
        figure(share_bars("Shares of each label", labels, bars, "coverage"), caption),
        table(
            ["who", "coverage", "seen (s)" if statistics.timed else "faces", *labels],
            rows,
            f"Share of each label, of the {unit}; what a row says is known for its coverage only.",
        ),
    ]
    if len(listed) < len(statistics.faces) and statistics.timed:
        parts.append(
            paragraph(
                f"The {len(listed)} faces that were seen longest, of {len(statistics.faces)}; "
                "the sheet of an export has them all.",
                class_="faint",
            )
        )
    return tuple(parts)


def runs_part(gathered: Gathered) -> tuple[Html, ...]:
    """Of each face: runs and means of each label, and what followed what."""
    parts: list[Html] = []
    for face in gathered.drawn:
        name = face_name(face)
        rows = [_label_row(label) for label in face.labels if label.runs or label.mean is not None]
        parts += [
            tag("h3", name),
            table(
                [
                    "label",
                    "share",
                    "seconds",
                    "frames",
                    "runs",
                    "mean run (s)",
                    "longest (s)",
                    "mean p",
                    "sd",
                ],
                rows,
                f"{name}: seen for {face.seconds:.1f} s in {face.frames} frames, "
                f"{percent(face.coverage)} of the duration.",
            ),
            changes_table(face),
        ]
    if len(gathered.drawn) < len(gathered.statistics.faces):
        parts.append(
            paragraph(
                f"The {len(gathered.drawn)} faces seen longest, of {len(gathered.statistics.faces)}.",
                class_="faint",
            )
        )
    return tuple(parts) or (paragraph("No face was seen."),)


def changes_table(face: FaceStatistics) -> Html:
    """What followed what at once; labels without any change are left out."""
    names = [label.label for label in face.labels]
    total = sum(map(sum, face.transitions))
    if not total:
        return paragraph("No label was followed at once by another one.")
    changed = [
        place
        for place in range(len(names))
        if any(face.transitions[place]) or any(row[place] for row in face.transitions)
    ]
    rows = [
        (
            names[before],
            *("–" if before == after else str(face.transitions[before][after]) for after in changed),
        )
        for before in changed
    ]
    rate = f", {60 * total / face.seconds:.1f} a minute" if face.seconds else ""
    return table(
        ["from \\ to", *(names[place] for place in changed)],
        rows,
        f"{face_name(face)}: {_counted(total, 'change')}{rate}. Rows: from; columns: to.",
    )


def stretches_part(stretches: Sequence[tuple[Stretch, Statistics]], left_out: int) -> tuple[Html, ...]:
    """Shares between markers, for all faces and for each."""
    labels = labels_of(stretches[0][1])
    bars, rows = [], []
    for stretch, part in stretches:
        title = stretch.name if stretch.number is None else f"{stretch.number} {stretch.name}"
        bars.append(Bar(title, percent(part.coverage), shares_of(part.everyone)))
        for face in (part.everyone, *(part.faces if len(part.faces) > 1 else ())):
            rows.append(
                (
                    title if face.face_id is None else f"{title}, {face_name(face)}",
                    f"{clock(part.start_s)} to {clock(part.end_s)}",
                    percent(face.coverage),
                    f"{face.seconds:.1f}",
                    *(percent(label.share) for label in face.labels),
                )
            )
    parts = [
        figure(
            share_bars("Shares of each label between markers", labels, bars, "coverage"),
            "Each stretch runs from its marker, with its number in the timeline, to the next one; all faces.",
        ),
        table(
            ["stretch", "time", "coverage", "seen (s)", *labels],
            rows,
            "Share of each label of the time that the face was seen within the stretch.",
        ),
    ]
    if left_out:
        parts.append(paragraph(f"{left_out} more stretches are not listed.", class_="faint"))
    return tuple(parts)


def pictures_part(pictures: Sequence[Picture], total: int) -> tuple[Html, ...]:
    """What each photo shows."""
    rows = [
        (
            picture.file or "(the photo)",
            ", ".join(f"{label} {100 * probability:.0f} %" for label, probability in picture.faces)
            or picture.reason.replace("_", " "),
        )
        for picture in pictures
    ]
    caption = "The label of each face with its probability."
    if len(pictures) < total:
        caption += f" The first {len(pictures)} of {total} pictures; log.csv has them all."
    return (table(["picture", "faces"], rows, caption, words=True),)


def face_name(face: FaceStatistics) -> str:
    """`face 3`, or `all faces`."""
    return "all faces" if face.face_id is None else f"face {face.face_id}"


def shares_of(face: FaceStatistics) -> tuple[float | None, ...]:
    """Of the labels and unsure, in order."""
    return tuple(label.share for label in face.labels)


def _label_row(label: LabelStatistics) -> tuple[str, ...]:
    return (
        label.label,
        percent(label.share),
        f"{label.seconds:.1f}",
        str(label.frames),
        str(label.runs),
        f"{label.seconds / label.runs:.2f}" if label.runs else "-",
        f"{label.longest_s:.2f}" if label.runs else "-",
        "-" if label.mean is None else f"{label.mean:.3f}",
        "-" if label.sd is None else f"{label.sd:.3f}",
    )


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
