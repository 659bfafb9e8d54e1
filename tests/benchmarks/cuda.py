"""The network on an NVIDIA GPU against the CPU: the same answers, faces per second, time of a live frame.

`python -m tests.benchmarks.cuda [MODEL]`; where there is no GPU that works it says why and ends with 1.
"""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from fer_desktop import paths
from fer_desktop.capture.frame import Image
from fer_desktop.errors import ModelError
from fer_desktop.vision.classifier import Classifier, Floats
from fer_desktop.vision.vision import Vision
from tests.benchmarks.__main__ import demo_frames, medians

BATCHES = (1, 8, 64)
MOST_DIFFERENT = 1e-3
"""Largest difference of a probability that rounding may make."""


def made_faces(count: int) -> list[Image]:
    """Smooth grey pictures, as different from each other as faces are."""
    rng = np.random.default_rng(1)
    coarse = rng.integers(20, 236, (count, 6, 6)).astype(np.uint8)
    return list(np.kron(coarse, np.ones((1, 8, 8), np.uint8)))


def probabilities(classifier: Classifier, faces: list[Image]) -> Floats:
    """(N, C) of the first head."""
    return np.stack([scores.probabilities for scores in classifier.classify(faces)])


def rows_of(model: Path, providers: tuple[str, str]) -> list[tuple[str, str, str, str]]:
    """What was compared, the figure of each provider, and their ratio.

    Raises `ModelError` if a provider does not work, or the two do not answer alike.
    """
    first, second = (Classifier(model, provider) for provider in providers)
    side = first.model.input_size
    faces = [np.resize(face, (side, side)) for face in made_faces(max(BATCHES))]
    apart = float(np.abs(probabilities(first, faces) - probabilities(second, faces)).max())
    if not apart <= MOST_DIFFERENT:
        raise ModelError(
            f"{second.provider} and {first.provider} answer otherwise: probabilities differ by {apart:.2g}.",
            "Use --provider cpu, and report it.",
        )
    rows = [(f"largest difference of a probability, {len(faces)} faces", "", f"{apart:.1g}", "")]
    for batch in BATCHES:
        some = faces[:batch]
        slow, fast = medians(partial(first.classify, some), partial(second.classify, some))
        figures = (f"{1000 * batch / slow:,.0f}", f"{1000 * batch / fast:,.0f}", f"{slow / fast:.2f}")
        rows.append((f"faces per second, {batch} at once", *figures))
    frames = demo_frames(60)

    def watch(vision: Vision) -> None:
        vision.reset()
        for number, frame in enumerate(frames):
            vision.look(frame, number / 30)

    eyes = [Vision(model, provider=provider) for provider in providers]
    slow, fast = medians(*(partial(watch, vision) for vision in eyes))
    figures = (f"{slow / len(frames):.2f}", f"{fast / len(frames):.2f}", f"{slow / fast:.2f}")
    rows.append(("milliseconds of a live frame (640 x 480)", *figures))
    return rows


def main() -> int:
    """Print the table; 1 if the GPU does not work or answers otherwise."""
    model = Path(sys.argv[1]) if len(sys.argv) > 1 else paths.default_model()
    table = Table("compared", "CPU", "CUDA", "ratio")
    try:
        for row in rows_of(model, ("cpu", "cuda")):
            table.add_row(*row)
    except ModelError as error:
        print(error, file=sys.stderr)
        return 1
    Console().print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
