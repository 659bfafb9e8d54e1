"""Every export says the same as the log: totals, times, ids, values; read back with its own tools."""

from __future__ import annotations

import csv
import gzip
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest
from pympi.Elan import Eaf

from fer_desktop.emotions import FACEREADER_NAMES
from fer_desktop.session.exports import workbook
from fer_desktop.session.exports.export import export
from fer_desktop.session.exports.formats import FORMATS

from .eaf_rules import check_eaf
from .recorded import SESSIONS

Reading = tuple[int, int, int]
"""Face, milliseconds, probability of happiness in hundred thousandths."""
Run = tuple[int, str, int, int]
"""Face, label, milliseconds of start and end."""


@dataclass
class Content:
    """What a format says of a session, as far as it has it."""

    readings: list[Reading] | None = None
    faceless: int | None = None
    """Analysed frames without a face."""
    runs: list[Run] | None = None
    events: list[tuple[str, str]] | None = None
    files: list[str] = field(default_factory=list)


def milliseconds(seconds: float) -> int:
    return round(float(seconds) * 1000)


def reading(face: object, time_s: object, happiness: object) -> Reading:
    return int(face), milliseconds(time_s), round(float(happiness) * 1e5)  # type: ignore[call-overload,arg-type]


def of_tables(log: pd.DataFrame, states: pd.DataFrame, events: pd.DataFrame) -> Content:
    time_s = log.media_t_s.astype(float).fillna(log.t_s.astype(float))
    faces = log.success == 1
    reasons = log[~faces].reason
    return Content(
        [
            reading(face, time, happiness)
            for face, time, happiness in zip(
                log[faces].face_id, time_s[faces], log[faces].p_happiness, strict=True
            )
        ],
        int((~reasons.isin(["not_analysed", "error"])).sum()),
        [
            (run.face_id, run.label, *map(milliseconds, (run.start_s, run.end_s)))
            for run in states.itertuples()
        ],
        [(event.kind, event.label) for event in events.astype(object).fillna("").itertuples()],
        list(log.file.dropna()),
    )


def of_session(folder: Path) -> Content:
    """What was recorded, read without a line of ours; the torn end of a cut-off file is left out."""
    tables = []
    for name in ("log.csv", "states.csv", "events.csv"):
        text = (folder / name).read_bytes().decode() if (folder / name).exists() else ""
        whole = text if text.endswith("\n") else text[: text.rfind("\n") + 1]
        columns = {"states.csv": "face_id,label,start_s,end_s\n", "events.csv": "t_s,kind,label\n"}
        table = pd.read_csv(io.StringIO(whole or columns[name]), keep_default_na=False, na_values=[""])
        tables.append(table)
    return of_tables(*tables)


def of_csv(path: Path) -> Content:
    assert {file.name for file in path.iterdir()} == {
        "log.csv", "states.csv", "events.csv", "session.json", "summary.csv", "dictionary.csv",
    }  # fmt: skip
    return of_session(path)


def of_parquet(path: Path) -> Content:
    tables = [pq.read_table(path / f"{name}.parquet").to_pandas() for name in ("log", "states", "events")]
    return of_tables(*tables)


def of_xlsx(path: Path) -> Content:
    book = openpyxl.load_workbook(path)

    def sheet(title: str) -> pd.DataFrame:
        rows: list[Any] = []
        header: tuple[Any, ...] = ()
        for number in count(1):
            name = title if number == 1 else f"{title} {number}"
            if name not in book.sheetnames:
                break
            header, *more = book[name].iter_rows(values_only=True)
            assert len(more) < workbook.MOST_ROWS
            rows += more
        return pd.DataFrame(rows, columns=list(header))

    return of_tables(sheet("Log"), sheet("States"), sheet("Events"))


def of_elan(path: Path) -> Content:
    check_eaf(path)
    eaf = Eaf(str(path))
    runs, events = [], []
    for tier in eaf.get_tier_names():
        for start, end, value in (entry[:3] for entry in eaf.get_annotation_data_for_tier(tier)):
            if tier == "Events":
                events.append(tuple([*value.split(": ", 1), ""][:2]))
            else:
                runs.append((int(tier.split()[1]), value, start, end))
    return Content(runs=runs, events=events)


def of_bids(path: Path) -> Content:
    ended = subprocess.run(
        [str(Path(sys.executable).parent / "bids-validator-deno"), "--json", "--max-rows", "-1", str(path)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    issues = json.loads(ended.stdout)["issues"]["issues"]
    assert [issue for issue in issues if issue["severity"] == "error"] == []
    folder = path / "sub-01" / "beh"
    table = pd.read_csv(
        folder / "sub-01_task-expressions_events.tsv",
        sep="\t",
        keep_default_na=False,
        quoting=csv.QUOTE_NONE,
    )
    assert list(table.onset) == sorted(table.onset)
    runs = [
        (int(row.face_id), row.trial_type, milliseconds(row.onset), milliseconds(row.onset + row.duration))
        for row in table[table.face_id != "n/a"].itertuples()
    ]
    events = [
        (row.trial_type, "" if row.event_label == "n/a" else row.event_label)
        for row in table[table.face_id == "n/a"].itertuples()
    ]
    return Content(runs=runs, events=events)


def of_openface(path: Path) -> Content:
    table = pd.read_csv(path)
    assert list(table)[:5] == ["frame", "face_id", "timestamp", "confidence", "success"]
    assert table.frame.min() == 1 or table.empty
    faces = table[table.success == 1]
    reasons = table[table.success == 0].failure_reason
    return Content(
        [reading(row.face_id, row.timestamp, row.expression_happiness) for row in faces.itertuples()],
        int((~reasons.isin(["not_analysed", "error"])).sum()),
    )


def of_facereader(path: Path) -> Content:
    readings = []
    faceless: int | None = None
    for file in sorted(path.glob("*_detailed.txt")):
        lines = file.read_text(encoding="utf-8").split("\n")
        assert lines[0] == "Video analysis detailed log"
        assert lines[6].split("\t")[0] == "Frame rate:"
        table = pd.read_csv(file, sep="\t", skiprows=8, dtype=str)
        names = list(FACEREADER_NAMES.values())
        assert list(table) in (["Video Time", *names], ["Video Time", *names[:-1]])
        failed = table.Happy.isin(["FIND_FAILED", "FIT_FAILED"])
        if file.name.startswith("no_face"):
            assert failed.all()
            faceless = len(table)
            continue
        face = int(file.name.split("_")[0].removeprefix("face"))
        for row in table[~failed].itertuples():
            readings.append(reading(face, pd.Timedelta(row._1).total_seconds(), row.Happy))
    return Content(readings, faceless)


def of_pack(path: Path) -> Content:
    folder = path.parent / "unzipped"
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
    (inside,) = folder.iterdir()
    return of_session(inside)


READERS: dict[str, Callable[[Path], Content]] = {
    "csv": of_csv,
    "parquet": of_parquet,
    "xlsx": of_xlsx,
    "elan": of_elan,
    "bids": of_bids,
    "openface": of_openface,
    "facereader": of_facereader,
    "pack": of_pack,
}


def test_every_format_is_read_back_here() -> None:
    assert READERS.keys() == FORMATS.keys()


@pytest.mark.parametrize("make", SESSIONS)
@pytest.mark.parametrize("form", FORMATS)
def test_an_export_says_the_same_as_the_log(
    form: str, make: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 50)
    folder = SESSIONS[make](tmp_path)
    recorded = of_session(folder)
    (made,) = export(folder, [form])
    assert made.parent == folder / "exports"
    found = READERS[form](made)
    if found.readings is not None:
        assert sorted(found.readings) == sorted(recorded.readings or [])
    if found.faceless is not None:
        assert found.faceless == recorded.faceless
    if found.runs is not None:
        assert same_runs(found.runs, recorded.runs or [])
    if found.events is not None:
        assert found.events == [
            (kind, one_line(label) if form == "bids" else label) for kind, label in recorded.events or []
        ]
    if found.files:
        assert found.files == recorded.files


def one_line(text: str) -> str:
    return " ".join(text.split("\n"))


def same_runs(found: list[Run], recorded: list[Run]) -> bool:
    """To the millisecond; where an annotation must last, a run of one moment lasts one."""

    def stretched(run: Run) -> Run:
        return (*run[:3], max(run[3], run[2] + 1))

    return sorted(map(stretched, found)) == sorted(map(stretched, recorded))


def test_samples_of_bids_are_the_readings_of_the_log_and_nothing_in_its_gaps(tmp_path: Path) -> None:
    folder = SESSIONS["camera"](tmp_path)
    (made,) = export(folder, ["bids"])
    log = pd.read_csv(folder / "log.csv")
    for face_id in (1, 2):
        stem = made / "sub-01" / "beh" / f"sub-01_task-expressions_recording-face{face_id}_physio"
        about = json.loads(stem.with_suffix(".json").read_text(encoding="utf-8"))
        assert about["SamplingFrequency"] == 30
        with gzip.open(f"{stem}.tsv.gz", "rt", encoding="utf-8") as file:
            samples = pd.read_csv(file, sep="\t", names=about["Columns"], na_values="n/a")
        times = about["StartTime"] + np.arange(len(samples)) / 30
        face = log[log.face_id == face_id]
        assert times[0] == pytest.approx(face.t_s.min(), abs=1 / 30)
        assert times[-1] == pytest.approx(face.t_s.max(), abs=1 / 30)
        analysed = log[~log.reason.isin(["not_analysed", "error"])]
        for time, value in zip(times, samples.p_happiness, strict=True):
            before = analysed[analysed.t_s <= time + 2e-6]
            held = before[(before.t_s == before.t_s.max()) & (before.face_id == face_id)]
            # The last frame before the pause was not analysed.
            paused = 0.5 + 58 / 30 + 1e-3 < time < 0.5 + 60 / 30 + 5 - 1e-3
            if held.empty or paused:
                assert np.isnan(value), time
            else:
                assert value == held.p_happiness.iloc[0], time


def test_summaries_carry_their_coverage(tmp_path: Path) -> None:
    folder = SESSIONS["camera"](tmp_path)
    table, book, pack = export(folder, ["csv", "xlsx", "pack"])
    summary = pd.read_csv(table / "summary.csv")
    everyone = summary[summary.face_id.isna()]
    assert everyone.share.sum() == pytest.approx(1, abs=1e-4)
    assert 0 < everyone.coverage.iloc[0] < 0.5, "five of nine seconds were paused"
    assert summary.coverage.notna().all()
    rows = [row for row in openpyxl.load_workbook(book)["Summary"].iter_rows(values_only=True) if row[0]]
    facts = {row[0]: row[1] for row in rows}
    assert facts["Coverage (a face was seen)"] == f"{100 * everyone.coverage.iloc[0]:.1f} %"
    assert facts["Frames in the log"] == 120
    with zipfile.ZipFile(pack) as archive:
        methods = archive.read(f"{folder.name}/methods.md").decode()
    assert f"a face was seen in {100 * everyone.coverage.iloc[0]:.1f} % of" in methods
    assert "expression' 1" in methods
    assert "every = 1" in methods
