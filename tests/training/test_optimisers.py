"""Each step rule is itself and no other, goes downhill, and moves as its formula says."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from training.conjugate_gradient import ConjugateGradient
from training.errors import RecipeError
from training.names import OPTIMISERS
from training.optimisers import LINE_SEARCH, WITHOUT_DECAY, make_optimiser
from training.recipe import Recipe

RATES = {
    "sgd": 1.0,
    "momentum": 0.05,
    "nesterov": 0.05,
    "adagrad": 0.1,
    "adadelta": 10.0,
    "rmsprop": 0.01,
    "adam": 0.03,
    "amsgrad": 0.03,
    "adamax": 0.03,
    "nadam": 0.03,
    "adamw": 0.03,
    "rprop": 0.01,
    "lbfgs": 1.0,
    "conjugate-gradient": 1.0,
}
START = (0.1, -2.0, 3.0)
"""The first weight is one step of 0.1 away from the minimum at 0, so that its gradient falls from one
step to the next: where it only grows, AMSGrad is Adam."""


class Point(nn.Module):
    """Three weights in a bowl that is 1, 4 and 9 times as steep along its axes."""

    def __init__(self) -> None:
        super().__init__()
        self.place = nn.Parameter(torch.tensor([START], dtype=torch.float64))

    def forward(self) -> Tensor:
        steepness = torch.tensor([1.0, 4.0, 9.0], dtype=torch.float64)
        return (steepness * self.place.square()).sum() / 2


def closure_of(optimiser: torch.optim.Optimizer, loss_of: Callable[[], Tensor]) -> Callable[[], Any]:
    def closure() -> Tensor:
        optimiser.zero_grad()
        loss = loss_of()
        torch.autograd.backward(loss)
        return loss

    return closure


def places(name: str, steps: int, **settings: Any) -> list[list[float]]:
    """Where the point stands after each step."""
    point = Point()
    recipe = Recipe(optimiser=name, **({"rate": 0.1, "weight_decay": 0.01} | settings))
    optimiser = make_optimiser(point, recipe)
    closure = closure_of(optimiser, point)
    seen = []
    for _ in range(steps):
        optimiser.step(closure)
        seen.append(point.place[0].tolist())
    return seen


def test_no_two_step_rules_are_the_same() -> None:
    ends = {name: torch.tensor(places(name, 3)[-1]) for name in OPTIMISERS}
    for one, other in itertools.combinations(OPTIMISERS, 2):
        assert (ends[one] - ends[other]).abs().max() > 1e-6, (one, other)


@pytest.mark.parametrize("name", OPTIMISERS)
def test_every_step_rule_learns_a_small_task(name: str) -> None:
    torch.manual_seed(0)
    inputs = torch.randn(60, 4)
    labels = (inputs[:, 0] > 0).long() + (inputs[:, 1] > 0).long()
    network = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 3))
    optimiser = make_optimiser(network, Recipe(optimiser=name, rate=RATES[name], weight_decay=1e-4))
    closure = closure_of(optimiser, lambda: nn.functional.cross_entropy(network(inputs), labels))
    before = closure().item()
    for _ in range(60):
        optimiser.step(closure)
    assert closure().item() < before / 2


def test_plain_descent_follows_the_gradient() -> None:
    ((first, second, third),) = places("sgd", 1, weight_decay=0.0)
    assert (first, second, third) == pytest.approx((0.1 - 0.01, -2 + 0.8, 3 - 2.7))


def test_momentum_and_nesterov_differ_by_their_formula() -> None:
    place, speed = START[2], 0.0
    by_momentum, by_nesterov = [], []
    for _ in range(3):
        speed = 0.9 * speed + 9 * place
        place -= 0.01 * speed
        by_momentum.append(place)
    place, speed = START[2], 0.0
    for _ in range(3):
        gradient = 9 * place
        speed = 0.9 * speed + gradient
        place -= 0.01 * (gradient + 0.9 * speed)
        by_nesterov.append(place)
    plain: dict[str, Any] = {"rate": 0.01, "momentum": 0.9, "weight_decay": 0.0}
    assert [place[2] for place in places("momentum", 3, **plain)] == pytest.approx(by_momentum)
    assert [place[2] for place in places("nesterov", 3, **plain)] == pytest.approx(by_nesterov)


def test_rprop_looks_at_the_sign_alone() -> None:
    """Its steps grow by 1.2 while the sign stays, the same for every weight, however steep."""
    seen = torch.tensor(places("rprop", 3, rate=0.01))
    steps = (torch.cat([torch.tensor([START]), seen]).diff(dim=0)).abs()
    assert torch.allclose(steps, torch.tensor([[0.01], [0.012], [0.0144]]).expand(3, 3), atol=1e-6)


@pytest.mark.parametrize("name", [name for name in OPTIMISERS if name not in WITHOUT_DECAY])
def test_weights_decay_and_biases_do_not(name: str) -> None:
    torch.manual_seed(0)
    network = nn.Sequential(nn.Conv2d(1, 3, 3), nn.BatchNorm2d(3), nn.Flatten(), nn.Linear(3, 2))
    before = copy.deepcopy(network)
    optimiser = make_optimiser(network, Recipe(optimiser=name, rate=0.01, weight_decay=0.01))
    for parameter in network.parameters():
        parameter.grad = torch.zeros_like(parameter)
    optimiser.step()
    for old, new in zip(before.parameters(), network.parameters(), strict=True):
        if old.ndim > 1:
            assert new.norm() < old.norm()
        else:
            assert torch.equal(old, new)


@pytest.mark.parametrize("name", sorted(WITHOUT_DECAY))
def test_rules_without_decay_leave_it_to_the_loss(name: str) -> None:
    assert places(name, 2, weight_decay=0.5) == places(name, 2, weight_decay=0.0)


@pytest.mark.parametrize("name", [name for name in OPTIMISERS if name not in {"rprop", "lbfgs"}])
def test_a_rate_of_nothing_moves_nothing(name: str) -> None:
    """So that a schedule, which sets the rate before each step, acts on every rule but these two."""
    point = Point()
    optimiser = make_optimiser(point, Recipe(optimiser=name, rate=0.1))
    closure = closure_of(optimiser, point)
    optimiser.step(closure)
    there = point.place.detach().clone()
    for group in optimiser.param_groups:
        group["lr"] = 0.0
    optimiser.step(closure)
    assert torch.equal(point.place, there)


@pytest.mark.parametrize("name", OPTIMISERS)
def test_a_resumed_rule_goes_on_as_if_nothing_had_been(name: str) -> None:
    recipe = Recipe(optimiser=name, rate=0.02)
    point = Point().float()
    optimiser = make_optimiser(point, recipe)
    closure = closure_of(optimiser, point)
    for _ in range(2):
        optimiser.step(closure)
    resumed = copy.deepcopy(point)
    second = make_optimiser(resumed, recipe)
    second.load_state_dict(copy.deepcopy(optimiser.state_dict()))
    other_closure = closure_of(second, resumed)
    for _ in range(2):
        optimiser.step(closure)
        second.step(other_closure)
    assert torch.equal(point.place, resumed.place)


@pytest.mark.parametrize("name", OPTIMISERS)
def test_a_rule_without_a_rate_is_refused(name: str) -> None:
    with pytest.raises(RecipeError, match="rate above 0"):
        make_optimiser(Point(), Recipe(optimiser=name, rate=0.0))


@pytest.mark.parametrize("name", sorted(LINE_SEARCH))
def test_a_line_search_refuses_fp16(name: str) -> None:
    with pytest.raises(RecipeError, match="fp16"):
        make_optimiser(Point(), Recipe(optimiser=name, precision="fp16"))


@pytest.mark.parametrize("name", ["momentum", "nesterov"])
@pytest.mark.parametrize("momentum", [0.0, 1.0])
def test_a_momentum_that_cannot_be_is_named(name: str, momentum: float) -> None:
    with pytest.raises(RecipeError, match="momentum"):
        make_optimiser(Point(), Recipe(optimiser=name, momentum=momentum))


@pytest.mark.parametrize("count", [2, 6])
def test_conjugate_gradients_reach_a_quadratics_minimum_in_n_steps(count: int) -> None:
    torch.manual_seed(count)
    factor = torch.randn(count, count, dtype=torch.float64)
    matrix = factor @ factor.T + torch.eye(count, dtype=torch.float64)
    target = torch.randn(count, dtype=torch.float64)
    solution = torch.linalg.solve(matrix, target)
    place = torch.zeros(count, dtype=torch.float64, requires_grad=True)
    optimiser = ConjugateGradient([place], lr=1.0)
    closure = closure_of(optimiser, lambda: place @ matrix @ place / 2 - target @ place)
    for _ in range(count - 1):
        optimiser.step(closure)
    assert (place - solution).abs().max() > 1e-5, "n steps are needed"
    optimiser.step(closure)
    assert (place - solution).abs().max() < 1e-8


def rosenbrock(place: Tensor) -> Tensor:
    return (1 - place[0]) ** 2 + 100 * (place[1] - place[0] ** 2) ** 2


def test_conjugate_gradients_never_climb_and_follow_a_bent_valley_to_its_end() -> None:
    place = torch.tensor([-1.2, 1.0], dtype=torch.float64, requires_grad=True)
    optimiser = ConjugateGradient([place], lr=0.01)
    closure = closure_of(optimiser, lambda: rosenbrock(place))
    losses = [optimiser.step(closure).item() for _ in range(150)]
    assert all(later <= earlier for earlier, later in itertools.pairwise(losses))
    assert torch.allclose(place, torch.ones(2, dtype=torch.float64), atol=1e-4)


def test_conjugate_gradients_stay_where_no_step_is_better() -> None:
    place = torch.zeros(3, requires_grad=True)
    optimiser = ConjugateGradient([place])
    optimiser.step(closure_of(optimiser, lambda: place.square().sum()))
    assert torch.equal(place, torch.zeros(3))


def test_conjugate_gradients_step_back_from_an_infinite_loss() -> None:
    """The trial step of 1 lands where the logarithm is not defined."""
    place = torch.tensor([0.2], requires_grad=True)
    optimiser = ConjugateGradient([place], lr=1.0)
    closure = closure_of(optimiser, lambda: 6 * place[0] - place[0].log() / 2)
    for _ in range(30):
        optimiser.step(closure)
    assert place.item() == pytest.approx(1 / 12, rel=1e-3)


def test_conjugate_gradients_take_one_group_only() -> None:
    groups: Any = [{"params": [torch.zeros(1, requires_grad=True)]} for _ in range(2)]
    with pytest.raises(ValueError, match="one group"):
        ConjugateGradient(groups)


class CountedPoint(Point):
    """Knows how often its loss was asked for."""

    calls = 0

    def forward(self) -> Tensor:
        self.calls += 1
        return super().forward()


@pytest.mark.parametrize("name", OPTIMISERS)
def test_only_the_rules_with_a_line_search_ask_for_the_loss_more_than_once(name: str) -> None:
    point = CountedPoint()
    optimiser = make_optimiser(point, Recipe(optimiser=name, rate=0.1))
    optimiser.step(closure_of(optimiser, point))
    assert (point.calls > 1) == (name in LINE_SEARCH)
