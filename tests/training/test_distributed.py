"""Two processes that share each batch learn what one process learns."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import torch

from tests.training.made_data import write_dataset
from training.distributed import World
from training.errors import RecipeError
from training.recipe import Recipe
from training.run import load_run
from training.starting import batch_size

ROOT = Path(__file__).resolve().parents[2]
WORDS = (
    "--network builder --conv-sizes 3 --feature-maps 4 0 --mlp-hiddens --border 0 --batch 14 --ema 0.5 "
    "--epochs 2 --heads fer2013 --threads 1 --dropout 0 --clip 0 --rate 0.01"
)


def learn(data: Path, out: Path, launcher: list[str], more: str) -> dict[str, torch.Tensor]:
    words = [*WORDS.split(), *more.split()]
    command = [*launcher, "-m", "training", "train", "--data", str(data), "--out", str(out), *words]
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=False, timeout=150
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("epoch   1 ") == 1  # only the leader prints
    return dict(load_run(out).network.state_dict())


@pytest.mark.parametrize("more", ["", "--optimiser lbfgs --batch 0 --rate 1"])
def test_two_processes_learn_what_one_learns(tmp_path: Path, more: str) -> None:
    data = write_dataset(tmp_path / "data")
    alone = learn(data, tmp_path / "alone", [], more)
    launcher = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    together = learn(data, tmp_path / "together", launcher, more)
    assert not torch.equal(alone["heads.fer2013.weight"], torch.zeros_like(alone["heads.fer2013.weight"]))
    for name, value in alone.items():
        assert torch.allclose(value, together[name], atol=1e-5), name


def test_a_batch_that_cannot_be_shared_is_refused() -> None:
    with pytest.raises(RecipeError, match="batch 15 cannot be shared equally by 2 processes"):
        batch_size(Recipe(batch=15), 100, World(0, 2))
