"""From a finished run to the three files that are shipped: model, saliency graph and model card."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch

from fer_desktop.emotions import EMOTIONS
from training.card import Identity, Parity, card_text
from training.data.counts import BOTH_TESTS, OFFICIAL
from training.data.examples import Examples, seen_in
from training.deploy import Answers, deployable
from training.errors import ExportError
from training.halves import rounded
from training.measure.evaluation import Evaluation, evaluate_examples
from training.measure.metrics import Logits, predict
from training.networks.network import Network
from training.onnx_files import (
    TOLERANCE,
    Case,
    check_finite,
    describe_file,
    difference,
    export_graph,
    predict_with_file,
)
from training.prior import Correction
from training.saliency_graph import export_saliency

FORMAT: Final = 1
"""Version of the model file's contract."""

LARGEST_MOVE: Final = 0.02
"""By so much rounding weights may move a logit, in units of the largest one if that is above 1."""

CHANGED_LABELS: Final = 5
"""By so many pictures a class may differ from the official count in copies with rebuilt labels."""

_FER2013: Final = (
    "FER2013, Training part: 28,709 grey faces of 48 x 48 pixels with one label each (Goodfellow et al. 2013)"
)
_FERPLUS: Final = "; FERPlus: ten votes for each of them (Barsoum et al. 2016)"
_SHIPPED: Final = "Weights: MIT, like the project. Training pictures: "


@dataclass(frozen=True, slots=True)
class Exported:
    """The files that were written, and how they do."""

    model: Path
    saliency: Path
    card: Path
    evaluation: Evaluation
    """Of the model file."""
    parity: Parity


def identify(
    training: Examples,
    validation: Examples,
    source: str,
    *,
    name: str,
    version: str,
    network: str,
    origin: str,
    git: str,
    crop: dict[str, object],
    learned_from: Mapping[str, object] | None = None,
    prior: Correction | None = None,
    unlabelled: int = 0,
    unlabelled_are: str = "",
) -> Identity:
    """What can be said of a model from its data; `source` is what `--data` named. `unlabelled`: so many
    pictures without labels were learned besides, which `unlabelled_are` describes.

    FER2013 is claimed only where the class counts prove it, and paths are not told.
    """
    fer2013 = part_name(training) == "Training"
    kind = source.partition(":")[0]
    if fer2013:
        data = _FER2013 + (_FERPLUS if "ferplus" in training.heads else "")
        licence = f"{_SHIPPED}FER2013, lent for research, not included." + (
            " FERPlus labels: MIT." if "ferplus" in training.heads else ""
        )
    else:
        side = f"{training.side} x {training.side} pixels"
        known = {
            "shapes": ("Synthetic shapes", "drawn by the project."),
            "digits": ("scikit-learn's handwritten digits (UCI, Alpaydin and Kaynak 1998)", "CC BY 4.0."),
        }
        title, terms = known.get(kind, (Path(source).name, ""))
        data = f"{title}: {len(training):,} grey pictures of {side} to train on, {len(validation):,} held out"
        licence = _SHIPPED + terms if terms else "Weights: of whoever trained them; pictures: not included."
    if unlabelled:
        described = f" ({unlabelled_are})" if unlabelled_are else ""
        data += f"; and {unlabelled:,} pictures without labels{described}, by the answers of other networks"
        licence += " Pictures without labels: not included."
    part = part_name(validation) or "Validation"
    return Identity(
        name, version, network, origin, git, crop, data, licence, part, fer2013, learned_from or {}, prior
    )


def part_name(examples: Examples) -> str | None:
    """The official part of FER2013 that these are by their class counts; None if they are no such."""
    truth = examples.truths.get("fer2013")
    if truth is None:
        return None
    counts = np.array(list(truth.counts().values()))
    known = {**OFFICIAL, "PublicTest and PrivateTest": BOTH_TESTS}
    for name, official in known.items():
        if counts.sum() == sum(official) and np.abs(counts - official).max() <= CHANGED_LABELS:
            return name
    return None


def neutral_faces(logits: Logits, examples: Examples, evaluation: Evaluation) -> dict[str, list[float]]:
    """What each head answers for a neutral face: mean logits over the temperature, in its labels' order.

    The program counts a person's expressions from the difference between this and their own face at rest.
    Heads without neutral faces are left out.
    """
    found = {}
    for head, report in evaluation.heads.items():
        if "neutral" in report.labels:
            neutral = examples.truths[head].answers == report.labels.index("neutral")
            if neutral.any():
                mean = logits[head][neutral].mean(0, dtype=np.float64) / report.temperature
                found[head] = [round(float(value), 4) for value in mean]
    return found


def metadata(
    network: Network,
    side: int,
    identity: Identity,
    evaluation: Evaluation | None = None,
    neutral: Mapping[str, list[float]] | None = None,
) -> dict[str, object]:
    """The JSON that a model file carries under `fer_desktop`; `side` is that of whole pictures.

    `neutral`: what a head answers for a neutral face.
    """
    heads: list[dict[str, object]] = []
    for name, labels in network.labels.items():
        report = evaluation.heads.get(name) if evaluation else None
        heads.append(
            {
                "name": name,
                "labels": list(labels),
                "temperature": round(report.temperature, 4) if report else 1.0,
                "unsure_below": round(report.unsure_below, 4) if report else 0.0,
            }
        )
        if neutral and name in neutral:
            heads[-1]["neutral"] = neutral[name]
    prior: dict[str, object] = {}
    if identity.prior is not None:
        shares = {label: round(share, 4) for label, share in identity.prior.wanted.items()}
        prior["prior"] = {identity.prior.head: shares}
    return {
        "format": FORMAT,
        "name": identity.name,
        "version": identity.version,
        "heads": heads,
        "input_size": side,
        "crop": identity.crop,
        "data": identity.data,
        "licence": identity.licence,
        "metrics": {identity.part: metrics(evaluation)} if evaluation else {},
        "git": identity.git,
        **prior,
        **identity.learned_from,
    }


def metrics(evaluation: Evaluation) -> dict[str, dict[str, object]]:
    """The figures of each head that a program may want, shares rounded to four places; None: no such."""
    return {
        name: {
            "pictures": report.total,
            "accuracy": _rounded(report.accuracy),
            "accuracy_unseen": _rounded(evaluation.unseen_accuracy[name]),
            "macro_f1": _rounded(report.macro_f1),
            "ece": _rounded(report.ece_after),
            "coverage": _rounded(report.coverage),
            "accuracy_sure": _rounded(report.covered_accuracy),
            "neutral_called_negative": _rounded(report.neutral_called_negative),
            "negative_found": _rounded(report.negative_found),
            "recall": {label: _rounded(report.recall(i)[0]) for i, label in enumerate(report.labels)},
        }
        for name, report in evaluation.heads.items()
    }


def _rounded(share: float | None) -> float | None:
    # JSON has no NaN.
    return None if share is None or math.isnan(share) else round(share, 4)


def export_model(network: Network, side: int, path: Path, described: Mapping[str, object]) -> None:
    """Write the model file, checked against PyTorch for batches of 1, 2 and 7 pictures of noise.

    Raises `ExportError` if ONNX Runtime answers otherwise than the network.
    """
    shipped = Answers(deployable(network), side)
    original = network.cpu().eval()
    rng = torch.Generator().manual_seed(2)
    cases: list[Case] = []
    for count in (1, 2, 7):
        faces = (255 * torch.rand(count, 1, side, side, generator=rng)).round()
        with torch.no_grad():
            # The original has no class maps; those are compared with the shipped ones.
            cases.append(((faces,), (*original(original.centre(faces)), shipped(faces)[-1])))
    outputs = (*(f"{name}_logits" for name in network.labels), "cam")
    export_graph(shipped, path, ("face",), outputs, cases, dynamic_batch=True, metadata=described)


def check_alike(
    path: Path, answers: Logits, wanted: Logits, *, what: str = "the file", most: float = TOLERANCE
) -> None:
    """Raises `ExportError` if the logits of the same pictures differ by more than `most`, or are no numbers.

    `path` is the file that is being made, `what` gave these answers on its way there.
    """
    check_finite(path, wanted.values())
    worst = [difference(answers[head], wanted[head]) for head in wanted]
    if not all(each <= most for each in worst):
        raise ExportError(
            f"{path}: on the data's pictures {what} answers otherwise than the network, by {max(worst):.2g}."
        )


def parity_of(answers: Logits, wanted: Logits) -> Parity:
    """How far a file's logits lie from those of the same network in single precision."""
    same = [answers[head].argmax(1) == wanted[head].argmax(1) for head in wanted]
    largest = max(float(np.abs(answers[head] - wanted[head]).max()) for head in wanted)
    return Parity(len(same[0]), int(np.logical_and.reduce(same).sum()), largest)


def export_all(
    network: Network, training: Examples, validation: Examples, identity: Identity, path: Path
) -> Exported:
    """Write `NAME.onnx`, `NAME.saliency.onnx` and `NAME.md` side by side: all three, or none.

    Large weights are rounded to half precision. Every figure is of the ONNX file, asked about the whole
    validation part. It is proved in steps: folding batch norm changes no answer, rounding little, and the
    file answers like the network with rounded weights. The card says what rounding did.
    """
    side, images = validation.side, validation.images
    whole = predict(network, images)
    folded = deployable(network)
    shipped = rounded(folded)
    files = (path, path.with_suffix(".saliency.onnx"), path.with_suffix(".md"))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".export-", dir=path.parent) as folder:
            drafts = [Path(folder) / file.name for file in files]
            bare = Path(folder) / "bare.onnx"
            check_alike(path, predict(folded, images), whole, what="the network without batch norm")
            short = predict(shipped, images)
            check_alike(path, short, whole, what="the network in half precision", most=LARGEST_MOVE)
            export_model(shipped, side, bare, metadata(network, side, identity))
            logits = predict_with_file(bare, images)
            check_alike(path, logits, short)
            parity = parity_of(logits, whole)
            evaluation = evaluate_examples(logits, validation, seen_in(validation, training))
            neutral = neutral_faces(logits, validation, evaluation)
            describe_file(bare, drafts[0], metadata(network, side, identity, evaluation, neutral))
            export_saliency(shipped, side, drafts[1], images[:8])
            drafts[2].write_text(card_text(evaluation, identity, parity, side), encoding="utf-8")
            for draft, file in zip(drafts, files, strict=True):
                draft.replace(file)
    except OSError as error:
        raise ExportError(f"{path}: cannot be written ({error.strerror or error}).") from error
    return Exported(*files, evaluation, parity)


def product_refuses(network: Network) -> str | None:
    """Why FER Desktop will not run this network's file, in a sentence; None if it will."""
    for head, labels in network.labels.items():
        if labels not in {EMOTIONS, EMOTIONS[:7]}:
            return (
                f"This file is for the laboratory: FER Desktop runs networks for {', '.join(EMOTIONS)}, and "
                f"head '{head}' has other labels."
            )
    return None
