"""People compared: who is who, who showed what, and whether groups differ."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from scipy import stats

from fer_desktop.emotions import FER2013_LABELS, FERPLUS_LABELS
from fer_desktop.errors import SessionError
from fer_desktop.session.exports.export import export
from fer_desktop.session.groups.findings import Findings
from fer_desktop.session.groups.participants import read_participants
from fer_desktop.session.groups.report import Request, findings, report_groups
from fer_desktop.session.table import Value

from .pages import Page, drawings
from .recorded import camera
from .studies import album_of, session_of, two_conditions, two_groups, write_table

LABELS = (*FERPLUS_LABELS, "unsure")
HAPPY = LABELS.index("happiness")


def found(
    sessions: list[Path], table: Path | None = None, by: str | None = None, window_s: float = 5.0
) -> Findings:
    return findings(Request(tuple(sessions), table, by, window_s), lambda _done, _total: None)


def shares(study: Findings, label: str) -> dict[str, float | None]:
    return {person.participant: person.shares[LABELS.index(label)] for person in study.people}


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_table_is_read_however_a_spreadsheet_saved_it(
    separator: str, encoding: str, tmp_path: Path
) -> None:
    path = tmp_path / "people.csv"
    lines = [["Session", " participant", "group"], ["s1", "José", "a"], ["", "", ""], ["s2", "Zoë", "b"]]
    text = "\r\n".join(separator.join(line) for line in lines) + "\r\n"
    path.write_bytes(text.encode(encoding))
    table = read_participants(path)
    assert table.variables == ("group",)
    told = [(row.number, row.session, row.participant, row.variables["group"]) for row in table.rows]
    assert told == [(2, "s1", "José", "a"), (4, "s2", "Zoë", "b")]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"session,participant\n", "has no rows"),
        (b"participant,group\na,b\n", "has no column 'session'"),
        (b"session;person\ns1;a\n", "has no column 'participant'"),
        (b"session,participant,group,Group\ns1,a,b,c\n", "two columns 'group'"),
        (b"session,participant\ns1,\n", "no participant in line 2"),
        (b"session,participant\ns1,a\ns1,b\n", "'s1' in line 2 and again in line 3"),
        (b"session,participant\ns1,a,surplus\n", "more cells in line 2"),
        (b"session,participant,face_id\ns1,a,first\n", "face_id 'first' in line 2"),
        (b'session,participant\n"s1,a\n', "damaged near line"),
        (b"PK\x03\x04and more", "is a workbook"),
        (b"\x00\x01\x02\x00", "is not a text"),
        (b"session,participant\n" + b"s,p\n" * 2_000_000, "is too large"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_in_a_sentence(
    content: bytes, words: str, tmp_path: Path
) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(content)
    with pytest.raises(SessionError, match=words) as error:
        read_participants(path)
    assert str(path) in str(error.value)
    assert error.value.remedy


def test_a_table_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SessionError, match=r"nobody\.csv' cannot be read"):
        read_participants(tmp_path / "nobody.csv")


def test_frequencies_are_those_that_were_shown(tmp_path: Path) -> None:
    sessions, table = two_groups(tmp_path, 3)
    study = found(sessions, table, "group")
    assert [person.participant for person in study.people] == ["P00", "P02", "P04", "P01", "P03", "P05"]
    assert [person.level for person in study.people] == ["calm"] * 3 + ["cheerful"] * 3
    for person in study.people:
        number = int(person.participant.removeprefix("P"))
        happy = 1.0 + 0.3 * number + (4.0 if person.level == "cheerful" else 0.0)
        assert person.seconds[HAPPY] == pytest.approx(happy)
        assert person.frames[HAPPY] == round(happy * 10)
        assert person.shares[HAPPY] == pytest.approx(happy / 10)
        assert person.coverage == pytest.approx(1)


def test_a_share_is_of_what_was_seen_and_coverage_tells_how_much_that_is(tmp_path: Path) -> None:
    (person,) = found([session_of(tmp_path, "one", {"happiness": 2, "away": 6, "neutral": 2})]).people
    assert person.shares[HAPPY] == pytest.approx(0.5)
    assert person.coverage == pytest.approx(0.4)


def test_several_sessions_of_a_participant_are_added_up(tmp_path: Path) -> None:
    first = session_of(tmp_path, "monday", {"happiness": 1})
    second = session_of(tmp_path, "friday", {"neutral": 3})
    table = write_table(
        tmp_path / "t.csv",
        [["session", "participant"], [first.name, "Ana"], [second.name, "Ana"]],
    )
    (person,) = found([first, second], table).people
    assert person.sessions == 2
    assert person.shares[HAPPY] == pytest.approx(0.25)


def test_without_a_table_sessions_say_themselves_whose_they_are(tmp_path: Path) -> None:
    monday, friday = (
        session_of(tmp_path, name, seconds)
        for name, seconds in (("monday", {"happiness": 1}), ("friday", {"neutral": 3}))
    )
    for folder in (monday, friday):
        described = folder / "session.json"
        told = json.loads(described.read_text(encoding="utf-8")) | {"participant": "P07"}
        described.write_text(json.dumps(told), encoding="utf-8")
    nobodys = session_of(tmp_path, "visitor", {"sadness": 1})
    people = {person.participant: person for person in found([monday, nobodys, friday]).people}
    assert list(people) == ["P07", nobodys.name]
    assert people["P07"].sessions == 2
    assert people["P07"].shares[HAPPY] == pytest.approx(0.25)
    table = write_table(
        tmp_path / "t.csv",
        [["session", "participant"], [monday.name, "Ana"], [friday.name, "Ben"]],
    )
    assert {person.participant for person in found([monday, friday], table).people} == {"Ana", "Ben"}


def test_photos_are_counted(tmp_path: Path) -> None:
    """Document B: the photos of two people."""
    ana = album_of(tmp_path, "ana", {"happiness": 6, "neutral": 2, "away": 2})
    ben = album_of(tmp_path, "ben", {"happiness": 1, "neutral": 3})
    study = found([ana, ben])
    assert [person.participant for person in study.people] == [ana.name, ben.name]
    assert [person.counts[HAPPY] for person in study.people] == [6, 1]
    assert [person.shares[HAPPY] for person in study.people] == [0.75, 0.25]
    assert [person.coverage for person in study.people] == [0.8, 1.0]


def test_a_face_or_a_stretch_of_a_session_can_be_a_participants(tmp_path: Path) -> None:
    folder = camera(tmp_path)
    rows = [["session", "participant", "face_id"], [folder.name, "left", "1"], [folder.name, "right", "2"]]
    study = found([folder], write_table(tmp_path / "t.csv", rows))
    assert shares(study, "contempt") == {"left": 0.0, "right": 1.0}
    with pytest.raises(SessionError, match=r"has no face 7 \(line 2 of the table\)\. Its faces are 1, 2\."):
        found([folder], write_table(tmp_path / "t.csv", [rows[0], [folder.name, "nobody", "7"]]))


def test_all_faces_of_a_session_are_counted_for_its_participant_and_the_page_says_so(tmp_path: Path) -> None:
    folder = camera(tmp_path)
    rows = [["session", "participant"], [folder.name, "both"]]
    (page,) = report_groups(
        Request((folder,), write_table(tmp_path / "t.csv", rows)), tmp_path / "report.html"
    )
    assert f"all counted for the one participant: {folder.name}" in page.read_text(encoding="utf-8")


def test_conditions_within_participants_are_compared_within_them(tmp_path: Path) -> None:
    sessions, table = two_conditions(tmp_path)
    study = found(sessions, table, "condition")
    assert study.comparison is not None
    assert study.comparison.paired
    by_level = {
        level: [person.shares[LABELS.index("surprise")] for person in study.people if person.level == level]
        for level in ("rest", "play")
    }
    change = np.array(by_level["rest"], float) - np.array(by_level["play"], float)
    surprise = next(one for one in study.comparison.differences if one.label == "surprise")
    assert surprise.difference[0] == pytest.approx(change.mean())
    assert surprise.p == pytest.approx(stats.wilcoxon(change, method="exact").pvalue)
    assert surprise.effect[0] == -1
    assert surprise.sizes == (6, 6)


def test_groups_of_different_people_are_compared_between_them(tmp_path: Path) -> None:
    sessions, table = two_groups(tmp_path)
    comparison = found(sessions, table, "group").comparison
    assert comparison is not None
    assert not comparison.paired
    tested = [one for one in comparison.differences if one.p is not None]
    assert [one.label for one in tested] == ["happiness", "neutral"]
    calm = [0.1 + 0.03 * number for number in range(0, 10, 2)]
    cheerful = [0.5 + 0.03 * number for number in range(1, 10, 2)]
    expected = stats.mannwhitneyu(calm, cheerful, method="exact").pvalue
    assert tested[0].p == pytest.approx(expected)
    assert tested[0].corrected == pytest.approx(2 * expected), "two labels were tested"
    assert tested[0].difference[0] == pytest.approx(np.mean(calm) - np.mean(cheerful))
    assert tested[0].effect[0] == -1


def test_three_groups_are_tested_together_and_in_pairs(tmp_path: Path) -> None:
    sessions = [
        session_of(tmp_path, f"s{number}", {"happiness": 1 + number, "neutral": 9 - number})
        for number in range(6)
    ]
    rows = [["session", "participant", "site"]]
    rows += [[folder.name, f"P{number}", "abc"[number // 2]] for number, folder in enumerate(sessions)]
    comparison = found(sessions, write_table(tmp_path / "t.csv", rows), "site").comparison
    assert comparison is not None
    assert len(comparison.differences) == 3 * len(LABELS)
    happiness = comparison.overall[HAPPY]
    # Three pairs in their order or any other of the three groups: 6 of 90 arrangements.
    assert happiness.p == pytest.approx(6 / 90, abs=0.006)
    assert comparison.smallest == pytest.approx(1 / 3)


def test_one_participant_in_a_group_is_not_tested(tmp_path: Path) -> None:
    sessions, table = two_groups(tmp_path, 1)
    study = found(sessions, table, "group")
    assert study.comparison is not None
    assert study.comparison.differences == []
    assert study.comparison.too_few == ("calm", "cheerful")
    (page,) = report_groups(Request(tuple(sessions), table, "group"), tmp_path / "page.html")
    text = page.read_text(encoding="utf-8")
    assert "one person is no group" in text
    assert "Nothing could be tested" in text


def test_few_participants_are_told_that_no_p_can_be_small(tmp_path: Path) -> None:
    sessions, table = two_groups(tmp_path, 3)
    (page,) = report_groups(Request(tuple(sessions), table, "group"), tmp_path / "page.html")
    assert "no test here can have a p under 0.1" in page.read_text(encoding="utf-8")


def test_a_correction_that_nothing_can_pass_is_told(tmp_path: Path) -> None:
    sessions, table = two_conditions(tmp_path)
    (page,) = report_groups(Request(tuple(sessions), table, "condition"), tmp_path / "page.html")
    text = page.read_text(encoding="utf-8")
    assert "no p that is corrected for 3 tests can be under 0.094" in text


def test_equal_shares_are_equal_although_their_sums_are_not(tmp_path: Path) -> None:
    """Half a second of ten, which seconds of other lengths precede."""
    sessions, table = two_groups(tmp_path, 8)
    comparison = found(sessions, table, "group").comparison
    assert comparison is not None
    surprise = next(one for one in comparison.differences if one.label == "surprise")
    assert surprise.p is None
    assert set(surprise.effect) == {0.0}
    (page,) = report_groups(Request(tuple(sessions), table, "group"), tmp_path / "page.html")
    assert "so not tested: anger, disgust, fear, sadness, surprise," in page.read_text(encoding="utf-8")


def test_who_misses_a_condition_is_named(tmp_path: Path) -> None:
    sessions, table = two_conditions(tmp_path, 4)
    text = table.read_text(encoding="utf-8").splitlines()
    table.write_text("\n".join(text[:-1]) + "\n", encoding="utf-8")
    comparison = found(sessions, table, "condition").comparison
    assert comparison is not None
    assert comparison.incomplete == ("Q03",)
    assert {one.sizes for one in comparison.differences} == {(3, 3)}


def test_who_was_never_seen_has_no_share_and_is_in_no_comparison(tmp_path: Path) -> None:
    sessions, table = two_groups(tmp_path, 2)
    away = album_of(tmp_path, "empty", {"away": 3})
    with pytest.raises(SessionError, match="only one of them is of photos"):
        found([*sessions, away])
    folder = session_of(tmp_path, "gone", {"away": 3})
    log = (folder / "log.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "log.csv").write_text("".join(log[:-1]), encoding="utf-8")
    table.write_text(table.read_text(encoding="utf-8") + f"{folder.name},Gone,calm,30\n", encoding="utf-8")
    (page,) = report_groups(Request((*sessions, folder), table, "group"), tmp_path / "page.html")
    text = page.read_text(encoding="utf-8")
    assert "Never seen, so without shares and in no comparison: Gone." in text
    assert "nan" not in text


def test_a_session_that_was_cut_off_is_named_in_the_report(tmp_path: Path) -> None:
    whole = session_of(tmp_path, "whole", {"neutral": 1})
    torn = session_of(tmp_path, "torn", {"neutral": 1}, complete=False)
    (page,) = report_groups(Request((whole, torn)), tmp_path / "page.html")
    assert f"Cut off or stopped before the end of the source: {torn.name}." in page.read_text(
        encoding="utf-8"
    )


def test_networks_with_other_labels_are_not_mixed(tmp_path: Path) -> None:
    one = session_of(tmp_path, "one", {"neutral": 1})
    other = session_of(tmp_path, "other", {"neutral": 1}, labels=FER2013_LABELS)
    with pytest.raises(SessionError, match="knows other expressions"):
        found([one, other])


def test_networks_with_the_same_labels_but_another_file_are_pointed_out(tmp_path: Path) -> None:
    sessions = [session_of(tmp_path, name, {"neutral": 1}) for name in ("one", "other")]
    metadata = sessions[1] / "session.json"
    metadata.write_text(metadata.read_text(encoding="utf-8").replace("ab" * 32, "cd" * 32), encoding="utf-8")
    (page,) = report_groups(Request(tuple(sessions)), tmp_path / "page.html")
    assert "do not agree in the network" in page.read_text(encoding="utf-8")


def test_sessions_and_table_must_fit(tmp_path: Path) -> None:
    sessions, table = two_groups(tmp_path, 1)
    stranger = session_of(tmp_path, "stranger", {"neutral": 1})
    with pytest.raises(SessionError, match=r"stranger' is not in .*participants\.csv"):
        found([*sessions, stranger], table, "group")
    with pytest.raises(SessionError, match=r"no column 'sex'\. Choose one of these: group, age\."):
        found(sessions, table, "sex")
    left_out = found(sessions[:1], table, "group").matched.left_out
    assert left_out == [f"Line 3 of the table: '{sessions[1].name}' was not given."]


def test_a_column_with_many_values_tells_no_groups(tmp_path: Path) -> None:
    sessions, table = two_groups(tmp_path, 4)
    with pytest.raises(SessionError, match="'age' has 8 different values; at most 6"):
        found(sessions, table, "age")


def test_rows_may_name_paths_and_packs(tmp_path: Path) -> None:
    folder = session_of(tmp_path / "a", "same", {"neutral": 1})
    twin = session_of(tmp_path / "b", "same", {"happiness": 1})
    ambiguous = write_table(tmp_path / "t.csv", [["session", "participant"], [folder.name, "Ana"]])
    with pytest.raises(SessionError, match="name of several sessions"):
        found([folder, twin], ambiguous)
    rows = [["session", "participant"], [f"a/{folder.name}", "Ana"], [str(twin), "Ben"]]
    study = found([folder, twin], write_table(tmp_path / "t.csv", rows))
    assert shares(study, "neutral")["Ana"] == 1
    (pack,) = export(twin, ["pack"], tmp_path / "packs")
    packed = write_table(tmp_path / "p.csv", [["session", "participant"], [twin.name, "Ben"]])
    assert found([pack], packed).people[0].participant == "Ben"


def test_a_marker_that_is_not_there_is_named(tmp_path: Path) -> None:
    folder = session_of(tmp_path, "s", {"neutral": 2}, [(1.0, "joke")])
    table = write_table(
        tmp_path / "t.csv", [["session", "participant", "stretch"], [folder.name, "A", "quiz"]]
    )
    with pytest.raises(SessionError, match=r"no marker 'quiz' .*'before any marker', 'joke'"):
        found([folder], table)


def test_curves_around_a_marker_are_means_of_participants(tmp_path: Path) -> None:
    """One laughs from the marker on, one never, though it is set twice, and one is away."""
    sessions = [
        session_of(tmp_path, "a", {"neutral": 5, "happiness": 5}, [(5.0, "joke")]),
        session_of(tmp_path, "b", {"neutral": 10}, [(3.0, "joke"), (7.0, "joke")]),
        session_of(tmp_path, "c", {"neutral": 3, "away": 5}, [(5.0, "joke"), (1.0, "only me")]),
    ]
    study = found(sessions, window_s=1.0).study
    assert {curve.marker for curve in study.curves} == {"joke"}, "a marker of one participant is no curve"
    curves = {curve.participant: curve for curve in study.curves}
    happiness = {name: curve.values[:, HAPPY] for name, curve in curves.items()}
    laughing, calm, away = (happiness[folder.name] for folder in sessions)
    assert laughing[:50] == pytest.approx(0.02)
    assert laughing[50:] == pytest.approx(0.86)
    assert calm == pytest.approx(0.02)
    assert np.isnan(away).all()
    assert curves[sessions[1].name].times == 2


def test_the_page_of_a_comparison_stands_alone_and_is_sound(tmp_path: Path) -> None:
    for maker, by in ((two_groups, "group"), (two_conditions, "condition")):
        sessions, table = maker(tmp_path / by)
        (out,) = report_groups(Request(tuple(sessions), table, by), tmp_path / f"{by}.html")
        text = out.read_text(encoding="utf-8")
        page = Page(text)
        assert page.loads == page.unnamed == []
        assert set(page.targets) <= set(page.ids)
        assert {"people", "groups", "differences", "markers", "limits"} <= set(page.ids)
        assert len(drawings(text)) >= 3
        assert "Participants are counted, not frames" in text
        assert "nan" not in text


def test_the_sheet_holds_absolute_and_relative_frequencies(tmp_path: Path) -> None:
    sessions, table = two_groups(tmp_path, 2)
    request = Request(tuple(sessions), table, "group", sheet=True)
    page, sheet = report_groups(request, tmp_path / "report.html")
    assert (page.name, sheet.name) == ("report.html", "report.xlsx")
    book = openpyxl.load_workbook(sheet, read_only=True)
    assert book.sheetnames == ["Absolute", "Relative", "Sessions", "Differences", "Dictionary"]
    study = found(sessions, table, "group")
    absolute, relative = rows_of(book["Absolute"]), rows_of(book["Relative"])
    for person, counted, shared in zip(study.people, absolute, relative, strict=True):
        assert counted["participant"] == person.participant
        assert counted["frames_happiness"] == person.frames[HAPPY]
        assert counted["seconds_happiness"] == pytest.approx(person.seconds[HAPPY])
        assert shared["share_happiness"] == pytest.approx(person.shares[HAPPY])
    described = {(row["table"], row["name"]) for row in rows_of(book["Dictionary"])}
    assert {("Relative", "share_happiness"), ("Differences", "p_holm")} <= described
    book.close()


def rows_of(sheet: object) -> list[dict[str, Value]]:
    header, *rows = sheet.iter_rows(values_only=True)  # type: ignore[attr-defined]
    return [dict(zip(header, row, strict=True)) for row in rows]


def test_a_sheet_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    sessions, table = two_groups(tmp_path, 1)
    (tmp_path / "report.xlsx").write_bytes(b"mine")
    with pytest.raises(SessionError, match=r"report\.xlsx' is there already"):
        report_groups(Request(tuple(sessions), table, "group", sheet=True), tmp_path / "report.html")
    assert not (tmp_path / "report.html").exists()
    assert (tmp_path / "report.xlsx").read_bytes() == b"mine"
