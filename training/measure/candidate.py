"""A network that is to be measured: a finished run, a model file, or several of them as an ensemble."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from training.data.examples import Examples
from training.errors import RunError
from training.measure.evaluation import areas_under_roc
from training.measure.learned import description
from training.measure.metrics import (
    Answers,
    Floats,
    Logits,
    Views,
    accuracy,
    average_probabilities,
    check_finite,
    cross_entropy,
    predict,
)
from training.networks.network import count_macs, count_parameters
from training.onnx_files import open_model, predict_with_file
from training.regularise import DROPOUT_MODULES, mc_predict, mutual_information, predictive_entropy
from training.run import Run

BATCHES: Final = (1, 128)
"""Pictures at once when answers are timed: live use, and work through a collection."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A network with its answers to one set of pictures."""

    name: str
    logits: Logits
    run: Run | None = None
    parameters: int | None = None
    """Trained values; None where they cannot be counted."""
    macs: int | None = None
    """Multiply-accumulate operations per picture."""
    seconds: Mapping[int, float] = field(default_factory=dict)
    """Median time per picture by how many are answered at once."""
    device: str = "cpu"
    """Where that was measured."""
    views: Views | None = "single"
    """Looks at each picture; None of an ensemble whose members look differently."""


def from_run(run: Run, examples: Examples, views: Views = "single", *, timed: bool = True) -> Candidate:
    """The answers of a finished run.

    Raises `RunError` if it was made for other data, or answers with what is no number.
    """
    check_fit(run, examples)
    network = run.network
    logits = predict(network, examples.images, views)
    check_finite(str(run.folder), logits)
    seen = run.side - 2 * network.border
    return Candidate(
        name=run.folder.resolve().name,
        logits=logits,
        run=run,
        parameters=count_parameters(network),
        macs=count_macs(network, seen),
        seconds=time_answers(lambda images: predict(network, images, views), examples.images)
        if timed
        else {},
        device=next(network.parameters()).device.type,
        views=views,
    )


def from_file(path: Path, examples: Examples, *, timed: bool = True) -> Candidate:
    """The answers of an ONNX model file, one view of each picture.

    Raises `RunError` if the data has other labels or answers are no numbers, `ExportError` if it is no
    model file.
    """
    logits = predict_with_file(path, examples.images)
    heads = description(path)["heads"]
    check_labels(str(path), {head["name"]: tuple(head["labels"]) for head in heads}, examples)
    check_finite(str(path), logits)
    session = open_model(path)
    face = session.get_inputs()[0].name

    def answer(images: NDArray[np.uint8]) -> object:
        return session.run(None, {face: images[:, None].astype(np.float32)})

    return Candidate(path.name, logits, seconds=time_answers(answer, examples.images) if timed else {})


def ensemble(members: Sequence[Candidate]) -> Candidate:
    """All of them together: the mean of their probabilities."""
    return Candidate(
        name=f"ensemble of {len(members)}",
        logits=average_probabilities([member.logits for member in members]),
        parameters=_sum([member.parameters for member in members]),
        macs=_sum([member.macs for member in members]),
        views=members[0].views if len({member.views for member in members}) == 1 else None,
    )


def check_fit(run: Run, examples: Examples) -> None:
    """Raises `RunError` if a run's pictures or label sets are not those of the data."""
    if run.side != examples.side:
        raise RunError(
            f"{run.folder}: was trained on pictures of {run.side} x {run.side} pixels; "
            f"these have {examples.side} x {examples.side}."
        )
    check_labels(str(run.folder), run.heads, examples)


def check_labels(name: str, heads: Mapping[str, tuple[str, ...]], examples: Examples) -> None:
    """Raises `RunError` if a network knows none of the data's label sets, or one with other labels."""
    common = [head for head in heads if head in examples.truths]
    if not common:
        raise RunError(
            f"{name}: answers for {', '.join(heads)}, but the data's labels are "
            f"{', '.join(examples.truths)}; give the --data that it was trained on."
        )
    for head in common:
        labels = examples.truths[head].labels
        if labels != heads[head]:
            raise RunError(
                f"{name}: its head {head} knows {', '.join(heads[head])}; the data has {', '.join(labels)}."
            )


def time_answers(
    answer: Callable[[NDArray[np.uint8]], object],
    images: NDArray[np.uint8],
    repeats: int = 20,
    most_seconds: float = 0.5,
) -> dict[int, float]:
    """Median seconds per picture, from pixels in memory to logits, for each of `BATCHES`.

    At least three repeats after one that warms up, then as many as fit into `most_seconds`.
    """
    measured = {}
    for batch in BATCHES:
        pictures = np.resize(images, (batch, *images.shape[1:]))
        answer(pictures)
        times: list[float] = []
        while len(times) < 3 or (len(times) < repeats and sum(times) < most_seconds):
            started = time.perf_counter()
            answer(pictures)
            times.append(time.perf_counter() - started)
        measured[batch] = float(np.median(times)) / batch
    return measured


@dataclass(frozen=True, slots=True)
class Doubt:
    """What Monte-Carlo dropout says of a run's main head (Gal and Ghahramani 2016)."""

    passes: int
    accuracy: float
    """Of the mean over the passes."""
    cross_entropy: float
    entropy_right: float
    """Mean predictive entropy in nats of the right answers; that of wrong ones should be higher."""
    entropy_wrong: float
    disagreement_right: float
    """Mean mutual information in nats: how much the passes disagree."""
    disagreement_wrong: float
    finds_errors: float
    """Probability that a wrong answer has more entropy than a right one (area under the ROC curve)."""


def measure_doubt(run: Run, examples: Examples, passes: int, seed: int = 1) -> Doubt:
    """Answer with `passes` dropout masks. Raises `RunError` if the network has no dropout."""
    network = run.network
    if not any(isinstance(layer, DROPOUT_MODULES) and layer.p > 0 for layer in network.modules()):
        raise RunError(
            f"{run.folder}: has no dropout, so --mc-dropout can measure nothing; train with --dropout."
        )
    head = next(iter(run.heads))
    if head not in examples.truths:
        raise RunError(f"{run.folder}: the data has no labels for its main head {head}.")
    device = next(network.parameters()).device
    pixels = torch.from_numpy(examples.images).to(device)[:, None].float()
    chances = mc_predict(network, network.centre(pixels), passes, seed).cpu().numpy()
    return doubt_of(chances, examples.truths[head].answers)


def doubt_of(chances: Floats, answers: Answers) -> Doubt:
    """Summarise probabilities (passes, N, C)."""
    known = answers >= 0
    chances, answers = chances[:, known], answers[known]
    mean = chances.mean(0)
    logits: Floats = np.log(np.maximum(mean, 1e-12))
    right = mean.argmax(1) == answers
    entropy, disagreement = predictive_entropy(chances), mutual_information(chances)
    # Two columns as of two classes, right and wrong; the second one's area is wanted.
    scores = np.stack([-entropy, entropy], 1).astype(np.float32)
    return Doubt(
        passes=len(chances),
        accuracy=accuracy(logits, answers),
        cross_entropy=cross_entropy(logits, answers),
        entropy_right=_mean(entropy[right]),
        entropy_wrong=_mean(entropy[~right]),
        disagreement_right=_mean(disagreement[right]),
        disagreement_wrong=_mean(disagreement[~right]),
        finds_errors=areas_under_roc(scores, (~right).astype(np.int64))[1],
    )


def _mean(values: NDArray[np.float64]) -> float:
    return float(values.mean()) if len(values) else float("nan")


def _sum(counts: Sequence[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None
