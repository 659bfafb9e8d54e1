"""A network that is told how common expressions are where it is used."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tests.training.made_data import made_faces
from training.errors import ExportError
from training.measure.calibration import fit_temperature
from training.measure.metrics import predict, softmax
from training.networks.build import build_network
from training.networks.network import Network
from training.prior import Expectation, balanced_shares, correct_prior, parse_shares, wanted_shares
from training.recipe import Recipe

FACES = made_faces(70)


def some_network() -> Network:
    torch.manual_seed(3)
    network = build_network(
        Recipe(network="builder", feature_maps=(4, 0), conv_sizes=(3,), mlp_hiddens=(), border=0),
        FACES.heads,
        48,
    )
    return network.eval()


def test_calibrated_probabilities_change_by_the_ratio_of_the_shares() -> None:
    network = some_network()
    corrected, correction = correct_prior(network, FACES, Expectation(named={"neutral": 0.5}))
    before, after = (predict(each, FACES.images) for each in (network, corrected))
    temperature = fit_temperature(before["ferplus"], FACES.truths["ferplus"].answers)
    ratio = np.array([correction.wanted[label] / correction.expected[label] for label in correction.wanted])
    weighed = softmax(before["ferplus"], temperature) * ratio
    np.testing.assert_allclose(
        softmax(after["ferplus"], temperature), weighed / weighed.sum(1, keepdims=True), atol=1e-5
    )


def test_only_the_first_head_changes_and_the_network_itself_does_not() -> None:
    network = some_network()
    kept = predict(network, FACES.images)
    corrected, correction = correct_prior(network, FACES, Expectation(named={"neutral": 0.6}))
    assert correction.head == "ferplus"
    after = predict(corrected, FACES.images)
    np.testing.assert_array_equal(after["fer2013"], kept["fer2013"])
    assert not np.allclose(after["ferplus"], kept["ferplus"])
    np.testing.assert_array_equal(predict(network, FACES.images)["ferplus"], kept["ferplus"])
    assert correction.before.total == len(FACES)


def test_more_neutral_faces_are_called_neutral_the_commoner_they_are_taken_to_be() -> None:
    network = some_network()
    neutral = list(FACES.heads["ferplus"]).index("neutral")
    said = []
    for share in (0.05, 0.5, 0.95):
        corrected, _ = correct_prior(network, FACES, Expectation(named={"neutral": share}))
        said.append(int((predict(corrected, FACES.images)["ferplus"].argmax(1) == neutral).sum()))
    assert said == sorted(said)
    assert said[0] < said[-1]


def test_balance_moves_shares_towards_all_alike() -> None:
    learned = np.array([0.01, 0.19, 0.8])
    np.testing.assert_allclose(balanced_shares(learned, 0), learned)
    np.testing.assert_allclose(balanced_shares(learned, 1), 1 / 3)
    half = balanced_shares(learned, 0.5)
    assert half.sum() == pytest.approx(1)
    assert half[1] / half[0] == pytest.approx(np.sqrt(19))


def test_a_balanced_network_says_rare_expressions_more_often() -> None:
    network = some_network()
    corrected, correction = correct_prior(network, FACES, Expectation(balance=0.5))
    learned = np.array(list(correction.expected.values()))
    moved = (predict(corrected, FACES.images)["ferplus"] - predict(network, FACES.images)["ferplus"]).mean(0)
    temperature = fit_temperature(predict(network, FACES.images)["ferplus"], FACES.truths["ferplus"].answers)
    np.testing.assert_allclose(moved - moved[0], -temperature / 2 * np.log(learned / learned[0]), atol=1e-4)
    assert np.argsort(moved).tolist() == np.argsort(-learned).tolist()


def test_named_shares_are_set_after_all_are_balanced() -> None:
    _, correction = correct_prior(some_network(), FACES, Expectation(0.5, {"neutral": 0.6}))
    assert correction.wanted["neutral"] == pytest.approx(0.6)
    _, balanced = correct_prior(some_network(), FACES, Expectation(0.5))
    others = [label for label in correction.wanted if label != "neutral"]
    ratios = [correction.wanted[label] / balanced.wanted[label] for label in others]
    assert ratios == pytest.approx([ratios[0]] * len(others))


@pytest.mark.parametrize("balance", [-0.1, 1.1, float("nan")])
def test_a_balance_lies_between_none_and_all(balance: float) -> None:
    with pytest.raises(ExportError, match="give a number from 0"):
        Expectation(balance)


def test_the_others_divide_the_rest_as_before() -> None:
    wanted = wanted_shares(np.array([0.1, 0.3, 0.6]), ("anger", "sadness", "neutral"), {"neutral": 0.8})
    assert wanted == pytest.approx([0.05, 0.15, 0.8])


def test_shares_are_read_from_words() -> None:
    assert parse_shares(["neutral=0.5", "happiness=0.2"]) == {"neutral": 0.5, "happiness": 0.2}
    assert parse_shares([]) == {}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["neutral"], "write LABEL=SHARE"),
        (["neutral=1"], "between 0 and 1"),
        (["neutral=many"], "between 0 and 1"),
        (["neutral=nan"], "between 0 and 1"),
        (["=0.5"], "write LABEL=SHARE"),
        (["neutral=0.7", "happiness=0.4"], "leave something for the others"),
    ],
)
def test_other_words_are_refused_in_a_sentence(words: list[str], sentence: str) -> None:
    with pytest.raises(ExportError, match=sentence):
        parse_shares(words)


@pytest.mark.parametrize(
    ("named", "sentence"),
    [({"joy": 0.5}, "no label 'joy'"), ({"anger": 0.4, "neutral": 0.5}, "leave at least one label out")],
)
def test_labels_must_exist_and_leave_one_out(named: dict[str, float], sentence: str) -> None:
    with pytest.raises(ExportError, match=sentence):
        wanted_shares(np.array([0.5, 0.5]), ("anger", "neutral"), named)
