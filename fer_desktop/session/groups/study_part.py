"""The parts of a comparison about what was compared: sessions, network, warnings, methods."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from fer_desktop import __version__
from fer_desktop.session.exports.summary import percent
from fer_desktop.session.groups.differences_part import how_tested
from fer_desktop.session.groups.findings import Findings
from fer_desktop.session.groups.study import Study
from fer_desktop.session.metadata import APP_NAME, Metadata
from fer_desktop.session.report.html import Html, facts, table
from fer_desktop.session.report.svg import clock

_FEW = 5


def study_warnings(found: Findings) -> list[str]:
    """What a reader must not miss."""
    study = found.study
    told = []
    if cut := _named(one.folder for one in study.looked if not one.complete):
        told.append(f"Cut off or stopped before the end of the source: {cut}.")
    if study.changed:
        told.append(f"Changed after the recording was closed: {_named(study.changed)}.")
    for what, value in _AGREEING.items():
        if len({value(metadata) for _, metadata in study.sessions}) > 1:
            told.append(
                f"The sessions do not agree in {what}: differences between people may come from that. "
                "Analyse them again in the same way."
            )
    if several := _named(one.folder for one in study.looked if one.several_faces):
        told.append(
            f"More than one face, all counted for the one participant: {several}. A column face_id in the "
            "table tells which one is meant."
        )
    if unseen := _named(person.participant for person in found.people if not sum(person.counts)):
        told.append(f"Never seen, so without shares and in no comparison: {unseen}.")
    little = (
        person.participant for person in found.people if person.coverage is not None and person.coverage < 0.5
    )
    if low := _named(little):
        told.append(f"Seen for less than half of the time: {low}. Their shares may not speak for the rest.")
    return [*told, *found.matched.left_out]


def network_part(study: Study) -> tuple[Html, ...]:
    """What read the faces; the values of all sessions where they differ."""

    def of(value: Callable[[Metadata], str]) -> str:
        return "; ".join(dict.fromkeys(value(metadata) for _, metadata in study.sessions))

    rows = [
        ("Network", of(lambda metadata: f"{metadata.model.name} {metadata.model.version}")),
        ("Model file", of(lambda metadata: f"{metadata.model.file}, SHA-256 {metadata.model.sha256}")),
        ("Labels", ", ".join(study.labels[:-1])),
        ("Unsure under", of(lambda metadata: f"{metadata.model.unsure_below:g}")),
        ("Face detector", of(lambda metadata: metadata.detector or "unknown")),
        ("Recorded with", of(lambda metadata: f"{metadata.app.name} {metadata.app.version}")),
        ("Reported with", f"{APP_NAME} {__version__}"),
    ]
    return (facts(rows),)


def sessions_table(study: Study, by: str) -> Html:
    """Each row of the table of participants with what its session holds."""
    rows = [
        (
            one.folder,
            one.participant,
            *([one.level] if by else []),
            one.part or "all",
            clock(one.statistics.duration_s) if study.timed else str(one.statistics.frames.read),
            percent(one.face.coverage),
            "yes" if one.complete else "no",
        )
        for one in study.looked
    ]
    header = ["session", "participant", *([by] if by else []), "part"]
    return table(
        [*header, "duration" if study.timed else "pictures", "coverage", "complete"],
        rows,
        "What was looked at. Coverage: with the face, of the duration or of the pictures.",
    )


def study_methods(found: Findings) -> str:
    """Ready to be put into a paper and shortened there."""
    study, first = found.study, found.study.sessions[0][1]
    people = {person.participant for person in found.people}
    coverages = [person.coverage for person in found.people if person.coverage is not None]
    unit = "of the time that the face was seen" if study.timed else "of the faces in a participant's photos"
    sentences = [
        f"Facial expressions of {len(people)} participants in {len(study.sessions)} sessions were measured "
        f"with {first.app.name} {first.app.version} and the network '{first.model.name}' "
        f"{first.model.version} (SHA-256 {first.model.sha256}); a face whose highest calibrated probability "
        f"was under {first.model.unsure_below:g} was labelled unsure.",
        f"For each participant, the share of each label was taken {unit}.",
    ]
    if coverages:
        sentences.append(
            f"A face was seen in {percent(min(coverages))} to {percent(max(coverages))} of a participant's "
            f"{'time' if study.timed else 'photos'}."
        )
    if found.comparison is not None and len(found.comparison.means) > 1:
        sentences += [
            how_tested(found.comparison),
            "Intervals are 95 % percentile intervals of 5,000 bootstrap resamples of participants; tests go "
            "through all arrangements, or through 20,000 random ones where there are more.",
        ]
    sentences.append("The labels say what a face shows, as crowds label pictures, not what a person feels.")
    return " ".join(sentences)


_AGREEING: dict[str, Callable[[Metadata], object]] = {
    "the network (its file differs)": lambda metadata: metadata.model.sha256,
    "the threshold for unsure": lambda metadata: metadata.model.unsure_below,
    "the face detector": lambda metadata: metadata.detector,
    "how many frames were analysed (every)": lambda metadata: metadata.settings.get("every"),
    "the version of the program": lambda metadata: metadata.app.version,
}


def _named(names: Iterable[str]) -> str:
    """A few names, and how many more there are."""
    found = list(dict.fromkeys(names))
    more = f" and {len(found) - _FEW} more" if len(found) > _FEW else ""
    return ", ".join(found[:_FEW]) + more
