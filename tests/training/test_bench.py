"""`bench` times what it says that it times."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn

from training.commands.bench import answer, made_up
from training.recipe import Recipe
from training.trainer import Trainer


@pytest.mark.parametrize(("precision", "kind"), [("fp32", torch.float32), ("bf16", torch.bfloat16)])
def test_answers_are_timed_in_the_precision_of_their_row(
    precision: str, kind: torch.dtype, tmp_path: Path
) -> None:
    recipe = Recipe(network="dense", precision=precision, batch=4, small_epochs=0, device="cpu")
    trainer = Trainer(recipe, made_up(8), tmp_path)
    seen = set()
    for layer in trainer.network.modules():
        if isinstance(layer, nn.Linear):
            layer.register_forward_hook(lambda _layer, _inputs, output: seen.add(output.dtype))
    answer(trainer)
    assert seen == {kind}
