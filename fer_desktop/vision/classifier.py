"""From cut faces to calibrated probabilities."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fer_desktop.emotions import UNSURE
from fer_desktop.vision.model_file import Head, ModelFile, read_model_file
from fer_desktop.vision.providers import start_session

Floats = NDArray[np.float32]


def softmax(logits: Floats) -> Floats:
    """Probabilities along the last axis."""
    exponentials = np.exp(logits - logits.max(-1, keepdims=True))
    probabilities: Floats = (exponentials / exponentials.sum(-1, keepdims=True)).astype(np.float32)
    return probabilities


def entropy_bits(probabilities: Floats) -> float:
    """Shannon entropy of one distribution, in bits."""
    positive = probabilities[probabilities > 0]
    return float(max(0.0, -(positive * np.log2(positive)).sum()))


def label_of(probabilities: Floats, head: Head) -> str:
    """The most probable label, or `unsure` where it is under the head's threshold."""
    top = int(probabilities.argmax())
    return head.labels[top] if probabilities[top] >= head.unsure_below else UNSURE


@dataclass(frozen=True, slots=True)
class Scores:
    """What the first head says of one face."""

    logits: Floats
    """(C,) divided by the temperature."""
    probabilities: Floats
    label: str
    entropy: float


class Classifier:
    """Runs all faces of a frame through the network in one batch."""

    def __init__(self, path: Path, provider: str = "auto", threads: int | None = None) -> None:
        """Load a model file; raises `ModelError` if it breaks its contract or cannot be run."""
        self.model: ModelFile = read_model_file(path)
        size = self.model.input_size
        warm_up = {"face": np.zeros((1, 1, size, size), np.float32)}
        running = start_session(path, provider, warm_up, threads)
        self._session = running.session
        self.provider = running.provider
        self.provider_note = running.why

    def classify(self, faces: list[NDArray[np.uint8]]) -> list[Scores]:
        """Scores of cut grey faces, each uint8 (S, S), in their order."""
        if not faces:
            return []
        head = self.model.heads[0]
        batch = np.stack(faces)[:, None].astype(np.float32)
        (logits,) = self._session.run([head.output], {"face": batch})
        scaled = np.asarray(logits, np.float32) / np.float32(head.temperature)
        probabilities = softmax(scaled)
        return [
            Scores(row, shares, label_of(shares, head), entropy_bits(shares))
            for row, shares in zip(scaled, probabilities, strict=True)
        ]
