"""The measures of a head as rows of words, for the console, the pages and files."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

from training.measure.calibration import THRESHOLDS
from training.measure.candidate import Candidate
from training.measure.compare import Pair
from training.measure.evaluation import Evaluation, HeadReport, Interval, sure_accuracy
from training.measure.groups import Group
from training.measure.metrics import Views, wilson

Row = tuple[str, ...]

VIEW_WORDS: Final[Mapping[Views | None, str]] = {
    "single": "one view",
    "flip": "mirrored views",
    "ten": "ten views",
    None: "mixed views",
}
"""How often a network looks at each picture, in words."""


def per_cent(share: float) -> str:
    """`71.2%`; `-` of nothing."""
    return "-" if math.isnan(share) else f"{share:.1%}"


def with_interval(share: float, interval: Interval) -> str:
    """`71.2% [69.7%, 72.7%]`; `-` of nothing."""
    if math.isnan(share) or math.isnan(interval[0]):
        return "-"
    return f"{share:.1%} [{interval[0]:.1%}, {interval[1]:.1%}]"


def accuracy_words(report: HeadReport) -> str:
    """The accuracy with its interval."""
    return with_interval(report.accuracy, wilson(report.hits, report.total))


def measure_rows(evaluation: Evaluation, head: str) -> list[Row]:
    """Name and value of every measure of a head."""
    report = evaluation.heads[head]
    chance = max(report.confusion.sum(1)) / report.total
    rows: list[Row] = [
        ("Pictures with an answer", f"{report.total:,}"),
        ("Accuracy", accuracy_words(report)),
        *((f"Answer among the {k} likeliest", per_cent(report.top_accuracy[k - 1])) for k in _tops(report)),
        ("Always saying the commonest class", per_cent(chance)),
    ]
    if head in evaluation.unseen_total:
        unseen = evaluation.unseen_total[head]
        share = evaluation.unseen_accuracy[head]
        interval = (math.nan, math.nan) if not unseen else wilson(round(share * unseen), unseen)
        words = f"Accuracy on the {unseen:,} pictures not in {evaluation.earlier}"
        rows.append((words, with_interval(share, interval)))
    rows += [
        (
            "Balanced accuracy (macro recall)",
            with_interval(report.macro_recall, report.intervals["macro_recall"]),
        ),
        ("Macro precision", with_interval(report.macro_precision, report.intervals["macro_precision"])),
        ("Macro F1", with_interval(report.macro_f1, report.intervals["macro_f1"])),
        ("Mean area under the ROC curves", f"{report.macro_auc:.3f}"),
        (
            "Cross-entropy, and with temperature",
            f"{report.cross_entropy:.3f}, {report.cross_entropy_after:.3f}",
        ),
        ("Brier score", f"{report.brier:.3f}"),
        (f"Temperature, fitted on {report.fitted_on}", f"{report.temperature:.3f}"),
        ("Calibration error (ECE) before and after it", f"{report.ece_before:.3f}, {report.ece_after:.3f}"),
        ("ECE, temperature from the other half", f"{report.ece_crossed:.3f}"),
        (
            f"Unsure below, for {sure_accuracy(head):.0%} right on {report.fitted_on}",
            f"{report.unsure_below:.3f}",
        ),
        ("Share of sure answers", per_cent(report.coverage)),
        ("Accuracy of sure answers", per_cent(report.covered_accuracy)),
    ]
    if report.neutral_called_negative is not None:
        words = "Neutral called anger, disgust, fear or sadness"
        rows.append((words, per_cent(report.neutral_called_negative)))
    if report.negative_found is not None:
        rows.append(("Those four called one of them", per_cent(report.negative_found)))
    return rows


def _tops(report: HeadReport) -> list[int]:
    return [k for k in (2, 3) if k < len(report.labels)]


CLASS_HEADER = ("class", "pictures", "recall", "precision", "F1", "ROC-AUC")


def class_rows(report: HeadReport) -> list[Row]:
    """What `CLASS_HEADER` names, for each class."""
    rows: list[Row] = []
    for number, label in enumerate(report.labels):
        recall, precision = report.recall(number), report.precision(number)
        area = "-" if math.isnan(report.auc[number]) else f"{report.auc[number]:.3f}"
        rows.append(
            (
                label,
                f"{report.confusion[number].sum():,}",
                with_interval(recall[0], recall[1:]),
                with_interval(precision[0], precision[1:]),
                f"{report.f1(number):.3f}",
                area,
            )
        )
    return rows


GROUP_HEADER = ("pictures by", "which", "pictures", "accuracy")


def group_rows(groups: Sequence[Group]) -> list[Row]:
    """What `GROUP_HEADER` names, for each group."""
    return [
        (
            group.property,
            group.name,
            f"{group.pictures:,}",
            with_interval(group.hits / group.pictures, wilson(group.hits, group.pictures)),
        )
        for group in groups
    ]


TRADE_OFF_HEADER = ("sure from", "share of sure answers", "of them right")


def trade_off_rows(report: HeadReport) -> list[Row]:
    """What `TRADE_OFF_HEADER` names, for round thresholds of the top probability and the chosen one."""
    rows: list[Row] = []
    for threshold in sorted({*THRESHOLDS, report.unsure_below}):
        coverage, right = report.trade_off.at(threshold)
        name = f"{threshold:.3f} (chosen)" if threshold == report.unsure_below else f"{threshold:.1f}"
        rows.append((name, per_cent(coverage), per_cent(right)))
    return rows


MODEL_HEADER = (
    "network",
    "accuracy",
    "macro F1",
    "macro recall",
    "cross-entropy",
    "ECE after",
    "parameters",
    "MACs",
    "ms, one picture",
    "ms, of 128",
)


def model_rows(candidates: Sequence[Candidate], reports: Mapping[str, HeadReport]) -> list[Row]:
    """What `MODEL_HEADER` names, for each network by its name in `reports`."""
    return [
        (
            candidate.name,
            accuracy_words(report),
            with_interval(report.macro_f1, report.intervals["macro_f1"]),
            with_interval(report.macro_recall, report.intervals["macro_recall"]),
            f"{report.cross_entropy:.3f}",
            f"{report.ece_after:.3f}",
            count_words(candidate.parameters),
            count_words(candidate.macs),
            milliseconds(candidate, 1),
            milliseconds(candidate, 128),
        )
        for candidate, report in ((c, reports[c.name]) for c in candidates)
    ]


def count_words(count: int | None) -> str:
    """`1.9 M`, `270 k`; `-` of what is not known."""
    if count is None:
        return "-"
    for unit, size in (("G", 1e9), ("M", 1e6), ("k", 1e3)):
        if count >= size:
            return f"{count / size:.3g} {unit}"
    return str(count)


def milliseconds(candidate: Candidate, batch: int) -> str:
    """Time per picture when `batch` are answered at once; `-` where it was not measured."""
    seconds = candidate.seconds.get(batch)
    return "-" if seconds is None else f"{1000 * seconds:.3g}"


def cost_words(candidate: Candidate) -> str:
    """Size and time of a network in one line."""
    words = (
        f"{count_words(candidate.parameters)} trained values, {count_words(candidate.macs)} MACs per picture"
    )
    if candidate.seconds:
        one, many = milliseconds(candidate, 1), milliseconds(candidate, 128)
        words += f"; {one} ms for one picture, {many} ms each of 128 ({candidate.device})"
    return words


PAIR_HEADER = (
    "first",
    "second",
    "difference",
    "only first right",
    "only second right",
    "McNemar p",
    "p (Holm)",
)


def pair_rows(pairs: Sequence[Pair]) -> list[Row]:
    """What `PAIR_HEADER` names; the difference in points of accuracy with its interval."""
    return [
        (
            pair.first,
            pair.second,
            f"{100 * pair.difference:+.1f} [{100 * pair.interval[0]:+.1f}, {100 * pair.interval[1]:+.1f}]",
            str(pair.test.only_first),
            str(pair.test.only_second),
            p_words(pair.test.p) + (" (exact)" if pair.test.exact else ""),
            p_words(pair.p_holm),
        )
        for pair in pairs
    ]


def p_words(p: float) -> str:
    """Three digits, or `< 0.001`."""
    return "< 0.001" if p < 0.001 else f"{p:.3f}"
