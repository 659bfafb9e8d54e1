"""Learning from finished networks (Hinton, Vinyals and Dean 2015)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor
from torch.nn.functional import kl_div, log_softmax

from training.errors import RunError
from training.networks.network import Network


def distillation_loss(
    student_logits: Sequence[Tensor], teacher_logits: Sequence[Tensor], temperature: float
) -> Tensor:
    """Divergence of the student's softened answers from the teacher's, mean over heads and pictures.

    Each head's logits (N, C) are divided by the temperature; the result is multiplied by its square,
    so that the gradient keeps its size when the temperature changes.
    """
    divergences = [
        kl_div(
            log_softmax(student.float() / temperature, 1),
            log_softmax(teacher.float() / temperature, 1),
            reduction="batchmean",
            log_target=True,
        )
        for student, teacher in zip(student_logits, teacher_logits, strict=True)
    ]
    return torch.stack(divergences).mean() * temperature**2


class Teachers:
    """Finished networks that answer together, by the mean of their probabilities."""

    def __init__(self, networks: Sequence[Network], heads: Mapping[str, tuple[str, ...]]) -> None:
        """`heads` are the student's, in whose order the answers come.

        Raises `RunError` if a teacher does not know one of them by the same labels.
        """
        self._networks = [network.eval() for network in networks]
        self._heads = heads
        for network in networks:
            for name, labels in self._heads.items():
                if network.labels.get(name) != tuple(labels):
                    raise RunError(
                        f"the teacher has no head '{name}' with the labels {', '.join(labels)}; "
                        f"it has {', '.join(network.labels)}."
                    )

    @torch.no_grad()
    def answers(self, pictures: Tensor) -> list[Tensor]:
        """Log-probabilities (N, C) of each head in order, for pictures (N, 1, side, side).

        They are logits of the ensemble: divided by a temperature they soften like any others.
        """
        collected: dict[str, list[Tensor]] = {name: [] for name in self._heads}
        for network in self._networks:
            logits = dict(zip(network.labels, network(pictures), strict=True))
            for name, answers in collected.items():
                answers.append(log_softmax(logits[name].float(), 1))
        return [torch.stack(answers).logsumexp(0) - math.log(len(answers)) for answers in collected.values()]
