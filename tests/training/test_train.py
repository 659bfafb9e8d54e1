"""A run learns, keeps its state, and goes on after a stop as if nothing had happened."""

from __future__ import annotations

import csv
import dataclasses
import json
import multiprocessing
import os
import signal
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from tests.training.made_data import made_faces
from training.commands.common import overrides
from training.data.pictures import write_picture
from training.errors import DataError, RecipeError, RunError
from training.recipe import Recipe
from training.recipe_files import load_recipe
from training.run import load_run, save_final
from training.train import train
from training.trainer import Trainer

BUILT = "--network builder --conv-sizes 3 3 --feature-maps 8 0 8 0 --mlp-hiddens --batch-norm"
TINY = (
    "--init he --border 2 --batch 14 --rate 0.05 --ema 0.5 --warmup-epochs 1 --dropout 0.1 "
    "--weight-decay 0.0005"
)
STILL = (
    "--shift 0 --rotation 0 --erasing 0 --zoom 0 --shear 0 --light 0 --gamma 0 --blur 0 "
    "--low-resolution 0 --flip 0"
)


class Stopped(Exception):  # noqa: N818 - it is no error, only a way out
    """The user stopped the run."""


def tiny(words: str = "") -> Recipe:
    network = "" if "--network" in words else BUILT
    return load_recipe(None, overrides(f"{network} {TINY} {words}".split()))


def run(
    folder: Path, recipe: Recipe, stop_after: int = 99, *, resume: bool = False, seed: int = 1
) -> list[Mapping[str, float]]:
    """Train on made faces; returns the reported epochs."""
    rows: list[Mapping[str, float]] = []

    def report(row: Mapping[str, float]) -> None:
        rows.append(row)
        if row["epoch"] == stop_after:
            raise Stopped

    train(recipe, made_faces(56, seed=seed), made_faces(14, seed=2), folder, resume=resume, report=report)
    return rows


def weights(folder: Path, name: str = "final") -> dict[str, torch.Tensor]:
    return dict(load_run(folder, name).network.state_dict())


def assert_same(first: Path, second: Path) -> None:
    one, other = weights(first), weights(second)
    assert all(torch.equal(one[name], other[name]) for name in one)


EVERYTHING = [
    "--epochs 3",
    "--epochs 3 --network mini-xception --small-epochs 1 --small-size 16",
    "--epochs 4 --schedule plateau --step-epochs 1 --optimiser adam --rate 0.01 --keep best",
    "--epochs 3 --mixup 0.4 --mixup-off 0 --weight-noise 0.01 --activity-noise 0.1 --input-noise 5",
    "--epochs 3 --balanced --class-weights --schedule step --step-epochs 1",
    "--epochs 3 --optimiser lbfgs --l1 0.0001 --ema 0 --precision bf16",
    "--epochs 3 --optimiser conjugate-gradient --activation rrelu --max-norm 2",
]


@pytest.mark.parametrize("words", EVERYTHING)
def test_a_stopped_run_ends_with_the_very_weights_of_an_unbroken_one(tmp_path: Path, words: str) -> None:
    recipe = tiny(words)
    run(tmp_path / "whole", recipe)
    with pytest.raises(Stopped):
        run(tmp_path / "broken", recipe, stop_after=1)
    assert not (tmp_path / "broken" / "final.pt").exists()
    rest = run(tmp_path / "broken", recipe, resume=True)
    assert [row["epoch"] for row in rest] == list(range(2, recipe.epochs + 1))
    assert_same(tmp_path / "whole", tmp_path / "broken")


def test_a_run_stopped_between_its_last_epoch_and_its_end_ends_alike(tmp_path: Path) -> None:
    recipe = tiny("--epochs 6 --early-stopping 1 --activation rrelu --rate 1e-9")
    run(tmp_path / "whole", recipe)
    with pytest.raises(Stopped):
        run(tmp_path / "broken", recipe, stop_after=2)
    assert run(tmp_path / "broken", recipe, resume=True) == []
    assert_same(tmp_path / "whole", tmp_path / "broken")
    assert len((tmp_path / "broken" / "history.csv").read_text(encoding="utf-8").splitlines()) == 3


def _train_until_killed(folder: Path, recipe: Recipe) -> None:
    torch.set_num_threads(1)
    run(folder, recipe, resume=(folder / "last.pt").exists())


def test_killing_a_run_at_any_moment_changes_nothing(tmp_path: Path) -> None:
    recipe = tiny("--epochs 25 --keep best")
    torch.set_num_threads(1)
    run(tmp_path / "whole", recipe)
    spawn = multiprocessing.get_context("spawn")
    broken = tmp_path / "broken"
    killed = 0
    for wait_s in (0.11, 0.31):
        child = spawn.Process(target=_train_until_killed, args=(broken, recipe))
        child.start()
        before = (broken / "last.pt").stat().st_mtime_ns if (broken / "last.pt").exists() else 0
        give_up = time.monotonic() + 60
        while time.monotonic() < give_up and child.is_alive():
            if (broken / "last.pt").exists() and (broken / "last.pt").stat().st_mtime_ns != before:
                break
            time.sleep(0.005)
        time.sleep(wait_s)
        if child.is_alive():
            assert child.pid is not None
            os.kill(child.pid, signal.SIGKILL)
            killed += 1
        child.join()
    assert killed > 0
    if not (broken / "final.pt").exists():
        run(broken, recipe, resume=True)
    assert_same(tmp_path / "whole", broken)


def test_a_run_folder_tells_what_happened(tmp_path: Path) -> None:
    recipe = tiny("--epochs 2 --network mini-xception --small-epochs 1 --small-size 16")
    run(tmp_path, recipe)
    assert load_recipe(tmp_path / "recipe.toml") == recipe
    with (tmp_path / "history.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [(row["epoch"], row["size"]) for row in rows] == [("1", "16"), ("2", "44")]
    assert {"ferplus_accuracy", "fer2013_accuracy", "validation_loss"} <= set(rows[0])
    frame = pd.read_parquet(tmp_path / "history.parquet")
    assert frame["loss"].tolist() == [float(row["loss"]) for row in rows]
    told = json.loads((tmp_path / "environment.json").read_text(encoding="utf-8"))
    assert told["torch"] == torch.__version__.split("+")[0] or told["torch"] == torch.__version__
    assert told["counts"]["training"]["fer2013"]["anger"] == 8


def test_simple_pictures_are_learnt(tmp_path: Path) -> None:
    rows = run(tmp_path, tiny(f"{STILL} --epochs 12 --batch 7"))
    assert rows[-1]["loss"] < rows[0]["loss"]
    assert rows[-1]["fer2013_accuracy"] > 0.9
    assert rows[-1]["ferplus_accuracy"] > 0.9


def test_the_best_epoch_is_kept_where_the_recipe_says_so(tmp_path: Path) -> None:
    words = f"{STILL} --epochs 6 --batch 7 --ema 0 --keep best"
    rows = run(tmp_path, tiny(words))
    final, best = weights(tmp_path), weights(tmp_path, "best")
    assert all(torch.equal(final[name], best[name]) for name in final)
    assert len(rows) == 6


def test_a_run_that_no_longer_improves_is_ended(tmp_path: Path) -> None:
    rows = run(tmp_path, tiny("--epochs 30 --rate 1e-12 --early-stopping 2 --ema 0"))
    assert len(rows) == 3
    assert (tmp_path / "final.pt").exists()


def test_a_used_folder_is_not_overwritten(tmp_path: Path) -> None:
    recipe = tiny("--epochs 1")
    run(tmp_path, recipe)
    with pytest.raises(RunError, match="already holds a run; add --resume"):
        run(tmp_path, recipe)
    with pytest.raises(RunError, match=r"trained with another recipe \(epochs\)"):
        run(tmp_path, tiny("--epochs 4"), resume=True)
    with pytest.raises(RunError, match="trained on other pictures"):
        run(tmp_path, recipe, resume=True, seed=5)
    with pytest.raises(RunError, match="nothing to resume"):
        run(tmp_path / "new", recipe, resume=True)


def test_a_folder_with_a_result_alone_is_not_overwritten_either(tmp_path: Path) -> None:
    recipe = tiny("--epochs 1")
    run(tmp_path, recipe)
    (tmp_path / "last.pt").unlink()
    with pytest.raises(RunError, match="already holds a run"):
        run(tmp_path, recipe)


def test_a_run_of_several_processes_is_not_resumed_by_one(tmp_path: Path) -> None:
    recipe = tiny("--epochs 1")
    run(tmp_path, recipe)
    state = torch.load(tmp_path / "last.pt", weights_only=True)
    torch.save(state | {"processes": 2}, tmp_path / "last.pt")
    with pytest.raises(RunError, match="was trained by 2 processes, not 1"):
        run(tmp_path, recipe, resume=True)


def test_a_checkpoint_from_before_a_setting_existed_is_resumed(tmp_path: Path) -> None:
    recipe = tiny("--epochs 2")
    with pytest.raises(Stopped):
        run(tmp_path, recipe, stop_after=1)
    state = torch.load(tmp_path / "last.pt", weights_only=True)
    del state["recipe"]["start_from"], state["processes"]
    torch.save(state, tmp_path / "last.pt")
    assert [row["epoch"] for row in run(tmp_path, recipe, resume=True)] == [2]


def test_a_loss_that_is_no_number_ends_the_run_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="the loss is no longer a number after epoch"):
        run(
            tmp_path,
            tiny("--epochs 9 --optimiser sgd --rate 1e30 --clip 0 --batch-norm false --warmup-epochs 0"),
        )
    assert not (tmp_path / "final.pt").exists()


def test_a_run_may_begin_with_the_weights_of_another(tmp_path: Path) -> None:
    run(tmp_path / "first", tiny("--epochs 1"))
    trained = weights(tmp_path / "first")
    begun = Trainer(tiny(f"--start-from {tmp_path / 'first'}"), made_faces(14), tmp_path).network.state_dict()
    assert all(torch.equal(trained[name], begun[name]) for name in trained)
    of_two = made_faces(14).with_heads(["fer2013"])
    begun = Trainer(tiny(f"--start-from {tmp_path / 'first'}"), of_two, tmp_path).network.state_dict()
    assert torch.equal(trained["heads.fer2013.weight"], begun["heads.fer2013.weight"])
    with pytest.raises(RunError, match="holds the weights of another network"):
        Trainer(tiny(f"--start-from {tmp_path / 'first'} --feature-maps 4 0 4 0"), of_two, tmp_path)


def test_batch_norm_is_settled_on_pictures_disturbed_as_they_were_learned(tmp_path: Path) -> None:
    def spread(words: str) -> float:
        trainer = Trainer(tiny(f"{STILL} {words} --init default"), made_faces(56), tmp_path)
        trainer.settle_batch_norm()
        norm = next(m for m in trainer.averaged.modules() if isinstance(m, torch.nn.BatchNorm2d))
        assert norm.running_var is not None
        return float(norm.running_var.sum())

    # A blur leaves less for the first convolution's differences of neighbours.
    assert spread("--blur 3") < 0.95 * spread("")


def test_batch_norm_is_not_fed_single_pictures(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="needs more than 1 picture per step"):
        Trainer(tiny("--batch 1"), made_faces(14), tmp_path)


def test_a_damaged_checkpoint_is_named(tmp_path: Path) -> None:
    recipe = tiny("--epochs 1")
    run(tmp_path, recipe)
    for name in ("last", "final"):
        path = tmp_path / f"{name}.pt"
        path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(RunError, match=r"last\.pt: is damaged"):
        run(tmp_path, recipe, resume=True)
    with pytest.raises(RunError, match=r"final\.pt: is damaged"):
        load_run(tmp_path)


def test_weights_of_another_network_are_refused(tmp_path: Path) -> None:
    recipe = tiny("--epochs 1")
    run(tmp_path, recipe)
    network = load_run(tmp_path).network
    save_final(tmp_path, tiny("--feature-maps 4 0 4 0"), network, 48)
    with pytest.raises(RunError, match="holds the weights of another network"):
        load_run(tmp_path)


def test_a_full_disk_keeps_what_was_saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = tiny("--epochs 2")
    with pytest.raises(Stopped):
        run(tmp_path, recipe, stop_after=1)
    before = (tmp_path / "last.pt").read_bytes()

    def full(*_args: object, **_kwargs: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(torch, "save", full)
    with pytest.raises(
        RunError, match=r"cannot be written \(No space left on device\); what was saved before"
    ):
        run(tmp_path, recipe, resume=True)
    assert (tmp_path / "last.pt").read_bytes() == before
    assert not list(tmp_path.glob("*.tmp"))


def test_a_batch_may_be_one_picture_or_all(tmp_path: Path) -> None:
    training = made_faces(56)
    assert Trainer(tiny("--batch 0"), training, tmp_path).steps == 1
    assert Trainer(tiny("--batch 1 --batch-norm false"), training, tmp_path).steps == 56
    assert Trainer(tiny("--batch 500"), training, tmp_path).steps == 1


def test_online_learning_and_the_full_batch_work(tmp_path: Path) -> None:
    for words in ("--batch 1 --batch-norm false", "--batch 0"):
        rows = run(tmp_path / words.replace(" ", ""), tiny(f"--epochs 1 {words}"))
        assert rows[0]["loss"] > 0


def test_a_device_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="device 'cuda:7' cannot be used here"):
        Trainer(tiny("--device cuda:7"), made_faces(14), tmp_path)


def test_deterministic_runs_repeat_bit_by_bit(tmp_path: Path) -> None:
    try:
        for name in ("one", "two"):
            run(tmp_path / name, tiny("--epochs 2 --deterministic"))
        assert torch.are_deterministic_algorithms_enabled()
    finally:
        torch.use_deterministic_algorithms(False)
    assert_same(tmp_path / "one", tmp_path / "two")


def test_another_seed_gives_other_weights(tmp_path: Path) -> None:
    for seed in (1, 2):
        run(tmp_path / str(seed), tiny(f"--epochs 1 --seed {seed}"))
    one, two = weights(tmp_path / "1"), weights(tmp_path / "2")
    assert not all(torch.equal(one[name], two[name]) for name in one)


def test_a_student_learns_from_its_teacher_alone(tmp_path: Path) -> None:
    run(tmp_path / "teacher", tiny(f"{STILL} --epochs 12 --batch 7"))
    words = f"{STILL} --epochs 12 --batch 7 --teacher-weight 1 --teachers {tmp_path / 'teacher'}"
    rows = run(tmp_path / "student", tiny(words))
    assert rows[-1]["fer2013_accuracy"] > 0.8


def unlabelled(folder: Path, count: int, seed: int = 3) -> Path:
    for number, image in enumerate(made_faces(count, seed=seed).images):
        write_picture(folder / f"{number % 2}" / f"{number}.png", image)
    return folder


def test_a_student_learns_from_pictures_that_nobody_has_labelled(tmp_path: Path) -> None:
    """Its labelled pictures show nothing."""
    run(tmp_path / "teacher", tiny(f"{STILL} --epochs 12 --batch 7"))
    words = f"{STILL} --epochs 12 --batch 7 --teacher-weight 1 --teachers {tmp_path / 'teacher'}"
    faces = made_faces(7)
    noise = np.random.default_rng(4).integers(60, 160, faces.images.shape)
    blank = dataclasses.replace(faces, images=noise.astype(np.uint8))
    scores = []
    for name, more in (("alone", ""), ("beside", f"--unlabelled {unlabelled(tmp_path / 'faces', 49)}")):
        recipe = tiny(f"{words} {more}")
        train(recipe, blank, made_faces(56, seed=2), tmp_path / name)
        scores.append(pd.read_csv(tmp_path / name / "history.csv")["fer2013_accuracy"].iloc[-1])
    assert scores[0] < 0.5
    assert scores[1] > 0.8
    assert [load_run(tmp_path / name).unlabelled for name in ("alone", "beside")] == [0, 49]


def test_pictures_that_a_run_is_measured_on_are_not_learned_without_labels(tmp_path: Path) -> None:
    run(tmp_path / "teacher", tiny(f"{STILL} --epochs 1"))
    faces = unlabelled(tmp_path / "faces", 14)
    held_out = made_faces(7, seed=2)
    write_picture(faces / "copy.png", held_out.images[3])
    recipe = tiny(f"--epochs 1 --teachers {tmp_path / 'teacher'} --unlabelled {faces}")
    with pytest.raises(DataError, match="1 of the pictures without labels are pictures that the run will be"):
        train(recipe, made_faces(14), held_out, tmp_path / "student")


def test_a_run_is_not_resumed_beside_other_unlabelled_pictures(tmp_path: Path) -> None:
    run(tmp_path / "teacher", tiny(f"{STILL} --epochs 1"))
    faces = unlabelled(tmp_path / "faces", 14)
    recipe = tiny(f"--epochs 2 --teachers {tmp_path / 'teacher'} --unlabelled {faces}")
    run(tmp_path / "whole", recipe)
    for folder in ("same", "other"):
        with pytest.raises(Stopped):
            run(tmp_path / folder, recipe, stop_after=1)
    run(tmp_path / "same", recipe, resume=True)
    assert_same(tmp_path / "whole", tmp_path / "same")
    (faces / "0" / "0.png").unlink()
    with pytest.raises(RunError, match="beside other unlabelled pictures"):
        run(tmp_path / "other", recipe, resume=True)


def test_half_precision_learns_too(tmp_path: Path) -> None:
    for kind in ("bf16", "fp16"):
        rows = run(tmp_path / kind, tiny(f"{STILL} --epochs 8 --batch 7 --precision {kind}"))
        assert rows[-1]["fer2013_accuracy"] > 0.6
