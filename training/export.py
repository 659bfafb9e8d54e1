"""From a finished run to the three files that are shipped: model, saliency graph and model card."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import torch

from training.card import Identity, card_text
from training.data import SIDE
from training.deploy import Answers, deployable
from training.evaluate import Evaluation
from training.networks import HEADS, ExpressionNet
from training.onnx_files import Case, export_graph
from training.saliency import export_saliency

FORMAT: Final = 1
"""Version of the model file's contract."""


@dataclass(frozen=True, slots=True)
class Exported:
    """The files that were written."""

    model: Path
    saliency: Path
    card: Path


def metadata(identity: Identity, evaluation: Evaluation) -> dict[str, object]:
    """The JSON that a model file carries under `fer_desktop`."""
    heads = []
    for name, labels in HEADS.items():
        report = evaluation.heads.get(name)
        heads.append(
            {
                "name": name,
                "labels": list(labels),
                "temperature": round(report.temperature, 4) if report else 1.0,
                "unsure_below": round(report.unsure_below, 4) if report else 0.0,
            }
        )
    return {
        "format": FORMAT,
        "name": identity.name,
        "version": identity.version,
        "heads": heads,
        "input_size": SIDE,
        "crop": identity.crop,
        "data": identity.data,
        "licence": identity.licence,
        "metrics": {"PublicTest": metrics(evaluation)},
        "git": identity.git,
    }


def metrics(evaluation: Evaluation) -> dict[str, dict[str, object]]:
    """The figures of each head that a program may want, shares rounded to four places."""
    return {
        name: {
            "pictures": report.total,
            "accuracy": round(report.accuracy, 4),
            "accuracy_unseen": round(evaluation.unseen_accuracy[name], 4),
            "macro_f1": round(report.macro_f1, 4),
            "ece": round(report.ece_after, 4),
            "coverage": round(report.coverage, 4),
            "accuracy_sure": round(report.covered_accuracy, 4),
            "neutral_called_negative": round(report.neutral_called_negative, 4),
            "recall": {label: round(report.recall(i)[0], 4) for i, label in enumerate(report.labels)},
        }
        for name, report in evaluation.heads.items()
    }


def export_model(network: ExpressionNet, path: Path, described: dict[str, object]) -> None:
    """Write the model file, checked against PyTorch for batches of 1, 2 and 7 faces.

    Raises `ExportError` if ONNX Runtime answers otherwise than the network.
    """
    original = Answers(network.eval())
    rng = torch.Generator().manual_seed(2)
    cases: list[Case] = []
    for count in (1, 2, 7):
        faces = (255 * torch.rand(count, 1, SIDE, SIDE, generator=rng)).round()
        with torch.no_grad():
            cases.append(((faces,), original(faces)))
    outputs = (*(f"{name}_logits" for name in HEADS), "cam")
    export_graph(
        Answers(deployable(network)), path, ("face",), outputs, cases, dynamic_batch=True, metadata=described
    )


def export_all(network: ExpressionNet, evaluation: Evaluation, identity: Identity, path: Path) -> Exported:
    """Write `NAME.onnx`, `NAME.saliency.onnx` and `NAME.md` side by side."""
    files = Exported(path, path.with_suffix(".saliency.onnx"), path.with_suffix(".md"))
    export_model(network, files.model, metadata(identity, evaluation))
    export_saliency(network, files.saliency)
    partial = files.card.with_name(files.card.name + ".tmp")
    partial.write_text(card_text(evaluation, identity), encoding="utf-8")
    partial.replace(files.card)
    return files
