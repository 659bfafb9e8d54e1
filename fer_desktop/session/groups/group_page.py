"""The report that compares people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from fer_desktop.session.exports.summary import percent
from fer_desktop.session.groups.comparing import Comparison
from fer_desktop.session.groups.curves import moments
from fer_desktop.session.groups.differences import mean_curve
from fer_desktop.session.groups.differences_part import differences_part
from fer_desktop.session.groups.findings import Findings
from fer_desktop.session.groups.plots import CurveGroup, Group, curve_panels, dot_panels
from fer_desktop.session.groups.study_part import network_part, sessions_table, study_methods, study_warnings
from fer_desktop.session.report.html import Html, figure, joined, paragraph, table, tag
from fer_desktop.session.report.page import Part, Tile, note, page
from fer_desktop.session.report.shares_plot import Bar, share_bars
from fer_desktop.session.report.words import limits, meanings

_MARKERS_DRAWN: Final = 6
_WORDS: Final = (
    (
        "Cliff's delta, rank-biserial",
        "How large a difference is, from -1 to 1: of all pairs of one participant from either group, how "
        "much oftener the first has the larger share; within participants, how much the ranks of their "
        "increases outweigh those of their decreases. 0: no difference; 1: all differ the same way.",
    ),
    (
        "p",
        "If the groups did not differ, a difference at least as large would come about so often by chance, "
        "found by giving the participants to the groups in other ways.",
    ),
    (
        "p (Holm)",
        "Among many tests some look striking by chance. Holm's procedure raises p so that all tests of the "
        "table together are wrong in at most 5 % of such studies, if you look at those under 0.05.",
    ),
    (
        "95 % interval",
        "Participants are drawn again, with repetition, 5,000 times. Too narrow for few of them.",
    ),
)


def group_page(title: str, found: Findings) -> Html:
    """The whole page."""
    study = found.study
    parts = [
        Part(
            "about",
            "What this is",
            (note(study_warnings(found)), *network_part(study)),
        ),
        Part("people", "Who shows what", _people(found)),
    ]
    if found.comparison is not None:
        parts.append(Part("groups", f"By {found.matched.by}", _groups(found, found.comparison)))
        parts.append(Part("differences", "Differences", differences_part(found.comparison, found.matched.by)))
    if study.curves:
        parts.append(Part("markers", "Around markers", _markers(found)))
    parts += [
        Part("sessions", "Sessions", (sessions_table(study, found.matched.by),)),
        Part("limits", "What the numbers are not", (limits(),)),
        Part("words", "Words", (meanings(_WORDS if found.comparison else ()),)),
        Part("methods", "Methods paragraph", (paragraph(study_methods(found), class_="methods"),)),
    ]
    summary = (
        "Who showed which expression how often, as a network read them, and how much of it is known."
        if found.comparison is None
        else f"Who showed which expression how often, and whether that differs by {found.matched.by}."
    )
    sessions = [name for name, _ in study.sessions]
    return page("Comparison", title, summary, _tiles(found), parts, sessions=sessions)


def _tiles(found: Findings) -> list[Tile]:
    coverages = [person.coverage for person in found.people if person.coverage is not None]
    names = {person.participant for person in found.people}
    tiles = [
        Tile("Participants", str(len(names)), f"in {len(found.study.sessions)} sessions"),
        Tile(
            "Coverage",
            percent(float(np.median(coverages))) if coverages else "-",
            f"median; from {percent(min(coverages))} to {percent(max(coverages))}" if coverages else "",
        ),
    ]
    if found.matched.by:
        sizes = [sum(person.level == level for person in found.people) for level in found.matched.levels]
        told = ", ".join(f"{level} {size}" for level, size in zip(found.matched.levels, sizes, strict=True))
        tiles.append(Tile(found.matched.by, str(len(sizes)), told))
    return tiles


def _people(found: Findings) -> tuple[Html, ...]:
    labels, people, by = found.study.labels, found.people, found.matched.by
    bars, before = [], ""
    for person in people:
        heading = f"{by}: {person.level}" if by and person.level != before else ""
        before = person.level
        bars.append(Bar(person.participant, percent(person.coverage), person.shares, heading))
    timed = found.study.timed
    unit = "time that the face was seen" if timed else "faces in the pictures"
    header = ["participant", *([by] if by else []), "coverage"]
    heads = [
        (person.participant, *([person.level] if by else []), percent(person.coverage)) for person in people
    ]
    absolute = [
        (*head, *(f"{count:.1f}" if timed else str(count) for count in person.counts))
        for head, person in zip(heads, people, strict=True)
    ]
    relative = [
        (*head, *(percent(share) for share in person.shares))
        for head, person in zip(heads, people, strict=True)
    ]
    return (
        figure(
            share_bars("Shares of each participant", labels, bars, "coverage"),
            f"Shares of the {unit}, in %. Coverage at the right: how much of the whole that is.",
        ),
        tag("h3", "Absolute frequencies"),
        table(
            [*header, *labels], absolute, "Seconds with each label." if timed else "Faces with each label."
        ),
        tag("h3", "Relative frequencies"),
        table([*header, *labels], relative, f"Share of each label, of the {unit}."),
    )


def _groups(found: Findings, comparison: Comparison) -> tuple[Html, ...]:
    labels = found.study.labels
    groups, rows = [], []
    for level in found.matched.levels:
        people = [person for person in found.people if person.level == level]
        means = comparison.means[level]
        seen = {
            person.participant: [share or 0.0 for share in person.shares]
            for person in people
            if sum(person.counts)
        }
        groups.append(Group(level, seen, means))
        covered, whole = sum(person.covered for person in people), sum(person.whole for person in people)
        cells = [_mean_cell(*mean) for mean in means] or ["-"] * len(labels)
        rows.append((level, str(len(seen)), percent(covered / whole if whole else None), *cells))
    shown = [
        place
        for place in range(len(labels))
        if any(shares[place] for group in groups for shares in group.people.values())
    ]
    caption = (
        "Each point is a participant; thick lines are means of participants, with 95 % intervals. Every "
        "panel has a scale of its own."
    )
    if comparison.paired:
        caption += " Grey lines join the points of one participant."
    if nobody := [label for place, label in enumerate(labels) if place not in shown]:
        caption += f" Nobody showed {', '.join(nobody)}."
    if not shown:
        return (paragraph("Nobody was seen."),)
    return (
        figure(dot_panels(labels, shown, groups, joined_people=comparison.paired), caption),
        table(
            [found.matched.by, "participants", "coverage", *labels],
            rows,
            "Mean share of the participants in %, with its 95 % interval; each participant counts the same.",
        ),
    )


def _mean_cell(mean: float, low: float, high: float) -> str:
    interval = f" [{100 * low:.1f}, {100 * high:.1f}]" if np.isfinite(low) else ""
    return f"{100 * mean:.1f}{interval}"


def _markers(found: Findings) -> tuple[Html, ...]:
    study = found.study
    names = list(dict.fromkeys(curve.marker for curve in study.curves))
    at_s = moments(found.window_s)
    parts: list[Html] = [
        paragraph(
            f"Mean probabilities from {found.window_s:g} s before to {found.window_s:g} s after a marker. "
            "All its occurrences are averaged for each participant first, then over participants; "
            "bands are 95 % intervals for each moment by itself, not for the curve as a whole. Where the "
            "face was not seen, a participant does not count."
        )
    ]
    for name in names[:_MARKERS_DRAWN]:
        groups = list(_curve_groups(found, name))
        drawn = curve_panels(name, study.labels[:-1], at_s, groups)
        times = sum(curve.times for curve in study.curves if curve.marker == name)
        parts += [
            tag("h3", f"Marker '{name}'"),
            figure(drawn, f"Set {times} times. {_seen(groups)} Every panel has its own scale."),
        ]
    if len(names) > _MARKERS_DRAWN:
        rest = ", ".join(names[_MARKERS_DRAWN:])
        parts.append(paragraph(f"Not drawn: {rest}.", class_="faint"))
    return (joined(parts),)


def _curve_groups(found: Findings, marker: str) -> Sequence[CurveGroup]:
    groups = []
    for number, level in enumerate(found.matched.levels):
        curves = [
            curve.values for curve in found.study.curves if (curve.marker, curve.level) == (marker, level)
        ]
        if not curves:
            continue
        stacked = np.array(curves)
        drawn = [mean_curve(stacked[:, :, place]) for place in range(stacked.shape[2])]
        mean, low, high = (np.array(lines).T for lines in zip(*drawn, strict=True))
        known = float(np.isfinite(stacked).mean())
        groups.append(CurveGroup(level, number, len(curves), mean, low, high, known))
    return groups


def _seen(groups: Sequence[CurveGroup]) -> str:
    told = ", ".join(
        f"{group.name} {percent(group.known)}" if group.name else percent(group.known) for group in groups
    )
    return f"Coverage of the window: {told}."
