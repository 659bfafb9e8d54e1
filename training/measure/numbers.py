"""All measures as plain numbers, for JSON files and data frames."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from training.files import write_whole
from training.measure.calibration import THRESHOLDS
from training.measure.candidate import Candidate
from training.measure.compare import Pair
from training.measure.evaluation import Evaluation, HeadReport
from training.measure.metrics import wilson


def head_numbers(report: HeadReport) -> dict[str, Any]:
    """Every measure of a head; classes by their names."""
    classes = {
        label: {
            "pictures": int(report.confusion[number].sum()),
            **dict(zip(("recall", "recall_low", "recall_high"), report.recall(number), strict=True)),
            **dict(
                zip(("precision", "precision_low", "precision_high"), report.precision(number), strict=True)
            ),
            "f1": report.f1(number),
            "auc": report.auc[number],
        }
        for number, label in enumerate(report.labels)
    }
    return {
        **scores(report),
        "top_accuracy": list(report.top_accuracy),
        "brier": report.brier,
        "temperature": report.temperature,
        "unsure_below": report.unsure_below,
        "fitted_on": report.fitted_on,
        "coverage": report.coverage,
        "covered_accuracy": report.covered_accuracy,
        "trade_off": [
            dict(
                zip(
                    ("threshold", "coverage", "accuracy"),
                    (threshold, *report.trade_off.at(threshold)),
                    strict=True,
                )
            )
            for threshold in THRESHOLDS
        ],
        "neutral_called_negative": report.neutral_called_negative,
        "negative_found": report.negative_found,
        "classes": classes,
        "confusion": report.confusion.tolist(),
    }


def scores(report: HeadReport) -> dict[str, float]:
    """The measures that networks are compared by, in one flat row."""
    low, high = wilson(report.hits, report.total)
    row = {"pictures": report.total, "accuracy": report.accuracy, "accuracy_low": low, "accuracy_high": high}
    for name in ("macro_precision", "macro_recall", "macro_f1"):
        row[name] = getattr(report, name)
        row[f"{name}_low"], row[f"{name}_high"] = report.intervals[name]
    return row | {
        "macro_auc": report.macro_auc,
        "cross_entropy": report.cross_entropy,
        "cross_entropy_after": report.cross_entropy_after,
        "ece_before": report.ece_before,
        "ece_after": report.ece_after,
        "ece_crossed": report.ece_crossed,
    }


def network_numbers(candidate: Candidate, evaluation: Evaluation) -> dict[str, Any]:
    """A network with all its heads."""
    return {
        **cost(candidate),
        "heads": {
            name: {
                **head_numbers(report),
                "unseen_accuracy": evaluation.unseen_accuracy.get(name),
                "unseen_total": evaluation.unseen_total.get(name),
                "earlier": evaluation.earlier,
                "groups": [asdict(group) for group in evaluation.groups[name]],
            }
            for name, report in evaluation.heads.items()
        },
    }


def cost(candidate: Candidate) -> dict[str, Any]:
    """Name, looks at each picture, size and time of a network; seconds are per picture."""
    return {
        "network": candidate.name,
        "views": candidate.views or "mixed",
        "parameters": candidate.parameters,
        "macs": candidate.macs,
        **{f"seconds_batch_{batch}": time for batch, time in candidate.seconds.items()},
    }


def pair_numbers(pair: Pair) -> dict[str, Any]:
    """Two networks in one flat row."""
    low, high = pair.interval
    return {
        "first": pair.first,
        "second": pair.second,
        "difference": pair.difference,
        "difference_low": low,
        "difference_high": high,
        **asdict(pair.test),
        "p_holm": pair.p_holm,
    }


def write_json(values: Any, path: Path) -> Path:
    """Write as JSON, which knows no NaN: null stands for it. Raises `RunError` if that fails."""
    write_whole(path, json.dumps(_without_nan(values), indent=1, ensure_ascii=False, allow_nan=False) + "\n")
    return path


def write_csv(rows: Sequence[Mapping[str, Any]], path: Path) -> Path:
    """Write rows under the names of all their columns. Raises `RunError` if that fails."""
    text = io.StringIO()
    columns = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_whole(path, text.getvalue())
    return path


def _without_nan(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _without_nan(entry) for name, entry in value.items()}
    if isinstance(value, list):
        return [_without_nan(entry) for entry in value]
    return None if isinstance(value, float) and math.isnan(value) else value
