"""`elan`: an annotation file (EAF 3.0) for ELAN, a tier per face and one for events.

The format: "ELAN Annotation Format 3.0", Max Planck Institute for Psycholinguistics.
"""

from __future__ import annotations

import mimetypes
import os
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

from fer_desktop.session.exports.material import Material
from fer_desktop.session.exports.text import xml_text
from fer_desktop.session.frames import TimedEvent, has_media_time

_XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
_SCHEMA: Final = "http://www.mpi.nl/tools/elan/EAFv3.0.xsd"
EVENT_MS: Final = 100
"""How long an event, which is a moment, is drawn unless another one follows."""


@dataclass(frozen=True, slots=True)
class _Annotation:
    start_ms: int
    end_ms: int
    value: str


def write_elan(material: Material, path: Path, home: Path | None) -> None:
    """One .eaf file; times in milliseconds."""
    tiers = {**_faces(material), "Events": _events(material.events)}
    author = f"{material.metadata.app.name} {material.metadata.app.version}"
    document = ET.Element(
        "ANNOTATION_DOCUMENT",
        {
            "AUTHOR": author,
            "DATE": material.metadata.clocks.utc_start,
            "FORMAT": "3.0",
            "VERSION": "3.0",
            f"{{{_XSI}}}noNamespaceSchemaLocation": _SCHEMA,
        },
    )
    _add_header(document, material, home, sum(map(len, tiers.values())))
    _add_tiers(document, tiers, author)
    for kind in ("expression", "event"):
        ET.SubElement(
            document,
            "LINGUISTIC_TYPE",
            {"LINGUISTIC_TYPE_ID": kind, "TIME_ALIGNABLE": "true", "GRAPHIC_REFERENCES": "false"},
        )
    ET.register_namespace("xsi", _XSI)
    ET.indent(document)
    ET.ElementTree(document).write(path, encoding="UTF-8", xml_declaration=True)


def _faces(material: Material) -> dict[str, list[_Annotation]]:
    """Runs by tier. Annotations of one tier must not overlap, so what was seen twice has a tier more."""
    found: dict[int, list[list[_Annotation]]] = defaultdict(list)
    for run in sorted(material.session.states(), key=lambda run: (run.face_id, run.start_s)):
        start_ms = _milliseconds(run.start_s)
        annotation = _Annotation(start_ms, max(_milliseconds(run.end_s), start_ms + 1), run.label)
        lanes = found[run.face_id]
        lane = next((lane for lane in lanes if lane[-1].end_ms <= start_ms), None)
        if lane is None:
            lanes.append([annotation])
        else:
            lane.append(annotation)
    return {
        f"Face {face_id}" + (f" ({number})" if number > 1 else ""): lane
        for face_id, lanes in found.items()
        for number, lane in enumerate(lanes, start=1)
    }


def _events(events: list[TimedEvent]) -> list[_Annotation]:
    starts: list[int] = []
    for timed in events:
        # Two at the same moment stand side by side, a millisecond apart.
        starts.append(max(_milliseconds(timed.time_s), starts[-1] + 1 if starts else 0))
    ends = [
        min(start + EVENT_MS, after) for start, after in zip(starts, [*starts[1:], 1 << 60], strict=False)
    ]
    values = [": ".join(filter(None, (timed.event.kind, timed.event.label))) for timed in events]
    return [_Annotation(*parts) for parts in zip(starts, ends, values, strict=True)]


def _add_header(document: ET.Element, material: Material, home: Path | None, count: int) -> None:
    header = ET.SubElement(document, "HEADER", {"MEDIA_FILE": "", "TIME_UNITS": "milliseconds"})
    source = Path(material.metadata.source.path)
    if has_media_time(material.metadata) and source.is_absolute():
        media = {
            # As ELAN writes it: it does not read what is escaped.
            "MEDIA_URL": f"file:///{source.as_posix().lstrip('/')}",
            "MIME_TYPE": mimetypes.guess_type(source.name)[0] or "video/*",
            "RELATIVE_MEDIA_URL": _relative(source, home),
        }
        ET.SubElement(header, "MEDIA_DESCRIPTOR", media)
    last = ET.SubElement(header, "PROPERTY", {"NAME": "lastUsedAnnotationId"})
    last.text = str(count)


def _relative(source: Path, home: Path | None) -> str:
    """From the annotation file to the video; beside it where it is not known where the file will lie."""
    if home is None or source.drive != home.resolve().drive:
        return f"./{source.name}"
    relative = Path(os.path.relpath(source, home.resolve())).as_posix()
    return relative if relative.startswith("../") else f"./{relative}"


def _add_tiers(document: ET.Element, tiers: dict[str, list[_Annotation]], author: str) -> None:
    times = sorted(
        (time_ms, (tier, place, side))
        for tier, marks in tiers.items()
        for place, mark in enumerate(marks)
        for side, time_ms in enumerate((mark.start_ms, mark.end_ms))
    )
    order = ET.SubElement(document, "TIME_ORDER")
    slots: dict[tuple[str, int, int], str] = {}
    for number, (time_ms, end) in enumerate(times, start=1):
        slots[end] = f"ts{number}"
        ET.SubElement(order, "TIME_SLOT", {"TIME_SLOT_ID": f"ts{number}", "TIME_VALUE": str(time_ms)})
    last = 0
    for tier, marks in tiers.items():
        kind = "event" if tier == "Events" else "expression"
        element = ET.SubElement(
            document, "TIER", {"TIER_ID": tier, "LINGUISTIC_TYPE_REF": kind, "ANNOTATOR": author}
        )
        for place, mark in enumerate(marks):
            last += 1
            aligned = ET.SubElement(
                ET.SubElement(element, "ANNOTATION"),
                "ALIGNABLE_ANNOTATION",
                {
                    "ANNOTATION_ID": f"a{last}",
                    "TIME_SLOT_REF1": slots[tier, place, 0],
                    "TIME_SLOT_REF2": slots[tier, place, 1],
                },
            )
            ET.SubElement(aligned, "ANNOTATION_VALUE").text = xml_text(mark.value)


def _milliseconds(seconds: float) -> int:
    return max(0, round(seconds * 1000))
