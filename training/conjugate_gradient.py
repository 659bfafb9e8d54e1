"""Nonlinear conjugate gradients as a step rule for whole batches."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any, Final

import torch
from torch import Tensor

SUFFICIENT: Final = 1e-4
"""Armijo's condition: share of the decrease promised by the slope that a step must bring."""
STRETCH: Final = 10.0
"""Longest step, as a multiple of the trial step."""
HALVINGS: Final = 20
"""Tries before a line search gives up."""


class ConjugateGradient(torch.optim.Optimizer):
    """Polak-Ribiere+ conjugate gradients (Nocedal and Wright 2006, chapter 5.2).

    Each step asks the closure for loss and gradient, turns the last direction with the non-negative
    Polak-Ribiere coefficient (which restarts with the steepest descent when it would be negative),
    and searches along the new direction: a trial step of `lr` times the direction gives a second
    slope, the secant through both slopes the step to try (exact for a quadratic, whose minimum in n
    dimensions is then reached in n steps), and this one is halved until Armijo's condition holds.
    The closure must give the same loss for the same weights: one batch, and gradients as they are.
    """

    def __init__(self, parameters: Iterable[Tensor], lr: float = 1.0) -> None:
        super().__init__(parameters, {"lr": lr})
        if len(self.param_groups) != 1:
            raise ValueError("conjugate gradients move all parameters along one line: give one group.")

    @torch.no_grad()
    def step(self, closure: Callable[[], Any]) -> Tensor:  # type: ignore[override]  # it cannot do without
        """Search along one direction; return the loss before it."""
        evaluate = torch.enable_grad()(closure)
        loss: Tensor = evaluate()
        gradient = self._gradient()
        direction = self._turn(gradient)
        slope = float(gradient @ direction)
        if slope < 0 and not self._search(evaluate, direction, loss.item(), slope):
            self._memory.clear()  # the next step starts afresh with the steepest descent
        return loss

    @property
    def _parameters(self) -> list[Tensor]:
        parameters: list[Tensor] = self.param_groups[0]["params"]
        return parameters

    @property
    def _memory(self) -> dict[str, Tensor]:
        """What one step leaves to the next; with the first parameter, so that `state_dict` has it."""
        memory: dict[str, Tensor] = self.state[self._parameters[0]]
        return memory

    def _gradient(self) -> Tensor:
        parts = [torch.zeros_like(p) if p.grad is None else p.grad for p in self._parameters]
        return torch.cat([part.flatten() for part in parts])

    def _turn(self, gradient: Tensor) -> Tensor:
        """The new direction, kept with its gradient for the next step."""
        direction = -gradient
        if self._memory:
            before = self._memory["gradient"]
            turned = gradient @ (gradient - before) / (before @ before).clamp(min=1e-30)
            conjugate = direction + turned.clamp(min=0) * self._memory["direction"]
            if gradient @ conjugate < 0:
                direction = conjugate
        self._memory.update(gradient=gradient.clone(), direction=direction)
        return direction

    def _search(self, evaluate: Callable[[], Any], direction: Tensor, loss: float, slope: float) -> bool:
        """Move to a lower point along the direction, or stay and return False."""
        start = [p.clone() for p in self._parameters]
        trial = float(self.param_groups[0]["lr"])
        self._move(start, direction, trial)
        evaluate()
        length = _secant(trial, slope, float(self._gradient() @ direction))
        for _ in range(HALVINGS):
            self._move(start, direction, length)
            if evaluate().item() <= loss + SUFFICIENT * length * slope:
                return length > 0
            length /= 2
        self._move(start, direction, 0.0)
        return False

    def _move(self, start: list[Tensor], direction: Tensor, length: float) -> None:
        parts = torch.split(direction, [p.numel() for p in self._parameters])
        for parameter, origin, part in zip(self._parameters, start, parts, strict=True):
            parameter.copy_(origin + length * part.view_as(origin))


def _secant(trial: float, slope: float, slope_there: float) -> float:
    """Where a straight line through the slopes at 0 and at the trial step crosses zero."""
    if not math.isfinite(slope_there):
        return trial
    if slope_there <= slope:
        return STRETCH * trial  # it falls ever more steeply, so the minimum is far
    return min(trial * slope / (slope - slope_there), STRETCH * trial)
