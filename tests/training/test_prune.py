"""Pruning drops the useless filter first, and ends in a network that really is smaller."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.training.made_data import made_examples
from training.commands import prune as commands
from training.data.examples import Examples, Truth
from training.errors import DataError, RunError
from training.measure.metrics import accuracy, predict
from training.networks.build import build_network
from training.networks.network import Network, count_macs, count_parameters
from training.onnx_files import predict_with_file
from training.prune import Filter, Pace, Step, hits_without, l1_norms, prune, smallest_within, some_of
from training.recipe import Recipe
from training.run import load_run, save_final
from training.shrink import prunable_layers, shrink

SIDE = 8
RECIPE = Recipe(
    network="builder",
    conv_sizes=(3, 1),
    feature_maps=(4, 3),
    mlp_hiddens=(),
    padding="same",
    normalise="scale",
    border=0,
)


def made_pictures(count: int = 24) -> Examples:
    """A bright bar that lies or stands."""
    rng = np.random.default_rng(0)
    images = rng.integers(0, 30, (count, SIDE, SIDE))
    for number, image in enumerate(images):
        place = rng.integers(1, SIDE - 1)
        if number % 2:
            image[:, place] = 220
        else:
            image[place] = 220
    return made_examples(images.astype(np.uint8), [n % 2 for n in range(count)], ("lying", "standing"))


EXAMPLES = made_pictures()


def made_network() -> Network:
    """By hand: filter 1 of the first layer answers to lying bars, 3 to standing ones, and of the second
    layer 0 and 2 pass them on. Filters 0 and 2 say nothing, 0 with large weights that nobody reads."""
    torch.manual_seed(0)
    network = build_network(RECIPE, EXAMPLES.heads, SIDE).eval()
    first, second = network.get_submodule("trunk.0"), network.get_submodule("trunk.2")
    head = network.heads["classes"]
    with torch.no_grad():
        for layer in (first, second, head):
            for parameter in layer.parameters():
                parameter.zero_()
        weight = network.get_parameter("trunk.0.weight")
        weight[0] = 5.0
        weight[1, 0] = torch.tensor([[-1.0] * 3, [2.0] * 3, [-1.0] * 3])
        weight[3, 0] = weight[1, 0].T
        weight[2, 0, 1, 1] = 0.01
        mixing = network.get_parameter("trunk.2.weight")
        mixing[0, 1] = mixing[2, 3] = 1.0
        mixing[1, 2] = 0.02
        columns = network.get_parameter("heads.classes.weight").reshape(2, 3, SIDE * SIDE)
        columns[0, 0] = columns[1, 2] = 1.0
    return network


def right(network: Network) -> float:
    return accuracy(predict(network, EXAMPLES.images)["classes"], EXAMPLES.main.answers)


def test_the_network_made_by_hand_knows_its_bars() -> None:
    assert right(made_network()) == 1.0


def test_useless_filters_go_first_and_needed_ones_last() -> None:
    steps = list(prune(made_network(), EXAMPLES, Pace()))
    assert [step.number for step in steps] == list(range(6))
    # Three cost nothing: the smallest norm leads, and filter 0 of the first layer, loud but unread, follows.
    assert [step.removed for step in steps[1:4]] == [(("trunk.0", 2),), (("trunk.2", 1),), (("trunk.0", 0),)]
    assert [step.accuracy for step in steps[:4]] == [1.0] * 4
    assert steps[4].accuracy < 1.0
    assert {layer: len(left) for layer, left in steps[-1].kept.items()} == {"trunk.0": 1, "trunk.2": 1}
    best = smallest_within(steps, 0.01)
    assert best.kept == {"trunk.0": (1, 3), "trunk.2": (0, 2)}


def test_norms_alone_drop_a_loud_filter_last_although_nobody_reads_it() -> None:
    steps = list(prune(made_network(), EXAMPLES, Pace("l1")))
    first_layer = [place for step in steps for layer, place in step.removed if layer == "trunk.0"]
    assert first_layer[0] == 2
    assert 0 not in first_layer


def test_what_a_filter_is_worth_is_the_accuracy_of_the_network_without_it() -> None:
    network = made_network()
    found = hits_without(network, list(l1_norms(network, prunable_layers(network))), EXAMPLES)
    assert len(found) == 7
    for (layer, place), hits in found.items():
        count = len(network.get_parameter(f"{layer}.weight"))
        smaller = shrink(network, {layer: [other for other in range(count) if other != place]})
        assert hits == round(right(smaller) * len(EXAMPLES))
    assert len(set(found.values())) > 1


@pytest.mark.parametrize("name", ["resnet-18", "mini-xception", "vgg-s", "lenet-5"])
def test_that_holds_for_every_way_in_which_maps_are_read(name: str) -> None:
    torch.manual_seed(1)
    examples = some_of(made_pictures(12), 8)
    examples = replace(examples, images=examples.images.repeat(2, 1).repeat(2, 2))
    network = build_network(Recipe(network=name, border=0), examples.heads, 16).eval()
    filters = [(layer, 1) for layer in prunable_layers(network)]
    for (layer, place), hits in hits_without(network, filters[::3], examples).items():
        count = len(network.get_parameter(f"{layer}.weight"))
        smaller = shrink(network, {layer: [other for other in range(count) if other != place]})
        assert hits == (predict(smaller, examples.images)["classes"].argmax(1) == examples.main.answers).sum()


def test_each_step_says_the_size_of_its_network() -> None:
    network = made_network()
    for step in prune(network, EXAMPLES, Pace()):
        smaller = shrink(network, step.kept)
        assert step.parameters == count_parameters(smaller)
        assert step.macs == count_macs(smaller, SIDE)
        assert step.accuracy == right(smaller)


def test_few_candidates_large_steps_and_an_early_end() -> None:
    network = made_network()
    # Only the two quietest are tried, and both go at once.
    steps = list(prune(network, EXAMPLES, Pace(candidates=2, per_step=2)))
    assert set(steps[1].removed) == {("trunk.2", 1), ("trunk.0", 2)}
    assert sum(len(step.removed) for step in steps) == 5
    ended = list(prune(network, EXAMPLES, Pace(stop_at=0.9)))
    assert ended[-1].accuracy < 0.9 <= ended[-2].accuracy
    assert len(ended) == 5


def test_the_smallest_network_may_come_after_a_worse_one() -> None:
    def step(number: int, share: float) -> Step:
        return Step(number, (), share, 0.0, 100 - number, 0, {})

    steps = [step(0, 0.9), step(1, 0.85), step(2, 0.9), step(3, 0.5)]
    assert smallest_within(steps, 0.0).number == 2
    assert smallest_within(steps[:2], 0.01).number == 0
    assert smallest_within(steps[:2], 0.05).number == 1


def test_pictures_are_chosen_in_the_shares_of_their_classes() -> None:
    images = np.zeros((40, 4, 4), np.uint8)
    examples = made_examples(images, [0] * 30 + [1] * 8 + [-1] * 2, ("often", "seldom"))
    assert some_of(examples, 19).main.counts() == {"often": 15, "seldom": 4}
    assert len(some_of(examples, 0)) == 38


def test_what_cannot_be_pruned_is_refused_in_a_sentence() -> None:
    dense = build_network(Recipe(network="dense", border=0), EXAMPLES.heads, SIDE)
    with pytest.raises(RunError, match="no convolution that could lose a filter"):
        next(prune(dense, EXAMPLES, Pace()))
    unknown = made_examples(EXAMPLES.images, [-1] * len(EXAMPLES), ("lying", "standing"))
    with pytest.raises(DataError, match="pictures with a known answer"):
        next(prune(made_network(), unknown, Pace()))


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("prune") / "bars"
    save_final(folder, RECIPE, made_network(), SIDE)
    return folder


def test_a_run_is_pruned_exported_and_measured(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = commands.prune_run(run, EXAMPLES, EXAMPLES, "bars.csv")
    assert [path.name for path in files] == [
        "steps.csv",
        "curve.png",
        "final.pt",
        "bars-pruned.onnx",
        "bars-pruned.saliency.onnx",
        "bars-pruned.md",
    ]
    assert all(path.stat().st_size > 0 for path in files)
    pruned = load_run(run / "pruned")
    assert count_parameters(pruned.network) == (9 + 1) * 2 + (2 + 1) * 2 + (2 * SIDE**2 + 1) * 2
    by_file = predict_with_file(files[3], EXAMPLES.images)["classes"]
    assert np.allclose(by_file, predict(pruned.network, EXAMPLES.images)["classes"], atol=1e-3)
    assert accuracy(by_file, EXAMPLES.main.answers) == 1.0
    assert "then pruned by accuracy" in files[5].read_text(encoding="utf-8")
    with files[0].open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["step", "layer", "filter", "accuracy", "loss", "parameters", "macs"]
    assert [(row["layer"], row["filter"]) for row in rows[:3]] == [
        ("", ""),
        ("trunk.0", "2"),
        ("trunk.2", "1"),
    ]
    said = capsys.readouterr().out
    assert "Filters left: trunk.0 2, trunk.2 2" in said
    assert "ONNX file, classes: 100.0%" in said


def test_a_pruned_run_may_be_pruned_again(tmp_path: Path) -> None:
    kept = {"trunk.0": [1, 2, 3], "trunk.2": [0, 2]}
    save_final(tmp_path / "once", RECIPE, shrink(made_network(), kept), SIDE, kept=kept)
    commands.write_pruned(
        load_run(tmp_path / "once"), EXAMPLES, EXAMPLES, tmp_path / "twice", Pace(), 0, tolerance=0.01
    )
    twice = load_run(tmp_path / "twice").network
    by_hand = shrink(made_network(), {"trunk.0": [1, 3], "trunk.2": [0, 2]})
    assert all(torch.equal(value, by_hand.state_dict()[name]) for name, value in twice.state_dict().items())


def test_ctrl_c_keeps_what_was_found(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def impatient(network: Network, examples: Examples, pace: Pace, ranked_on: Examples) -> Iterator[Step]:
        for step in prune(network, examples, pace, ranked_on):
            if step.number == 3:
                raise KeyboardInterrupt
            yield step

    monkeypatch.setattr("training.prune.prune", impatient)
    commands.write_pruned(load_run(run), EXAMPLES, EXAMPLES, tmp_path, Pace(), 0, tolerance=0.01)
    assert "Stopped after 2 steps" in capsys.readouterr().out
    assert len((tmp_path / "steps.csv").read_text(encoding="utf-8").splitlines()) == 4
    assert len(load_run(tmp_path).network.get_parameter("trunk.0.weight")) == 3


def test_another_run_is_never_overwritten(run: Path) -> None:
    before = (run / "final.pt").read_bytes()
    with pytest.raises(RunError, match="holds a run that was not made by pruning"):
        commands.write_pruned(load_run(run), EXAMPLES, EXAMPLES, run, Pace(), 0, tolerance=0.01)
    assert (run / "final.pt").read_bytes() == before


def test_large_networks_are_pruned_in_larger_steps() -> None:
    assert commands.usual_pace(made_network()) == (Pace(), 0)
    large = build_network(Recipe(network="vgg-s"), EXAMPLES.heads, 24)
    pace, pictures = commands.usual_pace(large)
    assert pace.candidates > 0
    assert pace.per_step > 10
    assert pictures > 0
    huge = build_network(Recipe(network="resnet-34"), EXAMPLES.heads, 24)
    assert commands.usual_pace(huge)[0].order == "l1"


def test_more_filters_than_candidates_cannot_go_at_once() -> None:
    with pytest.raises(RunError, match="5 filters cannot be dropped at once of 3 candidates"):
        Pace(candidates=3, per_step=5)


def with_other_head(examples: Examples) -> Examples:
    """The same pictures, with a first label set that the network by hand does not know."""
    other = Truth.of_answers(("a", "b", "c"), np.full(len(examples), 2, np.int64))
    return replace(examples, truths={"other": other, **examples.truths})


def test_a_network_is_pruned_by_the_answers_of_its_own_head(run: Path, tmp_path: Path) -> None:
    both = with_other_head(EXAMPLES)
    expected = [(step.removed, step.accuracy) for step in prune(made_network(), EXAMPLES, Pace())]
    assert [(step.removed, step.accuracy) for step in prune(made_network(), both, Pace())] == expected
    commands.write_pruned(load_run(run), both, both, tmp_path, Pace(), 0, tolerance=0.01)
    assert count_parameters(load_run(tmp_path).network) < count_parameters(made_network())


def test_other_labels_and_missing_heads_are_refused(run: Path, tmp_path: Path) -> None:
    cats = made_examples(EXAMPLES.images, EXAMPLES.main.answers.tolist(), ("cat", "dog"))
    with pytest.raises(RunError, match="its head classes knows lying, standing; the data has cat, dog"):
        commands.write_pruned(load_run(run), cats, cats, tmp_path, Pace(), 0, tolerance=0.01)
    heads = {"votes": ("lying", "standing"), **EXAMPLES.heads}
    save_final(tmp_path / "two", RECIPE, build_network(RECIPE, heads, SIDE), SIDE)
    with pytest.raises(DataError, match="no labels 'votes'; it has classes"):
        commands.write_pruned(
            load_run(tmp_path / "two"), EXAMPLES, EXAMPLES, tmp_path, Pace(), 0, tolerance=0.01
        )
    assert not (tmp_path / "steps.csv").exists()


def test_a_pruned_run_knows_what_it_learned_from(tmp_path: Path) -> None:
    save_final(tmp_path / "run", RECIPE, made_network(), SIDE, pictures="abc")
    commands.write_pruned(
        load_run(tmp_path / "run"), EXAMPLES, EXAMPLES, tmp_path / "out", Pace(), 0, tolerance=0.01
    )
    assert load_run(tmp_path / "out").pictures == "abc"


def test_filters_may_be_tried_on_fewer_pictures_than_steps_are_measured_on(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def watched(network: Network, filters: Sequence[Filter], examples: Examples) -> dict[Filter, int]:
        asked.append(len(examples))
        return hits_without(network, filters, examples)

    monkeypatch.setattr("training.prune.hits_without", watched)
    many = made_pictures(1200)
    wrong = many.main.answers.copy()
    wrong[:313] = 1 - wrong[:313]
    mixed = made_examples(many.images, wrong.tolist(), ("lying", "standing"))
    commands.write_pruned(load_run(run), mixed, mixed, tmp_path, Pace(), 20, tolerance=0.01)
    assert set(asked) == {20}
    with (tmp_path / "steps.csv").open(newline="", encoding="utf-8") as file:
        first = next(csv.DictReader(file))
    measured = some_of(mixed, commands.ENOUGH_TO_DECIDE)
    logits = predict(made_network(), measured.images)["classes"]
    assert float(first["accuracy"]) == pytest.approx(accuracy(logits, measured.main.answers), abs=1e-6)
    assert len(measured) == 1000
