"""Several networks on the same pictures as one page, and as tables for data frames."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from training.errors import RunError
from training.measure.candidate import Candidate
from training.measure.compare import compare_pairs, right_answers
from training.measure.comparison_plots import accuracies_figure, pairs_figure, recalls_figure
from training.measure.metrics import common_heads
from training.measure.numbers import cost, pair_numbers, scores, write_csv
from training.measure.pages import write_page
from training.measure.plots import overlaid_histories, page_svg, read_history
from training.measure.report import Measured, looked_at
from training.measure.tables import MODEL_HEADER, PAIR_HEADER, model_rows, pair_rows


def write_comparison(networks: Sequence[Measured], folder: Path) -> list[Path]:
    """Write `comparison.html`, `networks.csv` and `pairs.csv` of networks with different names.

    Raises `RunError` if they share no label set or a file cannot be written.
    """
    heads = common_heads([network.evaluation.heads for network in networks])
    if not heads:
        raise RunError("These networks share no label set that the data has, so they cannot be compared.")
    candidates = [network.candidate for network in networks]
    shown, network_lines, pair_lines = [], [], []
    for head in heads:
        reports = {network.candidate.name: network.evaluation.heads[head] for network in networks}
        answers = networks[0].examples.truths[head].answers
        pairs = compare_pairs({c.name: right_answers(c.logits[head], answers) for c in candidates})
        network_lines += [{"labels": head, **cost(c), **scores(reports[c.name])} for c in candidates]
        pair_lines += [{"labels": head, **pair_numbers(pair)} for pair in pairs]
        key = f"labels-{head}"
        shown.append(
            {
                "name": head,
                "key": key,
                "models": model_rows(candidates, reports),
                "pairs": pair_rows(pairs),
                "accuracies": page_svg(accuracies_figure(reports), f"{key}-accuracies", "Accuracy, macro F1"),
                "recalls": page_svg(recalls_figure(reports), f"{key}-recalls", "Recall of each class"),
                "differences": page_svg(
                    pairs_figure(pairs, list(reports)), f"{key}-pairs", "Differences of accuracy"
                ),
            }
        )
    values: dict[str, Any] = {
        "title": " / ".join(candidate.name for candidate in candidates),
        "summary": f"{len(networks)} networks on the same {len(networks[0].examples):,} pictures "
        f"({looked_at(networks)}). Temperatures were fitted on {fitted_on(networks)}.",
        "heads": shown,
        "curves": overlaid_curves(candidates, heads[0]),
        "model_header": MODEL_HEADER,
        "pair_header": PAIR_HEADER,
    }
    return [
        write_page("comparison.html", values, folder / "comparison.html"),
        write_csv(network_lines, folder / "networks.csv"),
        write_csv(pair_lines, folder / "pairs.csv"),
    ]


def fitted_on(networks: Sequence[Measured]) -> str:
    """Where temperatures come from, in words."""
    places = [report.fitted_on for network in networks for report in network.evaluation.heads.values()]
    return " or ".join(dict.fromkeys(places))


def overlaid_curves(candidates: Sequence[Candidate], head: str) -> list[str]:
    """The histories of the runs among them, one plot per measure; nothing without any."""
    files = {c.name: c.run.folder / "history.csv" for c in candidates if c.run is not None}
    histories = {name: read_history(path) for name, path in files.items() if path.is_file()}
    columns = (f"{head}_accuracy", "loss", "validation_loss")
    return [
        page_svg(overlaid_histories(histories, column), f"curve-{column}", f"{column} over the epochs")
        for column in columns
        if any(column in history for history in histories.values())
    ]
