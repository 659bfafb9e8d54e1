"""The state of a training run, and how an epoch moves it.

Everything random in an epoch follows from the seed, the epoch and the step, so a run that was stopped
and resumed ends with the same weights as one that was not.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

import torch
from torch import Generator, Tensor, nn
from torch.optim.swa_utils import AveragedModel

from training.augment import augment
from training.data.examples import Examples, joined
from training.data.unlabelled import read_unlabelled
from training.distil import Teachers, check_teachers, distillation_loss
from training.distributed import World
from training.errors import RecipeError, RunError
from training.losses import Loss, balanced_order
from training.networks.build import build_network
from training.networks.network import Network
from training.optimisers import LINE_SEARCH, WITHOUT_DECAY, make_optimiser
from training.progress import Progress
from training.recipe import Recipe
from training.recipe_files import recipe_from
from training.records import fingerprint, write_history
from training.reframe import reframed
from training.regularise import add_activity_noise, l1_penalty, l2_penalty, limit_norms, mix, noisy_weights
from training.run import load_checkpoint, load_run, load_weights, save_atomically
from training.schedules import Schedule
from training.starting import average_of, batch_size, has_batch_norm, start_from

Row = dict[str, float]
"""One epoch in `history.csv`; accuracies and validation loss are those of the averaged weights."""

PRECISION = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}
FREE_TO_CHANGE = ("threads", "device", "then", "data")
"""Settings that may differ when a run is resumed, because they do not decide its result."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What one step learns from."""

    pictures: Tensor
    """(N, 1, size, size), values 0 to 255."""
    for_teachers: Tensor
    """The same pictures, disturbed by the same chances, as teachers see them."""
    targets: list[Tensor]
    """What to answer, (N, C) for each head."""


class Trainer:
    """Holds the state of one run and moves it epoch by epoch."""

    def __init__(self, recipe: Recipe, training: Examples, folder: Path, world: World | None = None) -> None:
        self.recipe, self.folder, self.world = recipe, folder, world or World()
        self.device = choose_device(recipe.device)
        self.truth = training.main
        self.side = training.side
        self.fingerprint = fingerprint(training)
        self.unlabelled = read_unlabelled([Path(folder) for folder in recipe.unlabelled], training)
        seen = joined(training, self.unlabelled) if len(self.unlabelled) else training
        self.images = torch.from_numpy(seen.images).to(self.device)
        self.reframed: Tensor | None = None  # uint8 (N, side, side), made by `reframe`
        self._reframed_before = ""
        self.targets = [torch.from_numpy(t.targets).to(self.device) for t in seen.truths.values()]
        self.batch = batch_size(recipe, len(seen), self.world)
        self.steps = len(seen) // self.batch
        torch.manual_seed(recipe.seed)
        self.network = build_network(recipe, training.heads, training.side, training.images).to(self.device)
        # PyTorch's L-BFGS flattens gradients in a way that only plain tensors allow.
        plain_layout = not recipe.channels_last or recipe.optimiser == "lbfgs"
        self.layout = torch.contiguous_format if plain_layout else torch.channels_last
        if not plain_layout:
            nn.Module.to(self.network, memory_format=torch.channels_last)  # type: ignore[call-overload]  # in its docs
        if recipe.start_from:
            start_from(load_run(Path(recipe.start_from)), self.network)
        if self.batch // self.world.size == 1 and has_batch_norm(self.network):
            raise RecipeError("batch normalisation needs more than 1 picture per step: raise batch.")
        self.average = AveragedModel(self.network, multi_avg_fn=average_of(recipe.ema), use_buffers=True)
        if recipe.activity_noise:
            add_activity_noise(self.network, recipe.activity_noise)
        self.loss = Loss(recipe, training.truths).to(self.device)
        self.teachers = self._teachers(training.heads)
        self.optimiser = make_optimiser(self.network, recipe)
        self.schedule = Schedule(recipe, self.steps)
        self.scaler = torch.amp.GradScaler(self.device.type, enabled=recipe.precision == "fp16")
        wrapped = self.world.wrap(self.network, self.device)
        self.learner = torch.compile(wrapped) if recipe.compile else wrapped
        self.epoch = 0
        self.history: list[Row] = []

    def _teachers(self, heads: Mapping[str, tuple[str, ...]]) -> Teachers:
        runs = [load_run(Path(folder)) for folder in self.recipe.teachers]
        check_teachers(runs, self.recipe, self.side, heads)
        networks = [run.network.to(self.device) for run in runs]
        return Teachers(networks, heads, mirror=self.recipe.teachers_mirror)

    @property
    def averaged(self) -> Network:
        """The network that is measured and kept."""
        module = self.average.module if self.recipe.ema else self.network
        assert isinstance(module, Network)
        return module

    @property
    def size(self) -> int:
        """Side of what the network sees in this epoch, in pixels."""
        small = self.epoch < self.recipe.small_epochs
        return min(self.whole_size, self.recipe.small_size) if small else self.whole_size

    @property
    def whole_size(self) -> int:
        """Side of all that a network sees of a picture, in pixels."""
        return self.side - 2 * self.recipe.border

    def reframe(self, progress: Progress) -> None:
        """Cut all pictures as the program does, if the recipe asks for it, before the first epoch; those
        without labels have been cut so already.

        Raises `DataError` as `reframed` does, and `RunError` if a resumed run had them cut otherwise.
        """
        if not self.recipe.reframed:
            return
        labelled = self.images[: len(self.images) - len(self.unlabelled)]
        cut = torch.from_numpy(reframed(labelled.cpu().numpy(), progress)).to(self.device)
        self.reframed = torch.cat([cut, self.images[len(cut) :]])
        if self._reframed_before not in {"", self._reframed_print}:
            raise RunError(
                f"{self.folder / 'last.pt'}: was trained on pictures that another detector cut; use a new "
                "--out folder."
            )

    @property
    def _reframed_print(self) -> str:
        """What tells these cuts from others; empty without them."""
        return "" if self.reframed is None else sha256(self.reframed.cpu().numpy().tobytes()).hexdigest()

    def run_epoch(self, progress: Progress) -> float:
        """Train over the whole set once; return the mean loss."""
        recipe, world = self.recipe, self.world
        seed = recipe.seed * 100_003 + self.epoch
        order = Generator().manual_seed(seed)
        rng = Generator(self.device).manual_seed(seed * world.size + world.rank)
        batches = progress(self._batches(order), f"epoch {self.epoch + 1}", self.steps)
        self.network.train()
        total = 0.0
        for number, rows in enumerate(batches, self.epoch * self.steps):
            for group in self.optimiser.param_groups:
                group["lr"] = self.schedule.rate_at(number)
            batch = self._prepare(rows, rng)
            total += self._step(batch, seed=(seed + number) * world.size + world.rank)
            if recipe.max_norm:
                limit_norms(self.network, recipe.max_norm)
            if recipe.ema:
                self.average.update_parameters(self.network)
        self.epoch += 1
        return total / self.steps

    def _step(self, batch: Batch, seed: int) -> float:
        """One step of the optimiser, which may ask for loss and gradient more than once."""

        def closure() -> Tensor:
            # The same dropout and noise at every call: a line search compares the losses.
            torch.manual_seed(seed)
            noise = Generator(self.device).manual_seed(seed)
            self.optimiser.zero_grad()
            with noisy_weights(self.network, self.recipe.weight_noise, noise):
                with self._autocast():
                    loss = self._loss(batch)
                self.scaler.scale(loss).backward()  # type: ignore[no-untyped-call]  # torch has no types here
            self.scaler.unscale_(self.optimiser)
            if self.recipe.clip and self.recipe.optimiser not in LINE_SEARCH:
                nn.utils.clip_grad_norm_(self.network.parameters(), self.recipe.clip)
            return self.world.mean(loss.detach())

        if self.scaler.is_enabled():  # fp16: the scaler leaves out a step whose gradient overflowed
            loss = closure()
            self.scaler.step(self.optimiser)
            self.scaler.update()
            return loss.item()
        return float(self.optimiser.step(closure))  # type: ignore[arg-type]  # torch's own give tensors

    def _loss(self, batch: Batch) -> Tensor:
        recipe = self.recipe
        logits = self.learner(batch.pictures)
        loss = self.loss(logits, batch.targets)
        if recipe.teachers:
            answers = self.teachers.answers(batch.for_teachers)
            taught = distillation_loss(logits, answers, recipe.teacher_temperature)
            loss = recipe.teacher_weight * taught + (1 - recipe.teacher_weight) * loss
        if recipe.l1:
            loss = loss + recipe.l1 * l1_penalty(self.network)
        if recipe.weight_decay and recipe.optimiser in WITHOUT_DECAY:
            loss = loss + recipe.weight_decay * l2_penalty(self.network)
        return loss

    def _prepare(self, rows: Tensor, rng: Generator) -> Batch:
        """What is shown of a batch, disturbed and mixed, and what to answer."""
        targets = [target[rows] for target in self.targets]
        shown = self._framed(rows, rng)
        state = rng.get_state()
        pictures, mixed = self._disturbed_and_mixed(shown, targets, rng)
        for_teachers = pictures
        if self.recipe.reframed and self.recipe.teachers:
            # The same chances as the student's, on pictures as the data cut them.
            rng.set_state(state)
            for_teachers, _ = self._disturbed_and_mixed(self.images[rows], targets, rng)
        return Batch(pictures, for_teachers, mixed)

    def _disturbed_and_mixed(
        self, images: Tensor, targets: list[Tensor], rng: Generator
    ) -> tuple[Tensor, list[Tensor]]:
        recipe = self.recipe
        pictures = self._disturbed(images, self.size, rng)
        mixing = recipe.mixup and self.epoch < recipe.epochs * (1 - recipe.mixup_off)
        if mixing and float(torch.rand((), generator=rng, device=self.device)) < recipe.mixup_share:
            pictures, targets = mix(pictures, targets, recipe.mixup, rng)
        return pictures.contiguous(memory_format=self.layout), targets

    def _framed(self, rows: Tensor, rng: Generator) -> Tensor:
        """Whole pictures (N, side, side), some of them by chance as the program cuts them."""
        images = self.images[rows]
        if not self.recipe.reframed:
            return images
        assert self.reframed is not None, "reframe() comes before the first epoch"
        anew = torch.rand(len(rows), generator=rng, device=self.device) < self.recipe.reframed
        return torch.where(anew[:, None, None], self.reframed[rows], images)

    def _disturbed(self, images: Tensor, size: int, rng: Generator) -> Tensor:
        """Pictures (N, 1, size, size) as a network learns from them."""
        recipe = self.recipe
        noise = recipe.input_noise
        return augment(images, size, recipe.border, recipe.augmentation, rng, input_noise=noise)

    def _batches(self, order: Generator) -> Iterator[Tensor]:
        """This process' share of random batches; the few pictures left over are not seen in this epoch."""
        count = len(self.images)
        rows = balanced_order(self.truth, count, order) if self.recipe.balanced else None
        rows = torch.randperm(count, generator=order) if rows is None else rows
        for batch in rows[: self.steps * self.batch].view(-1, self.batch):
            yield batch[self.world.rank :: self.world.size].to(self.device)

    def _autocast(self) -> contextlib.AbstractContextManager[Any]:
        kind = PRECISION[self.recipe.precision]
        return torch.autocast(self.device.type, kind, enabled=kind is not torch.float32)

    @torch.no_grad()
    def settle_batch_norm(self, batch: int = 512, pictures: int = 8192) -> None:
        """Measure the averaged network's batch-norm statistics on training pictures, disturbed but not mixed.

        On undisturbed ones, which its weights have not seen, it answers worse.
        """
        norms = [module for module in self.averaged.modules() if isinstance(module, nn.BatchNorm2d)]
        if not norms:
            return
        for norm in norms:
            norm.reset_running_stats()
            norm.momentum = None  # a plain average over all batches
        self.averaged.train()
        batch = min(batch, len(self.images))
        order = torch.randperm(len(self.images), generator=Generator().manual_seed(0)).to(self.device)
        rng = Generator(self.device).manual_seed(self.recipe.seed)
        torch.manual_seed(self.recipe.seed)  # for activations that are random in training mode
        whole = order[: len(order) // batch * batch]  # a short batch would weigh as much as the others
        for rows in islice(torch.split(whole, batch), max(1, pictures // batch)):
            seen = self._disturbed(self._framed(rows, rng), self.whole_size, rng)
            self.averaged(seen.contiguous(memory_format=self.layout))
        self.averaged.eval()

    def save(self) -> None:
        """Write the state that `resume` continues from, and the history."""
        state = {
            "recipe": asdict(self.recipe),
            "pictures": self.fingerprint,
            "unlabelled": fingerprint(self.unlabelled),
            "reframed": self._reframed_print,
            "processes": self.world.size,
            "epoch": self.epoch,
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "schedule": self.schedule.state_dict(),
            "scaler": self.scaler.state_dict(),
            "history": self.history,
        }
        save_atomically(state, self.folder / "last.pt")
        write_history(self.history, self.folder / "history.csv")

    def resume(self) -> None:
        """Continue from `last.pt`. Raises `RunError` if there is none, or it is of another recipe or data."""
        path = self.folder / "last.pt"
        if not path.is_file():
            raise RunError(f"{path}: there is nothing to resume; start the run without --resume.")
        state = load_checkpoint(path)
        # A setting that is younger than the checkpoint had its default then.
        theirs, mine = asdict(recipe_from(state["recipe"])), asdict(self.recipe)
        other = [name for name in mine if name not in FREE_TO_CHANGE and theirs[name] != mine[name]]
        if other:
            raise RunError(
                f"{path}: was trained with another recipe ({', '.join(other)}); use a new --out folder."
            )
        if state.get("pictures") != self.fingerprint:
            raise RunError(
                f"{path}: was trained on other pictures; give the same --data, or a new --out folder."
            )
        if state.get("unlabelled", fingerprint(self.unlabelled)) != fingerprint(self.unlabelled):
            raise RunError(
                f"{path}: was trained beside other unlabelled pictures; give the same, or a new --out folder."
            )
        if state.get("processes", 1) != self.world.size:
            raise RunError(f"{path}: was trained by {state['processes']} processes, not {self.world.size}.")
        self._reframed_before = state.get("reframed", "")
        load_weights(self.network, state["network"], path)
        self.average.load_state_dict(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.schedule.load_state_dict(state["schedule"])
        self.scaler.load_state_dict(state["scaler"])
        self.epoch = state["epoch"]
        self.history = state["history"]


def choose_device(wanted: str) -> torch.device:
    """Raises `RecipeError` if there is no such device."""
    if wanted == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(wanted)
        torch.zeros(1, device=device).cpu()
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        raise RecipeError(
            f'device \'{wanted}\' cannot be used here; set device = "auto" or "cpu".'
        ) from error
    return device
