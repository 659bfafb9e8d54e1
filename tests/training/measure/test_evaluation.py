"""The measures of a head agree with hand and scikit-learn; intervals cover what they should."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn.metrics import (
    balanced_accuracy_score,
    confusion_matrix,
    precision_recall_fscore_support,
    roc_auc_score,
)

from fer_desktop.emotions import FER2013_LABELS
from tests.training.made_data import made_examples, made_faces
from training.data.examples import Truth
from training.errors import DataError
from training.measure.evaluation import (
    bootstrap_intervals,
    evaluate_examples,
    macro_measures,
    measure_head,
    sure_accuracy,
)
from training.measure.metrics import softmax

LABELS = ("anger", "happiness", "neutral")
TRUTH = Truth.of_answers(LABELS, np.array([0, 0, 1, 1, 2, 2, 2, -1]))
SAID = np.array([0, 1, 1, 1, 2, 0, 2, 0])
LOGITS = (4 * np.eye(3)[SAID]).astype(np.float32)

RNG = np.random.default_rng(3)
MANY = Truth.of_answers(tuple("abcde"), RNG.choice(5, 600, p=(0.4, 0.3, 0.2, 0.07, 0.03)))
NOISY = (2 * np.eye(5)[MANY.answers] + RNG.normal(0, 1.5, (600, 5))).astype(np.float32)


def test_confusions_recall_precision_and_f1() -> None:
    report = measure_head(LOGITS, TRUTH, wanted=0.5)
    assert report.confusion.tolist() == [[1, 1, 0], [0, 2, 0], [1, 0, 2]]
    assert (report.hits, report.total) == (5, 7)
    assert report.accuracy == pytest.approx(5 / 7)
    assert report.recall(2)[0] == pytest.approx(2 / 3)
    assert report.precision(1)[0] == pytest.approx(2 / 3)
    low, high = report.recall(2)[1:]
    assert 0.2 < low < 2 / 3 < high < 0.95
    # F1 per class: 2 hits / (row + column): 2/4, 4/5, 4/5
    assert [report.f1(label) for label in range(3)] == pytest.approx([0.5, 0.8, 0.8])
    assert report.macro_f1 == pytest.approx((0.5 + 0.8 + 0.8) / 3)
    assert report.neutral_called_negative == pytest.approx(1 / 3)
    assert report.negative_found == pytest.approx(1 / 2)


def test_only_label_sets_with_expressions_can_call_neutral_negative() -> None:
    report = measure_head(NOISY, MANY, 0.9)
    assert report.neutral_called_negative is None
    assert report.negative_found is None


def test_a_negative_face_called_another_negative_one_is_found() -> None:
    labels = ("anger", "sadness", "neutral", "surprise")
    truth = Truth.of_answers(labels, np.array([0, 0, 1, 1, 1, 3]))
    said = np.eye(4, dtype=np.float32)[[0, 1, 0, 2, 3, 3]]
    assert measure_head(said, truth, 0.9).negative_found == pytest.approx(3 / 5)
    nobody = Truth.of_answers(labels, np.array([2, 3]))
    assert measure_head(said[:2], nobody, 0.9).negative_found is None


def test_all_measures_agree_with_scikit_learn() -> None:
    report = measure_head(NOISY, MANY, wanted=0.9)
    answers, said = MANY.answers, NOISY.argmax(1)
    np.testing.assert_array_equal(report.confusion, confusion_matrix(answers, said))
    precision, recall, f1, _ = precision_recall_fscore_support(answers, said, average="macro")
    assert report.macro_precision == pytest.approx(precision)
    assert report.macro_recall == pytest.approx(recall)
    assert report.macro_recall == pytest.approx(balanced_accuracy_score(answers, said))
    assert report.macro_f1 == pytest.approx(f1)
    chances = softmax(NOISY).astype(np.float64)
    chances /= chances.sum(1, keepdims=True)
    assert report.macro_auc == pytest.approx(roc_auc_score(answers, chances, multi_class="ovr"), abs=1e-6)
    assert report.top_accuracy[0] == pytest.approx(report.accuracy)


def test_a_class_without_pictures_is_no_part_of_a_mean() -> None:
    truth = Truth.of_answers(LABELS, np.array([0, 0, 1]))
    report = measure_head(LOGITS[[0, 0, 2]], truth, 0.9)
    assert report.macro_recall == report.macro_f1 == 1
    assert math.isnan(report.auc[2])
    assert report.macro_auc == pytest.approx(1)
    assert report.precision(2)[0] == 0
    assert math.isnan(report.precision(2)[1])


def test_the_threshold_and_its_coverage() -> None:
    report = measure_head(NOISY, MANY, wanted=0.9)
    sure = softmax(NOISY, report.temperature).max(1) >= report.unsure_below
    assert report.coverage == pytest.approx(sure.mean())
    assert 0 < report.coverage < 1
    assert report.covered_accuracy == pytest.approx((NOISY.argmax(1) == MANY.answers)[sure].mean())
    assert report.covered_accuracy >= 0.9 > report.accuracy


def test_a_bootstrap_draw_is_a_resample_of_pictures() -> None:
    """Against resampling the pictures one by one, the plain way."""
    answers, said = MANY.answers, NOISY.argmax(1)
    rng = np.random.default_rng(0)
    plain = []
    for _ in range(1000):
        rows = rng.integers(0, len(answers), len(answers))
        counted = np.bincount(5 * answers[rows] + said[rows], minlength=25).reshape(5, 5)
        plain.append(macro_measures(counted)["macro_f1"])
    low, high = bootstrap_intervals(confusion_matrix(answers, said))["macro_f1"]
    assert (low, high) == pytest.approx(tuple(np.quantile(plain, (0.025, 0.975))), abs=0.012)


def test_bootstrap_intervals_cover_the_true_value_about_as_often_as_they_say() -> None:
    chances = np.array([[0.24, 0.04, 0.02], [0.06, 0.30, 0.04], [0.05, 0.05, 0.20]])
    truth = macro_measures((chances * 10_000).astype(np.int64))["macro_recall"]
    rng, covered = np.random.default_rng(0), 0
    for seed in range(200):
        counts = rng.multinomial(400, chances.ravel()).reshape(3, 3)
        low, high = bootstrap_intervals(counts, 300, seed)["macro_recall"]
        covered += bool(low <= truth <= high)
    assert 178 <= covered <= 198


def test_a_perfect_network_has_a_perfect_interval_and_more_pictures_a_narrower_one() -> None:
    assert bootstrap_intervals(np.diag([10, 20, 5]))["macro_f1"] == (1, 1)
    counts = np.array([[8, 2], [3, 7]])
    few, many = (bootstrap_intervals(counts * times)["macro_f1"] for times in (1, 100))
    assert many[1] - many[0] < (few[1] - few[0]) / 5


def test_an_evaluation_reports_pictures_unseen_in_training_apart() -> None:
    faces = made_faces(14)
    emotion = faces.truths["fer2013"].answers
    logits = {
        "fer2013": np.eye(7, dtype=np.float32)[emotion],
        "ferplus": np.eye(8, dtype=np.float32)[emotion],
    }
    logits["fer2013"][0] = np.eye(7)[3]
    evaluation = evaluate_examples(logits, faces, np.arange(14) >= 7)
    assert list(evaluation.heads) == ["ferplus", "fer2013"]
    assert evaluation.heads["fer2013"].labels == FER2013_LABELS
    assert evaluation.heads["fer2013"].accuracy == pytest.approx(13 / 14)
    assert evaluation.unseen_accuracy["fer2013"] == pytest.approx(6 / 7)
    assert evaluation.unseen_total["fer2013"] == 7
    assert evaluate_examples(logits, faces).unseen_accuracy == {}


def test_heads_without_answers_are_left_out_and_none_at_all_is_an_error() -> None:
    images = np.zeros((3, 4, 4), np.uint8)
    logits = {"classes": LOGITS[:3], "more": LOGITS[:3]}
    assert list(evaluate_examples(logits, made_examples(images, [0, 1, 2], LABELS)).heads) == ["classes"]
    with pytest.raises(DataError, match="no answers for the heads more; their labels are classes"):
        evaluate_examples({"more": LOGITS[:3]}, made_examples(images, [0, 1, 2], LABELS))
    with pytest.raises(DataError, match="no answers"):
        evaluate_examples(logits, made_examples(images, [-1, -1, -1], LABELS))
    with pytest.raises(DataError, match="knows 3 labels, the data 2"):
        evaluate_examples(logits, made_examples(images, [0, 1, 0], LABELS[:2]))


def test_sure_answers_of_fer2013s_own_labels_are_asked_less() -> None:
    assert sure_accuracy("fer2013") == pytest.approx(0.8)
    assert sure_accuracy("ferplus") == sure_accuracy("digits") == pytest.approx(0.9)
