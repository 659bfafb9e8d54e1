"""Pages are whole, need nothing from elsewhere, and hold the numbers that were measured."""

from __future__ import annotations

import csv
import json
import math
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.training.made_data import made_faces
from tests.training.measure.conftest import MakeRun, measured
from training.errors import RunError
from training.measure.comparison import write_comparison
from training.measure.metrics import wilson
from training.measure.numbers import network_numbers, write_csv, write_json
from training.measure.report import Measured, changed_settings, write_report
from training.measure.tables import count_words, p_words, with_interval
from training.recipe import Augmentation, Recipe
from training.run import load_run

VOID = {"meta", "br", "img", "link", "input", "hr"}


class Checker(HTMLParser):
    """Collects what is not closed, ids, and addresses."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.ids: list[str] = []
        self.addresses: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)
        self.note(attrs)

    def handle_startendtag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.note(attrs)

    def note(self, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            if name in {"src", "href", "xlink:href"}:
                self.addresses.append(value or "")

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def checked(page: Path) -> str:
    """The words of a page that stands on its own."""
    source = page.read_text(encoding="utf-8")
    checker = Checker()
    checker.feed(source)
    checker.close()
    assert not checker.wrong
    assert not checker.open
    assert len(checker.ids) == len(set(checker.ids))
    assert not re.search(r"https?://|@import|<script", source)
    for address in checker.addresses:
        assert address.startswith(("#", "data:image/png;base64,"))
        if address.startswith("#"):
            assert address[1:] in checker.ids
    return " ".join(" ".join(checker.text).split())


def test_a_report_is_one_page_with_all_that_was_measured(make_run: MakeRun, tmp_path: Path) -> None:
    page, faces = tmp_path / "new" / "report.html", made_faces(140)
    one_measured = measured(faces, 0.66, "my run", load_run(make_run("one", faces)))
    assert write_report(one_measured, page) == [page]
    words = checked(page)
    for head in ("ferplus", "fer2013"):
        report = one_measured.evaluation.heads[head]
        assert with_interval(report.accuracy, wilson(report.hits, report.total)) in words
        assert with_interval(report.macro_f1, report.intervals["macro_f1"]) in words
        assert f"{report.ece_before:.3f}, {report.ece_after:.3f}" in words
        assert f"{report.temperature:.3f}" in words
        assert f"Labels {head}" in words
    assert "Accuracy on the 133 pictures not in Training" in words
    assert "PublicTest of faces.csv" in words
    assert "4 ms" in words
    assert "1.9 M" in words
    assert "feature_maps = [2, 0]" in words
    assert "Neutral called anger, disgust, fear or sadness" in words
    assert "Calibration error (ECE)" in words
    source = page.read_text(encoding="utf-8")
    assert source.count("<svg") == 1 + 2 * 8
    assert "prefers-color-scheme: dark" in source
    assert "@media print" in source


def test_a_perfect_run_with_an_odd_name_and_nothing_but_weights(make_run: MakeRun, tmp_path: Path) -> None:
    faces = made_faces(35).with_heads(["fer2013"])
    folder = make_run("one", faces)
    (folder / "environment.json").unlink()
    (folder / "history.csv").unlink()
    write_report(measured(faces, 1.0, "<b>&run", load_run(folder)), tmp_path / "report.html")
    words = checked(tmp_path / "report.html")
    assert "No picture fails." in words
    assert "Learning rate" not in words
    assert "<h1>&lt;b&gt;&amp;run</h1>" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_a_damaged_run_folder_is_an_error(one_measured: Measured, tmp_path: Path) -> None:
    run = one_measured.candidate.run
    assert run is not None
    for text in ("[1", "[1]", "3", '{"counts": [1]}', '{"counts": {"training": 1}}'):
        (run.folder / "environment.json").write_text(text, encoding="utf-8")
        with pytest.raises(RunError, match=r"environment.json: is damaged"):
            write_report(one_measured, tmp_path / "report.html")


def test_only_settings_that_differ_are_listed() -> None:
    assert changed_settings(Recipe()) == []
    recipe = Recipe(epochs=3, heads=("ferplus",), augmentation=Augmentation(flip=0.25))
    assert changed_settings(recipe) == [("heads", "ferplus"), ("epochs", "3"), ("flip", "0.25")]


def test_a_comparison_tells_which_differences_are_sure(make_run: MakeRun, tmp_path: Path) -> None:
    faces = made_faces(280).with_heads(["fer2013"])
    runs = {name: load_run(make_run(name, faces, seed)) for seed, name in enumerate(("one", "two"))}
    networks = [
        measured(faces, 0.62, "one", runs["one"]),
        measured(faces, 0.95, "two", runs["two"], seed=1),
        measured(faces, 0.94, "file.onnx", seed=2),
    ]
    page, table, pairs = write_comparison(networks, tmp_path / "out")
    words = checked(page)
    assert "one / two / file.onnx" in words
    assert "McNemar" in words
    source = page.read_text(encoding="utf-8")
    # Three plots of the head, and curves of accuracy and both losses.
    assert source.count("<svg") == 3 + 3
    with table.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [(row["labels"], row["network"]) for row in rows[:3]] == [
        ("fer2013", "one"),
        ("fer2013", "two"),
        ("fer2013", "file.onnx"),
    ]
    assert float(rows[0]["accuracy"]) == pytest.approx(networks[0].evaluation.heads["fer2013"].accuracy)
    with pairs.open(encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    assert len(lines) == 3
    first, _, third = lines
    assert float(first["p_holm"]) < 0.001 < float(third["p"])
    assert float(first["difference_high"]) < 0
    assert "< 0.001" in words


def test_networks_without_a_common_label_set_cannot_be_compared(tmp_path: Path) -> None:
    faces = made_faces(35)
    one = measured(faces.with_heads(["ferplus"]), 0.5, "one")
    two = measured(faces.with_heads(["fer2013"]), 0.5, "two")
    with pytest.raises(RunError, match="share no label set"):
        write_comparison([one, two], tmp_path)


def test_figures_as_json_have_null_where_there_is_no_number(one_measured: Measured, tmp_path: Path) -> None:
    numbers = network_numbers(one_measured.candidate, one_measured.evaluation)
    read = json.loads(write_json(numbers, tmp_path / "figures.json").read_text(encoding="utf-8"))
    head = read["heads"]["fer2013"]
    report = one_measured.evaluation.heads["fer2013"]
    assert head["accuracy"] == pytest.approx(report.accuracy)
    assert head["classes"]["fear"]["recall"] == pytest.approx(report.recall(2)[0])
    assert head["confusion"] == report.confusion.tolist()
    assert read["seconds_batch_1"] == pytest.approx(0.004)
    written = write_json([{"a": math.nan}], tmp_path / "nan.json").read_text(encoding="utf-8")
    assert json.loads(written) == [{"a": None}]


def test_a_table_has_the_columns_of_all_rows(tmp_path: Path) -> None:
    path = write_csv([{"a": 1}, {"a": 2, "b": "x,y"}], tmp_path / "t.csv")
    assert path.read_text(encoding="utf-8") == 'a,b\n1,\n2,"x,y"\n'


def test_numbers_in_words() -> None:
    assert [count_words(n) for n in (None, 12, 1234, 1_900_000, 2_500_000_000)] == [
        "-",
        "12",
        "1.23 k",
        "1.9 M",
        "2.5 G",
    ]
    assert [p_words(p) for p in (0.0004, 0.0412, 1.0)] == ["< 0.001", "0.041", "1.000"]
    assert with_interval(0.5, (0.401, 0.6)) == "50.0% [40.1%, 60.0%]"
    assert with_interval(math.nan, (math.nan, math.nan)) == "-"
