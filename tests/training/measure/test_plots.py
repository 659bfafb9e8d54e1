"""Plots show the numbers that they are given."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from tests.training.made_data import made_faces
from tests.training.measure.conftest import measured
from training.errors import RunError
from training.measure.compare import compare_pairs, right_answers, top_confusions, worst_errors
from training.measure.comparison_plots import accuracies_figure, pairs_figure, recalls_figure
from training.measure.face_plots import confusions_figure, failures_figure
from training.measure.head_plots import (
    class_figure,
    confusion_figure,
    coverage_figure,
    reliability_figure,
    roc_figure,
)
from training.measure.plots import (
    INK,
    history_figure,
    overlaid_histories,
    page_svg,
    plot_history,
    read_history,
    save_plot,
    style_of,
)
from training.measure.report import Measured

HISTORY = """epoch,size,rate,loss,ferplus_accuracy,fer2013_accuracy,validation_loss,seconds
1,36,0.05,2.0,0.30,0.25,1.8,3.1
2,36,0.10,1.5,0.62,0.41,1.2,3.0
3,48,0.01,1.1,0.58,0.47,1.3,3.0
"""


@pytest.fixture
def history(tmp_path: Path) -> Path:
    path = tmp_path / "history.csv"
    path.write_text(HISTORY, encoding="utf-8")
    return path


def heights(line: Line2D) -> list[float]:
    return [float(y) for y in np.asarray(line.get_ydata())]


def texts(figure: Figure) -> list[str]:
    return [t.get_text() for axes in figure.axes for t in axes.texts]


def test_curves_of_every_head_losses_and_rate(history: Path) -> None:
    columns = read_history(history)
    assert columns["ferplus_accuracy"] == [0.30, 0.62, 0.58]
    right, loss, rate = history_figure(columns).axes
    curves = {str(line.get_label()): line for line in right.lines}
    assert heights(curves["ferplus"]) == pytest.approx([30, 62, 58])
    assert heights(curves["fer2013"]) == pytest.approx([25, 41, 47])
    assert {"62.0", "47.0", "48 px"} == {t.get_text() for t in right.texts}
    assert {str(line.get_label()) for line in loss.lines} >= {"training", "validation"}
    assert heights(rate.lines[0]) == pytest.approx([0.05, 0.10, 0.01])


def test_pictures_are_written_whole_in_both_formats(history: Path, tmp_path: Path) -> None:
    plot_history(history, tmp_path / "new" / "curves.png")
    plot_history(history, tmp_path / "new" / "curves.svg")
    assert (tmp_path / "new" / "curves.png").read_bytes().startswith(b"\x89PNG")
    assert "ferplus" in (tmp_path / "new" / "curves.svg").read_text(encoding="utf-8")
    (tmp_path / "file").touch()
    with pytest.raises(RunError, match="cannot be written"):
        plot_history(history, tmp_path / "file" / "curves.png")


def test_a_torn_or_missing_history_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="cannot be read"):
        read_history(tmp_path / "history.csv")
    (tmp_path / "history.csv").write_text("epoch,loss\n1,0.5\n2\n", encoding="utf-8")
    with pytest.raises(RunError, match="no history"):
        read_history(tmp_path / "history.csv")
    for text in ("", "epoch,loss,rate\n"):
        (tmp_path / "history.csv").write_text(text, encoding="utf-8")
        with pytest.raises(RunError, match="it has no row with epoch, loss, rate"):
            read_history(tmp_path / "history.csv")
    (tmp_path / "history.csv").write_text("epoch,loss\n1,0.5\n", encoding="utf-8")
    with pytest.raises(RunError, match="it has no row with rate"):
        read_history(tmp_path / "history.csv")


def test_histories_are_overlaid_by_their_names(history: Path) -> None:
    columns = read_history(history)
    better = columns | {"ferplus_accuracy": [0.4, 0.7, 0.8]}
    (axes,) = overlaid_histories({"a": columns, "b": better, "c": {"epoch": [1.0]}}, "ferplus_accuracy").axes
    curves = {str(line.get_label()): heights(line) for line in axes.lines}
    assert curves == {"a": pytest.approx([30, 62, 58]), "b": pytest.approx([40, 70, 80])}


def test_the_first_curves_all_look_different() -> None:
    assert len({style_of(number) for number in range(32)}) == 32


def test_a_plot_in_a_page_takes_the_pages_ink_and_keeps_its_ids_apart(history: Path) -> None:
    figure = history_figure(read_history(history))
    one, two = (page_svg(figure, key, 'curves & "more"') for key in ("one", "two"))
    assert INK not in one
    assert "currentColor" in one
    assert "http" not in one
    assert 'aria-label="curves &amp; &quot;more&quot;"' in one
    ids = [set(re.findall(r'\bid="([^"]+)"', svg)) for svg in (one, two)]
    assert ids[0]
    assert not ids[0] & ids[1]
    used = re.findall(r'(?:href="#|url\(#)([^")]+)', one)
    assert used
    assert set(used) <= ids[0]


def test_confusions_show_counts_or_shares() -> None:
    confusion = np.array([[6, 2, 0], [1, 1, 2], [0, 0, 4]])
    labels = ("anger", "fear", "neutral")
    counts = confusion_figure(confusion, labels, normalised=False)
    assert texts(counts) == ["6", "2", "·", "1", "1", "2", "·", "·", "4"]
    shares = confusion_figure(confusion, labels, normalised=True)
    assert texts(shares) == ["75", "25", "·", "25", "25", "50", "·", "·", "100"]


def test_roc_curves_name_every_class_with_its_area(one_measured: Measured) -> None:
    report = one_measured.evaluation.heads["fer2013"]
    answers = one_measured.examples.truths["fer2013"].answers
    figure = roc_figure(one_measured.candidate.logits["fer2013"], answers, report)
    words = [text.get_text() for text in figure.legends[0].get_texts()]
    assert words == [f"{label}  {area:.3f}" for label, area in zip(report.labels, report.auc, strict=True)]
    for line in figure.axes[0].lines[1:]:
        x, y = (np.asarray(values, float) for values in line.get_data())
        assert (x[0], y[0], x[-1], y[-1]) == (0, 0, 1, 1)


def test_reliability_is_shown_before_and_after_the_temperature(one_measured: Measured) -> None:
    report = one_measured.evaluation.heads["fer2013"]
    answers = one_measured.examples.truths["fer2013"].answers
    figure = reliability_figure(one_measured.candidate.logits["fer2013"], answers, report)
    titles = [axes.get_title(loc="left") for axes in figure.axes[:2]]
    assert titles == [
        f"As trained: ECE {report.ece_before:.3f}",
        f"Temperature {report.temperature:.2f}: ECE {report.ece_after:.3f}",
    ]
    for axes in figure.axes[2:]:
        assert sum(
            bar.get_bbox().height for bar in axes.patches if isinstance(bar, Rectangle)
        ) == pytest.approx(100)


def test_the_chosen_threshold_lies_on_the_curve_of_the_surest_answers(one_measured: Measured) -> None:
    report = one_measured.evaluation.heads["fer2013"]
    (axes,) = coverage_figure(report).axes
    curve, chosen = (np.asarray(line.get_xydata()) for line in (axes.lines[0], axes.lines[-1]))
    assert axes.lines[-1].get_label() == f"unsure below {report.unsure_below:.2f}"
    assert (curve == chosen[0]).all(1).any()
    assert curve[-1] == pytest.approx([100, 100 * report.accuracy])


def test_bars_of_a_class_are_its_recall_and_precision(one_measured: Measured) -> None:
    report = one_measured.evaluation.heads["fer2013"]
    (axes,) = class_figure(report).axes
    widths = [bar.get_width() for bar in axes.patches if isinstance(bar, Rectangle)]
    expected = [100 * f(i)[0] for i in range(7) for f in (report.recall, report.precision)]
    assert widths == pytest.approx(expected)


def test_faces_of_confusions_and_failures_are_those_of_the_rows(one_measured: Measured) -> None:
    examples, logits = one_measured.examples, one_measured.candidate.logits["fer2013"]
    truth = examples.truths["fer2013"]
    confusions = top_confusions(logits, truth.answers, 2)
    figure = confusions_figure(confusions, examples, truth.labels)
    images = figure.axes[0].get_images()
    rows = [int(row) for confusion in confusions for row in confusion.rows[:6]]
    assert len(images) == len(rows)
    for image, row in zip(images, rows, strict=True):
        np.testing.assert_array_equal(image.get_array(), examples.images[row])
    first = confusions[0]
    assert texts(figure)[0] == f"{truth.labels[first.answer]}\n→ {truth.labels[first.said]}"
    worst = worst_errors(logits, truth.answers, 8)
    failures = failures_figure(worst, logits, examples, truth)
    np.testing.assert_array_equal(failures.axes[0].get_images()[0].get_array(), examples.images[worst[0]])
    shown = texts(failures)
    assert shown[0].startswith(f"{truth.labels[logits[worst[0]].argmax()]}, ")
    assert shown[1:3] == [f"is {truth.labels[truth.answers[worst[0]]]}", f"row {worst[0]}"]


def test_networks_beside_each_other(tmp_path: Path) -> None:
    faces = made_faces(140)
    networks = [measured(faces, share, name) for share, name in ((0.6, "weak"), (0.95, "strong"))]
    reports = {network.candidate.name: network.evaluation.heads["fer2013"] for network in networks}
    (axes,) = accuracies_figure(reports).axes
    assert [label.get_text() for label in axes.get_yticklabels()] == ["weak", "strong"]
    assert f"{100 * reports['strong'].accuracy:.1f}" in [t.get_text() for t in axes.texts]
    answers = faces.truths["fer2013"].answers
    right = {n.candidate.name: right_answers(n.candidate.logits["fer2013"], answers) for n in networks}
    (pair,) = pairs = compare_pairs(right)
    one, other = texts(pairs_figure(pairs, list(right)))
    assert one.startswith(f"{100 * pair.difference:+.1f}")
    assert other.startswith(f"{-100 * pair.difference:+.1f}")
    figure = recalls_figure(reports)
    assert [t.get_text() for t in figure.legends[0].get_texts()] == ["weak", "strong"]
    save_plot(figure, tmp_path / "recalls.svg")
