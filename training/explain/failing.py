"""The pictures that a network gets wrong, as a list (document D)."""

from __future__ import annotations

from dataclasses import dataclass

from training.data.examples import Truth
from training.measure.compare import worst_errors
from training.measure.metrics import Floats, softmax


@dataclass(frozen=True, slots=True)
class Failure:
    """A picture with a wrong answer."""

    row: int
    """Place in the part that was looked at, as `--rows` takes it."""
    name: str
    """Row of a table, file, or description that the picture comes from."""
    truth: str
    answer: str
    probability: float
    """Of the wrong answer."""
    truth_probability: float


def failing(logits: Floats, truth: Truth, names: list[str]) -> list[Failure]:
    """All pictures with a known truth that another answer was given to, the most confident errors first."""
    chances = softmax(logits)
    return [
        Failure(
            int(row),
            names[row],
            truth.labels[truth.answers[row]],
            truth.labels[chances[row].argmax()],
            float(chances[row].max()),
            float(chances[row, truth.answers[row]]),
        )
        for row in worst_errors(logits, truth.answers)
    ]
