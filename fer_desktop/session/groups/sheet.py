"""The frequencies and tests of a comparison as a workbook."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from fer_desktop.session.exports.dictionary_table import DICTIONARY, Entry
from fer_desktop.session.exports.workbook import add_table, as_rows, workbook
from fer_desktop.session.groups.comparing import Difference
from fer_desktop.session.groups.findings import Findings
from fer_desktop.session.groups.frequencies import Frequencies, Looked
from fer_desktop.session.table import Column, Kind, Table, Value


def write_sheet(path: Path, found: Findings) -> None:
    """Sheets Absolute, Relative, Sessions, Differences (where there are groups) and Dictionary."""
    labels, timed, by = found.study.labels, found.study.timed, found.matched.by
    group = f"The {by} of the participant." if by else "Empty: there are no groups."
    sheets: list[tuple[str, Table[Any], Iterable[Any]]] = [
        ("Absolute", _absolute(labels, group, timed=timed), found.people),
        ("Relative", _relative(labels, group, timed=timed), found.people),
        ("Sessions", _sessions(group, timed=timed), found.study.looked),
    ]
    if found.comparison is not None and found.comparison.differences:
        sheets.append(("Differences", _DIFFERENCES, found.comparison.differences))
    dictionary = [
        Entry(title, column.name, column.kind.value, column.unit, column.description)
        for title, table, _ in sheets
        for column in table.columns
    ]
    with workbook(path) as book:
        for title, table, entries in [*sheets, ("Dictionary", DICTIONARY, dictionary)]:
            add_table(book, title, table, as_rows(table, entries))


def _head(group: str, *, timed: bool) -> list[Column[Frequencies]]:
    unit = "s" if timed else "pictures"
    return [
        Column("participant", Kind.TEXT, "", "As in the table.", lambda person: person.participant),
        Column("group", Kind.TEXT, "", group, lambda person: person.level),
        Column("sessions", Kind.INTEGER, "", "Sessions added up.", lambda person: person.sessions),
        Column("whole", Kind.REAL, unit, "Duration, or pictures in all.", lambda person: person.whole, 3),
        Column("covered", Kind.REAL, unit, "Of these: with the face.", lambda person: person.covered, 3),
        Column("coverage", Kind.REAL, "0 to 1", "covered / whole.", lambda person: person.coverage, 5),
    ]


def _absolute(labels: Sequence[str], group: str, *, timed: bool) -> Table[Frequencies]:
    columns = _head(group, timed=timed)
    for place, label in enumerate(labels):
        columns.append(
            Column(
                f"frames_{label}",
                Kind.INTEGER,
                "frames",
                f"Faces in frames (or photos) that were labelled {label}.",
                _at(lambda person: person.frames, place),
            )
        )
    for place, label in enumerate(labels) if timed else ():
        columns.append(
            Column(
                f"seconds_{label}",
                Kind.REAL,
                "s",
                f"Time during which a face was labelled {label}.",
                _at(lambda person: person.seconds, place),
                3,
            )
        )
    return Table("Absolute", columns)


def _relative(labels: Sequence[str], group: str, *, timed: bool) -> Table[Frequencies]:
    whole = "time that the face was seen" if timed else "faces in the photos"
    columns = [
        Column(
            f"share_{label}",
            Kind.REAL,
            "0 to 1",
            f"Share of {label}, of the {whole}; empty where there was none.",
            _at(lambda person: person.shares, place),
            5,
        )
        for place, label in enumerate(labels)
    ]
    return Table("Relative", [*_head(group, timed=timed), *columns])


def _at(values: Callable[[Frequencies], Sequence[Value]], place: int) -> Callable[[Frequencies], Value]:
    return lambda person: values(person)[place]


def _sessions(group: str, *, timed: bool) -> Table[Looked]:
    unit = "s" if timed else "pictures"
    return Table(
        "Sessions",
        [
            Column("session", Kind.TEXT, "", "Name of the session folder.", lambda one: one.folder),
            Column("participant", Kind.TEXT, "", "As in the table.", lambda one: one.participant),
            Column("group", Kind.TEXT, "", group, lambda one: one.level),
            Column("part", Kind.TEXT, "", "Face or stretch; empty: the whole session.", lambda one: one.part),
            Column(
                "whole",
                Kind.REAL,
                unit,
                "Duration, or pictures in all.",
                lambda one: one.statistics.duration_s if timed else one.statistics.frames.read,
                3,
            ),
            Column(
                "coverage",
                Kind.REAL,
                "0 to 1",
                "Share of it with the face.",
                lambda one: one.face.coverage,
                5,
            ),
            Column(
                "complete",
                Kind.TEXT,
                "",
                "no: the session was cut off or stopped early.",
                lambda one: "yes" if one.complete else "no",
            ),
        ],
    )


_DIFFERENCES = Table[Difference](
    "Differences",
    [
        Column("label", Kind.TEXT, "", "The expression, or `unsure`.", lambda one: one.label),
        Column("first", Kind.TEXT, "", "One group.", lambda one: one.first),
        Column("second", Kind.TEXT, "", "The other group.", lambda one: one.second),
        Column("n_first", Kind.INTEGER, "", "Participants of the first.", lambda one: one.sizes[0]),
        Column("n_second", Kind.INTEGER, "", "Participants of the second.", lambda one: one.sizes[1]),
        Column(
            "difference",
            Kind.REAL,
            "-1 to 1",
            "Mean share of the first less that of the second.",
            lambda one: one.difference[0],
            5,
        ),
        Column("difference_low", Kind.REAL, "", "95 % interval: from.", lambda one: one.difference[1], 5),
        Column("difference_high", Kind.REAL, "", "95 % interval: to.", lambda one: one.difference[2], 5),
        Column(
            "effect",
            Kind.REAL,
            "-1 to 1",
            "Cliff's delta; of pairs the matched-pairs rank-biserial correlation.",
            lambda one: one.effect[0],
            4,
        ),
        Column("effect_low", Kind.REAL, "", "95 % interval: from.", lambda one: one.effect[1], 4),
        Column("effect_high", Kind.REAL, "", "95 % interval: to.", lambda one: one.effect[2], 4),
        Column("p", Kind.REAL, "0 to 1", "Permutation test; empty: nothing to test.", lambda one: one.p, 6),
        Column("p_holm", Kind.REAL, "0 to 1", "Corrected for all rows.", lambda one: one.corrected, 6),
    ],
)
