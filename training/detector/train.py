"""Training the detector on scenes that were made ahead.

A run folder holds `recipe.toml`, `environment.json`, `history.csv` (one row per epoch), `last.pt` (to resume
from) and, once it has finished, `final.pt` (averaged weights). What is random follows from the seed, the
epoch and the number of a scene, so on a processor a run that was stopped and resumed ends with the same
weights; a GPU adds up in another order each time.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, cast

import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel

from training.detector.learning_data import batches
from training.detector.losses import Losses, detection_loss
from training.detector.network import FaceNetwork, as_cells
from training.detector.scene_files import SceneFolder
from training.detector.score import Agreement, agreement_on
from training.detector.settings import Settings, as_toml, settings_from
from training.detector.targets import Batch, assign
from training.errors import DataError, RunError
from training.files import write_whole
from training.records import describe_surroundings, write_history
from training.run import load_checkpoint, load_weights, save_atomically
from training.starting import average_of

Row = dict[str, float]
Watch = Callable[[Iterable[Any], str, int], Iterable[Any]]
Report = Callable[[Row], None]

PRECISION: Final = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}
THRESHOLD: Final = 0.7
"""Score from which the product believes in a face, and scenes that are held out are judged."""
_LAST_RATE: Final = 0.01
"""Share of the rate with which a run ends."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What a run uses, without deciding its result."""

    device: torch.device
    workers: int = 0
    """Processes that read scenes."""


class Trainer:
    """Holds the state of one run and moves it epoch by epoch."""

    def __init__(self, settings: Settings, scenes: SceneFolder, folder: Path, machine: Machine) -> None:
        self.settings, self.scenes, self.folder, self.machine = settings, scenes, folder, machine
        self.count = len(scenes) - settings.held_out
        self.steps = self.count // settings.batch
        if self.steps < 1:
            raise DataError(
                f"{len(scenes)} scenes are not enough to hold out {settings.held_out} and fill a batch of "
                f"{settings.batch}; make more with `python -m training detector scenes`."
            )
        torch.manual_seed(settings.seed)
        self.network = FaceNetwork().to(machine.device)
        nn.Module.to(self.network, memory_format=torch.channels_last)  # type: ignore[call-overload]  # in its docs
        self.average = AveragedModel(self.network, multi_avg_fn=average_of(settings.ema), use_buffers=True)
        self.optimiser = torch.optim.AdamW(
            _groups(self.network, settings.weight_decay), settings.rate, betas=(0.9, 0.99)
        )
        self.scaler = torch.amp.GradScaler(machine.device.type, enabled=settings.precision == "fp16")
        self.epoch = 0
        self.history: list[Row] = []

    @property
    def averaged(self) -> FaceNetwork:
        """The network that is measured and kept."""
        return cast(FaceNetwork, self.average.module)

    def run_epoch(self, watch: Watch) -> Row:
        """Train over all scenes once; the means of the parts of the loss."""
        settings, sums = self.settings, torch.zeros(5)
        loaded = batches(
            self.scenes,
            self.count,
            settings.batch,
            seed=settings.seed,
            epoch=self.epoch,
            workers=self.machine.workers,
        )
        self.network.train()
        watched = watch(loaded, f"epoch {self.epoch + 1}", self.steps)
        for number, (pictures, faces) in enumerate(watched, self.epoch * self.steps):
            for group in self.optimiser.param_groups:
                group["lr"] = self.rate_at(number)
            losses = self._step(pictures, faces)
            sums += torch.stack(
                [losses.total.detach(), losses.face, losses.quality, losses.box, losses.points]
            ).cpu()
        self.epoch += 1
        names = ("loss", "face_loss", "quality_loss", "box_loss", "landmark_loss")
        return dict(zip(names, (sums / self.steps).tolist(), strict=True))

    def rate_at(self, step: int) -> float:
        """A straight rise, then half a cosine."""
        settings = self.settings
        share = step / (settings.epochs * self.steps)
        falling = _LAST_RATE + (1 - _LAST_RATE) * (1 + math.cos(math.pi * share)) / 2
        return settings.rate * falling * min(1.0, (step + 1) / max(1, settings.warmup))

    def _step(self, pictures: Tensor, faces: Batch) -> Losses:
        device = self.machine.device
        seen = pictures.to(device).float().contiguous(memory_format=torch.channels_last)
        side = (seen.shape[2], seen.shape[3])
        targets = assign(faces.to(device), side)
        kind = PRECISION[self.settings.precision]
        with torch.autocast(device.type, kind, enabled=kind is not torch.float32):
            cells = as_cells(self.network(seen))
        losses = detection_loss(cells, targets, side)
        self.optimiser.zero_grad()
        self.scaler.scale(losses.total).backward()  # type: ignore[no-untyped-call]  # torch has no types here
        self.scaler.unscale_(self.optimiser)
        nn.utils.clip_grad_norm_(self.network.parameters(), self.settings.clip)
        self.scaler.step(self.optimiser)
        self.scaler.update()
        self.average.update_parameters(self.network)
        return losses

    def measure(self) -> Agreement:
        """How the averaged network does on the scenes that are held out."""
        held_out = (self.scenes[number] for number in range(self.count, len(self.scenes)))
        return agreement_on(self.averaged, held_out, THRESHOLD)

    def save(self) -> None:
        """Write the state that `resume` continues from, and the history."""
        state = {
            "recipe": asdict(self.settings),
            "scenes": self.scenes.fingerprint,
            "epoch": self.epoch,
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "scaler": self.scaler.state_dict(),
            "history": self.history,
        }
        save_atomically(state, self.folder / "last.pt")
        write_history(self.history, self.folder / "history.csv")

    def resume(self) -> None:
        """Continue from `last.pt`. Raises `RunError` if there is none, or of other settings or scenes."""
        path = self.folder / "last.pt"
        if not path.is_file():
            raise RunError(f"{path}: there is nothing to resume; start the run without --resume.")
        state = load_checkpoint(path)
        theirs, mine = asdict(settings_from(state["recipe"])), asdict(self.settings)
        other = [name for name in mine if theirs[name] != mine[name]]
        if other:
            raise RunError(f"{path}: was trained with other settings ({', '.join(other)}); use a new --out.")
        if state["scenes"] != self.scenes.fingerprint:
            raise RunError(f"{path}: was trained on other scenes; give the same --scenes, or a new --out.")
        load_weights(self.network, state["network"], path)
        self.average.load_state_dict(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.scaler.load_state_dict(state["scaler"])
        self.epoch, self.history = state["epoch"], state["history"]


def _groups(network: nn.Module, decay: float) -> list[dict[str, Any]]:
    """Weights of convolutions are decayed; offsets and scales are not."""
    parameters = list(network.parameters())
    return [
        {"params": [p for p in parameters if p.ndim > 1], "weight_decay": decay},
        {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0},
    ]


def train(
    settings: Settings,
    scenes: SceneFolder,
    folder: Path,
    machine: Machine,
    *,
    resume: bool = False,
    watch: Watch = lambda things, _title, _total: things,
    report: Report = lambda _row: None,
) -> Path:
    """Train to the end and return the path of `final.pt`.

    Raises `RunError` if the folder already holds a run and `resume` is not set, or if the loss is lost.
    """
    trainer = Trainer(settings, scenes, folder, machine)
    if resume:
        trainer.resume()
    elif (folder / "last.pt").exists() or (folder / "final.pt").exists():
        raise RunError(f"{folder}: already holds a run; add --resume to go on, or choose a new --out.")
    surroundings = describe_surroundings(str(folder)) | {
        "data": f"{len(scenes)} scenes of {scenes.side} pixels",
        "pictures": scenes.fingerprint,
    }
    write_whole(folder / "recipe.toml", as_toml(settings))
    write_whole(folder / "environment.json", json.dumps(surroundings, indent=1) + "\n")
    while trainer.epoch < settings.epochs:
        started = time.perf_counter()
        losses = trainer.run_epoch(watch)
        if not math.isfinite(losses["loss"]):
            raise RunError(
                f"{folder}: the loss is no longer a number after epoch {trainer.epoch}; lower the rate. "
                "The epochs before it are kept."
            )
        row = {"epoch": trainer.epoch, "rate": trainer.optimiser.param_groups[0]["lr"], **losses}
        row |= trainer.measure().as_row() | {"seconds": time.perf_counter() - started}
        trainer.history.append(row)
        trainer.save()
        report(row)
    weights = {name: value.cpu() for name, value in trainer.averaged.state_dict().items()}
    kept = {"recipe": asdict(settings), "scenes": scenes.fingerprint, "weights": weights}
    save_atomically(kept, folder / "final.pt")
    return folder / "final.pt"


def load_detector(run: Path) -> FaceNetwork:
    """The network of a finished run. Raises `RunError` if the folder has none or it is damaged."""
    path = run / "final.pt"
    if not path.is_file():
        raise RunError(f"{path}: does not exist; the run has not finished (detector train --resume does it).")
    network = FaceNetwork()
    load_weights(network, load_checkpoint(path).get("weights", {}), path)
    return network.eval()
