"""One training run: from a recipe and FER2013 to checkpoints, a history and final weights.

A run lives in a folder: `recipe.toml` (resolved), `environment.json` (versions, git state, data),
`history.csv` (one row per epoch), `last.pt` (to resume from), `final.pt` (averaged weights).
Everything random in an epoch follows from the seed and the epoch's number, so a run that was
stopped and resumed ends with the same weights as one that was not.
"""

from __future__ import annotations

import csv
import json
import math
import platform
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Generator, Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from training.augment import augment
from training.data import FaceSet
from training.evaluate import accuracies, predict
from training.networks import ARCHITECTURES, ExpressionNet, centre
from training.recipe import Recipe, dump_recipe

Progress = Callable[[Iterable[Any], str], Iterable[Any]]


class RunError(RuntimeError):
    """A run folder cannot be used as asked."""


@dataclass(frozen=True, slots=True)
class EpochRecord:
    """One row of `history.csv`; accuracies are those of the averaged weights."""

    epoch: int
    size: int
    rate: float
    loss: float
    fer2013_accuracy: float
    ferplus_accuracy: float
    seconds: float


def rate_at(step: int, steps_per_epoch: int, recipe: Recipe) -> float:
    """Learning rate: linear warm-up to the peak, then half a cosine down to zero."""
    warmup = max(1, round(recipe.warmup_epochs * steps_per_epoch))
    if step < warmup:
        return recipe.peak_rate * (step + 1) / warmup
    total = recipe.epochs * steps_per_epoch
    progress = (step - warmup) / max(1, total - warmup)
    return recipe.peak_rate * 0.5 * (1 + math.cos(math.pi * min(1.0, progress)))


def make_optimiser(network: nn.Module, recipe: Recipe) -> torch.optim.SGD:
    """SGD with Nesterov momentum; only weights decay, not biases or batch-norm parameters."""
    weights = [p for p in network.parameters() if p.ndim > 1]
    others = [p for p in network.parameters() if p.ndim <= 1]
    groups = [
        {"params": weights, "weight_decay": recipe.weight_decay},
        {"params": others, "weight_decay": 0.0},
    ]
    return torch.optim.SGD(groups, lr=recipe.peak_rate, momentum=recipe.momentum, nesterov=True)


def loss_of(logits: tuple[Tensor, ...], emotion: Tensor, crowd: Tensor, recipe: Recipe) -> Tensor:
    """Smoothed cross-entropy on FER2013's label plus soft cross-entropy on the crowd's votes."""
    ferplus, fer2013 = logits
    hard = F.cross_entropy(fer2013, emotion, label_smoothing=recipe.smoothing)
    soft = -(crowd * F.log_softmax(ferplus, 1)).sum(1)
    return hard + recipe.crowd_weight * soft.sum() / crowd.sum().clamp(min=1)


def _batches(count: int, batch: int, rng: Generator) -> Iterator[Tensor]:
    """Random batches of equal size; the few pictures left over are not seen in this epoch."""
    order = torch.randperm(count, generator=rng)
    yield from order[: count // batch * batch].view(-1, batch)


class Trainer:
    """Holds the state of one run and moves it epoch by epoch."""

    def __init__(self, recipe: Recipe, training: FaceSet, folder: Path) -> None:
        self.recipe = recipe
        self.folder = folder
        self.images = torch.from_numpy(training.images)
        self.emotion = torch.from_numpy(training.emotion)
        self.crowd = torch.from_numpy(training.crowd_targets())
        torch.manual_seed(recipe.seed)
        self.network = ARCHITECTURES[recipe.network].build(recipe.dropout)
        nn.Module.to(self.network, memory_format=torch.channels_last)  # type: ignore[call-overload]  # in its docs
        averaging = get_ema_multi_avg_fn(recipe.ema)  # type: ignore[no-untyped-call]
        self.average = AveragedModel(self.network, multi_avg_fn=averaging, use_buffers=True)
        self.optimiser = make_optimiser(self.network, recipe)
        self.epoch = 0
        self.history: list[EpochRecord] = []

    @property
    def averaged(self) -> ExpressionNet:
        module = self.average.module
        assert isinstance(module, ExpressionNet)
        return module

    def run_epoch(self, progress: Progress) -> float:
        """Train over the whole set once; return the mean loss."""
        recipe = self.recipe
        seed = recipe.seed * 100_003 + self.epoch
        torch.manual_seed(seed)
        rng = Generator().manual_seed(seed)
        size = recipe.size_at(self.epoch)
        steps = len(self.images) // recipe.batch
        self.network.train()
        total = 0.0
        batches = progress(_batches(len(self.images), recipe.batch, rng), f"epoch {self.epoch + 1}")
        for number, rows in enumerate(batches):
            for group in self.optimiser.param_groups:
                group["lr"] = rate_at(self.epoch * steps + number, steps, recipe)
            faces = augment(self.images[rows], size, recipe.augmentation, rng)
            logits = self.network(faces.to(memory_format=torch.channels_last))
            loss = loss_of(logits, self.emotion[rows], self.crowd[rows], recipe)
            self.optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(self.network.parameters(), recipe.clip)
            self.optimiser.step()
            self.average.update_parameters(self.network)
            total += loss.item()
        self.epoch += 1
        return total / max(1, steps)

    @torch.no_grad()
    def settle_batch_norm(self, batch: int = 512, pictures: int = 8192) -> None:
        """Measure the averaged network's batch-norm statistics on undisturbed training faces."""
        norms = [module for module in self.averaged.modules() if isinstance(module, nn.BatchNorm2d)]
        for norm in norms:
            norm.reset_running_stats()
            norm.momentum = None  # a plain average over all batches
        self.averaged.train()
        batch = min(batch, len(self.images))
        chosen = islice(_batches(len(self.images), batch, Generator().manual_seed(0)), pictures // batch)
        for rows in chosen:
            faces = centre(self.images[rows][:, None].float())
            self.averaged(faces.contiguous(memory_format=torch.channels_last))
        self.averaged.eval()

    def save(self) -> None:
        """Write the state that `resume` continues from; a torn file never replaces a whole one."""
        state = {
            "recipe": asdict(self.recipe),
            "epoch": self.epoch,
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "history": [asdict(record) for record in self.history],
        }
        save_atomically(state, self.folder / "last.pt")
        with (self.folder / "history.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(EpochRecord.__dataclass_fields__), lineterminator="\n")
            writer.writeheader()
            writer.writerows(asdict(record) for record in self.history)

    def resume(self) -> None:
        """Continue from `last.pt`. Raises `RunError` if there is none or its recipe differs."""
        path = self.folder / "last.pt"
        if not path.is_file():
            raise RunError(f"{path}: there is nothing to resume; start the run without --resume.")
        state = torch.load(path, weights_only=True)
        if state["recipe"] != asdict(self.recipe):
            raise RunError(f"{path}: was trained with another recipe; use a new --out folder.")
        self.epoch = state["epoch"]
        self.network.load_state_dict(state["network"])
        self.average.load_state_dict(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.history = [EpochRecord(**row) for row in state["history"]]


def save_atomically(state: object, path: Path) -> None:
    """Save so that a torn file never replaces a whole one."""
    partial = path.with_suffix(".tmp")
    torch.save(state, partial)
    partial.replace(path)


def describe_environment(data: Path) -> dict[str, str]:
    """What a reader needs to repeat the run: versions, machine, code revision, data folder."""
    revision = subprocess.run(
        ["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False
    )
    return {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "machine": platform.machine(),
        "cpu_capability": torch.backends.cpu.get_cpu_capability(),
        "git": revision.stdout.strip() or "unknown",
        "data": data.name,
    }


def train(
    recipe: Recipe,
    data: Path,
    training: FaceSet,
    validation: FaceSet,
    folder: Path,
    *,
    resume: bool,
    progress: Progress,
    report: Callable[[EpochRecord], None],
) -> Path:
    """Train to the end and return the path of `final.pt`.

    Raises `RunError` if the folder already holds a run and `resume` is not set.
    """
    if recipe.threads:
        torch.set_num_threads(recipe.threads)
    folder.mkdir(parents=True, exist_ok=True)
    trainer = Trainer(recipe, training, folder)
    if resume:
        trainer.resume()
    elif (folder / "last.pt").exists():
        raise RunError(f"{folder}: already holds a run; add --resume to go on, or choose a new --out.")
    (folder / "recipe.toml").write_text(dump_recipe(recipe), encoding="utf-8")
    environment = json.dumps(describe_environment(data), indent=1)
    (folder / "environment.json").write_text(environment, encoding="utf-8")
    while trainer.epoch < recipe.epochs:
        started = time.perf_counter()
        loss = trainer.run_epoch(progress)
        if trainer.epoch == recipe.epochs:
            trainer.settle_batch_norm()
        fer2013, ferplus = accuracies(predict(trainer.averaged, validation), validation)
        steps = len(training) // recipe.batch
        record = EpochRecord(
            epoch=trainer.epoch,
            size=recipe.size_at(trainer.epoch - 1),
            rate=rate_at(trainer.epoch * steps - 1, steps, recipe),
            loss=loss,
            fer2013_accuracy=fer2013,
            ferplus_accuracy=ferplus,
            seconds=time.perf_counter() - started,
        )
        trainer.history.append(record)
        trainer.save()
        report(record)
    final = folder / "final.pt"
    save_atomically({"recipe": asdict(recipe), "weights": trainer.averaged.state_dict()}, final)
    return final
