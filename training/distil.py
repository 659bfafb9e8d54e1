"""Learning from finished networks (Hinton, Vinyals and Dean 2015)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor
from torch.nn.functional import kl_div, log_softmax

from training.errors import RunError
from training.networks.network import Network
from training.recipe import Recipe
from training.run import Run


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


def check_teachers(
    runs: Sequence[Run], recipe: Recipe, side: int, heads: Mapping[str, tuple[str, ...]]
) -> None:
    """Raises `RunError` if a student of this recipe, on pictures of `side` pixels, cannot learn from a run.

    Teachers see the student's pictures, disturbed alike, so both must see the same part of a picture, at
    every size that the recipe trains at.
    """
    for run in runs:
        if run.side != side:
            raise RunError(
                f"{run.folder}: this teacher was trained on pictures of {run.side}x{run.side} pixels, but "
                f"the student learns from {side}x{side}; give a teacher of the same data."
            )
        if run.network.border != recipe.border:
            raise RunError(
                f"{run.folder}: this teacher does not see {run.network.border} pixels at each edge of a "
                f"picture, the student {recipe.border}; set border = {run.network.border}."
            )
        for name, labels in heads.items():
            if run.heads.get(name) != tuple(labels):
                raise RunError(
                    f"{run.folder}: this teacher has no head '{name}' with the labels {', '.join(labels)}; "
                    f"it answers for {', '.join(run.heads)}."
                )
        small = min(recipe.small_size, side - 2 * recipe.border)
        if recipe.small_epochs and not _can_see(run.network, small):
            raise RunError(
                f"{run.folder}: this teacher cannot see pictures of {small}x{small} pixels, at which the "
                "student begins; set small_epochs = 0."
            )


@torch.no_grad()
def _can_see(network: Network, size: int) -> bool:
    """Whether the layers fit pictures of that size: hidden layers, pixel statistics and pooling may not."""
    first = next(network.parameters())
    try:
        network.eval()(torch.zeros(1, 1, size, size, device=first.device, dtype=first.dtype))
    except RuntimeError:
        return False
    return True


def check_taught_on(runs: Sequence[Run], recipe: Recipe) -> None:
    """Raises `RunError` if a teacher held out other pictures than the student will.

    For data without parts of its own: the teacher may have learned what the student is measured on.
    """
    for run in runs:
        for name in ("split_seed", "held_out"):
            theirs, ours = getattr(run.recipe, name), getattr(recipe, name)
            if theirs != ours:
                raise RunError(
                    f"{run.folder}: this teacher was trained with {name} = {theirs}, so it may have learned "
                    f"from pictures that the student holds out with {ours}; set {name} = {theirs}."
                )


class Teachers:
    """Finished networks that answer together, by the mean of their probabilities."""

    def __init__(
        self, networks: Sequence[Network], heads: Mapping[str, tuple[str, ...]], *, mirror: bool = False
    ) -> None:
        """`heads` are the student's, in whose order the answers come.

        `mirror`: each network answers for the picture and for its mirror image; all answers count equally.
        Raises `RunError` if a teacher does not know one of them by the same labels.
        """
        self._networks = [network.eval() for network in networks]
        self._heads = heads
        self._mirror = mirror
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
        views = [pictures, pictures.flip(3)] if self._mirror else [pictures]
        for network in self._networks:
            for view in views:
                logits = dict(zip(network.labels, network(view), strict=True))
                for name, answers in collected.items():
                    answers.append(log_softmax(logits[name].float(), 1))
        return [torch.stack(answers).logsumexp(0) - math.log(len(answers)) for answers in collected.values()]
