"""The step rules by their names in a recipe."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from torch import nn, optim

from training.conjugate_gradient import ConjugateGradient
from training.errors import RecipeError
from training.recipe import Recipe

WITHOUT_DECAY: Final = frozenset({"rprop", "lbfgs", "conjugate-gradient"})
"""Step rules that know no weight decay, so that the penalty belongs to the loss."""
LINE_SEARCH: Final = frozenset({"lbfgs", "conjugate-gradient"})
"""Step rules that compare losses along a line: the loss may not change from one call of the closure
to the next by dropout or noise, and a clipped gradient would not belong to it."""

Rule = Callable[..., optim.Optimizer]


def _momentum(recipe: Recipe) -> dict[str, Any]:
    if not 0 < recipe.momentum < 1:
        raise RecipeError(
            f"optimiser '{recipe.optimiser}' needs a momentum between 0 and 1, not {recipe.momentum}; "
            "without momentum it is called 'sgd'."
        )
    return {"momentum": recipe.momentum, "nesterov": recipe.optimiser == "nesterov"}


_RULES: Final[Mapping[str, Rule]] = {
    "sgd": optim.SGD,
    "momentum": optim.SGD,
    "nesterov": optim.SGD,
    "adagrad": optim.Adagrad,
    "adadelta": optim.Adadelta,
    "rmsprop": optim.RMSprop,
    "adam": optim.Adam,
    "amsgrad": lambda groups, **settings: optim.Adam(groups, amsgrad=True, **settings),
    "adamax": optim.Adamax,
    "nadam": optim.NAdam,
    "adamw": optim.AdamW,
    "rprop": optim.Rprop,
}


def make_optimiser(network: nn.Module, recipe: Recipe) -> optim.Optimizer:
    """The recipe's step rule over all parameters; call its `step` with a closure.

    There are two groups, because only weights decay, not biases or batch-norm parameters; rules with
    a line search have one. `momentum` concerns the rules `momentum` and `nesterov`; all others keep
    the constants of their papers. Rprop takes the rate as its first step only: after that, each
    weight's step is its own. Rprop and the line searches need the whole set as one batch (batch = 0)
    to do what their papers say; to L-BFGS the rate is only the first length that each search tries.
    Raises `RecipeError` for a momentum or a precision that the rule cannot use, or no rate at all.
    """
    if recipe.rate <= 0:
        raise RecipeError(f"optimiser '{recipe.optimiser}' needs a rate above 0, not {recipe.rate}.")
    if recipe.optimiser in LINE_SEARCH and recipe.precision == "fp16":
        raise RecipeError(
            f"optimiser '{recipe.optimiser}' cannot compare losses in fp16: set precision to fp32 or bf16."
        )
    if recipe.optimiser == "conjugate-gradient":
        return ConjugateGradient(network.parameters(), lr=recipe.rate)
    if recipe.optimiser == "lbfgs":
        return optim.LBFGS(
            network.parameters(), lr=recipe.rate, max_iter=4, history_size=10, line_search_fn="strong_wolfe"
        )
    weights = [p for p in network.parameters() if p.ndim > 1]
    others = [p for p in network.parameters() if p.ndim <= 1]
    groups: list[dict[str, Any]] = [{"params": weights}, {"params": others}]
    if recipe.optimiser not in WITHOUT_DECAY:
        groups[0]["weight_decay"] = recipe.weight_decay
        groups[1]["weight_decay"] = 0.0
    settings = _momentum(recipe) if recipe.optimiser in {"momentum", "nesterov"} else {}
    return _RULES[recipe.optimiser](groups, lr=recipe.rate, **settings)
