"""Sessions of several people with known shares, and the tables that say who is who."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from fer_desktop.capture.source import SourceKind
from fer_desktop.emotions import FERPLUS_LABELS
from fer_desktop.session.events import Event

from .recorded import write_session
from .synthetic import make_face, make_info, make_result

FPS = 10


def session_of(
    parent: Path,
    name: str,
    seconds: Mapping[str, float],
    markers: Sequence[tuple[float, str]] = (),
    labels: Sequence[str] = FERPLUS_LABELS,
    **options: bool,
) -> Path:
    """A camera's session in which one face shows each label for so long, one after the other.

    `away` stands for a face that is not found.
    """
    results, index = [], 0
    for label, duration_s in seconds.items():
        for _ in range(round(duration_s * FPS)):
            faces = (
                [] if label == "away" else [make_face(1, label, 0.86 if label != "unsure" else 0.3, labels)]
            )
            results.append(make_result(index, *faces, captured_s=index / FPS))
            index += 1
    # The last frame speaks for no time.
    results.append(make_result(index, make_face(1, "neutral", 0.86, labels), captured_s=index / FPS))
    events = [Event(time_s, "marker", marker) for time_s, marker in markers]
    info = make_info(name, fps=float(FPS))
    return write_session(parent, results, events, info, labels, **options)


def album_of(parent: Path, name: str, counts: Mapping[str, int]) -> Path:
    """A folder of photos of one person, with so many of each label."""
    results, index = [], 0
    for label, count in counts.items():
        for _ in range(count):
            faces = [] if label == "away" else [make_face(index + 1, label)]
            results.append(make_result(index, *faces, captured_s=index / 10, file=f"{index}.png"))
            index += 1
    return write_session(parent, results, info=make_info(name, SourceKind.FOLDER, "", None))


def write_table(path: Path, rows: Sequence[Sequence[str]], separator: str = ",") -> Path:
    """A CSV as a person would save it."""
    path.write_text("".join(separator.join(row) + "\n" for row in rows), encoding="utf-8")
    return path


def two_groups(parent: Path, size: int = 5) -> tuple[list[Path], Path]:
    """Calm people and cheerful ones, each in a session of ten seconds with a marker in the middle."""
    folders, rows = [], [["session", "participant", "group", "age"]]
    for number in range(2 * size):
        group = "cheerful" if number % 2 else "calm"
        happy = 1.0 + 0.3 * number + (4.0 if group == "cheerful" else 0.0)
        seconds = {"neutral": 10.0 - happy - 0.5, "happiness": happy, "surprise": 0.5}
        folders.append(session_of(parent, f"p{number:02}", seconds, [(5.0, "joke")]))
        rows.append([folders[-1].name, f"P{number:02}", group, str(20 + number)])
    return folders, write_table(parent / "participants.csv", rows)


def two_conditions(parent: Path, size: int = 6) -> tuple[list[Path], Path]:
    """Everybody once at rest and once at play, in one session that two markers divide."""
    folders, rows = [], [["session", "participant", "stretch", "condition"]]
    for number in range(size):
        seconds = {"neutral": 4.0 + 0.3 * number, "happiness": 0.5, "surprise": 5.0 - 0.3 * number}
        folders.append(session_of(parent, f"q{number:02}", seconds, [(0.0, "rest"), (5.0, "play")]))
        for stretch in ("rest", "play"):
            rows.append([folders[-1].name, f"Q{number:02}", stretch, stretch])
    return folders, write_table(parent / "conditions.csv", rows)
